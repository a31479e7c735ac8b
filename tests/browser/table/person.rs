//! What one sees of oneself.

use super::Who::Person;
use super::{Entry, Stage, at, by};
use crate::kit::Page;

pub fn entries() -> Vec<Entry> {
    vec![
        at("account", "/account", Person),
        at("account-profile", "/account/profile", Person),
        at("account-security", "/account/security", Person),
        at("account-sessions", "/account/sessions", Person),
        at("account-data", "/account/data", Person),
        by("account-profile-wrong", "/account/profile", Person, |_, page| {
            Box::pin(async {
                page.go("/account/profile").await;
                page.fill("Telephone", "12").await;
                page.press("Save").await;
            })
        }),
        by("confirm", "/account/confirm", Person, |stage, page| {
            Box::pin(async {
                stage.wait();
                page.go("/account/confirm").await;
            })
        }),
        by("confirm-wrong", "/account/confirm", Person, |stage, page| {
            Box::pin(async {
                stage.wait();
                page.go("/account/confirm").await;
                page.fill("Password", "not her password").await;
                page.press("Confirm").await;
            })
        }),
        at("second-factor", "/account/second-factor", Person),
        by("second-factor-app", "/account/second-factor", Person, |stage, page| Box::pin(app(stage, page))),
        by("second-factor-wrong", "/account/second-factor", Person, |stage, page| {
            Box::pin(async {
                app(stage, page).await;
                page.fill("Code from the app", "000000").await;
                page.press("Turn on the app").await;
            })
        }),
    ]
}

/// Of somebody new each time, who has set up nothing yet.
async fn app(stage: &Stage, page: &Page) {
    let name = format!("new{}", stage.next());
    stage.server.user(&name);
    page.forget().await;
    page.signed_in(&stage.server, &name).await;
    page.go("/account/second-factor").await;
    page.press("Set up an app").await;
}
