//! Signing in.

use chrono::TimeDelta;
use grantor::account::login::{LoginError, Origin, verify};
use reqwest::Method;

use super::{
    assert_nothing_written, authorize, cookie, form_action, person, person_of, set_cookie, submit, with_cookie,
};
use crate::support::browser::Browser;
use crate::support::database::on_both;
use crate::support::server::{PASSWORD, REDIRECT, Setup, TestServer};

on_both! {
    async fn a_person_signs_in_by_username_and_by_mail(db: Database) {
        let server = TestServer::start(&db);
        server.user("ada");
        for login in ["ada", "ADA", "ada@example.com", " Ada@Example.com "] {
            let browser = Browser::new(&server);
            let page = browser.get("/login").await;
            assert_eq!(page.status, 200);
            let answer = submit(&browser, &page, "/login", &[("login", login), ("password", PASSWORD)]).await;
            assert_eq!((answer.status, answer.header("location")), (303, "/"), "{}", answer.body);
            let home = browser.get("/account").await;
            assert!(home.text_of("h1").contains("ada Example"), "{}", home.body);
            let again = browser.get("/login").await;
            assert_eq!((again.status, again.header("location")), (303, "/"));
        }
    }

    async fn every_wrong_sign_in_reads_the_same(db: Database) {
        let server = TestServer::start(&db);
        server.user("ada");
        let closed = server.user("closed");
        grantor::account::admin::set_status(&server.app, &grantor::core::audit::Actor::Operator, &closed, grantor::core::user::Status::Disabled).unwrap();
        let long = "x".repeat(73);
        let mut pages = Vec::new();
        for (login, password) in [("ada", "wrong password"), ("nobody", PASSWORD), ("closed", PASSWORD), ("ada", &long)] {
            let browser = Browser::new(&server);
            let page = browser.get("/login").await;
            let answer = submit(&browser, &page, "/login", &[("login", login), ("password", password)]).await;
            assert_eq!(answer.status, 422);
            assert_eq!(answer.text_of(".alert"), "These credentials do not match our records.");
            assert_eq!(answer.input("login").as_deref(), Some(login));
            assert!(!answer.body.contains(password), "the password came back");
            assert_eq!(cookie(&answer, "grantor_session"), None);
            let unlike = [answer.input("_token").unwrap(), login.to_owned()];
            pages.push(unlike.iter().fold(answer.body, |body, part| body.replace(part.as_str(), "")));
        }
        pages.dedup();
        assert_eq!(pages.len(), 1, "{pages:#?}");
    }

    async fn odd_input_is_refused_without_a_fault(db: Database) {
        let server = TestServer::start(&db);
        let browser = Browser::new(&server);
        let page = browser.get("/login").await;
        for (login, password, field) in
            [("", PASSWORD, "login"), ("ada", "", "password"), (&"x".repeat(300), "y", "login")]
        {
            let answer = submit(&browser, &page, "/login", &[("login", login), ("password", password)]).await;
            assert_eq!(answer.status, 422, "{login:?}");
            assert!(!answer.text_of(&format!("#{field}-error")).is_empty(), "{}", answer.body);
        }
        let refused = verify(&server.app, "a\0b", PASSWORD, &Origin::default());
        assert!(matches!(refused, Err(LoginError::Credentials)), "{refused:?}");
    }

    async fn signing_in_begins_a_session_under_a_new_name(db: Database) {
        let server = TestServer::start(&db);
        server.user("ada");
        let browser = Browser::new(&server);
        let page = browser.get("/login").await;
        let before = cookie(&page, "grantor_session").expect("a cookie");
        let fields = [("login", "ada"), ("password", PASSWORD)];
        let answer = submit(&browser, &page, "/login", &fields).await;
        let first = cookie(&answer, "grantor_session").expect("a session");
        assert_ne!(before, first);
        assert!(person_of(&server, &before).is_none(), "the old cookie must stay nobody's");
        assert_eq!(person_of(&server, &first).unwrap().username, "ada");

        // A second sign-in in the same browser ends the first session.
        let token = browser.get("/account").await.input("_token").unwrap();
        let answer = browser.post("/login", &[("_token", &token), ("login", "ada"), ("password", PASSWORD)]).await;
        let second = cookie(&answer, "grantor_session").expect("a session");
        assert_ne!(first, second);
        assert!(person_of(&server, &first).is_none());
        assert!(person_of(&server, &second).is_some());
    }

    async fn a_session_that_somebody_else_planted_is_not_taken_over(db: Database) {
        let server = TestServer::start(&db);
        server.user("ada");
        let browser = Browser::new(&server);
        let planted = "gra_ss_planted";
        let page = with_cookie(&server, "/login", &format!("grantor_session={planted}")).await;
        let request = browser.request(Method::POST, "/login").header("cookie", format!("grantor_session={planted}"));
        let token = page.input("_token").unwrap();
        let form = [("_token", token.as_str()), ("login", "ada"), ("password", PASSWORD)];
        let answer = browser.send(request.form(&form)).await;
        assert_eq!(answer.status, 303);
        assert_ne!(cookie(&answer, "grantor_session").as_deref(), Some(planted));
        assert!(person_of(&server, planted).is_none());
    }

    async fn a_form_without_this_browsers_token_signs_nobody_in(db: Database) {
        let server = TestServer::start(&db);
        server.user("ada");
        let browser = Browser::new(&server);
        let page = browser.get("/login").await;
        let foreign = Browser::new(&server).get("/login").await.input("_token").unwrap();
        let own = page.input("_token").unwrap();
        let cut = own.get(..20).unwrap().to_owned();
        server.reset_statements();
        for token in [None, Some(""), Some("x"), Some(foreign.as_str()), Some(cut.as_str())] {
            let mut form = vec![("login", "ada"), ("password", PASSWORD), ("return_to", "/somewhere")];
            form.extend(token.map(|token| ("_token", token)));
            let answer = browser.post("/login", &form).await;
            assert_eq!(answer.status, 403, "{token:?}");
            assert_eq!(answer.text_of(".alert"), "This page has expired, please try again.");
            assert_eq!(answer.input("login").as_deref(), Some("ada"));
            assert_eq!(answer.input("return_to").as_deref(), Some("/somewhere"));
            assert!(!answer.body.contains(PASSWORD));
            assert_eq!(cookie(&answer, "grantor_session"), None);
        }
        assert_nothing_written(&server);

        // The page that says so works at the next try, also for a browser that had no cookie at all.
        let fresh = Browser::new(&server);
        let expired = fresh.post("/login", &[("login", "ada"), ("password", PASSWORD)]).await;
        assert_eq!(expired.status, 403);
        let answer = submit(&fresh, &expired, "/login", &[("login", "ada"), ("password", PASSWORD)]).await;
        assert_eq!(answer.status, 303, "{}", answer.body);
    }

    async fn return_to_leads_nowhere_else(db: Database) {
        let server = TestServer::start(&db);
        server.user("ada");
        for bad in [
            "https://evil.example/",
            "//evil.example",
            "///evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "/\t/evil.example",
            "/\n/evil.example",
            "/a\r\nset-cookie: x=y",
            "javascript:alert(1)",
            "data:text/html,x",
            "evil.example",
            "",
            "/\u{2f}\u{202e}evil",
            "http:evil.example",
            " /ok",
        ] {
            let browser = Browser::new(&server);
            let encoded: String = url::form_urlencoded::byte_serialize(bad.as_bytes()).collect();
            let page = browser.get(&format!("/login?return_to={encoded}")).await;
            assert_eq!((page.status, page.input("return_to").as_deref()), (200, Some("")), "{bad:?}");
            let token = page.input("_token").unwrap();
            let form = [("_token", token.as_str()), ("login", "ada"), ("password", PASSWORD), ("return_to", bad)];
            let answer = browser.post("/login", &form).await;
            assert_eq!((answer.status, answer.header("location")), (303, "/"), "{bad:?}");
            assert!(answer.headers.get("x").is_none());
            let again = browser.get(&format!("/login?return_to={encoded}")).await;
            assert_eq!((again.status, again.header("location")), (303, "/"), "{bad:?}");
        }
        let browser = Browser::new(&server);
        let page = browser.get("/login?return_to=%2Foauth%2Fx%3Fa%3D%252F%26b").await;
        let answer = submit(&browser, &page, "/login", &[("login", "ada"), ("password", PASSWORD)]).await;
        assert_eq!(answer.header("location"), "/oauth/x?a=%2F&b");
    }

    async fn a_waiting_app_is_named_and_may_be_redirected_to(db: Database) {
        let server = TestServer::start(&db);
        server.user("ada");
        let (client, _) = server.client(|new| new.name = "Notes <b>& more".to_owned());
        let wanted = format!("{}&login_hint=ada%40example.com", authorize(&client, "profile"));
        let browser = Browser::new(&server);
        let sent = browser.get(&wanted).await;
        assert_eq!(sent.status, 303);
        let page = browser.get(sent.header("location")).await;
        assert_eq!(page.text_of(".lead"), "to continue to Notes <b>& more");
        assert_eq!(page.input("login").as_deref(), Some("ada@example.com"));
        assert_eq!(page.input("return_to").as_deref(), Some(wanted.as_str()));
        assert_eq!(form_action(&page), "'self' https://app.example");
        let wrong = submit(&browser, &page, "/login", &[("login", "ada"), ("password", "wrong password")]).await;
        assert_eq!((wrong.status, form_action(&wrong).as_str()), (422, "'self' https://app.example"));
        let answer = submit(&browser, &wrong, "/login", &[("login", "ada"), ("password", PASSWORD)]).await;
        assert_eq!((answer.status, answer.header("location")), (303, wanted.as_str()));

        // A request that would only be refused names nobody.
        let browser = Browser::new(&server);
        for broken in [wanted.replace(client.id.as_str(), "unknown"), wanted.replace("app.example", "evil.example")] {
            let encoded: String = url::form_urlencoded::byte_serialize(broken.as_bytes()).collect();
            let page = browser.get(&format!("/login?return_to={encoded}")).await;
            assert_eq!((page.status, form_action(&page).as_str()), (200, "'self'"));
            assert_eq!(page.text_of(".lead"), "");
        }
        assert!(REDIRECT.starts_with("https://app.example/"));
    }

    async fn too_many_attempts_are_put_off(db: Database) {
        let server = Setup::default().set("limits.sign_in_attempts", 3).frozen().start(&db);
        server.user("ada");
        let browser = Browser::new(&server);
        let page = browser.get("/login").await;
        for login in ["ada", "ADA", "ada"] {
            let answer = submit(&browser, &page, "/login", &[("login", login), ("password", "wrong password")]).await;
            assert_eq!(answer.status, 422);
        }
        let answer = submit(&browser, &page, "/login", &[("login", "ada"), ("password", PASSWORD)]).await;
        assert_eq!((answer.status, answer.header("retry-after")), (429, "900"));
        assert!(answer.text_of(".alert").contains("900 seconds"), "{}", answer.body);
        assert_eq!(answer.input("login").as_deref(), Some("ada"));
        server.advance(TimeDelta::seconds(901));
        let answer = submit(&browser, &page, "/login", &[("login", "ada"), ("password", PASSWORD)]).await;
        assert_eq!(answer.status, 303);
    }

    async fn a_flood_of_sign_ins_is_told_to_come_back(db: Database) {
        let server = Setup::default().set("limits.hash_threads", 1).set("limits.hash_queue", 0).start(&db);
        server.user("ada");
        let browser = Browser::new(&server);
        let page = browser.get("/login").await;
        let busy = server.app.hash_admission.enter().await.expect("the only place");
        let answer = submit(&browser, &page, "/login", &[("login", "ada"), ("password", PASSWORD)]).await;
        assert_eq!((answer.status, answer.header("retry-after")), (503, "1"));
        assert!(answer.text_of(".alert").contains("busy"), "{}", answer.body);
        assert_eq!(answer.input("login").as_deref(), Some("ada"));
        assert!(!answer.body.contains(PASSWORD));
        drop(busy);
        let answer = submit(&browser, &answer, "/login", &[("login", "ada"), ("password", PASSWORD)]).await;
        assert_eq!(answer.status, 303);
    }

    async fn cookies_are_as_strict_as_the_scheme_allows(db: Database) {
        for (url, session, secure) in
            [("http://localhost:1", "grantor_session", false), ("https://id.example", "__Host-grantor_session", true)]
        {
            let server = Setup::default().set("server.public_url", url).start(&db);
            if person(&server, "ada").is_none() {
                server.user("ada");
            }
            let browser = Browser::new(&server);
            let page = browser.get("/login").await;
            let anonymous = cookie(&page, session).expect("a cookie");
            let request = browser.request(Method::POST, "/login").header("cookie", format!("{session}={anonymous}"));
            let token = page.input("_token").unwrap();
            let form = [("_token", token.as_str()), ("login", "ada"), ("password", PASSWORD)];
            let answer = Browser::new(&server).send(request.form(&form)).await;
            assert_eq!(answer.status, 303, "{}", answer.body);
            for (answer, name, hidden) in [(&page, session, true), (&answer, session, true), (&answer, "XSRF-TOKEN", false)] {
                let line = set_cookie(answer, name).expect("a cookie");
                let flags: Vec<&str> = line.split("; ").skip(1).collect();
                assert!(flags.contains(&"Path=/") && flags.contains(&"SameSite=Lax"), "{line}");
                assert_eq!(flags.contains(&"Secure"), secure, "{line}");
                assert_eq!(flags.contains(&"HttpOnly"), hidden, "{line}");
                assert!(!line.contains("Domain"), "{line}");
            }
            let signed_in = cookie(&answer, session).unwrap();
            let home = with_cookie(&server, "/account", &format!("{session}={signed_in}")).await;
            assert!(home.text_of("h1").contains("ada Example"), "{}", home.body);
        }
    }
}
