//! A browser without a screen: cookies, forms, redirects that the test follows itself.

use reqwest::redirect::Policy;
use reqwest::{RequestBuilder, Response};
use scraper::{Html, Selector};

use super::contract;
use super::server::{PASSWORD, TestServer};

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
        if let Err(why) = contract::check(&method, &path, &answer) {
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
        let location = reqwest::Url::parse(self.header("location")).ok()?;
        location.query_pairs().find(|(known, _)| known == name).map(|(_, value)| value.into_owned())
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
}

impl Browser {
    /// A fresh browser.
    pub fn new(server: &TestServer) -> Self {
        let client = reqwest::Client::builder().cookie_store(true).redirect(Policy::none()).build();
        Self { client: client.expect("a client"), url: server.url.clone() }
    }

    fn at(&self, path: &str) -> String {
        if path.starts_with("http") { path.to_owned() } else { format!("{}{path}", self.url) }
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
}
