//! Signing in and out.

use serde_json::json;

use super::HOME;
use crate::kit::walks;
use crate::support::server::{Setup, TestServer};

walks! {
    async fn by_name_and_password(chrome: Chrome, db: Database) {
        let server = TestServer::start(&db);
        server.user("ada");
        let page = chrome.open(&server).await;
        page.go("/").await;
        page.follow("Sign in").await;
        page.sign_in_with("ada", "not her password").await;
        page.at("/login").await;
        assert!(page.alert().await.contains("do not match"), "{}", page.described().await);
        assert_eq!(page.value("E-mail or username").await, "ada");
        assert_eq!(page.value("Password").await, "");
        page.sign_in("ada@example.com").await;
        page.at(HOME).await;
        page.reads("ada Example").await;
        for cookie in page.devtools("Network.getCookies", json!({})).await["cookies"].as_array().expect("cookies") {
            // That one is for scripts, which send it back.
            assert_eq!(cookie["httpOnly"], cookie["name"] != "XSRF-TOKEN", "{cookie}");
            assert_eq!(cookie["sameSite"], "Lax", "{cookie}");
        }
        page.press("Sign out").await;
        page.go("/").await;
        page.reads("Sign in").await;
        page.close().await;
    }

    async fn nobody_is_sent_to_another_site(chrome: Chrome, db: Database) {
        let server = TestServer::start(&db);
        server.user("ada");
        let page = chrome.open(&server).await;
        page.go("/login?return_to=https%3A%2F%2Fevil.example%2F").await;
        page.sign_in("ada").await;
        page.at(HOME).await;
        page.reads("ada Example").await;
        page.close().await;
    }

    async fn whoever_guesses_is_told_to_wait(chrome: Chrome, db: Database) {
        let server = Setup::default().set("limits.sign_in_attempts", 2).start(&db);
        server.user("ada");
        let page = chrome.open(&server).await;
        page.go("/login").await;
        for _ in 0..3 {
            page.sign_in_with("ada", "not her password").await;
        }
        assert!(page.alert().await.contains("Too many"), "{}", page.described().await);
        page.close().await;
    }
}
