//! Requests that cannot be granted, and addresses at which nothing is.

use super::{HOME, app_of, asking, asking_at};
use crate::kit::{Callback, walks};
use crate::support::server::TestServer;

walks! {
    async fn a_request_that_must_not_be_answered_stays_here(chrome: Chrome, db: Database) {
        let server = TestServer::start(&db);
        let callback = Callback::start();
        let (client, _) = app_of(&server, None, &callback);
        let page = chrome.open(&server).await;
        page.go(&asking_at(&client, "https://evil.example/callback", "profile")).await;
        page.reads("redirect_uri").await;
        page.reads("Reference").await;
        assert!(page.path().await.starts_with("/oauth/authorize?"));

        page.go(&asking(&client, &callback, "profile").replace(client.id.as_str(), "nobody")).await;
        page.reads("Reference").await;
        page.close().await;
    }

    async fn there_is_nothing(chrome: Chrome, db: Database) {
        let server = TestServer::start(&db);
        let page = chrome.open(&server).await;
        page.go("/nowhere").await;
        page.reads("Page not found").await;
        page.reads("Reference").await;
        page.close().await;
    }

    async fn a_form_from_before_is_refused_and_can_be_sent_again(chrome: Chrome, db: Database) {
        let server = TestServer::start(&db);
        server.user("ada");
        let page = chrome.open(&server).await;
        page.go("/login").await;
        page.forget().await;
        page.sign_in("ada").await;
        page.reads("This page has expired, please try again").await;
        page.sign_in("ada").await;
        page.at(HOME).await;
        page.close().await;
    }
}
