//! RFC 8414: how the metadata is served. What it says is in `oidc/metadata.rs`.

use crate::support::browser::Browser;
use crate::support::database::on_both;
use crate::support::server::TestServer;

on_both! {
    async fn the_metadata_may_be_kept_for_a_while(db: Database) {
        let server = TestServer::start(&db);
        let answer = Browser::new(&server).get("/.well-known/oauth-authorization-server").await;
        assert_eq!((answer.status, answer.header("cache-control")), (200, "public, max-age=300"));
    }

    async fn the_issuer_never_follows_the_host_header(db: Database) {
        let server = TestServer::start(&db);
        let browser = Browser::new(&server);
        let request = browser
            .request(reqwest::Method::GET, "/.well-known/oauth-authorization-server")
            .header("host", "evil.example")
            .header("x-forwarded-host", "evil.example");
        assert!(!browser.send(request).await.body.contains("evil.example"));
    }
}
