//! What was allowed and is taken back, or was allowed to what an app was once, is not honoured in silence.

use std::sync::Arc;
use std::sync::mpsc::channel;
use std::time::Duration;

use chrono::TimeDelta;
use grantor::account::people::Acting;
use grantor::app::Cx;
use grantor::core::client::{AuthMethod, Client};
use grantor::core::scope::Scope;
use grantor::core::user::User;
use grantor::oauth::manage::{OwnChange, admin};
use grantor::oauth::{applications, connections};
use grantor::store::{self, consents, grants};

use super::{authorize, authorize_at, exchange, submit};
use crate::support::browser::{Answer, Browser};
use crate::support::database::on_both;
use crate::support::server::{REDIRECT, Setup, TestServer};

const PATH: &str = "/oauth/authorize";

/// A person who let a client in, and their browser.
async fn let_in(server: &TestServer, client: &Client, wanted: &str) -> (User, Browser) {
    let user = server.user("ada");
    let browser = Browser::new(server);
    browser.sign_in("ada").await;
    let answer = allow(&browser, wanted).await;
    assert!(answer.redirect_parameter("code").is_some(), "{}", answer.body);
    assert!(remembered(server, &user, client).is_some());
    (user, browser)
}

async fn allow(browser: &Browser, wanted: &str) -> Answer {
    let page = browser.get(wanted).await;
    assert_eq!(page.status, 200, "it asks: {}", page.body);
    submit(browser, &page, PATH, &[("scope", "email"), ("scope", "phone"), ("confirm", "yes")]).await
}

fn remembered(server: &TestServer, user: &User, client: &Client) -> Option<Scope> {
    let found = server.app.read(|cx| consents::of(cx.conn, user.id, &client.id)).expect("a database");
    found.map(|consent| consent.scope)
}

/// Begins `deed`, whose locks are held while the test goes on; what comes back lets it end.
fn begun(server: &TestServer, deed: impl FnOnce(&mut Cx<'_>) -> store::Result<()> + Send + 'static) -> impl FnOnce() {
    let ((held, holds), (let_go, waits)) = (channel(), channel());
    let app = Arc::clone(&server.app);
    let thread = std::thread::spawn(move || {
        app.write(move |cx| {
            deed(cx)?;
            held.send(()).expect("the test waits");
            waits.recv().expect("the test goes on");
            Ok::<_, store::Error>(())
        })
    });
    holds.recv().expect("the deed has begun");
    move || {
        let_go.send(()).expect("it waits");
        thread.join().expect("no panic").expect("written");
    }
}

on_both! {
    async fn taking_back_beats_a_request_on_its_way(db: Database) {
        let server = TestServer::start(&db);
        let (client, _) = server.client(|_| {});
        let wanted = authorize(&client, "profile email");
        let (user, browser) = let_in(&server, &client, &wanted).await;
        assert_eq!(browser.get(&wanted).await.status, 302, "remembered");
        let id = client.id.clone();
        let narrowed = move |cx: &mut Cx<'_>| consents::narrow(cx.conn, user.id, &id, &Scope::parse("profile").expect("a scope"));
        let id = client.id.clone();
        let revoked = move |cx: &mut Cx<'_>| {
            consents::forget(cx.conn, user.id, &id)?;
            grants::end_all_of_client(cx.conn, user.id, &id, grantor::core::grant::EndReason::Revoked, cx.now).map(|_| ())
        };
        let deeds: [Box<dyn FnOnce(&mut Cx<'_>) -> store::Result<()> + Send>; 2] = [Box::new(narrowed), Box::new(revoked)];
        for deed in deeds {
            let let_go = begun(&server, deed);
            let (answer, ()) = tokio::join!(browser.get(&wanted), async {
                tokio::time::sleep(Duration::from_millis(500)).await;
                tokio::task::block_in_place(let_go);
            });
            assert_eq!((answer.status, answer.header("location")), (200, ""), "it asks");
        }
        let held = server.app.read(|cx| store::connections::grants_of(cx.conn, user.id, &client.id, cx.now));
        assert_eq!(held.expect("a database"), [], "no grant is left");
    }

    async fn two_who_take_back_do_not_undo_each_other(db: Database) {
        let server = TestServer::start(&db);
        let (client, _) = server.client(|_| {});
        let (user, browser) = let_in(&server, &client, &authorize(&client, "profile email phone")).await;
        let (id, person) = (client.id.clone(), user.id);
        let let_go = begun(&server, move |cx| consents::narrow(cx.conn, person, &id, &Scope::parse("profile email phone").expect("scopes")));
        std::thread::scope(|scope| {
            let both = ["email", "phone"].map(|name| {
                let (app, id) = (&server.app, client.id.as_str());
                scope.spawn(move || connections::take_scope_back(app, person, id, name))
            });
            std::thread::sleep(Duration::from_millis(300));
            let_go();
            for one in both {
                one.join().expect("no panic").expect("taken back");
            }
        });
        assert_eq!(remembered(&server, &user, &client), Some(Scope::parse("profile").expect("a scope")));
        assert_eq!(browser.get(&authorize(&client, "profile phone")).await.status, 200);
    }

    async fn whoever_listens_on_the_device_is_not_let_in_unasked(db: Database) {
        let server = TestServer::start(&db);
        server.user("ada");
        let browser = Browser::new(&server);
        browser.sign_in("ada").await;
        let uris = [REDIRECT, "http://127.0.0.1/cb", "http://localhost/cb", "com.example.tool:/cb"];
        for (public, first_party) in [(true, false), (true, true), (false, false), (false, true)] {
            let (client, _) = server.client(|new| {
                new.redirect_uris = uris.map(str::to_owned).to_vec();
                new.policy.first_party = first_party;
                if public {
                    new.auth_method = AuthMethod::None;
                }
            });
            for (at, uri) in uris.iter().enumerate() {
                let wanted = authorize_at(&client, "profile", uri);
                let asks = at > 0 && public;
                if asks || (at == 0 && !first_party) {
                    assert!(allow(&browser, &wanted).await.redirect_parameter("code").is_some());
                }
                let status = if asks { 200 } else { 302 };
                assert_eq!(browser.get(&wanted).await.status, status, "public: {public}, first party: {first_party}, {uri}");
            }
            if public {
                let other_port = browser.get(&authorize_at(&client, "profile", "http://127.0.0.1:4711/cb")).await;
                assert_eq!(other_port.status, 200);
                assert!(other_port.text_of(".scopes.granted").contains("See your name"), "{}", other_port.body);
            }
        }
    }

    async fn what_was_allowed_to_another_host_is_asked_anew(db: Database) {
        let server = Setup::default().frozen().start(&db);
        let maker = server.user("maker");
        let (client, _) = server.client(|new| new.owner = Some(maker.clone()));
        let wanted = authorize(&client, "profile email");
        let (user, browser) = let_in(&server, &client, &wanted).await;
        server.advance(TimeDelta::minutes(1));
        let moved = |uris: &[&str]| {
            let redirect_uris = Some(uris.iter().map(|uri| (*uri).to_owned()).collect());
            let change = OwnChange { redirect_uris, ..OwnChange::default() };
            applications::change(&server.app, maker.id, client.id.as_str(), &change).expect("changed");
        };
        moved(&[REDIRECT, "https://app.example/another"]);
        assert_eq!(browser.get(&wanted).await.status, 302, "the same host");
        moved(&[REDIRECT, "https://evil.example/cb"]);
        let elsewhere = authorize_at(&client, "profile", "https://evil.example/cb");
        for wanted in [&elsewhere, &wanted] {
            let page = browser.get(wanted).await;
            assert_eq!(page.status, 200);
            assert!(page.text_of(".scopes.granted").is_empty(), "nothing counts as allowed: {}", page.body);
        }
        // Taking a scope back does not make the rest count again.
        connections::take_scope_back(&server.app, user.id, client.id.as_str(), "email").expect("taken back");
        server.advance(TimeDelta::minutes(1));
        assert_eq!(browser.get(&elsewhere).await.status, 200);
        assert!(allow(&browser, &authorize_at(&client, "email", "https://evil.example/cb")).await.redirect_parameter("code").is_some());
        assert_eq!(remembered(&server, &user, &client), Some(Scope::parse("email").expect("a scope")), "what was before is forgotten");
        assert_eq!(browser.get(&authorize(&client, "email")).await.status, 302);
        // An admin's change is one too.
        server.advance(TimeDelta::minutes(1));
        let change = admin::Change { redirect_uris: Some(vec![REDIRECT.to_owned(), "https://new.example/cb".to_owned()]), ..Default::default() };
        admin::edit(&server.app, &Acting::operator(), &client.id, change).expect("changed");
        assert_eq!(browser.get(&authorize(&client, "email")).await.status, 200);
    }

    async fn what_all_apps_tokens_ended_with_is_not_listed(db: Database) {
        let server = Setup::default().frozen().start(&db);
        let (client, secret) = server.client(|new| new.policy.first_party = true);
        server.user("ada");
        let browser = Browser::new(&server);
        browser.sign_in("ada").await;
        let back = browser.get(&authorize(&client, "profile")).await;
        assert_eq!(exchange(&server, &client, &secret, &back).await.status, 200);
        let path = format!("/account/connections/{}", client.id);
        assert!(browser.get("/account/connections").await.text_of(".rows").contains("Test app"));
        server.advance(TimeDelta::seconds(1));
        admin::end_tokens(&server.app, &Acting::operator(), &client.id).expect("ended");
        assert!(!browser.get("/account/connections").await.body.contains("Test app"));
        assert_eq!(browser.get(&path).await.status, 404);
    }
}
