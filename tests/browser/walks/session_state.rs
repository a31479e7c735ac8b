//! An app that watches by a hidden frame whether the browser is still signed in (OpenID Connect Session Management 1.0).
//! There is no such thing without scripts.

use serde_json::{Value, json};

use super::{allow, app_of, asking};
use crate::kit::{self, Callback, Chrome, Page};
use crate::support::database::Database;
use crate::support::server::{Setup, TestServer};

/// What an app's page, which is open, hears from the frame when it says something to it; from where.
async fn hears(page: &Page, server: &TestServer, said: Value) -> String {
    let frame = json!(format!("{}/oauth/check_session", server.app.config.issuer()));
    let script = format!(
        "const heard = new Promise((resolve) => {{
             addEventListener('message', ({{ data, origin }}) => resolve(`${{data}} from ${{origin}}`), {{ once: true }});
         }});
         const frame = document.createElement('iframe');
         frame.src = {frame};
         frame.hidden = true;
         const silence = new Promise((resolve) => frame.onload = () => {{
             frame.contentWindow.postMessage({said}, new URL(frame.src).origin);
             setTimeout(resolve, 500, 'nothing');
         }});
         document.body.append(frame);
         return Promise.race([heard, silence]).finally(() => frame.remove());"
    );
    page.ask(&script).await.as_str().expect("a text").to_owned()
}

/// The same, which must come from the server.
async fn answer(page: &Page, server: &TestServer, said: &str) -> String {
    let heard = hears(page, server, json!(said)).await;
    let from = format!(" from {}", server.app.config.issuer());
    heard.strip_suffix(&from).unwrap_or_else(|| panic!("{heard}")).to_owned()
}

async fn is_followed(chrome: Chrome, db: Database) {
    let server = TestServer::start(&db);
    server.user("ada");
    let (app, other) = (Callback::start(), Callback::start());
    let page = chrome.open(&server).await.knows(app.origin()).knows(other.origin());
    let (client, _) = app_of(&server, None, &app);
    page.go(&asking(&client, &app, "openid")).await;
    page.sign_in("ada").await;
    allow(&page).await;
    let state = app.parameter("session_state").expect("a state");
    let said = format!("{} {state}", client.id);
    assert_eq!(answer(&page, &server, &said).await, "unchanged");
    assert_eq!(answer(&page, &server, &format!("x{said}")).await, "changed", "another client");
    for malformed in ["", "x", "x y", &state, &format!("{said} "), &format!("{}.", client.id), &"x ".repeat(3000)] {
        assert_eq!(answer(&page, &server, malformed).await, "error", "{malformed}");
    }
    let hostile = format!("<img src=x onerror=alert(1)>${{document.cookie}} {state}");
    assert_eq!(answer(&page, &server, &hostile).await, "changed");
    for other in [json!(null), json!({ "data": said }), json!([said])] {
        assert_eq!(hears(&page, &server, other).await, "nothing");
    }
    page.go(&format!("{}/", other.origin())).await;
    assert_eq!(answer(&page, &server, &said).await, "changed", "it is of use to its own origin alone");

    page.go("/account").await;
    page.press("Sign out").await;
    page.go(&format!("{}/", app.origin())).await;
    assert_eq!(answer(&page, &server, &said).await, "changed");
    page.go(&format!("{}&prompt=none", asking(&client, &app, "openid"))).await;
    let said = format!("{} {}", client.id, app.parameter("session_state").expect("a state of nobody"));
    assert_eq!(answer(&page, &server, &said).await, "unchanged", "nobody is signed in, as the app knows");
    page.go("/login").await;
    page.sign_in("ada").await;
    page.go(&format!("{}/", app.origin())).await;
    assert_eq!(answer(&page, &server, &said).await, "changed");
    page.close().await;
}

/// An app on another site, as far as the browser knows: the frame has no cookie there that was set by http.
async fn tells_other_sites_nothing(mut chrome: Chrome, db: Database) {
    let server = Setup::default().named("localhost").start(&db);
    server.user("ada");
    let app = Callback::start();
    let page = chrome.open(&server).await.knows(app.origin());
    let (client, _) = app_of(&server, None, &app);
    page.go(&asking(&client, &app, "openid")).await;
    page.sign_in("ada").await;
    allow(&page).await;
    let said = format!("{} {}", client.id, app.parameter("session_state").expect("a state"));
    assert_eq!(answer(&page, &server, &said).await, "changed", "the frame has no cookie");
    // As it is set by https.
    let cookies = page.devtools("Network.getCookies", json!({ "urls": [server.app.config.issuer()] })).await;
    let cookies = cookies["cookies"].as_array().expect("cookies");
    let mut state = cookies.iter().find(|one| one["name"] == "grantor_state").expect("the browser's state").clone();
    state["url"] = json!(server.app.config.issuer());
    (state["secure"], state["sourceScheme"], state["sameSite"]) = (json!(true), json!("Secure"), json!("None"));
    page.devtools("Network.setCookie", state).await;
    assert_eq!(answer(&page, &server, &said).await, "unchanged");
    page.close().await;
    chrome.foreign_cookies = false;
    let page = chrome.open(&server).await.knows(app.origin());
    page.go(&format!("{}/", app.origin())).await;
    assert_eq!(answer(&page, &server, &said).await, "error", "nor could it have one: asking again leads nowhere");
    page.close().await;
}

#[test]
fn signing_out_is_noticed() {
    kit::run(true, |chrome| is_followed(chrome, Database::sqlite()));
}

#[test]
fn kept_cookies_are_noticed() {
    kit::run(true, |chrome| tells_other_sites_nothing(chrome, Database::sqlite()));
}
