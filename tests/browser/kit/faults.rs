//! What must not happen on any page, read from what the browser noted by itself.

use std::collections::HashMap;

use serde_json::Value;
use url::Url;

/// Run in every document before its own scripts: says on the console what the policy forbade, with its directive.
pub const LISTENER: &str = "addEventListener('securitypolicyviolation', (violation) => console.error(
    `forbidden by ${violation.effectiveDirective}: ${violation.blockedURI} at ${violation.sourceFile}:${violation.lineNumber}`));";

/// What the console says that is a fault: every warning and error, but for the statuses of pages, which
/// [`network`] judges.
pub fn console(entries: &[Value]) -> Vec<String> {
    let serious = entries.iter().filter(|entry| !matches!(entry["level"].as_str(), Some("INFO" | "DEBUG")));
    let messages = serious.map(|entry| entry["message"].as_str().unwrap_or_default().to_owned());
    messages.filter(|message| !message.contains("the server responded with a status of 4")).collect()
}

/// What was asked for in vain, answered with a fault of the server, or asked of somebody else.
pub fn network(entries: &[Value], hosts: &[String]) -> Vec<String> {
    let mut urls = HashMap::new();
    let mut faults = Vec::new();
    for entry in entries {
        let text = entry["message"].as_str().unwrap_or_default();
        let Ok(event) = serde_json::from_str::<Value>(text) else { continue };
        let (method, event) = (event["message"]["method"].as_str().unwrap_or_default(), &event["message"]["params"]);
        let id = event["requestId"].as_str().unwrap_or_default().to_owned();
        match method {
            "Network.requestWillBeSent" => {
                let url = event["request"]["url"].as_str().unwrap_or_default().to_owned();
                if !known(&url, hosts) {
                    faults.push(format!("asked of somebody else: {url}"));
                }
                urls.insert(id, url);
            }
            "Network.responseReceived" => {
                let status = event["response"]["status"].as_u64().unwrap_or_default();
                // Pages say what is wrong, and so does the page's script of what it asked.
                let told = event["type"] == "Document" || event["type"] == "Fetch";
                if status >= 500 || (status >= 400 && !told) {
                    faults.push(format!("{status} {}", event["response"]["url"]));
                }
            }
            "Network.loadingFailed" => {
                // A form sent while the page it is on still loads.
                let left = event["canceled"] == true && event["errorText"] == "net::ERR_ABORTED";
                if !left {
                    let url = urls.get(&id).map_or("?", String::as_str);
                    faults.push(format!("{url}: {} {}", event["errorText"], event["blockedReason"]));
                }
            }
            _ => {}
        }
    }
    faults
}

fn known(url: &str, hosts: &[String]) -> bool {
    if ["data:", "blob:", "about:"].iter().any(|start| url.starts_with(start)) {
        return true;
    }
    let Ok(url) = Url::parse(url) else { return false };
    hosts.iter().filter_map(|host| Url::parse(host).ok()).any(|host| {
        let root = host.path().trim_end_matches('/');
        let below = url.path().strip_prefix(root).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        host.origin() == url.origin() && below
    })
}

#[test]
fn what_a_browser_notes_is_judged() {
    use serde_json::json;
    let said = |level: &str, message: &str| console(&[json!({ "level": level, "message": message })]).len();
    assert_eq!(said("INFO", "hello"), 0);
    assert_eq!(said("SEVERE", "the server responded with a status of 422 ()"), 0);
    assert_eq!(said("SEVERE", "the server responded with a status of 500 ()"), 1);
    assert_eq!(said("WARNING", "Refused to apply inline style"), 1);

    let hosts = ["http://127.0.0.1:80".to_owned(), "http://127.0.0.1:8080".to_owned()];
    let judged = |method: &str, params: Value| {
        let message = json!({ "message": { "method": method, "params": params } }).to_string();
        network(&[json!({ "message": message })], &hosts).len()
    };
    let asked = |url: &str| judged("Network.requestWillBeSent", json!({ "request": { "url": url } }));
    assert_eq!(asked("http://127.0.0.1:8080/login"), 0);
    assert_eq!(asked("http://127.0.0.1:8081/login"), 1);
    assert_eq!(asked("https://fonts.example/a.woff2"), 1);
    let answered = |kind: &str, status: u16| {
        judged("Network.responseReceived", json!({ "type": kind, "response": { "status": status, "url": "u" } }))
    };
    assert_eq!((answered("Document", 422), answered("Document", 500), answered("Stylesheet", 404)), (0, 1, 1));
    let failed = |canceled: bool| {
        judged("Network.loadingFailed", json!({ "canceled": canceled, "errorText": "net::ERR_ABORTED" }))
    };
    assert_eq!((failed(true), failed(false)), (0, 1));
}
