//! The outbox, the templates, the settings and the figures, for the administration.

use askama::Template;

use super::{Frame, Pager, Select, Table};
use crate::http::pages::views::Page;

/// The outbox.
#[derive(Debug, Clone, Template)]
#[template(path = "pages/admin/outbox.html")]
pub struct AdminOutbox {
    /// What every page needs.
    pub page: Page,
    /// What the administration needs.
    pub frame: Frame,
    /// What was done just now.
    pub notice: Option<String>,
    /// Which states there are.
    pub state: Select,
    /// The messages.
    pub messages: Vec<MessageLine>,
    /// The ways to other pages.
    pub pager: Pager,
}

/// A message in a list.
#[derive(Debug, Clone)]
pub struct MessageLine {
    /// Its address here.
    pub path: String,
    /// To whom, as far as it is shown.
    pub recipient: String,
    /// What kind it is.
    pub kind: String,
    /// `mail` or `sms`.
    pub channel: String,
    /// How far it has come: the class of its tag, and what it says.
    pub state: (&'static str, String),
    /// How often it was tried.
    pub attempts: i64,
    /// When it was written.
    pub created: String,
    /// When it is tried again.
    pub next: String,
    /// Whether it can be sent now or given up.
    pub may_act: bool,
}

impl AdminOutbox {
    /// One message that waits.
    pub fn sample() -> Self {
        Self {
            page: Page::sample_signed_in(),
            frame: Frame::sample("/admin/outbox"),
            notice: Some("Grantor".into()),
            state: Select { name: "state", label: "Grantor".into(), choices: Vec::new() },
            messages: vec![MessageLine {
                path: "/admin/outbox/x".into(),
                recipient: "a…@example.com".into(),
                kind: "password.reset".into(),
                channel: "mail.".into(),
                state: ("waiting", "Grantor".into()),
                attempts: 2,
                created: "2026-03-04 05:06:07 UTC".into(),
                next: "2026-03-04 05:06:07 UTC".into(),
                may_act: true,
            }],
            pager: Pager::default(),
        }
    }

    /// Nothing was written.
    pub fn sample_empty() -> Self {
        Self { messages: Vec::new(), notice: None, ..Self::sample() }
    }
}

/// Every mail with sample data.
#[derive(Debug, Clone, Template)]
#[template(path = "pages/admin/templates.html")]
pub struct AdminTemplates {
    /// What every page needs.
    pub page: Page,
    /// What the administration needs.
    pub frame: Frame,
    /// Which languages there are: tag, own name, whether it is shown.
    pub languages: Vec<(&'static str, &'static str, bool)>,
    /// The mails: identifier on the page, name, text, and where it is shown as a mail reader does.
    pub mails: Vec<MailSample>,
}

/// A mail with sample data.
#[derive(Debug, Clone)]
pub struct MailSample {
    /// What kind it is.
    pub kind: String,
    /// As plain text.
    pub text: String,
    /// Where it is shown as mail readers show it.
    pub href: String,
}

impl AdminTemplates {
    /// One mail.
    pub fn sample() -> Self {
        Self {
            page: Page::sample_signed_in(),
            frame: Frame::sample("/admin/outbox"),
            languages: vec![("en", "English", true), ("de", "Deutsch", false)],
            mails: vec![MailSample {
                kind: "password.reset".into(),
                text: "Hello Ada Lovelace,".into(),
                href: "/admin/outbox/templates/password_reset_link?language=en".into(),
            }],
        }
    }
}

/// The settings in force.
#[derive(Debug, Clone, Template)]
#[template(path = "pages/admin/settings.html")]
pub struct AdminSettings {
    /// What every page needs.
    pub page: Page,
    /// What the administration needs.
    pub frame: Frame,
    /// The sections, each a table.
    pub sections: Vec<Table>,
}

impl AdminSettings {
    /// One section.
    pub fn sample() -> Self {
        Self {
            page: Page::sample_signed_in(),
            frame: Frame::sample("/admin/settings"),
            sections: vec![Table::sample(
                "server",
                "server.",
                &["Grantor"],
                &[&["server.listen"], &["127.0.0.1:8080"]],
            )],
        }
    }
}
