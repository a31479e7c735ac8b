//! The first administrator.

use chrono::TimeDelta;
use grantor::app::new_setup_link;

use super::{assert_nothing_written, cookie, person, person_of, submit};
use crate::support::browser::Browser;
use crate::support::database::on_both;
use crate::support::server::{PASSWORD, Setup, TestServer};

const ROOT: [(&str, &str); 5] = [
    ("name", "Root"),
    ("username", "root"),
    ("email", "root@example.com"),
    ("password", PASSWORD),
    ("password_confirmation", PASSWORD),
];

fn link(server: &TestServer) -> String {
    let token =
        new_setup_link(&server.app, &grantor::core::audit::Actor::Operator).expect("a database").expect("no admin yet");
    format!("/setup?token={}", token.expose())
}

on_both! {
    async fn the_link_makes_one_admin_who_is_signed_in(db: Database) {
        let server = Setup::default().set("registration.enabled", false).start(&db);
        let link = link(&server);
        let (browser, rival) = (Browser::new(&server), Browser::new(&server));
        let (page, other) = (browser.get(&link).await, rival.get(&link).await);
        assert_eq!((page.status, page.header("referrer-policy")), (200, "no-referrer"));
        let mut bad = ROOT.to_vec();
        bad.push(("email", "nonsense"));
        let answer = submit(&browser, &page, "/setup", &bad).await;
        assert_eq!((answer.status, answer.header("referrer-policy")), (422, "no-referrer"));
        assert!(!answer.text_of("#email-error").is_empty() && !answer.body.contains(PASSWORD));
        assert_eq!(answer.input("username").as_deref(), Some("root"));

        let answer = submit(&browser, &answer, "/setup", &ROOT).await;
        assert_eq!((answer.status, answer.header("location")), (303, "/"), "{}", answer.body);
        let admin = person_of(&server, &cookie(&answer, "grantor_session").unwrap()).unwrap();
        assert_eq!((admin.is_admin(), admin.email_verified_at.is_some()), (true, true));
        assert!(browser.get("/account").await.body.contains("href=\"/admin\""));

        assert_eq!(browser.get(&link).await.status, 410);
        let mut second = ROOT.to_vec();
        second.extend([("username", "second"), ("email", "second@example.com")]);
        assert_eq!(submit(&rival, &other, "/setup", &second).await.status, 410);
        assert!(person(&server, "second").is_none());
        assert!(new_setup_link(&server.app, &grantor::core::audit::Actor::Operator).unwrap().is_none());
    }

    async fn a_link_does_not_last_and_needs_this_browsers_token(db: Database) {
        let server = Setup::default().frozen().start(&db);
        let link = link(&server);
        let browser = Browser::new(&server);
        let page = browser.get(&link).await;
        let token = page.input("token").unwrap();
        server.reset_statements();
        let mut form = ROOT.to_vec();
        form.push(("token", &token));
        let answer = browser.post("/setup", &form).await;
        assert_eq!((answer.status, answer.input("token")), (403, Some(token.clone())));
        assert_nothing_written(&server);
        server.advance(TimeDelta::hours(25));
        assert_eq!(submit(&browser, &page, "/setup", &ROOT).await.status, 410);
        for bad in [&link, "/setup", "/setup?token=gra_su_x"] {
            let dead = browser.get(bad).await;
            assert_eq!((dead.status, dead.header("referrer-policy")), (410, "no-referrer"), "{bad}");
        }
        assert!(person(&server, "root").is_none());
    }

    async fn a_link_does_not_outlive_the_making_of_an_admin(db: Database) {
        let server = TestServer::start(&db);
        let link = link(&server);
        let browser = Browser::new(&server);
        let page = browser.get(&link).await;
        grantor::account::admin::create(&server.app, &grantor::core::audit::Actor::Operator, &other_admin(), |new| new.admin()).expect("an admin");
        let answer = submit(&browser, &page, "/setup", &ROOT).await;
        assert_eq!(answer.status, 410, "{}", answer.body);
        assert!(grantor::account::admin::find(&server.app, "root").expect("a database").is_none());
    }
}

fn other_admin() -> grantor::account::register::Registration {
    grantor::account::register::Registration {
        name: Some("Other".to_owned()),
        username: Some("other".to_owned()),
        email: Some("other@example.com".to_owned()),
        password: Some(PASSWORD.to_owned()),
        password_confirmation: Some(PASSWORD.to_owned()),
        ..<_>::default()
    }
}
