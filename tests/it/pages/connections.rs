//! `/account/connections`: what a person let in, and taking it back.

use chrono::TimeDelta;
use grantor::core::client::Client;
use reqwest::Method;

use super::{authorize, consent_page, exchange, submit};
use crate::support::browser::{Answer, Browser};
use crate::support::database::on_both;
use crate::support::server::{Setup, TestServer};

const PATH: &str = "/account/connections";

/// Lets a client in; the access token.
async fn let_in(server: &TestServer, browser: &Browser, (client, secret): &(Client, String), scope: &str) -> String {
    let page = browser.get(&authorize(client, scope)).await;
    let back = match page.status {
        302 => page,
        _ => submit(browser, &page, "/oauth/authorize", &[("scope", "email"), ("confirm", "yes")]).await,
    };
    let token = exchange(server, client, secret, &back).await;
    assert_eq!(token.status, 200, "{}", token.body);
    token.json()["access_token"].as_str().expect("a token").to_owned()
}

async fn works(server: &TestServer, token: &str) -> bool {
    let browser = Browser::new(server);
    let request = browser.request(Method::GET, "/api/me").bearer_auth(token);
    browser.send(request).await.status == 200
}

async fn page_of(browser: &Browser, client: &Client) -> Answer {
    browser.get(&format!("{PATH}/{}", client.id)).await
}

on_both! {
    async fn one_scope_is_taken_back_with_the_tokens_that_hold_it(db: Database) {
        let server = Setup::default().frozen().set("tokens.access_token_lifetime", "2d").start(&db);
        server.user("ada");
        let notes = server.client(|new| {
            new.name = "Notes".to_owned();
            new.client_uri = Some("https://notes.example/about".to_owned());
        });
        let browser = Browser::new(&server);
        browser.sign_in("ada").await;
        assert!(browser.get(PATH).await.text_of(".empty").contains("not let any app in"));
        let both = let_in(&server, &browser, &notes, "profile email").await;
        server.advance(TimeDelta::days(1));
        let one = let_in(&server, &browser, &notes, "profile").await;
        let list = browser.get(PATH).await.text_of("main");
        for text in ["Notes", "Allowed since 4 March 2026", "Last used 5 March 2026", "See your e-mail address"] {
            assert!(list.contains(text), "{text}: {list}");
        }
        let page = page_of(&browser, &notes.0).await;
        assert!(page.text_of(".about").contains("notes.example"), "{}", page.body);
        assert!(works(&server, &both).await && works(&server, &one).await);

        let path = format!("{PATH}/{}", notes.0.id);
        let answer = submit(&browser, &page, &path, &[("scope", "email")]).await;
        assert_eq!((answer.status, answer.header("location")), (303, format!("{path}?done=scope").as_str()));
        assert!(!works(&server, &both).await, "it held the scope");
        assert!(works(&server, &one).await, "it did not");
        let page = browser.get(&format!("{path}?done=scope")).await;
        assert!(page.text_of(".notice").contains("taken back"));
        assert!(!page.text_of(".rows").contains("e-mail"), "{}", page.body);
        assert_eq!(submit(&browser, &page, &path, &[("scope", "email")]).await.status, 404, "it has it no more");
        // What is left needs no question; what was taken back does.
        assert_eq!(browser.get(&authorize(&notes.0, "profile")).await.status, 302);
        assert_eq!(browser.get(&authorize(&notes.0, "profile email")).await.status, 200);
        // The last one takes the app off the list.
        let answer = submit(&browser, &page, &path, &[("scope", "profile")]).await;
        assert_eq!(answer.header("location"), format!("{PATH}?done=revoked"));
        assert!(!works(&server, &one).await);
        assert_eq!(page_of(&browser, &notes.0).await.status, 404);
    }

    async fn an_app_is_removed_with_all_its_tokens(db: Database) {
        let server = TestServer::start(&db);
        server.user("ada");
        let (notes, other) = (server.client(|_| {}), server.client(|_| {}));
        let browser = Browser::new(&server);
        browser.sign_in("ada").await;
        let mine = let_in(&server, &browser, &notes, "profile").await;
        let spared = let_in(&server, &browser, &other, "profile").await;
        let page = page_of(&browser, &notes.0).await;
        let path = format!("{PATH}/{}", notes.0.id);
        let answer = submit(&browser, &page, &path, &[("revoke", "all")]).await;
        assert_eq!((answer.status, answer.header("location")), (303, format!("{PATH}?done=revoked").as_str()));
        assert!(!works(&server, &mine).await && works(&server, &spared).await);
        assert_eq!(submit(&browser, &page, &path, &[("revoke", "all")]).await.status, 404, "sent twice");
        assert_eq!(browser.get(&authorize(&notes.0, "profile")).await.status, 200, "it must ask again");
    }

    async fn nobody_takes_back_what_is_not_theirs(db: Database) {
        let server = TestServer::start(&db);
        for name in ["ada", "eve"] {
            server.user(name);
        }
        let notes = server.client(|_| {});
        let (ada, eve) = (Browser::new(&server), Browser::new(&server));
        ada.sign_in("ada").await;
        eve.sign_in("eve").await;
        let token = let_in(&server, &ada, &notes, "profile").await;
        let page = page_of(&ada, &notes.0).await;
        let path = format!("{PATH}/{}", notes.0.id);
        assert_eq!(page_of(&eve, &notes.0).await.status, 404);
        let evil = eve.get(PATH).await;
        for fields in [[("revoke", "all")], [("scope", "profile")]] {
            assert_eq!(submit(&eve, &evil, &path, &fields).await.status, 404);
            // Her own form from another browser, and none at all.
            let token = evil.input("_token").expect("a token");
            assert_eq!(ada.post(&path, &[("_token", &token), fields[0]]).await.status, 403);
            assert_eq!(ada.post(&path, &fields).await.status, 403);
        }
        for built_in in ["first-party", "personal-access"] {
            let answer = submit(&ada, &page, &format!("{PATH}/{built_in}"), &[("revoke", "all")]).await;
            assert_eq!(answer.status, 404, "{built_in}");
        }
        let nobody = Browser::new(&server);
        assert!(nobody.get(&path).await.header("location").starts_with("/login?return_to="));
        assert!(works(&server, &token).await, "nothing has changed");
    }

    async fn an_operators_own_app_is_listed_by_its_tokens(db: Database) {
        let server = TestServer::start(&db);
        server.user("ada");
        let own = server.client(|new| new.policy.first_party = true);
        let browser = Browser::new(&server);
        browser.sign_in("ada").await;
        let token = let_in(&server, &browser, &own, "profile").await;
        let page = page_of(&browser, &own.0).await;
        assert!(page.text_of("main").contains("gets in again without a question"), "{}", page.body);
        submit(&browser, &page, &format!("{PATH}/{}", own.0.id), &[("revoke", "all")]).await;
        assert!(!works(&server, &token).await);
        assert_eq!(page_of(&browser, &own.0).await.status, 404);
    }

    async fn the_consent_page_leads_here(db: Database) {
        let server = TestServer::start(&db);
        server.user("ada");
        let (client, _) = server.client(|_| {});
        let page = consent_page(&Browser::new(&server), "ada", &authorize(&client, "profile")).await;
        assert!(page.body.contains("href=\"/account/connections\""), "{}", page.body);
    }
}
