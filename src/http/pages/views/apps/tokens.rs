//! Personal access tokens.

use askama::Template;

use super::super::{Errors, Nav, Page, Section};
use super::ScopeText;
use super::connections::sample_time;
use crate::core::text::Said;
use crate::core::time::Time;

/// `/account/tokens`
#[derive(Debug, Clone, Template)]
#[template(path = "apps/tokens.html")]
pub struct TokenList {
    /// What every page needs.
    pub page: Page,
    /// The way to the other pages.
    pub nav: Nav,
    /// What just happened: a message.
    pub notice: Option<&'static str>,
    /// Why the last attempt failed: a message.
    pub alert: Option<&'static str>,
    /// The tokens that work.
    pub tokens: Vec<TokenLine>,
}

/// One token.
#[derive(Debug, Clone)]
pub struct TokenLine {
    /// Its identifier.
    pub id: String,
    /// The name its owner gave it.
    pub name: String,
    /// What it allows.
    pub scopes: Vec<ScopeText>,
    /// When it was made.
    pub created_at: Time,
    /// When it stops working.
    pub expires_at: Time,
    /// When it was last used, to the hour.
    pub last_used: Option<Time>,
}

impl TokenList {
    /// Two tokens.
    pub fn sample() -> Self {
        let line = TokenLine {
            id: "k3VhT0o7w5Qy1mJ8sXc2Rg".into(),
            name: "Backup script".into(),
            scopes: ScopeText::samples(),
            created_at: sample_time(),
            expires_at: sample_time(),
            last_used: Some(sample_time()),
        };
        let other = TokenLine { name: "Laptop".into(), scopes: Vec::new(), last_used: None, ..line.clone() };
        Self {
            page: Page::sample_signed_in(),
            nav: Nav::sample(Section::Tokens),
            notice: Some("tokens-revoked"),
            alert: None,
            tokens: vec![line, other],
        }
    }

    /// None.
    pub fn sample_empty() -> Self {
        Self { notice: None, tokens: Vec::new(), ..Self::sample() }
    }
}

/// `/account/tokens/new`
#[derive(Debug, Clone, Template)]
#[template(path = "apps/token_new.html")]
pub struct TokenNew {
    /// What every page needs.
    pub page: Page,
    /// The way to the other pages.
    pub nav: Nav,
    /// Why the last attempt failed as a whole.
    pub alert: Option<Said>,
    /// What is wrong with a field.
    pub errors: Errors,
    /// The name that was typed.
    pub name: String,
    /// The scopes there are.
    pub scopes: Vec<ScopeText>,
    /// For how many days it may work.
    pub days: Vec<u64>,
    /// For how many days it was asked for.
    pub chosen: u64,
    /// This form, so that it makes one token even if it is sent twice.
    pub form: String,
}

impl TokenNew {
    /// An empty form.
    pub fn sample() -> Self {
        Self {
            page: Page::sample_signed_in(),
            nav: Nav::sample(Section::Tokens),
            alert: None,
            errors: Errors::default(),
            name: String::new(),
            scopes: ScopeText::samples(),
            days: vec![7, 30, 90, 365],
            chosen: 30,
            form: "0c9b8e7d6f5a4b3c2d1e0f".into(),
        }
    }

    /// The same with something wrong.
    pub fn sample_with_errors() -> Self {
        let errors = Errors::default().with("name", "field-required").with("scopes", "field-choice");
        Self { errors, ..Self::sample() }
    }
}

/// The answer to the form: the token, shown this once.
#[derive(Clone, Template)]
#[template(path = "apps/token_made.html")]
pub struct TokenMade {
    /// What every page needs.
    pub page: Page,
    /// The way to the other pages.
    pub nav: Nav,
    /// The name its owner gave it.
    pub name: String,
    /// The token.
    pub token: String,
    /// When it stops working.
    pub expires_at: Time,
    /// Where it may be tried.
    pub try_at: String,
}

impl std::fmt::Debug for TokenMade {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TokenMade")
    }
}

impl TokenMade {
    /// Realistic data.
    pub fn sample() -> Self {
        Self {
            page: Page::sample_signed_in(),
            nav: Nav::sample(Section::Tokens),
            name: "Backup script".into(),
            token: "gra_at_k3VhT0o7w5Qy1mJ8sXc2Rg.2vN8sKq0yR4mZx7w".into(),
            expires_at: sample_time(),
            try_at: "https://id.example/api/me".into(),
        }
    }
}
