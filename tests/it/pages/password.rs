//! A forgotten password.

use chrono::TimeDelta;
use grantor::account::login::{Origin, verify};
use grantor::account::password;
use grantor::oauth::{bearer, first_party};

use super::{assert_nothing_written, cookie, outbox, person_of, submit};
use crate::support::browser::{Answer, Browser};
use crate::support::database::on_both;
use crate::support::server::{PASSWORD, Setup, TestServer};

const NEW: &str = "a whole new password";

/// Asks for a link and takes it out of the mail.
async fn link(server: &TestServer, email: &str) -> String {
    let browser = Browser::new(server);
    let page = browser.get("/password/forgot").await;
    let answer = submit(&browser, &page, "/password/forgot", &[("email", email)]).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let (recipient, text) = outbox(server).pop().expect("a mail");
    assert_eq!(recipient, email);
    let url = text.split_whitespace().find(|word| word.contains("/password/reset?token=")).expect("a link");
    url.strip_prefix(&server.url).expect("our own link").to_owned()
}

async fn change(browser: &Browser, page: &Answer, password: &str) -> Answer {
    let form = [("password", password), ("password_confirmation", password)];
    submit(browser, page, "/password/reset", &form).await
}

on_both! {
    async fn a_link_changes_the_password_once_and_ends_everything(db: Database) {
        let server = TestServer::start(&db);
        server.user("ada");
        let signed_in = Browser::new(&server);
        let page = signed_in.get("/login").await;
        let answer = submit(&signed_in, &page, "/login", &[("login", "ada"), ("password", PASSWORD)]).await;
        let session = cookie(&answer, "grantor_session").unwrap();
        let verified = verify(&server.app, "ada", PASSWORD, &Origin::default()).unwrap();
        let tokens = first_party::sign_in(&server.app, verified, first_party::Lasting::Refreshed, <_>::default()).unwrap();
        assert!(bearer::authenticate(&server.app, &tokens.access_token).unwrap().is_some());

        let link = link(&server, "ada@example.com").await;
        let browser = Browser::new(&server);
        let page = browser.get(&link).await;
        assert_eq!(page.status, 200);
        assert_eq!(page.header("referrer-policy"), "no-referrer");
        assert!(page.body.contains("value=\"ada@example.com\""));
        let other = Browser::new(&server);
        let rival = other.get(&link).await;
        for (bad, again) in [("short", "short"), (NEW, "another"), ("", "")] {
            let form = [("password", bad), ("password_confirmation", again)];
            let answer = submit(&browser, &page, "/password/reset", &form).await;
            assert_eq!((answer.status, answer.header("referrer-policy")), (422, "no-referrer"));
            assert!(!answer.text_of("#password-error").is_empty(), "{}", answer.body);
            assert!(!answer.body.contains(NEW));
        }
        let done = change(&browser, &page, NEW).await;
        assert_eq!(done.status, 200, "{}", done.body);
        assert_eq!(done.text_of("h1"), "Your password has been changed");
        assert!(done.body.contains("href=\"/login\""));

        for answer in [change(&browser, &page, PASSWORD).await, change(&other, &rival, PASSWORD).await] {
            assert_eq!(answer.status, 410);
        }
        assert_eq!(browser.get(&link).await.status, 410);
        assert!(person_of(&server, &session).is_none(), "the session goes on");
        assert!(bearer::authenticate(&server.app, &tokens.access_token).unwrap().is_none(), "the token goes on");
        assert!(verify(&server.app, "ada", PASSWORD, &Origin::default()).is_err());
        assert!(verify(&server.app, "ada", NEW, &Origin::default()).is_ok());
    }

    async fn only_the_newest_link_works_and_not_for_long(db: Database) {
        let server = Setup::default().frozen().start(&db);
        server.user("ada");
        let old = link(&server, "ada@example.com").await;
        server.advance(TimeDelta::minutes(1));
        let new = link(&server, "ada@example.com").await;
        let browser = Browser::new(&server);
        assert_eq!(browser.get(&old).await.status, 410);
        let page = browser.get(&new).await;
        assert_eq!(page.status, 200);
        server.advance(TimeDelta::minutes(61));
        assert_eq!(change(&browser, &page, NEW).await.status, 410);
        let dead = browser.get(&new).await;
        assert_eq!((dead.status, dead.header("referrer-policy")), (410, "no-referrer"));
        assert!(dead.body.contains("href=\"/password/forgot\""));
        for bad in ["/password/reset", "/password/reset?token=", "/password/reset?token=gra_pr_x"] {
            assert_eq!(browser.get(bad).await.status, 410, "{bad}");
        }
        assert!(verify(&server.app, "ada", PASSWORD, &Origin::default()).is_ok());
    }

    async fn a_link_takes_this_browsers_token(db: Database) {
        let server = TestServer::start(&db);
        server.user("ada");
        let link = link(&server, "ada@example.com").await;
        let browser = Browser::new(&server);
        let page = browser.get(&link).await;
        let token = page.input("token").unwrap();
        let foreign = Browser::new(&server).get("/login").await.input("_token").unwrap();
        server.reset_statements();
        for csrf in ["", foreign.as_str()] {
            let form = [("_token", csrf), ("token", &token), ("password", NEW), ("password_confirmation", NEW)];
            let answer = browser.post("/password/reset", &form).await;
            assert_eq!(answer.status, 403);
            assert_eq!(answer.input("token"), Some(token.clone()));
        }
        assert_nothing_written(&server);
        assert_eq!(change(&browser, &page, NEW).await.status, 200);
    }

    async fn asking_tells_nobody_who_is_here(db: Database) {
        let server = TestServer::start(&db);
        server.user("ada");
        let closed = server.user("closed");
        grantor::account::admin::set_status(&server.app, &grantor::core::audit::Actor::Operator, &closed, grantor::core::user::Status::Disabled).unwrap();
        let browser = Browser::new(&server);
        let page = browser.get("/password/forgot").await;
        let mut bodies = Vec::new();
        for email in ["ada@example.com", "nobody@example.com", "closed@example.com"] {
            let answer = submit(&browser, &page, "/password/forgot", &[("email", email)]).await;
            assert_eq!(answer.status, 200);
            assert!(!answer.body.contains(email));
            bodies.push(answer.body);
        }
        bodies.dedup();
        assert_eq!(bodies.len(), 1);
        assert_eq!(outbox(&server).len(), 1);
        let answer = submit(&browser, &page, "/password/forgot", &[("email", "nonsense")]).await;
        assert_eq!((answer.status, answer.input("email").as_deref()), (422, Some("nonsense")));
        server.reset_statements();
        let answer = browser.post("/password/forgot", &[("email", "ada@example.com")]).await;
        assert_eq!((answer.status, answer.input("email").as_deref()), (403, Some("ada@example.com")));
        assert_nothing_written(&server);
    }

    async fn nobodys_mailbox_is_flooded(db: Database) {
        let server = Setup::default().set("limits.reset_attempts", 2).start(&db);
        server.user("ada");
        for email in ["ada@example.com", "nobody@example.com"] {
            let browser = Browser::new(&server);
            let page = browser.get("/password/forgot").await;
            for expected in [200, 200, 429] {
                let answer = submit(&browser, &page, "/password/forgot", &[("email", email)]).await;
                assert_eq!(answer.status, expected);
                assert_eq!(answer.header("retry-after").is_empty(), expected == 200);
            }
        }
        assert_eq!(outbox(&server).len(), 2);
    }

    async fn an_address_tries_few_links(db: Database) {
        let server = Setup::default()
            .frozen()
            .set("limits.reset_attempts", 3)
            .set("limits.reset_attempts_per_address", 3)
            .start(&db);
        server.user("ada");
        let link = link(&server, "ada@example.com").await;
        let browser = Browser::new(&server);
        let page = browser.get(&link).await;
        let (csrf, token) = (page.input("_token").unwrap(), page.input("token").unwrap());
        for guess in ["gra_pr_a", "gra_pr_b"] {
            let form = [("_token", csrf.as_str()), ("token", guess), ("password", NEW), ("password_confirmation", NEW)];
            assert_eq!(browser.post("/password/reset", &form).await.status, 410);
        }
        let late = change(&browser, &page, NEW).await;
        assert_eq!((late.status, late.header("retry-after").is_empty()), (429, false), "{}", late.body);
        assert!(verify(&server.app, "ada", PASSWORD, &Origin::default()).is_ok());
        let elsewhere = Origin { address: "192.0.2.7".to_owned(), user_agent: None };
        let token = grantor::core::secret::Plain::new(token);
        password::reset_by_link(&server.app, &token, Some(NEW), Some(NEW), &elsewhere).expect("another address");
    }
}
