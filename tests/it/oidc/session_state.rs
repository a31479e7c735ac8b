//! `session_state` and the page of `check_session_iframe`: OpenID Connect Session Management 1.0.

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use grantor::account::session;
use reqwest::Method;

use super::id_token;
use super::logout::{open, send};
use crate::support::browser::{Answer, Browser};
use crate::support::database::on_both;
use crate::support::flow::{Flow, session_cookie};
use crate::support::server::{PASSWORD, REDIRECT, Setup, TestServer};

const OPENID: (&str, &str) = ("scope", "openid");
const NONE: [(&str, &str); 2] = [OPENID, ("prompt", "none")];
const SILENT: [(&str, &str); 3] = [OPENID, ("prompt", "none"), ("response_mode", "query")];

/// The `Set-Cookie` line for the browser's state.
fn line(answer: &Answer) -> Option<&str> {
    let mut lines = answer.headers.get_all("set-cookie").iter().map(|line| line.to_str().expect("text"));
    lines.find(|line| line.contains("grantor_state="))
}

/// What the browser is told to remember; an empty text when it is told to forget.
fn remembered(answer: &Answer) -> Option<String> {
    let value = line(answer)?.split(';').next()?.split_once('=')?.1;
    Some(value.to_owned())
}

/// What the page of the frame answers an app of `origin` in a browser that remembers `state`, worked out anew.
fn answered(client: &str, session_state: &str, origin: &str, state: &str) -> &'static str {
    let (_, salt) = session_state.split_once('.').expect("a salt");
    let hash = digest::digest(&digest::SHA256, format!("{client} {origin} {state} {salt}").as_bytes());
    let own = format!("{}.{salt}", URL_SAFE_NO_PAD.encode(hash));
    if own == session_state { "unchanged" } else { "changed" }
}

/// Asserts that an answer carries `session_state`, for the state that it sets; that state.
fn assert_watched(flow: &Flow<'_>, answer: &Answer, session_state: &str) -> String {
    let state = remembered(answer).expect("a cookie");
    assert!(state.len() == 43 && !session_state.contains(' '));
    let client = flow.client.id.as_str();
    assert_eq!(answered(client, session_state, "https://app.example", &state), "unchanged");
    assert_eq!(answered(client, session_state, "https://evil.example", &state), "changed", "of another origin");
    assert_eq!(answered("other", session_state, "https://app.example", &state), "changed", "of another client");
    state
}

/// The same of a redirect with a query.
fn watched(flow: &Flow<'_>, answer: &Answer) -> String {
    let session_state = answer.redirect_parameter("session_state");
    let session_state = session_state.unwrap_or_else(|| panic!("{} {}", answer.header("location"), answer.body));
    assert_watched(flow, answer, &session_state)
}

/// A silent request of a browser that sends these cookies.
async fn silent(flow: &Flow<'_>, server: &TestServer, cookies: &str) -> Answer {
    flow.with_session(server, cookies).authorize(&NONE).await
}

on_both! {
    async fn every_answer_about_somebody_lets_the_app_watch_by_every_way(db: Database) {
        let server = Setup::default().frozen().start(&db);
        let flow = Flow::new(&server, |_| {});
        let answer = flow.authorize(&[OPENID]).await;
        let state = watched(&flow, &answer);
        let first = answer.redirect_parameter("session_state");
        let again = flow.authorize(&[OPENID]).await;
        assert_eq!(watched(&flow, &again), state, "as long as the session goes on");
        assert_ne!(again.redirect_parameter("session_state"), first, "salted");
        let line = line(&answer).expect("a cookie");
        assert!(line.ends_with("; SameSite=Lax; Path=/; Max-Age=172800"), "for a script, and no longer than idle: {line}");
        let session = flow.cookie.split_once('=').expect("a cookie").1;
        assert!(!state.contains(session) && !session.contains(&state));
        let fragment = flow.authorize(&[OPENID, ("response_mode", "fragment")]).await;
        let place = fragment.header("location").replace('#', "?");
        let found = url::Url::parse(&place).expect("a URL");
        let found = found.query_pairs().find(|(name, _)| name == "session_state").expect("session_state").1.into_owned();
        assert_eq!(assert_watched(&flow, &fragment, &found), state);
        let posted = flow.authorize(&[OPENID, ("response_mode", "form_post")]).await;
        assert_eq!(assert_watched(&flow, &posted, &posted.input("session_state").expect("session_state")), state);
        for plain in [flow.authorize(&[]).await, flow.authorize(&[OPENID, ("max_age", "x")]).await] {
            assert_eq!((plain.status, plain.redirect_parameter("session_state"), remembered(&plain)), (302, None, None));
        }
        let app = flow.with_client(&server, server.client(|new| {
            new.policy.first_party = true;
            new.redirect_uris = vec!["com.example.app:/cb".to_owned()];
        }));
        let native = app.authorize(&[OPENID, ("redirect_uri", "com.example.app:/cb")]).await;
        assert!(native.redirect_parameter("code").is_some(), "{}", native.header("location"));
        assert_eq!((native.redirect_parameter("session_state"), remembered(&native)), (None, None), "it has no origin");
    }

    async fn the_consent_page_and_a_new_sign_in_carry_it_too(db: Database) {
        let server = Setup::default().frozen().start(&db);
        let flow = Flow::new(&server, |new| new.policy.first_party = false);
        let page = flow.authorize(&[OPENID]).await;
        assert_eq!((page.status, remembered(&page)), (200, None), "nothing is answered yet");
        let (token, sealed) = (page.input("_token").expect("a token"), page.input("auth_token").expect("a request"));
        let fields = [("_token", token.as_str()), ("auth_token", &sealed), ("scope", "openid")];
        let denied = send(&flow, "/oauth/authorize", &[&fields[..], &[("_method", "DELETE")]].concat()).await;
        assert_eq!(denied.redirect_parameter("error").as_deref(), Some("access_denied"));
        let state = watched(&flow, &denied);
        let allowed = send(&flow, "/oauth/authorize", &fields).await;
        assert!(allowed.redirect_parameter("code").is_some(), "{}", allowed.body);
        assert_eq!(watched(&flow, &allowed), state);
        let sent = flow.authorize(&[OPENID, ("prompt", "login")]).await;
        let back = url::Url::parse(&server.at(sent.header("location"))).expect("a URL");
        let back = back.query_pairs().find(|(name, _)| name == "return_to").expect("return_to").1.into_owned();
        assert!(back.contains("resume="), "{back}");
        server.advance(TimeDelta::seconds(1));
        let renewed = flow.with_session(&server, session_cookie(&server, "ada"));
        let done = open(&renewed, &back).await;
        assert!(done.redirect_parameter("code").is_some(), "{}", done.body);
        assert_ne!(watched(&flow, &done), state, "another session");
    }

    async fn it_changes_when_somebody_signs_in_or_out_and_not_when_they_confirm(db: Database) {
        let server = Setup::default().frozen().start(&db);
        let flow = Flow::new(&server, |_| {});
        let browser = Browser::new(&server);
        let entered = |answer: &Answer| (answer.status, remembered(answer));
        let sign_in = async || {
            let token = browser.get("/login").await.input("_token").expect("a token");
            browser.post("/login", &[("_token", &token), ("login", "ada"), ("password", PASSWORD)]).await
        };
        let asked = async || {
            let request = browser.request(Method::GET, "/oauth/authorize").query(&flow.parameters(&SILENT));
            browser.send(request.header("accept", "text/html")).await
        };
        assert_eq!(entered(&sign_in().await), (303, Some(String::new())), "whoever watches asks again");
        let first = watched(&flow, &asked().await);
        server.advance(TimeDelta::hours(1));
        let token = browser.get("/account/confirm").await.input("_token").expect("a token");
        let confirmed = browser.post("/account/confirm", &[("_token", &token), ("password", PASSWORD)]).await;
        assert_eq!(entered(&confirmed), (303, None), "the same session under another name");
        assert_eq!(watched(&flow, &asked().await), first);
        let token = browser.get("/account").await.input("_token").expect("a token");
        let out = browser.post("/logout", &[("_token", &token)]).await;
        assert_eq!(entered(&out), (303, Some(String::new())));
        let nobody = asked().await;
        assert_eq!(nobody.redirect_parameter("error").as_deref(), Some("login_required"));
        let second = watched(&flow, &nobody);
        assert_ne!(second, first);
        assert_eq!(watched(&flow, &asked().await), second, "it stays");
        assert_eq!(entered(&sign_in().await), (303, Some(String::new())));
        let third = watched(&flow, &asked().await);
        assert!(third != first && third != second);
        let hint = id_token(&flow.redeem(&asked().await.redirect_parameter("code").expect("a code"), &[]).await);
        let out = browser.get(&format!("/oauth/logout?id_token_hint={hint}")).await;
        assert_eq!(entered(&out), (200, Some(String::new())));
    }

    async fn a_browser_learns_of_an_end_elsewhere_when_it_comes_by(db: Database) {
        let server = Setup::default().frozen().start(&db);
        let flow = Flow::new(&server, |_| {});
        let state = watched(&flow, &silent(&flow, &server, &flow.cookie).await);
        let both = format!("{}; grantor_state={state}", flow.cookie);
        assert_eq!(remembered(&open(&flow.with_session(&server, both.as_str()), "/account").await), None);
        session::end_others(&server.app, flow.user.id, "").expect("a database");
        let page = open(&flow.with_session(&server, both.as_str()), "/login").await;
        assert_eq!((page.status, remembered(&page)), (200, Some(String::new())));
        let refused = silent(&flow, &server, &both).await;
        assert_eq!(refused.redirect_parameter("error").as_deref(), Some("login_required"));
        let dead = watched(&flow, &refused);
        assert_ne!(dead, state);
        let both = format!("{}; grantor_state={dead}", flow.cookie);
        assert_eq!(watched(&flow, &silent(&flow, &server, &both).await), dead, "no app makes another ask for ever");
        assert_eq!(remembered(&open(&flow.with_session(&server, both.as_str()), "/login").await), None);
    }

    async fn refusals_carry_it_and_a_frame_that_sends_no_session_changes_nothing(db: Database) {
        let server = TestServer::start(&db);
        let flow = Flow::new(&server, |_| {});
        let state = watched(&flow, &silent(&flow, &server, &flow.cookie).await);
        let framed = silent(&flow, &server, &format!("grantor_state={state}")).await;
        assert_eq!(framed.redirect_parameter("error").as_deref(), Some("login_required"));
        assert_eq!(watched(&flow, &framed), state, "the browser may be signed in after all");
        let (one, other) = (silent(&flow, &server, "").await, silent(&flow, &server, "").await);
        assert_ne!(watched(&flow, &one), watched(&flow, &other), "nobody's state can be guessed");
        for nonsense in ["", "x", "a b", &"x".repeat(44), &"x".repeat(42), &"é".repeat(43), &format!("{}.", "x".repeat(42))] {
            let answer = silent(&flow, &server, &format!("grantor_state={nonsense}")).await;
            assert_ne!(watched(&flow, &answer), *nonsense);
        }
        let stranger = flow.with_client(&server, server.client(|_| {}));
        let third = flow.with_client(&server, server.client(|_| {})).allowed(&server, "openid");
        let too_old = [OPENID, ("prompt", "none"), ("max_age", "0")];
        for (app, changes, error) in [(&stranger, &NONE[..], "consent_required"), (&third, &too_old, "login_required")] {
            let refused = app.authorize(changes).await;
            assert_eq!(refused.redirect_parameter("error").as_deref(), Some(error));
            assert_eq!(watched(app, &refused), state, "the browser's own");
        }
    }

    async fn by_https_the_cookie_comes_along_from_other_sites(db: Database) {
        let server = Setup::default().frozen().set("server.public_url", "https://id.example").start(&db);
        let flow = Flow::new(&server, |_| {});
        let secure = flow.with_session(&server, format!("__Host-{}", flow.cookie));
        let answer = secure.authorize(&[OPENID]).await;
        let line = line(&answer).expect("a cookie");
        assert!(line.starts_with("__Host-grantor_state="), "{line}");
        assert!(line.ends_with("; SameSite=None; Secure; Path=/; Max-Age=172800"), "{line}");
        let page = Browser::new(&server).get("/oauth/check_session").await;
        assert!(page.body.contains("data-cookie=\"__Host-grantor_state\""), "{}", page.body);
    }

    async fn the_page_may_be_framed_by_all_and_does_nothing_else(db: Database) {
        let server = TestServer::start(&db);
        let browser = Browser::new(&server);
        let metadata = browser.get("/.well-known/openid-configuration").await.json();
        assert_eq!(metadata["check_session_iframe"], server.at("/oauth/check_session"));
        let page = browser.get("/oauth/check_session").await;
        assert_eq!((page.status, page.header("x-frame-options")), (200, ""));
        let policy = "default-src 'none'; script-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors *";
        assert_eq!(page.header("content-security-policy"), policy);
        assert_eq!((page.header("x-content-type-options"), page.header("set-cookie")), ("nosniff", ""));
        assert!(!page.body.contains("href") && !page.body.contains("<form"), "it leads nowhere: {}", page.body);
        server.user("ada");
        browser.sign_in("ada").await;
        let known = browser.get("/oauth/check_session").await;
        assert_eq!(known.body, page.body, "the same for everybody");
        assert_eq!(known.header("set-cookie"), "");
        let script = page.body.split("src=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a script");
        let script = browser.get(script).await;
        assert_eq!((script.status, script.header("content-type")), (200, "text/javascript; charset=utf-8"));
        let login = Browser::new(&server).get("/login").await;
        assert_eq!(login.header("x-frame-options"), "DENY");
        assert!(login.header("content-security-policy").contains("frame-ancestors 'none'"));
    }

    async fn it_can_be_turned_off(db: Database) {
        let server = Setup::default().set("logout.session_management", false).start(&db);
        let flow = Flow::new(&server, |_| {});
        let answer = flow.authorize(&[OPENID]).await;
        assert!(answer.header("location").starts_with(REDIRECT) && answer.redirect_parameter("code").is_some());
        assert_eq!((answer.redirect_parameter("session_state"), remembered(&answer)), (None, None));
        let browser = Browser::new(&server);
        assert_eq!(browser.get("/oauth/check_session").await.status, 404);
        let metadata = browser.get("/.well-known/openid-configuration").await.json();
        assert_eq!(metadata["check_session_iframe"], serde_json::Value::Null);
        assert_eq!(remembered(&open(&flow, "/account").await), None);
    }
}
