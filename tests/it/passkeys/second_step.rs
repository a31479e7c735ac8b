//! A passkey after the password.

use grantor::account::second_factor;
use serde_json::{Value, json};

use super::{ada, assert_refused, signed_in};
use crate::support::browser::{Answer, Browser};
use crate::support::database::on_both;
use crate::support::passkeys::{Authenticator, post, register, start};
use crate::support::second_factor::turn_on_totp;
use crate::support::server::{PASSWORD, TestServer};

const STEP: &str = "/login/second-factor";

/// Types the password; the page of the second step, and its token.
async fn password(server: &TestServer, browser: &Browser, name: &str) -> (Answer, String) {
    crate::support::second_factor::tick(server);
    let csrf = browser.get("/login").await.input("_token").expect("a token");
    let answer = browser.post("/login", &[("_token", &csrf), ("login", name), ("password", PASSWORD)]).await;
    assert_eq!((answer.status, answer.header("location")), (303, STEP), "{}", answer.body);
    let page = browser.get(STEP).await;
    let csrf = page.input("_token").expect("a token");
    (page, csrf)
}

async fn take(browser: &Browser, csrf: &str, begun: &Value, credential: &str) -> Answer {
    let body = json!({ "_token": csrf, "ceremony": begun["ceremony"], "credential": credential });
    post(browser, "/login/second-factor/passkey", &body).await
}

async fn ask(browser: &Browser, csrf: &str) -> Answer {
    post(browser, "/login/second-factor/passkey/begin", &json!({ "_token": csrf })).await
}

on_both! {
    async fn a_passkey_answers_the_second_step(db: Database) {
        let server = start(&db);
        let (ada, _, mut authenticator) = ada(&server).await;
        turn_on_totp(&server, &ada);
        let browser = Browser::new(&server);
        let (page, csrf) = password(&server, &browser, "ada").await;
        assert_eq!(page.data("begin").as_deref(), Some("/login/second-factor/passkey/begin"), "{}", page.body);
        assert!(page.header("content-security-policy").contains("script-src 'self'"));
        let begun = ask(&browser, &csrf).await.json();
        let allowed = begun["options"]["publicKey"]["allowCredentials"].as_array().expect("a list").clone();
        assert_eq!((allowed.len(), allowed[0]["type"].as_str()), (1, Some("public-key")), "{allowed:?}");
        // An authenticator that is told which credential to use need not say whose it is.
        authenticator.quirks.user_handle = Some(None);
        let credential = authenticator.get(&begun);
        let answer = take(&browser, &csrf, &begun, &credential).await;
        assert_eq!(signed_in(&server, &answer).map(|user| user.id), Some(ada.id), "{answer:?}");
        let cookies: Vec<_> = answer.headers.get_all("set-cookie").iter().map(|value| value.to_str().expect("text")).collect();
        assert!(cookies.iter().any(|line| line.starts_with("grantor_second_step=;")), "{cookies:?}");
    }

    async fn the_second_step_takes_only_passkeys_of_the_one_whose_password_it_was(db: Database) {
        let server = start(&db);
        let (ada, _, mut authenticator) = ada(&server).await;
        let eve = server.user("eve");
        let hers = Browser::new(&server);
        hers.sign_in("eve").await;
        let mut her_key = Authenticator::new();
        assert_eq!(register(&hers, &mut her_key, "hers").await.status, 200);
        turn_on_totp(&server, &ada);
        turn_on_totp(&server, &eve);
        let browser = Browser::new(&server);
        let (_, csrf) = password(&server, &browser, "ada").await;
        let begun = ask(&browser, &csrf).await.json();
        let credential = her_key.get(&begun);
        assert_refused(&take(&browser, &csrf, &begun, &credential).await, 422, "does not sign in here");
        // A ceremony of a sign-in without a password is none of the second step, and the other way round.
        let alone = post(&browser, "/login/passkey/begin", &json!({ "_token": csrf })).await.json();
        let credential = authenticator.get(&alone);
        assert_refused(&take(&browser, &csrf, &alone, &credential).await, 410, "took too long");
        let begun = ask(&browser, &csrf).await.json();
        let credential = authenticator.get(&begun);
        let body = json!({ "_token": csrf, "ceremony": begun["ceremony"], "credential": credential });
        assert_refused(&post(&browser, "/login/passkey", &body).await, 410, "took too long");
        // Nobody is asked for a passkey before the password.
        let nobody = Browser::new(&server);
        let csrf = nobody.get("/login").await.input("_token").expect("a token");
        assert_refused(&ask(&nobody, &csrf).await, 410, "took too long");
    }

    async fn an_attempt_that_is_over_takes_no_passkey(db: Database) {
        let server = start(&db);
        let (ada, _, mut authenticator) = ada(&server).await;
        turn_on_totp(&server, &ada);
        let browser = Browser::new(&server);
        let (_, csrf) = password(&server, &browser, "ada").await;
        let begun = ask(&browser, &csrf).await.json();
        second_factor::turn_off_all(&server.app, &server.app.read(|cx| grantor::store::users::by_id(cx.conn, ada.id)).expect("a database").expect("ada")).expect("off");
        let credential = authenticator.get(&begun);
        assert_refused(&take(&browser, &csrf, &begun, &credential).await, 410, "took too long");
    }

    async fn the_second_step_of_somebody_without_a_passkey_has_no_script(db: Database) {
        let server = start(&db);
        turn_on_totp(&server, &server.user("bob"));
        let (page, _) = password(&server, &Browser::new(&server), "bob").await;
        assert!(!page.body.contains("<script") && !page.header("content-security-policy").contains("script-src"));
    }
}
