//! What people do with their own account.

use chrono::TimeDelta;

use super::mailed_link;
use crate::kit::{Chrome, Page, walks};
use crate::support::database::Database;
use crate::support::flow::session_cookie;
use crate::support::server::{PASSWORD, Setup, TestServer};

/// Ada, signed in.
async fn opened(chrome: Chrome, db: &Database) -> (TestServer, Page) {
    let server = Setup::default().frozen().start(db);
    server.user("ada");
    let page = chrome.open(&server).await;
    page.signed_in(&server, "ada").await;
    (server, page)
}

walks! {
    async fn from_one_page_to_the_next(chrome: Chrome, db: Database) {
        let (_server, page) = opened(chrome, &db).await;
        page.go("/account").await;
        page.reads("Your account").await;
        for (name, path) in [
            ("Profile", "/account/profile"),
            ("Security", "/account/security"),
            ("Sessions", "/account/sessions"),
            ("Export and deletion", "/account/data"),
            ("Overview", "/account"),
        ] {
            page.follow(name).await;
            page.at(path).await;
        }
        page.press("Sign out").await;
        page.go("/account/security").await;
        page.at("/login").await;
        page.sign_in("ada").await;
        page.at("/account/security").await;
        page.close().await;
    }

    async fn the_profile_is_changed_or_says_why_not(chrome: Chrome, db: Database) {
        let (server, page) = opened(chrome, &db).await;
        server.user("grace");
        page.go("/account/profile").await;
        page.fill("First name", "Ada").await;
        page.fill("Last name", "Lovelace").await;
        page.press("Save").await;
        page.reads("Your profile was saved").await;
        assert_eq!(page.value("Last name").await, "Lovelace");
        page.send_anything().await;
        page.fill("First name", "").await;
        page.fill("Last name", "Byron").await;
        page.press("Save").await;
        assert!(!page.error("First name").await.is_empty());
        assert_eq!(page.value("Last name").await, "Byron");

        page.fill("Username", "grace").await;
        page.press("Change username").await;
        assert!(page.error("Username").await.contains("taken"));
        page.fill("Username", "lovelace").await;
        page.press("Change username").await;
        page.reads("Your username was changed").await;

        page.choose("Language of these pages", "Deutsch").await;
        page.press("Save language").await;
        assert_eq!(page.ask("return document.documentElement.lang").await, "de");
        page.close().await;
    }

    async fn the_password_is_changed_by_whoever_proves_themselves(chrome: Chrome, db: Database) {
        let (server, page) = opened(chrome, &db).await;
        server.advance(TimeDelta::minutes(20));
        page.go("/account/security").await;
        assert!(!page.says("New password").await, "a stale sign-in is shown no form");
        page.follow("Confirm it is you").await;
        page.fill("Password", "not her password").await;
        page.press("Confirm").await;
        assert!(!page.error("Password").await.is_empty());
        page.fill("Password", PASSWORD).await;
        page.press("Confirm").await;
        page.at("/account/security").await;
        page.send_anything().await;
        page.fill("New password", "short").await;
        page.fill("The same password again", "short").await;
        page.press("Change password").await;
        assert!(!page.error("New password").await.is_empty());
        page.fill("New password", "another horse battery").await;
        page.fill("The same password again", "another horse battery").await;
        page.press("Change password").await;
        page.reads("Your password was changed").await;
        page.press("Sign out").await;
        page.go("/login").await;
        page.sign_in_with("ada", "another horse battery").await;
        page.at("/account").await;
        page.close().await;
    }

    async fn the_address_is_changed_by_the_link_in_a_mail(chrome: Chrome, db: Database) {
        let (server, page) = opened(chrome, &db).await;
        page.go("/account/security").await;
        page.fill("New e-mail address", "ada@example.com").await;
        page.press("Send the link").await;
        assert!(!page.error("New e-mail address").await.is_empty());
        page.fill("New e-mail address", "lovelace@example.com").await;
        page.press("Send the link").await;
        page.reads("on its way").await;
        page.go(&mailed_link(&server)).await;
        page.press("Use this address").await;
        page.go("/account/security").await;
        page.reads("lovelace@example.com").await;
        page.close().await;
    }

    async fn other_sessions_are_ended(chrome: Chrome, db: Database) {
        let (server, page) = opened(chrome, &db).await;
        for _ in 0..3 {
            server.advance(TimeDelta::seconds(1));
            session_cookie(&server, "ada");
        }
        page.go("/account/sessions").await;
        assert_eq!(page.texts("ul.rows > li").await.len(), 4);
        page.press("End").await;
        page.reads("The session was ended").await;
        assert_eq!(page.texts("ul.rows > li").await.len(), 3);
        page.press("End all other sessions").await;
        page.reads("All other sessions were ended").await;
        assert_eq!(page.texts("ul.rows > li").await.len(), 1);
        page.close().await;
    }

    async fn an_account_is_deleted_by_whoever_means_it(chrome: Chrome, db: Database) {
        let (_server, page) = opened(chrome, &db).await;
        page.go("/account/data").await;
        page.fill("To confirm, type your username", "grace").await;
        page.fill("Password", PASSWORD).await;
        page.press("Delete my account for ever").await;
        assert!(!page.error("To confirm, type your username").await.is_empty());
        page.fill("To confirm, type your username", "ada").await;
        page.fill("Password", PASSWORD).await;
        page.press("Delete my account for ever").await;
        page.reads("Your account is deleted").await;
        page.go("/login").await;
        page.sign_in("ada").await;
        page.at("/login").await;
        assert!(page.alert().await.contains("do not match"));
        page.close().await;
    }
}
