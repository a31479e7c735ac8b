//! What the server writes to people, for those who work on it.

use askama::Template;

use super::Page;

/// The newest messages to people.
#[derive(Debug, Clone, Template)]
#[template(path = "pages/outbox.html")]
pub struct Outbox {
    /// What every page needs.
    pub page: Page,
    /// The messages, newest first.
    pub messages: Vec<Written>,
}

/// A message to a person.
#[derive(Debug, Clone)]
pub struct Written {
    /// To whom.
    pub to: String,
    /// `mail` or `sms`.
    pub channel: String,
    /// The subject line; empty for a text message.
    pub subject: String,
    /// When it was written.
    pub time: String,
    /// How far it has come.
    pub state: &'static str,
    /// What it says, line by line.
    pub lines: Vec<Line>,
}

/// A line of a message.
#[derive(Debug, Clone)]
pub struct Line {
    /// The line.
    pub text: String,
    /// Whether it is an address of this server.
    pub is_link: bool,
}

impl Outbox {
    /// A mail and a text message.
    pub fn sample() -> Self {
        let line = |text: &str| Line { text: text.into(), is_link: text.starts_with("http://127.0.0.1:8080/") };
        let lines = ["Hello Ada Lovelace,", "", "http://127.0.0.1:8080/password/reset?token=gra_pr_8Jt2pQ0vXm4nYb6c"];
        Self {
            page: Page::sample(),
            messages: vec![
                Written {
                    to: "ada@example.com".into(),
                    channel: "mail".into(),
                    subject: "Choose a new password for Grantor".into(),
                    time: "2026-03-04 05:06:07 UTC".into(),
                    state: "kept",
                    lines: lines.map(line).into(),
                },
                Written {
                    to: "+441632960961".into(),
                    channel: "sms".into(),
                    subject: String::new(),
                    time: "2026-03-04 05:00:00 UTC".into(),
                    state: "kept",
                    lines: vec![line("402917 is your code for Grantor.")],
                },
            ],
        }
    }

    /// Nothing was written yet.
    pub fn sample_empty() -> Self {
        Self { page: Page::sample(), messages: Vec::new() }
    }
}
