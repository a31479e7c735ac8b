//! The page that proves an e-mail address, and the one that sends its link again.

use chrono::TimeDelta;
use grantor::account::email;
use grantor::core::secret::Plain;
use grantor::core::user::User;
use grantor::store::users;
use reqwest::Method;
use serde_json::json;

use super::{assert_nothing_written, authorize, consent_page, cookie, outbox, person, submit};
use crate::account::{link, unverified};
use crate::support::browser::Browser;
use crate::support::database::on_both;
use crate::support::server::{Setup, TestServer};

on_both! {
    async fn a_link_is_used_by_its_button_alone(db: Database) {
        let server = Setup::default().frozen().start(&db);
        unverified(&server, "ada");
        let link = link(&server);
        let browser = Browser::new(&server);
        server.reset_statements();
        let page = browser.get(&link).await;
        assert_eq!((page.status, page.header("referrer-policy")), (200, "no-referrer"), "{}", page.body);
        assert!(page.body.contains("ada@example.com"));
        assert_eq!(browser.send(browser.request(Method::HEAD, &link)).await.status, 200);
        assert_nothing_written(&server);
        assert!(person(&server, "ada").unwrap().email_verified_at.is_none());

        let forged = browser.post("/email/verify", &[("token", &page.input("token").unwrap())]).await;
        assert_eq!(forged.status, 403);
        assert!(person(&server, "ada").unwrap().email_verified_at.is_none());

        let done = submit(&browser, &page, "/email/verify", &[]).await;
        assert_eq!((done.status, done.header("referrer-policy")), (200, "no-referrer"), "{}", done.body);
        assert!(done.body.contains("ada@example.com") && done.body.contains("href=\"/login\""));
        assert_eq!(cookie(&done, "grantor_session"), None, "it signs nobody in");
        assert!(person(&server, "ada").unwrap().email_verified_at.is_some());
        let again = submit(&browser, &page, "/email/verify", &[]).await;
        assert_eq!((again.status, again.header("referrer-policy")), (410, "no-referrer"));
        assert_eq!(browser.get(&link).await.status, 410);
        for bad in ["/email/verify?token=", "/email/verify?token=gra_ev_x"] {
            assert_eq!(browser.get(bad).await.status, 410, "{bad}");
        }
    }

    async fn of_many_uses_of_one_link_one_counts(db: Database) {
        let server = TestServer::start(&db);
        unverified(&server, "ada");
        let token = Plain::new(link(&server).split_once("token=").unwrap().1);
        let rivals: Vec<_> = (0..20)
            .map(|_| {
                let (app, token) = (std::sync::Arc::clone(&server.app), token.clone());
                tokio::task::spawn_blocking(move || email::confirm(&app, &token).is_ok())
            })
            .collect();
        let mut won = 0;
        for rival in rivals {
            won += usize::from(rival.await.expect("an outcome"));
        }
        assert_eq!(won, 1);
    }

    async fn the_link_is_sent_again_and_nobody_learns_to_whom(db: Database) {
        let server = Setup::default().frozen().start(&db);
        unverified(&server, "ada");
        server.user("grace");
        let old = link(&server);
        server.advance(TimeDelta::minutes(1));
        let mut seen = Vec::new();
        for typed in ["ada@example.com", "grace@example.com", "nobody@example.com", "nobody"] {
            let browser = Browser::new(&server);
            let page = browser.get("/email/verify").await;
            server.reset_statements();
            let answer = submit(&browser, &page, "/email/verify/send", &[("email", typed)]).await;
            let kinds: Vec<String> =
                server.statements().iter().map(|text| text.split(" -- binds").next().unwrap().to_owned()).collect();
            assert_eq!(answer.status, 200, "{}", answer.body);
            seen.push((typed.contains('@'), answer.text_of("main"), kinds));
        }
        assert_eq!(seen[0], seen[1], "a verified person");
        assert_eq!(seen[0], seen[2], "nobody");
        assert_eq!(seen[0].1, seen[3].1);
        assert_eq!(outbox(&server).len(), 2);
        assert_ne!(link(&server), old);
        assert_eq!(Browser::new(&server).get(&old).await.status, 410);

        let program = Browser::new(&server);
        let request = program.request(Method::POST, "/email/verify/send").header("accept", "application/json");
        let answer = program.send(request.json(&json!({ "email": "ada@example.com" }))).await;
        assert_eq!(answer.status, 200);
        assert!(answer.json()["message"].is_string());
    }

    async fn nobodys_mailbox_is_flooded(db: Database) {
        let server = Setup::default().set("limits.verification_attempts", 2).start(&db);
        unverified(&server, "ada");
        for typed in ["ada@example.com", "nobody@example.com"] {
            let browser = Browser::new(&server);
            let page = browser.get("/email/verify").await;
            for expected in [200, 200, 429] {
                let answer = submit(&browser, &page, "/email/verify/send", &[("email", typed)]).await;
                assert_eq!(answer.status, expected);
                assert_eq!(answer.header("retry-after").is_empty(), expected == 200);
            }
        }
        assert_eq!(outbox(&server).len(), 3);
    }

    async fn somebody_signed_in_has_the_link_sent_to_their_own_address(db: Database) {
        let server = Setup::default().frozen().start(&db);
        unverified(&server, "ada");
        let browser = Browser::new(&server);
        browser.sign_in("ada").await;
        let page = browser.get("/email/verify").await;
        assert_eq!(page.input("email"), None);
        server.advance(TimeDelta::minutes(1));
        let forged = browser.post("/email/verify/send", &[]).await;
        assert_eq!(forged.status, 403);
        let sent = submit(&browser, &page, "/email/verify/send", &[("email", "other@example.com")]).await;
        assert_eq!(sent.status, 200);
        assert_eq!(outbox(&server).last().unwrap().0, "ada@example.com");
        let page = browser.get(&link(&server)).await;
        let done = submit(&browser, &page, "/email/verify", &[]).await;
        assert!(done.body.contains("href=\"/\""), "{}", done.body);
    }

    async fn an_app_waits_for_a_verified_address_where_that_is_asked(db: Database) {
        let server = Setup::default().frozen().set("registration.email_verification", "consent").start(&db);
        unverified(&server, "ada");
        for first_party in [false, true] {
            let (client, _) = server.client(|new| new.policy.first_party = first_party);
            let path = authorize(&client, "profile");
            let browser = Browser::new(&server);
            browser.sign_in("ada").await;
            let page = browser.get(&path).await;
            assert_eq!(page.status, 403, "{}", page.body);
            assert_eq!(page.text_of("h1"), "Confirm your e\u{2011}mail address");
            assert_eq!(page.input("return_to"), Some(path.clone()));
            let json = browser.request(Method::GET, &path).header("accept", "application/json");
            let json = browser.send(json).await;
            assert_eq!(json.status, 403);
            assert!(json.json()["message"].is_string());
            let quiet = browser.get(&format!("{path}&prompt=none")).await;
            let told = if first_party { "interaction_required" } else { "consent_required" };
            assert_eq!(quiet.redirect_parameter("error").as_deref(), Some(told), "a stranger is told no more");
            assert_eq!(quiet.redirect_parameter("state").as_deref(), Some("a+b c&d"));
        }
        email::confirm(&server.app, &Plain::new(link(&server).split_once("token=").unwrap().1)).unwrap();
        let (client, _) = server.client(|new| new.policy.first_party = true);
        let browser = Browser::new(&server);
        browser.sign_in("ada").await;
        assert_eq!(browser.get(&authorize(&client, "profile")).await.status, 302);
    }

    async fn a_form_that_was_open_before_lets_no_app_in_without_a_verified_address(db: Database) {
        let server = Setup::default().frozen().set("registration.email_verification", "consent").start(&db);
        let ada = server.user("ada");
        let (client, _) = server.client(|_| ());
        let path = authorize(&client, "profile");
        let browser = Browser::new(&server);
        let form = consent_page(&browser, "ada", &path).await;
        let set = |verified| {
            let user = User { email_verified_at: verified, ..ada.clone() };
            server.app.write(move |cx| users::update(cx.conn, &user)).expect("the person is changed");
        };
        set(None);
        let refused = submit(&browser, &form, "/oauth/authorize", &[]).await;
        assert_eq!((refused.status, refused.header("location")), (403, ""), "{}", refused.body);
        set(ada.email_verified_at);
        let page = browser.get(&path).await;
        assert_eq!(page.status, 200, "nothing was kept: they are asked again");
        assert_eq!(submit(&browser, &form, "/oauth/authorize", &[]).await.status, 302);
    }
}
