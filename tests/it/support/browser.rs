//! A browser without a screen: cookies, forms, redirects that the test follows itself.

use reqwest::redirect::Policy;
use reqwest::{RequestBuilder, Response};
use scraper::{Html, Selector};

use super::contract;
use super::server::{PASSWORD, ROOT, TestServer};

/// An answer, read to its end.
#[derive(Debug)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: reqwest::header::HeaderMap,
    /// The body as text.
    pub body: String,
}

impl Answer {
    /// Sends a request, reads the answer, and holds it against the document of the routes.
    ///
    /// # Panics
    /// When the document says otherwise.
    pub async fn to(request: RequestBuilder) -> Self {
        let (client, request) = request.build_split();
        let request = request.expect("a request");
        let (method, path) = (request.method().clone(), request.url().path().to_owned());
        let answer = Self::read(client.execute(request).await.expect("an answer")).await;
        if let Err(why) = contract::check(&method, path.strip_prefix(ROOT).unwrap_or(&path), &answer) {
            panic!("{method} {path}: {why}\n{} {:?}\n{}", answer.status, answer.headers, answer.body);
        }
        answer
    }

    async fn read(response: Response) -> Self {
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Self { status, headers, body: response.text().await.expect("a body of text") }
    }

    /// The body as JSON.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_else(|e| panic!("no JSON ({e}): {} {}", self.status, self.body))
    }

    /// A header as text, or an empty one.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("a header of text"))
    }

    /// A parameter of the redirect's query.
    pub fn redirect_parameter(&self, name: &str) -> Option<String> {
        parameter(&reqwest::Url::parse(self.header("location")).ok()?, name)
    }

    /// The value of the first input of that name on the page.
    pub fn input(&self, name: &str) -> Option<String> {
        let selector = Selector::parse(&format!("input[name=\"{name}\"]")).expect("a selector");
        let page = Html::parse_document(&self.body);
        page.select(&selector).next()?.value().attr("value").map(str::to_owned)
    }

    /// What the page's script is told: the value of `data-{name}` of its part of the page.
    pub fn data(&self, name: &str) -> Option<String> {
        let selector = Selector::parse("[data-passkey]").expect("a selector");
        let page = Html::parse_document(&self.body);
        page.select(&selector).next()?.value().attr(&format!("data-{name}")).map(str::to_owned)
    }

    /// The text of the elements that a CSS selector finds.
    pub fn text_of(&self, selector: &str) -> String {
        let selector = Selector::parse(selector).expect("a selector");
        let page = Html::parse_document(&self.body);
        page.select(&selector).flat_map(|element| element.text().map(str::to_owned).collect::<Vec<_>>()).collect()
    }
}

/// A browser with its own cookies. It follows no redirect by itself.
pub struct Browser {
    client: reqwest::Client,
    url: String,
    root: String,
}

impl Browser {
    /// A fresh browser.
    pub fn new(server: &TestServer) -> Self {
        let client = reqwest::Client::builder().cookie_store(true).redirect(Policy::none()).no_proxy().build();
        let root = server.app.config.root().to_owned();
        Self { client: client.expect("a client"), url: server.url.clone(), root }
    }

    fn at(&self, path: &str) -> String {
        if path.starts_with("http") {
            return path.to_owned();
        }
        format!("{}{}", self.url, path.strip_prefix(&self.root).unwrap_or(path))
    }

    /// Gets a page.
    pub async fn get(&self, path: &str) -> Answer {
        self.send(self.client.get(self.at(path)).header("accept", "text/html")).await
    }

    /// Sends a form.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.send(self.client.post(self.at(path)).header("accept", "text/html").form(fields)).await
    }

    /// A request to be shaped further.
    pub fn request(&self, method: reqwest::Method, path: &str) -> RequestBuilder {
        self.client.request(method, self.at(path))
    }

    /// Sends a request.
    pub async fn send(&self, request: RequestBuilder) -> Answer {
        Answer::to(request).await
    }

    /// Signs in as a person that [`TestServer::user`] made.
    pub async fn sign_in(&self, username: &str) {
        let page = self.get("/login").await;
        let token = page.input("_token").expect("a CSRF token");
        let answer = self.post("/login", &[("_token", &token), ("login", username), ("password", PASSWORD)]).await;
        assert_eq!(answer.status, 303, "{}", answer.body);
    }

    /// Begins at an app's authorization request, registers as `ada`, allows the app of [`TestServer::client`] the
    /// `ticked` scopes, and gives the address that the app would see.
    pub async fn register_and_allow(&self, url: &str, ticked: &[&str]) -> reqwest::Url {
        let sent_to_login = self.get(url).await;
        assert_eq!(sent_to_login.status, 303, "{}", sent_to_login.body);
        let login = self.get(sent_to_login.header("location")).await;
        assert!(login.body.contains("Test app"), "the page says for which app");
        let register = self.get("/register").await;
        let (token, return_to) = (register.input("_token"), login.input("return_to"));
        let fields = [
            ("_token", token.as_deref().expect("a CSRF token")),
            ("return_to", return_to.as_deref().expect("the way back")),
            ("name", "Ada Lovelace"),
            ("username", "ada"),
            ("email", "ada@example.com"),
            ("password", PASSWORD),
            ("password_confirmation", PASSWORD),
        ];
        let registered = self.post("/register", &fields).await;
        assert_eq!(registered.status, 303, "{}", registered.body);
        self.allow(registered.header("location"), ticked).await
    }

    /// Allows the app of [`TestServer::client`] the `ticked` scopes at its authorization request, signed in.
    pub async fn allow(&self, url: &str, ticked: &[&str]) -> reqwest::Url {
        let consent = self.get(url).await;
        assert!(consent.text_of("h1").contains("Test app"), "{}", consent.body);
        let (token, sealed) =
            (consent.input("_token").expect("a token"), consent.input("auth_token").expect("a request"));
        let mut fields = vec![("_token", token.as_str()), ("auth_token", sealed.as_str())];
        fields.extend(ticked.iter().map(|scope| ("scope", *scope)));
        let allowed = self.post("/oauth/authorize", &fields).await;
        assert_eq!(allowed.status, 302, "{}", allowed.body);
        allowed.header("location").parse().expect("an address")
    }
}

/// A parameter of the address that an app sees.
pub fn parameter(callback: &reqwest::Url, name: &str) -> Option<String> {
    callback.query_pairs().find(|(known, _)| known == name).map(|(_, value)| value.into_owned())
}
