//! Taking another e-mail address.

use chrono::TimeDelta;
use grantor::account::email::{self, EmailError, begin_change, confirm, pending};
use grantor::account::login::{Origin, verify};
use grantor::account::password::{self, Proof};
use grantor::account::{admin, reserved};
use grantor::core::secret::Plain;
use grantor::core::user::User;

use super::oracle::work;
use super::sign_up::token_of;
use super::{kinds, link, person, unverified};
use crate::support::database::on_both;
use crate::support::outbox;
use crate::support::server::{PASSWORD, Setup, TestServer};

const NEW: &str = "countess@example.com";

fn begin(server: &TestServer, user: &User, new_email: &'static str) {
    let user = user.clone();
    server.app.write(move |cx| begin_change(cx, &user, new_email)).expect("begun");
}

/// A secret in the newest mail to an address.
fn token_in(server: &TestServer, recipient: &str, path: &str) -> Plain {
    let found = outbox::all(server)
        .into_iter()
        .rev()
        .filter(|(to, _)| to == recipient)
        .find_map(|(_, text)| text.split_whitespace().find(|word| word.contains(path)).map(token_of));
    found.expect("a link")
}

on_both! {
    async fn a_change_takes_effect_when_its_link_is_used_and_not_before(db: Database) {
        let server = Setup::default().frozen().start(&db);
        let ada = unverified(&server, "ada");
        begin(&server, &ada, NEW);
        assert_eq!(person(&server, "ada").unwrap().email, "ada@example.com");
        assert_eq!(kinds(&server, NEW), ["email_change"]);
        assert_eq!(kinds(&server, "ada@example.com"), ["email_change_notice", "email_verification"]);

        // What was sent to the old address is worth nothing afterwards.
        let old_link = token_in(&server, "ada@example.com", "/email/verify?token=");
        let origin = Origin::default();
        password::send(&server.app, Some("ada@example.com"), Proof::Link, &origin).unwrap();
        password::send(&server.app, Some("ada@example.com"), Proof::OneTimePassword, &origin).unwrap();
        let reset = token_in(&server, "ada@example.com", "/password/reset?token=");
        let otp = outbox::code(&server);

        let done = confirm(&server.app, &token_in(&server, NEW, "/email/verify?token=")).unwrap();
        assert!(done.is_change);
        let after = person(&server, NEW).unwrap();
        assert_eq!((after.id, after.email_verified_at.is_some()), (ada.id, true));
        assert!(person(&server, "ada@example.com").is_none());
        assert!(kinds(&server, "ada@example.com").contains(&"email_changed".to_owned()));
        let again = Some("a whole new password");
        assert!(password::reset_by_link(&server.app, &reset, again, again, &origin).is_err());
        assert!(password::reset_by_one_time_password(&server.app, Some(NEW), Some(&otp), again, again, &origin).is_err());
        assert!(matches!(confirm(&server.app, &old_link), Err(EmailError::Link)));
        assert!(verify(&server.app, NEW, PASSWORD, &origin).is_ok());
    }

    async fn an_address_that_is_taken_is_told_to_its_owner_alone(db: Database) {
        let server = TestServer::start(&db);
        let (ada, _) = (server.user("ada"), server.user("grace"));
        let ((), free) = work(&server, async { begin(&server, &ada, NEW) }).await;
        let first = token_in(&server, NEW, "/email/verify?token=");
        let ((), taken) = work(&server, async { begin(&server, &ada, "GRACE@example.com") }).await;
        assert_eq!(free, taken, "the work tells");
        assert_eq!(kinds(&server, "grace@example.com"), ["already_registered"]);
        assert_eq!(kinds(&server, "ada@example.com"), ["email_change_notice", "email_change_notice"]);
        // As for any other address, the older link is dead.
        assert!(matches!(confirm(&server.app, &first), Err(EmailError::Link)));
    }

    async fn two_who_take_one_address_at_once_do_not_share_it(db: Database) {
        let server = TestServer::start(&db);
        let tokens: Vec<Plain> = ["ada", "grace"]
            .map(|name| {
                begin(&server, &server.user(name), NEW);
                token_in(&server, NEW, "/email/verify?token=")
            })
            .into();
        let rivals: Vec<_> = tokens
            .into_iter()
            .map(|token| {
                let app = std::sync::Arc::clone(&server.app);
                tokio::task::spawn_blocking(move || confirm(&app, &token).map(|_| ()))
            })
            .collect();
        let mut outcomes = Vec::new();
        for rival in rivals {
            outcomes.push(rival.await.unwrap());
        }
        outcomes.sort_by_key(Result::is_err);
        assert!(matches!(outcomes.as_slice(), [Ok(()), Err(EmailError::Taken)]), "{outcomes:?}");
        assert!(person(&server, NEW).is_some());
    }

    async fn a_change_of_the_password_calls_it_off(db: Database) {
        let server = TestServer::start(&db);
        let ada = server.user("ada");
        begin(&server, &ada, NEW);
        let token = token_in(&server, NEW, "/email/verify?token=");
        admin::set_password(&server.app, &grantor::core::audit::Actor::Operator, &ada, "a whole new password").unwrap();
        assert!(matches!(confirm(&server.app, &token), Err(EmailError::Link)));
        assert!(kinds(&server, "ada@example.com").contains(&"password_changed".to_owned()));
    }

    async fn a_link_proves_the_address_it_was_sent_to_and_no_other(db: Database) {
        let server = Setup::default().frozen().start(&db);
        let ada = unverified(&server, "ada");
        let token = token_of(&link(&server));
        let app = std::sync::Arc::clone(&server.app);
        let mut other = ada.clone();
        other.email = NEW.to_owned();
        app.write(move |cx| grantor::store::users::update(cx.conn, &other)).unwrap();
        assert!(app.read(|cx| pending(cx, &token)).unwrap().is_none());
        assert!(matches!(confirm(&app, &token), Err(EmailError::Link)));
        assert!(person(&server, "ada").unwrap().email_verified_at.is_none());
    }

    async fn a_way_to_a_new_password_goes_with_the_address_it_was_sent_to(db: Database) {
        let server = Setup::default().frozen().start(&db);
        let (ada, origin) = (server.user("ada"), Origin::default());
        password::send(&server.app, Some("ada@example.com"), Proof::Link, &origin).unwrap();
        password::send(&server.app, Some("ada@example.com"), Proof::OneTimePassword, &origin).unwrap();
        let reset = token_in(&server, "ada@example.com", "/password/reset?token=");
        let otp = outbox::code(&server);
        // As if both were on their way while the address was changed.
        let mut other = ada;
        other.email = NEW.to_owned();
        server.app.write(move |cx| grantor::store::users::update(cx.conn, &other)).unwrap();
        let again = Some("a whole new password");
        assert!(server.app.read(|cx| password::link_owner(cx, &reset)).unwrap().is_none());
        assert!(password::reset_by_link(&server.app, &reset, again, again, &origin).is_err());
        assert!(password::reset_by_one_time_password(&server.app, Some(NEW), Some(&otp), again, again, &origin).is_err());
        assert!(verify(&server.app, NEW, PASSWORD, &origin).is_ok());
    }

    async fn a_link_does_not_work_for_long_nor_for_a_closed_account(db: Database) {
        let server = Setup::default().frozen().start(&db);
        let ada = unverified(&server, "ada");
        let old = token_of(&link(&server));
        server.advance(TimeDelta::seconds(1));
        email::send_again(&server.app, Some("ada@example.com"), &Origin::default()).unwrap();
        assert!(matches!(confirm(&server.app, &old), Err(EmailError::Link)), "the older link works");
        let token = token_of(&link(&server));
        admin::set_status(&server.app, &grantor::core::audit::Actor::Operator, &ada, grantor::core::user::Status::Disabled).unwrap();
        assert!(matches!(confirm(&server.app, &token), Err(EmailError::Link)));
        admin::set_status(&server.app, &grantor::core::audit::Actor::Operator, &ada, grantor::core::user::Status::Active).unwrap();
        server.advance(TimeDelta::days(1));
        assert!(matches!(confirm(&server.app, &token), Err(EmailError::Link)), "it works after a day");
        assert!(!server.app.read(|cx| reserved::is_reserved(cx, reserved::Named::Username("ada"))).unwrap());
    }

    async fn what_was_on_its_way_is_dead_when_a_closed_account_opens_again(db: Database) {
        let server = Setup::default().frozen().start(&db);
        let ada = server.user("ada");
        let origin = Origin::default();
        begin(&server, &ada, NEW);
        password::send(&server.app, Some("ada@example.com"), Proof::Link, &origin).unwrap();
        password::send(&server.app, Some("ada@example.com"), Proof::OneTimePassword, &origin).unwrap();
        let change = token_in(&server, NEW, "/email/verify?token=");
        let reset = token_in(&server, "ada@example.com", "/password/reset?token=");
        let otp = outbox::code(&server);
        admin::set_status(&server.app, &grantor::core::audit::Actor::Operator, &ada, grantor::core::user::Status::Disabled).unwrap();
        admin::set_status(&server.app, &grantor::core::audit::Actor::Operator, &ada, grantor::core::user::Status::Active).unwrap();
        assert!(confirm(&server.app, &change).is_err(), "the change of the address goes on");
        let new = Some("a whole new password");
        assert!(password::reset_by_link(&server.app, &reset, new, new, &origin).is_err(), "the link works");
        let email = Some("ada@example.com");
        let done = password::reset_by_one_time_password(&server.app, email, Some(&otp), new, new, &origin);
        assert!(done.is_err(), "the one-time password works");
        assert!(verify(&server.app, "ada", PASSWORD, &origin).is_ok());
    }
}
