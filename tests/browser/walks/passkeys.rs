//! Passkeys, with an authenticator that is not there. They need scripts; where there are none, everything else works.

use serde_json::{Value, json};

use super::HOME;
use crate::kit::{self, Chrome, Page};
use crate::support::database::Database;
use crate::support::server::{ROOT, Setup, TestServer};

/// Gives the window's device a fingerprint reader, say, and answers its identifier.
async fn authenticator(page: &Page) -> Value {
    page.devtools("WebAuthn.enable", json!({ "enableUI": false })).await;
    let options = json!({
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": true,
        "hasUserVerification": true,
        "isUserVerified": true,
        "automaticPresenceSimulation": true,
    });
    page.devtools("WebAuthn.addVirtualAuthenticator", json!({ "options": options })).await["authenticatorId"].clone()
}

/// Somebody who has one on a device that has it.
async fn registered(server: &TestServer, page: &Page) -> Value {
    server.user("ada");
    let device = authenticator(page).await;
    page.go("/login").await;
    page.sign_in("ada").await;
    page.at(HOME).await;
    page.go("/account/passkeys").await;
    page.reads("You have no passkey yet").await;
    page.fill("Name (optional)", "My laptop").await;
    page.press("Add a passkey").await;
    page.at("/account/passkeys").await;
    page.reads("My laptop").await;
    device
}

fn start(db: &Database) -> TestServer {
    Setup::default().named("localhost").start(db)
}

fn walk<F: Future<Output = ()>>(scripts: bool, body: impl FnOnce(Chrome, Database) -> F) {
    kit::run(scripts, |chrome| body(chrome, Database::sqlite()));
}

#[test]
fn added_used_and_removed() {
    walk(true, async |chrome, db| added_and_removed(chrome, start(&db)).await);
}

#[test]
fn added_used_and_removed_below_a_path() {
    walk(true, async |chrome, db| {
        added_and_removed(chrome, Setup::default().named("localhost").below(ROOT).start(&db)).await;
    });
}

async fn added_and_removed(chrome: Chrome, server: TestServer) {
    let page = chrome.open(&server).await;
    registered(&server, &page).await;
    // Asked as soon as the page is there: the device has one person's passkey and picks it.
    page.forget().await;
    page.go("/login").await;
    page.at(HOME).await;
    page.reads("ada Example").await;

    page.go("/account/passkeys").await;
    page.press("Remove My laptop").await;
    page.reads("You have no passkey yet").await;
    // The device still has it, the server does not.
    page.forget().await;
    page.go("/login").await;
    page.reads("does not sign in here").await;
    page.at("/login").await;
    page.sign_in("ada").await;
    page.at(HOME).await;
    page.close().await;
}

#[test]
fn used_by_the_button() {
    walk(true, async |chrome, db| {
        let server = start(&db);
        let page = chrome.open(&server).await;
        let device = registered(&server, &page).await;
        let touched = |yes: bool| json!({ "authenticatorId": device, "enabled": yes });
        page.devtools("WebAuthn.setAutomaticPresenceSimulation", touched(false)).await;
        page.forget().await;
        page.go("/login").await;
        page.reads("Sign in with a passkey").await;
        page.devtools("WebAuthn.setAutomaticPresenceSimulation", touched(true)).await;
        page.press("Sign in with a passkey").await;
        page.at(HOME).await;
        page.reads("ada Example").await;
        page.close().await;
    });
}

#[test]
fn a_finger_that_is_not_theirs_lets_nobody_in() {
    walk(true, async |chrome, db| {
        let server = start(&db);
        let page = chrome.open(&server).await;
        let device = registered(&server, &page).await;
        let somebody = json!({ "authenticatorId": device, "isUserVerified": false });
        page.devtools("WebAuthn.setUserVerified", somebody).await;
        page.forget().await;
        page.go("/login").await;
        page.press_here("Sign in with a passkey").await;
        page.reads("No passkey was used").await;
        page.sign_in("ada").await;
        page.at(HOME).await;
        page.close().await;
    });
}

#[test]
fn a_device_without_one_says_so() {
    walk(true, async |chrome, db| {
        let server = start(&db);
        server.user("ada");
        let page = chrome.open(&server).await;
        authenticator(&page).await;
        page.go("/login").await;
        page.press_here("Sign in with a passkey").await;
        page.reads("No passkey was used").await;
        page.sign_in("ada").await;
        page.at(HOME).await;
        page.close().await;
    });
}

#[test]
fn offered_to_nobody_without_scripts() {
    walk(false, async |chrome, db| {
        let server = start(&db);
        server.user("ada");
        let page = chrome.open(&server).await;
        page.go("/login").await;
        assert!(!page.says("passkey").await, "{}", page.described().await);
        page.sign_in("ada").await;
        page.at(HOME).await;
        page.go("/account/passkeys").await;
        page.reads("takes JavaScript").await;
        page.close().await;
    });
}
