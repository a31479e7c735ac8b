//! The session dialect: `/session` and `/users`.

use grantor::account::admin;
use grantor::core::user::Status;
use reqwest::Method;
use serde_json::json;

use super::passport_support::{bearer, introspect, post, refresh_first_party, request, send, text};
use crate::support::browser::Answer;
use crate::support::database::on_both;
use crate::support::server::{PASSWORD, Setup, TestServer};

fn golden(server: &TestServer, name: &str, answer: &Answer) {
    super::passport_support::golden_at(server, &format!("session/{name}"), answer, |redactions| redactions);
}

async fn log_in(server: &TestServer, username: &str) -> String {
    let answer =
        post(server, "/session", json!({ "email": format!("{username}@example.com"), "password": PASSWORD })).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    text(&answer.json(), "token").to_owned()
}

on_both! {
    async fn a_session_is_made_shown_exchanged_and_ended(db: Database) {
        let server = TestServer::start(&db);
        server.user("ada");
        let body = json!({ "email": "ada@example.com", "password": PASSWORD });
        golden(&server, "created", &post(&server, "/session", body).await);
        let first = log_in(&server, "ada").await;
        golden(&server, "shown", &bearer(&server, Method::GET, "/session", &first).await);
        let head = bearer(&server, Method::HEAD, "/session", &first).await;
        assert_eq!((head.status, head.body.as_str(), head.header("content-type")), (200, "", "application/json"));
        assert_eq!(introspect(&server, &first).await["active"], true);

        let exchanged = bearer(&server, Method::PUT, "/session", &first).await;
        golden(&server, "exchanged", &exchanged);
        let second = text(&exchanged.json(), "token").to_owned();
        for method in [Method::GET, Method::PUT, Method::DELETE] {
            golden(&server, "unauthenticated", &bearer(&server, method, "/session", &first).await);
        }
        assert_eq!(introspect(&server, &first).await["active"], false);
        assert_eq!(bearer(&server, Method::GET, "/session", &second).await.status, 200);

        golden(&server, "ended", &bearer(&server, Method::DELETE, "/session", &second).await);
        for method in [Method::GET, Method::PUT, Method::DELETE] {
            golden(&server, "unauthenticated", &bearer(&server, method, "/session", &second).await);
        }
        assert_eq!(introspect(&server, &second).await["active"], false);
    }

    async fn of_many_exchanges_at_once_one_succeeds(db: Database) {
        let server = TestServer::start(&db);
        server.user("ada");
        let token = log_in(&server, "ada").await;
        let rivals = (0..20).map(|_| bearer(&server, Method::PUT, "/session", &token));
        let mut won = Vec::new();
        for answer in futures(rivals).await {
            match answer.status {
                200 => won.push(text(&answer.json(), "token").to_owned()),
                other => assert_eq!(other, 401, "{}", answer.body),
            }
        }
        assert_eq!(won.len(), 1);
        assert_eq!(bearer(&server, Method::GET, "/session", &won[0]).await.status, 200);
    }

    async fn an_expired_token_is_not_exchanged(db: Database) {
        let server = Setup::default().frozen().start(&db);
        server.user("ada");
        let token = log_in(&server, "ada").await;
        server.advance(chrono::TimeDelta::minutes(59));
        assert_eq!(bearer(&server, Method::GET, "/session", &token).await.status, 200);
        server.advance(chrono::TimeDelta::minutes(1));
        golden(&server, "unauthenticated", &bearer(&server, Method::PUT, "/session", &token).await);
    }

    async fn an_exchange_keeps_no_disabled_person_in(db: Database) {
        let server = TestServer::start(&db);
        let ada = server.user("ada");
        let token = log_in(&server, "ada").await;
        admin::set_status(&server.app, &grantor::core::audit::Actor::Operator, &ada, Status::Disabled).expect("closed");
        golden(&server, "unauthenticated", &bearer(&server, Method::PUT, "/session", &token).await);
    }

    async fn a_token_of_a_third_party_is_no_session(db: Database) {
        let server = TestServer::start(&db);
        server.user("ada");
        let session = crate::dialect::passport_support::Session::of(&server, "ada");
        let made = session.post(&server, "/oauth/personal-access-tokens", json!({ "name": "mine" })).await;
        let token = text(&made.json(), "accessToken").to_owned();
        golden(&server, "forbidden", &bearer(&server, Method::GET, "/session", &token).await);
        golden(&server, "forbidden", &bearer(&server, Method::DELETE, "/session", &token).await);
        golden(&server, "unauthenticated", &bearer(&server, Method::PUT, "/session", &token).await);
    }

    async fn a_token_with_a_refresh_token_is_exchanged_too_and_the_refresh_token_stays(db: Database) {
        let server = TestServer::start(&db);
        server.user("ada");
        let pair = crate::dialect::passport_support::log_in(&server, "ada").await;
        let exchanged = bearer(&server, Method::PUT, "/session", text(&pair, "access_token")).await;
        assert_eq!(exchanged.status, 200);
        assert_eq!(bearer(&server, Method::GET, "/session", text(&pair, "access_token")).await.status, 401);
        assert_eq!(refresh_first_party(&server, text(&pair, "refresh_token")).await.status, 200);
    }

    async fn refusals_have_this_dialects_shape(db: Database) {
        let server = Setup::default().frozen().set("limits.sign_in_attempts", 2).start(&db);
        server.user("ada");
        golden(&server, "missing", &post(&server, "/session", json!({})).await);
        golden(&server, "mistyped", &post(&server, "/session", json!({ "email": 1, "password": [] })).await);
        for email in ["ada@example.com", "nobody@example.com"] {
            for _ in 0..2 {
                let body = json!({ "email": email, "password": "wrong password" });
                golden(&server, "wrong", &post(&server, "/session", body).await);
            }
            let body = json!({ "email": email, "password": PASSWORD });
            golden(&server, "throttled", &post(&server, "/session", body).await);
        }
        golden(&server, "unauthenticated", &send(request(&server, Method::GET, "/session")).await);
        for header in ["Bearer", "Bearer ", "Basic YTpi", "Bearer a b", "Bearer \u{e4}"] {
            let asked = request(&server, Method::GET, "/session").header("authorization", header.as_bytes());
            golden(&server, "unauthenticated", &send(asked).await);
        }
    }

    async fn a_person_registers_with_an_address_and_a_password(db: Database) {
        let server = TestServer::start(&db);
        let body = json!({ "email": "Grace@example.com", "password": PASSWORD });
        let made = post(&server, "/users", body.clone()).await;
        let username = text(&made.json(), "username").to_owned();
        assert!(username.starts_with("grace-"), "{username}");
        let body = json!({
            "name": "Grace Hopper", "username": "grace", "email": "hopper@example.com",
            "password": PASSWORD, "password_confirmation": PASSWORD,
            "id": 1, "role": "admin", "role_id": 1, "email_verified": true, "status": "disabled",
        });
        golden(&server, "registered", &post(&server, "/users", body.clone()).await);
        log_in(&server, "grace").await;
        let kept = server.app.read(|cx| grantor::store::users::by_login(cx.conn, "grace")).expect("read").expect("kept");
        assert_eq!((kept.role.as_str(), kept.email_verified_at), ("user", None));
        golden(&server, "register-taken", &post(&server, "/users", body).await);
        golden(&server, "register-missing", &post(&server, "/users", json!({})).await);
        let body = json!({ "name": [], "email": {}, "password": 7, "password_confirmation": false });
        golden(&server, "register-mistyped", &post(&server, "/users", body).await);
        let body = json!({ "email": "a\r\nBcc: x@example.com", "password": "short", "name": "a\nb" });
        golden(&server, "register-wrong", &post(&server, "/users", body).await);
        let body = json!({ "email": "b@example.com", "password": PASSWORD, "password_confirmation": "another" });
        golden(&server, "register-unconfirmed", &post(&server, "/users", body).await);
        let body = json!({ "email": "c@example.com", "password": "x".repeat(60_000) });
        golden(&server, "register-long-password", &post(&server, "/users", body).await);
    }

    async fn a_closed_door_stays_closed(db: Database) {
        let server = Setup::default().set("registration.enabled", false).start(&db);
        let body = json!({ "email": "grace@example.com", "password": PASSWORD });
        golden(&server, "register-closed", &post(&server, "/users", body).await);
    }

    async fn a_page_elsewhere_may_call(db: Database) {
        let server = TestServer::start(&db);
        let asked = request(&server, Method::OPTIONS, "/session").header("origin", "https://spa.example");
        let answer = send(asked.header("access-control-request-method", "PUT")).await;
        assert_eq!(answer.header("access-control-allow-origin"), "*");
        assert_eq!(answer.header("access-control-allow-methods"), "GET, HEAD, POST, PUT, DELETE");
        assert!(answer.header("access-control-allow-headers").contains("authorization"));
        let refused = send(request(&server, Method::GET, "/session").header("origin", "https://spa.example")).await;
        assert_eq!((refused.status, refused.header("access-control-allow-origin")), (401, "*"));
    }
}

/// All answers, asked for at once.
pub async fn futures<F: Future<Output = Answer>>(asked: impl Iterator<Item = F>) -> Vec<Answer> {
    let mut waiting: Vec<_> = asked.map(Box::pin).collect();
    let mut answers: Vec<Option<Answer>> = waiting.iter().map(|_| None).collect();
    std::future::poll_fn(|cx| {
        for (at, future) in waiting.iter_mut().enumerate() {
            if answers[at].is_none()
                && let std::task::Poll::Ready(answer) = future.as_mut().poll(cx)
            {
                answers[at] = Some(answer);
            }
        }
        if answers.iter().all(Option::is_some) { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
    })
    .await;
    answers.into_iter().flatten().collect()
}
