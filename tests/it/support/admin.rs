//! Those who run the server, in a browser and by the JSON API, and what the audit log says of what they did.

use grantor::account::{admin, audit, register::Registration};
use grantor::core::audit::{Actor, Filter, Object};
use grantor::core::ids::RoleName;
use grantor::core::page::Page;
use grantor::core::user::User;
use reqwest::{Method, RequestBuilder};
use serde_json::Value;

use super::browser::{Answer, Browser};
use super::flow::{Flow, Tokens};
use super::server::{PASSWORD, TestServer};

/// Makes a person of a role.
pub fn staff(server: &TestServer, username: &str, role: &str) -> User {
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
pub async fn browser(server: &TestServer, username: &str, role: &str) -> Browser {
    staff(server, username, role);
    let browser = Browser::new(server);
    browser.sign_in(username).await;
    browser
}

/// Sends the form of a page, with its CSRF token and its unseen fields.
pub async fn submit(browser: &Browser, page: &str, path: &str, fields: &[(&str, &str)]) -> Answer {
    let shown = browser.get(page).await;
    let token = shown.input("_token").unwrap_or_else(|| panic!("no form on {page}: {} {}", shown.status, shown.body));
    let mut all = vec![("_token", token)];
    for name in ["nonce", "newest", "seen"] {
        all.extend(shown.input(name).map(|value| (name, value)));
    }
    all.extend(fields.iter().map(|(name, value)| (*name, (*value).to_owned())));
    let all: Vec<(&str, &str)> = all.iter().map(|(name, value)| (*name, value.as_str())).collect();
    browser.post(path, &all).await
}

/// What the audit log says was done to something, the newest first, with all of its details.
pub fn told(server: &TestServer, object: impl Into<Object>) -> Vec<(String, String)> {
    let filter = Filter { object: Some(object.into()), ..Filter::default() };
    let found = audit::search(&server.app, &filter, &Page::default()).expect("a database");
    found.into_iter().map(|event| (event.act, Value::from(event.details).to_string())).collect()
}

/// Only what was done.
pub fn acts(server: &TestServer, object: impl Into<Object>) -> Vec<String> {
    told(server, object).into_iter().map(|(act, _)| act).collect()
}

/// A client that may ask for the scope to manage the server.
pub fn admin_flow(server: &TestServer) -> Flow<'_> {
    Flow::new(server, |new| new.policy.scopes = Some(vec!["admin".to_owned(), "profile".to_owned()]))
}

/// A token with some scope of a person.
pub async fn token(server: &TestServer, flow: &Flow<'_>, user: &User, scope: &str) -> String {
    let mut mine = Flow::joining(server, flow);
    mine.user = user.clone();
    let mine = mine.signed_in_again(server).allowed(server, "admin profile");
    let answer = mine.authorize(&[("scope", scope)]).await;
    let code = answer.redirect_parameter("code").unwrap_or_else(|| panic!("no code: {answer:?}"));
    Tokens::of(&mine.redeem(&code, &[]).await).access
}

/// The JSON API as a person with a token.
pub struct Api<'a> {
    server: &'a TestServer,
    token: String,
}

impl<'a> Api<'a> {
    /// With this token.
    pub fn with(server: &'a TestServer, token: String) -> Self {
        Self { server, token }
    }

    /// A new person of a role with a token for the administration.
    pub async fn of(server: &'a TestServer, username: &str, role: &str) -> Self {
        Self::by(server, &admin_flow(server), username, role).await
    }

    /// The same, by a client that is there already.
    pub async fn by(server: &'a TestServer, flow: &Flow<'_>, username: &str, role: &str) -> Self {
        let user = staff(server, username, role);
        Self::with(server, token(server, flow, &user, "admin").await)
    }

    /// A request to be shaped further.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        Browser::new(self.server).request(method, &format!("/api/admin/v1{path}")).bearer_auth(&self.token)
    }

    /// Gets something.
    pub async fn get(&self, path: &str) -> Answer {
        Answer::to(self.request(Method::GET, path)).await
    }

    /// Sends something.
    pub async fn send(&self, method: Method, path: &str, body: Value) -> Answer {
        Answer::to(self.request(method, path).json(&body)).await
    }
}
