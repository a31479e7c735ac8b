//! People, for the administration.

use std::borrow::Cow;

use askama::Template;

use super::{Column, Frame, Listing, Pager, Pick, Select};
use crate::core::text::Said;
use crate::http::pages::views::{Errors, Page};

/// The list of people.
#[derive(Debug, Clone, Template)]
#[template(path = "pages/admin/users.html")]
pub struct AdminUsers {
    /// What every page needs.
    pub page: Page,
    /// What the administration needs.
    pub frame: Frame,
    /// What is looked for.
    pub list: Listing,
    /// The heads of the columns.
    pub columns: Vec<Column>,
    /// The people.
    pub people: Vec<PersonLine>,
    /// Whether more people fit than are looked at.
    pub cut: bool,
    /// The ways to other pages.
    pub pager: Pager,
    /// What was done just now.
    pub notice: Option<String>,
}

/// A person in a list.
#[derive(Debug, Clone)]
pub struct PersonLine {
    /// Where more is said of them.
    pub href: String,
    /// The whole name.
    pub name: String,
    /// The name to sign in with.
    pub username: String,
    /// The e-mail address.
    pub email: String,
    /// Whether it was shown to be theirs.
    pub is_verified: bool,
    /// The name of the role.
    pub role: String,
    /// Whether the account is open.
    pub is_active: bool,
    /// When the account was made.
    pub created: String,
    /// The last sign-in.
    pub last_login: String,
}

impl AdminUsers {
    /// Two people.
    pub fn sample() -> Self {
        let line = |name: &str, username: &str, is_active| PersonLine {
            href: "/admin/users/1".into(),
            name: name.into(),
            username: username.into(),
            email: format!("{username}@example.com"),
            is_verified: is_active,
            role: "User".into(),
            is_active,
            created: "4 March 2026".into(),
            last_login: "5 March 2026, 08:15 UTC".into(),
        };
        let sorted = |label: &str, order| Column { label: label.into(), href: Some("/admin/users".into()), order };
        let choices = vec![Pick::new("", "Any", ""), Pick::new("user", "User", "")];
        Self {
            page: Page::sample_signed_in(),
            frame: Frame::sample("/admin/users"),
            list: Listing {
                path: "/admin/users".into(),
                q: "love".into(),
                sort: "email".into(),
                filters: vec![Select { name: "role", label: "Role".into(), choices }],
            },
            columns: vec![
                Column::plain("Name"),
                sorted("E-mail", Some("ascending")),
                Column::plain("Role"),
                Column::plain("State"),
                sorted("Registered", None),
                sorted("Last sign-in", None),
            ],
            people: vec![line("Ada Lovelace", "ada", true), line("Charles Babbage", "charles", false)],
            cut: true,
            pager: Pager { previous: Some("?before=1".into()), next: Some("?after=2".into()), first: None },
            notice: None,
        }
    }

    /// Nobody fits.
    pub fn sample_empty() -> Self {
        Self {
            people: Vec::new(),
            cut: false,
            pager: Pager::default(),
            notice: Some("The account is gone, with all that belonged to it.".into()),
            ..Self::sample()
        }
    }
}

/// One person.
#[derive(Debug, Clone, Template)]
#[template(path = "pages/admin/user.html")]
pub struct AdminUser {
    /// What every page needs.
    pub page: Page,
    /// What the administration needs.
    pub frame: Frame,
    /// What was done just now.
    pub notice: Option<String>,
    /// Their address here.
    pub path: String,
    /// The whole name.
    pub name: String,
    /// Whether the account is open.
    pub is_active: bool,
    /// What is known of them: what it is, and what it says.
    pub data: Vec<(String, String)>,
    /// What can be done: where, and how it is called.
    pub acts: Vec<ActLink>,
    /// Where more is said of them.
    pub records: Vec<ActLink>,
    /// Why nothing can be done, if so.
    pub hands_off: Option<String>,
    /// Whether all that is kept of them can be had.
    pub may_export: bool,
    /// What belongs to them.
    pub tables: Vec<Table>,
}

/// Something that can be done.
#[derive(Debug, Clone)]
pub struct ActLink {
    /// The page that asks.
    pub href: String,
    /// What it is.
    pub label: String,
    /// Whether it cannot be undone.
    pub is_danger: bool,
}

/// A table that is only read.
#[derive(Debug, Clone)]
pub struct Table {
    /// What it lists.
    pub title: String,
    /// Identifies it on the page.
    pub id: Cow<'static, str>,
    /// What is in the columns.
    pub heads: Vec<String>,
    /// The rows.
    pub rows: Vec<Vec<String>>,
    /// What is said when there are none.
    pub none: String,
}

impl Table {
    /// Realistic data.
    pub(super) fn sample(id: &'static str, title: &str, heads: &[&str], rows: &[&[&str]]) -> Self {
        let owned = |cells: &[&str]| cells.iter().map(|cell| (*cell).to_owned()).collect();
        Self {
            title: title.into(),
            id: id.into(),
            heads: owned(heads),
            rows: rows.iter().map(|row| owned(row)).collect(),
            none: "There is nothing here.".into(),
        }
    }
}

impl AdminUser {
    /// As an admin sees somebody.
    pub fn sample() -> Self {
        let link = |name: &str, label: &str, is_danger| ActLink {
            href: format!("/admin/users/1/{name}"),
            label: label.into(),
            is_danger,
        };
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        Self {
            page: Page::sample_signed_in(),
            frame: Frame::sample("/admin/users"),
            notice: Some("The e-mail address counts as verified now.".into()),
            path: "/admin/users/1".into(),
            name: "Ada Lovelace".into(),
            is_active: true,
            data: vec![pair("Username", "ada"), pair("E-mail", "ada@example.com"), pair("Role", "User")],
            acts: vec![link("edit", "Edit", false), link("disable", "Disable", true), link("delete", "Delete", true)],
            records: vec![ActLink {
                href: "/admin/audit?object=user%3A1".into(),
                label: "Grantor".into(),
                is_danger: false,
            }],
            hands_off: None,
            may_export: true,
            tables: vec![
                Table::sample("sessions", "Sessions", &["Where", "Last used"], &[&["203.0.113.7", "5 March 2026"]]),
                Table::sample("tokens", "Tokens", &["Identifier"], &[]),
            ],
        }
    }

    /// As support sees an admin.
    pub fn sample_above() -> Self {
        Self {
            notice: None,
            is_active: false,
            acts: Vec::new(),
            hands_off: Some("This person may do more than you.".into()),
            may_export: false,
            ..Self::sample()
        }
    }
}

/// What a person says of themselves, to be changed.
#[derive(Debug, Clone, Template)]
#[template(path = "pages/admin/user_edit.html")]
pub struct AdminUserEdit {
    /// What every page needs.
    pub page: Page,
    /// What the administration needs.
    pub frame: Frame,
    /// Why it failed as a whole.
    pub alert: Option<Said>,
    /// What is wrong with a field.
    pub errors: Errors,
    /// The person's address here.
    pub path: String,
    /// The whole name.
    pub name: String,
    /// The fields: name, label, type, value.
    pub fields: Vec<TextField>,
    /// The countries.
    pub country: Select,
}

/// A field of a form.
#[derive(Debug, Clone)]
pub struct TextField {
    /// Its name.
    pub name: &'static str,
    /// What it is.
    pub label: String,
    /// What is said of it.
    pub hint: String,
    /// `text`, `tel` and the like.
    pub kind: &'static str,
    /// What is in it.
    pub value: String,
    /// Whether it may not be empty.
    pub required: bool,
}

impl AdminUserEdit {
    /// A wrong date.
    pub fn sample() -> Self {
        let field = |name, label: &str, value: &str, required| TextField {
            name,
            label: label.into(),
            hint: String::new(),
            kind: "text",
            value: value.into(),
            required,
        };
        Self {
            page: Page::sample_signed_in(),
            frame: Frame::sample("/admin/users"),
            alert: None,
            errors: Errors::default().with("birthday", "The birthday is not a valid date: use YYYY-MM-DD."),
            path: "/admin/users/1".into(),
            name: "Ada Lovelace".into(),
            fields: vec![field("first_name", "First name", "Ada", true), field("birthday", "Birthday", "1815", false)],
            country: Select {
                name: "country_id",
                label: "Country".into(),
                choices: vec![Pick::new("826", "United Kingdom", "826")],
            },
        }
    }
}

/// Asks before something is done.
#[derive(Debug, Clone, Template)]
#[template(path = "pages/admin/confirm.html")]
pub struct AdminConfirm {
    /// What every page needs.
    pub page: Page,
    /// What the administration needs.
    pub frame: Frame,
    /// Why it failed.
    pub alert: Option<String>,
    /// What is to be done.
    pub title: String,
    /// To whom or what.
    pub object: String,
    /// What comes of it.
    pub text: String,
    /// What is chosen, if anything is.
    pub select: Option<Select>,
    /// Where the form goes.
    pub action: String,
    /// What the button says.
    pub submit: String,
    /// Whether it cannot be undone.
    pub is_danger: bool,
    /// The way back.
    pub back: String,
}

impl AdminConfirm {
    /// Before an account is disabled.
    pub fn sample() -> Self {
        Self {
            page: Page::sample_signed_in(),
            frame: Frame::sample("/admin/users"),
            alert: None,
            title: "Disable the account".into(),
            object: "Ada Lovelace".into(),
            text: "Every session and token ends at once.".into(),
            select: None,
            action: "/admin/users/1/disable".into(),
            submit: "Disable".into(),
            is_danger: true,
            back: "/admin/users/1".into(),
        }
    }

    /// A role to be chosen, refused.
    pub fn sample_refused() -> Self {
        Self {
            alert: Some("This is the only administrator who can sign in.".into()),
            title: "Give a role".into(),
            select: Some(Select {
                name: "role",
                label: "Role".into(),
                choices: vec![Pick::new("user", "User", "user"), Pick::new("admin", "Admin", "user")],
            }),
            is_danger: false,
            ..Self::sample()
        }
    }
}
