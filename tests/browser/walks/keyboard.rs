//! Without a mouse: Tab and Enter alone.

use super::{app_of, asking};
use crate::kit::{Callback, walks};
use crate::support::server::{PASSWORD, TestServer};

walks! {
    async fn from_the_app_through_sign_in_and_consent(chrome: Chrome, db: Database) {
        let server = TestServer::start(&db);
        server.user("ada");
        let callback = Callback::start();
        let (client, _) = app_of(&server, None, &callback);
        let page = chrome.open(&server).await.knows(callback.origin());
        page.go(&asking(&client, &callback, "profile email")).await;
        page.tab_to("E-mail or username").await;
        page.types("ada").await;
        page.tab_to("Password").await;
        page.types(PASSWORD).await;
        page.enter().await;
        page.at("/oauth/authorize").await;
        page.tab_to("Allow").await;
        page.enter().await;
        assert!(callback.parameter("code").is_some());

        page.go(&asking(&client, &callback, "profile phone")).await;
        page.tab_to("Deny").await;
        page.enter().await;
        assert_eq!(callback.parameter("error").as_deref(), Some("access_denied"));
        page.close().await;
    }

    async fn out_again(chrome: Chrome, db: Database) {
        let server = TestServer::start(&db);
        server.user("ada");
        let page = chrome.open(&server).await;
        page.signed_in(&server, "ada").await;
        page.go("/account").await;
        page.tab_to("Sign out").await;
        page.enter().await;
        page.go("/").await;
        page.reads("Sign in").await;
        page.close().await;
    }
}
