//! How something ended: a plain message, or an error.

use askama::Template;

use super::{Link, Page};

/// A page that says one thing: “Your password has been changed”, “This link has expired”.
#[derive(Debug, Clone, Template)]
#[template(path = "pages/message.html")]
pub struct Message {
    /// What every page needs.
    pub page: Page,
    /// The thing said.
    pub title: String,
    /// A sentence or two more.
    pub text: String,
    /// Where to go next.
    pub link: Option<Link>,
}

impl Message {
    /// After a reset.
    pub fn sample() -> Self {
        Self {
            page: Page::sample(),
            title: "Your password has been changed".into(),
            text: "You are signed out everywhere. Sign in again with the new password.".into(),
            link: Some(Link::new("/login", "Sign in")),
        }
    }
}

/// Something that cannot be answered otherwise: an unknown client, a redirect URI that is not registered, 403, 404,
/// 413, 503. Never leads back to a client.
#[derive(Debug, Clone, Template)]
#[template(path = "pages/error.html")]
pub struct ErrorPage {
    /// What every page needs; `page.request_id` is shown as the reference.
    pub page: Page,
    /// The HTTP status it is sent with.
    pub status: u16,
    /// What happened, in a few words.
    pub title: String,
    /// What it means and what to do, in plain words.
    pub text: String,
    /// The code of the protocol, such as `invalid_request`.
    pub code: Option<String>,
    /// Where to go next.
    pub link: Option<Link>,
}

impl ErrorPage {
    /// No such page.
    pub fn sample() -> Self {
        Self {
            page: Page::sample(),
            status: 404,
            title: "This page does not exist".into(),
            text: "The address may be mistyped, or the page may have moved.".into(),
            code: None,
            link: Some(Link::new("/", "Go to the start page")),
        }
    }

    /// A redirect URI that is not registered.
    pub fn sample_oauth() -> Self {
        Self {
            status: 400,
            title: "We stopped this sign-in".into(),
            text: "The app that sent you here wants the answer at an address that is not registered for it. Nothing \
                   was given to it. Please tell the makers of the app."
                .into(),
            code: Some("invalid_request".into()),
            link: None,
            ..Self::sample()
        }
    }
}
