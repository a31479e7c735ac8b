//! RFC 7662.

use crate::support::database::on_both;
use crate::support::flow::{Flow, assert_refused};
use crate::support::server::TestServer;

on_both! {
    async fn only_marked_clients_learn_anything(db: Database) {
        let server = TestServer::start(&db);
        let flow = Flow::new(&server, |_| {});
        let tokens = flow.tokens().await;
        let (other, secret) = server.client(|_| {});
        let (public, _) = server.client(|new| {
            new.auth_method = grantor::core::client::AuthMethod::None;
            new.policy.may_introspect = true;
        });
        let ask = || flow.request(reqwest::Method::POST, "/oauth/introspect");
        let unmarked = ask().basic_auth(other.id.as_str(), Some(&secret)).form(&[("token", &tokens.access)]);
        assert_eq!(flow.send(unmarked).await.body, r#"{"active":false}"#);
        let public = ask().form(&[("token", tokens.access.as_str()), ("client_id", public.id.as_str())]);
        assert_eq!(flow.send(public).await.body, r#"{"active":false}"#);
        assert_refused(&flow.send(ask().form(&[("token", &tokens.access)])).await, 401, "invalid_client");
        assert_eq!(flow.introspect(&tokens.access).await["active"], true);
    }

    async fn a_token_that_does_not_work_says_nothing_but_that(db: Database) {
        let server = TestServer::start(&db);
        let flow = Flow::new(&server, |_| {});
        let tokens = flow.tokens().await;
        let mut parts: Vec<&str> = tokens.access.split('.').collect();
        let forged_signature = "A".repeat(86);
        parts[2] = &forged_signature;
        let forged = parts.join(".");
        let long = "a".repeat(4000);
        for token in [forged.as_str(), "nonsense", "a.b.c", long.as_str(), "gra_at_AAAAAAAAAAAAAAAAAAAAAA.AAAA"] {
            assert_eq!(flow.introspect(token).await, serde_json::json!({ "active": false }));
        }
        assert_eq!(flow.introspect(&tokens.access).await["active"], true);
    }

    async fn opaque_tokens_are_read_alike(db: Database) {
        let server = TestServer::start(&db);
        let flow = Flow::new(&server, |new| {
            new.policy.token_format = grantor::core::client::TokenFormat::Opaque;
        });
        let tokens = flow.tokens().await;
        assert!(tokens.access.starts_with("gra_at_"));
        let said = flow.introspect(&tokens.access).await;
        assert_eq!(said["active"], true);
        assert_eq!(said["iss"], server.app.config.issuer());
        assert_eq!(said["exp"].as_i64().unwrap_or(0) - said["iat"].as_i64().unwrap_or(0), 3600);
        let forged = format!("{}AAAA", &tokens.access[..tokens.access.len() - 4]);
        assert_eq!(flow.introspect(&forged).await["active"], false);
    }
}
