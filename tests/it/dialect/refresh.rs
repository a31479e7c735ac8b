//! The refresh-token dialect, under `/auth`.

use reqwest::Method;
use serde_json::{Value, json};

use super::passport_support::{bearer, introspect, post, refresh_first_party, request, send, text};
use super::session::futures;
use crate::support::browser::Answer;
use crate::support::database::on_both;
use crate::support::outbox;
use crate::support::server::{PASSWORD, Setup, TestServer};

fn golden(server: &TestServer, name: &str, answer: &Answer) {
    super::passport_support::golden_at(server, &format!("refresh/{name}"), answer, |redactions| redactions);
}

async fn log_in(server: &TestServer, username: &str) -> Value {
    let body = json!({ "email": format!("{username}@example.com"), "password": PASSWORD });
    let answer = post(server, "/auth/login", body).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()
}

async fn exchange(server: &TestServer, token: &str) -> Answer {
    post(server, "/auth/refresh-tokens", json!({ "refreshToken": token })).await
}

on_both! {
    async fn a_person_registers_signs_in_and_is_welcomed(db: Database) {
        let server = TestServer::start(&db);
        let body = json!({
            "name": "Grace Hopper", "bio": "Compilers", "email": "grace@example.com",
            "password": PASSWORD, "confirm": PASSWORD,
        });
        golden(&server, "registered", &post(&server, "/auth/register", body.clone()).await);
        golden(&server, "register-taken", &post(&server, "/auth/register", body).await);
        let body = json!({ "email": "grace@example.com", "password": PASSWORD });
        golden(&server, "login", &post(&server, "/auth/login", body).await);
        let pair = log_in(&server, "grace").await;
        golden(&server, "welcome", &bearer(&server, Method::POST, "/auth", text(&pair, "accessToken")).await);
        server.user("ada");
        let pair = log_in(&server, "ada").await;
        golden(&server, "welcome-no-bio", &bearer(&server, Method::POST, "/auth", text(&pair, "accessToken")).await);
    }

    async fn a_refresh_token_is_rotated_and_a_used_one_ends_the_family(db: Database) {
        let server = Setup::default().frozen().start(&db);
        server.user("ada");
        let first = log_in(&server, "ada").await;
        let answer = exchange(&server, text(&first, "refreshToken")).await;
        golden(&server, "exchanged", &answer);
        let second = answer.json();
        assert_eq!(bearer(&server, Method::POST, "/auth", text(&second, "accessToken")).await.status, 200);
        // An honest repeat within the grace gets the same successor.
        let again = exchange(&server, text(&first, "refreshToken")).await.json();
        assert_eq!(again["refreshToken"], second["refreshToken"]);
        server.advance(chrono::TimeDelta::seconds(11));
        golden(&server, "refresh-wrong", &exchange(&server, text(&first, "refreshToken")).await);
        golden(&server, "refresh-wrong", &exchange(&server, text(&second, "refreshToken")).await);
        golden(&server, "unauthorized", &bearer(&server, Method::POST, "/auth", text(&second, "accessToken")).await);
        assert_eq!(introspect(&server, text(&second, "accessToken")).await["active"], false);
    }

    async fn rivals_end_with_one_family(db: Database) {
        let server = TestServer::start(&db);
        server.user("ada");
        let pair = log_in(&server, "ada").await;
        let answers = futures((0..20).map(|_| exchange(&server, text(&pair, "refreshToken")))).await;
        let tokens: Vec<Value> = answers.iter().map(|answer| answer.json()["refreshToken"].clone()).collect();
        assert!(tokens.iter().all(|token| token.is_string() && *token == tokens[0]), "{tokens:?}");
    }

    async fn a_sign_out_ends_both_tokens(db: Database) {
        let server = TestServer::start(&db);
        server.user("ada");
        let pair = log_in(&server, "ada").await;
        let body = json!({ "refreshToken": pair["refreshToken"] });
        golden(&server, "logout", &post(&server, "/auth/logout", body.clone()).await);
        golden(&server, "logout-wrong", &post(&server, "/auth/logout", body).await);
        golden(&server, "unauthorized", &bearer(&server, Method::POST, "/auth", text(&pair, "accessToken")).await);
        golden(&server, "refresh-wrong", &exchange(&server, text(&pair, "refreshToken")).await);
        assert_eq!(refresh_first_party(&server, text(&pair, "refreshToken")).await.status, 400);
    }

    async fn a_refresh_token_of_a_third_party_is_none_here(db: Database) {
        let server = TestServer::start(&db);
        server.user("ada");
        let (client, secret) = server.client(|_| ());
        let session = crate::dialect::passport_support::Session::of(&server, "ada");
        let tokens = crate::dialect::passport_support::third_party(&server, &session, &client, &secret).await;
        golden(&server, "refresh-wrong", &exchange(&server, text(&tokens, "refresh_token")).await);
        let body = json!({ "refreshToken": tokens["refresh_token"] });
        golden(&server, "logout-wrong", &post(&server, "/auth/logout", body).await);
        let kept = crate::dialect::passport_support::refresh(&server, &client, &secret, text(&tokens, "refresh_token")).await;
        assert_eq!(kept.status, 200, "it still works for whom it was made");
    }

    async fn a_forgotten_password_is_reset_by_the_token_of_the_mail(db: Database) {
        let server = TestServer::start(&db);
        server.user("ada");
        let pair = log_in(&server, "ada").await;
        for email in ["ada@example.com", "nobody@example.com"] {
            golden(&server, "forgot", &post(&server, "/auth/forgot-password", json!({ "email": email })).await);
        }
        let (to, mail) = outbox::all(&server).into_iter().find(|(to, _)| !to.is_empty()).expect("a mail");
        assert_eq!(to, "ada@example.com");
        let token = mail.split("token=").nth(1).and_then(|rest| rest.split_whitespace().next()).expect("a token");
        let path = format!("/auth/reset-password?token={token}");
        golden(&server, "reset-bad-password", &post(&server, &path, json!({ "password": "short" })).await);
        golden(&server, "reset-missing", &post(&server, &path, json!({})).await);
        let new = json!({ "password": "another password" });
        golden(&server, "reset-bad-token", &post(&server, "/auth/reset-password?token=nonsense", new.clone()).await);
        golden(&server, "reset-bad-token", &post(&server, "/auth/reset-password", new.clone()).await);
        golden(&server, "reset", &post(&server, &path, new.clone()).await);
        golden(&server, "reset-bad-token", &post(&server, &path, new).await);
        golden(&server, "unauthorized", &bearer(&server, Method::POST, "/auth", text(&pair, "accessToken")).await);
        let body = json!({ "email": "ada@example.com", "password": "another password" });
        assert_eq!(post(&server, "/auth/login", body).await.status, 200);
    }

    async fn refusals_have_this_dialects_shape(db: Database) {
        let server = Setup::default().frozen().set("limits.sign_in_attempts", 2).set("limits.reset_attempts", 2).start(&db);
        server.user("ada");
        golden(&server, "login-missing", &post(&server, "/auth/login", json!({})).await);
        golden(&server, "login-mistyped", &post(&server, "/auth/login", json!({ "email": [], "password": {} })).await);
        for email in ["ada@example.com", "nobody@example.com"] {
            for _ in 0..2 {
                let body = json!({ "email": email, "password": "wrong password" });
                golden(&server, "login-wrong", &post(&server, "/auth/login", body).await);
            }
            let body = json!({ "email": email, "password": PASSWORD });
            golden(&server, "login-throttled", &post(&server, "/auth/login", body).await);
            for _ in 0..2 {
                post(&server, "/auth/forgot-password", json!({ "email": email })).await;
            }
            let answer = post(&server, "/auth/forgot-password", json!({ "email": email })).await;
            golden(&server, "forgot-throttled", &answer);
        }
        golden(&server, "forgot-missing", &post(&server, "/auth/forgot-password", json!({})).await);
        golden(&server, "refresh-missing", &post(&server, "/auth/refresh-tokens", json!({})).await);
        golden(&server, "refresh-missing", &post(&server, "/auth/logout", json!({ "refreshToken": "" })).await);
        golden(&server, "refresh-mistyped", &exchange_value(&server, json!(7)).await);
        for token in ["x", "gra_rt_x", "\0", &"x".repeat(5000)] {
            golden(&server, "refresh-wrong", &exchange(&server, token).await);
            let body = json!({ "refreshToken": token });
            golden(&server, "logout-wrong", &post(&server, "/auth/logout", body).await);
        }
        golden(&server, "unauthorized", &send(request(&server, Method::POST, "/auth")).await);
        golden(&server, "register-missing", &post(&server, "/auth/register", json!({})).await);
        let body = json!({ "name": 1, "bio": [], "email": {}, "password": 7, "confirm": false });
        golden(&server, "register-mistyped", &post(&server, "/auth/register", body).await);
        let body = json!({
            "name": "a\u{7}b", "bio": "b".repeat(1001), "email": "a\r\nBcc: x@example.com", "password": "short",
            "confirm": "short",
        });
        golden(&server, "register-wrong", &post(&server, "/auth/register", body).await);
        let body = json!({ "name": "G", "email": "g@example.com", "password": PASSWORD, "confirm": "another one" });
        golden(&server, "register-unconfirmed", &post(&server, "/auth/register", body).await);
    }

    async fn a_closed_door_stays_closed(db: Database) {
        let server = Setup::default().set("registration.enabled", false).start(&db);
        let body = json!({ "name": "G", "email": "g@example.com", "password": PASSWORD, "confirm": PASSWORD });
        golden(&server, "register-closed", &post(&server, "/auth/register", body).await);
    }
}

async fn exchange_value(server: &TestServer, token: Value) -> Answer {
    post(server, "/auth/refresh-tokens", json!({ "refreshToken": token })).await
}
