//! The authorization endpoint: RFC 6749 section 4.1.1, RFC 7636, RFC 8252, RFC 9207.

use crate::support::browser::Browser;
use crate::support::database::on_both;
use crate::support::flow::Flow;
use crate::support::server::{REDIRECT, TestServer};

on_both! {
    async fn a_code_comes_back_with_state_and_issuer(db: Database) {
        let server = TestServer::start(&db);
        let flow = Flow::new(&server, |_| {});
        let answer = flow.authorize(&[]).await;
        assert_eq!(answer.status, 302, "{}", answer.body);
        assert!(answer.header("location").starts_with(&format!("{REDIRECT}?code=gra_ac_")));
        assert_eq!(answer.redirect_parameter("state").as_deref(), Some("a b&c=d"));
        assert_eq!(answer.redirect_parameter("iss").as_deref(), Some(server.app.config.issuer()));
        assert_eq!(answer.header("cache-control"), "no-store");
    }

    async fn what_the_client_did_wrong_goes_back_to_it(db: Database) {
        let server = TestServer::start(&db);
        let flow = Flow::new(&server, |new| new.policy.scopes = Some(vec!["profile".into()]));
        let cases: &[(&[(&str, &str)], &str)] = &[
            (&[("response_type", "token")], "unsupported_response_type"),
            (&[("response_type", "")], "invalid_request"),
            (&[("scope", "nonsense")], "invalid_scope"),
            (&[("scope", "profile email")], "invalid_scope"),
            (&[("scope", "pro\"file")], "invalid_scope"),
            (&[("code_challenge", "")], "invalid_request"),
            (&[("code_challenge", ""), ("code_challenge_method", "")], "invalid_request"),
            (&[("code_challenge_method", "plain")], "invalid_request"),
            (&[("code_challenge_method", "")], "invalid_request"),
            (&[("code_challenge", "tooshort")], "invalid_request"),
            (&[("code_challenge", "abcdefghijabcdefghijabcdefghijabcdefghijab!")], "invalid_request"),
            (&[("response_mode", "web_message")], "invalid_request"),
            (&[("request", "eyJ")], "invalid_request_object"),
            (&[("request_uri", "https://app.example/r")], "request_uri_not_supported"),
            (&[("prompt", "none login")], "invalid_request"),
            (&[("prompt", "signup")], "invalid_request"),
            (&[("max_age", "-1")], "invalid_request"),
            (&[("max_age", "1e3")], "invalid_request"),
            (&[("claims", "[]")], "invalid_request"),
        ];
        for (changes, error) in cases {
            let answer = flow.authorize(changes).await;
            assert_eq!(answer.status, 302, "{changes:?}: {}", answer.body);
            assert!(answer.header("location").starts_with(REDIRECT), "{changes:?}");
            assert_eq!(answer.redirect_parameter("error").as_deref(), Some(*error), "{changes:?}");
            assert_eq!(answer.redirect_parameter("state").as_deref(), Some("a b&c=d"), "{changes:?}");
            assert_eq!(answer.redirect_parameter("iss").as_deref(), Some(server.app.config.issuer()));
            assert!(answer.redirect_parameter("error_description").is_some());
            assert!(answer.redirect_parameter("code").is_none());
        }
    }

    async fn an_unknown_client_or_redirect_uri_gets_a_page_and_never_a_redirect(db: Database) {
        let server = TestServer::start(&db);
        let flow = Flow::new(&server, |new| new.redirect_uris.push("https://app.example/other".into()));
        let cases: &[&[(&str, &str)]] = &[
            &[("client_id", "")],
            &[("client_id", "nobody")],
            &[("client_id", "first-party")],
            &[("redirect_uri", "")],
            &[("redirect_uri", "https://evil.example/cb")],
            &[("redirect_uri", "https://app.example/cb/")],
            &[("redirect_uri", "https://app.example/cb?x=1")],
            &[("redirect_uri", "https://app.example/CB")],
            &[("redirect_uri", "https://app.example:443/cb")],
            &[("redirect_uri", "https://APP.example/cb")],
            &[("redirect_uri", "https://app.example/cb#fragment")],
            &[("redirect_uri", "javascript:alert(1)")],
        ];
        for changes in cases {
            let answer = flow.authorize(changes).await;
            assert_eq!(answer.status, 400, "{changes:?}: {}", answer.body);
            assert_eq!(answer.header("location"), "", "{changes:?}");
            assert!(answer.header("content-type").starts_with("text/html"));
            assert!(!answer.text_of("h1").is_empty());
        }
    }

    async fn a_request_may_be_posted_by_a_form_of_the_client(db: Database) {
        let server = TestServer::start(&db);
        let flow = Flow::new(&server, |_| {});
        let post = |fields: Vec<(String, String)>| {
            let request = flow.request(reqwest::Method::POST, "/oauth/authorize").header("accept", "text/html");
            flow.send(request.header("origin", "https://app.example").form(&fields))
        };
        let posted = post(flow.parameters(&[])).await;
        assert_eq!(posted.status, 303, "{}", posted.body);
        assert!(posted.header("location").starts_with("/oauth/authorize?response_type=code&"));
        let request = flow.request(reqwest::Method::GET, posted.header("location")).header("cookie", &flow.cookie);
        let answer = flow.send(request).await;
        assert_eq!((answer.status, answer.redirect_parameter("state").as_deref()), (302, Some("a b&c=d")), "{}", answer.body);
        assert!(answer.redirect_parameter("code").is_some());
        let mut twice = flow.parameters(&[]);
        twice.push(("state".into(), "other".into()));
        assert_eq!(post(twice).await.status, 400);
        let (long, longer) = ("x".repeat(4097), "%".repeat(4000));
        assert_eq!(post(flow.parameters(&[("state", &long)])).await.status, 400);
        let names: Vec<String> = (0..3).map(|n| format!("more{n}")).collect();
        let mut many = flow.parameters(&[]);
        many.extend(names.into_iter().map(|name| (name, longer.clone())));
        assert_eq!(post(many).await.status, 400, "no browser could follow");
        let mut foreign = flow.parameters(&[]);
        foreign.push(("auth_token".into(), "x".into()));
        let signed_in = flow.request(reqwest::Method::POST, "/oauth/authorize").header("cookie", &flow.cookie);
        let answer = flow.send(signed_in.header("accept", "text/html").header("origin", "https://app.example").form(&foreign)).await;
        assert_eq!(answer.status, 403, "an answer of the consent page needs its CSRF token");
    }

    async fn the_only_registered_redirect_uri_may_be_left_out(db: Database) {
        let server = TestServer::start(&db);
        let flow = Flow::new(&server, |_| {});
        let answer = flow.authorize(&[("redirect_uri", "")]).await;
        assert_eq!(answer.status, 302, "{}", answer.body);
        let code = answer.redirect_parameter("code").expect("a code");
        assert_eq!(flow.redeem(&code, &[("redirect_uri", "")]).await.status, 200);
    }

    async fn the_port_of_a_loopback_address_may_vary_and_nothing_else(db: Database) {
        let server = TestServer::start(&db);
        let flow = Flow::new(&server, |new| {
            new.redirect_uris = vec![
                "http://127.0.0.1:4000/cb".into(),
                "http://[::1]/cb".into(),
                "http://localhost:4000/local".into(),
            ];
        });
        for good in ["http://127.0.0.1:4000/cb", "http://127.0.0.1:53123/cb", "http://127.0.0.1/cb", "http://[::1]:9/cb"] {
            let answer = flow.authorize(&[("redirect_uri", good)]).await;
            assert_eq!(answer.status, 302, "{good}: {}", answer.body);
            assert!(answer.header("location").starts_with(good), "{good}");
        }
        for bad in [
            "http://127.0.0.1:4000/other",
            "http://127.0.0.2:4000/cb",
            "https://127.0.0.1:4000/cb",
            "http://localhost:5000/local",
            "http://127.0.0.1:4000/cb?x=1",
            "http://user@127.0.0.1:4000/cb",
            "http://127.0.0.1:4000@evil.example/cb",
            "http://127.0.0.1.evil.example:4000/cb",
        ] {
            assert_eq!(flow.authorize(&[("redirect_uri", bad)]).await.status, 400, "{bad}");
        }
    }

    async fn a_confidential_client_may_be_exempted_from_pkce_and_a_public_one_not(db: Database) {
        let server = TestServer::start(&db);
        let flow = Flow::new(&server, |new| new.policy.require_pkce = false);
        let none = [("code_challenge", ""), ("code_challenge_method", "")];
        let answer = flow.authorize(&none).await;
        let code = answer.redirect_parameter("code").expect("a code");
        assert_eq!(flow.redeem(&code, &[("code_verifier", "")]).await.status, 200);
        let (public, _) = server.client(|new| {
            new.auth_method = grantor::core::client::AuthMethod::None;
            new.policy.require_pkce = false;
        });
        let answer = flow.authorize(&[none[0], none[1], ("client_id", public.id.as_str())]).await;
        assert_eq!(answer.redirect_parameter("error").as_deref(), Some("invalid_request"));
    }

    async fn nobody_signed_in_is_sent_to_the_login_page_or_told_in_json(db: Database) {
        let server = TestServer::start(&db);
        let flow = Flow::new(&server, |_| {});
        let browser = Browser::new(&server);
        let request = || browser.request(reqwest::Method::GET, "/oauth/authorize").query(&flow.parameters(&[]));
        let answer = browser.send(request().header("accept", "text/html")).await;
        assert_eq!(answer.status, 303);
        assert!(answer.header("location").starts_with("/login?return_to=%2Foauth%2Fauthorize%3F"));
        let answer = browser.send(request().header("accept", "application/json")).await;
        assert_eq!((answer.status, answer.body.as_str()), (401, r#"{"message":"Unauthenticated."}"#));
    }

    async fn a_disabled_client_gets_nothing(db: Database) {
        let server = TestServer::start(&db);
        let flow = Flow::new(&server, |_| {});
        let code = flow.code().await;
        let tokens = flow.tokens().await;
        grantor::oauth::manage::admin::set_enabled(&server.app, &grantor::account::people::Acting::operator(), &flow.client.id, false).expect("disabled");
        assert_eq!(flow.authorize(&[]).await.status, 400);
        crate::support::flow::assert_refused(&flow.redeem(&code, &[]).await, 401, "invalid_client");
        crate::support::flow::assert_refused(&flow.refresh(&tokens.refresh, &[]).await, 401, "invalid_client");
    }
}
