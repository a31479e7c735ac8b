//! Making an account.

use super::{assert_nothing_written, authorize, cookie, form_action, local, person, person_of, submit};
use crate::support::browser::Browser;
use crate::support::database::on_both;
use crate::support::server::{PASSWORD, Setup, TestServer};

const GRACE: [(&str, &str); 5] = [
    ("name", "Grace <Hopper>"),
    ("username", "grace"),
    ("email", "grace@example.com"),
    ("password", PASSWORD),
    ("password_confirmation", PASSWORD),
];

/// What [`GRACE`] says, but for one field.
fn but(field: &'static str, value: &'static str) -> Vec<(&'static str, &'static str)> {
    GRACE.into_iter().map(|(name, known)| (name, if name == field { value } else { known })).collect()
}

on_both! {
    async fn a_new_person_is_signed_in_at_once(db: Database) {
        let server = TestServer::start(&db);
        let browser = Browser::new(&server);
        let page = browser.get("/register").await;
        assert_eq!((page.status, form_action(&page).as_str()), (200, "'self'"));
        let before = cookie(&page, "grantor_session").unwrap();
        let answer = submit(&browser, &page, "/register", &GRACE).await;
        assert_eq!((answer.status, answer.header("location")), (303, "/"), "{}", answer.body);
        let session = cookie(&answer, "grantor_session").unwrap();
        assert_ne!(session, before);
        assert_eq!(person_of(&server, &session).unwrap().name.whole(), "Grace <Hopper>");
        assert!(person(&server, "grace").unwrap().email_verified_at.is_none());
        let home = browser.get("/account").await;
        assert!(home.body.contains("Grace &#60;Hopper&#62;"), "{}", home.body);
        assert_eq!(browser.get("/register").await.status, 303);
    }

    async fn what_is_wrong_is_said_beside_the_field(db: Database) {
        let server = TestServer::start(&db);
        server.user("ada");
        let browser = Browser::new(&server);
        let page = browser.get("/register").await;
        server.reset_statements();
        for (field, value) in [
            ("name", ""),
            ("username", "a@b"),
            ("username", "x"),
            ("email", "no address"),
            ("email", ""),
            ("password", "short"),
            ("password", ""),
            ("password", "an entirely other one"),
        ] {
            let answer = submit(&browser, &page, "/register", &but(field, value)).await;
            assert_eq!(answer.status, 422, "{field} {value:?}");
            assert!(!answer.text_of(&format!("#{field}-error")).is_empty(), "{}", answer.body);
            for (name, kept) in but(field, value) {
                if !name.starts_with("password") && name != field {
                    assert_eq!(answer.input(name).as_deref(), Some(kept));
                }
            }
            assert!(!answer.body.contains(PASSWORD), "the password came back");
        }
        assert_nothing_written(&server);
        for (field, value) in [("username", "ADA"), ("email", "Ada@Example.com")] {
            let answer = submit(&browser, &page, "/register", &but(field, value)).await;
            assert_eq!(answer.status, 422);
            assert!(answer.text_of(&format!("#{field}-error")).contains("taken"), "{}", answer.body);
        }
        let long = "\u{e9}".repeat(37);
        let mut form = GRACE.to_vec();
        form.retain(|(name, _)| !name.starts_with("password"));
        form.extend([("password", long.as_str()), ("password_confirmation", long.as_str())]);
        let answer = submit(&browser, &page, "/register", &form).await;
        assert!(answer.text_of("#password-error").contains("72 bytes"), "{}", answer.body);
        assert!(person(&server, "grace").is_none());
    }

    async fn a_form_without_this_browsers_token_makes_no_account(db: Database) {
        let server = TestServer::start(&db);
        let browser = Browser::new(&server);
        browser.get("/register").await;
        let foreign = Browser::new(&server).get("/register").await.input("_token").unwrap();
        server.reset_statements();
        for token in ["", foreign.as_str()] {
            let mut form = GRACE.to_vec();
            form.push(("_token", token));
            let answer = browser.post("/register", &form).await;
            assert_eq!(answer.status, 403);
            assert_eq!(answer.input("email").as_deref(), Some("grace@example.com"));
            assert!(!answer.body.contains(PASSWORD));
        }
        assert_nothing_written(&server);
    }

    async fn registration_leads_on_to_the_app(db: Database) {
        let server = TestServer::start(&db);
        let (client, _) = server.client(|new| new.name = "Acme Notes".to_owned());
        let wanted = authorize(&client, "profile");
        let browser = Browser::new(&server);
        let sent = browser.get(&wanted).await;
        let login = browser.get(sent.header("location")).await;
        let href = login.body.split("href=\"").find(|part| part.starts_with("/register")).expect("a link");
        let href = href.split('"').next().unwrap().replace("&#38;", "&").replace("&amp;", "&");
        let page = browser.get(&href).await;
        assert_eq!(page.text_of(".lead"), "to continue to Acme Notes");
        assert_eq!(form_action(&page), "'self' https://app.example");
        let answer = submit(&browser, &page, "/register", &GRACE).await;
        assert_eq!((answer.status, local(&server, answer.header("location"))), (303, wanted.as_str()));
        let consent = browser.get(answer.header("location")).await;
        assert_eq!(consent.status, 200);
        assert!(consent.text_of("h1").contains("Acme Notes"), "{}", consent.body);
        assert!(consent.body.contains("grace@example.com"));
    }

    async fn a_closed_door_is_a_page(db: Database) {
        let server = Setup::default().set("registration.enabled", false).start(&db);
        let browser = Browser::new(&server);
        let page = browser.get("/register?return_to=%2Fx").await;
        assert_eq!(page.status, 403);
        assert!(page.body.contains("href=\"/login?return_to=%2Fx\""), "{}", page.body);
        let login = browser.get("/login").await;
        assert!(!login.body.contains("/register"));
        let answer = submit(&browser, &login, "/register", &GRACE).await;
        assert_eq!(answer.status, 403);
        assert!(person(&server, "grace").is_none());
    }

    async fn one_address_does_not_make_accounts_without_end(db: Database) {
        let server = Setup::default().set("limits.registrations_per_address", 1).start(&db);
        let page = Browser::new(&server).get("/register").await;
        assert_eq!(page.status, 200);
        let browser = Browser::new(&server);
        let page = browser.get("/register").await;
        assert_eq!(submit(&browser, &page, "/register", &GRACE).await.status, 303);
        let browser = Browser::new(&server);
        let page = browser.get("/register").await;
        let mut other = but("username", "other");
        other.retain(|(name, _)| *name != "email");
        other.push(("email", "other@example.com"));
        let answer = submit(&browser, &page, "/register", &other).await;
        assert_eq!(answer.status, 429, "{}", answer.body);
        assert!(!answer.header("retry-after").is_empty());
        assert!(person(&server, "other").is_none());
    }
}
