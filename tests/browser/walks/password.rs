//! A forgotten password.

use super::{HOME, mailed_link};
use crate::kit::walks;
use crate::support::outbox;
use crate::support::server::{PASSWORD, TestServer};

walks! {
    async fn forgotten_and_replaced(chrome: Chrome, db: Database) {
        let server = TestServer::start(&db);
        server.user("ada");
        let page = chrome.open(&server).await;
        page.go("/login").await;
        page.follow("Forgot password?").await;
        page.fill("E-mail", "ada@example.com").await;
        page.press("Send the link").await;
        page.reads("Look in your mailbox").await;
        let link = mailed_link(&server);
        page.go(&link).await;
        page.fill("New password", "short").await;
        page.fill("The same password again", "short").await;
        page.send_anything().await;
        page.press("Change password").await;
        assert!(!page.error("New password").await.is_empty());
        page.fill("New password", "another horse battery").await;
        page.fill("The same password again", "another horse battery").await;
        page.press("Change password").await;
        page.reads("Your password has been changed").await;

        page.follow("Sign in").await;
        page.sign_in_with("ada", PASSWORD).await;
        page.at("/login").await;
        page.sign_in_with("ada", "another horse battery").await;
        page.at(HOME).await;

        page.go(&link).await;
        page.reads("This link does not work").await;
        page.follow("Get a new link").await;
        page.at("/password/forgot").await;
        page.close().await;
    }

    async fn nobody_learns_whether_an_address_is_known(chrome: Chrome, db: Database) {
        let server = TestServer::start(&db);
        let page = chrome.open(&server).await;
        page.go("/password/forgot").await;
        page.fill("E-mail", "nobody@example.com").await;
        page.press("Send the link").await;
        page.reads("Look in your mailbox").await;
        assert!(outbox::all(&server).is_empty());
        page.close().await;
    }
}
