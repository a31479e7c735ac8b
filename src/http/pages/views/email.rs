//! Proving an e-mail address.

use askama::Template;

use super::{Errors, Page};
use crate::core::text::Said;

/// `/email/verify`, opened by the link of a mail.
#[derive(Debug, Clone, Template)]
#[template(path = "pages/email_verify.html")]
pub struct EmailVerify {
    /// What every page needs.
    pub page: Page,
    /// Why the last attempt failed as a whole.
    pub alert: Option<Said>,
    /// The token of the link.
    pub token: String,
    /// The address that the link proves.
    pub email: String,
    /// Whether it takes the place of another address.
    pub is_change: bool,
}

impl EmailVerify {
    /// The address of a new account.
    pub fn sample() -> Self {
        Self {
            page: Page::sample(),
            alert: None,
            token: "gra_ev_8Jt2pQ0vXm4nYb6c".into(),
            email: "ada@example.com".into(),
            is_change: false,
        }
    }

    /// Another address for an account.
    pub fn sample_change() -> Self {
        Self { is_change: true, ..Self::sample() }
    }
}

/// Asks for the link of a mail once more.
#[derive(Debug, Clone, Template)]
#[template(path = "pages/email_send.html")]
pub struct EmailSend {
    /// What every page needs.
    pub page: Page,
    /// The app that waits for it.
    pub client_name: Option<String>,
    /// Set once the form was sent; it takes the form's place. See [`EmailSend::SENT`].
    pub notice: Option<Said>,
    /// Why the last attempt failed as a whole.
    pub alert: Option<Said>,
    /// What is wrong with a field.
    pub errors: Errors,
    /// The address or username typed last; not asked for when somebody is signed in.
    pub email: String,
    /// Where to go once the address is proved: a checked local path, or nothing.
    pub return_to: String,
}

impl EmailSend {
    /// The answer to everybody, known or not.
    pub const SENT: &str = "email-send-sent";

    /// Nobody is signed in.
    pub fn sample() -> Self {
        Self {
            page: Page::sample(),
            client_name: None,
            notice: None,
            alert: None,
            errors: Errors::default(),
            email: String::new(),
            return_to: String::new(),
        }
    }

    /// An app waits for somebody who is signed in.
    pub fn sample_app() -> Self {
        Self {
            page: Page::sample_signed_in(),
            client_name: Some("Acme Notes".into()),
            return_to: "/oauth/authorize?client_id=acme&response_type=code".into(),
            ..Self::sample()
        }
    }

    /// After the form was sent.
    pub fn sample_sent() -> Self {
        Self { notice: Some(Self::SENT.into()), ..Self::sample() }
    }
}
