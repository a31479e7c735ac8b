//! Pages of the administration that list, show and change things, whatever these are: apps, scopes, keys, records.

use askama::Template;

use super::Frame;
use crate::core::text::Said;
use crate::http::pages::views::{Errors, Page};

/// What stands in a cell.
#[derive(Debug, Clone, Default)]
pub struct Cell {
    /// What it says.
    pub text: String,
    /// Where more is said of it.
    pub href: Option<String>,
    /// Whether it is to be copied letter by letter.
    pub is_code: bool,
    /// Marks beside it.
    pub tags: Vec<Tag>,
    /// Lines under it.
    pub more: Vec<String>,
}

impl Cell {
    /// Words.
    pub fn text(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }

    /// Words that lead somewhere.
    pub fn link(text: impl Into<String>, href: impl Into<String>) -> Self {
        Self { href: Some(href.into()), ..Self::text(text) }
    }

    /// What is copied letter by letter.
    pub fn code(text: impl Into<String>) -> Self {
        Self { is_code: true, ..Self::text(text) }
    }

    /// With lines under it.
    #[must_use]
    pub fn with(mut self, more: impl IntoIterator<Item = String>) -> Self {
        self.more.extend(more);
        self
    }

    /// With a mark.
    #[must_use]
    pub fn tagged(mut self, tags: impl IntoIterator<Item = Tag>) -> Self {
        self.tags.extend(tags);
        self
    }
}

/// A mark.
#[derive(Debug, Clone)]
pub struct Tag {
    /// `on`, `off`, `waiting` or `new`: its colour.
    pub kind: &'static str,
    /// What it says.
    pub text: Said,
}

impl Tag {
    /// A mark.
    pub fn new(kind: &'static str, text: impl Into<Said>) -> Self {
        Self { kind, text: text.into() }
    }
}

/// The head of a column.
#[derive(Debug, Clone)]
pub struct Head {
    /// What it says.
    pub label: Said,
    /// Where the list is sorted by it.
    pub href: Option<String>,
    /// `ascending` or `descending`, if the list is sorted by it.
    pub order: Option<&'static str>,
}

impl Head {
    /// A column that the list cannot be sorted by.
    pub fn plain(label: &'static str) -> Self {
        Self { label: label.into(), href: None, order: None }
    }
}

/// One of several.
#[derive(Debug, Clone)]
pub struct Variant {
    /// What is sent.
    pub value: String,
    /// What it says.
    pub label: Said,
    /// Whether it is the chosen one.
    pub selected: bool,
}

impl Variant {
    /// A choice, which is the chosen one when its value is `chosen`.
    pub fn new(value: impl Into<String>, label: impl Into<Said>, chosen: &str) -> Self {
        let value = value.into();
        Self { selected: value == chosen, value, label: label.into() }
    }
}

/// A field of a form.
#[derive(Debug, Clone)]
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// What it is.
    pub label: Said,
    /// What is said of it.
    pub hint: Option<Said>,
    /// A type of `<input>`, or `area`, `select`, `check` (whose value is `1` when ticked) or `checks`.
    pub kind: &'static str,
    /// What is in it.
    pub value: String,
    /// What there is to choose from.
    pub choices: Vec<Variant>,
    /// Whether it may not be empty.
    pub required: bool,
}

impl Field {
    /// A line.
    pub fn text(name: &'static str, label: impl Into<Said>, value: impl Into<String>) -> Self {
        let (label, value) = (label.into(), value.into());
        Self { name, label, hint: None, kind: "text", value, choices: Vec::new(), required: false }
    }

    /// What goes with a form unseen.
    pub fn hidden(name: &'static str, value: impl Into<String>) -> Self {
        Self::text(name, Said::verbatim(""), value).of("hidden")
    }

    /// Something to choose from.
    pub fn select(name: &'static str, label: impl Into<Said>, choices: Vec<Variant>) -> Self {
        Self { kind: "select", choices, ..Self::text(name, label, "") }
    }

    /// Yes or no.
    pub fn check(name: &'static str, label: impl Into<Said>, ticked: bool) -> Self {
        Self { kind: "check", ..Self::text(name, label, if ticked { "1" } else { "" }) }
    }

    /// The same of another kind.
    #[must_use]
    pub fn of(mut self, kind: &'static str) -> Self {
        self.kind = kind;
        self
    }

    /// The same with something said of it.
    #[must_use]
    pub fn hinted(mut self, hint: impl Into<Said>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The same, which may not be empty.
    #[must_use]
    pub fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// What it sends.
    pub fn chosen(&self) -> &str {
        self.choices.iter().find(|choice| choice.selected).map_or(&self.value, |choice| &choice.value)
    }
}

/// Something that can be done, on a page of its own.
#[derive(Debug, Clone)]
pub struct Way {
    /// Where.
    pub href: String,
    /// What.
    pub label: Said,
    /// Whether it takes something away.
    pub is_danger: bool,
}

impl Way {
    /// Something that can be done.
    pub fn new(href: impl Into<String>, label: impl Into<Said>, is_danger: bool) -> Self {
        Self { href: href.into(), label: label.into(), is_danger }
    }
}

/// A list.
#[derive(Debug, Clone, Template)]
#[template(path = "pages/admin/records.html")]
pub struct AdminRecords {
    /// What every page needs.
    pub page: Page,
    /// What the administration needs.
    pub frame: Frame,
    /// What is listed.
    pub title: Said,
    /// What is said of it.
    pub lead: Said,
    /// What was done just now.
    pub notice: Option<Said>,
    /// What can be done.
    pub acts: Vec<Way>,
    /// The address of the list.
    pub path: &'static str,
    /// What narrows it.
    pub filters: Vec<Field>,
    /// What is wrong with what narrows it.
    pub errors: Errors,
    /// The heads of the columns.
    pub columns: Vec<Head>,
    /// The rows.
    pub rows: Vec<Vec<Cell>>,
    /// What is said when there are none.
    pub none: Said,
    /// The first page, unless this is it.
    pub first: Option<String>,
    /// The page after this one.
    pub next: Option<String>,
    /// Where all of it can be had as a file.
    pub export: Option<&'static str>,
}

/// One thing.
#[derive(Debug, Clone, Template)]
#[template(path = "pages/admin/record.html")]
pub struct AdminRecord {
    /// What every page needs.
    pub page: Page,
    /// What the administration needs.
    pub frame: Frame,
    /// Its name.
    pub title: String,
    /// Marks beside the name.
    pub tags: Vec<Tag>,
    /// The list that it is from.
    pub back: Way,
    /// What was done just now.
    pub notice: Option<Said>,
    /// A secret that was made just now.
    pub secret: Option<String>,
    /// What is known of it.
    pub data: Vec<(Said, Cell)>,
    /// What belongs to it.
    pub tables: Vec<RecordTable>,
    /// What can be done.
    pub acts: Vec<Way>,
}

/// What belongs to a thing.
#[derive(Debug, Clone)]
pub struct RecordTable {
    /// Identifies it on the page.
    pub id: &'static str,
    /// What is listed.
    pub title: Said,
    /// The heads of the columns.
    pub columns: Vec<Head>,
    /// The rows.
    pub rows: Vec<Vec<Cell>>,
    /// What is said when there are none.
    pub none: Said,
}

/// A form, or a question before something is done.
#[derive(Debug, Clone, Template)]
#[template(path = "pages/admin/form.html")]
pub struct AdminForm {
    /// What every page needs.
    pub page: Page,
    /// What the administration needs.
    pub frame: Frame,
    /// What is to be done.
    pub title: Said,
    /// The way back.
    pub back: Way,
    /// Why it failed as a whole.
    pub alert: Option<Said>,
    /// What is wrong with a field.
    pub errors: Errors,
    /// What comes of it.
    pub text: Option<Said>,
    /// What it is about.
    pub data: Vec<(Said, Cell)>,
    /// Where it goes.
    pub action: String,
    /// The fields.
    pub fields: Vec<Field>,
    /// What the button says.
    pub submit: Said,
    /// Whether it takes something away.
    pub is_danger: bool,
}
