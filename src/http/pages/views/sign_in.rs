//! Signing in, and making an account.

use askama::Template;

use super::{Errors, Page};
use crate::core::text::Said;

/// `/login`
#[derive(Debug, Clone, Template)]
#[template(path = "pages/login.html")]
pub struct Login {
    /// What every page needs.
    pub page: Page,
    /// Who is signed in already, where that is not enough.
    pub account: Option<Account>,
    /// The app that waits for this sign-in.
    pub client_name: Option<String>,
    /// What just happened, such as “Your password has been changed.”
    pub notice: Option<Said>,
    /// Why the last attempt failed, or how long to wait for the next.
    pub alert: Option<Said>,
    /// What is wrong with a field.
    pub errors: Errors,
    /// The e-mail address or username typed last, or the request's `login_hint`.
    pub login: String,
    /// Where to go afterwards: a checked local path.
    pub return_to: String,
    /// `/register` with `return_to` in its query, encoded; none when registration is closed.
    pub register_href: Option<String>,
    /// The script for passkeys; none when they cannot be used here.
    pub passkeys: Option<String>,
}

/// Somebody who is signed in and is to sign in again.
#[derive(Debug, Clone)]
pub struct Account {
    /// Their name.
    pub name: String,
    /// The way on as who they are; none when they must sign in again.
    pub onward: Option<String>,
}

/// What carries an answer to an app by a form.
#[derive(Debug, Clone, Template)]
#[template(path = "pages/form_post.html")]
pub struct FormPost {
    /// What every page needs.
    pub page: Page,
    /// Where it is posted to: a registered redirect URI.
    pub action: String,
    /// Its host.
    pub app: String,
    /// What is posted.
    pub fields: Vec<(&'static str, String)>,
    /// The script that posts it.
    pub script: String,
}

impl FormPost {
    /// A code on its way.
    pub fn sample() -> Self {
        Self {
            page: Page::sample(),
            action: "https://app.example/cb".into(),
            app: "app.example".into(),
            fields: vec![("code", "gra_ac_x".into()), ("state", "y".into())],
            script: "/assets/form_post.js".into(),
        }
    }
}

impl Login {
    /// Said to people whose second step came to nothing.
    pub const AGAIN: &str = "login-again";

    /// An app waits for the sign-in.
    pub fn sample() -> Self {
        Self {
            page: Page::sample(),
            account: None,
            client_name: Some("Acme Notes".into()),
            notice: None,
            alert: None,
            errors: Errors::default(),
            login: String::new(),
            return_to: "/oauth/authorize?client_id=acme&response_type=code".into(),
            register_href: Some(
                "/register?return_to=%2Foauth%2Fauthorize%3Fclient_id%3Dacme%26response_type%3Dcode".into(),
            ),
            passkeys: Some("/assets/passkeys.js".into()),
        }
    }

    /// The app asks which account it is to be.
    pub fn sample_again() -> Self {
        let onward = Some("/oauth/authorize?resume=abc".into());
        Self { account: Some(Account { name: "Ada Lovelace".into(), onward }), ..Self::sample() }
    }

    /// After a wrong password.
    pub fn sample_with_errors() -> Self {
        Self { alert: Some("error-credentials".into()), login: "ada@example.com".into(), ..Self::sample() }
    }
}

/// `/register`
#[derive(Debug, Clone, Template)]
#[template(path = "pages/register.html")]
pub struct Register {
    /// What every page needs.
    pub page: Page,
    /// The app that waits for this account.
    pub client_name: Option<String>,
    /// Why the last attempt failed as a whole.
    pub alert: Option<Said>,
    /// What is wrong with a field.
    pub errors: Errors,
    /// The name typed last.
    pub name: String,
    /// The username typed last.
    pub username: String,
    /// The e-mail address typed last.
    pub email: String,
    /// Where to go afterwards: a checked local path.
    pub return_to: String,
    /// `/login` with `return_to` in its query, encoded.
    pub login_href: String,
}

impl Register {
    /// The empty form.
    pub fn sample() -> Self {
        Self {
            page: Page::sample(),
            client_name: None,
            alert: None,
            errors: Errors::default(),
            name: String::new(),
            username: String::new(),
            email: String::new(),
            return_to: "/".into(),
            login_href: "/login?return_to=%2F".into(),
        }
    }

    /// After a form that did not pass.
    pub fn sample_with_errors() -> Self {
        Self {
            client_name: Some("Acme Notes".into()),
            errors: Errors::default()
                .with("username", "field-taken")
                .with("password", "field-password-short")
                .with("password_confirmation", "field-confirmation"),
            name: "Ada Lovelace".into(),
            username: "ada".into(),
            email: "ada@example.com".into(),
            ..Self::sample()
        }
    }
}
