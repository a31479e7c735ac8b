//! One person, one client, and the way from one to the other's tokens.

use std::marker::PhantomData;

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use grantor::account::login;
use grantor::account::session::{self, Session};
use grantor::app::App;
use grantor::core::client::{AuthMethod, Client};
use grantor::core::scope::Scope;
use grantor::core::secret::Plain;
use grantor::core::user::User;
use grantor::oauth::manage::NewClient;
use grantor::store::consents;
use reqwest::{Method, RequestBuilder};

use super::browser::{Answer, Browser};
use super::server::{PASSWORD, REDIRECT, TestServer};

/// A PKCE verifier.
pub const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

/// The `S256` challenge of a verifier.
pub fn challenge(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, verifier.as_bytes()))
}

/// A signed-in person and a client.
pub struct Flow<'a> {
    server: PhantomData<&'a TestServer>,
    /// The person.
    pub user: User,
    /// The client.
    pub client: Client,
    /// The client's secret, empty for a public one.
    pub secret: String,
    /// The person's session cookie, as a header.
    pub cookie: String,
    browser: Browser,
}

/// Signs a person in without the page, and answers the `Cookie` header.
pub fn session_cookie(server: &TestServer, username: &str) -> String {
    session_cookie_of(server, username, None)
}

/// The same in some browser.
pub fn session_cookie_of(server: &TestServer, username: &str, browser: Option<&str>) -> String {
    let origin = login::Origin { address: "127.0.0.1".to_owned(), user_agent: browser.map(str::to_owned) };
    let verified = login::verify(&server.app, username, PASSWORD, &origin).expect("the password is right");
    let cookie = session::sign_in(&server.app, verified, origin, None).expect("a session").cookie;
    format!("grantor_session={}", cookie.expose())
}

/// The session of a cookie, be it of use or run out.
pub fn session_of(app: &App, cookie: &Plain) -> Session {
    session::left(app, cookie).expect("a database").expect("a session")
}

impl<'a> Flow<'a> {
    /// A person `ada`, and a first-party client changed by `shape`: consent is skipped.
    pub fn new(server: &'a TestServer, shape: impl FnOnce(&mut NewClient)) -> Self {
        let user = server.user("ada");
        let (client, secret) = server.client(|new| {
            new.policy.first_party = true;
            new.policy.may_introspect = true;
            shape(new);
        });
        let cookie = session_cookie(server, "ada");
        Self { server: PhantomData, user, client, secret, cookie, browser: Browser::new(server) }
    }

    /// The same person and client at another node.
    pub fn joining(server: &'a TestServer, other: &Flow<'_>) -> Self {
        Self {
            server: PhantomData,
            user: other.user.clone(),
            client: other.client.clone(),
            secret: other.secret.clone(),
            cookie: other.cookie.clone(),
            browser: Browser::new(server),
        }
    }

    /// The same with a new session of the person.
    pub fn signed_in_again(self, server: &TestServer) -> Self {
        Self { cookie: session_cookie(server, &self.user.username), browser: Browser::new(server), ..self }
    }

    /// The same person and client with another session, or none.
    pub fn with_session(&self, server: &'a TestServer, cookie: impl Into<String>) -> Self {
        Self { cookie: cookie.into(), ..Self::joining(server, self) }
    }

    /// The same person with another client.
    pub fn with_client(&self, server: &'a TestServer, (client, secret): (Client, String)) -> Self {
        Self { client, secret, ..Self::joining(server, self) }
    }

    /// The usual authorization parameters, with some replaced, added, or (given empty) left out.
    pub fn parameters<'p>(&'p self, changes: &[(&'p str, &'p str)]) -> Vec<(String, String)> {
        let challenge = challenge(VERIFIER);
        let usual = [
            ("response_type", "code"),
            ("client_id", self.client.id.as_str()),
            ("redirect_uri", REDIRECT),
            ("scope", "profile"),
            ("state", "a b&c=d"),
            ("code_challenge", challenge.as_str()),
            ("code_challenge_method", "S256"),
        ];
        merged(&usual, changes)
    }

    /// Asks the authorization endpoint as the signed-in person.
    pub async fn authorize(&self, changes: &[(&str, &str)]) -> Answer {
        let request = self.browser.request(Method::GET, "/oauth/authorize");
        let request = request.query(&self.parameters(changes)).header("accept", "text/html");
        self.browser.send(request.header("cookie", &self.cookie)).await
    }

    /// As if the person had allowed the client this before: what no first-party client has without a question.
    pub fn allowed(self, server: &TestServer, scope: &str) -> Self {
        let (user, client, scope) = (self.user.id, self.client.id.clone(), Scope::parse(scope).expect("a scope"));
        let keep = move |cx: &mut grantor::app::Cx<'_>| {
            consents::remember(cx.conn, user, &client, &scope, Some(cx.now), cx.now)
        };
        server.app.write(keep).expect("a consent");
        self
    }

    /// A fresh code.
    pub async fn code(&self) -> String {
        let answer = self.authorize(&[]).await;
        assert_eq!(answer.status, 302, "{}", answer.body);
        answer.redirect_parameter("code").expect("a code")
    }

    /// A token request with the client's own authentication.
    pub fn token_request(&self, fields: &[(String, String)]) -> RequestBuilder {
        self.client_request("/oauth/token", fields)
    }

    /// A request to an endpoint at which the client authenticates.
    pub fn client_request(&self, path: &str, fields: &[(String, String)]) -> RequestBuilder {
        let request = self.browser.request(Method::POST, path);
        if self.client.metadata.token_endpoint_auth_method == AuthMethod::None {
            let mut fields = fields.to_vec();
            fields.push(("client_id".to_owned(), self.client.id.to_string()));
            return request.form(&fields);
        }
        request.basic_auth(self.client.id.as_str(), Some(&self.secret)).form(fields)
    }

    /// Redeems a code, with some parameters changed.
    pub async fn redeem(&self, code: &str, changes: &[(&str, &str)]) -> Answer {
        let usual = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", REDIRECT),
            ("code_verifier", VERIFIER),
        ];
        self.browser.send(self.token_request(&merged(&usual, changes))).await
    }

    /// Refreshes, with some parameters changed.
    pub async fn refresh(&self, token: &str, changes: &[(&str, &str)]) -> Answer {
        let usual = [("grant_type", "refresh_token"), ("refresh_token", token)];
        self.browser.send(self.token_request(&merged(&usual, changes))).await
    }

    /// Asks whether a token works.
    pub async fn is_active(&self, token: &str) -> bool {
        self.introspect(token).await["active"] == true
    }

    /// What the server says of a token.
    pub async fn introspect(&self, token: &str) -> serde_json::Value {
        let fields = [("token".to_owned(), token.to_owned())];
        let answer = self.browser.send(self.client_request("/oauth/introspect", &fields)).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.json()
    }

    /// Revokes a token.
    pub async fn revoke(&self, token: &str) -> Answer {
        let fields = [("token".to_owned(), token.to_owned())];
        self.browser.send(self.client_request("/oauth/revoke", &fields)).await
    }

    /// Sends any request.
    pub async fn send(&self, request: RequestBuilder) -> Answer {
        self.browser.send(request).await
    }

    /// Begins any request.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.browser.request(method, path)
    }

    /// A code, redeemed.
    pub async fn tokens(&self) -> Tokens {
        let answer = self.redeem(&self.code().await, &[]).await;
        Tokens::of(&answer)
    }
}

/// An access token and its refresh token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tokens {
    /// The access token.
    pub access: String,
    /// The refresh token, or an empty text.
    pub refresh: String,
}

impl Tokens {
    /// The tokens of a successful answer.
    pub fn of(answer: &Answer) -> Self {
        assert_eq!(answer.status, 200, "{}", answer.body);
        let body = answer.json();
        let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
        Self { access: text("access_token"), refresh: text("refresh_token") }
    }
}

/// Asserts an RFC 6749 refusal.
pub fn assert_refused(answer: &Answer, status: u16, error: &str) {
    assert_eq!(answer.status, status, "{}", answer.body);
    assert_eq!(answer.json()["error"], error, "{}", answer.body);
    assert_eq!(answer.header("content-type"), "application/json");
    assert_eq!(answer.header("cache-control"), "no-store");
    assert!(answer.json()["error_description"].as_str().is_some_and(|text| !text.is_empty()));
}

fn merged(usual: &[(&str, &str)], changes: &[(&str, &str)]) -> Vec<(String, String)> {
    let mut fields: Vec<(String, String)> = Vec::new();
    for (name, value) in usual {
        match changes.iter().find(|(changed, _)| changed == name) {
            None => fields.push(((*name).to_owned(), (*value).to_owned())),
            Some((_, "")) => {}
            Some((_, changed)) => fields.push(((*name).to_owned(), (*changed).to_owned())),
        }
    }
    for (name, value) in changes {
        if !value.is_empty() && !usual.iter().any(|(known, _)| known == name) {
            fields.push(((*name).to_owned(), (*value).to_owned()));
        }
    }
    fields
}
