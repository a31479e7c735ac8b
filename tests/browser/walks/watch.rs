//! What the administration shows: messages, settings, what was done and what was refused.

use grantor::account::people::Acting;
use grantor::account::post::{self, State};
use grantor::core::page::Page as Part;

use super::admin::{opened, opened_with};
use super::asking_at;
use crate::kit::walks;
use crate::support::server::Setup;

/// Mails wait: nobody listens where they go.
fn with_mail() -> Setup {
    let setup = Setup::default().set("mail.transport", "smtp").set("mail.host", "127.0.0.1").set("mail.port", 9);
    setup.set("mail.from", "grantor@example.com").set("mail.security", "none")
}

walks! {
    async fn a_message_is_hurried_and_given_up(chrome: Chrome, db: Database) {
        let (server, page) = opened_with(with_mail(), chrome, &db, "admin").await;
        page.go("/admin/outbox").await;
        page.reads("There are no such messages").await;
        for name in ["ada", "grace"] {
            page.go(&format!("/admin/users?q={name}")).await;
            page.follow(&format!("{name} Example")).await;
            page.follow("Send a password link").await;
            page.press("Send a password link").await;
            page.reads("The link is on its way").await;
        }
        page.go("/admin/outbox").await;
        page.choose("State", "Waiting").await;
        page.press("Show").await;
        page.reads("ada@example.com").await;
        page.press("Send now").await;
        page.reads("The message is sent now").await;

        let waiting = post::list(&server.app, Some(State::Waiting), &Part::default()).expect("the outbox");
        assert_eq!(waiting.len(), 2);
        for message in waiting {
            assert!(post::give_up(&server.app, &Acting::operator(), &message.id).expect("a database"));
        }
        page.press("Give up").await;
        page.reads("The message does not wait any more").await;
        page.choose("State", "Given up").await;
        page.press("Show").await;
        page.reads("ada@example.com").await;
        assert!(!page.has("form[action$=retry]").await);

        page.go("/admin/users?q=ada").await;
        page.follow("ada Example").await;
        page.follow("Send a password link").await;
        page.press("Send a password link").await;
        page.go("/admin/outbox?state=waiting").await;
        page.press("Give up").await;
        page.reads("The message was given up").await;
        page.close().await;
    }

    async fn mails_are_looked_at_before_anybody_gets_one(chrome: Chrome, db: Database) {
        let (_server, page) = opened(chrome, &db, "auditor").await;
        page.go("/admin/outbox").await;
        page.follow("What mails look like").await;
        page.reads("password_reset_link").await;
        page.follow("Deutsch").await;
        page.follow_in("password_reset_link", "As mail programs show it").await;
        page.at("/admin/outbox/templates/password_reset_link").await;
        assert_eq!(page.ask("return document.documentElement.lang").await, "de");
        page.go("/admin/outbox/templates/no_such_mail").await;
        page.reads("Page not found").await;
        page.close().await;
    }

    async fn settings_say_where_they_come_from(chrome: Chrome, db: Database) {
        let setup = Setup::default().set("registration.enabled", false);
        let (server, page) = opened_with(setup, chrome, &db, "admin").await;
        page.go("/admin/settings").await;
        let rows = page.texts("section[aria-labelledby=registration] tbody tr").await;
        assert!(rows.contains(&"enabled false argument --test".to_owned()), "{rows:?}");
        let rows = page.texts("section[aria-labelledby=consent] tbody tr").await;
        assert!(rows.contains(&"remember always default".to_owned()), "{rows:?}");
        page.forget().await;
        page.signed_in(&server, "ada").await;
        page.go("/admin/settings").await;
        page.reads("Page not found").await;
        page.close().await;
    }

    async fn the_log_is_searched_and_taken_away(chrome: Chrome, db: Database) {
        let (_server, page) = opened(chrome, &db, "auditor").await;
        page.go("/admin/audit").await;
        page.fill("On what", "nonsense").await;
        page.press("Search").await;
        assert!(!page.error("On what").await.is_empty());
        assert_eq!(page.value("On what").await, "nonsense");
        page.fill("On what", "").await;
        page.choose("What", "Made an account for somebody").await;
        page.press("Search").await;
        page.reads("An operator’s command").await;
        let (name, csv) = page.download("Download as CSV").await;
        assert!(name.ends_with(".csv"), "{name}");
        let head = csv.lines().next().unwrap_or_default();
        assert!(head.contains("act") && csv.lines().count() == 4, "{csv}");
        let (name, json) = page.download("Download as JSON").await;
        assert!(name.ends_with(".json"), "{name}");
        assert!(json.contains("user.create") && !json.contains("user.role"), "{json}");
        page.close().await;
    }

    async fn what_was_refused_is_found_by_its_reference(chrome: Chrome, db: Database) {
        let (server, page) = opened(chrome, &db, "support").await;
        let (client, _) = server.client(|_| {});
        page.go(&asking_at(&client, "https://evil.example/callback", "profile")).await;
        page.reads("Reference").await;
        let said = page.text("main").await;
        let reference = said.split_whitespace().last().unwrap_or_default().to_owned();
        server.app.keep_reasons().expect("a database");
        page.go("/admin/failures").await;
        page.fill("Reference", "no-such-reference").await;
        page.press("Search").await;
        page.reads("Nothing was found").await;
        page.fill("Reference", &reference).await;
        page.press("Search").await;
        page.reads("https://evil.example/callback, at evil.example, is not registered").await;
        page.reads("register exactly this redirect_uri").await;
        page.close().await;
    }
}
