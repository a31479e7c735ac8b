//! The administration of apps, scopes and keys, and of what was done and refused: as pages and as JSON.

mod api;
mod clients;
mod records;
mod scopes_keys;
mod search;

use grantor::account::{admin, register::Registration};
use grantor::core::audit::{Actor, Filter, Object};
use grantor::core::ids::RoleName;
use grantor::core::page::Page;
use grantor::core::user::User;
use reqwest::Method;
use serde_json::Value;

use crate::support::browser::{Answer, Browser};
use crate::support::flow::{Flow, Tokens};
use crate::support::server::{PASSWORD, TestServer};

/// Makes a person of a role.
fn staff(server: &TestServer, username: &str, role: &str) -> User {
    let registration = Registration {
        name: Some(format!("{username} Example")),
        username: Some(username.to_owned()),
        email: Some(format!("{username}@example.com")),
        password: Some(PASSWORD.to_owned()),
        password_confirmation: Some(PASSWORD.to_owned()),
        ..Registration::default()
    };
    let role = RoleName::from(role);
    admin::create(&server.app, &Actor::Operator, &registration, |new| new.verified().role(role)).expect("a person")
}

/// Makes a person of a role and signs them in.
async fn browser(server: &TestServer, username: &str, role: &str) -> Browser {
    staff(server, username, role);
    let browser = Browser::new(server);
    browser.sign_in(username).await;
    browser
}

/// Sends the form of a page, with its CSRF token and its unseen fields.
async fn submit(browser: &Browser, page: &str, path: &str, fields: &[(&str, &str)]) -> Answer {
    let shown = browser.get(page).await;
    let token = shown.input("_token").unwrap_or_else(|| panic!("no form on {page}: {} {}", shown.status, shown.body));
    let mut all = vec![("_token".to_owned(), token)];
    for name in ["nonce", "newest"] {
        all.extend(shown.input(name).map(|value| (name.to_owned(), value)));
    }
    all.extend(fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    let all: Vec<(&str, &str)> = all.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    browser.post(path, &all).await
}

/// The JSON API as a person with a token.
struct Api<'a> {
    server: &'a TestServer,
    token: String,
}

impl<'a> Api<'a> {
    /// A new person of a role with a token for the administration.
    async fn of(server: &'a TestServer, username: &str, role: &str) -> Self {
        let user = staff(server, username, role);
        let flow = Flow::new(server, |new| new.policy.scopes = Some(vec!["admin".to_owned(), "profile".to_owned()]));
        let mut mine = Flow::joining(server, &flow);
        mine.user = user;
        let mine = mine.signed_in_again(server).allowed(server, "admin profile");
        let answer = mine.authorize(&[("scope", "admin")]).await;
        let code = answer.redirect_parameter("code").unwrap_or_else(|| panic!("no code: {answer:?}"));
        Self { server, token: Tokens::of(&mine.redeem(&code, &[]).await).access }
    }

    async fn get(&self, path: &str) -> Answer {
        self.answer(Method::GET, path, None).await
    }

    async fn send(&self, method: Method, path: &str, body: Value) -> Answer {
        self.answer(method, path, Some(body)).await
    }

    async fn answer(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
        let request = Browser::new(self.server).request(method, &format!("/api/admin/v1{path}"));
        let request = request.bearer_auth(&self.token);
        Answer::to(match body {
            Some(body) => request.json(&body),
            None => request,
        })
        .await
    }
}

/// What the audit log says was done to something, the newest first, with all of its details.
fn told(server: &TestServer, object: impl Into<Object>) -> Vec<(String, String)> {
    let filter = Filter { object: Some(object.into()), ..Filter::default() };
    let found = grantor::account::audit::search(&server.app, &filter, &Page::default()).expect("a database");
    found.into_iter().map(|event| (event.act, Value::from(event.details).to_string())).collect()
}

/// Only what was done.
fn acts(server: &TestServer, object: impl Into<Object>) -> Vec<String> {
    told(server, object).into_iter().map(|(act, _)| act).collect()
}
