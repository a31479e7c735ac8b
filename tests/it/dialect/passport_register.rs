//! `POST /api/v1/register`.

use grantor::core::page::Page;
use grantor::store;
use reqwest::Method;
use serde_json::{Value, json};

use super::passport_support::*;
use crate::support::database::on_both;
use crate::support::server::{PASSWORD, Setup, TestServer};

const REGISTER: &str = "/api/v1/register";

fn ada() -> Value {
    json!({
        "name": "Ada Lovelace",
        "username": "ada",
        "mobile": "9876543210",
        "dob": "1990-12-10",
        "email": "ada@example.com",
        "password": PASSWORD,
        "password_confirmation": PASSWORD,
    })
}

fn with(changes: Value) -> Value {
    let mut body = ada();
    for (name, value) in changes.as_object().expect("an object") {
        body[name] = value.clone();
    }
    body
}

fn people(server: &TestServer) -> usize {
    server.app.read(|cx| store::users::list(cx.conn, &Page::default())).expect("a list").len()
}

on_both! {
    async fn a_sign_up_makes_an_account_and_signs_it_in(db: Database) {
        let server = TestServer::start(&db);
        let answer = post(&server, REGISTER, ada()).await;
        golden(&server, "register-ok", &answer);
        let used = bearer(&server, Method::GET, "/oauth/tokens", text(&answer.json(), "access_token")).await;
        assert_eq!((used.status, used.body.as_str()), (200, "[]"));
        log_in(&server, "ada").await;

        let grace = with(json!({
            "username": "grace", "email": "grace@example.com", "mobile": "0123456789",
            "gender": "Female", "country": "United States",
        }));
        let grace = post(&server, REGISTER, grace).await.json();
        assert_eq!((&grace["user"]["gender"], &grace["user"]["country"]), (&json!("Female"), &json!("United States")));
        let empty = with(json!({
            "username": "mary", "email": "mary@example.com", "mobile": "0123456780", "gender": "", "country": null,
        }));
        let mary = post(&server, REGISTER, empty).await.json();
        assert_eq!((&mary["user"]["gender"], &mary["user"]["country"]), (&json!("Male"), &Value::Null));
    }

    async fn fields_that_are_missing_or_wrong_are_named(db: Database) {
        let server = TestServer::start(&db);
        golden(&server, "register-missing", &post(&server, REGISTER, json!({})).await);
        let wrong = json!({
            "name": "Ada\u{7}", "username": "ada@lovelace", "mobile": "98765", "dob": "10.12.1990",
            "email": "nobody", "password": "short", "password_confirmation": "short", "gender": "x".repeat(33),
        });
        golden(&server, "register-wrong", &post(&server, REGISTER, wrong).await);
        let mistyped = json!({ "name": 1, "username": {}, "mobile": [1], "dob": 1.5, "email": ["a"] });
        golden(&server, "register-mistyped", &post(&server, REGISTER, mistyped).await);
        let differs = with(json!({ "password_confirmation": "another password" }));
        golden(&server, "register-unconfirmed", &post(&server, REGISTER, differs).await);
        for changes in [
            json!({ "dob": "1990-02-30" }),
            json!({ "mobile": "98765432１０" }),
            json!({ "mobile": "+919876543" }),
            json!({ "password": "seven77", "password_confirmation": "seven77" }),
            json!({ "password": "nul\0byte nul", "password_confirmation": "nul\0byte nul" }),
            json!({ "name": "a\0b" }),
            json!({ "name": "a".repeat(256) }),
            json!({ "email": "a\0b@example.com" }),
            json!({ "password_confirmation": null }),
        ] {
            let answer = post(&server, REGISTER, with(changes)).await;
            assert_eq!(answer.status, 422, "{}", answer.body);
        }
        assert_eq!(people(&server), 0);
    }

    async fn a_password_over_72_bytes_is_refused_not_cut(db: Database) {
        let server = TestServer::start(&db);
        // 37 letters, 74 bytes.
        for password in ["a".repeat(73), "ä".repeat(37)] {
            let body = with(json!({ "password": password, "password_confirmation": password }));
            golden(&server, "register-long-password", &post(&server, REGISTER, body).await);
        }
        let longest = "a".repeat(72);
        let body = with(json!({ "password": longest, "password_confirmation": longest }));
        assert_eq!(post(&server, REGISTER, body).await.status, 201);
        for (password, expected) in [("a".repeat(73), 401), ("a".repeat(71), 401), (longest, 200)] {
            let body = json!({ "email": "ada@example.com", "password": password });
            assert_eq!(post(&server, "/api/v1/login", body).await.status, expected);
        }
    }

    async fn what_must_be_unique_is_taken_once(db: Database) {
        let server = TestServer::start(&db);
        let body = ada();
        let rivals: Vec<_> = (0..8)
            .map(|_| tokio::spawn(send(request(&server, Method::POST, REGISTER).json(&body))))
            .collect();
        let mut statuses = Vec::new();
        for rival in rivals {
            statuses.push(rival.await.expect("an answer").status);
        }
        statuses.sort_unstable();
        assert_eq!(statuses, [vec![201], vec![422; 7]].concat());
        let shouted = with(json!({ "username": "ADA", "email": "ADA@EXAMPLE.com" }));
        golden(&server, "register-taken", &post(&server, REGISTER, shouted).await);
        assert_eq!(people(&server), 1);
    }

    async fn a_closed_registration_says_so(db: Database) {
        let server = Setup::default().set("registration.enabled", false).start(&db);
        golden(&server, "register-closed", &post(&server, REGISTER, ada()).await);
        assert_eq!(people(&server), 0);
    }

    async fn too_many_sign_ups_are_put_off(db: Database) {
        let server = Setup::default().frozen().set("limits.registrations_per_address", 1).start(&db);
        assert_eq!(post(&server, REGISTER, ada()).await.status, 201);
        let grace = with(json!({ "username": "grace", "email": "grace@example.com", "mobile": "0123456789" }));
        golden(&server, "register-throttled", &post(&server, REGISTER, grace).await);
        assert_eq!(people(&server), 1);
    }
}
