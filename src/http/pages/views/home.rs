//! The front page.

use askama::Template;

use super::Page;

/// `/`: what this server is, for whoever is not signed in.
#[derive(Debug, Clone, Template)]
#[template(path = "pages/home.html")]
pub struct Home {
    /// What every page needs.
    pub page: Page,
    /// Whether people may make their own accounts.
    pub registration_enabled: bool,
    /// Where developers find the documentation.
    pub docs_href: Option<String>,
    /// Whether the outbox can be read here.
    pub development: bool,
}

impl Home {
    /// Realistic data.
    pub fn sample() -> Self {
        Self {
            page: Page::sample(),
            registration_enabled: true,
            docs_href: Some("https://docs.example.com/grantor".into()),
            development: true,
        }
    }
}
