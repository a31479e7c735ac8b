//! `/account`, and the frame of its pages.

use super::submit;
use crate::support::browser::Browser;
use crate::support::database::on_both;
use crate::support::second_factor::turn_on_totp;
use crate::support::server::{Setup, TestServer};

const PAGES: [&str; 6] = [
    "/account",
    "/account/profile",
    "/account/security",
    "/account/second-factor",
    "/account/sessions",
    "/account/data",
];

on_both! {
    async fn every_page_leads_to_the_others_and_says_which_it_is(db: Database) {
        let server = TestServer::start(&db);
        server.user("ada");
        let browser = Browser::new(&server);
        browser.sign_in("ada").await;
        for path in PAGES {
            let page = browser.get(path).await;
            assert_eq!(page.status, 200, "{path}: {}", page.body);
            assert_eq!(page.header("cache-control"), "no-store");
            for other in PAGES {
                assert!(page.body.contains(&format!("href=\"{other}\"")), "{path} lacks {other}");
            }
            assert!(page.body.contains(&format!("href=\"{path}\" aria-current=\"page\"")), "{path}");
            assert!(!page.body.contains("href=\"/admin\""), "{path}: no business in the administration");
            assert_eq!(page.body.matches("<h1").count(), 1, "{path}");
            let nobody = Browser::new(&server).get(path).await;
            let way = format!("/login?return_to={}", path.replace('/', "%2F"));
            assert_eq!((nobody.status, nobody.header("location")), (303, way.as_str()), "{path}");
            let nobody = Browser::new(&server).post(path, &[("action", "end_others")]).await;
            assert!([303, 405].contains(&nobody.status), "{path}");
        }
    }

    async fn who_has_powers_is_led_to_the_administration(db: Database) {
        let server = TestServer::start(&db);
        let ada = server.user("ada");
        let role = grantor::core::ids::RoleName::from("auditor");
        grantor::account::roles::give(&server.app, &grantor::core::audit::Actor::Operator, &ada, &role).expect("a role");
        let browser = Browser::new(&server);
        browser.sign_in("ada").await;
        assert!(browser.get("/account").await.body.contains("href=\"/admin\""));
    }

    async fn the_overview_tells_how_the_account_stands(db: Database) {
        let server = Setup::default().frozen().start(&db);
        let ada = server.user("ada");
        let browser = Browser::new(&server);
        browser.sign_in("ada").await;
        let page = browser.get("/account").await;
        assert_eq!(page.text_of("h1"), "ada Example");
        assert!(page.body.contains("Your password alone opens your account"));
        assert!(page.text_of(".tag.good").contains("Confirmed") && page.text_of(".rows").contains("127.0.0.1"));
        assert!(!page.body.contains("/email/verify/send"));
        turn_on_totp(&server, &ada);
        let page = browser.get("/account").await;
        assert!(page.text_of(".about").contains("10 recovery codes are left"), "{}", page.text_of(".about"));
        assert!(!page.body.contains("Your password alone opens your account"));
    }

    async fn an_address_that_is_not_confirmed_can_be(db: Database) {
        let server = Setup::default().set("registration.email_verification", "off").start(&db);
        let browser = Browser::new(&server);
        let page = browser.get("/register").await;
        let form = [("name", "Grace"), ("username", "grace"), ("email", "grace@example.com"), ("password", "correct horse battery"), ("password_confirmation", "correct horse battery")];
        assert_eq!(submit(&browser, &page, "/register", &form).await.status, 303);
        let page = browser.get("/account").await;
        assert!(page.text_of(".tag.warn").contains("Not confirmed"), "{}", page.body);
        let sent = submit(&browser, &page, "/email/verify/send", &[]).await;
        assert_eq!(sent.status, 200, "{}", sent.body);
    }
}
