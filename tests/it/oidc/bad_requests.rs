//! Authorization requests, sign-outs and calls of userinfo that are refused, however large, broken or strange:
//! OpenID Connect Core sections 3.1.2.2, 3.1.2.6, 5.3.3 and 5.5, RFC 6750 section 3.1.

use reqwest::Method;
use serde_json::json;

use super::logout::{is_signed_in, open, with_bye};
use super::redeemed;
use crate::support::browser::Answer;
use crate::support::database::on_both;
use crate::support::flow::Flow;
use crate::support::server::{Setup, TestServer};

const MEGABYTE: usize = 1024 * 1024;

/// A request with a query as it is written here; none when the server hung up on it.
async fn raw(server: &TestServer, flow: &Flow<'_>, path: &str, query: &str) -> Option<u16> {
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().expect("a client");
    let request = client.get(server.at(&format!("{path}?{query}"))).header("accept", "text/html");
    let answer = request.header("cookie", &flow.cookie).send().await.ok()?;
    assert_eq!(answer.headers().get("location"), None, "{path}");
    Some(answer.status().as_u16())
}

fn error(answer: &Answer) -> Option<String> {
    assert_eq!(answer.status, 302, "{}", answer.body);
    answer.redirect_parameter("error")
}

on_both! {
    async fn what_is_asked_of_the_sign_in_must_make_sense(db: Database) {
        let server = TestServer::start(&db);
        let flow = Flow::new(&server, |_| {});
        let nested = "{\"id_token\":".repeat(150) + "1" + &"}".repeat(150);
        let long = "n".repeat(513);
        let cases = [
            ("max_age", "-1"), ("max_age", "+5"), ("max_age", "1.5"), ("max_age", "1e3"), ("max_age", "0x10"), ("max_age", "soon"),
            ("max_age", "4294967296"), ("max_age", "99999999999999999999"), ("max_age", " 5"), ("max_age", "\u{0661}"),
            ("prompt", "nonsense"), ("prompt", "NONE"), ("prompt", "none login"), ("prompt", "consent none"), ("prompt", "none create"),
            ("prompt", "login,consent"), ("prompt", "login nonsense"), ("prompt", "none\u{a0}login"), ("prompt", "null"),
            ("nonce", &long), ("claims", "{"), ("claims", "[]"), ("claims", "\"email\""), ("claims", "null"), ("claims", "7"),
            ("claims", r#"{"id_token":[]}"#), ("claims", r#"{"id_token":"email"}"#), ("claims", r#"{"userinfo":true}"#),
            ("claims", r#"{"id_token":{"email":null}}x"#), ("claims", r#"{"id_token":{"sub":{"value":7}}}"#), ("claims", r#"{"id_token":{"sub":{"values":"7"}}}"#),
            ("claims", r#"{"id_token":{"acr":{"values":"phr"}}}"#), ("claims", r#"{"userinfo":{"email":true}}"#),
            ("claims", r#"{"id_token":{"acr":{"value":"phr","essential":"yes"}}}"#),  ("claims", &nested),


            ("response_mode", "query.jwt"), ("response_mode", "QUERY"),
        ];
        for (name, value) in cases {
            for prompt in ["none", "login"] {
                let beside = if name == "prompt" { ("ui_locales", "en") } else { ("prompt", prompt) };
                let answer = flow.authorize(&[("scope", "openid"), beside, (name, value)]).await;
                assert_eq!(error(&answer).as_deref(), Some("invalid_request"), "{name}={value}");
                assert_eq!(answer.redirect_parameter("state").as_deref(), Some("a b&c=d"), "{name}={value}");
            }
        }
        for (changes, expected) in [
            (("max_age", "0"), Some("login_required")), (("max_age", "4294967295"), None),
            (("claims", "{}"), None), (("claims", r#"{"id_token":null,"userinfo":null,"other":[7]}"#), None),
            (("claims", r#"{"id_token":{"shoe_size":{"essential":true,"value":44}}}"#), None), (("claims", r#"{"verified_claims":7}"#), None),
            (("acr_values", "gold silver"), None), (("display", "hologram"), None), (("ui_locales", "xx-nonsense"), None),
            (("nonsense", "7"), None),
        ] {
            let answer = flow.authorize(&[("scope", "openid"), ("prompt", "none"), changes]).await;
            assert_eq!(error(&answer).as_deref(), expected, "{changes:?}");
        }
    }

    async fn what_is_no_text_gets_a_page_and_is_not_repeated(db: Database) {
        let server = TestServer::start(&db);
        let flow = Flow::new(&server, with_bye);
        let names = ["login_hint", "ui_locales", "state", "nonce", "claims", "prompt", "max_age", "id_token_hint", "acr_values", "request"];
        let usual = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(flow.parameters(&[])).finish();
        for name in names {
            for broken in ["%00", "a%00b", "%ff", "%C3%28", "%ED%A0%80", "%zz", "%", "%F0%9F"] {
                let query = if name == "state" { usual.replace("&state=", "&other=") } else { usual.clone() };
                assert_eq!(raw(&server, &flow, "/oauth/authorize", &format!("{query}&{name}={broken}")).await, Some(400), "{name}={broken}");
            }
            let twice = format!("{usual}&{name}=a&{name}=a");
            assert_eq!(raw(&server, &flow, "/oauth/authorize", &twice).await, Some(400), "{name} twice");
        }
        for name in ["id_token_hint", "logout_hint", "client_id", "post_logout_redirect_uri", "state", "ui_locales"] {
            for broken in ["%00", "%ff", "%zz"] {
                assert_eq!(raw(&server, &flow, "/oauth/logout", &format!("{name}={broken}")).await, Some(400), "{name}={broken}");
            }
            assert_eq!(raw(&server, &flow, "/oauth/logout", &format!("{name}=a&{name}=a")).await, Some(400), "{name} twice");
        }
        assert!(is_signed_in(&flow).await);
        let nobody = flow.with_session(&server, "");
        let strange = "\u{1b}[31m\r\nX: y\u{7f}\u{202e}<script>alert(1)</script>\"'`";
        let answer = nobody.authorize(&[("login_hint", strange), ("ui_locales", strange), ("state", strange)]).await;
        assert_eq!(answer.status, 303);
        let page = open(&nobody, answer.header("location")).await;
        assert!(page.status == 200 && !page.body.contains("<script>alert"), "{}", page.body);
        let back = flow.authorize(&[("state", strange), ("scope", "nonsense")]).await;
        assert_eq!(back.redirect_parameter("state").as_deref(), Some(strange), "returned as it came, in one line");
    }

    async fn what_is_too_long_is_refused_wherever_it_is_said(db: Database) {
        let server = TestServer::start(&db);
        let flow = Flow::new(&server, with_bye);
        let usual = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(flow.parameters(&[("state", "")])).finish();
        let limit = server.app.config.limits.parameter_bytes;
        for name in ["claims", "login_hint", "ui_locales", "id_token_hint", "state", "nonce", "acr_values", "request", "request_uri", "other"] {
            // It is as long as what it says of a person.
            let longest = if name == "id_token_hint" { 16 * 1024 } else { limit };
            for size in [longest + 1, longest + 10 * 1024] {
                let query = format!("{usual}&{name}={}", "x".repeat(size));
                assert_eq!(raw(&server, &flow, "/oauth/authorize", &query).await, Some(400), "{name}");
            }
            for path in ["/oauth/authorize", "/oauth/logout", "/oauth/userinfo"] {
                let huge = format!("{usual}&{name}={}", "x".repeat(MEGABYTE));
                let status = raw(&server, &flow, path, &huge).await;
                assert!(status.is_none_or(|status| [400, 413, 414, 431].contains(&status)), "{path} {name}: {status:?}");
                let form = flow.request(Method::POST, path).header("content-type", "application/x-www-form-urlencoded");
                let posted = flow.send(form.header("accept", "text/html").header("cookie", &flow.cookie).body(huge)).await;
                assert_eq!((posted.status, posted.header("location")), (413, ""), "{path} {name}");
            }
        }
        let deep = "[".repeat(MEGABYTE / 16);
        let json = flow.request(Method::POST, "/oauth/authorize").header("content-type", "application/json");
        assert_eq!(flow.send(json.body(format!("{{\"claims\":{deep}"))).await.status, 413);
        let many = (0..1000).map(|n| format!("p{n}=x")).collect::<Vec<_>>().join("&");
        assert_eq!(raw(&server, &flow, "/oauth/authorize", &format!("{usual}&{many}")).await, Some(400));
        for name in ["id_token_hint", "logout_hint", "state", "post_logout_redirect_uri"] {
            let query = format!("client_id={}&{name}={}", flow.client.id, "x".repeat(limit + 1));
            assert_eq!(raw(&server, &flow, "/oauth/logout", &query).await, Some(400), "{name}");
        }
        assert!(is_signed_in(&flow).await, "and the server goes on");
        let longest = "s".repeat(limit);
        assert_eq!(flow.authorize(&[("state", &longest)]).await.redirect_parameter("state"), Some(longest));
    }

    async fn nothing_but_what_was_sealed_to_be_resumed_is_resumed(db: Database) {
        let server = TestServer::start(&db);
        let flow = Flow::new(&server, |new| new.policy.first_party = false);
        let consent = flow.authorize(&[("scope", "openid")]).await.input("auth_token").expect("a seal");
        let asked = flow.authorize(&[("scope", "openid"), ("prompt", "login")]).await;
        let back = asked.header("location").split_once("return_to=").expect("a way back").1.to_owned();
        let back = url::form_urlencoded::parse(format!("x={back}").as_bytes()).next().expect("one").1.into_owned();
        let resume = back.split_once("resume=").expect("a seal").1.to_owned();
        for (what, sealed) in [
            ("nothing", String::new()), ("nonsense", "nonsense".to_owned()), ("a consent", consent.clone()),
            ("an access token", "gra_at_x.y".to_owned()), ("too much", "x".repeat(60_000)),
        ] {
            let answer = open(&flow, &format!("/oauth/authorize?resume={sealed}")).await;
            assert!([400, 403].contains(&answer.status) && answer.header("location").is_empty(), "{what}: {}", answer.status);
        }
        let page = flow.authorize(&[("scope", "openid")]).await;
        let fields = [("_token", page.input("_token").expect("a token")), ("auth_token", resume)];
        let request = flow.request(Method::POST, "/oauth/authorize").form(&fields).header("accept", "text/html");
        let answer = flow.send(request.header("cookie", &flow.cookie)).await;
        assert_eq!((answer.status, answer.header("location")), (403, ""), "a request is no consent");
    }

    async fn userinfo_answers_nothing_but_a_living_access_token_of_somebody(db: Database) {
        let server = Setup::default().set("cache.staleness", "0s").start(&db);
        let flow = Flow::new(&server, |_| {});
        let code = flow.authorize(&[("scope", "openid")]).await.redirect_parameter("code").expect("a code");
        let tokens = redeemed(&flow, &[("scope", "openid offline_access")]).await.json();
        let text = |name: &str| tokens[name].as_str().expect("a token").to_owned();
        let own = flow.token_request(&[("grant_type".to_owned(), "client_credentials".to_owned()), ("scope".to_owned(), "openid".to_owned())]);
        let own = flow.send(own).await.json()["access_token"].as_str().map(str::to_owned);
        let cookie = flow.cookie.split_once('=').expect("a cookie").1.to_owned();
        let mut changed = text("access_token");
        let last = if changed.ends_with('A') { 'B' } else { 'A' };
        changed.pop();
        changed.push(last);
        let cases = [
            ("a refresh token", text("refresh_token")), ("an id_token", text("id_token")), ("a code", code), ("a session", cookie),
            ("one that was changed", changed), ("the secret of the client", flow.secret.clone()), ("too long", "x".repeat(5000)),
            ("nonsense", "nonsense".to_owned()), ("a client's own", own.unwrap_or_else(|| "nonsense".to_owned())),
        ];
        for (what, token) in cases {
            let header = flow.send(flow.request(Method::GET, "/oauth/userinfo").bearer_auth(&token)).await;
            let body = flow.send(flow.request(Method::POST, "/oauth/userinfo").form(&[("access_token", &token)])).await;
            for answer in [header, body] {
                assert!([400, 401].contains(&answer.status), "{what}: {} {}", answer.status, answer.body);
                assert!(answer.header("www-authenticate").starts_with("Bearer") || answer.status == 400, "{what}");
                assert!(!answer.body.contains("\"sub\""), "{what}");
            }
        }
        let token = text("access_token");
        let ask = || flow.request(Method::GET, "/oauth/userinfo");
        let twice = flow.request(Method::POST, "/oauth/userinfo").form(&[("access_token", &token), ("access_token", &token)]);
        assert_eq!(flow.send(twice).await.status, 400, "twice in the form");
        let both = ask().header("authorization", format!("Bearer {token}")).header("authorization", format!("Bearer {token}"));
        assert_eq!(flow.send(both).await.status, 400, "two headers");
        let basic = ask().basic_auth(flow.client.id.as_str(), Some(&flow.secret));
        assert_eq!(flow.send(basic).await.status, 401, "the client's own proof");
        let session = ask().header("cookie", &flow.cookie);
        assert_eq!(flow.send(session).await.status, 401, "a browser that is signed in");
        for typed in ["text/plain", "multipart/form-data; boundary=x"] {
            let form = flow.request(Method::POST, "/oauth/userinfo").header("content-type", typed);
            assert_eq!(flow.send(form.body(format!("access_token={token}"))).await.status, 415, "{typed}");
        }
        assert_eq!(flow.send(ask().bearer_auth(&token)).await.status, 200, "the good one");
        let id = flow.client.id.clone();
        let disabled = server.app.write(move |cx| grantor::store::client_admin::set_enabled(cx.conn, &id, false, cx.now));
        disabled.expect("a database");
        assert_eq!(flow.send(ask().bearer_auth(&token)).await.status, 401, "of a client that was disabled");
        let other = flow.with_client(&server, server.client(|new| new.policy.first_party = true));
        let token = redeemed(&other, &[("scope", "openid")]).await.json()["access_token"].as_str().expect("a token").to_owned();
        assert_eq!(flow.send(ask().bearer_auth(&token)).await.status, 200);
        let disabled = grantor::core::user::Status::Disabled;
        grantor::account::admin::set_status(&server.app, &grantor::core::audit::Actor::Operator, &flow.user, disabled).expect("disabled");
        assert_eq!(flow.send(ask().bearer_auth(&token)).await.status, 401, "of a person who was disabled");
    }

    async fn a_claim_by_name_is_asked_of_the_person_like_its_scope(db: Database) {
        let server = TestServer::start(&db);
        let flow = Flow::new(&server, |new| new.policy.first_party = false).allowed(&server, "openid");
        let silent = |claims: &str| json!({ "userinfo": { claims: null } }).to_string();
        assert_eq!(error(&flow.authorize(&[("scope", "openid"), ("prompt", "none")]).await), None);
        for name in ["email", "name", "phone_number", "address"] {
            let answer = flow.authorize(&[("scope", "openid"), ("prompt", "none"), ("claims", &silent(name))]).await;
            assert_eq!(error(&answer).as_deref(), Some("consent_required"), "{name}");
        }
    }
}
