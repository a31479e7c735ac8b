//! The passkeys among a person's settings.

use askama::Template;

use super::{Errors, Nav, Page, Section};
use crate::core::text::Said;
use crate::core::time::{Time, from_unix};

/// `/account/passkeys`
#[derive(Debug, Clone, Template)]
#[template(path = "pages/passkeys.html")]
pub struct Passkeys {
    /// What every page needs.
    pub page: Page,
    /// The way to the other pages.
    pub nav: Nav,
    /// What just happened.
    pub notice: Option<Said>,
    /// Why the last attempt failed.
    pub alert: Option<Said>,
    /// What is wrong with a field.
    pub errors: Errors,
    /// Where the script is; nowhere, when passkeys cannot be used here.
    pub script: Option<String>,
    /// Whether there are as many as one may have.
    pub full: bool,
    /// The person's passkeys, the oldest first.
    pub passkeys: Vec<PasskeyLine>,
}

/// A passkey in the list.
#[derive(Debug, Clone)]
pub struct PasskeyLine {
    /// Its identifier.
    pub id: String,
    /// What the person calls it.
    pub name: String,
    /// What stands in the field for another name.
    pub typed: String,
    /// The identifier of that field.
    pub name_field: String,
    /// When it was added.
    pub added_at: Time,
    /// When it was last used.
    pub used_at: Option<Time>,
}

impl Passkeys {
    /// Somebody who has none yet.
    pub fn sample() -> Self {
        Self {
            page: Page::sample_signed_in(),
            nav: Nav::sample(Section::Passkeys),
            notice: None,
            alert: None,
            errors: Errors::default(),
            script: Some("/assets/passkeys.js".into()),
            full: false,
            passkeys: Vec::new(),
        }
    }

    /// Somebody who has two, and left one without a name.
    pub fn sample_with_some() -> Self {
        let line = |id: &str, name: &str, used_at| PasskeyLine {
            id: id.into(),
            name: name.into(),
            typed: name.into(),
            name_field: format!("name-{id}"),
            added_at: from_unix(1_772_600_000).unwrap_or_default(),
            used_at,
        };
        Self {
            errors: Errors::default().with("name-b", "field-required"),
            passkeys: vec![line("a", "Chrome on Android", from_unix(1_772_700_000)), line("b", "Security key", None)],
            ..Self::sample()
        }
    }
}
