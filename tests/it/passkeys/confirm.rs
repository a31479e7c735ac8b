//! A passkey to confirm that it is still the same person.

use chrono::TimeDelta;
use diesel::{RunQueryDsl as _, sql_query};
use grantor::store::Error;
use serde_json::{Value, json};

use super::{ada, assert_refused, signed_in};
use crate::pages::account_confirm::acts;
use crate::support::browser::{Answer, Browser};
use crate::support::database::on_both;
use crate::support::passkeys::{Authenticator, Quirks, post, register, start};
use crate::support::second_factor::turn_on_totp;
use crate::support::server::TestServer;

const CONFIRM: &str = "/account/confirm";
const FROM_SECURITY: &str = "/account/confirm?return_to=%2Faccount%2Fsecurity";
const LATE: &str = "took too long";

async fn csrf(browser: &Browser) -> String {
    browser.get("/account").await.input("_token").expect("a token")
}

async fn ask(browser: &Browser) -> Value {
    let csrf = csrf(browser).await;
    let begun = post(browser, "/account/confirm/passkey/begin", &json!({ "_token": csrf })).await;
    assert_eq!(begun.status, 200, "{}", begun.body);
    begun.json()
}

async fn take(browser: &Browser, path: &str, begun: &Value, credential: &str) -> Answer {
    let body = json!({
        "_token": csrf(browser).await, "ceremony": begun["ceremony"], "credential": credential, "return_to": "/account/security",
    });
    post(browser, path, &body).await
}

/// Whether the browser is still asked to confirm.
async fn is_asked(browser: &Browser) -> bool {
    browser.get(FROM_SECURITY).await.status == 200
}

fn forget_password(server: &TestServer) {
    let done = server.app.write(|cx| {
        Ok::<_, Error>(sql_query("UPDATE users SET password_hash = NULL WHERE username = 'ada'").execute(cx.conn)?)
    });
    assert_eq!(done.expect("a database"), 1);
}

on_both! {
    async fn a_passkey_is_enough_by_itself(db: Database) {
        let server = start(&db);
        let (ada, browser, mut authenticator) = ada(&server).await;
        turn_on_totp(&server, &ada);
        for without_password in [false, true] {
            if without_password {
                forget_password(&server);
            }
            server.advance(TimeDelta::minutes(20));
            let page = browser.get(FROM_SECURITY).await;
            assert_eq!(page.data("begin").as_deref(), Some("/account/confirm/passkey/begin"), "{}", page.body);
            assert_eq!(page.data("return-to").as_deref(), Some("/account/security"));
            assert!(page.header("content-security-policy").contains("script-src 'self'"));
            assert_eq!(page.input("password").is_none(), without_password);
            let begun = ask(&browser).await;
            let allowed = begun["options"]["publicKey"]["allowCredentials"].as_array().expect("a list").clone();
            assert_eq!((allowed.len(), &begun["options"]["publicKey"]["userVerification"]), (1, &json!("required")));
            let credential = authenticator.get(&begun);
            let done = take(&browser, "/account/confirm/passkey", &begun, &credential).await;
            assert_eq!((done.status, done.json()), (200, json!({ "location": "/account/security" })), "{}", done.body);
            assert_eq!(signed_in(&server, &done).map(|user| user.id), Some(ada.id));
            assert!(!is_asked(&browser).await, "the sign-in is fresh");
            assert_eq!(acts(&server, &ada)[0], "sign_in.confirm done");
            // The same signature is worth nothing a second time, and the session is the one that went on.
            assert_refused(&take(&browser, "/account/confirm/passkey", &begun, &credential).await, 410, LATE);
        }
    }

    async fn only_the_persons_own_passkey_confirms_and_only_what_it_was_asked_for(db: Database) {
        let server = start(&db);
        let (_, browser, mut authenticator) = ada(&server).await;
        server.user("eve");
        let hers = Browser::new(&server);
        hers.sign_in("eve").await;
        let mut her_key = Authenticator::new();
        assert_eq!(register(&hers, &mut her_key, "hers").await.status, 200);
        server.advance(TimeDelta::minutes(20));

        let begun = ask(&browser).await;
        let credential = her_key.get(&begun);
        assert_refused(&take(&browser, "/account/confirm/passkey", &begun, &credential).await, 422, "does not sign in here");
        // A ceremony that signs in confirms nothing, nor the other way round.
        let token = csrf(&browser).await;
        let other = post(&browser, "/login/passkey/begin", &json!({ "_token": token })).await.json();
        let credential = authenticator.get(&other);
        assert_refused(&take(&browser, "/account/confirm/passkey", &other, &credential).await, 410, LATE);
        let begun = ask(&browser).await;
        let credential = authenticator.get(&begun);
        assert_refused(&take(&browser, "/login/passkey", &begun, &credential).await, 410, LATE);
        // Somebody must have been there.
        let begun = ask(&browser).await;
        authenticator.quirks = Quirks { user_verified: false, ..Quirks::default() };
        let credential = authenticator.get(&begun);
        assert_refused(&take(&browser, "/account/confirm/passkey", &begun, &credential).await, 422, "does not sign in here");
        authenticator.quirks = Quirks::default();
        // It takes this browser's form, and a session.
        let begun = ask(&browser).await;
        let body = json!({ "_token": "x", "ceremony": begun["ceremony"], "credential": authenticator.get(&begun) });
        assert_eq!(post(&browser, "/account/confirm/passkey", &body).await.status, 403);
        assert_eq!(post(&browser, "/account/confirm/passkey/begin", &json!({ "_token": "x" })).await.status, 403);
        let nobody = Browser::new(&server);
        assert_eq!(post(&nobody, "/account/confirm/passkey/begin", &json!({})).await.status, 401);
        assert_eq!(post(&nobody, "/account/confirm/passkey", &body).await.status, 401);
        assert!(is_asked(&browser).await && is_asked(&hers).await, "nobody confirmed anything");
    }

    async fn who_has_no_passkey_is_not_offered_one(db: Database) {
        let server = start(&db);
        server.user("bob");
        let browser = Browser::new(&server);
        browser.sign_in("bob").await;
        server.advance(TimeDelta::minutes(20));
        let page = browser.get(CONFIRM).await;
        assert!(!page.body.contains("<script") && !page.header("content-security-policy").contains("script-src"));
    }

    async fn a_new_password_says_which_passkeys_still_sign_in(db: Database) {
        use crate::dialect::passport_support::{one_time_password, post};
        use crate::support::outbox;
        let server = start(&db);
        ada(&server).await;
        let new = "another horse staple";
        for (how_many, words) in [(1, "One passkey still signs in"), (2, "2 passkeys still sign in")] {
            if how_many == 2 {
                let again = Browser::new(&server);
                let token = again.get("/login").await.input("_token").expect("a token");
                let form = [("_token", token.as_str()), ("login", "ada"), ("password", new)];
                assert_eq!(again.post("/login", &form).await.status, 303);
                assert_eq!(register(&again, &mut Authenticator::new(), "another").await.status, 200);
            }
            server.advance(TimeDelta::minutes(1));
            post(&server, "/api/v1/top-up", json!({ "email": "ada@example.com" })).await;
            let body = json!({ "email": "ada@example.com", "otp": one_time_password(&server), "password": new, "password_confirmation": new });
            server.advance(TimeDelta::seconds(1));
            let reset = post(&server, "/api/v1/password/reset", body).await;
            assert_eq!(reset.status, 200, "{}", reset.body);
            let (_, text) = outbox::all(&server).pop().expect("a mail");
            let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(line.contains(words) && text.contains("/account/passkeys"), "{text}");
        }
        server.user("bob");
        server.advance(TimeDelta::minutes(1));
        let bob = grantor::account::admin::find(&server.app, "bob").expect("a database").expect("bob");
        grantor::account::admin::set_password(&server.app, &grantor::core::audit::Actor::Operator, &bob, new).expect("set");
        let (to, text) = outbox::all(&server).pop().expect("a mail");
        assert!(to == "bob@example.com" && !text.contains("passkey"), "{text}");
    }
}
