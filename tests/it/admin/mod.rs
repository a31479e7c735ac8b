//! The administration: its pages and its API, and who may do what there.

mod api;
mod escalation;
mod matrix;
mod outbox;
mod people;
mod powers;
mod roles;
mod search;
mod server;

use grantor::account::{admin, register::Registration};
use grantor::core::audit::{Actor, Filter};
use grantor::core::ids::RoleName;
use grantor::core::page::Page;
use grantor::core::user::User;
use grantor::store::users;
use reqwest::{Method, RequestBuilder};
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

/// Sends the form of a page, with its CSRF token.
async fn submit(browser: &Browser, page: &str, path: &str, fields: &[(&str, &str)]) -> Answer {
    let shown = browser.get(page).await;
    let token = shown.input("_token").unwrap_or_else(|| panic!("no form on {page}: {} {}", shown.status, shown.body));
    let mut all = vec![("_token", token.as_str())];
    all.extend_from_slice(fields);
    browser.post(path, &all).await
}

/// The person as the database has them.
fn now(server: &TestServer, user: &User) -> Option<User> {
    server.app.read(|cx| users::by_id(cx.conn, user.id)).expect("a database")
}

/// What the audit log says was done to a person, the newest first.
fn acts(server: &TestServer, user: &User) -> Vec<String> {
    let filter = Filter { object: Some(user.id.into()), ..Filter::default() };
    let found = grantor::account::audit::search(&server.app, &filter, &Page::default()).expect("a database");
    found.into_iter().map(|event| event.act).collect()
}

/// A client that may ask for the scope to manage the server.
fn admin_flow(server: &TestServer) -> Flow<'_> {
    Flow::new(server, |new| new.policy.scopes = Some(vec!["admin".to_owned(), "profile".to_owned()]))
}

/// A token with some scope of a person.
async fn token(server: &TestServer, flow: &Flow<'_>, user: &User, scope: &str) -> String {
    let mut mine = Flow::joining(server, flow);
    mine.user = user.clone();
    let mine = mine.signed_in_again(server).allowed(server, "admin profile");
    let answer = mine.authorize(&[("scope", scope)]).await;
    let code = answer.redirect_parameter("code").unwrap_or_else(|| panic!("no code: {answer:?}"));
    Tokens::of(&mine.redeem(&code, &[]).await).access
}

/// The API as a person with a token.
struct Api<'a> {
    server: &'a TestServer,
    token: String,
}

impl<'a> Api<'a> {
    /// A new person of a role with a token for the administration.
    async fn of(server: &'a TestServer, flow: &Flow<'_>, username: &str, role: &str) -> Self {
        let user = staff(server, username, role);
        Self { server, token: token(server, flow, &user, "admin").await }
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        Browser::new(self.server).request(method, &format!("/api/admin/v1{path}")).bearer_auth(&self.token)
    }

    async fn get(&self, path: &str) -> Answer {
        Answer::to(self.request(Method::GET, path)).await
    }

    async fn send(&self, method: Method, path: &str, body: Value) -> Answer {
        Answer::to(self.request(method, path).json(&body)).await
    }
}
