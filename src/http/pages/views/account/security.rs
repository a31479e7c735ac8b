//! What keeps an account.

use askama::Template;

use super::{Nav, Section};
use crate::core::text::Said;
use crate::http::pages::views::{Errors, Page};

/// `/account/security`
#[derive(Debug, Clone, Template)]
#[template(path = "pages/account_security.html")]
pub struct AccountSecurity {
    /// What every page needs.
    pub page: Page,
    /// The way to the other pages.
    pub nav: Nav,
    /// What just happened.
    pub notice: Option<Said>,
    /// Why the last attempt failed as a whole.
    pub alert: Option<Said>,
    /// What is wrong with a field.
    pub errors: Errors,
    /// Whether the sign-in is so recent that the forms are shown.
    pub is_fresh: bool,
    /// Whether they have a password.
    pub has_password: bool,
    /// What they sign in with, for whoever keeps their password.
    pub username: String,
    /// Their e-mail address.
    pub email: String,
    /// Whether it was shown to be theirs.
    pub is_verified: bool,
    /// The address typed last.
    pub new_email: String,
    /// Codes of an app are on.
    pub totp: bool,
    /// Codes by text message are on.
    pub sms: bool,
    /// How many recovery codes are left.
    pub recovery_codes: i64,
    /// How many passkeys there are.
    pub passkeys: i64,
}

impl AccountSecurity {
    /// A sign-in of some time ago.
    pub fn sample() -> Self {
        Self {
            page: Page::sample_signed_in(),
            nav: Nav::sample(Section::Security),
            notice: None,
            alert: None,
            errors: Errors::default(),
            is_fresh: false,
            has_password: true,
            username: "ada".into(),
            email: "ada@example.com".into(),
            is_verified: true,
            new_email: String::new(),
            totp: true,
            sms: false,
            recovery_codes: 9,
            passkeys: 1,
        }
    }

    /// A recent one, after a form with errors.
    pub fn sample_fresh() -> Self {
        let sample = Self::sample();
        let errors = Errors::default().with("email", "security-email-same");
        Self {
            errors,
            is_fresh: true,
            is_verified: false,
            totp: false,
            passkeys: 0,
            new_email: "Ada@example.com".into(),
            ..sample
        }
    }
}
