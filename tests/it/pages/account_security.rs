//! `/account/security`: the password and the e-mail address.

use chrono::TimeDelta;

use super::account_confirm::{acts, confirm, sign_in};
use super::{assert_nothing_written, cookie, outbox, person, person_of, submit};
use crate::support::browser::{Answer, Browser};
use crate::support::database::on_both;
use crate::support::flow::{Flow, session_cookie};
use crate::support::server::{PASSWORD, Setup};

const SECURITY: &str = "/account/security";
const NEW: &str = "another horse battery";

async fn change(browser: &Browser, new: &str, again: &str) -> Answer {
    let page = browser.get(SECURITY).await;
    let form = [("action", "password"), ("password", new), ("password_confirmation", again)];
    submit(browser, &page, SECURITY, &form).await
}

on_both! {
    async fn a_new_password_ends_all_but_this_browser(db: Database) {
        let server = Setup::default().frozen().start(&db);
        let flow = Flow::new(&server, |_| {});
        let tokens = flow.tokens().await;
        let ada = flow.user.clone();
        let browser = Browser::new(&server);
        let old = sign_in(&browser, "ada").await;
        let done = change(&browser, NEW, NEW).await;
        assert_eq!((done.status, done.header("location")), (303, "/account/security?done=password"), "{}", done.body);
        let new = cookie(&done, "grantor_session").expect("a session");
        assert_eq!(person_of(&server, &new).map(|user| user.id), Some(ada.id));
        assert!(person_of(&server, &old).is_none(), "who copied the cookie is out");
        assert!(person_of(&server, flow.cookie.trim_start_matches("grantor_session=")).is_none());
        assert!(!flow.is_active(&tokens.access).await);
        assert!(browser.get(done.header("location")).await.text_of(".notice").contains("signed out everywhere else"));
        assert!(outbox(&server).iter().any(|(to, _)| to == "ada@example.com"), "a mail says so");
        assert!(acts(&server, &ada).contains(&"password.change done".to_owned()), "{:?}", acts(&server, &ada));
        let other = Browser::new(&server);
        let page = other.get("/login").await;
        assert_eq!(submit(&other, &page, "/login", &[("login", "ada"), ("password", PASSWORD)]).await.status, 422);
        assert_eq!(submit(&other, &page, "/login", &[("login", "ada"), ("password", NEW)]).await.status, 303);
    }

    async fn a_sign_in_of_long_ago_changes_nothing(db: Database) {
        let server = Setup::default().frozen().start(&db);
        server.user("ada");
        let browser = Browser::new(&server);
        sign_in(&browser, "ada").await;
        let fresh = browser.get(SECURITY).await;
        server.advance(TimeDelta::minutes(20));
        let page = browser.get(SECURITY).await;
        assert!(page.input("password").is_none() && page.input("email").is_none(), "no form");
        assert!(page.body.contains("href=\"/account/confirm?return_to=%2Faccount%2Fsecurity\""));
        server.reset_statements();
        for form in [
            [("action", "password"), ("password", NEW), ("password_confirmation", NEW)],
            [("action", "email"), ("email", "new@example.com"), ("current_password", PASSWORD)],
        ] {
            let answer = submit(&browser, &fresh, SECURITY, &form).await;
            assert_eq!((answer.status, answer.header("location")), (303, "/account/confirm?return_to=%2Faccount%2Fsecurity"));
        }
        assert_nothing_written(&server);
        confirm(&browser).await;
        assert_eq!(change(&browser, NEW, NEW).await.status, 303);
    }

    async fn what_is_wrong_with_a_password_is_said_beside_it(db: Database) {
        let server = Setup::default().frozen().start(&db);
        server.user("ada");
        let browser = Browser::new(&server);
        let own = sign_in(&browser, "ada").await;
        for (new, again) in [("", ""), ("short", "short"), (NEW, "another horse"), (&"x".repeat(73), &"x".repeat(73))] {
            let answer = change(&browser, new, again).await;
            assert_eq!(answer.status, 422, "{new}");
            assert!(!answer.text_of("#password-error").is_empty(), "{new}: {}", answer.body);
            assert!(new.is_empty() || !answer.body.contains(new), "it came back");
        }
        assert!(person_of(&server, &own).is_some());
        let token = browser.get(SECURITY).await.input("_token").expect("a token");
        for form in [vec![("action", "password"), ("password", NEW), ("password_confirmation", NEW)], vec![("_token", token.as_str()), ("action", "else")]] {
            assert_eq!(browser.post(SECURITY, &form).await.status, 403);
        }
        let other = Browser::new(&server);
        other.sign_in("ada").await;
    }

    async fn another_address_is_theirs_when_its_link_is_opened(db: Database) {
        let server = Setup::default().frozen().start(&db);
        server.user("ada");
        server.user("eve");
        let browser = Browser::new(&server);
        sign_in(&browser, "ada").await;
        let page = browser.get(SECURITY).await;
        for (email, status) in [("no address", 422), (" ADA@example.com", 422), ("", 422)] {
            let answer = submit(&browser, &page, SECURITY, &[("action", "email"), ("email", email)]).await;
            assert_eq!(answer.status, status, "{email}");
            assert!(!answer.text_of("#email-error").is_empty());
            assert_eq!(answer.input("email").as_deref(), Some(email), "it is kept");
        }
        let mut answers = Vec::new();
        for email in ["eve@example.com", "new@example.com"] {
            let answer = submit(&browser, &page, SECURITY, &[("action", "email"), ("email", email)]).await;
            assert_eq!((answer.status, answer.header("location")), (303, "/account/security?done=email"), "{}", answer.body);
            answers.push(answer.body);
        }
        assert_eq!(answers[0], answers[1], "nobody learns who has an address");
        assert_eq!(person(&server, "ada").expect("ada").email, "ada@example.com", "not yet");
        let mails = outbox(&server);
        let (_, text) = mails.iter().rev().find(|(to, _)| to == "new@example.com").expect("a mail");
        let link = text.split_whitespace().find(|word| word.contains("/email/verify?token=")).expect("a link");
        let path = &link[link.find("/email").expect("a path")..];
        let page = browser.get(path).await;
        let done = submit(&browser, &page, "/email/verify", &[]).await;
        assert_eq!(done.status, 200, "{}", done.body);
        assert!(done.body.contains("href=\"/account\""), "on to the account");
        assert_eq!(person(&server, "ada").expect("ada").email, "new@example.com");
        session_cookie(&server, "new@example.com");
    }
}
