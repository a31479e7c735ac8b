//! The second step of a sign-in, and the settings of second factors.

use chrono::TimeDelta;
use grantor::account::second_factor as factor;

use super::{assert_nothing_written, authorize, cookie, form_action, person_of, set_cookie, submit};
use crate::support::browser::{Answer, Browser};
use crate::support::database::{Database, on_both};
use crate::support::outbox;
use crate::support::second_factor::*;
use crate::support::server::{PASSWORD, REDIRECT, Setup, TestServer};

const STEP: &str = "/login/second-factor";
const SETTINGS: &str = "/account/second-factor";

fn frozen(db: &Database) -> TestServer {
    Setup::default().frozen().start(db)
}

/// Types the password at the address, and answers the redirect to the second step.
async fn password(server: &TestServer, browser: &Browser, at: &str) -> Answer {
    tick(server);
    let page = browser.get(at).await;
    let answer = submit(browser, &page, "/login", &[("login", "ada"), ("password", PASSWORD)]).await;
    assert_eq!(answer.status, 303, "{}", answer.body);
    assert_eq!(cookie(&answer, "grantor_session"), None, "no session yet");
    answer
}

/// Sends a form of the settings, whose page a browser has open.
async fn change(browser: &Browser, fields: &[(&str, &str)]) -> Answer {
    let page = browser.get(SETTINGS).await;
    assert_eq!(page.status, 200, "{}", page.body);
    submit(browser, &page, SETTINGS, fields).await
}

on_both! {
    async fn a_person_turns_an_app_on_and_signs_in_with_it(db: Database) {
        let server = frozen(&db);
        server.user("ada");
        let browser = Browser::new(&server);
        browser.sign_in("ada").await;
        assert!(browser.get("/account").await.body.contains("href=\"/account/second-factor\""));
        let page = change(&browser, &[("action", "begin_totp")]).await;
        assert_eq!(page.status, 200, "{}", page.body);
        assert_eq!(page.header("cache-control"), "no-store");
        assert!(page.body.contains("<svg class=\"qr\"") && page.header("content-security-policy").contains("img-src 'self';"));
        let app = Authenticator::of(&page.text_of("#app ~ p code"));
        let form = [("action", "confirm_totp"), ("code", another(&app.code(&server, 0)))];
        let wrong = submit(&browser, &page, SETTINGS, &form).await;
        assert_eq!(wrong.status, 422);
        assert_eq!(wrong.text_of("#confirm_totp-code-error"), "The code is invalid or has expired.");
        assert!(!wrong.body.contains("otpauth:"), "the secret is shown once");
        let form = [("action", "confirm_totp"), ("code", &app.code(&server, 0))];
        let done = submit(&browser, &page, SETTINGS, &form).await;
        assert_eq!((done.status, done.text_of(".notice").as_str()), (200, "Codes from your app are on."), "{}", done.body);
        let codes: Vec<String> = done.text_of(".codes").split_whitespace().map(str::to_owned).collect();
        assert_eq!(codes.len(), 10);
        assert!(browser.get(SETTINGS).await.text_of(".codes").is_empty(), "shown once");

        let other = Browser::new(&server);
        let redirect = password(&server, &other, "/login").await;
        assert_eq!(redirect.header("location"), STEP);
        let line = set_cookie(&redirect, "grantor_second_step").expect("a cookie");
        assert!(["HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=600"].iter().all(|flag| line.contains(flag)), "{line}");
        assert!(other.get("/").await.text_of("h1").contains("Grantor"), "nobody is signed in");
        let page = other.get(STEP).await;
        assert_eq!(page.status, 200);
        assert!(page.body.contains("autocomplete=\"one-time-code\"") && page.body.contains("inputmode=\"numeric\""));
        assert!(!page.body.contains("gra_2f_") && !page.body.contains("value=\"resend\"") && page.input("resend").is_none());
        let wrong = submit(&other, &page, STEP, &[("code", another(&app.code(&server, 1)))]).await;
        assert_eq!((wrong.status, wrong.text_of(".alert").as_str()), (422, "The two-factor code is invalid or has expired."));
        let missing = submit(&other, &page, STEP, &[("code", " ")]).await;
        assert_eq!((missing.status, missing.text_of("#code-error").is_empty()), (422, false));
        let done = submit(&other, &page, STEP, &[("code", &app.code(&server, 1))]).await;
        assert_eq!((done.status, done.header("location")), (303, "/"), "{}", done.body);
        assert_eq!(cookie(&done, "grantor_second_step").as_deref(), Some(""));
        assert!(person_of(&server, &cookie(&done, "grantor_session").expect("a session")).is_some());
        assert!(other.get("/account").await.text_of("h1").contains("ada Example"));
        let back = other.get(STEP).await;
        assert_eq!((back.status, back.header("location")), (303, "/"), "the way back leads on");

        let third = Browser::new(&server);
        password(&server, &third, "/login").await;
        let page = third.get(STEP).await;
        let wrong = submit(&third, &page, STEP, &[("recovery_code", "00000-00000")]).await;
        assert_eq!(wrong.status, 422);
        assert_eq!(wrong.text_of("details[open] #recovery_code-error"), "The two-factor code is invalid or has expired.");
        assert_eq!(submit(&third, &page, STEP, &[("recovery_code", &codes[0])]).await.status, 303);
    }

    async fn the_app_that_waits_gets_its_answer_afterwards(db: Database) {
        let server = frozen(&db);
        let (app, _) = turn_on_totp(&server, &server.user("ada"));
        let (client, _) = server.client(|new| new.policy.first_party = true);
        let browser = Browser::new(&server);
        let login = browser.get(&authorize(&client, "profile")).await;
        let redirect = password(&server, &browser, login.header("location").trim_start_matches(&server.url)).await;
        let page = browser.get(redirect.header("location")).await;
        assert!(page.text_of(".lead").contains("Test app"), "{}", page.body);
        assert_eq!(form_action(&page), form_action(&browser.get(login.header("location")).await));
        let done = submit(&browser, &page, STEP, &[("code", &app.code(&server, 1))]).await;
        let answer = browser.get(done.header("location")).await;
        assert!(answer.header("location").starts_with(REDIRECT), "{answer:?}");
        for foreign in ["https://evil.example", "//evil.example", "/\\evil.example"] {
            let other = Browser::new(&server);
            password(&server, &other, "/login").await;
            let page = other.get(&format!("{STEP}?return_to={foreign}")).await;
            assert_eq!(page.input("return_to").as_deref(), Some(""));
        }
    }

    async fn the_first_step_is_worth_nothing_in_another_browser(db: Database) {
        let server = frozen(&db);
        let (app, _) = turn_on_totp(&server, &server.user("ada"));
        let browser = Browser::new(&server);
        let stolen = cookie(&password(&server, &browser, "/login").await, "grantor_second_step").expect("a cookie");
        let other = Browser::new(&server);
        let anonymous = cookie(&other.get("/login").await, "grantor_session").expect("a cookie");
        let cookies = format!("grantor_session={anonymous}; grantor_second_step={stolen}");
        let request = Browser::new(&server).request(reqwest::Method::GET, STEP).header("cookie", cookies);
        let answer = other.send(request).await;
        assert_eq!((answer.status, answer.header("location")), (303, "/login"));
        let nobody = Browser::new(&server).get(STEP).await;
        assert_eq!((nobody.status, nobody.header("location")), (303, "/login"));
        // And it takes this browser's CSRF token: nothing is tried without it.
        let page = browser.get(STEP).await;
        server.reset_statements();
        for csrf in ["", &other.get("/login").await.input("_token").expect("a token")] {
            let answer = browser.post(STEP, &[("_token", csrf), ("code", &app.code(&server, 1))]).await;
            assert_eq!(answer.status, 403);
        }
        assert_nothing_written(&server);
        assert_eq!(submit(&browser, &page, STEP, &[("code", &app.code(&server, 1))]).await.status, 303);
    }

    async fn an_attempt_that_is_over_begins_anew_with_a_kind_word(db: Database) {
        let server = frozen(&db);
        let (app, _) = turn_on_totp(&server, &server.user("ada"));
        let wrong = another(&app.code(&server, 1));
        for late in [true, false] {
            let browser = Browser::new(&server);
            let redirect = password(&server, &browser, "/login?return_to=%2Faccount").await;
            assert_eq!(redirect.header("location"), "/login/second-factor?return_to=%2Faccount");
            let page = browser.get(redirect.header("location")).await;
            let answer = if late {
                server.advance(TimeDelta::seconds(600));
                submit(&browser, &page, STEP, &[("code", &app.code(&server, 0))]).await
            } else {
                for _ in 0..4 {
                    assert_eq!(submit(&browser, &page, STEP, &[("code", wrong)]).await.status, 422);
                }
                submit(&browser, &page, STEP, &[("code", wrong)]).await
            };
            assert_eq!((answer.status, answer.header("location")), (303, "/login?return_to=%2Faccount&again=1"));
            let page = browser.get(answer.header("location")).await;
            assert!(page.text_of(".notice").contains("once more"), "{}", page.body);
            assert_eq!(page.input("return_to").as_deref(), Some("/account"));
        }
    }

    async fn a_person_turns_text_messages_on_and_has_one_sent_again(db: Database) {
        let server = Setup::default().frozen().set("limits.text_messages", 3).start(&db);
        server.user("ada");
        let browser = Browser::new(&server);
        browser.sign_in("ada").await;
        let form = [("action", "begin_sms"), ("country_code", "381"), ("phone_number", "112345678")];
        let wrong = change(&browser, &form).await;
        assert_eq!((wrong.status, wrong.input("phone_number").as_deref()), (422, Some("112345678")));
        assert!(wrong.text_of("#phone_number-error").contains("text messages"), "{}", wrong.body);
        let form = [("action", "begin_sms"), ("country_code", "381"), ("phone_number", "064 1234567")];
        let page = change(&browser, &form).await;
        assert!(page.text_of("main").contains("••• 67") && !page.body.contains("1234567"), "{}", page.body);
        let form = [("action", "confirm_sms"), ("code", &outbox::code(&server))];
        let done = submit(&browser, &page, SETTINGS, &form).await;
        assert_eq!((done.status, done.text_of(".codes").split_whitespace().count()), (200, 10), "{}", done.body);

        let other = Browser::new(&server);
        password(&server, &other, "/login").await;
        let page = other.get(STEP).await;
        let old = outbox::code(&server);
        tick(&server);
        let again = submit(&other, &page, STEP, &[("resend", "1")]).await;
        assert_eq!((again.status, again.text_of(".notice").is_empty()), (200, false), "{}", again.body);
        let late = submit(&other, &page, STEP, &[("resend", "1")]).await;
        assert_eq!((late.status, late.header("retry-after").is_empty()), (429, false));
        assert_eq!(submit(&other, &page, STEP, &[("code", &old)]).await.status, 422);
        assert_eq!(submit(&other, &page, STEP, &[("code", &outbox::code(&server))]).await.status, 303);
    }

    async fn a_change_asks_for_the_password_when_the_sign_in_is_old(db: Database) {
        let server = Setup::default().frozen().set("limits.sign_in_attempts", 30).start(&db);
        let ada = server.user("ada");
        let browser = Browser::new(&server);
        browser.sign_in("ada").await;
        server.advance(TimeDelta::minutes(6));
        let status = || server.app.read(|cx| factor::status(cx, ada.id)).expect("a status");
        let before = status();
        let sms = [("country_code", "381"), ("phone_number", "641234568")];
        for action in ["begin_totp", "begin_sms"] {
            for password in ["", "wrong password"] {
                let form = [("action", action), ("current_password", password), sms[0], sms[1]];
                let answer = change(&browser, &form).await;
                assert_eq!((answer.status, answer.text_of(&format!("#{action}-password-error")).is_empty()), (422, false), "{action}");
                assert!(!answer.body.contains("otpauth:") && !answer.body.contains("wrong password"));
            }
        }
        assert_eq!(status(), before);
        let form = [("action", "begin_sms"), ("current_password", PASSWORD), sms[0], sms[1]];
        assert!(change(&browser, &form).await.text_of("main").contains("••• 68"));
        let done = change(&browser, &[("action", "begin_totp"), ("current_password", PASSWORD)]).await;
        assert!(done.body.contains("otpauth:"), "{}", done.body);
    }

    async fn what_is_on_does_not_give_way_to_the_password(db: Database) {
        let server = Setup::default().frozen().set("limits.sign_in_attempts", 30).start(&db);
        let ada = server.user("ada");
        let browser = Browser::new(&server);
        browser.sign_in("ada").await;
        let (app, _) = turn_on_totp(&server, &ada);
        turn_on_sms(&server, &ada);
        server.advance(TimeDelta::minutes(6));
        let status = || server.app.read(|cx| factor::status(cx, ada.id)).expect("a status");
        let before = status();
        let page = browser.get(SETTINGS).await;
        assert!(page.input("current_password").is_none() && page.body.contains("/account/confirm"), "{}", page.body);
        for action in ["off_totp", "off_sms", "new_codes", "begin_totp", "begin_sms"] {
            let form = [("action", action), ("current_password", PASSWORD), ("country_code", "381"), ("phone_number", "641234568")];
            let answer = change(&browser, &form).await;
            let confirm = "/account/confirm?return_to=%2Faccount%2Fsecond-factor";
            assert_eq!((answer.status, answer.header("location")), (303, confirm), "{action}: {}", answer.body);
        }
        assert_eq!(status(), before);
        let page = browser.get("/account/confirm?return_to=%2Faccount%2Fsecond-factor").await;
        let step = submit(&browser, &page, "/account/confirm", &[("password", PASSWORD)]).await;
        let page = browser.get(step.header("location")).await;
        let done = submit(&browser, &page, STEP, &[("code", &app.code(&server, 0))]).await;
        assert_eq!((done.status, done.header("location")), (303, SETTINGS), "{}", done.body);
        let done = change(&browser, &[("action", "new_codes")]).await;
        assert_eq!(done.text_of(".codes").split_whitespace().count(), 10, "{}", done.body);
        assert_eq!(change(&browser, &[("action", "off_sms")]).await.status, 200);
        assert_eq!(change(&browser, &[("action", "off_totp")]).await.status, 200);
        assert!(browser.get(SETTINGS).await.text_of(".lead").contains("It is off"));
        assert_eq!(status().recovery_codes, 0);
    }

    async fn the_settings_are_for_those_who_are_signed_in(db: Database) {
        let server = frozen(&db);
        let ada = server.user("ada");
        let nobody = Browser::new(&server);
        let answer = nobody.get(SETTINGS).await;
        assert_eq!((answer.status, answer.header("location")), (303, "/login?return_to=%2Faccount%2Fsecond-factor"));
        assert_eq!(nobody.post(SETTINGS, &[("action", "off_totp")]).await.status, 303);
        let browser = Browser::new(&server);
        browser.sign_in("ada").await;
        turn_on_totp(&server, &ada);
        let page = browser.get(SETTINGS).await;
        server.reset_statements();
        let foreign = nobody.get("/login").await.input("_token").expect("a token");
        for csrf in ["", foreign.as_str()] {
            assert_eq!(browser.post(SETTINGS, &[("_token", csrf), ("action", "off_totp")]).await.status, 403);
        }
        assert_nothing_written(&server);
        assert_eq!(submit(&browser, &page, SETTINGS, &[("action", "nonsense")]).await.status, 403);
        assert!(server.app.read(|cx| factor::status(cx, ada.id)).expect("a status").totp);
    }

    async fn guesses_at_the_password_from_a_browser_that_was_left_open_are_few(db: Database) {
        let server = Setup::default().frozen().set("limits.sign_in_attempts", 2).start(&db);
        let ada = server.user("ada");
        let browser = Browser::new(&server);
        browser.sign_in("ada").await;
        server.advance(TimeDelta::minutes(20));
        for (guess, expected) in [("a guess at it", 422), ("another guess", 422), ("a third guess", 429), (PASSWORD, 429)] {
            let answer = change(&browser, &[("action", "begin_totp"), ("current_password", guess)]).await;
            assert_eq!(answer.status, expected, "{guess}: {}", answer.body);
            assert_eq!(answer.header("retry-after").is_empty(), expected == 422, "{guess}");
        }
        assert!(!server.app.read(|cx| factor::status(cx, ada.id)).expect("a status").totp_pending);
    }
}
