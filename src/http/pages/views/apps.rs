//! Apps, as their users and their owners see them.

use askama::Template as _;

mod clients;
mod connections;
mod openid;
mod tokens;

pub use clients::{
    ClientDelete, ClientEdit, ClientFailures, ClientLine, ClientList, ClientNew, ClientPage, ClientSecrets,
    FailureLine, Sample, SecretLine,
};
pub use connections::{ConnectionLine, ConnectionList, ConnectionPage};
pub use openid::ClientOpenId;
pub use tokens::{TokenLine, TokenList, TokenMade, TokenNew};

use super::{drawn, initial};
use crate::core::client::Client;
use crate::core::redirect;
use crate::core::scope::{Scope, ScopeEntry};
use crate::core::text::Language;

/// How an app is shown wherever people meet it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppFace {
    /// Its name.
    pub name: String,
    /// Where its logo is, on this server.
    pub logo: Option<String>,
    /// Whether an admin vouched for it.
    pub verified: bool,
    /// Whether it belongs to this installation.
    pub first_party: bool,
    /// Who answers for it.
    pub owner: Option<String>,
    /// Its home page and that page's host.
    pub website: Option<(String, String)>,
}

impl AppFace {
    /// How a client is shown.
    pub fn of(client: &Client) -> Self {
        let uri = client.metadata.client_uri.as_deref();
        let web = uri.filter(|uri| uri.starts_with("https://") || uri.starts_with("http://"));
        Self {
            name: client.metadata.client_name.clone(),
            logo: client.logo_file.as_deref().map(|file| format!("/files/{file}")),
            verified: client.verified_at.is_some(),
            first_party: client.policy.first_party,
            owner: client.owner_name.clone(),
            website: web.map(|uri| (uri.to_owned(), redirect::target(uri).name)),
        }
    }

    /// The letter shown where there is no logo.
    pub fn initial(&self) -> String {
        initial(&self.name)
    }

    /// Realistic data.
    pub fn sample() -> Self {
        Self {
            name: "Acme Notes".into(),
            logo: None,
            verified: true,
            first_party: false,
            owner: Some("Acme Software Ltd".into()),
            website: Some(("https://notes.acme.example/".into(), "notes.acme.example".into())),
        }
    }
}

/// A scope in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScopeText {
    /// The scope token.
    pub name: String,
    /// What it allows, in words that follow “can”.
    pub text: String,
    /// Whether it deserves a second look.
    pub sensitive: bool,
    /// Whether it is ticked, where it may be.
    pub checked: bool,
}

impl ScopeText {
    /// The scopes of a set, in words.
    pub fn all(scope: &Scope, known: &[ScopeEntry]) -> Vec<Self> {
        let of = |name: &str| match known.iter().find(|entry| entry.name == name) {
            Some(entry) => Self::of(entry, true),
            None => Self { name: name.to_owned(), text: name.to_owned(), sensitive: false, checked: true },
        };
        scope.names().map(of).collect()
    }

    /// One scope, in words.
    pub fn of(entry: &ScopeEntry, checked: bool) -> Self {
        let text = if entry.description.is_empty() { &entry.name } else { &entry.description };
        Self { name: entry.name.clone(), text: text.clone(), sensitive: entry.sensitive, checked }
    }

    /// Realistic data.
    pub fn samples() -> Vec<Self> {
        let line = |name: &str, text: &str, sensitive, checked| Self {
            name: name.into(),
            text: text.into(),
            sensitive,
            checked,
        };
        vec![
            line("profile", "See your name, username and picture", false, true),
            line("email", "See your e-mail address", false, true),
            line("account", "Change your profile and end your sessions", true, false),
        ]
    }
}

/// Renders every sample: its name with the text.
///
/// # Errors
/// When a template fails to render.
pub(super) fn samples(language: Language) -> Result<Vec<(&'static str, String)>, askama::Error> {
    Ok(drawn![language;
        "connections.html" => ConnectionList::sample(),
        "connections-empty.html" => ConnectionList::sample_empty(),
        "connection.html" => ConnectionPage::sample(),
        "tokens.html" => TokenList::sample(),
        "tokens-empty.html" => TokenList::sample_empty(),
        "token-new.html" => TokenNew::sample(),
        "token-new-errors.html" => TokenNew::sample_with_errors(),
        "token-made.html" => TokenMade::sample(),
        "clients.html" => ClientList::sample(),
        "clients-empty.html" => ClientList::sample_empty(),
        "client-new.html" => ClientNew::sample(),
        "client-new-errors.html" => ClientNew::sample_with_errors(),
        "client.html" => ClientPage::sample(),
        "client-edit.html" => ClientEdit::sample(),
        "client-edit-errors.html" => ClientEdit::sample_with_errors(),
        "client-secrets.html" => ClientSecrets::sample(),
        "client-secrets-made.html" => ClientSecrets::sample_made(),
        "client-delete.html" => ClientDelete::sample(),
        "client-failures.html" => ClientFailures::sample(),
        "client-failures-empty.html" => ClientFailures::sample_empty(),
    ])
}
