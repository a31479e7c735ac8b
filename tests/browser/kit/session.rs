//! One browser with a profile of its own, and what WebDriver itself does not have a word for.

use fantoccini::wd::{Capabilities, WebDriverCompatibleCommand};
use fantoccini::{Client, ClientBuilder};
use http::Method;
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use url::Url;

use super::driver::Driver;

/// A command at an address below that of the session.
#[derive(Debug)]
struct Below {
    path: &'static str,
    body: Value,
}

impl WebDriverCompatibleCommand for Below {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, url::ParseError> {
        base.join(&format!("session/{}/{}", session.unwrap_or_default(), self.path))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        (Method::POST, Some(self.body.to_string()))
    }
}

/// Starts a browser.
pub async fn start(driver: &Driver, foreign_cookies: bool) -> Client {
    let mut arguments = vec![
        "--headless=new",
        "--disable-gpu",
        "--disable-quic",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--disable-breakpad",
        "--no-first-run",
        "--hide-scrollbars",
        "--window-size=1200,800",
        // A page that asks for anything from elsewhere finds nothing, and the test sees it.
        "--host-resolver-rules=MAP localhost 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE ::1",
    ];
    if rustix::process::geteuid().is_root() {
        arguments.push("--no-sandbox");
    }
    let wanted = json!({
        "browserName": "chrome",
        "pageLoadStrategy": "normal",
        "goog:loggingPrefs": { "browser": "ALL", "performance": "ALL" },
        "goog:chromeOptions": {
            "binary": driver.browser,
            "args": arguments,
            "prefs": {
                "credentials_enable_service": false,
                "profile.password_manager_enabled": false,
                "profile.password_manager_leak_detection": false,
                "intl.accept_languages": "en-US,en",
                "profile.block_third_party_cookies": !foreign_cookies,
                "profile.cookie_controls_mode": i32::from(!foreign_cookies),
            },
        },
    });
    let wanted: Capabilities = wanted.as_object().expect("an object").clone();
    let mut builder = ClientBuilder::new(HttpConnector::new());
    builder.capabilities(wanted).connect(&driver.url).await.expect("a browser starts")
}

/// Sends a command of the DevTools protocol.
pub async fn devtools(client: &Client, method: &str, parameters: Value) -> Value {
    let body = json!({ "cmd": method, "params": parameters });
    let sent = client.issue_cmd(Below { path: "goog/cdp/execute", body }).await;
    sent.unwrap_or_else(|why| panic!("{method}: {why}"))
}

/// Takes what a log holds and empties it.
pub async fn log(client: &Client, kind: &'static str) -> Vec<Value> {
    let taken = client.issue_cmd(Below { path: "se/log", body: json!({ "type": kind }) }).await.expect("a log");
    taken.as_array().cloned().unwrap_or_default()
}
