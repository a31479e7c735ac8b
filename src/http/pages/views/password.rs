//! A forgotten password.

use askama::Template;

use super::{Errors, Page};
use crate::core::text::Said;

/// `/password/forgot`
#[derive(Debug, Clone, Template)]
#[template(path = "pages/password_forgot.html")]
pub struct PasswordForgot {
    /// What every page needs.
    pub page: Page,
    /// Set once the form was sent; it takes the form's place. See [`PasswordForgot::SENT`].
    pub notice: Option<Said>,
    /// Why the last attempt failed as a whole, such as too many of them.
    pub alert: Option<Said>,
    /// What is wrong with a field.
    pub errors: Errors,
    /// The e-mail address typed last.
    pub email: String,
}

impl PasswordForgot {
    /// The answer to every address, known or not.
    pub const SENT: &str = "password-forgot-sent";

    /// The empty form.
    pub fn sample() -> Self {
        Self { page: Page::sample(), notice: None, alert: None, errors: Errors::default(), email: String::new() }
    }

    /// After the form was sent.
    pub fn sample_sent() -> Self {
        Self { notice: Some(Self::SENT.into()), ..Self::sample() }
    }

    /// After something that is no address.
    pub fn sample_with_errors() -> Self {
        Self { errors: Errors::default().with("email", "field-email"), email: "ada@example".into(), ..Self::sample() }
    }
}

/// `/password/reset`
#[derive(Debug, Clone, Template)]
#[template(path = "pages/password_reset.html")]
pub struct PasswordReset {
    /// What every page needs.
    pub page: Page,
    /// Why the last attempt failed as a whole.
    pub alert: Option<Said>,
    /// What is wrong with a field.
    pub errors: Errors,
    /// The token of the link that was opened.
    pub token: String,
    /// Whose password it is: tells the person, and their password manager. Never sent.
    pub email: Option<String>,
}

impl PasswordReset {
    /// The empty form.
    pub fn sample() -> Self {
        Self {
            page: Page::sample(),
            alert: None,
            errors: Errors::default(),
            token: "grs_8Jt2pQ0vXm4nYb6c".into(),
            email: Some("ada@example.com".into()),
        }
    }

    /// After a password that is too short.
    pub fn sample_with_errors() -> Self {
        Self { errors: Errors::default().with("password", "field-password-short"), ..Self::sample() }
    }
}
