//! The apps that a person let in.

use askama::Template;

use super::super::{Nav, Page, Section};
use super::{AppFace, ScopeText};
use crate::core::time::Time;

/// `/account/connections`
#[derive(Debug, Clone, Template)]
#[template(path = "apps/connections.html")]
pub struct ConnectionList {
    /// What every page needs.
    pub page: Page,
    /// The way to the other pages.
    pub nav: Nav,
    /// What just happened: a message.
    pub notice: Option<&'static str>,
    /// The apps.
    pub apps: Vec<ConnectionLine>,
    /// The start of the list, unless this is it.
    pub first_href: Option<String>,
    /// The next page, if there is one.
    pub next_href: Option<String>,
}

/// One app.
#[derive(Debug, Clone)]
pub struct ConnectionLine {
    /// Where its page is.
    pub href: String,
    /// The app.
    pub face: AppFace,
    /// Since when it is let in.
    pub since: Option<Time>,
    /// When it last got a token.
    pub last_used: Option<Time>,
    /// What it may do.
    pub scopes: Vec<ScopeText>,
}

impl ConnectionLine {
    fn sample() -> Self {
        Self {
            href: "/account/connections/acme".into(),
            face: AppFace::sample(),
            since: Some(sample_time()),
            last_used: Some(sample_time()),
            scopes: ScopeText::samples(),
        }
    }
}

pub(super) fn sample_time() -> Time {
    chrono::DateTime::from_timestamp(1_772_600_767, 0).unwrap_or_default().naive_utc()
}

impl ConnectionList {
    /// Two apps.
    pub fn sample() -> Self {
        let other = AppFace { verified: false, first_party: true, owner: None, website: None, ..AppFace::sample() };
        let other = ConnectionLine { face: other, last_used: None, scopes: Vec::new(), ..ConnectionLine::sample() };
        Self {
            page: Page::sample_signed_in(),
            nav: Nav::sample(Section::Connections),
            notice: Some("connections-revoked"),
            apps: vec![ConnectionLine::sample(), other],
            first_href: None,
            next_href: Some("/account/connections?after=acme".into()),
        }
    }

    /// None.
    pub fn sample_empty() -> Self {
        Self { notice: None, apps: Vec::new(), next_href: None, ..Self::sample() }
    }
}

/// `/account/connections/{id}`
#[derive(Debug, Clone, Template)]
#[template(path = "apps/connection.html")]
pub struct ConnectionPage {
    /// What every page needs.
    pub page: Page,
    /// The way to the other pages.
    pub nav: Nav,
    /// What just happened: a message.
    pub notice: Option<&'static str>,
    /// Why the last attempt failed: a message.
    pub alert: Option<&'static str>,
    /// The app.
    pub app: ConnectionLine,
}

impl ConnectionPage {
    /// Realistic data.
    pub fn sample() -> Self {
        Self {
            page: Page::sample_signed_in(),
            nav: Nav::sample(Section::Connections),
            notice: Some("connections-scope-taken"),
            alert: None,
            app: ConnectionLine::sample(),
        }
    }
}
