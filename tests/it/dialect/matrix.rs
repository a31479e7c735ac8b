//! One user core and one token core: what is done in one dialect is seen in all.

use grantor::account::admin;
use grantor::core::user::Status;
use grantor::store::{access_tokens, users};
use reqwest::Method;
use serde_json::{Value, json};

use super::passport_support::{Session, bearer, introspect, post, refresh_first_party, request, send};
use crate::support::browser::Answer;
use crate::support::database::on_both;
use crate::support::outbox;
use crate::support::server::{PASSWORD, TestServer};

/// A dialect in which people register.
const REGISTERED_BY: [&str; 3] = ["passport", "session", "refresh"];
/// A dialect in which people sign in.
const SIGNED_IN_BY: [&str; 4] = ["passport", "session", "refresh", "envelope"];

async fn register(server: &TestServer, dialect: &str, number: usize) -> String {
    let email = format!("{dialect}@example.com");
    let (path, body) = match dialect {
        "passport" => (
            "/api/v1/register",
            json!({
                "name": "Grace Hopper", "username": dialect, "mobile": format!("098765432{number}"),
                "dob": "1906-12-09", "email": email, "password": PASSWORD, "password_confirmation": PASSWORD,
            }),
        ),
        "session" => ("/users", json!({ "email": email, "password": PASSWORD })),
        _ => ("/auth/register", json!({ "name": "G", "email": email, "password": PASSWORD, "confirm": PASSWORD })),
    };
    let answer = post(server, path, body).await;
    assert_eq!(answer.status, 201, "{dialect}: {}", answer.body);
    let found = server.app.read(|cx| users::by_email(cx.conn, &email)).expect("read");
    let mut user = found.expect("registered");
    // So that every dialect lets them in.
    user.role = "staff".into();
    server.app.write(move |cx| users::update(cx.conn, &user)).expect("the role is given");
    email
}

async fn sign_in(server: &TestServer, dialect: &str, email: &str, password: &str) -> Answer {
    let path = match dialect {
        "passport" => "/api/v1/login",
        "session" => "/session",
        "refresh" => "/auth/login",
        _ => "/api/v1/auth/login",
    };
    post(server, path, json!({ "email": email, "password": password })).await
}

/// The access token of a sign-in.
fn token_of(dialect: &str, answer: &Answer) -> String {
    let body = answer.json();
    let token = match dialect {
        "passport" => &body["access_token"],
        "session" => &body["token"],
        "refresh" => &body["accessToken"],
        _ => &body["data"]["token"],
    };
    token.as_str().unwrap_or_else(|| panic!("{dialect}: {body}")).to_owned()
}

/// How many answers [`works`] collects.
const WAYS: usize = 6;

/// What each dialect, and introspection, say of a token: whether it works.
async fn works(server: &TestServer, token: &str) -> Vec<bool> {
    let mut seen = Vec::new();
    for (method, path) in [
        (Method::GET, "/oauth/clients"),
        (Method::GET, "/session"),
        (Method::POST, "/auth"),
        (Method::GET, "/api/v1/auth/me"),
        (Method::GET, "/api/me"),
    ] {
        let answer = bearer(server, method, path, token).await;
        assert!([200, 401].contains(&answer.status), "{path}: {} {}", answer.status, answer.body);
        seen.push(answer.status == 200);
    }
    seen.push(introspect(server, token).await["active"] == true);
    seen
}

/// The session of a token's sign-in.
fn session_of(server: &TestServer, jti: &str) -> String {
    let found = server.app.read(|cx| access_tokens::standing_with_user(cx.conn, &jti.into())).expect("read");
    let (_, _, sign_in) = found.expect("the token");
    sign_in.session.expect("a session").0
}

/// Signs out in a dialect.
async fn sign_out(server: &TestServer, dialect: &str, token: &str, signed_in: &Value) -> Answer {
    match dialect {
        "session" => bearer(server, Method::DELETE, "/session", token).await,
        "refresh" => post(server, "/auth/logout", json!({ "refreshToken": signed_in["refreshToken"] })).await,
        "profile" => {
            let listed = bearer(server, Method::GET, "/api/me/sessions", token).await.json();
            // The last used comes first; of one moment, neither does.
            let id = introspect(server, token).await["jti"].clone();
            let session = session_of(server, id.as_str().expect("a jti"));
            assert!(listed["data"].as_array().expect("a list").iter().any(|entry| entry["id"] == session.as_str()));
            bearer(server, Method::DELETE, &format!("/api/me/sessions/{session}"), token).await
        }
        "revocation" => {
            let refresh = signed_in["refreshToken"].as_str().or(signed_in["refresh_token"].as_str());
            let form = [("client_id", "first-party"), ("token", refresh.expect("a refresh token"))];
            send(request(server, Method::POST, "/oauth/revoke").form(&form)).await
        }
        _ => bearer(server, Method::POST, "/api/v1/auth/logout", token).await,
    }
}

on_both! {
    async fn whoever_registers_in_one_dialect_signs_in_by_each(db: Database) {
        let server = TestServer::start(&db);
        for (number, registered) in REGISTERED_BY.into_iter().enumerate() {
            let email = register(&server, registered, number).await;
            for signed_in in SIGNED_IN_BY {
                let answer = sign_in(&server, signed_in, &email, PASSWORD).await;
                assert_eq!(answer.status, 200, "{registered}, {signed_in}: {}", answer.body);
                let token = token_of(signed_in, &answer);
                assert_eq!(works(&server, &token).await, [true; WAYS], "{registered}, {signed_in}");
            }
        }
    }

    async fn a_sign_out_in_one_is_seen_in_all(db: Database) {
        let server = TestServer::start(&db);
        let email = register(&server, "session", 0).await;
        for made_by in SIGNED_IN_BY {
            for ended_by in ["session", "refresh", "envelope", "profile", "revocation"] {
                if ended_by == "refresh" && made_by != "refresh"
                    || ended_by == "revocation" && !["refresh", "passport"].contains(&made_by)
                {
                    continue; // It takes a refresh token.
                }
                let kept = token_of("session", &sign_in(&server, "session", &email, PASSWORD).await);
                let answer = sign_in(&server, made_by, &email, PASSWORD).await;
                let token = token_of(made_by, &answer);
                let ended = sign_out(&server, ended_by, &token, &answer.json()).await;
                assert!([200, 204].contains(&ended.status), "{made_by}, {ended_by}: {}", ended.body);
                assert_eq!(works(&server, &token).await, [false; WAYS], "{made_by}, {ended_by}");
                let body = answer.json();
                if let Some(refresh) = body["refreshToken"].as_str().or(body["refresh_token"].as_str()) {
                    assert_eq!(refresh_first_party(&server, refresh).await.status, 400, "{made_by}, {ended_by}");
                }
                assert_eq!(works(&server, &kept).await, [true; WAYS], "another sign-in goes on");
            }
        }
    }

    async fn a_password_changed_in_one_is_seen_in_all(db: Database) {
        let server = TestServer::start(&db);
        let mut password = PASSWORD.to_owned();
        let email = register(&server, "session", 0).await;
        for changed_by in ["passport", "refresh", "profile", "operator"] {
            let mut tokens = Vec::new();
            for signed_in in SIGNED_IN_BY {
                tokens.push(token_of(signed_in, &sign_in(&server, signed_in, &email, &password).await));
            }
            let new = format!("{changed_by} password");
            match changed_by {
                "passport" => {
                    post(&server, "/api/v1/top-up", json!({ "email": email })).await;
                    let otp = outbox::code(&server);
                    let body = json!({ "email": email, "otp": otp, "password": new, "password_confirmation": new });
                    assert_eq!(post(&server, "/api/v1/password/reset", body).await.status, 200);
                }
                "refresh" => {
                    post(&server, "/auth/forgot-password", json!({ "email": email })).await;
                    let mail = outbox::all(&server).into_iter().rev().find(|(_, text)| text.contains("token="));
                    let (_, mail) = mail.expect("a mail");
                    let token = mail.split("token=").nth(1).and_then(|rest| rest.split_whitespace().next());
                    let path = format!("/auth/reset-password?token={}", token.expect("a token"));
                    assert_eq!(post(&server, &path, json!({ "password": new })).await.status, 200);
                }
                "profile" => {
                    let own = token_of("session", &sign_in(&server, "session", &email, &password).await);
                    let body = json!({ "password": new, "password_confirmation": new });
                    let asked = request(&server, Method::PATCH, "/api/me/details/auth").bearer_auth(&own).json(&body);
                    assert_eq!(send(asked).await.status, 200);
                    assert_eq!(works(&server, &own).await, [true; WAYS], "the sign-in that asked goes on");
                }
                _ => {
                    let user = admin::find(&server.app, &email).expect("read").expect("found");
                    admin::set_password(&server.app, &grantor::core::audit::Actor::Operator, &user, &new).expect("set");
                }
            }
            for token in tokens {
                assert_eq!(works(&server, &token).await, [false; WAYS], "{changed_by}");
            }
            for signed_in in SIGNED_IN_BY {
                assert_eq!(sign_in(&server, signed_in, &email, &password).await.status, 401, "{changed_by}");
                assert_eq!(sign_in(&server, signed_in, &email, &new).await.status, 200, "{changed_by}");
            }
            password = new;
        }
    }

    async fn a_closed_account_is_closed_in_all(db: Database) {
        let server = TestServer::start(&db);
        let email = register(&server, "session", 0).await;
        let mut tokens = Vec::new();
        for signed_in in SIGNED_IN_BY {
            tokens.push(token_of(signed_in, &sign_in(&server, signed_in, &email, PASSWORD).await));
        }
        let user = admin::find(&server.app, &email).expect("read").expect("found");
        admin::set_status(&server.app, &grantor::core::audit::Actor::Operator, &user, Status::Disabled).expect("closed");
        for token in &tokens {
            assert_eq!(works(&server, token).await, [false; WAYS]);
        }
        for signed_in in SIGNED_IN_BY {
            assert_eq!(sign_in(&server, signed_in, &email, PASSWORD).await.status, 401);
        }
        admin::set_status(&server.app, &grantor::core::audit::Actor::Operator, &user, Status::Active).expect("opened");
        for token in &tokens {
            assert_eq!(works(&server, token).await, [false; WAYS], "what ended stays ended");
        }
    }

    async fn an_account_that_ended_is_gone_from_all(db: Database) {
        let server = TestServer::start(&db);
        let email = register(&server, "session", 0).await;
        let mut tokens = Vec::new();
        for signed_in in SIGNED_IN_BY {
            tokens.push(token_of(signed_in, &sign_in(&server, signed_in, &email, PASSWORD).await));
        }
        let asked = request(&server, Method::DELETE, "/api/me").bearer_auth(&tokens[0]);
        assert_eq!(send(asked.json(&json!({ "current_password": PASSWORD }))).await.status, 204);
        for token in &tokens {
            assert_eq!(works(&server, token).await, [false; WAYS]);
        }
        for signed_in in SIGNED_IN_BY {
            assert_eq!(sign_in(&server, signed_in, &email, PASSWORD).await.status, 401);
        }
        register(&server, "session", 0).await;
    }

    async fn a_browser_session_and_the_api_are_ended_together_by_a_new_password(db: Database) {
        let server = TestServer::start(&db);
        let ada = server.user("ada");
        let browser = Session::of(&server, "ada");
        let answer = sign_in(&server, "refresh", "ada@example.com", PASSWORD).await;
        assert_eq!(browser.get(&server, "/oauth/clients").await.status, 200);
        admin::set_password(&server.app, &grantor::core::audit::Actor::Operator, &ada, "another password").expect("set");
        assert_eq!(browser.get(&server, "/oauth/clients").await.status, 401);
        assert_eq!(bearer(&server, Method::POST, "/auth", &token_of("refresh", &answer)).await.status, 401);
    }
}
