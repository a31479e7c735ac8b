//! The language of the pages.

use super::{HOME, asking_at};
use crate::kit::walks;
use crate::support::server::{REDIRECT, TestServer};

walks! {
    async fn chosen_in_the_footer_and_kept(chrome: Chrome, db: Database) {
        let server = TestServer::start(&db);
        server.user("ada");
        let page = chrome.open(&server).await;
        page.go("/login").await;
        assert_eq!(page.heading().await, "Sign in");
        page.press("Deutsch").await;
        page.at("/login").await;
        assert_eq!(page.heading().await, "Anmelden");
        assert_eq!(page.ask("return document.documentElement.lang").await, "de");
        page.go("/register").await;
        assert_eq!(page.ask("return document.documentElement.lang").await, "de");
        page.press("English").await;
        page.go("/login").await;
        page.sign_in("ada").await;
        page.at(HOME).await;
        page.close().await;
    }

    async fn asked_for_by_the_browser(chrome: Chrome, db: Database) {
        let server = TestServer::start(&db);
        let page = chrome.open(&server).await;
        page.language("fr-CA,fr;q=0.9,en;q=0.5").await;
        page.go("/login").await;
        assert_eq!(page.ask("return document.documentElement.lang").await, "fr");
        page.go("/nowhere").await;
        assert_eq!(page.ask("return document.documentElement.lang").await, "fr");
        page.close().await;
    }

    async fn asked_for_by_an_app_unless_it_is_not_spoken_here(chrome: Chrome, db: Database) {
        let server = TestServer::start(&db);
        let (client, _) = server.client(|_| {});
        let page = chrome.open(&server).await;
        for (asked, spoken) in [("fr", "fr"), ("de-AT", "de"), ("tlh", "en")] {
            page.forget().await;
            page.go(&format!("{}&ui_locales={asked}", asking_at(&client, REDIRECT, "profile"))).await;
            page.at("/login").await;
            assert_eq!(page.ask("return document.documentElement.lang").await, spoken, "{asked}");
        }
        page.close().await;
    }
}
