//! Signing in and out.

use crate::kit::walks;
use crate::support::server::TestServer;

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
        page.sign_in("ada").await;
        page.at("/").await;
        assert!(page.heading().await.contains("ada Example"));
        page.press("Sign out").await;
        page.reads("Sign in").await;
        page.close().await;
    }
}
