//! The first administrator.

use grantor::app::new_setup_link;
use grantor::core::audit::Actor;

use super::HOME;
use crate::kit::walks;
use crate::support::server::{PASSWORD, TestServer};

walks! {
    async fn the_link_makes_the_first_admin_once(chrome: Chrome, db: Database) {
        let server = TestServer::start(&db);
        let token = new_setup_link(&server.app, &Actor::Operator).expect("a database").expect("no admin yet");
        let link = format!("/setup?token={}", token.expose());
        let page = chrome.open(&server).await;
        page.go(&link).await;
        page.send_anything().await;
        page.fill("Name", "Root").await;
        page.fill("E-mail", "nonsense").await;
        page.fill("Username", "root").await;
        page.fill("Password", PASSWORD).await;
        page.fill("The same password again", PASSWORD).await;
        page.press("Create administrator").await;
        assert!(!page.error("E-mail").await.is_empty());
        page.fill("E-mail", "root@example.com").await;
        page.fill("Password", PASSWORD).await;
        page.fill("The same password again", PASSWORD).await;
        page.press("Create administrator").await;
        page.at(HOME).await;
        page.reads("Administration").await;
        page.go(&link).await;
        page.reads("This set-up link does not work").await;
        page.close().await;
    }
}
