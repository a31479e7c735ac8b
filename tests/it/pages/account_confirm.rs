//! “Confirm it is you”.

use chrono::TimeDelta;
use diesel::{RunQueryDsl as _, sql_query};
use grantor::account::audit::{self, Actor};
use grantor::account::session::{self, SignedIn};
use grantor::core::audit::Filter;
use grantor::core::page::Page;
use grantor::core::secret::Plain;
use grantor::core::user::User;
use grantor::store::Error;

use super::{assert_nothing_written, cookie, person_of, submit};
use crate::support::browser::Browser;
use crate::support::database::on_both;
use crate::support::second_factor::{another, turn_on_totp};
use crate::support::server::{PASSWORD, Setup, TestServer};

const CONFIRM: &str = "/account/confirm";
const FROM_SECURITY: &str = "/account/confirm?return_to=%2Faccount%2Fsecurity";

/// Signs in; the cookie of the session.
pub(super) async fn sign_in(browser: &Browser, username: &str) -> String {
    let page = browser.get("/login").await;
    let answer = submit(browser, &page, "/login", &[("login", username), ("password", PASSWORD)]).await;
    cookie(&answer, "grantor_session").expect("a session")
}

/// Confirms with the right password; the cookie of the session that goes on.
pub(super) async fn confirm(browser: &Browser) -> String {
    let page = browser.get(CONFIRM).await;
    let answer = submit(browser, &page, CONFIRM, &[("password", PASSWORD)]).await;
    assert_eq!(answer.status, 303, "{}", answer.body);
    cookie(&answer, "grantor_session").expect("a session")
}

/// Which acts the audit log has of a person, the newest first, with their outcomes.
pub fn acts(server: &TestServer, user: &User) -> Vec<String> {
    let filter = Filter { actor: Some(Actor::Person(user.id)), ..Filter::default() };
    let found = audit::search(&server.app, &filter, &Page::default()).expect("the audit log");
    found.iter().map(|event| format!("{} {}", event.act, event.outcome)).collect()
}

fn found(server: &TestServer, cookie: &str) -> SignedIn {
    let cookie = Plain::new(cookie);
    server.app.read(|cx| session::find(cx, &cookie)).expect("a database").expect("a session")
}

on_both! {
    async fn the_password_makes_a_sign_in_fresh_under_a_new_session(db: Database) {
        let server = Setup::default().frozen().start(&db);
        let ada = server.user("ada");
        let browser = Browser::new(&server);
        let old = sign_in(&browser, "ada").await;
        let fresh = browser.get(FROM_SECURITY).await;
        assert_eq!((fresh.status, fresh.header("location")), (303, "/account/security"), "just signed in");
        let before = found(&server, &old).session;
        server.advance(TimeDelta::minutes(20));
        let page = browser.get(FROM_SECURITY).await;
        assert_eq!(page.status, 200);
        assert!(page.text_of(".person").contains("ada@example.com"));
        let done = submit(&browser, &page, CONFIRM, &[("password", PASSWORD)]).await;
        assert_eq!((done.status, done.header("location")), (303, "/account/security"), "{}", done.body);
        let new = cookie(&done, "grantor_session").expect("a session");
        assert!(person_of(&server, &old).is_none(), "the session has another identifier");
        let after = found(&server, &new).session;
        assert_eq!((after.auth_time, after.created_at), (server.app.now(), before.created_at));
        assert_eq!(acts(&server, &ada)[0], "sign_in.confirm done");
        assert_eq!(browser.get(FROM_SECURITY).await.status, 303, "nobody is asked twice");
        assert_eq!(browser.get("/account/security").await.status, 200);
    }

    async fn a_wrong_password_is_told_and_counted(db: Database) {
        let server = Setup::default().frozen().set("limits.sign_in_attempts", 2).start(&db);
        let ada = server.user("ada");
        let browser = Browser::new(&server);
        let old = sign_in(&browser, "ada").await;
        server.advance(TimeDelta::minutes(20));
        for (guess, status) in [("", 422), ("a guess at it", 422), ("another guess", 422), (PASSWORD, 429)] {
            let page = browser.get(FROM_SECURITY).await;
            let answer = submit(&browser, &page, CONFIRM, &[("password", guess)]).await;
            assert_eq!(answer.status, status, "{guess}: {}", answer.body);
            assert_eq!(answer.header("retry-after").is_empty(), status == 422);
            assert_eq!(answer.text_of("#password-error").is_empty(), status == 429);
            assert!(guess.is_empty() || !answer.body.contains(guess), "it came back");
            assert_eq!(answer.input("return_to").as_deref(), Some("/account/security"));
            assert!(cookie(&answer, "grantor_session").is_none());
        }
        assert_eq!(found(&server, &old).user.id, ada.id, "the session is the same");
        assert_eq!(acts(&server, &ada)[..2], ["sign_in.confirm refused", "sign_in.confirm refused"]);
    }

    async fn it_takes_this_browsers_own_form(db: Database) {
        let server = Setup::default().frozen().start(&db);
        server.user("ada");
        server.user("eve");
        let (ada, eve) = (Browser::new(&server), Browser::new(&server));
        sign_in(&ada, "ada").await;
        sign_in(&eve, "eve").await;
        server.advance(TimeDelta::minutes(20));
        let foreign = eve.get(CONFIRM).await.input("_token").expect("a token");
        ada.get(CONFIRM).await;
        server.reset_statements();
        for form in [vec![("password", PASSWORD)], vec![("_token", foreign.as_str()), ("password", PASSWORD)]] {
            let answer = ada.post(CONFIRM, &form).await;
            assert_eq!(answer.status, 403, "{}", answer.body);
        }
        assert_nothing_written(&server);
    }

    async fn it_leads_nowhere_else(db: Database) {
        let server = Setup::default().frozen().start(&db);
        server.user("ada");
        let nobody = Browser::new(&server).get(FROM_SECURITY).await;
        assert_eq!((nobody.status, nobody.header("location")), (303, "/login?return_to=%2Faccount%2Fconfirm%3Freturn_to%3D%252Faccount%252Fsecurity"));
        for foreign in ["https://evil.example", "//evil.example", "/\\evil.example", ""] {
            let browser = Browser::new(&server);
            sign_in(&browser, "ada").await;
            server.advance(TimeDelta::minutes(20));
            let page = browser.get(&format!("{CONFIRM}?return_to={foreign}")).await;
            assert_eq!(page.input("return_to").as_deref(), Some("/account"), "{foreign}");
            let token = page.input("_token").expect("a token");
            let form = [("_token", token.as_str()), ("return_to", foreign), ("password", PASSWORD)];
            let done = browser.post(CONFIRM, &form).await;
            assert_eq!((done.status, done.header("location")), (303, "/account"));
        }
    }

    async fn of_two_at_once_one_goes_on(db: Database) {
        let server = Setup::default().frozen().start(&db);
        server.user("ada");
        let browser = Browser::new(&server);
        let old = sign_in(&browser, "ada").await;
        server.advance(TimeDelta::minutes(20));
        let token = browser.get(CONFIRM).await.input("_token").expect("a token");
        let send = || {
            let form = [("_token", token.clone()), ("password", PASSWORD.to_owned())];
            let request = Browser::new(&server).request(reqwest::Method::POST, CONFIRM).form(&form);
            request.header("accept", "text/html").header("cookie", format!("grantor_session={old}"))
        };
        let sender = Browser::new(&server);
        let (one, two) = tokio::join!(sender.send(send()), sender.send(send()));
        let mut ways: Vec<&str> = [&one, &two].iter().map(|answer| answer.header("location")).collect();
        ways.sort_unstable();
        assert_eq!(ways[0], "/account");
        assert!(ways[1].starts_with("/login"), "{ways:?}");
    }

    async fn a_second_factor_is_asked_for_too(db: Database) {
        let server = Setup::default().frozen().start(&db);
        let ada = server.user("ada");
        let browser = Browser::new(&server);
        let old = sign_in(&browser, "ada").await;
        let (app, codes) = turn_on_totp(&server, &ada);
        server.advance(TimeDelta::minutes(20));
        let before = found(&server, &old).session.auth_time;
        let page = browser.get(FROM_SECURITY).await;
        let first = submit(&browser, &page, CONFIRM, &[("password", PASSWORD)]).await;
        assert_eq!((first.status, first.header("location")), (303, "/login/second-factor?return_to=%2Faccount%2Fsecurity"), "{}", first.body);
        assert!(cookie(&first, "grantor_session").is_none());
        assert_eq!(found(&server, &old).session.auth_time, before, "the password alone makes nothing fresh");
        assert_eq!(browser.get(FROM_SECURITY).await.status, 200);
        let elsewhere = browser.get("/account/tokens/new").await;
        assert_eq!(elsewhere.header("location"), "/account/confirm?return_to=%2Faccount%2Ftokens%2Fnew");
        assert!(!acts(&server, &ada).contains(&"sign_in.confirm done".to_owned()));

        let page = browser.get(first.header("location")).await;
        let wrong = submit(&browser, &page, "/login/second-factor", &[("code", another(&app.code(&server, 0)))]).await;
        assert_eq!((wrong.status, found(&server, &old).session.auth_time), (422, before));
        let done = submit(&browser, &page, "/login/second-factor", &[("code", &app.code(&server, 0))]).await;
        assert_eq!((done.status, done.header("location")), (303, "/account/security"), "{}", done.body);
        assert!(person_of(&server, &old).is_none(), "the session before has ended");
        let new = cookie(&done, "grantor_session").expect("a session");
        assert_eq!(found(&server, &new).session.auth_time, server.app.now());
        assert_eq!(browser.get(FROM_SECURITY).await.status, 303, "nobody is asked twice");

        // A recovery code is as good.
        server.advance(TimeDelta::minutes(20));
        let page = browser.get(FROM_SECURITY).await;
        let first = submit(&browser, &page, CONFIRM, &[("password", PASSWORD)]).await;
        let page = browser.get(first.header("location")).await;
        let done = submit(&browser, &page, "/login/second-factor", &[("recovery_code", &codes[0])]).await;
        assert_eq!((done.status, done.header("location")), (303, "/account/security"), "{}", done.body);
    }

    async fn who_has_no_password_signs_in_again(db: Database) {
        let server = Setup::default().frozen().start(&db);
        server.user("ada");
        let browser = Browser::new(&server);
        sign_in(&browser, "ada").await;
        let forgotten = server.app.write(|cx| Ok::<_, Error>(sql_query("UPDATE users SET password_hash = NULL").execute(cx.conn)?));
        assert_eq!(forgotten.expect("a database"), 1);
        server.advance(TimeDelta::minutes(20));
        let page = browser.get(FROM_SECURITY).await;
        assert!(page.input("password").is_none() && page.body.contains("action=\"/logout\""), "{}", page.body);
        let out = submit(&browser, &page, "/logout", &[]).await;
        assert_eq!(out.header("location"), "/login?return_to=%2Faccount%2Fsecurity");
    }
}
