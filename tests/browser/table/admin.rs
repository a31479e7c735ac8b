//! What those see who manage the server.

use super::Who::Admin;
use super::{Entry, Stage, at, by};
use crate::kit::Page;

pub fn entries() -> Vec<Entry> {
    let mut all = vec![at("account-admin", "/account", Admin)];
    all.extend(people());
    all.extend(server());
    all
}

fn people() -> Vec<Entry> {
    vec![
        at("admin-users", "/admin/users", Admin),
        by("admin-users-none", "/admin/users", Admin, |_, page| {
            Box::pin(page.go("/admin/users?q=nobody-of-that-name"))
        }),
        by("admin-user", "/admin/users/{id}", Admin, |stage, page| Box::pin(ada(stage, page, ""))),
        by("admin-user-edit", "/admin/users/{id}/edit", Admin, |stage, page| Box::pin(ada(stage, page, "/edit"))),
        by("admin-user-edit-wrong", "/admin/users/{id}/edit", Admin, |stage, page| {
            Box::pin(async {
                ada(stage, page, "/edit").await;
                page.send_anything().await;
                page.fill("Date of birth", "tomorrow").await;
                page.press("Save").await;
            })
        }),
        by("admin-user-role", "/admin/users/{id}/role", Admin, |stage, page| Box::pin(ada(stage, page, "/role"))),
        by("admin-user-delete", "/admin/users/{id}/delete", Admin, |stage, page| Box::pin(ada(stage, page, "/delete"))),
        by("admin-user-disable", "/admin/users/{id}/{deed}", Admin, |stage, page| {
            Box::pin(ada(stage, page, "/disable"))
        }),
        at("admin-roles", "/admin/roles", Admin),
        at("admin-role-new", "/admin/new-role", Admin),
        by("admin-role-new-wrong", "/admin/new-role", Admin, |_, page| {
            Box::pin(async {
                page.go("/admin/new-role").await;
                page.send_anything().await;
                page.fill("Name for apps", "Not so").await;
                page.press("Save").await;
            })
        }),
        by("admin-role", "/admin/roles/{id}", Admin, |_, page| Box::pin(page.go("/admin/roles/support"))),
        by("admin-role-delete", "/admin/roles/{id}/delete", Admin, |_, page| {
            Box::pin(page.go("/admin/roles/subscriber-care/delete"))
        }),
    ]
}

fn server() -> Vec<Entry> {
    vec![
        at("admin", "/admin", Admin),
        at("admin-outbox", "/admin/outbox", Admin),
        at("admin-templates", "/admin/outbox/templates", Admin),
        by("admin-template", "/admin/outbox/templates/{id}", Admin, |_, page| {
            Box::pin(async {
                page.go("/admin/outbox/templates").await;
                page.follow_in("password_reset_link", "As mail programs show it").await;
            })
        })
        .sandboxed(),
        at("admin-settings", "/admin/settings", Admin),
    ]
}

/// A page of hers.
async fn ada(stage: &Stage, page: &Page, below: &str) {
    page.go(&format!("/admin/users/{}{below}", stage.ada.id)).await;
}
