//! Roles, for the administration.

use askama::Template;

use super::Frame;
use crate::core::text::Said;
use crate::http::pages::views::{Errors, Page};

/// The roles.
#[derive(Debug, Clone, Template)]
#[template(path = "pages/admin/roles.html")]
pub struct AdminRoles {
    /// What every page needs.
    pub page: Page,
    /// What the administration needs.
    pub frame: Frame,
    /// What was done just now.
    pub notice: Option<String>,
    /// Whether more can be made.
    pub may_create: bool,
    /// The roles.
    pub roles: Vec<RoleLine>,
}

/// A role in a list.
#[derive(Debug, Clone)]
pub struct RoleLine {
    /// Where more is said of it.
    pub href: String,
    /// The name by which applications know it.
    pub name: String,
    /// The name as people read it.
    pub display_name: String,
    /// What it is for.
    pub description: String,
    /// How many powers it has here.
    pub powers: usize,
    /// How many permissions it has elsewhere.
    pub permissions: usize,
}

impl AdminRoles {
    /// Two roles.
    pub fn sample() -> Self {
        let line = |name: &str, powers| RoleLine {
            href: format!("/admin/roles/{name}"),
            name: name.into(),
            display_name: "Ada Lovelace".into(),
            description: "Grantor".into(),
            powers,
            permissions: 2,
        };
        Self {
            page: Page::sample_signed_in(),
            frame: Frame::sample("/admin/roles"),
            notice: Some("Grantor".into()),
            may_create: true,
            roles: vec![line("support.desk", 4), line("cashier.desk", 0)],
        }
    }
}

/// One role, to be read or changed.
#[derive(Debug, Clone, Template)]
#[template(path = "pages/admin/role.html")]
pub struct AdminRole {
    /// What every page needs.
    pub page: Page,
    /// What the administration needs.
    pub frame: Frame,
    /// What was done just now.
    pub notice: Option<String>,
    /// Why it failed as a whole.
    pub alert: Option<Said>,
    /// What is wrong with a field.
    pub errors: Errors,
    /// Whether it is made now.
    pub is_new: bool,
    /// Whether it can be changed.
    pub may_write: bool,
    /// Where it can be deleted.
    pub delete_href: Option<String>,
    /// Where the form goes.
    pub action: String,
    /// The name by which applications know it.
    pub name: String,
    /// The name as people read it.
    pub display_name: String,
    /// What it is for.
    pub description: String,
    /// Whether its holders sign in as staff.
    pub staff: bool,
    /// The powers.
    pub powers: Vec<Tick>,
    /// What it allows elsewhere, one a line.
    pub permissions: String,
}

/// Something that can be ticked.
#[derive(Debug, Clone)]
pub struct Tick {
    /// What is sent.
    pub value: &'static str,
    /// What it says.
    pub label: String,
    /// Whether it is ticked.
    pub on: bool,
}

impl AdminRole {
    /// As it is made, with a mistake.
    pub fn sample() -> Self {
        let tick = |value, on| Tick { value, label: "Ada Lovelace".into(), on };
        Self {
            page: Page::sample_signed_in(),
            frame: Frame::sample("/admin/roles"),
            notice: None,
            alert: None,
            errors: Errors::default().with("name", "field-taken").with("permissions", "field-taken"),
            is_new: true,
            may_write: true,
            delete_href: None,
            action: "/admin/new-role".into(),
            name: "support.desk".into(),
            display_name: "Ada Lovelace".into(),
            description: "Grantor".into(),
            staff: true,
            powers: vec![tick("grantor:users.read", true), tick("grantor:users.write", false)],
            permissions: "subscribers.view".into(),
        }
    }

    /// As an auditor sees it.
    pub fn sample_read() -> Self {
        Self {
            errors: Errors::default(),
            notice: Some("Grantor".into()),
            is_new: false,
            may_write: false,
            delete_href: Some("/admin/roles/support.desk/delete".into()),
            ..Self::sample()
        }
    }
}
