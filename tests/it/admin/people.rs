//! The pages of people: each one's main way and its main failure.

use chrono::TimeDelta;
use grantor::core::user::Status;

use super::{acts, browser, now, staff, submit};
use crate::support::browser::Browser;
use crate::support::database::on_both;
use crate::support::outbox;
use crate::support::second_factor::turn_on_totp;
use crate::support::server::{PASSWORD, Setup, TestServer};

on_both! {
    async fn people_are_found_sorted_and_paged(db: Database) {
        let server = Setup::default().frozen().start(&db);
        for at in 0..60 {
            server.advance(TimeDelta::seconds(1));
            staff(&server, &format!("person{at:02}"), "user");
        }
        let root = browser(&server, "root", "admin").await;
        let first = root.get("/admin/users").await;
        assert_eq!(first.status, 200);
        assert!(first.body.contains("person59@example.com") && !first.body.contains("person05@example.com"));
        assert!(first.body.contains("aria-sort=\"descending\""));
        let next = first.body.split("rel=\"next\" href=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a way on");
        let second = root.get(&next.replace("&#38;", "&").replace("&amp;", "&")).await;
        assert!(second.body.contains("person05@example.com") && !second.body.contains("person59@example.com"));
        assert!(second.body.contains("rel=\"prev\""));
        let found = root.get("/admin/users?q=PERSON07&role=user&status=active&sort=email").await;
        assert!(found.body.contains("person07@example.com") && !found.body.contains("person08@example.com"));
        assert!(root.get("/admin/users?q=nobody-at-all").await.text_of(".empty").contains("Nobody"));
        let odd = root.get("/admin/users?q=%25&role=odd&status=odd&sort=odd&after=odd&before=-1").await;
        assert_eq!(odd.status, 200, "{}", odd.body);
        assert_eq!(root.get("/admin/users?role=%00").await.status, 400, "no text of PostgreSQL's");
    }

    async fn a_person_is_shown_and_edited(db: Database) {
        let server = TestServer::start(&db);
        let target = staff(&server, "target", "user");
        let root = browser(&server, "root", "admin").await;
        let page = format!("/admin/users/{}", target.id);
        let shown = root.get(&page).await;
        assert_eq!(shown.status, 200);
        assert!(shown.body.contains("target@example.com") && shown.body.contains("Made an account for somebody"));
        let wrong = [("first_name", ""), ("last_name", "New"), ("birthday", "31.12.1990"), ("country_id", "4711")];
        let refused = submit(&root, &format!("{page}/edit"), &format!("{page}/edit"), &wrong).await;
        assert_eq!(refused.status, 422);
        for field in ["first_name-error", "birthday-error"] {
            assert!(refused.body.contains(&format!("id=\"{field}\"")), "{field}");
        }
        assert_eq!(refused.input("last_name").as_deref(), Some("New"), "what was typed is kept");
        let right = [("first_name", "Grace"), ("last_name", "Hopper"), ("birthday", "1906-12-09"), ("country_id", "840")];
        let saved = submit(&root, &format!("{page}/edit"), &format!("{page}/edit"), &right).await;
        assert_eq!((saved.status, saved.header("location")), (303, format!("{page}?done=edit").as_str()));
        let user = now(&server, &target).expect("there");
        assert_eq!((user.name.whole().as_str(), user.country_id), ("Grace Hopper", Some(840)));
        assert!(root.get("/admin/users?q=hopper").await.body.contains("Grace Hopper"), "by the new family name");
        assert_eq!(acts(&server, &target).first().map(String::as_str), Some("user.edit"));
        for unknown in ["/admin/users/999999", "/admin/users/x", "/admin/users/999999/disable"] {
            assert_eq!(root.get(unknown).await.status, 404, "{unknown}");
        }
        assert_eq!(root.get(&format!("{page}/explode")).await.status, 404);
    }

    async fn each_deed_is_asked_for_done_and_logged(db: Database) {
        let server = TestServer::start(&db);
        let target = crate::account::unverified(&server, "target");
        let root = browser(&server, "root", "admin").await;
        let page = format!("/admin/users/{}", target.id);
        turn_on_totp(&server, &target);
        for (deed, act) in [
            ("verify-email", "email.verify"),
            ("send-password-reset", "password.reset_send"),
            ("reset-second-factor", "second_factor.off"),
            ("end-sessions", "session.end_all"),
            ("disable", "user.disable"),
            ("enable", "user.enable"),
        ] {
            let at = format!("{page}/{deed}");
            let asked = root.get(&at).await;
            assert_eq!(asked.status, 200, "{deed}");
            let done = submit(&root, &at, &at, &[]).await;
            assert_eq!((done.status, done.header("location")), (303, format!("{page}?done={deed}").as_str()));
            assert!(!root.get(&format!("{page}?done={deed}")).await.text_of("[role=status]").is_empty(), "{deed}");
            assert!(acts(&server, &target).contains(&act.to_owned()), "{deed}: {:?}", acts(&server, &target));
        }
        assert!(now(&server, &target).expect("there").email_verified_at.is_some());
        let mails = outbox::all(&server);
        assert!(mails.iter().any(|(to, text)| to == "target@example.com" && text.contains("/password/reset?token=")));
    }

    async fn ended_sessions_are_over_at_once_and_a_disabled_person_stays_out(db: Database) {
        let server = TestServer::start(&db);
        let target = staff(&server, "target", "user");
        let theirs = Browser::new(&server);
        theirs.sign_in("target").await;
        let root = browser(&server, "root", "admin").await;
        let page = format!("/admin/users/{}", target.id);
        submit(&root, &format!("{page}/end-sessions"), &format!("{page}/end-sessions"), &[]).await;
        assert_eq!(theirs.get("/account/second-factor").await.status, 303, "signed out");
        submit(&root, &format!("{page}/disable"), &format!("{page}/disable"), &[]).await;
        assert_eq!(now(&server, &target).expect("there").status, Status::Disabled);
        let login = theirs.get("/login").await.input("_token").expect("a form");
        let refused = theirs.post("/login", &[("_token", &login), ("login", "target"), ("password", PASSWORD)]).await;
        assert_eq!(refused.status, 422);
        let late = submit(&root, &format!("{page}/send-password-reset"), &format!("{page}/send-password-reset"), &[]).await;
        assert_eq!(late.status, 409, "no link for a closed account");
    }

    async fn a_person_is_handed_out_and_deleted(db: Database) {
        let server = TestServer::start(&db);
        let target = staff(&server, "target", "user");
        let root = browser(&server, "root", "admin").await;
        let page = format!("/admin/users/{}", target.id);
        let file = submit(&root, &page, &format!("{page}/export"), &[]).await;
        assert_eq!((file.status, file.json()["profile"]["username"].as_str()), (200, Some("target")));
        assert!(file.header("content-disposition").starts_with("attachment"));
        let gone = submit(&root, &format!("{page}/delete"), &format!("{page}/delete"), &[]).await;
        assert_eq!((gone.status, gone.header("location")), (303, "/admin/users?done=delete"));
        assert!(now(&server, &target).is_none());
        let again = root.post(&format!("{page}/delete"), &[("_token", &root.get("/admin/new-role").await.input("_token").expect("a form"))]).await;
        assert_eq!(again.status, 404, "sent twice it does no harm");
        assert!(acts(&server, &target).contains(&"user.delete".to_owned()));
    }

    async fn dangerous_acts_take_a_fresh_sign_in(db: Database) {
        let server = Setup::default().frozen().start(&db);
        let target = staff(&server, "target", "user");
        let root = browser(&server, "root", "admin").await;
        let page = format!("/admin/users/{}", target.id);
        let token = root.get(&format!("{page}/disable")).await.input("_token").expect("a form");
        server.advance(TimeDelta::hours(2));
        for deed in ["disable", "reset-second-factor", "send-password-reset", "verify-email", "delete", "role"] {
            let at = format!("{page}/{deed}");
            let asked = root.get(&at).await;
            let way = format!("/account/confirm?return_to=%2Fadmin%2Fusers%2F{}%2F{deed}", target.id);
            assert_eq!((asked.status, asked.header("location")), (303, way.as_str()));
            let sent = root.post(&at, &[("_token", &token), ("role", "admin")]).await;
            let way = format!("/account/confirm?return_to=%2Fadmin%2Fusers%2F{}", target.id);
            assert_eq!((sent.status, sent.header("location")), (303, way.as_str()), "{deed}");
        }
        for at in [format!("{page}/export"), "/admin/new-role".to_owned(), "/admin/roles/staff".to_owned(), "/admin/roles/staff/delete".to_owned()] {
            let sent = root.post(&at, &[("_token", &token)]).await;
            assert!(sent.header("location").starts_with("/account/confirm?"), "{at}: {}", sent.status);
        }
        assert_eq!(now(&server, &target).expect("there"), target, "nothing was done");
        let read = root.get(&page).await;
        assert_eq!(read.status, 200, "reading does not take one");
    }
}
