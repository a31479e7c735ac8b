//! What the form of the consent page can and cannot do.

use chrono::TimeDelta;
use grantor::core::client::Client;
use grantor::core::scope::ScopeEntry;
use grantor::oauth::manage::{admin, scopes};
use grantor::store::consents;
use reqwest::Method;

use super::{assert_nothing_written, authorize, consent_page, exchange, person, submit};
use crate::support::browser::{Answer, Browser};
use crate::support::database::on_both;
use crate::support::server::{Setup, TestServer};

const PATH: &str = "/oauth/authorize";

/// The scope that a person's consent to a client covers, in order.
fn remembered(server: &TestServer, username: &str, client: &Client) -> Option<String> {
    let user = person(server, username).expect("a person");
    let scope = server.app.read(|cx| consents::of(cx.conn, user.id, &client.id)).expect("a database")?.scope;
    Some(scope.names().collect::<Vec<_>>().join(" "))
}

async fn granted(server: &TestServer, client: &Client, secret: &str, redirect: &Answer) -> String {
    let token = exchange(server, client, secret, redirect).await;
    assert_eq!(token.status, 200, "{}", token.body);
    token.json()["scope"].as_str().expect("a scope").to_owned()
}

on_both! {
    async fn only_what_is_optional_can_be_left_out_and_nothing_be_added(db: Database) {
        let server = TestServer::start(&db);
        let (client, secret) = server.client(|_| {});
        let asked = "profile email phone account";
        for (name, ticked, expected) in [
            ("all", vec!["email", "phone"], "profile email phone account"),
            ("some", vec!["phone"], "profile phone account"),
            ("none", vec![], "profile account"),
            ("more", vec!["address", "email", "openid", "*", ""], "profile email account"),
        ] {
            server.user(name);
            let browser = Browser::new(&server);
            let page = consent_page(&browser, name, &authorize(&client, asked)).await;
            let mut fields: Vec<(&str, &str)> = ticked.into_iter().map(|scope| ("scope", scope)).collect();
            fields.push(("confirm", "yes"));
            let answer = submit(&browser, &page, PATH, &fields).await;
            assert_eq!(answer.status, 302, "{}", answer.body);
            assert_eq!(granted(&server, &client, &secret, &answer).await, expected);
            assert_eq!(remembered(&server, name, &client).as_deref(), Some(expected));
        }
    }

    async fn a_sensitive_permission_is_not_ticked_beforehand(db: Database) {
        let server = TestServer::start(&db);
        server.user("ada");
        let entry = ScopeEntry {
            name: "danger".into(),
            description: "Do dangerous things".into(),
            is_default: false,
            optional: true,
            sensitive: true,
        };
        scopes::create(&server.app, &grantor::core::audit::Actor::Operator, entry).unwrap();
        let (client, _) = server.client(|_| {});
        let page = consent_page(&Browser::new(&server), "ada", &authorize(&client, "email danger")).await;
        assert!(page.body.contains("value=\"email\" checked"), "{}", page.body);
        assert!(page.body.contains("value=\"danger\">"), "{}", page.body);
    }

    async fn denying_tells_the_app(db: Database) {
        let server = TestServer::start(&db);
        server.user("ada");
        let (client, _) = server.client(|_| {});
        let browser = Browser::new(&server);
        let page = consent_page(&browser, "ada", &authorize(&client, "profile")).await;
        let by_form = submit(&browser, &page, PATH, &[("_method", "DELETE")]).await;
        let token = page.input("_token").unwrap();
        let sealed = page.input("auth_token").unwrap();
        let request = browser.request(Method::DELETE, PATH).header("accept", "text/html").header("x-csrf-token", token);
        let by_method = browser.send(request.form(&[("auth_token", sealed)])).await;
        for answer in [by_form, by_method] {
            assert_eq!(answer.status, 302, "{}", answer.body);
            assert_eq!(answer.redirect_parameter("error").as_deref(), Some("access_denied"));
            assert_eq!(answer.redirect_parameter("state").as_deref(), Some("a+b c&d"));
            assert_eq!(answer.redirect_parameter("iss").as_deref(), Some(server.url.as_str()));
            assert_eq!(answer.redirect_parameter("code"), None);
        }
        assert_eq!(remembered(&server, "ada", &client), None);
    }

    async fn a_form_of_another_browser_allows_nothing(db: Database) {
        let server = TestServer::start(&db);
        for name in ["ada", "eve"] {
            server.user(name);
        }
        let (client, _) = server.client(|_| {});
        let wanted = authorize(&client, "profile");
        let (ada, eve, again) = (Browser::new(&server), Browser::new(&server), Browser::new(&server));
        let page = consent_page(&ada, "ada", &wanted).await;
        let evil = consent_page(&eve, "eve", &wanted).await;
        let other_session = consent_page(&again, "ada", &wanted).await;
        let input = |page: &Answer, name: &str| page.input(name).unwrap();
        let (csrf, sealed) = (input(&page, "_token"), input(&page, "auth_token"));
        let mut tampered = sealed.clone().into_bytes();
        tampered[30] = if tampered[30] == b'A' { b'B' } else { b'A' };
        let tampered = String::from_utf8(tampered).unwrap();
        server.reset_statements();
        for (token, sealed) in [
            (String::new(), sealed.clone()),
            (input(&evil, "_token"), sealed.clone()),
            (input(&other_session, "_token"), sealed.clone()),
            (csrf.clone(), input(&evil, "auth_token")),
            (csrf.clone(), input(&other_session, "auth_token")),
            (csrf.clone(), tampered),
            (csrf.clone(), sealed.get(..40).unwrap().to_owned()),
            (csrf.clone(), String::new()),
            (csrf.clone(), "x".to_owned()),
        ] {
            let answer = ada.post(PATH, &[("_token", &token), ("auth_token", &sealed)]).await;
            assert_eq!((answer.status, answer.header("location")), (403, ""), "{}", answer.body);
            assert!(answer.text_of("main").contains("expired"));
        }
        assert_nothing_written(&server);
        assert_eq!(remembered(&server, "ada", &client), None);
        // The form itself was good all the while.
        assert_eq!(submit(&ada, &page, PATH, &[]).await.status, 302);
    }

    async fn a_form_that_lay_about_too_long_allows_nothing(db: Database) {
        let server = Setup::default().frozen().start(&db);
        server.user("ada");
        let (client, _) = server.client(|_| {});
        let browser = Browser::new(&server);
        let page = consent_page(&browser, "ada", &authorize(&client, "profile")).await;
        server.advance(TimeDelta::minutes(10));
        assert_eq!(submit(&browser, &page, PATH, &[]).await.status, 403);
        let page = browser.get(&authorize(&client, "profile")).await;
        server.advance(TimeDelta::seconds(599));
        assert_eq!(submit(&browser, &page, PATH, &[]).await.status, 302);
    }

    async fn a_form_outlives_neither_its_session_nor_its_client(db: Database) {
        let server = TestServer::start(&db);
        server.user("ada");
        let (client, _) = server.client(|_| {});
        let browser = Browser::new(&server);
        let page = consent_page(&browser, "ada", &authorize(&client, "profile")).await;
        submit(&browser, &page, "/logout", &[]).await;
        let answer = submit(&browser, &page, PATH, &[]).await;
        assert_eq!((answer.status, answer.header("location")), (403, ""));
        browser.sign_in("ada").await;
        assert_eq!(submit(&browser, &page, PATH, &[]).await.status, 403, "another session's form");

        let page = browser.get(&authorize(&client, "profile")).await;
        admin::set_enabled(&server.app, &grantor::account::people::Acting::operator(), &client.id, false).unwrap();
        let answer = submit(&browser, &page, PATH, &[]).await;
        assert_eq!((answer.status, answer.header("location")), (400, ""));
        assert_eq!(remembered(&server, "ada", &client), None);
    }

    async fn somebody_else_can_take_over_before_consenting(db: Database) {
        let server = TestServer::start(&db);
        for name in ["ada", "bob"] {
            server.user(name);
        }
        let (client, _) = server.client(|_| {});
        let wanted = authorize(&client, "profile");
        let browser = Browser::new(&server);
        let page = consent_page(&browser, "ada", &wanted).await;
        assert_eq!(page.input("return_to").as_deref(), Some(wanted.as_str()));
        let out = submit(&browser, &page, "/logout", &[]).await;
        let login = browser.get(out.header("location")).await;
        assert_eq!(login.input("return_to").as_deref(), Some(wanted.as_str()));
        let fields = [("login", "bob"), ("password", crate::support::server::PASSWORD)];
        let back = submit(&browser, &login, "/login", &fields).await;
        assert!(browser.get(back.header("location")).await.body.contains("bob@example.com"));
    }

    async fn what_is_unticked_later_is_no_longer_granted(db: Database) {
        let server = TestServer::start(&db);
        server.user("ada");
        let (client, _) = server.client(|_| {});
        let browser = Browser::new(&server);
        let both = authorize(&client, "profile email");
        let page = consent_page(&browser, "ada", &both).await;
        submit(&browser, &page, "/oauth/authorize", &[("scope", "email")]).await;
        let more = authorize(&client, "profile email phone");
        let page = browser.get(&more).await;
        submit(&browser, &page, "/oauth/authorize", &[("scope", "phone")]).await;
        assert_eq!(browser.get(&both).await.status, 200, "it must ask again");
    }
}
