//! What a program must prove that acts for a person who signed in some time ago.

use chrono::TimeDelta;
use grantor::account::{login, session};
use grantor::core::audit::Actor;
use grantor::http::csrf;
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use super::passport_support::*;
use crate::support::browser::Answer;
use crate::support::database::on_both;
use crate::support::second_factor::{first_step, second_step, turn_on_totp};
use crate::support::server::{PASSWORD, REDIRECT, Setup, TestServer};

const PERSONAL: &str = "/oauth/personal-access-tokens";
const CLIENTS: &str = "/oauth/clients";

/// What somebody left behind who was signed in.
struct Left {
    session: Session,
    api_cookie: String,
    token: String,
}

impl Left {
    async fn by(server: &TestServer, username: &str) -> Self {
        let session = Session::of(server, username);
        let answer = session.post(server, "/oauth/token/refresh", json!({})).await;
        let api_cookie = answer.header("set-cookie").split(';').next().expect("a cookie").to_owned();
        let token = text(&log_in(server, username).await, "access_token").to_owned();
        Self { session, api_cookie, token }
    }

    /// The request, by each of the ways to call.
    fn ways(&self, server: &TestServer, method: &Method, path: &str) -> [(&'static str, RequestBuilder); 3] {
        let bare = || request(server, method.clone(), path);
        [
            ("session", self.session.request(server, method.clone(), path)),
            ("API cookie", bare().header("cookie", &self.api_cookie).header("x-xsrf-token", &self.session.csrf)),
            ("Bearer", bare().bearer_auth(&self.token)),
        ]
    }
}

fn assert_asked(answer: &Answer, what: &str) {
    assert_eq!(answer.status, 422, "{what}: {}", answer.body);
    assert!(answer.json()["errors"]["current_password"].is_array(), "{what}: {}", answer.body);
}

/// A server whose clock stands still, with an admin on it.
fn with_admin(setup: Setup, db: &crate::support::database::Database) -> TestServer {
    let server = setup.frozen().start(db);
    let ada = server.user("ada");
    grantor::account::roles::give(&server.app, &Actor::Operator, &ada, &"admin".into()).expect("a role");
    server
}

async fn how_many(server: &TestServer, session: &Session, path: &str) -> usize {
    session.get(server, path).await.json().as_array().expect("a list").len()
}

on_both! {
    async fn what_a_sensitive_token_could_do_takes_a_fresh_sign_in_or_the_password(db: Database) {
        let server = with_admin(Setup::default().set("limits.sign_in_attempts", 30), &db);
        let left = Left::by(&server, "ada").await;
        server.advance(TimeDelta::seconds(301));
        for scopes in [json!(["admin"]), json!(["profile", "account"])] {
            for (how, request) in left.ways(&server, &Method::POST, PERSONAL) {
                let refused = send(request.json(&json!({ "name": "x", "scopes": scopes }))).await;
                golden(&server, "personal-stale", &refused);
                assert_asked(&refused, how);
            }
            for (how, request) in left.ways(&server, &Method::POST, PERSONAL) {
                let body = json!({ "name": "x", "scopes": scopes, "current_password": "a guess at it" });
                assert_asked(&send(request.json(&body)).await, how);
            }
        }
        assert_eq!(how_many(&server, &left.session, PERSONAL).await, 0);
        for (how, request) in left.ways(&server, &Method::POST, PERSONAL) {
            let plain = send(request.json(&json!({ "name": "x", "scopes": ["profile", "email"] }))).await;
            assert_eq!(plain.status, 201, "{how}: {}", plain.body);
        }
        for (how, request) in left.ways(&server, &Method::POST, PERSONAL) {
            let body = json!({ "name": "x", "scopes": ["admin"], "current_password": PASSWORD });
            let made = send(request.json(&body)).await;
            assert_eq!(made.status, 201, "{how}: {}", made.body);
        }
        for (how, request) in Left::by(&server, "ada").await.ways(&server, &Method::POST, PERSONAL) {
            let made = send(request.json(&json!({ "name": "x", "scopes": ["admin", "account"] }))).await;
            assert_eq!(made.status, 201, "{how}: {}", made.body);
        }
    }

    async fn a_scope_that_an_operator_calls_sensitive_counts_too(db: Database) {
        let server = with_admin(Setup::default(), &db);
        let left = Left::by(&server, "ada").await;
        server.app.write(|cx| {
            let statement = diesel::sql_query("UPDATE scopes SET sensitive = TRUE WHERE name = 'phone'");
            Ok::<_, grantor::store::Error>(diesel::RunQueryDsl::execute(statement, cx.conn)?)
        }).expect("a database");
        server.advance(TimeDelta::seconds(301));
        let ask = json!({ "name": "x", "scopes": ["phone"] });
        assert_asked(&left.session.post(&server, PERSONAL, ask).await, "phone");
        assert_eq!(left.session.post(&server, PERSONAL, json!({ "name": "x", "scopes": ["email"] })).await.status, 201);
    }

    async fn a_client_is_led_elsewhere_or_deleted_by_its_owner_alone(db: Database) {
        let server = Setup::default().frozen().set("limits.sign_in_attempts", 30).start(&db);
        server.user("ada");
        server.user("eve");
        let left = Left::by(&server, "ada").await;
        let client = left.session.post(&server, CLIENTS, json!({ "name": "My app", "redirect": REDIRECT })).await.json();
        let path = format!("{CLIENTS}/{}", text(&client, "id"));
        server.advance(TimeDelta::seconds(301));
        let elsewhere = |password: Option<&str>| {
            let mut body = json!({ "name": "My app", "redirect": format!("{REDIRECT},https://evil.example/cb") });
            if let Some(password) = password {
                body["current_password"] = password.into();
            }
            body
        };
        for (how, request) in left.ways(&server, &Method::PUT, &path) {
            golden(&server, "clients-stale", &send(request.json(&elsewhere(None))).await);
            let fewer = left.session.put(&server, &path, json!({ "name": "x", "redirect_uris": ["https://evil.example/cb"] }));
            assert_asked(&fewer.await, how);
        }
        for (how, request) in left.ways(&server, &Method::PUT, &path) {
            assert_asked(&send(request.json(&elsewhere(Some("a guess at it")))).await, how);
        }
        for (how, request) in left.ways(&server, &Method::DELETE, &path) {
            assert_asked(&send(request).await, how);
        }
        let listed = left.session.get(&server, CLIENTS).await.json();
        assert_eq!((&listed[0]["name"], &listed[0]["redirect"]), (&json!("My app"), &json!(REDIRECT)));
        // Another name leads nobody elsewhere.
        let renamed = left.session.put(&server, &path, json!({ "name": "Her app", "redirect": REDIRECT })).await;
        assert_eq!((renamed.status, &renamed.json()["name"]), (200, &json!("Her app")));
        // Who has none is told so, before anything is asked for.
        let eve = Session::of(&server, "eve");
        server.advance(TimeDelta::seconds(301));
        assert_eq!(eve.put(&server, &path, elsewhere(None)).await.status, 404);
        assert_eq!(eve.delete(&server, &path).await.status, 404);

        assert_eq!(left.session.put(&server, &path, elsewhere(Some(PASSWORD))).await.status, 200);
        let gone = left.session.request(&server, Method::DELETE, &path).json(&json!({ "current_password": PASSWORD }));
        assert_eq!(send(gone).await.status, 204);
        assert_eq!(how_many(&server, &left.session, CLIENTS).await, 0);
    }

    async fn guesses_at_the_password_are_counted_as_at_a_sign_in(db: Database) {
        let server = with_admin(Setup::default().set("limits.sign_in_attempts", 2), &db);
        let left = Left::by(&server, "ada").await;
        server.advance(TimeDelta::seconds(301));
        for expected in [422, 422, 429] {
            let body = json!({ "name": "x", "scopes": ["admin"], "current_password": "a guess at it" });
            assert_eq!(left.session.post(&server, PERSONAL, body).await.status, expected);
        }
    }

    async fn where_a_second_factor_is_on_the_password_proves_nothing(db: Database) {
        let server = with_admin(Setup::default(), &db);
        let left = Left::by(&server, "ada").await;
        let ada = grantor::account::admin::find(&server.app, "ada").expect("a database").expect("ada");
        let (app, _) = turn_on_totp(&server, &ada);
        server.advance(TimeDelta::seconds(301));
        let body = json!({ "name": "x", "scopes": ["admin"], "current_password": PASSWORD });
        for (how, request) in left.ways(&server, &Method::POST, PERSONAL) {
            assert_asked(&send(request.json(&body)).await, how);
        }
        golden(&server, "personal-stale-factor", &left.session.post(&server, PERSONAL, body).await);
        assert_eq!(how_many(&server, &left.session, PERSONAL).await, 0);
        let first = first_step(&server, "ada");
        let verified = second_step(&server, &first.token, &app.code(&server, 0)).expect("the code is right");
        let cookie = session::sign_in(&server.app, verified, login::Origin::default(), None).expect("a session").cookie;
        let fresh = Session { csrf: csrf::token(&server.app, &cookie), cookie };
        let made: Value = fresh.post(&server, PERSONAL, json!({ "name": "x", "scopes": ["admin"] })).await.json();
        assert!(made["accessToken"].is_string(), "{made}");
    }
}
