//! What the pages of the administration share: their frame, and the parts of their lists.

mod dashboard;
mod people;
mod record_samples;
mod records;
mod roles;
mod server;

pub use dashboard::{AdminDashboard, Chart};
pub use people::{ActLink, AdminConfirm, AdminUser, AdminUserEdit, AdminUsers, PersonLine, Table, TextField};
pub use records::{AdminForm, AdminRecord, AdminRecords, Cell, Field, Head, RecordTable, Tag, Variant, Way};
pub use roles::{AdminRole, AdminRoles, RoleLine, Tick};
pub use server::{AdminOutbox, AdminSettings, AdminTemplates, MailSample, MessageLine};

/// The ways that the person may go, and who they are.
#[derive(Debug, Clone)]
pub struct Frame {
    /// The sections that they may see.
    pub links: Vec<NavLink>,
    /// Their name.
    pub name: String,
}

/// A section of the administration.
#[derive(Debug, Clone)]
pub struct NavLink {
    /// Where it is.
    pub href: &'static str,
    /// The message that names it.
    pub id: &'static str,
    /// Whether the page belongs to it.
    pub current: bool,
}

impl Frame {
    /// As an admin sees it, in one of the sections.
    pub fn sample(section: &str) -> Self {
        let links = crate::http::pages::admin::SECTIONS.iter();
        let link = |(href, id, _): &(&'static str, &'static str, _)| NavLink { href, id, current: *href == section };
        Self { links: links.map(link).collect(), name: "Ada Lovelace".into() }
    }
}

/// What a list is narrowed to.
#[derive(Debug, Clone, Default)]
pub struct Listing {
    /// The address of the list, without its query.
    pub path: String,
    /// What is looked for.
    pub q: String,
    /// How it is sorted; empty for the usual way.
    pub sort: String,
    /// What else narrows it.
    pub filters: Vec<Select>,
}

/// Something to choose from.
#[derive(Debug, Clone)]
pub struct Select {
    /// The name of the field.
    pub name: &'static str,
    /// What it chooses.
    pub label: String,
    /// What there is.
    pub choices: Vec<Pick>,
}

/// One of several.
#[derive(Debug, Clone)]
pub struct Pick {
    /// What is sent.
    pub value: String,
    /// What it says.
    pub label: String,
    /// Whether it is the chosen one.
    pub selected: bool,
}

impl Pick {
    /// A choice, which is the chosen one when its value is `chosen`.
    pub fn new(value: impl Into<String>, label: impl Into<String>, chosen: &str) -> Self {
        let value = value.into();
        Self { selected: value == chosen, value, label: label.into() }
    }
}

/// The head of a column.
#[derive(Debug, Clone)]
pub struct Column {
    /// What it says.
    pub label: String,
    /// Where the list is sorted by it.
    pub href: Option<String>,
    /// `ascending` or `descending`, if the list is sorted by it.
    pub order: Option<&'static str>,
}

impl Column {
    /// A column that the list cannot be sorted by.
    pub fn plain(label: impl Into<String>) -> Self {
        Self { label: label.into(), href: None, order: None }
    }
}

/// The ways to other pages of a list.
#[derive(Debug, Clone, Default)]
pub struct Pager {
    /// The first page, unless this is it.
    pub first: Option<String>,
    /// The page before this one.
    pub previous: Option<String>,
    /// The page after this one.
    pub next: Option<String>,
}

impl Pager {
    /// Whether there are no others.
    pub fn is_empty(&self) -> bool {
        self.first.is_none() && self.previous.is_none() && self.next.is_none()
    }
}
