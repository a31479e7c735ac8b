//! Signing out, and the front page.

use super::{assert_nothing_written, cookie, person_of, set_cookie, submit, with_cookie};
use crate::support::browser::Browser;
use crate::support::database::on_both;
use crate::support::server::{PASSWORD, Setup, TestServer};

on_both! {
    async fn signing_out_ends_the_session_itself(db: Database) {
        let server = TestServer::start(&db);
        server.user("ada");
        let browser = Browser::new(&server);
        let page = browser.get("/login").await;
        let answer = submit(&browser, &page, "/login", &[("login", "ada"), ("password", PASSWORD)]).await;
        let session = cookie(&answer, "grantor_session").unwrap();
        assert!(person_of(&server, &session).is_some());
        let home = browser.get("/account").await;
        let answer = submit(&browser, &home, "/logout", &[]).await;
        assert_eq!((answer.status, answer.header("location")), (303, "/"));
        for name in ["grantor_session", "grantor_token", "XSRF-TOKEN"] {
            let line = set_cookie(&answer, name).expect("a cookie that goes");
            assert!(line.starts_with(';') && line.contains("Max-Age=0"), "{line}");
        }
        assert!(person_of(&server, &session).is_none());
        let stolen = with_cookie(&server, "/", &format!("grantor_session={session}")).await;
        assert!(stolen.body.contains("href=\"/login\""), "{}", stolen.body);
        // Once more: nothing to do, and nothing wrong.
        assert_eq!(submit(&browser, &home, "/logout", &[]).await.status, 303);
    }

    async fn signing_out_takes_this_browsers_token(db: Database) {
        let server = TestServer::start(&db);
        for name in ["ada", "eve"] {
            server.user(name);
        }
        let (ada, eve) = (Browser::new(&server), Browser::new(&server));
        ada.sign_in("ada").await;
        eve.sign_in("eve").await;
        let foreign = eve.get("/account").await.input("_token").unwrap();
        server.reset_statements();
        for form in [vec![], vec![("_token", foreign.as_str())]] {
            let answer = ada.post("/logout", &form).await;
            assert_eq!(answer.status, 403);
        }
        assert_nothing_written(&server);
        assert!(ada.get("/account").await.text_of("h1").contains("ada"));
        assert_eq!(ada.get("/logout").await.status, 405);
    }

    async fn somebody_else_may_go_on(db: Database) {
        let server = TestServer::start(&db);
        server.user("ada");
        for (return_to, location) in [
            ("/oauth/authorize?client_id=x&state=1", "/login?return_to=%2Foauth%2Fauthorize%3Fclient_id%3Dx%26state%3D1"),
            ("https://evil.example", "/"),
            ("//evil.example", "/"),
            ("/\\evil.example", "/"),
        ] {
            let browser = Browser::new(&server);
            browser.sign_in("ada").await;
            let home = browser.get("/account").await;
            let answer = submit(&browser, &home, "/logout", &[("return_to", return_to)]).await;
            assert_eq!((answer.status, answer.header("location")), (303, location));
        }
    }

    async fn the_front_page_knows_who_is_there(db: Database) {
        let server = TestServer::start(&db);
        server.user("ada");
        let browser = Browser::new(&server);
        let page = browser.get("/").await;
        assert!(page.body.contains("href=\"/login\"") && page.body.contains("href=\"/register\""));
        assert!(page.body.contains("href=\"/.well-known/oauth-authorization-server\""));
        browser.sign_in("ada").await;
        let page = browser.get("/").await;
        assert_eq!((page.status, page.header("location")), (303, "/account"));
        drop(server);
        let closed = Setup::default().set("registration.enabled", false).start(&db);
        let page = Browser::new(&closed).get("/").await;
        assert!(page.body.contains("href=\"/login\"") && !page.body.contains("href=\"/register\""));
    }

    async fn a_session_does_not_last_for_ever(db: Database) {
        let server = Setup::default()
            .set("sessions.idle_lifetime", "1h")
            .set("sessions.lifetime", "3h")
            .frozen()
            .start(&db);
        server.user("ada");
        let browser = Browser::new(&server);
        browser.sign_in("ada").await;
        for _ in 0..3 {
            server.advance(chrono::TimeDelta::minutes(59));
            assert!(browser.get("/account").await.text_of("h1").contains("ada"), "still used");
        }
        server.advance(chrono::TimeDelta::minutes(4));
        assert!(!browser.get("/account").await.text_of("h1").contains("ada"), "three hours are over");
        browser.sign_in("ada").await;
        server.advance(chrono::TimeDelta::minutes(61));
        assert!(!browser.get("/account").await.text_of("h1").contains("ada"), "it was idle");
    }
}
