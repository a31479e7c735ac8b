//! `/oauth/personal-access-tokens`.

use chrono::TimeDelta;
use grantor::account::admin;
use grantor::core::scope::Scope;
use grantor::oauth::first_party;
use reqwest::Method;
use serde_json::{Value, json};

use super::passport_support::*;
use crate::support::database::on_both;
use crate::support::golden::Redactions;
use crate::support::server::{Setup, TestServer};

const PERSONAL: &str = "/oauth/personal-access-tokens";

fn path(token: &Value) -> String {
    format!("{PERSONAL}/{}", text(token, "id"))
}

/// The field of that name holds messages here.
fn keep_end(redactions: Redactions) -> Redactions {
    redactions.keep("expires_at")
}

on_both! {
    async fn a_token_is_made_listed_and_taken_back(db: Database) {
        let server = Setup::default().frozen().start(&db);
        server.user("ada");
        let session = Session::of(&server, "ada");
        golden(&server, "personal-none", &session.get(&server, PERSONAL).await);
        let keep = |redactions: Redactions| redactions.keep("client_id");
        let body = json!({ "name": "laptop", "scopes": ["profile", "email", "profile"] });
        let answer = session.post(&server, PERSONAL, body).await;
        golden_with(&server, "personal-created", &answer, keep);
        let made = answer.json();
        let said = introspect(&server, text(&made, "accessToken")).await;
        assert_eq!((&said["active"], &said["scope"]), (&json!(true), &json!("profile email")));
        assert_eq!(made["token"]["expires_at"], "2027-03-04T05:06:07.000000Z", "365 days");

        server.advance(TimeDelta::seconds(1));
        session.post(&server, PERSONAL, json!({ "name": "phone" })).await;
        let listed = session.get(&server, PERSONAL).await;
        golden_with(&server, "personal-listed", &listed, keep);
        assert!(!listed.body.contains("gra_at_"), "never the token itself");
        golden(&server, "personal-deleted", &session.delete(&server, &path(&made["token"])).await);
        assert_eq!(introspect(&server, text(&made, "accessToken")).await["active"], false);
        golden(&server, "not-found", &session.delete(&server, &path(&made["token"])).await);
        assert_eq!(session.get(&server, PERSONAL).await.json().as_array().map(Vec::len), Some(1));
    }

    async fn an_end_may_be_asked_for(db: Database) {
        let server = Setup::default().frozen().start(&db);
        server.user("ada");
        let session = Session::of(&server, "ada");
        for (asked, got) in [
            ("2026-03-05", "2026-03-05T00:00:00.000000Z"),
            ("2026-03-04 06:00:00", "2026-03-04T06:00:00.000000Z"),
            ("2026-03-04T07:00:00+01:00", "2026-03-04T06:00:00.000000Z"),
            ("2027-03-04T05:06:07Z", "2027-03-04T05:06:07.000000Z"),
        ] {
            let answer = session.post(&server, PERSONAL, json!({ "name": "x", "expires_at": asked })).await;
            assert_eq!(answer.json()["token"]["expires_at"], got, "{}", answer.body);
        }
        let with = |end: &str| session.post(&server, PERSONAL, json!({ "name": "x", "expires_at": end }));
        golden_with(&server, "personal-past", &with("2026-03-04T05:06:07Z").await, keep_end);
        golden_with(&server, "personal-far", &with("2027-03-04T05:06:08Z").await, keep_end);
        golden_with(&server, "personal-no-date", &with("tomorrow").await, keep_end);
        for end in ["9999-12-31", "+262143-01-01T00:00:00Z", "2026-13-01", "\0", "1893456000"] {
            let answer = with(end).await;
            assert_eq!(answer.status, 422, "{end}: {}", answer.body);
        }

        let token = with("2026-03-04 05:06:17").await.json();
        assert_eq!(introspect(&server, text(&token, "accessToken")).await["active"], true);
        server.advance(TimeDelta::seconds(10));
        assert_eq!(introspect(&server, text(&token, "accessToken")).await["active"], false);
    }

    async fn fields_that_are_missing_or_wrong_are_named(db: Database) {
        let server = TestServer::start(&db);
        server.user("ada");
        let session = Session::of(&server, "ada");
        golden(&server, "personal-missing", &session.post(&server, PERSONAL, json!({})).await);
        let wrong = json!({ "name": "x".repeat(256), "scopes": ["profile", "nothing"] });
        golden(&server, "personal-wrong", &session.post(&server, PERSONAL, wrong).await);
        let mistyped = json!({ "name": ["x"], "scopes": "profile", "expires_at": 1 });
        golden_with(&server, "personal-mistyped", &session.post(&server, PERSONAL, mistyped).await, keep_end);
        for scopes in [json!([1]), json!(["profile email"]), json!(["*"]), json!([""]), json!(["a\0"])] {
            let answer = session.post(&server, PERSONAL, json!({ "name": "x", "scopes": scopes })).await;
            assert_eq!(answer.status, 422, "{}", answer.body);
        }
        assert_eq!(session.get(&server, PERSONAL).await.json(), json!([]));
        let form = [("name", "by form"), ("scopes[]", "profile"), ("scopes[]", "email"), ("_token", &session.csrf)];
        let request = request(&server, Method::POST, PERSONAL).header("cookie", session.header()).form(&form);
        let answer = send(request).await;
        assert_eq!(answer.json()["token"]["scopes"], json!(["profile", "email"]), "{}", answer.body);
    }

    async fn only_ones_own_are_there(db: Database) {
        let server = TestServer::start(&db);
        server.user("ada");
        server.user("eve");
        let (ada, eve) = (Session::of(&server, "ada"), Session::of(&server, "eve"));
        let made = ada.post(&server, PERSONAL, json!({ "name": "laptop" })).await.json();
        golden(&server, "personal-none", &eve.get(&server, PERSONAL).await);
        golden(&server, "not-found", &eve.delete(&server, &path(&made["token"])).await);
        let (client, secret) = server.client(|_| {});
        third_party(&server, &ada, &client, &secret).await;
        let third = ada.get(&server, "/oauth/tokens").await.json();
        golden(&server, "not-found", &ada.delete(&server, &path(&third[0])).await);
        assert_eq!(introspect(&server, text(&made, "accessToken")).await["active"], true);
    }

    async fn none_is_made_for_an_account_that_changed_meanwhile(db: Database) {
        let server = TestServer::start(&db);
        let seen = server.user("ada");
        let make = || {
            first_party::personal_access_token(&server.app, &seen, "late".to_owned(), Scope::default(), None, None)
        };
        make().expect("a token");
        admin::set_password(&server.app, &grantor::core::audit::Actor::Operator, &seen, "another password").expect("changed");
        make().expect_err("its password is not the one that the caller was seen with");
    }
}
