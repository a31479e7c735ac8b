//! The language of the pages.

use super::HOME;
use crate::kit::walks;
use crate::support::server::TestServer;

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
}
