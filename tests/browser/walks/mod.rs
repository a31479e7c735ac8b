//! What people do on the pages, and what goes wrong there.

mod account;
mod admin;
mod apps;
mod consent;
mod faults;
mod files;
mod keyboard;
mod languages;
mod manage;
mod passkeys;
mod password;
mod postgres;
mod register;
mod second_factor;
mod session_state;
mod setup;
mod sign_in;
mod watch;

use grantor::core::client::Client;
use grantor::core::user::User;

use crate::kit::{Callback, Page};
use crate::support::flow::{VERIFIER, challenge};
use crate::support::outbox;
use crate::support::server::TestServer;

/// Where whoever signed in finds themselves.
pub const HOME: &str = "/account";

/// The link in the newest mail.
pub fn mailed_link(server: &TestServer) -> String {
    let found = outbox::all(server).into_iter().rev().find_map(|(_, text)| {
        text.split_whitespace().find(|word| word.starts_with("http") && word.contains("token=")).map(str::to_owned)
    });
    found.expect("a mail with a link")
}

/// An app that waits on the loopback interface, as one does that runs on a person's own device.
pub fn app_of(server: &TestServer, owner: Option<User>, callback: &Callback) -> (Client, String) {
    let (name, uri) = ("Acme Notes".to_owned(), callback.url.clone());
    server.client(|new| {
        new.name = name;
        new.owner = owner;
        new.redirect_uris = vec![uri];
    })
}

/// The path at which an app asks for scopes.
pub fn asking(client: &Client, callback: &Callback, scope: &str) -> String {
    asking_at(client, &callback.url, scope)
}

/// The same with any redirect URI.
pub fn asking_at(client: &Client, redirect: &str, scope: &str) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query
        .append_pair("response_type", "code")
        .append_pair("client_id", client.id.as_str())
        .append_pair("redirect_uri", redirect)
        .append_pair("scope", scope)
        .append_pair("state", "a+b c&d")
        .append_pair("code_challenge", &challenge(VERIFIER))
        .append_pair("code_challenge_method", "S256");
    format!("/oauth/authorize?{}", query.finish())
}

/// Lets an app in. What is sensitive takes a word more.
pub async fn allow(page: &Page) {
    if page.has("#confirm").await {
        page.tick("may do what is marked as sensitive", true).await;
    }
    page.press("Allow").await;
}

/// Asks the token endpoint for what a code is good for, and answers its scope.
pub async fn redeemed(server: &TestServer, client: &Client, secret: &str, callback: &Callback, code: &str) -> String {
    redeemed_at(server, client, secret, &callback.url, code).await
}

/// The same with any redirect URI.
pub async fn redeemed_at(server: &TestServer, client: &Client, secret: &str, redirect: &str, code: &str) -> String {
    let form =
        [("grant_type", "authorization_code"), ("code", code), ("redirect_uri", redirect), ("code_verifier", VERIFIER)];
    let request = reqwest::Client::new().post(server.at("/oauth/token")).basic_auth(client.id.as_str(), Some(secret));
    let answer = request.form(&form).send().await.expect("an answer");
    assert_eq!(answer.status(), 200);
    let answer: serde_json::Value = answer.json().await.expect("JSON");
    answer["scope"].as_str().expect("a scope").to_owned()
}

/// What the token endpoint answers to an app that asks for a token of its own.
pub async fn authenticated(server: &TestServer, id: &str, secret: &str) -> u16 {
    let request = reqwest::Client::new().post(server.at("/oauth/token")).basic_auth(id, Some(secret));
    let answer = request.form(&[("grant_type", "client_credentials")]).send().await.expect("an answer");
    answer.status().as_u16()
}
