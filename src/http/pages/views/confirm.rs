//! “Confirm it is you”.

use askama::Template;

use super::{Errors, Page};
use crate::core::text::Said;

/// `/account/confirm`
#[derive(Debug, Clone, Template)]
#[template(path = "pages/confirm.html")]
pub struct Confirm {
    /// What every page needs.
    pub page: Page,
    /// Why the last attempt failed as a whole.
    pub alert: Option<Said>,
    /// What is wrong with a field.
    pub errors: Errors,
    /// The name that they sign in with, for whoever keeps their password.
    pub username: String,
    /// Where to go afterwards: a checked local path.
    pub return_to: String,
    /// Whether they have a password to confirm it with; who has none, and no passkey at hand, signs in again.
    pub has_password: bool,
    /// Where the script is, if they may confirm it with a passkey.
    pub passkeys: Option<String>,
}

impl Confirm {
    /// Just opened.
    pub fn sample() -> Self {
        Self {
            page: Page::sample_signed_in(),
            alert: None,
            errors: Errors::default(),
            username: "ada".into(),
            return_to: "/account/security".into(),
            has_password: true,
            passkeys: None,
        }
    }

    /// After a wrong password.
    pub fn sample_with_errors() -> Self {
        let errors = Errors::default().with("password", "confirm-password-wrong");
        Self { errors, ..Self::sample() }
    }

    /// Somebody who has passkeys too.
    pub fn sample_with_passkeys() -> Self {
        Self { passkeys: Some("/assets/passkeys.js".into()), ..Self::sample() }
    }

    /// Somebody who has passkeys alone.
    pub fn sample_with_passkeys_alone() -> Self {
        Self { has_password: false, ..Self::sample_with_passkeys() }
    }

    /// Somebody who has none.
    pub fn sample_without_password() -> Self {
        Self { has_password: false, ..Self::sample() }
    }
}
