//! How something ended: a plain message, or an error.

use askama::Template;

use super::{Link, Page};
use crate::core::text::Said;

/// A page that says one thing: “Your password has been changed”, “This link has expired”.
#[derive(Debug, Clone, Template)]
#[template(path = "pages/message.html")]
pub struct Message {
    /// What every page needs.
    pub page: Page,
    /// The thing said.
    pub title: Said,
    /// A sentence or two more.
    pub text: Said,
    /// Where to go next.
    pub link: Option<Link>,
}

impl Message {
    /// After a reset.
    pub fn sample() -> Self {
        Self {
            page: Page::sample(),
            title: "password-changed-title".into(),
            text: "password-changed-text".into(),
            link: Some(Link::new("/login", "login-title")),
        }
    }
}

/// Something that cannot be answered otherwise: an unknown client, a redirect URI that is not registered, 403, 404,
/// 413, 503. Nothing of the request goes to a client.
#[derive(Debug, Clone, Template)]
#[template(path = "pages/error.html")]
pub struct ErrorPage {
    /// What every page needs; `page.request_id` is shown as the reference.
    pub page: Page,
    /// The HTTP status it is sent with.
    pub status: u16,
    /// What happened, in a few words.
    pub title: Said,
    /// What it means and what to do, in plain words.
    pub text: Said,
    /// What those who make apps want to know, in English.
    pub detail: Option<String>,
    /// The code of the protocol, such as `invalid_request`.
    pub code: Option<String>,
    /// The way on.
    pub link: Option<Link>,
}

impl ErrorPage {
    /// No such page.
    pub fn sample() -> Self {
        Self {
            page: Page::sample(),
            status: 404,
            title: "error-title-not-found".into(),
            text: "error-nothing-here".into(),
            detail: None,
            code: None,
            link: Some(Link::new("/", "error-start-page")),
        }
    }

    /// A redirect URI that is not registered.
    pub fn sample_oauth() -> Self {
        Self {
            status: 400,
            title: "error-title-request".into(),
            text: "error-app".into(),
            detail: Some("the redirect URI is not registered".into()),
            code: Some("invalid_request".into()),
            link: Some(Link::new(
                "https://notes.acme.example/",
                Said::new("error-app-home").with("host", "acme.example"),
            )),
            ..Self::sample()
        }
    }
}
