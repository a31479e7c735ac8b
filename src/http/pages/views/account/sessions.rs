//! Where a person is signed in.

use askama::Template;

use super::{Nav, Section};
use crate::core::text::Said;
use crate::core::time::Time;
use crate::http::pages::views::{Errors, Page};

/// One session in a list.
#[derive(Debug, Clone)]
pub struct SessionLine {
    /// Which.
    pub id: String,
    /// Browser and system, in words.
    pub device: String,
    /// It is a sign-in to the server's own API.
    pub is_api: bool,
    /// It is the one that looks at the list.
    pub is_this: bool,
    /// Where it was begun.
    pub address: Option<String>,
    /// When it was begun.
    pub created_at: Time,
    /// When it was last used.
    pub last_seen_at: Time,
}

impl SessionLine {
    /// Realistic data.
    pub fn samples() -> Vec<Self> {
        let line = |id: &str, device: &str| Self {
            id: id.into(),
            device: device.into(),
            is_api: false,
            is_this: false,
            address: Some("192.0.2.77".into()),
            created_at: Time::default(),
            last_seen_at: Time::default(),
        };
        vec![
            Self { is_this: true, ..line("ARmJc3kqZ0", "Firefox on Linux") },
            line("Bq1Yt9w2Zs", "Safari on iOS"),
            Self { is_api: true, address: None, ..line("Cz5Vd7aAkX", "Unknown browser") },
        ]
    }
}

/// `/account/sessions`
#[derive(Debug, Clone, Template)]
#[template(path = "pages/account_sessions.html")]
pub struct AccountSessions {
    /// What every page needs.
    pub page: Page,
    /// The way to the other pages.
    pub nav: Nav,
    /// What just happened.
    pub notice: Option<Said>,
    /// Why the last attempt failed as a whole.
    pub alert: Option<Said>,
    /// What is wrong with a field.
    pub errors: Errors,
    /// The sessions of this part of the list, the last used first.
    pub sessions: Vec<SessionLine>,
    /// The way to the start of the list, unless this is it.
    pub first: Option<String>,
    /// The way to what follows.
    pub next: Option<String>,
}

impl AccountSessions {
    /// Several, and more to come.
    pub fn sample() -> Self {
        Self {
            page: Page::sample_signed_in(),
            nav: Nav::sample(Section::Sessions),
            notice: None,
            alert: None,
            errors: Errors::default(),
            sessions: SessionLine::samples(),
            first: None,
            next: Some("/account/sessions?after=0.Cz5Vd7aAkX".into()),
        }
    }

    /// This one alone.
    pub fn sample_alone() -> Self {
        let sample = Self::sample();
        Self {
            notice: Some("sessions-others-ended".into()),
            sessions: SessionLine::samples().into_iter().take(1).collect(),
            next: None,
            ..sample
        }
    }

    /// Whether there are others to be ended.
    pub fn has_others(&self) -> bool {
        self.first.is_some() || self.next.is_some() || self.sessions.iter().any(|session| !session.is_this)
    }
}
