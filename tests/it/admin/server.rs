//! The dashboard, the outbox, the templates and the settings.

use grantor::account::post::{self, State};
use grantor::core::page::Page;

use super::{browser, staff, submit};
use crate::support::browser::Browser;
use crate::support::database::on_both;
use crate::support::server::{Setup, TestServer};

fn with_mail() -> Setup {
    // Nothing listens there: what is written waits.
    Setup::default()
        .set("mail.host", "127.0.0.1")
        .set("mail.port", 9)
        .set("mail.from", "grantor@example.com")
        .set("mail.security", "none")
}

on_both! {
    async fn the_dashboard_shows_figures_as_charts_and_as_tables(db: Database) {
        let server = TestServer::start(&db);
        let root = browser(&server, "root", "admin").await;
        let shown = root.get("/admin").await;
        assert_eq!(shown.status, 200);
        assert!(shown.text_of(".figures").contains("People"));
        for needed in ["<svg viewBox=\"0 0 300 100\"", "role=\"img\"", "<title id=\"sign_ins-title\">", "<desc id=", "<summary"] {
            assert!(shown.body.contains(needed), "{needed}");
        }
        assert!(!shown.body.contains(" style=") && !shown.header("content-security-policy").contains("unsafe"));
        assert!(root.get("/admin?step=hour").await.body.contains("viewBox=\"0 0 480 100\""));
        let roles = browser(&server, "clerk", "user").await;
        assert_eq!(roles.get("/admin").await.status, 404);
        let nobody = Browser::new(&server);
        assert_eq!(nobody.get("/admin").await.header("location"), "/login?return_to=%2Fadmin");
    }

    async fn messages_are_listed_hurried_and_given_up(db: Database) {
        let server = with_mail().start(&db);
        let target = staff(&server, "target", "user");
        let root = browser(&server, "root", "admin").await;
        let page = format!("/admin/users/{}/send-password-reset", target.id);
        for _ in 0..2 {
            submit(&root, &page, &page, &[]).await;
        }
        let list = |state| post::list(&server.app, state, &Page::default()).expect("the outbox");
        let waiting = list(Some(State::Waiting));
        let to_target: Vec<_> = waiting.iter().filter(|message| message.recipient == "target@example.com").collect();
        assert_eq!(to_target.len(), 2);
        let shown = root.get("/admin/outbox?state=waiting").await;
        assert!(shown.body.contains("target@example.com") && !shown.body.contains("/password/reset?token="));
        let auditor = browser(&server, "auditor", "auditor").await;
        let masked = auditor.get("/admin/outbox").await;
        assert!(masked.body.contains("t…@example.com") && !masked.body.contains("target@example.com"));
        assert!(!masked.body.contains("/give-up\""));

        let at = |what: &str| format!("/admin/outbox/{}/{what}", to_target[0].id);
        let hurried = submit(&root, "/admin/outbox", &at("retry"), &[]).await;
        assert_eq!(hurried.header("location"), "/admin/outbox?done=retry");
        let dropped = submit(&root, "/admin/outbox", &at("give-up"), &[]).await;
        assert_eq!(dropped.header("location"), "/admin/outbox?done=give-up");
        let again = submit(&root, "/admin/outbox", &at("give-up"), &[]).await;
        assert_eq!(again.header("location"), "/admin/outbox?done=late", "sent twice it does no harm");
        let lost = list(Some(State::GivenUp));
        assert_eq!(lost.iter().map(|message| &message.id).collect::<Vec<_>>(), [&to_target[0].id]);
        assert_eq!(post::open(&server.app, &lost[0]).expect("sealed").text, "", "what it said is forgotten");
        assert!(list(Some(State::Sent)).is_empty());
        assert_eq!(root.get("/admin/outbox?state=given_up").await.text_of(".tag.off"), "Given up");
    }

    async fn mails_are_shown_with_made_up_data(db: Database) {
        let server = TestServer::start(&db);
        let auditor = browser(&server, "auditor", "auditor").await;
        let shown = auditor.get("/admin/outbox/templates?language=de").await;
        assert_eq!(shown.status, 200);
        assert!(shown.body.contains("password_reset_link"));
        let mail = auditor.get("/admin/outbox/templates/password_reset_link?language=fr").await;
        assert_eq!((mail.status, mail.header("content-type")), (200, "text/html; charset=utf-8"));
        let policy = mail.header("content-security-policy");
        assert!(policy.contains("default-src 'none'") && policy.contains("sandbox") && !policy.contains("script"), "{policy}");
        assert_eq!(auditor.get("/admin/outbox/templates/no_such").await.status, 404);
    }

    async fn settings_are_shown_without_secrets(db: Database) {
        let server = with_mail().set("mail.username", "u").set("mail.password", "hush-hush").start(&db);
        let auditor = browser(&server, "auditor", "auditor").await;
        let shown = auditor.get("/admin/settings").await;
        assert_eq!(shown.status, 200);
        assert!(shown.body.contains("argument --listen") && shown.body.contains("default"));
        assert!(!shown.body.contains("hush-hush"));
        let password = shown.body.split("<code>password</code>").nth(1).expect("a row");
        assert!(password.split("</tr>").next().expect("cells").contains("<code>set</code>"), "{password}");
    }
}
