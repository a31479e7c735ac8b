//! Signing out at a relying party's wish: OpenID Connect RP-Initiated Logout 1.0; and `id_token_hint` of a sign-in.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use grantor::core::redirect::RedirectUri;
use grantor::core::signing::{Algorithm, SigningKey};
use grantor::oauth::manage::NewClient;
use grantor::store::client_admin;
use reqwest::Method;
use serde_json::{Value, json};

use super::{id_token, redeemed};
use crate::support::browser::Answer;
use crate::support::database::on_both;
use crate::support::flow::{Flow, session_cookie};
use crate::support::server::{Setup, TestServer};

/// Where clients of these tests may send people who signed out.
const BYE: &str = "https://app.example/bye?from=here";

/// Lets a client send people to [`BYE`].
pub(super) fn with_bye(new: &mut NewClient) {
    new.openid.post_logout_redirect_uris = vec![RedirectUri::parse(BYE).expect("a URI")];
}

/// The path of a request with these parameters.
fn logout(parameters: &[(&str, &str)]) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(parameters);
    format!("/oauth/logout?{}", query.finish())
}

/// Opens a page as the person of the flow.
pub(super) async fn open(flow: &Flow<'_>, path: &str) -> Answer {
    let request = flow.request(Method::GET, path).header("accept", "text/html");
    flow.send(request.header("cookie", &flow.cookie)).await
}

/// Sends a form as the person of the flow.
pub(super) async fn send(flow: &Flow<'_>, path: &str, fields: &[(&str, &str)]) -> Answer {
    let request = flow.request(Method::POST, path).header("accept", "text/html").form(fields);
    flow.send(request.header("cookie", &flow.cookie)).await
}

/// Whether the session of the flow still works.
pub(super) async fn is_signed_in(flow: &Flow<'_>) -> bool {
    open(flow, "/account").await.status == 200
}

/// The id_token of a sign-in at the client.
pub(super) async fn signed_in(flow: &Flow<'_>) -> String {
    id_token(&redeemed(flow, &[("scope", "openid")]).await)
}

/// What an id_token says, unverified.
pub(super) fn claims(jwt: &str) -> Value {
    let payload = jwt.split('.').nth(1).expect("a payload");
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).expect("base64url")).expect("JSON")
}

/// Signs claims as the server would.
pub(super) fn signed(server: &TestServer, typ: &str, claims: &Value) -> String {
    server.app.keys().expect("keys").signer(Algorithm::Es256).sign(typ, claims).expect("a JWT")
}

on_both! {
    async fn the_id_token_of_this_very_session_signs_out_at_once(db: Database) {
        let server = Setup::default().frozen().start(&db);
        let flow = Flow::new(&server, with_bye);
        let hint = signed_in(&flow).await;
        // Long after it has expired.
        server.advance(TimeDelta::hours(30));
        let path = logout(&[("id_token_hint", &hint), ("post_logout_redirect_uri", BYE), ("state", "a b&c"), ("logout_hint", "x")]);
        let answer = open(&flow, &path).await;
        assert_eq!((answer.status, answer.header("location")), (303, "https://app.example/bye?from=here&state=a+b%26c"));
        assert_eq!((answer.header("cache-control"), answer.header("access-control-allow-origin")), ("no-store", ""));
        let cookies: Vec<&str> = answer.headers.get_all("set-cookie").iter().filter_map(|value| value.to_str().ok()).collect();
        assert!(cookies.iter().any(|line| line.starts_with("grantor_session=;") && line.contains("Max-Age=0")), "{cookies:?}");
        assert!(!is_signed_in(&flow).await);
        // Once more, with nobody signed in: straight on.
        let answer = open(&flow, &path).await;
        assert_eq!((answer.status, answer.header("location")), (303, "https://app.example/bye?from=here&state=a+b%26c"));
    }

    async fn all_else_is_asked_first(db: Database) {
        let server = TestServer::start(&db);
        let flow = Flow::new(&server, with_bye);
        let hint = signed_in(&flow).await;
        let other = flow.with_session(&server, session_cookie(&server, "ada"));
        let client = flow.client.id.as_str();
        for parameters in [
            vec![],
            vec![("client_id", client), ("post_logout_redirect_uri", BYE)],
            vec![("id_token_hint", hint.as_str()), ("post_logout_redirect_uri", BYE)],
        ] {
            let page = open(&other, &logout(&parameters)).await;
            assert_eq!((page.status, page.text_of("h1").as_str()), (200, "Sign out?"), "{}", page.body);
            assert_eq!(page.body.contains("Test app"), !parameters.is_empty());
            assert!(is_signed_in(&other).await, "nothing has ended yet");
            assert_eq!(page.header("referrer-policy"), "no-referrer", "the address holds an id_token");
            let back = page.header("content-security-policy").contains("form-action 'self' https://app.example;");
            assert_eq!(back, !parameters.is_empty(), "the redirect after the form");
        }
        let german = open(&other, &logout(&[("ui_locales", "de")])).await;
        assert_eq!(german.text_of("h1"), "Abmelden?");
        let page = open(&other, &logout(&[("client_id", client), ("post_logout_redirect_uri", BYE), ("state", "s")])).await;
        let token = page.input("_token").expect("a CSRF token");
        let foreign = open(&flow, &logout(&[])).await.input("_token").expect("a CSRF token");
        for wrong in ["", "x", foreign.as_str()] {
            let answer = send(&other, "/oauth/logout", &[("_token", wrong), ("client_id", client)]).await;
            assert_eq!((answer.status, answer.text_of("h1").as_str()), (403, "Sign out?"));
            assert!(is_signed_in(&other).await);
        }
        let mut fields = vec![("_token", token.clone())];
        for name in ["client_id", "post_logout_redirect_uri", "state"] {
            fields.push((name, page.input(name).expect("the request goes along")));
        }
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let answer = send(&other, "/oauth/logout", &fields).await;
        assert_eq!((answer.status, answer.header("location")), (303, "https://app.example/bye?from=here&state=s"));
        assert!(!is_signed_in(&other).await && is_signed_in(&flow).await, "this session alone");
    }

    async fn without_a_way_back_a_page_says_that_it_is_done(db: Database) {
        let server = TestServer::start(&db);
        let flow = Flow::new(&server, with_bye);
        let hint = signed_in(&flow).await;
        let page = open(&flow, &logout(&[("id_token_hint", &hint)])).await;
        assert_eq!((page.status, page.text_of("h1").as_str()), (200, "You are signed out"));
        assert!(!is_signed_in(&flow).await);
        let page = open(&flow, "/oauth/logout").await;
        assert_eq!((page.status, page.text_of("h1").as_str()), (200, "You are signed out"));
        assert!(!page.body.contains("http-equiv") && !page.header("content-security-policy").contains("frame-src"));
    }

    async fn a_form_of_an_app_comes_back_with_the_cookie(db: Database) {
        let server = TestServer::start(&db);
        let flow = Flow::new(&server, with_bye);
        let hint = signed_in(&flow).await;
        // Browsers leave the cookie out of it.
        let nobody = flow.with_session(&server, "");
        let fields = [("id_token_hint", hint.as_str()), ("post_logout_redirect_uri", BYE), ("state", "s"), ("other", "x")];
        let answer = send(&nobody, "/oauth/logout", &fields).await;
        let again = logout(&[("id_token_hint", &hint), ("post_logout_redirect_uri", BYE), ("state", "s")]);
        assert_eq!((answer.status, answer.header("location")), (303, again.as_str()));
        assert!(is_signed_in(&flow).await);
        assert_eq!(open(&flow, &again).await.header("location"), "https://app.example/bye?from=here&state=s");
        let head = flow.send(flow.request(Method::HEAD, "/oauth/logout").header("accept", "text/html")).await;
        assert_eq!((head.status, head.header("allow")), (405, "GET, POST"));
    }

    async fn what_cannot_be_trusted_ends_nothing_and_leads_nowhere(db: Database) {
        let server = TestServer::start(&db);
        let flow = Flow::new(&server, |new| {
            with_bye(new);
            let loopback = RedirectUri::parse("http://127.0.0.1/bye").expect("a URI");
            new.openid.post_logout_redirect_uris.push(loopback);
        });
        let hint = signed_in(&flow).await;
        let (other, _) = server.client(with_bye);
        let (client, third) = (flow.client.id.as_str(), other.id.as_str());
        let long = "x".repeat(5000);
        let cases: Vec<(&str, Vec<(&str, &str)>)> = vec![
            ("another client's", vec![("id_token_hint", &hint), ("client_id", third)]),
            ("unknown", vec![("client_id", "nobody"), ("post_logout_redirect_uri", BYE)]),
            ("the server's own", vec![("client_id", "first-party")]),
            ("of nobody", vec![("post_logout_redirect_uri", BYE)]),
            ("not registered", vec![("id_token_hint", &hint), ("post_logout_redirect_uri", "https://evil.example/")]),
            ("a part", vec![("client_id", client), ("post_logout_redirect_uri", "https://app.example/bye")]),
            ("a redirect URI", vec![("client_id", client), ("post_logout_redirect_uri", "https://app.example/cb")]),
            ("in capitals", vec![("client_id", client), ("post_logout_redirect_uri", "https://APP.example/bye?from=here")]),
            ("another port", vec![("client_id", client), ("post_logout_redirect_uri", "http://127.0.0.1:81/bye")]),
            ("of another client", vec![("client_id", third), ("post_logout_redirect_uri", "http://127.0.0.1/bye")]),
            ("twice", vec![("state", "a"), ("state", "b")]),
            ("too long", vec![("state", &long)]),
        ];
        for (name, parameters) in cases {
            for flow in [&flow, &flow.with_session(&server, "")] {
                let answer = open(flow, &logout(&parameters)).await;
                assert_eq!((answer.status, answer.header("location")), (400, ""), "{name}: {}", answer.body);
                assert!(!answer.body.contains("href=\"https://evil.example"), "{name}");
            }
            assert!(is_signed_in(&flow).await, "{name}");
        }
    }

    async fn who_is_disabled_sends_nobody_anywhere(db: Database) {
        let server = Setup::default().set("cache.staleness", "0s").start(&db);
        let flow = Flow::new(&server, with_bye);
        let hint = signed_in(&flow).await;
        let (client, id) = (flow.client.id.as_str(), flow.client.id.clone());
        let disabled = server.app.write(move |cx| client_admin::set_enabled(cx.conn, &id, false, cx.now));
        disabled.expect("a database");
        for parameters in [vec![("id_token_hint", hint.as_str())], vec![("client_id", client), ("post_logout_redirect_uri", BYE)]] {
            let answer = open(&flow, &logout(&parameters)).await;
            assert_eq!((answer.status, answer.header("location")), (400, ""), "{}", answer.body);
            assert!(is_signed_in(&flow).await && !answer.body.contains(BYE));
        }
    }

    async fn a_link_confirms_nothing(db: Database) {
        let server = TestServer::start(&db);
        let flow = Flow::new(&server, with_bye);
        let token = open(&flow, "/oauth/logout").await.input("_token").expect("a CSRF token");
        let page = open(&flow, &logout(&[("_token", &token)])).await;
        assert_eq!((page.status, page.text_of("h1").as_str()), (200, "Sign out?"), "{}", page.body);
        assert!(is_signed_in(&flow).await, "what is in an address may have been put there by anybody");
    }

    async fn who_is_signed_in_can_sign_out_whatever_is_wrong_with_the_request(db: Database) {
        let server = TestServer::start(&db);
        let flow = Flow::new(&server, with_bye);
        let hint = signed_in(&flow).await;
        let (gone, _) = SigningKey::generate(Algorithm::Es256).expect("a key");
        let old = gone.sign("JWT", &claims(&hint)).expect("a JWT");
        let page = open(&flow, &logout(&[("id_token_hint", &old), ("post_logout_redirect_uri", BYE), ("state", "s")])).await;
        assert_eq!((page.status, page.text_of("h1").as_str()), (400, "Sign out?"), "{}", page.body);
        assert!(is_signed_in(&flow).await && page.input("post_logout_redirect_uri").is_none() && page.input("id_token_hint").is_none());
        let token = page.input("_token").expect("a CSRF token");
        let done = send(&flow, "/oauth/logout", &[("_token", &token)]).await;
        assert_eq!((done.status, done.text_of("h1").as_str()), (200, "You are signed out"));
        assert!(!is_signed_in(&flow).await);
    }

    async fn a_hint_may_be_as_long_as_what_it_says_of_a_person(db: Database) {
        let server = TestServer::start(&db);
        let flow = Flow::new(&server, with_bye);
        let mut said = claims(&signed_in(&flow).await);
        said["address"] = json!({ "formatted": "x".repeat(9000) });
        let hint = signed(&server, "JWT", &said);
        assert!((10_000..16_000).contains(&hint.len()));
        let fields = [("id_token_hint", hint.as_str()), ("post_logout_redirect_uri", BYE)];
        let sent = send(&flow, "/oauth/logout", &fields).await;
        assert_eq!(sent.status, 303, "{}", sent.body);
        let answer = open(&flow, sent.header("location")).await;
        assert_eq!((answer.status, answer.header("location")), (303, BYE));
        assert!(!is_signed_in(&flow).await);
        let flow = flow.with_session(&server, session_cookie(&server, "ada"));
        let longer = "x".repeat(16 * 1024 + 1);
        assert_eq!(open(&flow, &logout(&[("id_token_hint", &longer)])).await.status, 400);
    }

    async fn a_sign_in_may_name_whom_it_expects(db: Database) {
        let server = Setup::default().frozen().start(&db);
        let flow = Flow::new(&server, |_| {});
        let hint = signed_in(&flow).await;
        server.advance(TimeDelta::hours(2));
        let asked = |flow: &Flow<'_>, hint: &str| {
            let hint = hint.to_owned();
            let (path, cookie) = (flow.parameters(&[("scope", "openid"), ("prompt", "none")]), flow.cookie.clone());
            let request = flow.request(Method::GET, "/oauth/authorize").query(&path).query(&[("id_token_hint", hint)]);
            request.header("accept", "text/html").header("cookie", cookie)
        };
        let same = flow.send(asked(&flow, &hint)).await;
        assert!(same.redirect_parameter("code").is_some(), "{}", same.header("location"));
        server.user("eve");
        let eve = flow.with_session(&server, session_cookie(&server, "eve"));
        let other = eve.send(asked(&eve, &hint)).await;
        assert_eq!(other.redirect_parameter("error").as_deref(), Some("login_required"));
        let third = flow.with_client(&server, server.client(|new| new.policy.first_party = true));
        let foreign = third.send(asked(&third, &hint)).await;
        assert_eq!(foreign.redirect_parameter("error").as_deref(), Some("invalid_request"), "issued to another client");
        for bad in ["nonsense", signed(&server, "at+jwt", &claims(&hint)).as_str()] {
            let refused = flow.send(asked(&flow, bad)).await;
            assert_eq!(refused.redirect_parameter("error").as_deref(), Some("invalid_request"), "{bad}");
        }
    }
}
