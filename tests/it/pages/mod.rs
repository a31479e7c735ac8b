//! The pages, as a browser without scripts sees them.

pub mod account_confirm;
mod account_data;
mod account_overview;
mod account_profile;
mod account_security;
mod account_sessions;
mod branding;
mod clients;
mod clients_logo;
mod clients_openid;
mod connections;
mod consent;
mod consent_form;
mod consent_policy;
mod consent_withdrawn;
mod language;
mod login;
mod password;
mod plumbing;
mod register;
mod second_factor;
mod setup;
mod sign_out;
mod tokens;
mod verify;

use grantor::account::session;
use grantor::core::client::Client;
use grantor::core::secret::Plain;
use grantor::core::user::User;
use grantor::store::users;
use reqwest::Method;

use crate::support::browser::{Answer, Browser};
use crate::support::outbox::all as outbox;
use crate::support::server::{REDIRECT, TestServer};

/// From RFC 7636 appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// The path of an authorization request.
fn authorize(client: &Client, scope: &str) -> String {
    authorize_at(client, scope, REDIRECT)
}

fn authorize_at(client: &Client, scope: &str, redirect_uri: &str) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query
        .append_pair("response_type", "code")
        .append_pair("client_id", client.id.as_str())
        .append_pair("redirect_uri", redirect_uri)
        .append_pair("scope", scope)
        .append_pair("state", "a+b c&d")
        .append_pair("code_challenge", CHALLENGE)
        .append_pair("code_challenge_method", "S256");
    format!("/oauth/authorize?{}", query.finish())
}

/// Sends the form of a page: its CSRF token, its return_to, and `fields`.
async fn submit(browser: &Browser, page: &Answer, path: &str, fields: &[(&str, &str)]) -> Answer {
    let mut all: Vec<(&str, String)> = Vec::new();
    for name in ["_token", "return_to", "token", "auth_token"] {
        all.extend(page.input(name).map(|value| (name, value)));
    }
    all.extend(fields.iter().map(|(name, value)| (*name, (*value).to_owned())));
    let all: Vec<(&str, &str)> = all.iter().map(|(name, value)| (*name, value.as_str())).collect();
    browser.post(path, &all).await
}

/// The value of a cookie that an answer sets.
fn cookie(answer: &Answer, name: &str) -> Option<String> {
    set_cookie(answer, name).map(|line| line.split_once(';').map_or(line.clone(), |(value, _)| value.to_owned()))
}

/// All that an answer says of a cookie, from its value on.
fn set_cookie(answer: &Answer, name: &str) -> Option<String> {
    let lines = answer.headers.get_all("set-cookie").iter().map(|value| value.to_str().expect("a cookie of text"));
    let found: Vec<&str> = lines.filter_map(|line| line.strip_prefix(&format!("{name}="))).collect();
    assert!(found.len() < 2, "{name} is set twice: {found:?}");
    found.first().map(|&line| line.to_owned())
}

/// The person whose session a cookie is.
fn person_of(server: &TestServer, cookie: &str) -> Option<User> {
    let cookie = Plain::new(cookie);
    server.app.read(|cx| session::find(cx, &cookie)).expect("a database").map(|signed_in| signed_in.user)
}

/// A request that carries one cookie and nothing that a browser remembers.
async fn with_cookie(server: &TestServer, path: &str, cookie: &str) -> Answer {
    let request = Browser::new(server).request(Method::GET, path);
    Browser::new(server).send(request.header("accept", "text/html").header("cookie", cookie)).await
}

/// A person as the database has them.
fn person(server: &TestServer, login: &str) -> Option<User> {
    server.app.read(|cx| users::by_login(cx.conn, login)).expect("a database")
}

/// Asserts that the server has written nothing since the last reset, but for what keeps a session alive.
fn assert_nothing_written(server: &TestServer) {
    let writes: Vec<String> = server.statements().into_iter().filter(|text| !text.starts_with("SELECT")).collect();
    assert!(writes.is_empty(), "{writes:#?}");
}

/// The parts of a Content-Security-Policy that vary between pages.
fn form_action(answer: &Answer) -> String {
    let policy = answer.header("content-security-policy");
    let found = policy.split("; ").find_map(|part| part.strip_prefix("form-action "));
    found.unwrap_or_else(|| panic!("no form-action in {policy:?}")).to_owned()
}

/// A page's address without the server's own.
fn local<'a>(server: &TestServer, location: &'a str) -> &'a str {
    location.strip_prefix(&server.url).unwrap_or(location)
}

/// Signs in, and answers the consent page of a request.
async fn consent_page(browser: &Browser, username: &str, path: &str) -> Answer {
    browser.sign_in(username).await;
    let page = browser.get(path).await;
    assert_eq!(page.status, 200, "{}", page.body);
    page
}

/// Exchanges the code of a redirect; what the token endpoint says.
async fn exchange(server: &TestServer, client: &Client, secret: &str, redirect: &Answer) -> Answer {
    let code = redirect.redirect_parameter("code").unwrap_or_else(|| panic!("no code: {redirect:?}"));
    let browser = Browser::new(server);
    let form = [
        ("grant_type", "authorization_code"),
        ("code", code.as_str()),
        ("redirect_uri", REDIRECT),
        ("code_verifier", VERIFIER),
    ];
    let request = browser.request(Method::POST, "/oauth/token").basic_auth(client.id.as_str(), Some(secret));
    browser.send(request.form(&form)).await
}
