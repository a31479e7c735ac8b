//! The ways that lead somewhere.

use chrono::TimeDelta;
use grantor::account::audit::{self, Act};
use grantor::core::audit::Filter;
use grantor::core::page::Page;
use serde_json::json;

use super::{ada, kept, signed_in};
use crate::support::browser::Browser;
use crate::support::database::on_both;
use crate::support::outbox;
use crate::support::passkeys::{Authenticator, begin, finish, post, register, setup, sign_in, start, token};
use crate::support::server::Setup;

on_both! {
    async fn a_person_adds_a_passkey_and_signs_in_with_it(db: Database) {
        let server = start(&db);
        let (ada, browser, mut authenticator) = ada(&server).await;
        let page = browser.get("/account/passkeys?done=added").await;
        assert_eq!((page.status, page.text_of("section h2 bdi").as_str()), (200, "My key"), "{}", page.body);
        assert!(page.text_of(".notice").contains("added") && page.text_of("main").contains("Not used yet"));
        let (to, text) = outbox::all(&server).pop().expect("a mail");
        assert!(to == ada.email && text.contains("A passkey was added") && text.contains("/account/passkeys"), "{text}");
        assert!(!text.contains("My key"), "what somebody calls it is in no mail");

        server.advance(TimeDelta::hours(2));
        let other = Browser::new(&server);
        let answer = sign_in(&other, &mut authenticator).await;
        assert_eq!((answer.status, answer.json()), (200, json!({ "location": "/" })));
        assert_eq!(signed_in(&server, &answer).map(|user| user.id), Some(ada.id));
        assert!(other.get("/account").await.body.contains("ada Example"));
        let page = other.get("/account/passkeys").await;
        assert!(page.text_of("main").contains("Last used on 4 March 2026, 07:06 UTC"), "{}", page.body);
        let filter = Filter { act: Some(Act::SignIn), ..Filter::default() };
        let events = audit::search(&server.app, &filter, &Page { after: None, limit: 1 }).expect("events");
        assert_eq!(events[0].details["method"], "passkey", "{events:?}");
        // It counts as a sign-in of this moment: what asks for a fresh one is content.
        let csrf = page.data("token").expect("a token");
        assert_eq!(post(&other, "/account/passkeys/begin", &json!({ "_token": csrf })).await.status, 200);
    }

    async fn what_the_browser_is_asked_for_names_nobody_and_says_what_it_takes(db: Database) {
        let server = start(&db);
        let (ada, browser, _) = ada(&server).await;
        let csrf = token(&browser, "/account/passkeys").await;
        let begun = post(&browser, "/account/passkeys/begin", &json!({ "_token": csrf })).await.json();
        let options = &begun["options"]["publicKey"];
        assert_eq!(options["rp"], json!({ "id": "localhost", "name": "Grantor" }));
        assert_eq!(options["attestation"], "none");
        let selection = &options["authenticatorSelection"];
        assert_eq!(selection["userVerification"], "required");
        assert_eq!((&selection["residentKey"], &selection["requireResidentKey"]), (&json!("required"), &json!(true)));
        let algorithms: Vec<i64> =
            options["pubKeyCredParams"].as_array().expect("a list").iter().map(|a| a["alg"].as_i64().expect("a number")).collect();
        assert!(algorithms.contains(&-7) && algorithms.contains(&-257), "{algorithms:?}");
        assert_eq!(options["excludeCredentials"].as_array().map(Vec::len), Some(1), "the one there is");
        let handle = options["user"]["id"].as_str().expect("a handle");
        assert_eq!(handle.len(), 22, "16 bytes");
        assert!(!handle.contains("ada") && !handle.contains(&ada.id.to_string()));
        let (_, begun) = begin(&Browser::new(&server)).await;
        let options = &begun["options"]["publicKey"];
        assert_eq!(options["userVerification"], "required");
        assert_eq!((&options["rpId"], &options["allowCredentials"]), (&json!("localhost"), &json!([])));
        assert_eq!(options["timeout"], 300_000);
    }

    async fn a_passkey_is_two_factors(db: Database) {
        let server = start(&db);
        let (ada, _, mut authenticator) = ada(&server).await;
        crate::support::second_factor::turn_on_totp(&server, &ada);
        let answer = sign_in(&Browser::new(&server), &mut authenticator).await;
        assert_eq!(signed_in(&server, &answer).map(|user| user.id), Some(ada.id), "{answer:?}");
    }

    async fn it_leads_back_to_where_one_came_from_and_nowhere_else(db: Database) {
        let server = start(&db);
        let (_, _, mut authenticator) = ada(&server).await;
        for (asked, expected) in [("/account/passkeys", "/account/passkeys"), ("//evil.example", "/"), ("https://evil.example", "/")] {
            let browser = Browser::new(&server);
            let (csrf, begun) = begin(&browser).await;
            let credential = authenticator.get(&begun);
            let body = json!({ "_token": csrf, "ceremony": begun["ceremony"], "credential": credential, "return_to": asked });
            let answer = post(&browser, "/login/passkey", &body).await;
            assert_eq!(answer.json(), json!({ "location": expected }), "{asked}");
        }
        let page = Browser::new(&server).get("/login?return_to=%2Faccount%2Fpasskeys").await;
        assert_eq!(page.data("return-to").as_deref(), Some("/account/passkeys"));
    }

    async fn the_session_before_ends_and_the_new_one_has_another_cookie(db: Database) {
        let server = start(&db);
        let (_, browser, mut authenticator) = ada(&server).await;
        let csrf = token(&browser, "/account/passkeys").await;
        let begun = post(&browser, "/login/passkey/begin", &json!({ "_token": csrf })).await.json();
        let credential = authenticator.get(&begun);
        let answer = finish(&browser, &csrf, &begun, &credential).await;
        assert!(signed_in(&server, &answer).is_some(), "{answer:?}");
        let late = finish(&browser, &csrf, &begun, &credential).await;
        assert_eq!(late.status, 403, "the token was the session's before");
    }

    async fn a_name_follows_from_the_browser_unless_it_is_given(db: Database) {
        let server = start(&db);
        let (ada, browser, _) = ada(&server).await;
        for (name, expected) in [("", "Passkey"), ("  Ümläut key ", "Ümläut key"), (&"x".repeat(64), &*"x".repeat(64))] {
            server.advance(TimeDelta::seconds(1));
            let added = register(&browser, &mut Authenticator::new(), name).await;
            assert_eq!(added.status, 200, "{}", added.body);
            assert_eq!(kept(&server, &ada).pop().expect("one").name, expected);
        }
        for name in ["x".repeat(65), "a\u{7}b".to_owned(), "a\0b".to_owned()] {
            assert_eq!(register(&browser, &mut Authenticator::new(), &name).await.status, 422, "{name:?}");
        }
        assert_eq!(kept(&server, &ada).len(), 4);
    }

    async fn passkeys_are_offered_where_the_server_has_a_name(db: Database) {
        for (setup, offered) in [(Setup::default(), false), (Setup::default().named("localhost"), true)] {
            let server = setup.start(&db);
            let page = Browser::new(&server).get("/login").await;
            assert_eq!((page.status, page.body.contains("data-passkey")), (200, offered), "{}", page.body);
        }
    }

    async fn pages_let_the_script_run_only_where_it_is_used(db: Database) {
        let server = start(&db);
        let (_, browser, _) = ada(&server).await;
        let anonymous = Browser::new(&server);
        for (page, scripted) in [
            (anonymous.get("/login").await, true),
            (browser.get("/account/passkeys").await, true),
            (anonymous.get("/password/forgot").await, false),
            (browser.get("/account").await, false),
        ] {
            assert_eq!(page.status, 200);
            let policy = page.header("content-security-policy").to_owned();
            assert_eq!(policy.contains("; script-src 'self'; connect-src 'self'"), scripted, "{policy}");
            assert!(policy.starts_with("default-src 'none'; ") && !policy.contains("unsafe"), "{policy}");
            assert_eq!(page.body.contains("<script type=\"module\" src=\"/assets/grantor-"), scripted);
        }
        let login = anonymous.get("/login").await;
        assert!(login.body.contains("autocomplete=\"username webauthn\""));
        assert!(login.body.contains("hidden>\n  <button class=\"button secondary\" type=\"button\""), "{}", login.body);
        let src = login.body.split("<script type=\"module\" src=\"").nth(1).expect("a script").split('"').next().expect("a path");
        let script = anonymous.get(src).await;
        assert_eq!((script.status, script.header("content-type")), (200, "text/javascript; charset=utf-8"));
        assert!(script.header("cache-control").contains("immutable") && script.body.contains("navigator.credentials"));
    }

    async fn a_server_without_a_name_offers_no_passkeys(db: Database) {
        let server = Setup::default().frozen().start(&db);
        server.user("ada");
        let browser = Browser::new(&server);
        let login = browser.get("/login").await;
        assert!(!login.body.contains("<script") && !login.header("content-security-policy").contains("script-src"));
        assert_eq!(login.data("token"), None);
        let body = json!({ "_token": login.input("_token").expect("a token") });
        assert_eq!(post(&browser, "/login/passkey/begin", &body).await.status, 422);
        browser.sign_in("ada").await;
        let page = browser.get("/account/passkeys").await;
        assert!(page.status == 200 && page.text_of("main").contains("cannot be used at this address"), "{}", page.body);
    }

    async fn how_often_one_may_ask_and_try_is_bounded(db: Database) {
        let server = setup().set("limits.sign_in_attempts", 1).set("limits.sign_in_attempts_per_address", 2).start(&db);
        let browser = Browser::new(&server);
        let (csrf, begun) = begin(&browser).await;
        let credential = Authenticator::new().get(&begun);
        for expected in [410, 410, 429] {
            // Another ceremony than the one there is: what is tried is counted all the same.
            let answer = finish(&browser, &csrf, &json!({ "ceremony": "x" }), &credential).await;
            assert_eq!(answer.status, expected, "{}", answer.body);
        }
        for _ in 0..9 {
            begin(&browser).await;
        }
        let answer = post(&browser, "/login/passkey/begin", &json!({ "_token": csrf })).await;
        assert_eq!((answer.status, answer.header("retry-after").is_empty()), (429, false));
    }
}
