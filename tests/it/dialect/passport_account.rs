//! `POST /api/v1/login`.

use grantor::account::admin;
use grantor::core::user::Status;
use grantor::store;
use reqwest::Method;
use serde_json::json;

use super::passport_support::*;
use crate::support::database::on_both;
use crate::support::server::{PASSWORD, Setup, TestServer};

const LOGIN: &str = "/api/v1/login";

on_both! {
    async fn a_sign_in_gives_tokens_that_work(db: Database) {
        let server = TestServer::start(&db);
        server.user("ada");
        let body = json!({ "email": "ADA@example.com", "password": PASSWORD });
        let answer = post(&server, LOGIN, body).await;
        golden(&server, "login-ok", &answer);
        let access_token = text(&answer.json(), "access_token").to_owned();
        let used = bearer(&server, Method::GET, "/oauth/clients", &access_token).await;
        assert_eq!((used.status, used.body.as_str()), (200, "[]"));
        assert_eq!(introspect(&server, &access_token).await["active"], true);

        let form = [("email", "ada@example.com"), ("password", PASSWORD)];
        assert_eq!(send(request(&server, Method::POST, LOGIN).form(&form)).await.status, 200);
    }

    async fn its_refresh_token_is_redeemed_at_the_token_endpoint(db: Database) {
        let server = TestServer::start(&db);
        server.user("ada");
        let first = log_in(&server, "ada").await;
        let answer = refresh_first_party(&server, text(&first, "refresh_token")).await;
        golden(&server, "login-refreshed", &answer);
        let second = answer.json();
        assert_ne!(first["refresh_token"], second["refresh_token"]);
        let used = bearer(&server, Method::GET, "/oauth/scopes", text(&second, "access_token")).await;
        assert_eq!(used.status, 200, "what was refreshed may manage too");
    }

    async fn all_who_fail_to_sign_in_hear_the_same(db: Database) {
        let server = TestServer::start(&db);
        server.user("ada");
        let closed = server.user("closed");
        admin::set_status(&server.app, &grantor::core::audit::Actor::Operator, &closed, Status::Disabled).expect("closed");
        let long = format!("{PASSWORD}{}", "x".repeat(72));
        for (email, password) in [
            ("ada@example.com", "another password"),
            ("nobody@example.com", PASSWORD),
            ("closed@example.com", PASSWORD),
            ("not an address", PASSWORD),
            ("ada@example.com", &long),
            ("ada@example.com", "nul\0byte"),
        ] {
            let answer = post(&server, LOGIN, json!({ "email": email, "password": password })).await;
            golden(&server, "login-wrong", &answer);
        }
    }

    async fn fields_that_are_missing_or_wrong_are_named(db: Database) {
        let server = TestServer::start(&db);
        golden(&server, "login-missing", &post(&server, LOGIN, json!({})).await);
        let answer = post(&server, LOGIN, json!({ "email": ["a"], "password": 12345678 })).await;
        golden(&server, "login-mistyped", &answer);
        for email in ["a\0@example.com", "a\n@example.com", &"a".repeat(300)] {
            let answer = post(&server, LOGIN, json!({ "email": email, "password": PASSWORD })).await;
            assert_eq!(answer.status, 422, "{}", answer.body);
        }
    }

    async fn too_many_attempts_are_put_off(db: Database) {
        let server = Setup::default().frozen().set("limits.sign_in_attempts", 2).start(&db);
        server.user("ada");
        let wrong = json!({ "email": "ada@example.com", "password": "wrong password" });
        for _ in 0..2 {
            assert_eq!(post(&server, LOGIN, wrong.clone()).await.status, 401);
        }
        golden(&server, "login-throttled", &post(&server, LOGIN, wrong).await);
        // The right password does not help either: else guessing would go on.
        let right = json!({ "email": "ada@example.com", "password": PASSWORD });
        assert_eq!(post(&server, LOGIN, right.clone()).await.status, 429);
        let unknown = json!({ "email": "nobody@example.com", "password": PASSWORD });
        for expected in [401, 401, 429] {
            assert_eq!(post(&server, LOGIN, unknown.clone()).await.status, expected, "unknown people alike");
        }
        server.advance(chrono::TimeDelta::minutes(16));
        assert_eq!(post(&server, LOGIN, right).await.status, 200);
    }

    async fn a_busy_server_says_when_to_come_back(db: Database) {
        let server = Setup::default()
            .set("limits.hash_threads", 1)
            .set("limits.hash_queue", 0)
            .set("limits.request_timeout", "1s")
            .set("database.pool_size", 1)
            .start(&db);
        server.user("ada");
        let session = Session::of(&server, "ada");
        let hashing = server.app.hash_admission.enter().await.expect("let in");
        let body = json!({ "email": "ada@example.com", "password": PASSWORD });
        golden(&server, "busy", &post(&server, LOGIN, body.clone()).await);
        drop(hashing);
        assert_eq!(post(&server, LOGIN, body).await.status, 200);
        let database = server.app.database_admission.enter().await.expect("let in");
        golden(&server, "busy", &session.get(&server, "/oauth/scopes").await);
        golden(&server, "busy", &post(&server, "/api/v1/top-up", json!({ "email": "ada@example.com" })).await);
        drop(database);
        assert_eq!(session.get(&server, "/oauth/scopes").await.status, 200);
    }

    async fn an_imported_hash_verifies_and_is_made_anew(db: Database) {
        let server = TestServer::start(&db);
        let mut user = server.user("ada");
        for version in [bcrypt::Version::TwoY, bcrypt::Version::TwoA] {
            let imported = bcrypt::hash_with_result(PASSWORD, 5).expect("a hash").format_for_version(version);
            let (id, hash) = (user.id, imported.clone());
            server
                .app
                .write(move |cx| store::users::set_password(cx.conn, id, &hash, cx.now))
                .expect("the hash is imported");
            let old = introspect(&server, text(&log_in(&server, "ada").await, "access_token")).await;
            assert_eq!(old["active"], true);
            user = server.app.read(|cx| store::users::by_login(cx.conn, "ada")).expect("found").expect("ada");
            let kept = user.password_hash.clone().expect("a hash");
            assert!(kept.starts_with("$2b$04$"), "{kept}");
            assert_ne!(kept, imported);
            log_in(&server, "ada").await;
        }
        // Of the same cost: left as it is.
        let imported = bcrypt::hash_with_result(PASSWORD, 4).expect("a hash").format_for_version(bcrypt::Version::TwoY);
        let (id, hash) = (user.id, imported.clone());
        server.app.write(move |cx| store::users::set_password(cx.conn, id, &hash, cx.now)).expect("imported");
        log_in(&server, "ada").await;
        let kept = server.app.read(|cx| store::users::by_login(cx.conn, "ada")).expect("found").expect("ada");
        assert_eq!(kept.password_hash, Some(imported));
    }
}
