//! What one sees of the apps that one let in, of one's tokens and of one's own applications.

use super::Who::Person;
use super::{Entry, Stage, at, by};
use crate::kit::Page;

pub fn entries() -> Vec<Entry> {
    let mut all = vec![
        at("connections", "/account/connections", Person),
        by("connection", "/account/connections/{id}", Person, |_, page| {
            Box::pin(async {
                page.go("/account/connections").await;
                page.follow("Manage Harbour Calendar").await;
            })
        }),
        at("token-new", "/account/tokens/new", Person),
        by("token-new-wrong", "/account/tokens/new", Person, |_, page| {
            Box::pin(async {
                page.go("/account/tokens/new").await;
                page.send_anything().await;
                page.press("Make the token").await;
            })
        }),
        by("token-made", "/account/tokens/new", Person, |_, page| {
            Box::pin(async {
                page.go("/account/tokens/new").await;
                page.fill("Name", "Backup script").await;
                page.press("Make the token").await;
            })
        }),
        at("tokens", "/account/tokens", Person),
        at("passkeys", "/account/passkeys", Person),
    ];
    all.extend(clients());
    all
}

fn clients() -> Vec<Entry> {
    vec![
        at("clients", "/account/clients", Person),
        at("client-new", "/account/clients/new", Person),
        by("client-new-wrong", "/account/clients/new", Person, |_, page| {
            Box::pin(async {
                page.go("/account/clients/new").await;
                page.fill("Name", "Tides").await;
                page.fill("Redirect URIs", "https://tides.example/callback\nnonsense").await;
                page.press("Register").await;
            })
        }),
        by("client-made", "/account/clients/new", Person, |stage, page| {
            Box::pin(async {
                page.go("/account/clients/new").await;
                page.fill("Name", &format!("Tides {}", stage.next())).await;
                page.fill("Redirect URIs", "https://tides.example/callback").await;
                page.press("Register").await;
            })
        }),
        by("client", "/account/clients/{id}", Person, |stage, page| Box::pin(own(stage, page, ""))),
        by("client-edit", "/account/clients/{id}/edit", Person, |stage, page| Box::pin(own(stage, page, "/edit"))),
        by("client-secrets", "/account/clients/{id}/secrets", Person, |stage, page| {
            Box::pin(own(stage, page, "/secrets"))
        }),
        by("client-failures", "/account/clients/{id}/failures", Person, |stage, page| {
            Box::pin(own(stage, page, "/failures"))
        }),
        by("client-delete", "/account/clients/{id}/delete", Person, |stage, page| {
            Box::pin(own(stage, page, "/delete"))
        }),
    ]
}

/// A page of hers.
async fn own(stage: &Stage, page: &Page, below: &str) {
    page.go(&format!("/account/clients/{}{below}", stage.own.id)).await;
}
