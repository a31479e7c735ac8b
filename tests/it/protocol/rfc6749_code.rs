//! The code's second half: RFC 6749 sections 4.1.2 to 4.1.4, RFC 7636 section 4.6.

use crate::support::database::on_both;
use crate::support::flow::{Flow, VERIFIER, assert_refused};
use crate::support::server::TestServer;

on_both! {
    async fn a_code_becomes_tokens_that_work(db: Database) {
        let server = TestServer::start(&db);
        let flow = Flow::new(&server, |_| {});
        let answer = flow.redeem(&flow.code().await, &[]).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let body = answer.json();
        assert_eq!(body["token_type"], "Bearer");
        assert_eq!(body["scope"], "profile");
        assert_eq!(body["expires_in"], 3600);
        let said = flow.introspect(body["access_token"].as_str().expect("a token")).await;
        assert_eq!(said["active"], true);
        assert_eq!(said["sub"], flow.user.id.to_string());
        assert_eq!(said["client_id"], flow.client.id.as_str());
        assert_eq!(said["scope"], "profile");
        assert!(flow.is_active(body["refresh_token"].as_str().expect("a token")).await);
    }

    async fn a_second_use_is_refused_and_ends_what_the_first_issued(db: Database) {
        let server = TestServer::start(&db);
        let flow = Flow::new(&server, |_| {});
        let code = flow.code().await;
        let tokens = crate::support::flow::Tokens::of(&flow.redeem(&code, &[]).await);
        assert!(flow.is_active(&tokens.access).await);
        assert_refused(&flow.redeem(&code, &[]).await, 400, "invalid_grant");
        assert!(!flow.is_active(&tokens.access).await);
        assert!(!flow.is_active(&tokens.refresh).await);
        assert_refused(&flow.refresh(&tokens.refresh, &[]).await, 400, "invalid_grant");
    }

    async fn a_failed_attempt_burns_nothing(db: Database) {
        let server = TestServer::start(&db);
        let flow = Flow::new(&server, |_| {});
        let code = flow.code().await;
        let (other, other_secret) = server.client(|_| {});
        let wrong: &[&[(&str, &str)]] = &[
            &[("code_verifier", "")],
            &[("code_verifier", "tooshort")],
            &[("code_verifier", "xBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")],
            &[("redirect_uri", "")],
            &[("redirect_uri", "https://app.example/cb/")],
            &[("redirect_uri", "https://APP.example/cb")],
        ];
        for changes in wrong {
            assert_refused(&flow.redeem(&code, changes).await, 400, "invalid_grant");
        }
        let stolen = flow
            .request(reqwest::Method::POST, "/oauth/token")
            .basic_auth(other.id.as_str(), Some(&other_secret))
            .form(&[
                ("grant_type", "authorization_code"),
                ("code", code.as_str()),
                ("redirect_uri", crate::support::server::REDIRECT),
                ("code_verifier", VERIFIER),
            ]);
        assert_refused(&flow.send(stolen).await, 400, "invalid_grant");
        assert_eq!(flow.redeem(&code, &[]).await.status, 200);
    }

    async fn a_code_that_never_was_is_refused_alike(db: Database) {
        let server = TestServer::start(&db);
        let flow = Flow::new(&server, |_| {});
        let code = flow.code().await;
        let forged = format!("{}AAAA", &code[..code.len() - 4]);
        let unknown = format!("gra_ac_{}", "A".repeat(65));
        for bad in [forged.as_str(), unknown.as_str(), "nonsense", "gra_ac_"] {
            assert_refused(&flow.redeem(bad, &[]).await, 400, "invalid_grant");
        }
        assert_refused(&flow.redeem("", &[]).await, 400, "invalid_request");
        assert_eq!(flow.redeem(&code, &[]).await.status, 200);
    }

    async fn a_verifier_for_a_code_without_challenge_is_refused(db: Database) {
        let server = TestServer::start(&db);
        let flow = Flow::new(&server, |new| new.policy.require_pkce = false);
        let answer = flow.authorize(&[("code_challenge", ""), ("code_challenge_method", "")]).await;
        let code = answer.redirect_parameter("code").expect("a code");
        assert_refused(&flow.redeem(&code, &[]).await, 400, "invalid_grant");
    }

    async fn a_client_without_the_refresh_grant_gets_no_refresh_token(db: Database) {
        let server = TestServer::start(&db);
        let flow = Flow::new(&server, |new| new.grant_types = vec!["authorization_code".into()]);
        let answer = flow.redeem(&flow.code().await, &[]).await;
        assert_eq!(answer.status, 200);
        assert!(answer.json().get("refresh_token").is_none());
    }

    async fn a_public_client_needs_no_secret_but_its_verifier(db: Database) {
        let server = TestServer::start(&db);
        let flow = Flow::new(&server, |new| new.auth_method = grantor::core::client::AuthMethod::None);
        let code = flow.code().await;
        assert_refused(&flow.redeem(&code, &[("code_verifier", "")]).await, 400, "invalid_grant");
        assert_eq!(flow.redeem(&code, &[]).await.status, 200);
    }
}
