//! What the consent page shows, and when it is shown.

use grantor::core::user::User;
use grantor::oauth::manage::NewClient;
use reqwest::Method;

use super::{authorize, authorize_at, consent_page, exchange, form_action, submit};
use crate::support::browser::Browser;
use crate::support::database::on_both;
use crate::support::server::{PASSWORD, REDIRECT, TestServer};

fn notes(owner: Option<User>) -> impl FnOnce(&mut NewClient) {
    move |new| {
        new.name = "Notes <script>".to_owned();
        new.owner = owner;
        new.client_uri = Some("https://notes.example/about".to_owned());
        new.redirect_uris =
            [REDIRECT, "http://127.0.0.1/cb", "http://[::1]/cb", "com.example.notes:/cb"].map(str::to_owned).to_vec();
    }
}

on_both! {
    async fn the_page_tells_who_asks_for_what_and_where_it_goes(db: Database) {
        let server = TestServer::start(&db);
        server.user("ada");
        let owner = server.user("maker");
        let (client, _) = server.client(notes(Some(owner)));
        let browser = Browser::new(&server);
        let page = consent_page(&browser, "ada", &authorize(&client, "profile email account")).await;
        assert!(page.text_of("h1").contains("Notes <script>"), "{}", page.body);
        assert!(page.text_of(".byline").contains("maker Example") && page.text_of(".byline").contains("notes.example"));
        assert!(page.text_of(".identity").contains("ada@example.com"));
        assert!(page.text_of(".note").contains("has not checked"));
        assert!(page.text_of(".destination").contains("app.example"));
        let scopes = page.text_of(".scopes");
        for text in ["See your name, username and picture", "See your e-mail address", "Change your profile", "Sensitive"] {
            assert!(scopes.contains(text), "{scopes}");
        }
        assert_eq!(form_action(&page), "'self' https://app.example");

        for (uri, shown, source) in [
            ("http://127.0.0.1:4711/cb", "127.0.0.1", "http://127.0.0.1:4711"),
            ("http://[::1]:4711/cb", "[::1]", "http:"),
            ("com.example.notes:/cb", "com.example.notes:", "com.example.notes:"),
        ] {
            let page = browser.get(&authorize_at(&client, "profile", uri)).await;
            assert_eq!(page.status, 200, "{}", page.body);
            let warnings = page.text_of(".note.warn");
            assert!(warnings.contains(shown) && warnings.contains("just started it yourself"), "{warnings}");
            assert_eq!(form_action(&page), format!("'self' {source}"));
        }
    }

    async fn consent_is_remembered_until_more_is_asked(db: Database) {
        let server = TestServer::start(&db);
        server.user("ada");
        server.user("bob");
        let (client, secret) = server.client(notes(None));
        let browser = Browser::new(&server);
        let page = consent_page(&browser, "ada", &authorize(&client, "profile")).await;
        assert!(!page.body.contains("has not checked") && !page.body.contains(">New<"));
        let answer = submit(&browser, &page, "/oauth/authorize", &[]).await;
        assert_eq!(answer.status, 302, "{}", answer.body);
        assert!(answer.header("location").starts_with("https://app.example/cb?code="));
        assert_eq!(answer.redirect_parameter("state").as_deref(), Some("a+b c&d"));
        assert_eq!(answer.redirect_parameter("iss").as_deref(), Some(server.url.as_str()));
        assert_eq!(answer.header("cache-control"), "no-store");
        let token = exchange(&server, &client, &secret, &answer).await;
        assert_eq!(token.status, 200, "{}", token.body);
        assert_eq!(token.json()["scope"], "profile");

        let second = browser.get(&authorize(&client, "profile")).await;
        assert_eq!(second.status, 302, "{}", second.body);
        assert_eq!(second.redirect_parameter("iss").as_deref(), Some(server.url.as_str()));
        assert_eq!(exchange(&server, &client, &secret, &second).await.status, 200);

        let more = browser.get(&authorize(&client, "profile email")).await;
        assert_eq!(more.status, 200);
        assert!(more.body.contains(">New<"), "{}", more.body);
        let bob = Browser::new(&server);
        assert!(consent_page(&bob, "bob", &authorize(&client, "profile")).await.body.contains("bob@example.com"));
    }

    async fn the_operators_own_apps_ask_nobody(db: Database) {
        let server = TestServer::start(&db);
        server.user("ada");
        let (client, secret) = server.client(|new| new.policy.first_party = true);
        let browser = Browser::new(&server);
        let wanted = authorize(&client, "profile email");
        let login = browser.get(browser.get(&wanted).await.header("location")).await;
        assert_eq!(form_action(&login), "'self' https://app.example");
        let back = submit(&browser, &login, "/login", &[("login", "ada"), ("password", PASSWORD)]).await;
        let answer = browser.get(back.header("location")).await;
        assert_eq!(answer.status, 302, "{}", answer.body);
        assert_eq!(answer.redirect_parameter("iss").as_deref(), Some(server.url.as_str()));
        let token = exchange(&server, &client, &secret, &answer).await;
        assert_eq!(token.json()["scope"], "profile email");
    }

    async fn nobody_is_redirected_to_an_address_that_is_not_known(db: Database) {
        let server = TestServer::start(&db);
        server.user("ada");
        let (client, _) = server.client(notes(None));
        let good = authorize(&client, "profile");
        let browser = Browser::new(&server);
        for signed_in in [false, true] {
            if signed_in {
                browser.sign_in("ada").await;
            }
            for bad in [
                good.replace(client.id.as_str(), "unknown"),
                good.replace(client.id.as_str(), "first-party"),
                authorize_at(&client, "profile", "https://evil.example/cb"),
                authorize_at(&client, "profile", "https://app.example/cb/"),
                authorize_at(&client, "profile", "https://app.example/cb?x=1"),
                authorize_at(&client, "profile", "http://127.0.0.1:80@evil.example/cb"),
                authorize_at(&client, "profile", "javascript:alert(1)"),
                format!("{good}&client_id=other"),
                good.replace("redirect_uri=", "x="),
                "/oauth/authorize".to_owned(),
            ] {
                let answer = browser.get(&bad).await;
                assert_eq!((answer.status, answer.header("location")), (400, ""), "{bad}");
                assert!(answer.text_of("main").contains("The app that sent you here made a mistake"), "{}", answer.body);
                assert!(!answer.body.contains("evil.example"), "{}", answer.body);
            }
        }
        // What the client did wrong otherwise, it is told.
        for (bad, error) in [
            (good.replace("response_type=code", "response_type=token"), "unsupported_response_type"),
            (good.replace("scope=profile", "scope=nothing"), "invalid_scope"),
            (good.replace("code_challenge=", "x="), "invalid_request"),
        ] {
            let answer = browser.get(&bad).await;
            assert_eq!(answer.status, 302, "{bad}");
            assert_eq!(answer.redirect_parameter("error").as_deref(), Some(error), "{bad}");
            assert_eq!(answer.redirect_parameter("state").as_deref(), Some("a+b c&d"));
            assert_eq!(answer.redirect_parameter("iss").as_deref(), Some(server.url.as_str()));
        }
    }

    async fn a_json_caller_is_told_in_json(db: Database) {
        let server = TestServer::start(&db);
        let (client, _) = server.client(notes(None));
        let browser = Browser::new(&server);
        let request = browser.request(Method::GET, &authorize(&client, "profile")).header("accept", "application/json");
        let answer = browser.send(request).await;
        assert_eq!((answer.status, answer.json()["message"].as_str()), (401, Some("Unauthenticated.")));
    }
}
