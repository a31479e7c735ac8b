//! The second factor in the dialects.

use chrono::TimeDelta;
use reqwest::Method;
use serde_json::{Value, json};

use super::passport_support::*;
use crate::support::browser::Answer;
use crate::support::database::on_both;
use crate::support::second_factor::*;
use crate::support::server::{PASSWORD, Setup, TestServer};

const LOGIN: &str = "/api/v1/login";

async fn first(server: &TestServer) -> Answer {
    tick(server);
    post(server, LOGIN, json!({ "email": "ada@example.com", "password": PASSWORD })).await
}

async fn second(server: &TestServer, challenge: &Value, code: &str) -> Answer {
    let body = json!({ "two_factor_token": text(challenge, "two_factor_token"), "token": code });
    post(server, LOGIN, body).await
}

fn redacted(server: &TestServer, name: &str, answer: &Answer) {
    golden_with(server, name, answer, |redactions| redactions.key("two_factor_token"));
}

on_both! {
    async fn passport_asks_for_a_code_before_it_hands_out_tokens(db: Database) {
        let server = Setup::default().frozen().start(&db);
        let (app, codes) = turn_on_totp(&server, &server.user("ada"));
        let asked = first(&server).await;
        redacted(&server, "login-two-factor", &asked);
        let challenge = asked.json();
        redacted(&server, "login-two-factor-wrong", &second(&server, &challenge, another(&app.code(&server, 1))).await);
        let answer = second(&server, &challenge, &app.code(&server, 1)).await;
        golden(&server, "login-ok", &answer);
        let used = bearer(&server, Method::GET, "/oauth/clients", text(&answer.json(), "access_token")).await;
        assert_eq!(used.status, 200, "{}", used.body);
        redacted(&server, "login-two-factor-wrong", &second(&server, &challenge, &codes[0]).await);
        let form = [("two_factor_token", text(&first(&server).await.json(), "two_factor_token")), ("token", &codes[0])]
            .map(|(name, value)| (name, value.to_owned()));
        assert_eq!(send(request(&server, Method::POST, LOGIN).form(&form)).await.status, 200, "a form does too");
    }

    async fn passport_sends_a_code_once_more(db: Database) {
        let server = Setup::default().frozen().set("limits.text_messages", 3).start(&db);
        turn_on_sms(&server, &server.user("ada"));
        let challenge = first(&server).await.json();
        assert_eq!(challenge["two_factor_methods"], json!(["sms"]));
        let old = one_time_password(&server);
        tick(&server);
        let again = || post(&server, LOGIN, json!({ "two_factor_token": text(&challenge, "two_factor_token") }));
        let answer = again().await;
        assert_eq!((answer.status, &answer.json()["two_factor_token"]), (401, &challenge["two_factor_token"]));
        let throttled = again().await;
        assert_eq!((throttled.status, throttled.header("retry-after").is_empty()), (429, false), "{}", throttled.body);
        assert_eq!(second(&server, &challenge, &old).await.status, 401);
        assert_eq!(second(&server, &challenge, &one_time_password(&server)).await.status, 200);
    }

    async fn there_is_no_second_step_without_the_first(db: Database) {
        let server = Setup::default().frozen().start(&db);
        let (app, codes) = turn_on_totp(&server, &server.user("ada"));
        for code in [app.code(&server, 1), codes[0].clone(), String::new()] {
            for token in ["gra_2f_x", "x", "\0"] {
                let body = json!({ "email": "ada@example.com", "two_factor_token": token, "token": code });
                redacted(&server, "login-two-factor-wrong", &post(&server, LOGIN, body).await);
            }
        }
        // The password beside the code does not stand for the first step, nor does a code beside the password.
        let body = json!({ "email": "ada@example.com", "password": PASSWORD, "token": codes[0] });
        redacted(&server, "login-two-factor", &post(&server, LOGIN, body).await);
        let body = json!({ "email": "ada@example.com", "password": PASSWORD, "two_factor_token": "", "token": codes[0] });
        assert_eq!(post(&server, LOGIN, body).await.status, 401);
        let wrong = json!({ "email": "ada@example.com", "password": "wrong password" });
        golden(&server, "login-wrong", &post(&server, LOGIN, wrong).await);
        assert_eq!(post(&server, LOGIN, json!({ "two_factor_token": [], "token": 123_456 })).await.status, 422);
    }

    async fn a_reset_password_takes_no_factor_away_and_opens_nothing(db: Database) {
        let server = Setup::default().frozen().start(&db);
        turn_on_totp(&server, &server.user("ada"));
        let waiting = first(&server).await.json();
        server.advance(TimeDelta::seconds(60));
        post(&server, "/api/v1/top-up", json!({ "email": "ada@example.com" })).await;
        let (otp, new) = (one_time_password(&server), "another horse staple");
        let body = json!({ "email": "ada@example.com", "otp": otp, "password": new, "password_confirmation": new });
        let answer = post(&server, "/api/v1/password/reset", body).await;
        golden(&server, "reset-ok", &answer);
        assert!(answer.header("set-cookie").is_empty());
        let answer = post(&server, LOGIN, json!({ "email": "ada@example.com", "password": new })).await;
        redacted(&server, "login-two-factor", &answer);
        assert_eq!(second(&server, &waiting, "123456").await.status, 401);
    }

    async fn attempts_beyond_those_who_hash_reach_no_database(db: Database) {
        let server = Setup::default()
            .frozen()
            .set("limits.hash_threads", 1)
            .set("limits.hash_queue", 0)
            .start(&db);
        let (_, codes) = turn_on_totp(&server, &server.user("ada"));
        let challenge = first(&server).await.json();
        let hashing = server.app.hash_admission.enter().await.expect("let in");
        server.reset_statements();
        let answer = first(&server).await;
        assert_eq!((answer.status, answer.header("retry-after")), (503, "1"));
        assert!(server.statements().is_empty(), "a flood leaves the database to the others: {:?}", server.statements());
        assert_eq!(second(&server, &challenge, &codes[0]).await.status, 200, "a code is not hashed");
        drop(hashing);
    }
}
