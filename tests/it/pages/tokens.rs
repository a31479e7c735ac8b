//! `/account/tokens`: personal access tokens.

use chrono::TimeDelta;
use grantor::core::audit::Filter;
use grantor::core::page::Page;
use reqwest::Method;

use super::{person, submit};
use crate::support::browser::{Answer, Browser};
use crate::support::database::on_both;
use crate::support::server::{Setup, TestServer};

const PATH: &str = "/account/tokens";
const NEW: &str = "/account/tokens/new";

fn fields<'a>(page: &'a str, name: &'a str, days: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![("form", page), ("name", name), ("days", days), ("scopes[]", "profile")]
}

/// Fills in a fresh form.
async fn make(browser: &Browser, name: &str) -> Answer {
    let page = browser.get(NEW).await;
    let form = page.input("form").unwrap_or_else(|| panic!("no form: {} {}", page.status, page.body));
    submit(browser, &page, NEW, &fields(&form, name, "30")).await
}

async fn status(server: &TestServer, token: &str) -> u16 {
    let browser = Browser::new(server);
    browser.send(browser.request(Method::GET, "/api/me").bearer_auth(token)).await.status
}

on_both! {
    async fn a_null_character_is_refused_where_forms_are_read(db: Database) {
        let server = TestServer::start(&db);
        let ada = server.user("ada");
        let (client, _) = server.client(|new| new.owner = Some(ada));
        let browser = Browser::new(&server);
        browser.sign_in("ada").await;
        let token = browser.get(NEW).await.input("_token").expect("a form");
        let secrets = format!("/account/clients/{}/secrets", client.id);
        for (path, field) in [(secrets.as_str(), "end"), (PATH, "id")] {
            assert_eq!(browser.post(path, &[("_token", &token), (field, "a\0b")]).await.status, 400, "{path}");
        }
        for path in ["/account/connections?after=%00", "/account/tokens?after=%00"] {
            assert_eq!(browser.get(path).await.status, 400, "{path}");
        }
    }

    async fn a_token_is_shown_once_and_noted_once_an_hour(db: Database) {
        let server = Setup::default().frozen().start(&db);
        server.user("ada");
        let browser = Browser::new(&server);
        browser.sign_in("ada").await;
        let page = browser.get(NEW).await;
        let form = page.input("form").expect("a form");
        let made = submit(&browser, &page, NEW, &fields(&form, "Backup", "30")).await;
        assert_eq!((made.status, made.header("cache-control")), (201, "no-store"), "{}", made.body);
        let token = made.text_of("textarea.secret").trim().to_owned();
        assert_eq!(status(&server, &token).await, 200);

        // The same form again makes nothing and shows nothing.
        let again = submit(&browser, &page, NEW, &fields(&form, "Backup", "30")).await;
        assert_eq!((again.status, again.header("location")), (303, "/account/tokens?done=again"));
        let list = browser.get(PATH).await;
        assert!(!list.body.contains(&token) && list.text_of(".row-title").contains("Backup"));
        assert_eq!(list.body.matches("name=\"id\"").count(), 1);
        assert!(list.text_of(".rows").contains("until 3 April 2026"), "{}", list.text_of(".rows"));
        assert!(list.text_of(".rows").contains("Last used 4 March 2026, 05:06 UTC"), "{}", list.text_of(".rows"));

        server.advance(TimeDelta::minutes(59));
        server.reset_statements();
        assert_eq!(status(&server, &token).await, 200);
        let writes = server.statements().iter().filter(|text| text.contains("UPDATE")).count();
        assert_eq!(writes, 0, "{:?}", server.statements());
        server.advance(TimeDelta::minutes(2));
        assert_eq!(status(&server, &token).await, 200);
        assert!(browser.get(PATH).await.text_of(".rows").contains("06:07 UTC"));

        let events = server.app.read(|cx| {
            grantor::store::audit_events::search(cx.conn, &Filter::default(), &Page::default())
        });
        let told: String = events.expect("events").iter().map(|event| event.to_json().to_string()).collect();
        assert!(told.contains("personal_token.create") && !told.contains(&token), "{told}");

        let list = browser.get(PATH).await;
        let id = list.input("id").expect("a token");
        let answer = submit(&browser, &list, PATH, &[("id", &id)]).await;
        assert_eq!(answer.header("location"), "/account/tokens?done=revoked");
        assert_eq!(status(&server, &token).await, 401);
        assert_eq!(submit(&browser, &list, PATH, &[("id", &id)]).await.status, 404, "sent twice");
    }

    async fn a_form_says_what_is_wrong_and_keeps_what_was_typed(db: Database) {
        let server = Setup::default().set("tokens.personal_access_tokens", 1).start(&db);
        server.user("ada");
        let browser = Browser::new(&server);
        browser.sign_in("ada").await;
        let page = browser.get(NEW).await;
        let form = page.input("form").expect("a form");
        for (name, days, scope, wrong) in [
            ("", "30", "profile", "name-error"),
            ("a\u{202e}b", "30", "profile", "name-error"),
            ("a\u{7}b", "30", "profile", "name-error"),
            ("Fine", "0", "profile", "days-error"),
            ("Fine", "-1", "profile", "days-error"),
            ("Fine", "x", "profile", "days-error"),
            ("Fine", "3650", "profile", "days-error"),
            ("Fine", "30", "nothing", "scopes-error"),
            ("Fine", "30", "admin", "scopes-error"),
        ] {
            let sent = [("form", form.as_str()), ("name", name), ("days", days), ("scopes[]", scope)];
            let answer = submit(&browser, &page, NEW, &sent).await;
            assert_eq!(answer.status, 422, "{sent:?}");
            assert!(!answer.text_of(&format!("#{wrong}")).is_empty(), "{sent:?}: {}", answer.body);
            assert!(answer.text_of("title").starts_with("Error:"));
            assert_eq!(answer.body.contains("value=\"profile\" checked"), scope == "profile");
            if name == "Fine" {
                assert_eq!(answer.input("name").as_deref(), Some("Fine"));
            }
        }
        assert_eq!(make(&browser, "One").await.status, 201);
        let full = make(&browser, "Two").await;
        assert!(full.text_of("#name-error").contains("at most 1"), "{}", full.body);
    }

    async fn a_token_needs_a_fresh_sign_in_and_its_own_form(db: Database) {
        let server = Setup::default().frozen().start(&db);
        for name in ["ada", "eve"] {
            server.user(name);
        }
        let (ada, eve) = (Browser::new(&server), Browser::new(&server));
        ada.sign_in("ada").await;
        eve.sign_in("eve").await;
        let page = ada.get(NEW).await;
        let form = page.input("form").expect("a form");
        let evil = eve.get(NEW).await.input("_token").expect("a token");
        for token in ["", evil.as_str()] {
            let mut sent = fields(&form, "Evil", "30");
            sent.push(("_token", token));
            assert_eq!(ada.post(NEW, &sent).await.status, 403);
        }
        assert_eq!(make(&eve, "Hers").await.status, 201);
        let hers = eve.get(PATH).await.input("id").expect("a token");
        let list = ada.get(PATH).await;
        assert!(list.text_of(".empty").contains("no tokens"), "{}", list.body);
        assert_eq!(submit(&ada, &page, PATH, &[("id", &hers)]).await.status, 404);
        assert!(eve.get(PATH).await.text_of(".row-title").contains("Hers"));

        server.advance(TimeDelta::minutes(6));
        for answer in [ada.get(NEW).await, submit(&ada, &page, NEW, &fields(&form, "Late", "30")).await] {
            assert_eq!(answer.header("location"), "/account/confirm?return_to=%2Faccount%2Ftokens%2Fnew");
        }
        assert!(ada.get(PATH).await.text_of(".empty").contains("no tokens"));
        assert!(Browser::new(&server).get(NEW).await.header("location").starts_with("/login"));
    }

    async fn an_address_must_be_proved_first_where_that_is_asked(db: Database) {
        let server = Setup::default().set("registration.email_verification", "consent").start(&db);
        server.user("ada");
        let user = person(&server, "ada").expect("a person").id;
        let unverified = server.app.write(move |cx| {
            let mut user = grantor::store::users::locked(cx.conn, user)?.expect("a person");
            user.email_verified_at = None;
            grantor::store::users::update(cx.conn, &user).map(|_| ())
        });
        unverified.expect("a database");
        let browser = Browser::new(&server);
        browser.sign_in("ada").await;
        let answer = make(&browser, "Early").await;
        assert_ne!(answer.status, 201, "{}", answer.body);
        assert!(browser.get(PATH).await.text_of(".empty").contains("no tokens"));
    }
}
