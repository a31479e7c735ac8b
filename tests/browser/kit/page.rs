//! One window, driven by what can be read on it.

use std::time::{Duration, Instant};

use fantoccini::elements::Element;
use fantoccini::{Client, Locator};
use serde_json::{Value, json};

use super::{Chrome, faults, locate, session};
use crate::support::flow;
use crate::support::server::{PASSWORD, TestServer};

/// How long anything may take; a busy machine is slow.
const PATIENCE: Duration = Duration::from_secs(10);
const PAUSE: Duration = Duration::from_millis(20);

/// A window of a browser of its own, with a fresh profile. [`Page::close`] ends it, and every test must call that.
pub struct Page {
    pub(super) client: Client,
    base: String,
    /// The origins that may be asked, or what lies below a path of theirs.
    hosts: Vec<String>,
    closed: bool,
}

impl Chrome {
    /// Opens a window. Nothing is in it yet.
    pub async fn open(self, server: &TestServer) -> Page {
        self.open_at(server.app.config.issuer()).await
    }

    /// The same for something else that answers.
    pub async fn open_at(self, base: &str) -> Page {
        let client = session::start(self.driver, self.foreign_cookies).await;
        let page = Page { client, base: base.to_owned(), hosts: vec![base.to_owned()], closed: false };
        page.devtools("Page.addScriptToEvaluateOnNewDocument", json!({ "source": faults::LISTENER })).await;
        if !self.scripts {
            page.devtools("Emulation.setScriptExecutionDisabled", json!({ "value": true })).await;
        }
        page
    }
}

impl Page {
    /// Another origin that may be asked.
    pub fn knows(mut self, origin: impl Into<String>) -> Self {
        self.hosts.push(origin.into());
        self
    }

    /// A command of the DevTools protocol.
    pub async fn devtools(&self, method: &str, parameters: Value) -> Value {
        session::devtools(&self.client, method, parameters).await
    }

    /// Runs a script of the test's own and answers what it returns.
    pub async fn ask(&self, script: &str) -> Value {
        self.client.execute(script, Vec::new()).await.unwrap_or_else(|why| panic!("{script}: {why}"))
    }

    /// Types an address. It may be a path of the server.
    pub async fn go(&self, path: &str) {
        let url = if path.starts_with("http") || path.starts_with("data:") {
            path.to_owned()
        } else {
            format!("{}{path}", self.base)
        };
        self.client.goto(&url).await.unwrap_or_else(|why| panic!("{url}: {why}"));
    }

    /// Where it is, with the query.
    pub async fn path(&self) -> String {
        let url = self.client.current_url().await.expect("an address").to_string();
        url.strip_prefix(&self.base).map_or(url.clone(), str::to_owned)
    }

    /// Waits until it is there; a query does not matter.
    pub async fn at(&self, path: &str) {
        let there = async || self.path().await.split('?').next() == Some(path);
        if !patiently(there).await {
            panic!("not at {path}, but {}", self.described().await);
        }
    }

    /// Signs somebody in without the page.
    pub async fn signed_in(&self, server: &TestServer, username: &str) {
        self.keep(&flow::session_cookie(server, username)).await;
    }

    /// Keeps a cookie, given as `name=value`.
    pub async fn keep(&self, cookie: &str) {
        let (name, value) = cookie.split_once('=').expect("a cookie");
        let cookie = json!({ "name": name, "value": value, "url": self.base, "httpOnly": true, "sameSite": "Lax" });
        self.devtools("Network.setCookie", cookie).await;
    }

    /// Forgets all cookies.
    pub async fn forget(&self) {
        self.devtools("Network.clearBrowserCookies", json!({})).await;
    }

    /// Signs somebody in by the page that is open.
    pub async fn sign_in(&self, login: &str) {
        self.sign_in_with(login, PASSWORD).await;
    }

    /// The same with any password.
    pub async fn sign_in_with(&self, login: &str, password: &str) {
        self.fill("E-mail or username", login).await;
        self.fill("Password", password).await;
        self.press("Sign in").await;
    }

    /// Writes into the field with a label, in place of what is there.
    pub async fn fill(&self, label: &str, text: &str) {
        self.write(locate::field(None, label), label, text).await;
    }

    async fn write(&self, ways: locate::Ways, label: &str, text: &str) {
        let field = self.find(ways, label).await;
        field.clear().await.unwrap_or_else(|why| panic!("{label}: {why}"));
        field.send_keys(text).await.unwrap_or_else(|why| panic!("{label}: {why}"));
    }

    /// What the field with a label holds.
    pub async fn value(&self, label: &str) -> String {
        let field = self.find(locate::field(None, label), label).await;
        field.prop("value").await.expect("a value").unwrap_or_default()
    }

    /// The secret that is shown this once.
    pub async fn once(&self) -> String {
        let field = self.client.find(Locator::Css("#once")).await.expect("something that is shown once");
        field.prop("value").await.expect("a value").unwrap_or_default()
    }

    /// Ticks or unticks the box with a label.
    pub async fn tick(&self, label: &str, on: bool) {
        let field = self.find(locate::field(None, label), label).await;
        if field.is_selected().await.expect("a box") != on {
            field.click().await.unwrap_or_else(|why| panic!("{label}: {why}"));
        }
        assert_eq!(field.is_selected().await.expect("a box"), on, "{label}");
    }

    /// Chooses from the list with a label.
    pub async fn choose(&self, label: &str, option: &str) {
        let field = self.find(locate::field(None, label), label).await;
        field.select_by_label(option).await.unwrap_or_else(|why| panic!("{label}: {option}: {why}"));
    }

    /// Presses a button that sends a form, and waits for the next page.
    pub async fn press(&self, name: &str) {
        self.leave(locate::button(None, name), name).await;
    }

    /// Presses a button that changes this page.
    pub async fn press_here(&self, name: &str) {
        let button = self.find(locate::button(None, name), name).await;
        button.click().await.unwrap_or_else(|why| panic!("{name}: {why}"));
    }

    /// Follows a link to the next page.
    pub async fn follow(&self, name: &str) {
        self.leave(locate::link(None, name), name).await;
    }

    /// The same in the part of the page that holds another text.
    pub async fn follow_in(&self, near: &str, name: &str) {
        self.leave(locate::link(Some(near), name), name).await;
    }

    async fn leave(&self, ways: locate::Ways, name: &str) {
        let element = self.find(ways, name).await;
        self.leaving(name, async || {
            element.click().await.unwrap_or_else(|why| panic!("{name}: {why}"));
        })
        .await;
    }

    /// Does what leaves this page, and waits until the next one is there.
    pub async fn leaving(&self, what: &str, act: impl AsyncFnOnce()) {
        let old = self.client.find(Locator::Css("html")).await.expect("a page");
        act().await;
        if !patiently(async || old.tag_name().await.is_err()).await {
            panic!("{what} leads nowhere: {}", self.described().await);
        }
        let ready = async || matches!(self.client.execute("return document.readyState", Vec::new()).await, Ok(state) if state == "complete");
        assert!(patiently(ready).await, "what follows {what} does not load");
    }

    /// The first of the visible elements that the best way finds.
    pub async fn find(&self, ways: locate::Ways, what: &str) -> Element {
        let start = Instant::now();
        loop {
            for way in &ways {
                for element in self.client.find_all(Locator::XPath(way)).await.unwrap_or_default() {
                    // A field that is drawn by its label is as good as visible.
                    let hidden = element.attr("type").await.ok().flatten().is_some_and(|kind| kind == "hidden");
                    if !hidden && element.is_displayed().await.unwrap_or(false) {
                        return element;
                    }
                }
            }
            if start.elapsed() > PATIENCE {
                panic!("there is no {what:?}: {}", self.described().await);
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Waits until a text is to be read.
    pub async fn reads(&self, text: &str) {
        self.find(locate::text(text), text).await;
    }

    /// Whether a text is to be read now.
    pub async fn says(&self, text: &str) -> bool {
        self.text("body").await.contains(text)
    }

    /// What the first element of a selector says, empty without one.
    pub async fn text(&self, selector: &str) -> String {
        match self.client.find(Locator::Css(selector)).await {
            Ok(element) => element.text().await.unwrap_or_default().replace(['\u{2068}', '\u{2069}'], ""),
            Err(_) => String::new(),
        }
    }

    /// The texts of all elements of a selector.
    pub async fn texts(&self, selector: &str) -> Vec<String> {
        let mut texts = Vec::new();
        for element in self.client.find_all(Locator::Css(selector)).await.unwrap_or_default() {
            texts.push(element.text().await.unwrap_or_default());
        }
        texts
    }

    /// The page's heading.
    pub async fn heading(&self) -> String {
        self.text("h1").await
    }

    /// What went wrong.
    pub async fn alert(&self) -> String {
        self.text("[role=alert]").await
    }

    /// What is wrong with the field with a label, by what ties the two for a screen reader.
    pub async fn error(&self, label: &str) -> String {
        let field = self.find(locate::field(None, label), label).await;
        assert_eq!(field.attr("aria-invalid").await.expect("an attribute").as_deref(), Some("true"), "{label}");
        let ids = field.attr("aria-describedby").await.expect("an attribute").unwrap_or_default();
        let first = ids.split_whitespace().find(|id| id.ends_with("-error")).expect("an error");
        self.text(&format!("[id='{first}']")).await
    }

    /// Lets forms be sent that the browser itself would refuse.
    pub async fn send_anything(&self) {
        self.ask("for (const form of document.forms) form.noValidate = true").await;
    }

    /// Where it is and what it says, for a test that fails.
    pub async fn described(&self) -> String {
        let path = self.client.current_url().await.map(|url| url.to_string()).unwrap_or_default();
        format!("at {path}:\n{}", self.text("body").await)
    }

    /// Ends the window, and fails if anything happened that must not.
    pub async fn close(self) {
        let found = self.end().await;
        assert!(found.is_empty(), "the browser noted: {found:#?}");
    }

    /// Ends the window, and answers what happened that must not.
    pub async fn end(mut self) -> Vec<String> {
        self.closed = true;
        let mut found = faults::console(&session::log(&self.client, "browser").await);
        found.extend(faults::network(&session::log(&self.client, "performance").await, &self.hosts));
        self.client.clone().close().await.expect("the browser ends");
        found
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        assert!(self.closed || std::thread::panicking(), "a test did not close its page, so nothing was checked");
    }
}

/// Asks until it is so, for as long as anything may take.
pub async fn patiently(mut is_so: impl AsyncFnMut() -> bool) -> bool {
    let start = Instant::now();
    while start.elapsed() < PATIENCE {
        if is_so().await {
            return true;
        }
        tokio::time::sleep(PAUSE).await;
    }
    false
}
