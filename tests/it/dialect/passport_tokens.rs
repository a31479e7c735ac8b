//! `/oauth/tokens`.

use chrono::TimeDelta;
use reqwest::Method;
use serde_json::{Value, json};

use super::passport_support::*;
use crate::support::database::on_both;
use crate::support::server::{Setup, TestServer};

const TOKENS: &str = "/oauth/tokens";

fn path(token: &Value) -> String {
    format!("{TOKENS}/{}", text(token, "id"))
}

on_both! {
    async fn what_third_parties_hold_is_listed_newest_first(db: Database) {
        let server = Setup::default().frozen().start(&db);
        server.user("ada");
        let session = Session::of(&server, "ada");
        golden(&server, "tokens-none", &session.get(&server, TOKENS).await);
        log_in(&server, "ada").await;
        session.post(&server, "/oauth/personal-access-tokens", json!({ "name": "laptop" })).await;
        assert_eq!(session.get(&server, TOKENS).await.json(), json!([]), "third parties alone");

        let (older, secret) = server.client(|new| new.name = "Older".to_owned());
        third_party(&server, &session, &older, &secret).await;
        server.advance(TimeDelta::minutes(30));
        let (newer, secret) = server.client(|new| new.name = "Newer".to_owned());
        third_party(&server, &session, &newer, &secret).await;
        golden(&server, "tokens-listed", &session.get(&server, TOKENS).await);
        server.advance(TimeDelta::minutes(30));
        let left = session.get(&server, TOKENS).await.json();
        assert_eq!(left.as_array().map(Vec::len), Some(1), "an expired one is not listed");
        assert_eq!(left[0]["client"]["name"], "Newer");
    }

    async fn a_token_is_taken_back_with_its_refresh_token(db: Database) {
        let server = TestServer::start(&db);
        server.user("ada");
        let session = Session::of(&server, "ada");
        let (client, secret) = server.client(|_| {});
        let tokens = third_party(&server, &session, &client, &secret).await;
        let listed = session.get(&server, TOKENS).await.json();
        golden(&server, "tokens-deleted", &session.delete(&server, &path(&listed[0])).await);
        assert_eq!(introspect(&server, text(&tokens, "access_token")).await["active"], false);
        let refreshed = refresh(&server, &client, &secret, text(&tokens, "refresh_token")).await;
        assert_eq!((refreshed.status, &refreshed.json()["error"]), (400, &json!("invalid_grant")));
        assert_eq!(session.get(&server, TOKENS).await.json(), json!([]));
        golden(&server, "not-found", &session.delete(&server, &path(&listed[0])).await);
        // Asks for consent again, or it would panic: nothing is given back silently.
        third_party(&server, &session, &client, &secret).await;
    }

    async fn only_ones_own_third_party_tokens_are_there(db: Database) {
        let server = TestServer::start(&db);
        server.user("ada");
        server.user("eve");
        let (ada, eve) = (Session::of(&server, "ada"), Session::of(&server, "eve"));
        let (client, secret) = server.client(|_| {});
        let third = third_party(&server, &ada, &client, &secret).await;
        let listed = ada.get(&server, TOKENS).await.json();
        golden(&server, "tokens-none", &eve.get(&server, TOKENS).await);
        golden(&server, "not-found", &eve.delete(&server, &path(&listed[0])).await);
        assert_eq!(introspect(&server, text(&third, "access_token")).await["active"], true);

        let first = log_in(&server, "ada").await;
        let personal = ada.post(&server, "/oauth/personal-access-tokens", json!({ "name": "laptop" })).await.json();
        let first_id = introspect(&server, text(&first, "access_token")).await["jti"].clone();
        let ids = [text(&personal["token"], "id"), first_id.as_str().expect("a jti"), "1", "%00", "%ff"];
        for id in ids {
            golden(&server, "not-found", &ada.delete(&server, &format!("{TOKENS}/{id}")).await);
        }
        for (body, name) in [(&first, "access_token"), (&personal, "accessToken")] {
            assert_eq!(introspect(&server, text(body, name)).await["active"], true);
        }
    }

    async fn a_first_party_token_may_do_it_too(db: Database) {
        let server = TestServer::start(&db);
        server.user("ada");
        let (client, secret) = server.client(|_| {});
        third_party(&server, &Session::of(&server, "ada"), &client, &secret).await;
        let first = log_in(&server, "ada").await;
        let token = text(&first, "access_token");
        let listed = bearer(&server, Method::GET, TOKENS, token).await.json();
        let deleted = bearer(&server, Method::DELETE, &path(&listed[0]), token).await;
        assert_eq!(deleted.status, 204, "{}", deleted.body);
    }
}
