//! `/account/data`: export and deletion.

use chrono::TimeDelta;
use diesel::{RunQueryDsl as _, sql_query};
use grantor::store::Error;

use super::account_confirm::{acts, confirm, sign_in};
use super::{assert_nothing_written, person, person_of, set_cookie, submit};
use crate::support::browser::Browser;
use crate::support::database::on_both;
use crate::support::flow::Flow;
use crate::support::server::{PASSWORD, Setup};

const DATA: &str = "/account/data";
const DELETE: [(&str, &str); 3] = [("action", "delete"), ("confirmation", "ada"), ("current_password", PASSWORD)];

on_both! {
    async fn all_that_is_kept_is_handed_out_as_a_file(db: Database) {
        let server = Setup::default().frozen().start(&db);
        let ada = server.user("ada");
        server.user("eve");
        let browser = Browser::new(&server);
        sign_in(&browser, "ada").await;
        let page = browser.get(DATA).await;
        let file = submit(&browser, &page, DATA, &[("action", "export")]).await;
        assert_eq!(file.status, 200, "{}", file.body);
        assert_eq!(file.header("content-disposition"), "attachment; filename=\"account.json\"");
        assert_eq!((file.header("content-type"), file.header("cache-control")), ("application/json", "no-store"));
        assert_eq!(file.json()["profile"]["email"], "ada@example.com");
        assert!(!file.body.contains("eve@example.com") && !file.body.contains("$2b$"));
        assert_eq!(acts(&server, &ada)[0], "user.export done");
    }

    async fn an_account_is_deleted_with_all_that_it_opened(db: Database) {
        let server = Setup::default().frozen().start(&db);
        let flow = Flow::new(&server, |_| {});
        let tokens = flow.tokens().await;
        let browser = Browser::new(&server);
        let own = sign_in(&browser, "ada").await;
        let page = browser.get(DATA).await;
        let gone = submit(&browser, &page, DATA, &DELETE).await;
        assert_eq!(gone.status, 200, "{}", gone.body);
        assert_eq!(gone.text_of("h1"), "Your account is deleted");
        assert!(!gone.body.contains("ada@example.com"));
        assert!(set_cookie(&gone, "grantor_session").is_some_and(|line| line.contains("Max-Age=0")));
        assert!(person(&server, "ada").is_none() && person_of(&server, &own).is_none());
        assert!(!flow.is_active(&tokens.access).await);
        let again = submit(&browser, &page, DATA, &DELETE).await;
        assert_eq!((again.status, again.header("location")), (303, "/login?return_to=%2Faccount%2Fdata"), "sent twice");
    }

    async fn it_takes_the_name_and_the_password(db: Database) {
        let server = Setup::default().frozen().start(&db);
        server.user("ada");
        let browser = Browser::new(&server);
        let own = sign_in(&browser, "ada").await;
        let page = browser.get(DATA).await;
        for (name, password, field) in [
            ("eve", PASSWORD, "confirmation"),
            ("", PASSWORD, "confirmation"),
            ("ada", "", "current_password"),
            ("ada", "a guess at it", "current_password"),
        ] {
            let form = [("action", "delete"), ("confirmation", name), ("current_password", password)];
            let answer = submit(&browser, &page, DATA, &form).await;
            assert_eq!(answer.status, 422, "{name} {password}");
            assert!(!answer.text_of(&format!("#{field}-error")).is_empty(), "{}", answer.body);
            assert_eq!(answer.input("confirmation").as_deref(), Some(name), "it is kept");
            assert!(password.is_empty() || !answer.body.contains(password), "it came back");
        }
        server.reset_statements();
        for form in [&DELETE[..], &[("_token", "x"), ("action", "export")], &[("action", "export")]] {
            assert_eq!(browser.post(DATA, form).await.status, 403);
        }
        assert_nothing_written(&server);
        assert!(person_of(&server, &own).is_some());
    }

    async fn a_sign_in_of_long_ago_ends_and_hands_out_nothing(db: Database) {
        let server = Setup::default().frozen().start(&db);
        server.user("ada");
        let browser = Browser::new(&server);
        sign_in(&browser, "ada").await;
        server.advance(TimeDelta::minutes(20));
        let page = browser.get(DATA).await;
        assert!(page.input("confirmation").is_none() && !page.body.contains("value=\"export\""));
        server.reset_statements();
        for form in [&DELETE[..], &[("action", "export")]] {
            let answer = submit(&browser, &page, DATA, form).await;
            assert_eq!((answer.status, answer.header("location")), (303, "/account/confirm?return_to=%2Faccount%2Fdata"));
        }
        assert_nothing_written(&server);
        confirm(&browser).await;
        let page = browser.get(DATA).await;
        assert_eq!(submit(&browser, &page, DATA, &DELETE).await.status, 200);
    }

    async fn who_has_no_password_leaves_after_a_fresh_sign_in(db: Database) {
        let server = Setup::default().frozen().start(&db);
        server.user("ada");
        let browser = Browser::new(&server);
        sign_in(&browser, "ada").await;
        let forgotten = server.app.write(|cx| Ok::<_, Error>(sql_query("UPDATE users SET password_hash = NULL").execute(cx.conn)?));
        assert_eq!(forgotten.expect("a database"), 1);
        let page = browser.get(DATA).await;
        assert!(page.input("confirmation").is_some() && page.input("current_password").is_none(), "{}", page.body);
        let form = [("action", "delete"), ("confirmation", "ada")];
        let wrong = submit(&browser, &page, DATA, &[("action", "delete"), ("confirmation", "eve")]).await;
        assert_eq!(wrong.status, 422);
        server.advance(TimeDelta::minutes(20));
        let stale = submit(&browser, &page, DATA, &form).await;
        assert_eq!((stale.status, stale.header("location")), (303, "/account/confirm?return_to=%2Faccount%2Fdata"));
        server.advance(TimeDelta::minutes(-19));
        let gone = submit(&browser, &page, DATA, &form).await;
        assert_eq!((gone.status, gone.text_of("h1").as_str()), (200, "Your account is deleted"), "{}", gone.body);
        assert!(person(&server, "ada").is_none());
    }

    async fn the_last_admin_stays(db: Database) {
        let server = Setup::default().frozen().start(&db);
        let ada = server.user("ada");
        let role = grantor::core::ids::RoleName::from("admin");
        grantor::account::roles::give(&server.app, &grantor::core::audit::Actor::Operator, &ada, &role).expect("a role");
        let browser = Browser::new(&server);
        sign_in(&browser, "ada").await;
        let page = browser.get(DATA).await;
        let answer = submit(&browser, &page, DATA, &DELETE).await;
        assert_eq!(answer.status, 409, "{}", answer.body);
        assert!(answer.text_of(".alert").contains("only administrator"));
        assert!(person(&server, "ada").is_some());
    }
}
