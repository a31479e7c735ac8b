//! What the tests of the Profile dialect share.

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use super::passport_support::{Session, golden_at, log_in, request, send, text};
use crate::support::browser::Answer;
use crate::support::golden::Redactions;
use crate::support::server::TestServer;

/// A program with a token.
pub struct Api<'a> {
    pub server: &'a TestServer,
    pub token: String,
}

impl<'a> Api<'a> {
    /// Signs a person in whom [`TestServer::user`] made.
    pub async fn of(server: &'a TestServer, username: &str) -> Self {
        Self { server, token: text(&log_in(server, username).await, "access_token").to_owned() }
    }

    /// A personal access token of theirs.
    pub async fn personal(server: &'a TestServer, username: &str, scopes: &[&str]) -> Self {
        let body = json!({ "name": "program", "scopes": scopes });
        let made = Session::of(server, username).post(server, "/oauth/personal-access-tokens", body).await;
        assert_eq!(made.status, 201, "{}", made.body);
        Self { server, token: text(&made.json(), "accessToken").to_owned() }
    }

    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        request(self.server, method, path).bearer_auth(&self.token)
    }

    pub async fn get(&self, path: &str) -> Answer {
        send(self.request(Method::GET, path)).await
    }

    pub async fn patch(&self, path: &str, body: Value) -> Answer {
        send(self.request(Method::PATCH, path).json(&body)).await
    }

    pub async fn put(&self, path: &str, body: Value) -> Answer {
        send(self.request(Method::PUT, path).json(&body)).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        send(self.request(Method::DELETE, path)).await
    }

    /// The person, as `GET /api/me` shows them.
    pub async fn me(&self) -> Value {
        let answer = self.get("/api/me").await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.json()["data"].clone()
    }

    /// Compares with `golden/profile/{name}.txt`. Times stand still and are kept; so is what is found by number.
    pub fn golden(&self, name: &str, answer: &Answer) {
        golden(self.server, name, answer);
    }
}

/// Compares with `golden/profile/{name}.txt`.
pub fn golden(server: &TestServer, name: &str, answer: &Answer) {
    golden_at(server, &format!("profile/{name}"), answer, keep_times);
}

fn keep_times(redactions: Redactions) -> Redactions {
    redactions.keep("created_at").keep("updated_at")
}
