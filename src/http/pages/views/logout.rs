//! Signing out at an app's wish, and what follows.

use askama::Template;

use super::{Errors, Page};
use crate::core::text::Said;

/// What apps load in a hidden frame. Neither a stylesheet nor a way anywhere: no person is meant to see it.
#[derive(Debug, Clone, Template)]
#[template(path = "pages/check_session.html")]
pub struct CheckSession {
    /// What every page needs.
    pub page: Page,
    /// The name of the cookie that the script reads.
    pub cookie: String,
    /// The script that answers apps.
    pub script: String,
}

impl CheckSession {
    /// As it always is.
    pub fn sample() -> Self {
        Self { page: Page::sample(), cookie: "grantor_state".into(), script: "/assets/check_session.js".into() }
    }
}

/// `/oauth/logout`, before anything ends.
#[derive(Debug, Clone, Template)]
#[template(path = "pages/logout.html")]
pub struct Logout {
    /// What every page needs.
    pub page: Page,
    /// Why the last attempt failed.
    pub alert: Option<Said>,
    /// That somebody else may be meant.
    pub notice: Option<Said>,
    /// Nothing: the form has no field that can be wrong.
    pub errors: Errors,
    /// The app that asks, if it is known.
    pub client_name: Option<String>,
    /// The request, to be sent again with the form.
    pub fields: Vec<(String, String)>,
}

impl Logout {
    /// An app asks.
    pub fn sample() -> Self {
        Self {
            page: Page::sample_signed_in(),
            alert: None,
            notice: None,
            errors: Errors::default(),
            client_name: Some("Acme Notes".into()),
            fields: vec![("client_id".into(), "acme-notes".into())],
        }
    }

    /// It seems to mean somebody else.
    pub fn sample_of_another() -> Self {
        Self { notice: Some("logout-other".into()), ..Self::sample() }
    }

    /// Nobody knows who asks, and the form was another browser's.
    pub fn sample_with_error() -> Self {
        Self { alert: Some("error-expired".into()), client_name: None, ..Self::sample() }
    }
}

/// Afterwards.
#[derive(Debug, Clone, Template)]
#[template(path = "pages/signed_out.html")]
pub struct SignedOut {
    /// What every page needs.
    pub page: Page,
    /// What the browser loads in frames: addresses of apps.
    pub frames: Vec<String>,
    /// Where it goes by itself then: an address that the caller vouches for.
    pub goal: Option<String>,
    /// The script that goes there whatever the frames do.
    pub script: Option<String>,
}

impl SignedOut {
    /// There is no more to do.
    pub fn sample() -> Self {
        Self { page: Page { csrf: String::new(), ..Page::sample() }, frames: Vec::new(), goal: None, script: None }
    }

    /// Apps are told on the way back to one of them.
    pub fn sample_with_apps() -> Self {
        Self {
            frames: vec!["https://notes.acme.example/out?sid=8Jt2pQ0vXm4nYb6c".into()],
            goal: Some("https://notes.acme.example/bye".into()),
            script: Some("/assets/signed_out.js".into()),
            ..Self::sample()
        }
    }
}
