//! `/account/clients`: my applications.

use chrono::TimeDelta;
use grantor::core::audit::Filter;
use grantor::core::client::Client;
use grantor::core::page::Page;
use grantor::store::clients;
use reqwest::Method;

use super::{VERIFIER, authorize_at, submit};
use crate::support::browser::{Answer, Browser};
use crate::support::database::on_both;
use crate::support::server::{REDIRECT, Setup, TestServer};

const PATH: &str = "/account/clients";
const NEW: &str = "/account/clients/new";

type Field<'a> = (&'a str, &'a str);

fn usual<'a>(form: &'a str) -> Vec<Field<'a>> {
    vec![
        ("form", form),
        ("name", "Notes"),
        ("kind", "confidential"),
        ("redirect", REDIRECT),
        ("client_uri", "https://notes.example/"),
        ("scopes[]", "profile"),
    ]
}

/// The usual fields, of which one is another.
fn with<'a>(form: &'a str, name: &'a str, value: &'a str) -> Vec<Field<'a>> {
    let mut fields = usual(form);
    fields.retain(|(known, _)| *known != name);
    fields.push((name, value));
    fields
}

/// A person who has just signed in, and a client of theirs.
async fn owner(server: &TestServer, name: &str) -> (Browser, Client, String) {
    let user = server.user(name);
    let (client, secret) = server.client(|new| new.owner = Some(user));
    let browser = Browser::new(server);
    browser.sign_in(name).await;
    (browser, client, secret)
}

fn now(server: &TestServer, client: &Client) -> Client {
    server.app.read(|cx| clients::by_id(cx.conn, &client.id)).expect("a database").expect("a client")
}

/// What the token endpoint says of a secret: a wrong code is all that is wrong where it works.
async fn secret_works(server: &TestServer, client: &Client, secret: &str) -> bool {
    let browser = Browser::new(server);
    let request = browser.request(Method::POST, "/oauth/token").basic_auth(client.id.as_str(), Some(secret));
    let form = [("grant_type", "authorization_code"), ("code", "x"), ("code_verifier", VERIFIER)];
    let answer: Answer = browser.send(request.form(&form)).await;
    answer.json()["error"] != "invalid_client"
}

pub(super) fn audit_log(server: &TestServer) -> String {
    let found =
        server.app.read(|cx| grantor::store::audit_events::search(cx.conn, &Filter::default(), &Page::default()));
    found.expect("events").iter().map(|event| event.to_json().to_string()).collect()
}

on_both! {
    async fn an_application_is_made_once_and_its_secret_shown_once(db: Database) {
        let server = TestServer::start(&db);
        server.user("ada");
        let browser = Browser::new(&server);
        browser.sign_in("ada").await;
        assert!(browser.get(PATH).await.text_of(".empty").contains("no applications"));
        let page = browser.get(NEW).await;
        let form = page.input("form").expect("a form");
        let made = submit(&browser, &page, NEW, &usual(&form)).await;
        assert_eq!((made.status, made.header("cache-control")), (201, "no-store"), "{}", made.body);
        let secret = made.text_of("textarea.secret").trim().to_owned();
        assert!(secret.starts_with("gra_cs_"));
        let again = submit(&browser, &page, NEW, &usual(&form)).await;
        assert_eq!((again.status, again.header("location")), (303, "/account/clients?done=again"));
        let list = browser.get(PATH).await;
        assert_eq!(list.text_of(".row-title").matches("Notes").count(), 1, "{}", list.body);
        let id = list.text_of(".rows code");
        let shown = browser.get(&format!("{PATH}/{id}")).await;
        assert_eq!(shown.status, 200);
        for text in [&list.body, &shown.body] {
            assert!(!text.contains(&secret));
        }
        assert!(!audit_log(&server).contains(&secret));
        // The samples name it, and what they ask for is a request that works.
        let code = shown.text_of("pre.code");
        for part in [id.as_str(), REDIRECT, "/oauth/token", "OAuth2Session", "code_verifier"] {
            assert!(code.contains(part), "{part}: {code}");
        }
        let link = shown.body.split("href=\"").find(|rest| rest.contains("/oauth/authorize?")).expect("a link");
        let link = link.split('"').next().expect("an address").replace("&amp;", "&").replace("&#38;", "&");
        assert!(browser.get(&link).await.text_of("h1").contains("Notes"));

        // A public one has no secret.
        let page = browser.get(NEW).await;
        let form = page.input("form").expect("a form");
        let made = submit(&browser, &page, NEW, &with(&form, "kind", "native")).await;
        assert_eq!((made.status, made.text_of("textarea.secret").as_str()), (201, ""));
        assert!(!made.text_of("pre.code").contains("YOUR_SECRET"));
    }

    async fn a_form_names_the_line_that_is_wrong_and_keeps_what_was_typed(db: Database) {
        let server = TestServer::start(&db);
        let (browser, client, _) = owner(&server, "ada").await;
        let edit = format!("{PATH}/{}/edit", client.id);
        for path in [NEW, edit.as_str()] {
            let page = browser.get(path).await;
            let form = page.input("form").unwrap_or_default();
            for bad in ["javascript:alert(1)", "data:text/html,x", "https://a.example/#b", "http://a.example/cb", "nonsense"] {
                let typed = format!("{REDIRECT}\n\n{bad}");
                let answer = submit(&browser, &page, path, &with(&form, "redirect", &typed)).await;
                assert_eq!(answer.status, 422, "{bad}");
                let error = answer.text_of("#redirect-error");
                assert!(error.contains("Line 3:") && !error.contains("Line 1:"), "{bad}: {error}");
                assert!(answer.text_of("#redirect").contains(bad), "{bad} is kept");
                assert_eq!(answer.input("name").as_deref(), Some("Notes"));
                assert!(answer.body.contains("value=\"profile\" checked"));
            }
            for (name, value, wrong) in [
                ("name", "", "name-error"),
                ("name", "Note\u{202e}s", "name-error"),
                ("name", "Note\u{200b}s", "name-error"),
                ("name", "Note\u{7}s", "name-error"),
                ("redirect", "", "redirect-error"),
                ("client_uri", "javascript:alert(1)", "client_uri-error"),
                ("client_uri", "https://bank.example@evil.example/", "client_uri-error"),
                ("scopes[]", "nothing", "scopes-error"),
                ("scopes[]", "admin", "scopes-error"),
            ] {
                let answer = submit(&browser, &page, path, &with(&form, name, value)).await;
                assert_eq!(answer.status, 422, "{name}={value}");
                assert!(!answer.text_of(&format!("#{wrong}")).is_empty(), "{name}={value}: {}", answer.body);
            }
        }
        assert_eq!(now(&server, &client).metadata, client.metadata, "nothing has changed");
    }

    async fn what_people_know_it_by_takes_the_verified_mark_away(db: Database) {
        let server = TestServer::start(&db);
        let (browser, client, _) = owner(&server, "ada").await;
        let path = format!("{PATH}/{}/edit", client.id);
        let kept: [Field<'_>; 2] = [("name", "Test app"), ("redirect", REDIRECT)];
        for (changed, stays) in [
            (vec![("scopes[]", "profile")], true),
            (vec![("scopes[]", "profile"), ("client_uri", "https://new.example/")], false),
            (vec![("client_uri", "https://new.example/"), ("redirect", "https://new.example/cb")], false),
            (vec![("client_uri", "https://new.example/"), ("name", "Bank")], false),
        ] {
            server.verify(&client.id);
            assert!(browser.get(&path).await.text_of(".note.warn").contains("verified mark"));
            let page = browser.get(&path).await;
            let fields: Vec<_> =
                kept.iter().filter(|(name, _)| changed.iter().all(|(other, _)| other != name)).chain(&changed).copied().collect();
            let answer = submit(&browser, &page, &path, &fields).await;
            assert_eq!(answer.header("location"), format!("{PATH}/{}?done=saved", client.id), "{}", answer.body);
            assert_eq!(now(&server, &client).verified_at.is_some(), stays, "{changed:?}");
            assert_eq!(browser.get(PATH).await.text_of(".row-title").contains("Verified"), stays);
        }
        // A scope that it does not say it asks for, it does not get.
        let refused = browser.get(&authorize_at(&client, "email", REDIRECT)).await;
        assert_eq!(refused.redirect_parameter("error").as_deref(), Some("invalid_scope"));
    }

    async fn secrets_overlap_and_end(db: Database) {
        let server = Setup::default().frozen().set("cache.staleness", "0s").set("sessions.fresh_login", "1d").start(&db);
        let (browser, client, first) = owner(&server, "ada").await;
        let path = format!("{PATH}/{}/secrets", client.id);
        let page = browser.get(&path).await;
        let form = page.input("form").expect("a form");
        let made = submit(&browser, &page, &path, &[("form", &form), ("overlap", "1")]).await;
        assert_eq!((made.status, made.header("cache-control")), (201, "no-store"), "{}", made.body);
        let second = made.text_of("textarea.secret").trim().to_owned();
        let rows = made.text_of(".rows");
        assert!(rows.contains("Works until 4 March 2026, 06:06 UTC") && rows.contains("until it is replaced"), "{rows}");
        assert!(secret_works(&server, &client, &first).await && secret_works(&server, &client, &second).await);
        let again = submit(&browser, &page, &path, &[("form", &form), ("overlap", "0")]).await;
        assert_eq!(again.header("location"), format!("{path}?done=again"));
        assert!(!browser.get(&path).await.body.contains(&second) && !audit_log(&server).contains(&second));
        server.advance(TimeDelta::minutes(61));
        assert!(!secret_works(&server, &client, &first).await && secret_works(&server, &client, &second).await);

        let page = browser.get(&path).await;
        let id = page.input("end").expect("a secret");
        assert_eq!(submit(&browser, &page, &path, &[("form", "z"), ("overlap", "5")]).await.status, 422);
        assert_eq!(submit(&browser, &page, &path, &[("end", &id)]).await.header("location"), format!("{path}?done=ended"));
        assert!(!secret_works(&server, &client, &second).await);
        assert_eq!(submit(&browser, &page, &path, &[("end", &id)]).await.status, 404, "sent twice");
    }

    async fn nobody_touches_an_application_of_somebody_else(db: Database) {
        let server = Setup::default().frozen().start(&db);
        let (ada, client, secret) = owner(&server, "ada").await;
        let (eve, hers, _) = owner(&server, "eve").await;
        let unowned = server.client(|_| {}).0;
        let evil = eve.get(&format!("{PATH}/{}/edit", hers.id)).await;
        for id in [client.id.as_str(), unowned.id.as_str(), "first-party", "unknown"] {
            for (part, fields) in [
                ("/edit", usual("")),
                ("/secrets", vec![("form", "f"), ("overlap", "0")]),
                ("/logo/delete", vec![]),
                ("/delete", vec![]),
            ] {
                let path = format!("{PATH}/{id}{part}");
                assert_eq!(submit(&eve, &evil, &path, &fields).await.status, 404, "{path}");
                if part != "/logo/delete" {
                    assert_eq!(eve.get(&path).await.status, 404, "{path}");
                }
            }
            assert_eq!(eve.get(&format!("{PATH}/{id}")).await.status, 404);
        }
        // Eve's token in Ada's browser, and no token.
        let token = evil.input("_token").expect("a token");
        for token in [token.as_str(), ""] {
            for (part, status) in [("/edit", 403), ("/secrets", 403), ("/logo/delete", 403), ("/delete", 403)] {
                let mut fields = usual("f");
                fields.extend([("_token", token), ("overlap", "0")]);
                assert_eq!(ada.post(&format!("{PATH}/{}{part}", client.id), &fields).await.status, status, "{part}");
            }
            let mut fields = usual("f");
            fields.push(("_token", token));
            assert_eq!(ada.post(NEW, &fields).await.status, 403);
        }
        // A sign-in that is not fresh.
        let page = ada.get(&format!("{PATH}/{}/edit", client.id)).await;
        server.advance(TimeDelta::minutes(6));
        for part in ["/edit", "/secrets", "/delete"] {
            let path = format!("{PATH}/{}{part}", client.id);
            let mut fields = usual("f");
            fields.push(("overlap", "0"));
            for answer in [ada.get(&path).await, submit(&ada, &page, &path, &fields).await] {
                assert!(answer.header("location").starts_with("/account/confirm?return_to="), "{path}");
            }
        }
        assert_eq!(now(&server, &client), now(&server, &client));
        assert_eq!(now(&server, &client).metadata, client.metadata);
        assert!(secret_works(&server, &client, &secret).await);
        assert_eq!(now(&server, &client).secrets.len(), 1);
        assert!(Browser::new(&server).get(PATH).await.header("location").starts_with("/login"));
    }

    async fn it_is_deleted_after_a_question(db: Database) {
        let server = Setup::default().set("cache.staleness", "0s").start(&db);
        let (browser, client, secret) = owner(&server, "ada").await;
        let path = format!("{PATH}/{}/delete", client.id);
        let page = browser.get(&path).await;
        assert!(page.text_of("h1").contains("Test app"));
        assert!(secret_works(&server, &client, &secret).await);
        assert_eq!(submit(&browser, &page, &path, &[]).await.header("location"), format!("{PATH}?done=deleted"));
        assert!(!secret_works(&server, &client, &secret).await);
        assert_eq!(browser.get(&path).await.status, 404);
        assert!(browser.get(PATH).await.text_of(".empty").contains("no applications"));
    }

    async fn where_only_admins_register_others_cannot(db: Database) {
        let server = Setup::default().set("registration.clients", "admins").start(&db);
        server.user("ada");
        let browser = Browser::new(&server);
        browser.sign_in("ada").await;
        let list = browser.get(PATH).await;
        assert!(list.text_of(".note").contains("Only administrators"), "{}", list.body);
        assert_eq!(browser.get(NEW).await.header("location"), PATH);
        assert_eq!(submit(&browser, &list, NEW, &usual("f")).await.header("location"), PATH);
        let token = list.input("_token").expect("a token");
        let request = browser.request(Method::POST, "/oauth/clients").header("accept", "application/json");
        let request = request.header("x-csrf-token", token).json(&serde_json::json!({"name": "x", "redirect": REDIRECT}));
        assert_eq!(browser.send(request).await.status, 403);
        assert!(browser.get(PATH).await.text_of(".empty").contains("no applications"));
    }

    async fn the_owner_sees_why_requests_were_refused(db: Database) {
        let server = TestServer::start(&db);
        let (browser, client, _) = owner(&server, "ada").await;
        let path = format!("{PATH}/{}/failures", client.id);
        assert!(browser.get(&path).await.text_of(".empty").contains("Nothing was refused"));
        let other = Browser::new(&server);
        assert_eq!(other.get(&authorize_at(&client, "profile", "https://app.example/cb/")).await.status, 400);
        server.app.keep_reasons().expect("kept");
        let page = browser.get(&path).await;
        let rows = page.text_of(".rows");
        assert!(rows.contains("https://app.example/cb/") && rows.contains(REDIRECT), "{}", page.body);
        server.user("eve");
        let eve = Browser::new(&server);
        eve.sign_in("eve").await;
        assert_eq!(eve.get(&path).await.status, 404);
    }
}
