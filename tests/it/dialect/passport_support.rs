//! What the tests of the Passport dialect share.

use grantor::account::{login, session};
use grantor::core::client::Client;
use grantor::core::secret::Plain;
use grantor::http::csrf;
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::support::browser::{Answer, Browser};
use crate::support::golden::{GoldenAnswer, Redactions, assert_golden};
pub use crate::support::outbox::code as one_time_password;
use crate::support::server::{PASSWORD, REDIRECT, TestServer};

/// A signed-in browser: its cookie and its CSRF token.
pub struct Session {
    pub cookie: Plain,
    pub csrf: String,
}

impl Session {
    /// Signs a person in whom [`TestServer::user`] made.
    pub fn of(server: &TestServer, username: &str) -> Self {
        let origin = login::Origin::default();
        let verified = login::verify(&server.app, username, PASSWORD, &origin).expect("the password is right");
        let cookie = session::sign_in(&server.app, verified, origin, None).expect("a session").cookie;
        let csrf = csrf::token(&server.app, &cookie);
        Self { cookie, csrf }
    }

    /// The `Cookie` header.
    pub fn header(&self) -> String {
        format!("grantor_session={}", self.cookie.expose())
    }

    /// A request of this browser, with its CSRF token.
    pub fn request(&self, server: &TestServer, method: Method, path: &str) -> RequestBuilder {
        request(server, method, path).header("cookie", self.header()).header("x-csrf-token", &self.csrf)
    }

    pub async fn get(&self, server: &TestServer, path: &str) -> Answer {
        send(self.request(server, Method::GET, path)).await
    }

    pub async fn post(&self, server: &TestServer, path: &str, body: Value) -> Answer {
        send(self.request(server, Method::POST, path).json(&body)).await
    }

    pub async fn put(&self, server: &TestServer, path: &str, body: Value) -> Answer {
        send(self.request(server, Method::PUT, path).json(&body)).await
    }

    pub async fn delete(&self, server: &TestServer, path: &str) -> Answer {
        send(self.request(server, Method::DELETE, path)).await
    }
}

/// A request of nobody.
pub fn request(server: &TestServer, method: Method, path: &str) -> RequestBuilder {
    Browser::new(server).request(method, path).header("accept", "application/json")
}

pub async fn send(request: RequestBuilder) -> Answer {
    Answer::to(request).await
}

pub async fn post(server: &TestServer, path: &str, body: Value) -> Answer {
    send(request(server, Method::POST, path).json(&body)).await
}

pub async fn bearer(server: &TestServer, method: Method, path: &str, token: &str) -> Answer {
    send(request(server, method, path).bearer_auth(token)).await
}

/// Signs in through the dialect and answers the body.
pub async fn log_in(server: &TestServer, username: &str) -> Value {
    let email = format!("{username}@example.com");
    let answer = post(server, "/api/v1/login", json!({ "email": email, "password": PASSWORD })).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()
}

/// A text of an answer's JSON.
pub fn text<'a>(body: &'a Value, name: &str) -> &'a str {
    body[name].as_str().unwrap_or_else(|| panic!("no text {name} in {body}"))
}

/// Compares with `golden/passport/{name}.txt`.
pub fn golden(server: &TestServer, name: &str, answer: &Answer) {
    golden_with(server, name, answer, |redactions| redactions);
}

pub fn golden_with(server: &TestServer, name: &str, answer: &Answer, more: impl FnOnce(Redactions) -> Redactions) {
    golden_at(server, &format!("passport/{name}"), answer, more);
}

/// Compares with `golden/{name}.txt`.
pub fn golden_at(server: &TestServer, name: &str, answer: &Answer, more: impl FnOnce(Redactions) -> Redactions) {
    let headers = answer.headers.iter().map(|(name, value)| (name.as_str(), value.to_str().expect("text")));
    let keys = ["user_id", "client_id", "accessToken", "refreshToken", "two_factor_token"];
    let redactions = keys.into_iter().fold(Redactions::standard(), Redactions::key);
    let redactions = more(redactions.value(&server.url, "server"));
    let actual = GoldenAnswer::new(answer.status, headers, &answer.body).redacted(redactions);
    assert_golden(name, &actual);
}

/// Tokens of a third-party client, by the authorization code flow with the person's consent.
pub async fn third_party(server: &TestServer, session: &Session, client: &Client, secret: &str) -> Value {
    let (challenge, verifier) = oauth2::PkceCodeChallenge::new_random_sha256();
    let query = [
        ("response_type", "code"),
        ("client_id", client.id.as_str()),
        ("redirect_uri", REDIRECT),
        ("scope", "profile"),
        ("code_challenge", challenge.as_str()),
        ("code_challenge_method", "S256"),
    ];
    let asked = send(session.request(server, Method::GET, "/oauth/authorize").query(&query)).await;
    assert_eq!(asked.status, 200, "the person is asked: {}", asked.body);
    let asked = asked.json();
    let form = [("auth_token", text(&asked, "auth_token")), ("_token", &session.csrf)];
    let granted = send(session.request(server, Method::POST, "/oauth/authorize").form(&form)).await;
    let code = granted.redirect_parameter("code").unwrap_or_else(|| panic!("no code: {}", granted.body));
    let form = [
        ("grant_type", "authorization_code"),
        ("code", code.as_str()),
        ("redirect_uri", REDIRECT),
        ("code_verifier", verifier.secret()),
    ];
    let request = request(server, Method::POST, "/oauth/token").basic_auth(client.id.as_str(), Some(secret));
    let answer = send(request.form(&form)).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()
}

/// Redeems a refresh token as a client with a secret.
pub async fn refresh(server: &TestServer, client: &Client, secret: &str, token: &str) -> Answer {
    let form = [("grant_type", "refresh_token"), ("refresh_token", token)];
    let request = request(server, Method::POST, "/oauth/token").basic_auth(client.id.as_str(), Some(secret));
    send(request.form(&form)).await
}

/// Redeems a refresh token of a sign-in.
pub async fn refresh_first_party(server: &TestServer, token: &str) -> Answer {
    let form = [("grant_type", "refresh_token"), ("client_id", "first-party"), ("refresh_token", token)];
    send(request(server, Method::POST, "/oauth/token").form(&form)).await
}

/// What a client that may ask learns of a token.
pub async fn introspect(server: &TestServer, token: &str) -> Value {
    let (client, secret) = server.client(|new| new.policy.may_introspect = true);
    let request = request(server, Method::POST, "/oauth/introspect").basic_auth(client.id.as_str(), Some(secret));
    let answer = send(request.form(&[("token", token)])).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()
}
