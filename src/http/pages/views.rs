//! What people see: one struct for each page, one template beside it.
//!
//! Every struct has a `sample()`, most a second one for the state with errors, and [`samples`] renders them all: a
//! test and `grantor check` call it, so that a template cannot break unseen. A page holds only values made ready by
//! its caller; it decides nothing but how they look.

use std::collections::BTreeMap;

use askama::Template;
use serde::{Deserialize, Serialize};

mod account;
mod admin;
mod apps;
mod confirm;
mod consent;
mod email;
mod home;
mod outbox;
mod outcome;
mod password;
mod second_factor;
mod setup;
mod sign_in;
mod speech;

pub use account::{Nav, Section};
pub use admin::{Column, Frame, Listing, NavLink, Pager, Pick, Select};
pub use apps::{
    AppFace, ClientDelete, ClientEdit, ClientLine, ClientList, ClientNew, ClientPage, ClientSecrets, ConnectionLine,
    ConnectionList, ConnectionPage, Sample, ScopeText, SecretLine, TokenLine, TokenList, TokenMade, TokenNew,
};
pub use confirm::Confirm;
pub use consent::{Consent, Destination, ScopeLine, Standing};
pub use email::{EmailSend, EmailVerify};
pub use home::Home;
pub use outbox::{Line, Outbox, Written};
pub use outcome::{ErrorPage, Message};
pub use password::{PasswordForgot, PasswordReset};
pub use second_factor::{SecondFactor, SecondStep, Setting};
pub use setup::Setup;
pub use sign_in::{Login, Register};

use crate::core::text::Language;

/// What every page needs, whatever it is about.
#[derive(Debug, Clone)]
pub struct Page {
    /// The name of this installation, as people know it.
    pub product: String,
    /// The language that it is written in.
    pub lang: Language,
    /// URL of the stylesheet.
    pub stylesheet: String,
    /// URL of the logo, which is the icon of the tab too.
    pub logo: String,
    /// Identifies this request in the log.
    pub request_id: String,
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
            lang: Language::English,
            stylesheet: "/assets/grantor.css".into(),
            logo: "/assets/grantor.svg".into(),
            request_id: "01JCZ5T6E9W3K7Q2".into(),
            user: None,
            csrf: "k3VhT0o7w5Qy1mJ8sXc2Rg".into(),
        }
    }

    /// The same with somebody signed in.
    pub fn sample_signed_in() -> Self {
        Self { user: Some(SignedIn::sample()), ..Self::sample() }
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
    pub label: String,
}

impl Link {
    /// A link to `href` that says `label`.
    pub fn new(href: impl Into<String>, label: impl Into<String>) -> Self {
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
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Errors(BTreeMap<String, Vec<String>>);

impl Errors {
    /// Adds a message to a field.
    pub fn add(&mut self, field: impl Into<String>, message: impl Into<String>) {
        self.0.entry(field.into()).or_default().push(message.into());
    }

    /// The same, to build a value in one expression.
    #[must_use]
    pub fn with(mut self, field: impl Into<String>, message: impl Into<String>) -> Self {
        self.add(field, message);
        self
    }

    /// The first message of a field: a page shows no more than that.
    pub fn first(&self, field: &str) -> Option<&str> {
        self.0.get(field)?.first().map(String::as_str)
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

impl From<BTreeMap<String, Vec<String>>> for Errors {
    fn from(errors: BTreeMap<String, Vec<String>>) -> Self {
        Self(errors)
    }
}

/// The first letter or digit of a name, as a capital.
fn initial(name: &str) -> String {
    let first = name.chars().find(|letter| letter.is_alphanumeric());
    first.map_or_else(|| "?".to_owned(), |letter| letter.to_uppercase().collect())
}

/// Renders every sample: its name with the text.
///
/// # Errors
/// When a template fails to render.
pub fn samples() -> Result<Vec<(&'static str, String)>, askama::Error> {
    let mut samples = vec![
        ("home.html", Home::sample().render()?),
        ("home-signed-in.html", Home::sample_signed_in().render()?),
        ("login.html", Login::sample().render()?),
        ("login-errors.html", Login::sample_with_errors().render()?),
        ("register.html", Register::sample().render()?),
        ("register-errors.html", Register::sample_with_errors().render()?),
        ("password-forgot.html", PasswordForgot::sample().render()?),
        ("password-forgot-sent.html", PasswordForgot::sample_sent().render()?),
        ("password-forgot-errors.html", PasswordForgot::sample_with_errors().render()?),
        ("password-reset.html", PasswordReset::sample().render()?),
        ("password-reset-errors.html", PasswordReset::sample_with_errors().render()?),
        ("email-verify.html", EmailVerify::sample().render()?),
        ("email-verify-change.html", EmailVerify::sample_change().render()?),
        ("email-send.html", EmailSend::sample().render()?),
        ("email-send-app.html", EmailSend::sample_app().render()?),
        ("email-send-sent.html", EmailSend::sample_sent().render()?),
        ("setup.html", Setup::sample().render()?),
        ("setup-errors.html", Setup::sample_with_errors().render()?),
        ("second-step.html", SecondStep::sample().render()?),
        ("second-step-errors.html", SecondStep::sample_with_errors().render()?),
        ("second-factor.html", SecondFactor::sample().render()?),
        ("second-factor-app.html", SecondFactor::sample_app().render()?),
        ("second-factor-on.html", SecondFactor::sample_on().render()?),
        ("confirm.html", Confirm::sample().render()?),
        ("confirm-errors.html", Confirm::sample_with_errors().render()?),
        ("confirm-without-password.html", Confirm::sample_without_password().render()?),
        ("consent.html", Consent::sample().render()?),
        ("consent-again.html", Consent::sample_again().render()?),
        ("consent-loopback.html", Consent::sample_loopback().render()?),
        ("outbox.html", Outbox::sample().render()?),
        ("outbox-empty.html", Outbox::sample_empty().render()?),
        ("message.html", Message::sample().render()?),
        ("error.html", ErrorPage::sample().render()?),
        ("error-oauth.html", ErrorPage::sample_oauth().render()?),
    ];
    samples.extend(apps::samples()?);
    Ok(samples)
}

#[cfg(test)]
mod tests;
