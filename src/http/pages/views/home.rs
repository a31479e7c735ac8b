//! The front page.

use askama::Template;

use super::{Link, Page};
use crate::core::text::Said;

/// `/`: what this server is, or who is signed in.
#[derive(Debug, Clone, Template)]
#[template(path = "pages/home.html")]
pub struct Home {
    /// What every page needs; whether somebody is signed in decides which face is shown.
    pub page: Page,
    /// What just happened, such as “You are signed out.”
    pub notice: Option<Said>,
    /// Whether people may make their own accounts.
    pub registration_enabled: bool,
    /// Whether the person signed in is an administrator.
    pub is_admin: bool,
    /// Where the person signed in can go from here: account, administration.
    pub links: Vec<Link>,
    /// Where developers find the documentation.
    pub docs_href: Option<String>,
    /// Whether the outbox can be read here.
    pub development: bool,
}

impl Home {
    /// Nobody signed in.
    pub fn sample() -> Self {
        Self {
            page: Page::sample(),
            notice: None,
            registration_enabled: true,
            is_admin: false,
            links: Vec::new(),
            docs_href: Some("https://docs.example.com/grantor".into()),
            development: true,
        }
    }

    /// An administrator signed in.
    pub fn sample_signed_in() -> Self {
        Self {
            page: Page::sample_signed_in(),
            notice: Some("email-verified-title".into()),
            is_admin: true,
            links: vec![Link::new("/account/second-factor", "second-factor-title")],
            ..Self::sample()
        }
    }
}
