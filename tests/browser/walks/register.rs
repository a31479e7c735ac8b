//! Making an account, and proving that its address is one's own.

use super::{HOME, app_of, asking, mailed_link};
use crate::kit::{Callback, Page, walks};
use crate::support::server::{PASSWORD, Setup};

async fn fill_in(page: &Page) {
    page.fill("Name", "Ada Lovelace").await;
    page.fill("E-mail", "ada@example.com").await;
    page.fill("Username", "ada").await;
    page.fill("Password", PASSWORD).await;
    page.fill("The same password again", PASSWORD).await;
    page.press("Create account").await;
}

walks! {
    async fn register_prove_the_address_and_sign_in(chrome: Chrome, db: Database) {
        let server = Setup::default().set("registration.email_verification", "sign-in").start(&db);
        let page = chrome.open(&server).await;
        page.go("/register").await;
        fill_in(&page).await;
        page.reads("Look in your mailbox").await;
        page.follow("Sign in").await;
        page.sign_in("ada").await;
        page.at("/login").await;
        page.reads("Send the link again").await;

        let link = mailed_link(&server);
        page.go(&link).await;
        page.press("Confirm: it was me").await;
        page.reads("is confirmed").await;
        page.follow("Sign in").await;
        page.sign_in("ada").await;
        page.at(HOME).await;
        page.reads("Ada Lovelace").await;

        page.go(&link).await;
        page.reads("This link does not work").await;
        page.close().await;
    }

    async fn prove_the_address_before_an_app_is_let_in(chrome: Chrome, db: Database) {
        let server = Setup::default().set("registration.email_verification", "consent").start(&db);
        let callback = Callback::start();
        let (client, _) = app_of(&server, None, &callback);
        let page = chrome.open(&server).await.knows(callback.origin());
        page.go(&asking(&client, &callback, "profile")).await;
        page.follow("Create an account").await;
        fill_in(&page).await;
        page.reads("to continue to").await;
        page.press("Send the link again").await;
        page.reads("Look in your mailbox").await;
        page.go(&mailed_link(&server)).await;
        page.press("Confirm: it was me").await;
        page.go(&asking(&client, &callback, "profile")).await;
        page.press("Allow").await;
        assert!(callback.parameter("code").is_some());
        page.close().await;
    }

    async fn what_is_wrong_stands_beside_the_field(chrome: Chrome, db: Database) {
        let server = Setup::default().start(&db);
        server.user("ada");
        let page = chrome.open(&server).await;
        page.go("/register").await;
        page.send_anything().await;
        page.fill("Name", "Ada Lovelace").await;
        page.fill("E-mail", "nonsense").await;
        page.fill("Username", "ada").await;
        page.fill("Password", "short").await;
        page.fill("The same password again", "other").await;
        page.press("Create account").await;
        page.at("/register").await;
        for field in ["E-mail", "Password"] {
            assert!(!page.error(field).await.is_empty(), "{field}");
        }
        assert_eq!(page.value("Name").await, "Ada Lovelace");
        assert_eq!(page.value("Password").await, "");
        page.fill("E-mail", "other@example.com").await;
        page.fill("Password", PASSWORD).await;
        page.fill("The same password again", PASSWORD).await;
        page.press("Create account").await;
        assert!(page.error("Username").await.contains("taken"), "{}", page.described().await);
        page.close().await;
    }

    async fn a_closed_door_says_so(chrome: Chrome, db: Database) {
        let server = Setup::default().set("registration.enabled", false).start(&db);
        let page = chrome.open(&server).await;
        page.go("/register").await;
        page.reads("Registration is closed").await;
        page.follow("Sign in").await;
        page.at("/login").await;
        page.close().await;
    }
}
