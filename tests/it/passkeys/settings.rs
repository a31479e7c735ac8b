//! The list of one's passkeys: names, removal, whom it asks for what.

use chrono::TimeDelta;
use grantor::account::audit::{self, Actor};
use grantor::account::{ends, passkeys, second_factor};
use grantor::core::audit::Filter;
use grantor::core::page::Page;
use grantor::core::user::User;
use grantor::store::{self, belongings, users};
use serde_json::json;

use super::{ada, assert_refused, kept, signed_in};
use crate::support::browser::{Answer, Browser};
use crate::support::database::on_both;
use crate::support::outbox;
use crate::support::passkeys::{Authenticator, post, register, sign_in, start, token};
use crate::support::second_factor::{tick, turn_on_totp};
use crate::support::server::{PASSWORD, TestServer};

const PAGE: &str = "/account/passkeys";
const CONFIRM: &str = "/account/confirm?return_to=%2Faccount%2Fpasskeys";

async fn change(browser: &Browser, id: &str, act: &str, fields: &[(&str, &str)]) -> Answer {
    let csrf = browser.get(PAGE).await.data("token").expect("a token");
    let mut all = vec![("_token", csrf.as_str())];
    all.extend(fields);
    browser.post(&format!("{PAGE}/{id}/{act}"), &all).await
}

fn present(server: &TestServer, user: &User) -> User {
    server.app.read(|cx| users::by_id(cx.conn, user.id)).expect("a database").expect("a person")
}

on_both! {
    async fn a_passkey_gets_another_name_and_goes(db: Database) {
        let server = start(&db);
        let (ada, browser, mut authenticator) = ada(&server).await;
        let id = kept(&server, &ada)[0].id.clone();
        let renamed = change(&browser, &id, "name", &[("name", " Laptop ")]).await;
        assert_eq!((renamed.status, renamed.header("location")), (303, "/account/passkeys?done=renamed"));
        assert_eq!(kept(&server, &ada)[0].name, "Laptop");
        let page = change(&browser, &id, "name", &[("name", &"<b>".repeat(22))]).await;
        assert_eq!((page.status, page.input("name").as_deref()), (422, Some(&*"<b>".repeat(22))), "{}", page.body);
        assert!(!page.text_of(&format!("details[open] #name-{id}-error")).is_empty(), "{}", page.body);
        tick(&server);
        let removed = change(&browser, &id, "delete", &[]).await;
        assert_eq!((removed.status, removed.header("location")), (303, "/account/passkeys?done=removed"));
        assert!(browser.get(removed.header("location")).await.text_of(".notice").contains("removed"));
        assert!(kept(&server, &ada).is_empty());
        let (_, text) = outbox::all(&server).pop().expect("a mail");
        assert!(text.contains("A passkey was removed"), "{text}");
        let filter = Filter { actor: Some(ada.id.into()), ..Filter::default() };
        let events = audit::search(&server.app, &filter, &Page { after: None, limit: 100 }).expect("events");
        let mut acts: Vec<&str> = events.iter().map(|event| event.act.as_str()).collect();
        acts.sort_unstable();
        assert_eq!(acts, ["passkey.add", "passkey.remove", "passkey.rename", "sign_in"]);
        assert_refused(&sign_in(&Browser::new(&server), &mut authenticator).await, 422, "does not sign in here");
    }

    async fn the_passkeys_of_others_are_not_there(db: Database) {
        let server = start(&db);
        let (ada, browser, _) = ada(&server).await;
        let id = kept(&server, &ada)[0].id.clone();
        server.user("eve");
        let eve = Browser::new(&server);
        eve.sign_in("eve").await;
        server.advance(TimeDelta::hours(1));
        for id in [id.as_str(), "x", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "%00", "a%2Fb"] {
            for (act, fields) in [("name", &[("name", "mine")][..]), ("delete", &[("name", "")])] {
                assert_eq!(change(&eve, id, act, fields).await.status, 404, "{act} {id}");
            }
        }
        assert_eq!(kept(&server, &ada)[0].name, "My key");
        for act in ["name", "delete"] {
            let nobody = Browser::new(&server);
            let csrf = token(&nobody, "/login").await;
            let answer = nobody.post(&format!("{PAGE}/{id}/{act}"), &[("_token", &csrf), ("name", "x")]).await;
            assert_eq!((answer.status, answer.header("location")), (303, "/login?return_to=%2Faccount%2Fpasskeys"));
        }
        drop(browser);
    }

    async fn an_old_sign_in_is_asked_for_the_password(db: Database) {
        let server = start(&db);
        let (ada, browser, _) = ada(&server).await;
        server.advance(TimeDelta::minutes(30));
        let csrf = token(&browser, PAGE).await;
        let id = kept(&server, &ada)[0].id.clone();
        let body = json!({ "_token": csrf });
        let answer = post(&browser, "/account/passkeys/begin", &body).await;
        assert_refused(&answer, 403, "confirm first");
        assert_eq!(answer.json()["location"], CONFIRM);
        let led = change(&browser, &id, "delete", &[]).await;
        assert_eq!((led.status, led.header("location")), (303, CONFIRM));
        assert_eq!(kept(&server, &ada).len(), 1);
        let form = browser.get(CONFIRM).await;
        let (token_of_form, back) = (form.input("_token").expect("a token"), form.input("return_to").expect("a way back"));
        let fields = [("_token", token_of_form.as_str()), ("return_to", &back), ("password", PASSWORD)];
        let confirmed = browser.post("/account/confirm", &fields).await;
        assert_eq!((confirmed.status, confirmed.header("location")), (303, PAGE), "{}", confirmed.body);
        let csrf = token(&browser, PAGE).await;
        assert_eq!(post(&browser, "/account/passkeys/begin", &json!({ "_token": csrf })).await.status, 200);
        assert_eq!(change(&browser, &id, "delete", &[]).await.status, 303);
        assert!(kept(&server, &ada).is_empty());
    }

    async fn the_last_passkey_of_somebody_without_a_password_stays(db: Database) {
        let server = start(&db);
        let (ada, _, mut authenticator) = ada(&server).await;
        let without = User { password_hash: None, ..present(&server, &ada) };
        let passkey = kept(&server, &ada).remove(0);
        let anew = server.app.write(move |cx| {
            belongings::delete(cx.conn, without.id)?;
            users::insert(cx.conn, &without)?;
            store::passkeys::insert(cx.conn, &passkey)
        });
        assert!(anew.expect("a database"));
        let browser = Browser::new(&server);
        let answer = sign_in(&browser, &mut authenticator).await;
        assert_eq!(signed_in(&server, &answer).map(|user| user.id), Some(ada.id), "{answer:?}");
        let only = kept(&server, &ada)[0].id.clone();
        let page = change(&browser, &only, "delete", &[]).await;
        assert!(page.status == 409 && page.text_of(".alert").contains("only way in"), "{}", page.body);
        assert_eq!(kept(&server, &ada).len(), 1);
        assert_eq!(register(&browser, &mut Authenticator::new(), "another").await.status, 200);
        assert_eq!(change(&browser, &only, "delete", &[]).await.status, 303);
        assert_eq!(kept(&server, &ada).len(), 1);
    }

    async fn an_operator_removes_them_with_the_second_factor_and_a_person_takes_them_along(db: Database) {
        let server = start(&db);
        let (ada, _, mut authenticator) = ada(&server).await;
        turn_on_totp(&server, &ada);
        let export = ends::export(&server.app, &Actor::Operator, &present(&server, &ada)).expect("an export");
        assert_eq!(export["passkeys"][0]["name"], "My key");
        assert_eq!(export["passkeys"][0]["last_used_at"], json!(null));
        assert!(!export.to_string().contains("cred_id"), "{export}");
        tick(&server);
        assert_eq!(second_factor::reset(&server.app, &Actor::Operator, &present(&server, &ada)).expect("reset"), 1);
        assert!(kept(&server, &ada).is_empty());
        assert!(outbox::all(&server).iter().any(|(_, text)| text.contains("A passkey was removed")));
        assert_refused(&sign_in(&Browser::new(&server), &mut authenticator).await, 422, "does not sign in here");
        assert_eq!(second_factor::reset(&server.app, &Actor::Operator, &present(&server, &ada)).expect("reset"), 0);
    }

    async fn ceremonies_that_nobody_finishes_are_swept_away(db: Database) {
        let server = start(&db);
        let browser = Browser::new(&server);
        crate::support::passkeys::begin(&browser).await;
        let purge = |server: &TestServer| {
            let now = server.app.now();
            let batch = server.app.write(move |cx| grantor::store::purge::batch(cx.conn, now, now)).expect("a purge");
            batch.into_iter().find(|(table, _)| *table == "passkey_ceremonies").expect("the table").1
        };
        assert_eq!(purge(&server), 0);
        server.advance(TimeDelta::seconds(301));
        assert_eq!(purge(&server), 1);
        assert!(passkeys::are_available(&server.app));
    }
}
