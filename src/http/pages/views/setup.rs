//! The first administrator.

use askama::Template;

use super::{Errors, Page};
use crate::core::text::Said;

/// `/setup`: once, on a server without users.
#[derive(Debug, Clone, Template)]
#[template(path = "pages/setup.html")]
pub struct Setup {
    /// What every page needs.
    pub page: Page,
    /// Why the last attempt failed as a whole.
    pub alert: Option<Said>,
    /// What is wrong with a field.
    pub errors: Errors,
    /// The token that the server printed at its start.
    pub token: String,
    /// The name typed last.
    pub name: String,
    /// The e-mail address typed last.
    pub email: String,
    /// The username typed last.
    pub username: String,
}

impl Setup {
    /// The empty form.
    pub fn sample() -> Self {
        Self {
            page: Page::sample(),
            alert: None,
            errors: Errors::default(),
            token: "gsu_5Rk1wD9zTq3h".into(),
            name: String::new(),
            email: String::new(),
            username: String::new(),
        }
    }

    /// After a form that did not pass.
    pub fn sample_with_errors() -> Self {
        Self {
            errors: Errors::default().with("email", "field-email").with("password", "field-password-short"),
            name: "Grace Hopper".into(),
            email: "grace@".into(),
            username: "grace".into(),
            ..Self::sample()
        }
    }
}
