//! The administration of apps, scopes and keys, and what was done and refused.

use super::Who::Admin;
use super::{Entry, Stage, at, by};
use crate::kit::Page;

pub fn entries() -> Vec<Entry> {
    vec![
        at("admin-clients", "/admin/clients", Admin),
        at("admin-client-new", "/admin/new-client", Admin),
        by("admin-client-new-wrong", "/admin/new-client", Admin, |_, page| {
            Box::pin(async {
                page.go("/admin/new-client").await;
                page.send_anything().await;
                page.fill("Redirect URIs", "nonsense").await;
                page.press("Create the app").await;
            })
        }),
        by("admin-client", "/admin/clients/{id}", Admin, |stage, page| Box::pin(app(stage, page, ""))),
        by("admin-client-edit", "/admin/clients/{id}/edit", Admin, |stage, page| Box::pin(app(stage, page, "/edit"))),
        by("admin-client-owner", "/admin/clients/{id}/{act}", Admin, |stage, page| {
            Box::pin(app(stage, page, "/owner"))
        }),
        by("admin-client-secret-end", "/admin/clients/{id}/secrets/{secret}/end", Admin, |stage, page| {
            Box::pin(async {
                app(stage, page, "").await;
                page.follow("End the secret").await;
            })
        }),
        at("admin-scopes", "/admin/scopes", Admin),
        at("admin-scope-new", "/admin/new-scope", Admin),
        by("admin-scope-edit", "/admin/scopes/edit", Admin, |_, page| {
            Box::pin(page.go("/admin/scopes/edit?name=profile"))
        }),
        by("admin-scope-delete", "/admin/scopes/delete", Admin, |_, page| {
            Box::pin(page.go("/admin/scopes/delete?name=profile"))
        }),
        at("admin-keys", "/admin/keys", Admin),
        at("admin-keys-rotate", "/admin/keys/rotate", Admin),
        by("admin-keys-withdraw", "/admin/keys/withdraw", Admin, |_, page| {
            Box::pin(async {
                page.go("/admin/keys").await;
                let first =
                    page.ask("return document.querySelector('a[href*=\"keys/withdraw\"]').getAttribute('href')").await;
                page.go(first.as_str().expect("a link")).await;
            })
        }),
        at("admin-audit", "/admin/audit", Admin),
        at("admin-failures", "/admin/failures", Admin),
    ]
}

/// A page of the app.
async fn app(stage: &Stage, page: &Page, below: &str) {
    page.go(&format!("/admin/clients/{}{below}", stage.app.id)).await;
}
