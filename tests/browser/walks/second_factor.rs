//! The second step of a sign-in, and turning it on.

use chrono::TimeDelta;

use super::HOME;
use crate::kit::{Page, walks};
use crate::support::outbox;
use crate::support::second_factor::{Authenticator, another, turn_on_sms, turn_on_totp};
use crate::support::server::{Setup, TestServer};

/// So that the next code is another one.
fn wait(server: &TestServer) {
    server.advance(TimeDelta::seconds(30));
}

async fn signs_in_again(page: &Page) {
    page.forget().await;
    page.go("/login").await;
    page.sign_in("ada").await;
    page.at("/login/second-factor").await;
}

walks! {
    async fn an_app_is_turned_on_and_asked_for(chrome: Chrome, db: Database) {
        let server = Setup::default().frozen().start(&db);
        server.user("ada");
        let page = chrome.open(&server).await;
        page.go("/login").await;
        page.sign_in("ada").await;
        page.go("/account/second-factor").await;
        page.press("Set up an app").await;
        let secret = page.text("section p > code").await;
        let app = Authenticator::of(&secret);
        page.fill("Code from the app", another(&app.code(&server, 0))).await;
        page.press("Turn on the app").await;
        assert!(!page.error("Code from the app").await.is_empty());
        page.fill("Code from the app", &app.code(&server, 0)).await;
        page.press("Turn on the app").await;
        page.reads("Your recovery codes").await;
        let codes = page.texts(".codes code").await;
        assert_eq!(codes.len(), 10, "{codes:?}");

        signs_in_again(&page).await;
        page.fill("Code", another(&app.code(&server, 1))).await;
        page.press("Sign in").await;
        page.at("/login/second-factor").await;
        assert!(!page.alert().await.is_empty());
        wait(&server);
        page.fill("Code", &app.code(&server, 0)).await;
        page.press("Sign in").await;
        page.at(HOME).await;

        signs_in_again(&page).await;
        page.press_here("Use a recovery code").await;
        page.fill("Recovery code", "wrong-codes").await;
        page.press("Sign in with it").await;
        assert!(!page.error("Recovery code").await.is_empty(), "what is wrong is in sight");
        page.fill("Recovery code", &codes[0]).await;
        page.press("Sign in with it").await;
        page.at(HOME).await;

        page.go("/account/second-factor").await;
        page.reads("9 are left").await;
        page.close().await;
    }

    async fn a_text_message_is_turned_on_and_asked_for(chrome: Chrome, db: Database) {
        let server = Setup::default().frozen().set("server.development", true).start(&db);
        server.user("ada");
        let page = chrome.open(&server).await;
        page.signed_in(&server, "ada").await;
        page.go("/account/second-factor").await;
        page.send_anything().await;
        page.fill("Country calling code", "44").await;
        page.fill("Telephone number", "12").await;
        page.press("Send a code").await;
        page.at("/account/second-factor").await;
        assert!(page.has("[aria-invalid=true]").await, "{}", page.described().await);
        page.fill("Country calling code", "44").await;
        page.fill("Telephone number", "7400123456").await;
        page.press("Send a code").await;
        server.advance(TimeDelta::milliseconds(1));
        page.fill("Code from the message", &outbox::code(&server)).await;
        page.press("Turn on text messages").await;
        page.reads("It is on").await;

        wait(&server);
        signs_in_again(&page).await;
        page.fill("Code", &outbox::code(&server)).await;
        page.press("Sign in").await;
        page.at(HOME).await;
        page.close().await;
    }

    async fn a_code_is_sent_in_place_of_the_apps(chrome: Chrome, db: Database) {
        let server = Setup::default().frozen().set("server.development", true).start(&db);
        let ada = server.user("ada");
        turn_on_totp(&server, &ada);
        turn_on_sms(&server, &ada);
        wait(&server);
        let page = chrome.open(&server).await;
        signs_in_again(&page).await;
        page.press("Send a code by text message").await;
        page.reads("on its way").await;
        page.fill("Code", &outbox::code(&server)).await;
        page.press("Sign in").await;
        page.at(HOME).await;
        page.close().await;
    }
}
