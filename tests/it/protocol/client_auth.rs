//! RFC 6749 section 2.3: who a client is.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::time::Duration;

use chrono::TimeDelta;
use grantor::core::client::AuthMethod;
use grantor::core::secret::Plain;
use reqwest::Method;

use crate::support::database::on_both;
use crate::support::flow::{Flow, assert_refused};
use crate::support::server::{Setup, TestServer};

const GRANT: (&str, &str) = ("grant_type", "client_credentials");

on_both! {
    async fn basic_and_post_prove_it_and_nothing_else_does(db: Database) {
        let server = TestServer::start(&db);
        let flow = Flow::new(&server, |_| {});
        let (id, secret) = (flow.client.id.as_str(), flow.secret.as_str());
        let ask = || flow.request(Method::POST, "/oauth/token");
        assert_eq!(flow.send(ask().basic_auth(id, Some(secret)).form(&[GRANT])).await.status, 200);
        let post = ask().form(&[GRANT, ("client_id", id), ("client_secret", secret)]);
        assert_eq!(flow.send(post).await.status, 200);
        let same_id_too = ask().basic_auth(id, Some(secret)).form(&[GRANT, ("client_id", id)]);
        assert_eq!(flow.send(same_id_too).await.status, 200);
        let refused = [
            ask().form(&[GRANT]),
            ask().form(&[GRANT, ("client_id", id)]),
            ask().form(&[GRANT, ("client_id", id), ("client_secret", "wrong")]),
            ask().form(&[GRANT, ("client_id", "nobody"), ("client_secret", secret)]),
            ask().basic_auth(id, Some("wrong")).form(&[GRANT]),
            ask().basic_auth(id, None::<&str>).form(&[GRANT]),
            ask().basic_auth("nobody", Some(secret)).form(&[GRANT]),
            ask().header("authorization", "Basic !!!").form(&[GRANT]),
            ask().header("authorization", "Basic").form(&[GRANT]),
            ask().header("authorization", format!("Basic {}", STANDARD.encode("nocolon"))).form(&[GRANT]),
            ask().header("authorization", format!("Basic {}", STANDARD.encode([0xff, 0xfe, b':']))).form(&[GRANT]),
            ask().header("authorization", format!("Basic {}", STANDARD.encode("a%00b:c"))).form(&[GRANT]),
            ask().header("authorization", "Bearer abc").form(&[GRANT]),
            ask().header("authorization", format!("Digest {}", STANDARD.encode(format!("{id}:{secret}")))).form(&[GRANT]),
        ];
        for request in refused {
            let answer = flow.send(request).await;
            assert_refused(&answer, 401, "invalid_client");
            assert!(answer.header("www-authenticate").starts_with("Basic realm="));
        }
    }

    async fn two_methods_at_once_are_refused(db: Database) {
        let server = TestServer::start(&db);
        let flow = Flow::new(&server, |_| {});
        let (id, secret) = (flow.client.id.as_str(), flow.secret.as_str());
        let ask = || flow.request(Method::POST, "/oauth/token").basic_auth(id, Some(secret));
        assert_refused(&flow.send(ask().form(&[GRANT, ("client_secret", secret)])).await, 400, "invalid_request");
        assert_refused(&flow.send(ask().form(&[GRANT, ("client_id", "other")])).await, 400, "invalid_request");
    }

    async fn basic_is_form_decoded(db: Database) {
        let server = TestServer::start(&db);
        let chosen = "secret with : and % and & and + and \u{e9} in it";
        let flow = Flow::new(&server, |new| new.secret = Some(Plain::new(chosen)));
        let encode = |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
        let pair = format!("{}:{}", encode(flow.client.id.as_str()), encode(chosen));
        let request = flow
            .request(Method::POST, "/oauth/token")
            .header("authorization", format!("Basic {}", STANDARD.encode(pair)))
            .form(&[GRANT]);
        assert_eq!(flow.send(request).await.status, 200);
    }

    async fn a_public_client_that_sends_a_secret_is_refused(db: Database) {
        let server = TestServer::start(&db);
        let flow = Flow::new(&server, |new| new.auth_method = AuthMethod::None);
        let code = flow.code().await;
        assert_refused(&flow.redeem(&code, &[("client_secret", "x")]).await, 401, "invalid_client");
    }

    async fn a_rotated_secret_overlaps_with_its_successor(db: Database) {
        let server = Setup::default().frozen().start(&db);
        let flow = Flow::new(&server, |_| {});
        let hour = Duration::from_secs(3600);
        let new = grantor::oauth::manage::rotate_secret(&server.app, &grantor::account::people::Acting::operator(), &flow.client.id, None, hour).expect("rotated");
        let with = |secret: &str| {
            flow.request(Method::POST, "/oauth/token").basic_auth(flow.client.id.as_str(), Some(secret)).form(&[GRANT])
        };
        assert_eq!(flow.send(with(&flow.secret)).await.status, 200);
        assert_eq!(flow.send(with(new.expose())).await.status, 200);
        server.advance(TimeDelta::hours(1));
        assert_refused(&flow.send(with(&flow.secret)).await, 401, "invalid_client");
        assert_eq!(flow.send(with(new.expose())).await.status, 200);
    }

    async fn a_client_uses_only_the_grants_it_is_registered_for(db: Database) {
        let server = TestServer::start(&db);
        let flow = Flow::new(&server, |new| new.grant_types = vec!["authorization_code".into()]);
        let ask = |grant: &str| flow.token_request(&[("grant_type".to_owned(), grant.to_owned())]);
        assert_refused(&flow.send(ask("client_credentials")).await, 400, "unauthorized_client");
        assert_refused(&flow.send(ask("refresh_token")).await, 400, "unauthorized_client");
        assert_refused(&flow.send(ask("password")).await, 400, "unsupported_grant_type");
        assert_refused(&flow.send(ask("")).await, 400, "invalid_request");
    }
}
