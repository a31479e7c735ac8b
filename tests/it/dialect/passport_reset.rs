//! `POST /api/v1/top-up` and `POST /api/v1/password/reset`.

use chrono::TimeDelta;
use grantor::account::admin;
use grantor::core::user::Status;
use reqwest::Method;
use serde_json::{Value, json};

use super::passport_support::*;
use crate::support::browser::Answer;
use crate::support::database::on_both;
use crate::support::outbox;
use crate::support::server::{PASSWORD, Setup, TestServer};

const RESET: &str = "/api/v1/password/reset";
const NEW: &str = "another horse staple";

async fn top_up(server: &TestServer) -> String {
    let answer = post(server, "/api/v1/top-up", json!({ "email": "ada@example.com" })).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    one_time_password(server)
}

fn with_otp(otp: &str) -> Value {
    json!({ "email": "ada@example.com", "otp": otp, "password": NEW, "password_confirmation": NEW })
}

async fn reset(server: &TestServer, otp: &str) -> Answer {
    post(server, RESET, with_otp(otp)).await
}

async fn log_in_with(server: &TestServer, password: &str) -> u16 {
    post(server, "/api/v1/login", json!({ "email": "ada@example.com", "password": password })).await.status
}

fn another(otp: &str) -> &'static str {
    if otp == "000000" { "000001" } else { "000000" }
}

fn mails(server: &TestServer) -> usize {
    outbox::all(server).len()
}

on_both! {
    async fn a_one_time_password_sets_a_new_password_once(db: Database) {
        let server = TestServer::start(&db);
        server.user("ada");
        let otp = top_up(&server).await;
        golden(&server, "reset-ok", &reset(&server, &otp).await);
        assert_eq!(log_in_with(&server, PASSWORD).await, 401);
        assert_eq!(log_in_with(&server, NEW).await, 200);
        golden(&server, "reset-wrong-otp", &reset(&server, &otp).await);
    }

    async fn a_reset_ends_every_session_and_token(db: Database) {
        let server = TestServer::start(&db);
        server.user("ada");
        let session = Session::of(&server, "ada");
        let (client, secret) = server.client(|_| {});
        let third = third_party(&server, &session, &client, &secret).await;
        let first = log_in(&server, "ada").await;
        let personal = session.post(&server, "/oauth/personal-access-tokens", json!({ "name": "laptop" })).await.json();
        let otp = top_up(&server).await;
        assert_eq!(reset(&server, &otp).await.status, 200);
        golden(&server, "unauthenticated", &session.get(&server, "/oauth/clients").await);
        let bearer = bearer(&server, Method::GET, "/oauth/clients", text(&first, "access_token")).await;
        golden(&server, "unauthenticated", &bearer);
        for (body, name) in [(&third, "access_token"), (&first, "access_token"), (&personal, "accessToken")] {
            assert_eq!(introspect(&server, text(body, name)).await["active"], false, "{name}");
        }
        for answer in [
            refresh_first_party(&server, text(&first, "refresh_token")).await,
            refresh(&server, &client, &secret, text(&third, "refresh_token")).await,
        ] {
            assert_eq!((answer.status, &answer.json()["error"]), (400, &json!("invalid_grant")));
        }
    }

    async fn without_a_valid_otp_there_is_no_reset(db: Database) {
        let server = TestServer::start(&db);
        server.user("ada");
        let closed = server.user("closed");
        admin::set_status(&server.app, &grantor::core::audit::Actor::Operator, &closed, Status::Disabled).expect("closed");
        golden(&server, "reset-missing", &post(&server, RESET, json!({})).await);
        let mut without = with_otp("");
        golden(&server, "reset-without-otp", &post(&server, RESET, without.clone()).await);
        without.as_object_mut().expect("an object").remove("otp");
        golden(&server, "reset-without-otp", &post(&server, RESET, without).await);
        // Nobody asked for one, or there is no such person: the same answer.
        for email in ["ada@example.com", "nobody@example.com", "closed@example.com"] {
            for otp in ["123456", "", "12345678901234567890", "１２３４５６", "a\0b"] {
                let mut body = with_otp(otp);
                body["email"] = json!(email);
                let answer = post(&server, RESET, body).await;
                assert_eq!(answer.status, 422, "{email} {otp}: {}", answer.body);
                if otp == "123456" {
                    golden(&server, "reset-wrong-otp", &answer);
                }
            }
        }
        let mut mistyped = with_otp("1");
        mistyped["otp"] = json!(123_456);
        golden(&server, "reset-mistyped", &post(&server, RESET, mistyped).await);
        assert_eq!(log_in_with(&server, PASSWORD).await, 200);
    }

    async fn a_bad_new_password_costs_no_try(db: Database) {
        let server = TestServer::start(&db);
        server.user("ada");
        let otp = top_up(&server).await;
        for password in ["short".to_owned(), "a".repeat(73), "ä".repeat(37)] {
            for _ in 0..2 {
                let mut body = with_otp(&otp);
                body["password"] = json!(password);
                body["password_confirmation"] = json!(password);
                let answer = post(&server, RESET, body).await;
                assert_eq!(answer.status, 422);
                assert!(answer.json()["errors"]["password"].is_array(), "{}", answer.body);
            }
        }
        let mut differs = with_otp(&otp);
        differs["password_confirmation"] = json!("something else");
        assert_eq!(post(&server, RESET, differs).await.status, 422);
        assert_eq!(reset(&server, &otp).await.status, 200);
    }

    async fn five_wrong_tries_burn_it(db: Database) {
        let server = TestServer::start(&db);
        server.user("ada");
        let otp = top_up(&server).await;
        for _ in 0..4 {
            golden(&server, "reset-wrong-otp", &reset(&server, another(&otp)).await);
        }
        assert_eq!(reset(&server, &otp).await.status, 200, "the fifth try may be the right one");
        let otp = top_up(&server).await;
        for _ in 0..5 {
            assert_eq!(reset(&server, another(&otp)).await.status, 422);
        }
        golden(&server, "reset-wrong-otp", &reset(&server, &otp).await);
        assert_eq!(log_in_with(&server, NEW).await, 200);
    }

    async fn one_is_live_at_a_time(db: Database) {
        let server = TestServer::start(&db);
        server.user("ada");
        let first = top_up(&server).await;
        let mut second = top_up(&server).await;
        while second == first {
            second = top_up(&server).await;
        }
        assert_eq!(reset(&server, &first).await.status, 422);
        assert_eq!(reset(&server, &second).await.status, 200);
    }

    async fn it_lives_for_ten_minutes(db: Database) {
        let server = Setup::default().frozen().start(&db);
        server.user("ada");
        let late = top_up(&server).await;
        server.advance(TimeDelta::minutes(10));
        golden(&server, "reset-wrong-otp", &reset(&server, &late).await);
        let early = top_up(&server).await;
        server.advance(TimeDelta::minutes(10) - TimeDelta::seconds(1));
        assert_eq!(reset(&server, &early).await.status, 200);
    }

    async fn of_fifty_at_once_one_wins(db: Database) {
        let server = Setup::default().set("limits.reset_attempts", 100).start(&db);
        server.user("ada");
        let otp = top_up(&server).await;
        let rivals: Vec<_> = (0..50)
            .map(|_| tokio::spawn(send(request(&server, Method::POST, RESET).json(&with_otp(&otp)))))
            .collect();
        let mut statuses = Vec::new();
        for rival in rivals {
            statuses.push(rival.await.expect("an answer").status);
        }
        statuses.sort_unstable();
        assert_eq!(statuses, [vec![200], vec![422; 49]].concat());
        assert_eq!(log_in_with(&server, NEW).await, 200);
    }

    async fn asking_tells_nothing(db: Database) {
        let server = TestServer::start(&db);
        server.user("ada");
        let closed = server.user("closed");
        admin::set_status(&server.app, &grantor::core::audit::Actor::Operator, &closed, Status::Disabled).expect("closed");
        for email in ["ada@example.com", "nobody@example.com", "closed@example.com"] {
            golden(&server, "top-up-ok", &post(&server, "/api/v1/top-up", json!({ "email": email })).await);
        }
        assert_eq!(mails(&server), 1);
        golden(&server, "top-up-missing", &post(&server, "/api/v1/top-up", json!({})).await);
        golden(&server, "top-up-wrong", &post(&server, "/api/v1/top-up", json!({ "email": "nobody" })).await);
        golden(&server, "top-up-mistyped", &post(&server, "/api/v1/top-up", json!({ "email": [] })).await);
        assert_eq!(mails(&server), 1);
    }

    async fn asking_and_trying_too_often_is_put_off(db: Database) {
        let server = Setup::default().frozen().set("limits.reset_attempts", 1).start(&db);
        server.user("ada");
        let otp = top_up(&server).await;
        for email in ["ada@example.com", "nobody@example.com"] {
            let ask = || post(&server, "/api/v1/top-up", json!({ "email": email }));
            ask().await;
            golden(&server, "top-up-throttled", &ask().await);
        }
        assert_eq!(mails(&server), 1);
        for _ in 0..5 {
            assert_eq!(reset(&server, another(&otp)).await.status, 422);
        }
        golden(&server, "reset-throttled", &reset(&server, another(&otp)).await);
    }
}
