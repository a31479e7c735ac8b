//! The envelope dialect, under `/api/v1/auth`.

use grantor::core::user::User;
use grantor::store::{roles, users};
use reqwest::Method;
use serde_json::json;

use super::passport_support::{bearer, introspect, post, request, send, text};
use super::session::futures;
use crate::support::browser::Answer;
use crate::support::database::on_both;
use crate::support::server::{PASSWORD, Setup, TestServer};

fn golden(server: &TestServer, name: &str, answer: &Answer) {
    super::passport_support::golden_at(server, &format!("envelope/{name}"), answer, |redactions| redactions);
}

async fn log_in(server: &TestServer, username: &str) -> Answer {
    let body = json!({ "email": format!("{username}@example.com"), "password": PASSWORD });
    post(server, "/api/v1/auth/login", body).await
}

async fn token(server: &TestServer, username: &str) -> String {
    text(&log_in(server, username).await.json()["data"], "token").to_owned()
}

/// Makes a person of a role.
pub fn person(server: &TestServer, username: &str, role: &str) -> User {
    let user = User { role: role.into(), isp_id: Some(1), branch_id: Some(2), ..server.user(username) };
    let kept = user.clone();
    server.app.write(move |cx| users::update(cx.conn, &kept)).expect("the role is given");
    user
}

on_both! {
    async fn members_of_staff_sign_in_are_shown_and_sign_out(db: Database) {
        let server = Setup::default().set("cache.staleness", "0s").start(&db);
        for role in ["admin", "staff", "reseller"] {
            person(&server, role, role);
        }
        server
            .app
            .write(|cx| {
                let mut staff = roles::all(cx.conn)?.into_iter().find(|role| role.name.as_str() == "staff").expect("it");
                staff.permissions = ["subscribers.view", "subscribers.create", "packages.view"].map(str::to_owned).into();
                roles::update(cx.conn, &staff)
            })
            .expect("permissions");
        golden(&server, "login", &log_in(&server, "staff").await);
        let staff = token(&server, "staff").await;
        golden(&server, "me", &bearer(&server, Method::GET, "/api/v1/auth/me", &staff).await);
        for role in ["admin", "reseller"] {
            let token = token(&server, role).await;
            let me = bearer(&server, Method::GET, "/api/v1/auth/me", &token).await.json();
            assert_eq!((me["data"]["role"].clone(), me["data"]["permissions"].clone()), (json!(role), json!([])));
        }
        golden(&server, "logout", &bearer(&server, Method::POST, "/api/v1/auth/logout", &staff).await);
        for (method, path) in
            [(Method::POST, "/api/v1/auth/logout"), (Method::GET, "/api/v1/auth/me")]
        {
            golden(&server, "unauthenticated", &bearer(&server, method, path, &staff).await);
        }
        let late = bearer(&server, Method::POST, "/api/v1/auth/refresh", &staff).await;
        golden(&server, "not-refreshable", &late);
    }

    async fn others_are_refused_as_if_their_password_were_wrong(db: Database) {
        let server = TestServer::start(&db);
        person(&server, "ada", "user");
        golden(&server, "login-wrong", &log_in(&server, "ada").await);
        golden(&server, "login-wrong", &log_in(&server, "nobody").await);
        let elsewhere = text(&crate::dialect::passport_support::log_in(&server, "ada").await, "access_token").to_owned();
        golden(&server, "unauthenticated", &bearer(&server, Method::GET, "/api/v1/auth/me", &elsewhere).await);
        golden(&server, "not-refreshable", &bearer(&server, Method::POST, "/api/v1/auth/refresh", &elsewhere).await);
        let sessions = server.app.read(|cx| users::by_login(cx.conn, "ada")).expect("read").expect("ada");
        assert!(sessions.last_login_at.is_some(), "the sign-in elsewhere counts");
    }

    async fn a_role_taken_away_is_gone_at_once(db: Database) {
        let server = TestServer::start(&db);
        let user = person(&server, "ada", "staff");
        let token = token(&server, "ada").await;
        let kept = User { role: "user".into(), ..user };
        server.app.write(move |cx| users::update(cx.conn, &kept)).expect("taken away");
        golden(&server, "unauthenticated", &bearer(&server, Method::GET, "/api/v1/auth/me", &token).await);
        golden(&server, "not-refreshable", &bearer(&server, Method::POST, "/api/v1/auth/refresh", &token).await);
    }

    async fn an_expired_token_is_refreshed_within_the_grace_and_once(db: Database) {
        let server = Setup::default().frozen().start(&db);
        person(&server, "ada", "staff");
        let first = token(&server, "ada").await;
        server.advance(chrono::TimeDelta::hours(1) + chrono::TimeDelta::days(14) - chrono::TimeDelta::seconds(1));
        golden(&server, "unauthenticated", &bearer(&server, Method::GET, "/api/v1/auth/me", &first).await);
        server.app.write(|cx| {
            let before = cx.now - chrono::TimeDelta::days(14);
            grantor::store::purge::batch(cx.conn, cx.now, before)
        }).expect("purged");
        let answers =
            futures((0..20).map(|_| bearer(&server, Method::POST, "/api/v1/auth/refresh", &first))).await;
        let (won, lost): (Vec<_>, Vec<_>) = answers.into_iter().partition(|answer| answer.status == 200);
        assert_eq!(won.len(), 1);
        golden(&server, "refreshed", &won[0]);
        lost.iter().for_each(|answer| golden(&server, "not-refreshable", answer));
        let second = text(&won[0].json()["data"], "token").to_owned();
        assert_eq!(introspect(&server, &second).await["active"], true);
        server.advance(chrono::TimeDelta::hours(1) + chrono::TimeDelta::days(14));
        golden(&server, "not-refreshable", &bearer(&server, Method::POST, "/api/v1/auth/refresh", &second).await);
    }

    async fn an_expired_token_with_a_refresh_token_is_no_way_back_in(db: Database) {
        let server = Setup::default().frozen().start(&db);
        person(&server, "ada", "staff");
        let pair = crate::dialect::passport_support::log_in(&server, "ada").await;
        let live = bearer(&server, Method::POST, "/api/v1/auth/refresh", text(&pair, "access_token")).await;
        assert_eq!(live.status, 200, "{}", live.body);
        server.advance(chrono::TimeDelta::hours(1));
        let expired = text(&live.json()["data"], "token").to_owned();
        golden(&server, "not-refreshable", &bearer(&server, Method::POST, "/api/v1/auth/refresh", &expired).await);
    }

    async fn refusals_have_this_dialects_shape(db: Database) {
        let server = Setup::default().frozen().set("limits.sign_in_attempts", 2).start(&db);
        person(&server, "ada", "admin");
        let path = "/api/v1/auth/login";
        golden(&server, "login-missing", &post(&server, path, json!({})).await);
        golden(&server, "login-mistyped", &post(&server, path, json!({ "email": 1, "password": [] })).await);
        for _ in 0..2 {
            let body = json!({ "email": "ada@example.com", "password": "wrong password" });
            golden(&server, "login-wrong", &post(&server, path, body).await);
        }
        golden(&server, "login-throttled", &log_in(&server, "ada").await);
        for (method, path) in
            [(Method::POST, "/api/v1/auth/logout"), (Method::GET, "/api/v1/auth/me"), (Method::POST, "/api/v1/auth/refresh")]
        {
            golden(&server, "unauthenticated", &send(request(&server, method, path)).await);
        }
        golden(&server, "not-refreshable", &bearer(&server, Method::POST, "/api/v1/auth/refresh", "nonsense").await);
    }
}
