//! What people see: one struct for each page, one template beside it.
//!
//! Every struct has a `sample()`, most a second one for the state with errors, and [`samples`] renders them all: a
//! test and `grantor check` call it, so that a template cannot break unseen. A page holds only values made ready by
//! its caller; it decides nothing but how they look.

use std::collections::BTreeMap;

use askama::Template;

mod account;
pub mod admin;
mod apps;
mod confirm;
mod consent;
mod email;
mod home;
mod logout;
mod outbox;
mod outcome;
mod passkeys;
mod password;
mod second_factor;
mod setup;
mod sign_in;
mod speech;

pub use account::{
    AccountData, AccountOverview, AccountProfile, AccountSecurity, AccountSessions, Nav, ProfileFields, Section,
    SessionLine,
};
pub use admin::{AdminForm, AdminRecord, AdminRecords, Cell, Field, Head, RecordTable, Tag, Variant, Way};
pub use admin::{Column, Frame, Listing, NavLink, Pager, Pick, Select};
pub use apps::{
    AppFace, ClientDelete, ClientEdit, ClientFailures, ClientLine, ClientList, ClientNew, ClientOpenId, ClientPage,
    ClientSecrets, ConnectionLine, ConnectionList, ConnectionPage, FailureLine, Sample, ScopeText, SecretLine,
    TokenLine, TokenList, TokenMade, TokenNew,
};
pub use confirm::Confirm;
pub use consent::{Consent, Destination, ScopeLine, Standing};
pub use email::{EmailSend, EmailVerify};
pub use home::Home;
pub use logout::{CheckSession, Logout, SignedOut};
pub use outbox::{Line, Outbox, Written};
pub use outcome::{ErrorPage, Message};
pub use passkeys::{PasskeyLine, Passkeys};
pub use password::{PasswordForgot, PasswordReset};
pub use second_factor::{SecondFactor, SecondStep, Setting};
pub use setup::Setup;
pub use sign_in::{Account, FormPost, Login, Register};

use crate::account::Invalid;
use crate::core::text::{Language, Said, Wording};

/// What every page needs, whatever it is about.
#[derive(Debug, Clone)]
pub struct Page {
    /// The name of this installation, as people know it.
    pub product: String,
    /// The path of the issuer, which stands before every local path that the page shows: see [`Page::at`].
    pub root: String,
    /// The language that it is written in.
    pub lang: Language,
    /// Where it is: a local path to come back to in another language.
    pub here: String,
    /// URL of the stylesheet.
    pub stylesheet: String,
    /// URL of the logo, which is the icon of the tab too.
    pub logo: String,
    /// Identifies this request in the log.
    pub request_id: String,
    /// Links at the foot, as the operator set them.
    pub links: Vec<Link>,
    /// Where people find help.
    pub support: Option<String>,
    /// The person this browser is signed in as.
    pub user: Option<SignedIn>,
    /// The CSRF token, sent back by every form as `_token`.
    pub csrf: String,
}

impl Page {
    /// Realistic data, nobody signed in.
    pub fn sample() -> Self {
        Self {
            product: "Grantor".into(),
            root: "/auth".into(),
            lang: Language::English,
            here: "/login".into(),
            stylesheet: "/assets/grantor.css".into(),
            logo: "/assets/grantor.svg".into(),
            request_id: "01JCZ5T6E9W3K7Q2".into(),
            links: vec![Link::new("https://id.example.com/imprint", Said::verbatim("Imprint"))],
            support: Some("help@example.com".into()),
            user: None,
            csrf: "k3VhT0o7w5Qy1mJ8sXc2Rg".into(),
        }
    }

    /// The same with somebody signed in.
    pub fn sample_signed_in() -> Self {
        Self { user: Some(SignedIn::sample()), ..Self::sample() }
    }

    /// The address of a local path for this browser; a whole URL stays as it is.
    pub fn at(&self, href: impl AsRef<str>) -> String {
        let href = href.as_ref();
        let local = href.starts_with('/') && !href.starts_with("//");
        if local { format!("{}{href}", self.root) } else { href.to_owned() }
    }
}

/// The person a browser is signed in as.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// Their name, as they wrote it.
    pub name: String,
    /// Their e-mail address.
    pub email: String,
}

impl SignedIn {
    /// Realistic data.
    pub fn sample() -> Self {
        Self { name: "Ada Lovelace".into(), email: "ada@example.com".into() }
    }

    /// The letter shown in place of a portrait.
    pub fn initial(&self) -> String {
        initial(&self.name)
    }
}

/// A link and its words. The caller vouches for the address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Where it leads.
    pub href: String,
    /// What it says.
    pub label: Said,
}

impl Link {
    /// A link to `href` that says `label`.
    pub fn new(href: impl Into<String>, label: impl Into<Said>) -> Self {
        Self { href: href.into(), label: label.into() }
    }
}

/// One of several values of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// What is sent.
    pub value: String,
    /// What is shown.
    pub label: String,
}

impl Choice {
    /// `value`, shown as `label`.
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self { value: value.into(), label: label.into() }
    }
}

/// What is wrong with a form, by the name of the field.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Errors(BTreeMap<String, Vec<Said>>);

impl Errors {
    /// Adds a message to a field.
    pub fn add(&mut self, field: impl Into<String>, message: impl Into<Said>) {
        self.0.entry(field.into()).or_default().push(message.into());
    }

    /// The same, to build a value in one expression.
    #[must_use]
    pub fn with(mut self, field: impl Into<String>, message: impl Into<Said>) -> Self {
        self.add(field, message);
        self
    }

    /// The first message of a field: a page shows no more than that.
    pub fn first(&self, field: &str) -> Option<&Said> {
        self.0.get(field)?.first()
    }

    /// Whether a field has a message.
    pub fn has(&self, field: &str) -> bool {
        self.first(field).is_some()
    }

    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.0.values().all(Vec::is_empty)
    }
}

impl From<Invalid> for Errors {
    fn from(invalid: Invalid) -> Self {
        let said = |(field, wrong): (String, Vec<Wording>)| (field, wrong.iter().map(Wording::said).collect());
        Self(invalid.0.into_iter().map(said).collect())
    }
}

/// The first letter or digit of a name, as a capital.
fn initial(name: &str) -> String {
    let first = name.chars().find(|letter| letter.is_alphanumeric());
    first.map_or_else(|| "?".to_owned(), |letter| letter.to_uppercase().collect())
}

/// Renders samples in a language: each has a `page`.
macro_rules! drawn {
    ($language:expr; $($name:literal => $sample:expr,)+) => {
        vec![$(($name, {
            let mut view = $sample;
            view.page.lang = $language;
            view.render()?
        })),+]
    };
}

use drawn;

/// Renders every sample in a language: its name with the text.
///
/// # Errors
/// When a template fails to render.
pub fn samples(language: Language) -> Result<Vec<(&'static str, String)>, askama::Error> {
    let mut samples = drawn![language;
        "home.html" => Home::sample(),
        "login.html" => Login::sample(),
        "login-again.html" => Login::sample_again(),
        "form-post.html" => FormPost::sample(),
        "check-session.html" => CheckSession::sample(),
        "logout.html" => Logout::sample(),
        "logout-other.html" => Logout::sample_of_another(),
        "logout-error.html" => Logout::sample_with_error(),
        "signed-out.html" => SignedOut::sample(),
        "signed-out-apps.html" => SignedOut::sample_with_apps(),
        "login-errors.html" => Login::sample_with_errors(),
        "register.html" => Register::sample(),
        "register-errors.html" => Register::sample_with_errors(),
        "password-forgot.html" => PasswordForgot::sample(),
        "password-forgot-sent.html" => PasswordForgot::sample_sent(),
        "password-forgot-errors.html" => PasswordForgot::sample_with_errors(),
        "password-reset.html" => PasswordReset::sample(),
        "password-reset-errors.html" => PasswordReset::sample_with_errors(),
        "email-verify.html" => EmailVerify::sample(),
        "email-verify-change.html" => EmailVerify::sample_change(),
        "email-send.html" => EmailSend::sample(),
        "email-send-app.html" => EmailSend::sample_app(),
        "email-send-sent.html" => EmailSend::sample_sent(),
        "setup.html" => Setup::sample(),
        "setup-errors.html" => Setup::sample_with_errors(),
        "second-step.html" => SecondStep::sample(),
        "second-step-errors.html" => SecondStep::sample_with_errors(),
        "second-factor.html" => SecondFactor::sample(),
        "second-factor-app.html" => SecondFactor::sample_app(),
        "second-factor-on.html" => SecondFactor::sample_on(),
        "account.html" => AccountOverview::sample(),
        "account-new.html" => AccountOverview::sample_new(),
        "account-profile.html" => AccountProfile::sample(),
        "account-profile-errors.html" => AccountProfile::sample_with_errors(),
        "account-security.html" => AccountSecurity::sample(),
        "account-security-fresh.html" => AccountSecurity::sample_fresh(),
        "account-sessions.html" => AccountSessions::sample(),
        "account-sessions-alone.html" => AccountSessions::sample_alone(),
        "account-data.html" => AccountData::sample(),
        "account-data-fresh.html" => AccountData::sample_fresh(),
        "confirm.html" => Confirm::sample(),
        "confirm-errors.html" => Confirm::sample_with_errors(),
        "confirm-without-password.html" => Confirm::sample_without_password(),
        "confirm-passkeys.html" => Confirm::sample_with_passkeys(),
        "confirm-passkeys-alone.html" => Confirm::sample_with_passkeys_alone(),
        "consent.html" => Consent::sample(),
        "consent-again.html" => Consent::sample_again(),
        "consent-loopback.html" => Consent::sample_loopback(),
        "admin-records.html" => AdminRecords::sample(),
        "admin-records-empty.html" => AdminRecords::sample_empty(),
        "admin-record.html" => AdminRecord::sample(),
        "admin-record-secret.html" => AdminRecord::sample_secret(),
        "admin-form.html" => AdminForm::sample(),
        "admin-form-confirm.html" => AdminForm::sample_confirm(),
        "consent-sensitive.html" => Consent::sample_sensitive(),
        "admin/dashboard.html" => admin::AdminDashboard::sample(),
        "admin/users.html" => admin::AdminUsers::sample(),
        "admin/users-empty.html" => admin::AdminUsers::sample_empty(),
        "admin/user.html" => admin::AdminUser::sample(),
        "admin/user-above.html" => admin::AdminUser::sample_above(),
        "admin/user-edit.html" => admin::AdminUserEdit::sample(),
        "admin/confirm.html" => admin::AdminConfirm::sample(),
        "admin/confirm-refused.html" => admin::AdminConfirm::sample_refused(),
        "admin/roles.html" => admin::AdminRoles::sample(),
        "admin/role.html" => admin::AdminRole::sample(),
        "admin/role-read.html" => admin::AdminRole::sample_read(),
        "admin/outbox.html" => admin::AdminOutbox::sample(),
        "admin/outbox-empty.html" => admin::AdminOutbox::sample_empty(),
        "admin/templates.html" => admin::AdminTemplates::sample(),
        "admin/settings.html" => admin::AdminSettings::sample(),
        "outbox.html" => Outbox::sample(),
        "outbox-empty.html" => Outbox::sample_empty(),
        "message.html" => Message::sample(),
        "error.html" => ErrorPage::sample(),
        "error-oauth.html" => ErrorPage::sample_oauth(),
        "passkeys.html" => Passkeys::sample(),
        "passkeys-some.html" => Passkeys::sample_with_some(),
    ];
    samples.extend(apps::samples(language)?);
    Ok(samples)
}

#[cfg(test)]
mod tests;
