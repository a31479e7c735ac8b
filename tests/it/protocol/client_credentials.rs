//! RFC 6749 section 4.4.

use crate::support::browser::{Answer, Browser};
use crate::support::database::on_both;
use crate::support::server::TestServer;

on_both! {
    async fn a_client_gets_a_token_for_itself_in_one_statement(db: Database) {
        let server = TestServer::start(&db);
        let (client, secret) = server.client(|new| new.policy.scopes = Some(vec!["profile".into()]));
        let browser = Browser::new(&server);
        let ask = || browser
            .request(reqwest::Method::POST, "/oauth/token")
            .basic_auth(client.id.as_str(), Some(&secret))
            .form(&[("grant_type", "client_credentials")]);
        let answer: Answer = browser.send(ask()).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let body = answer.json();
        assert_eq!(body["token_type"], "Bearer");
        assert_eq!(body["expires_in"], 3600);
        assert_eq!(body["scope"], "profile");
        assert!(body.get("refresh_token").is_none());
        assert_eq!(answer.header("cache-control"), "no-store");
        server.reset_statements();
        browser.send(ask()).await;
        assert_eq!(server.statements().len(), 1, "{:#?}", server.statements());
    }
}
