//! The overview of an account.

use askama::Template;

use super::{Nav, Section, SessionLine};
use crate::core::time::Time;
use crate::http::pages::views::{Page, initial};

/// `/account`
#[derive(Debug, Clone, Template)]
#[template(path = "pages/account.html")]
pub struct AccountOverview {
    /// What every page needs.
    pub page: Page,
    /// The way to the other pages.
    pub nav: Nav,
    /// The person's name.
    pub name: String,
    /// What they sign in with.
    pub username: String,
    /// Their e-mail address.
    pub email: String,
    /// Whether it was shown to be theirs.
    pub is_verified: bool,
    /// Where their picture is.
    pub picture: Option<String>,
    /// When the account was made.
    pub since: Time,
    /// Codes of an app are on.
    pub totp: bool,
    /// Codes by text message are on.
    pub sms: bool,
    /// How many recovery codes are left.
    pub recovery_codes: i64,
    /// How many passkeys there are.
    pub passkeys: i64,
    /// How many apps may do something.
    pub apps: i64,
    /// Where they are signed in: the sessions used last.
    pub sessions: Vec<SessionLine>,
}

impl AccountOverview {
    /// An account that is well kept.
    pub fn sample() -> Self {
        Self {
            page: Page::sample_signed_in(),
            nav: Nav::sample(Section::Overview),
            name: "Ada Lovelace".into(),
            username: "ada".into(),
            email: "ada@example.com".into(),
            is_verified: true,
            picture: Some("/files/kX3Jr0bq1Yt9w2Zs5Vd7aA.jpg".into()),
            since: Time::default(),
            totp: true,
            sms: false,
            recovery_codes: 2,
            passkeys: 2,
            apps: 3,
            sessions: SessionLine::samples(),
        }
    }

    /// A new account.
    pub fn sample_new() -> Self {
        Self {
            nav: Nav { current: Section::Overview, admin: false },
            is_verified: false,
            picture: None,
            totp: false,
            recovery_codes: 0,
            passkeys: 0,
            apps: 0,
            sessions: SessionLine::samples().into_iter().take(1).collect(),
            ..Self::sample()
        }
    }

    /// The letter shown in place of a picture.
    pub fn initial(&self) -> String {
        initial(&self.name)
    }

    /// Whether a password alone opens the account.
    pub fn is_weak(&self) -> bool {
        !self.totp && !self.sms && self.passkeys == 0
    }
}
