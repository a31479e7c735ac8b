//! Turning second factors on and off.

use chrono::TimeDelta;
use grantor::account::login::{self, Origin};
use grantor::account::second_factor::{self as factor, FactorError, Shown};
use grantor::account::{admin, fresh};
use grantor::core::secret::Plain;
use grantor::store::second_factors;

use crate::support::database::on_both;
use crate::support::outbox;
use crate::support::second_factor::*;
use crate::support::server::{PASSWORD, Setup, TestServer};

fn frozen(db: &crate::support::database::Database) -> TestServer {
    Setup::default().frozen().start(db)
}

fn status_of(server: &TestServer, user: &grantor::core::user::User) -> factor::Status {
    server.app.read(|cx| factor::status(cx, user.id)).expect("a status")
}

fn shown(server: &TestServer, user: &grantor::core::user::User) -> Shown {
    server.app.read(|cx| factor::shown(cx, user.id)).expect("a telephone")
}

fn send(server: &TestServer, user: &grantor::core::user::User, number: &str) -> Result<(), FactorError> {
    tick(server);
    factor::begin_sms(&server.app, user, "381", number, &Origin::default())
}

on_both! {
    async fn nothing_is_on_before_it_is_confirmed(db: Database) {
        let server = frozen(&db);
        let ada = server.user("ada");
        factor::begin_totp(&server.app, &ada).expect("a secret");
        send(&server, &ada, "641234567").expect("a code");
        login::verify(&server.app, "ada", PASSWORD, &Origin::default()).expect("no second factor");
        let expected = Shown { country_code: Some(381), phone_national: Some("641234567".to_owned()), pending: true, methods: vec![] };
        assert_eq!(shown(&server, &ada), expected);
        let status = status_of(&server, &ada);
        assert!(status.totp_pending && !status.totp && status.phone.is_none());
        assert_eq!(status.phone_pending.as_deref(), Some("••• 67"));
        factor::confirm_sms(&server.app, &ada, &outbox::code(&server)).expect("confirmed");
        assert_eq!(shown(&server, &ada), Shown { pending: false, methods: vec!["sms"], ..expected });
        assert!(factor::new_recovery_codes(&server.app, &ada).expect("codes").len() == 10);
        factor::turn_off_all(&server.app, &ada).expect("off");
        assert_eq!(shown(&server, &ada), Shown::default());
        assert_eq!(status_of(&server, &ada).recovery_codes, 0);
        assert!(factor::new_recovery_codes(&server.app, &ada).expect("none").is_empty(), "none without a factor");
    }

    async fn a_telephone_is_confirmed_by_the_newest_code_in_five_tries(db: Database) {
        let server = Setup::default().frozen().set("limits.text_messages", 20).start(&db);
        let ada = server.user("ada");
        let refused = |code: &str| matches!(factor::confirm_sms(&server.app, &ada, code), Err(FactorError::Code));
        assert!(refused("123456"), "nothing was sent");
        send(&server, &ada, "641234567").expect("a code");
        let old = outbox::code(&server);
        send(&server, &ada, "641234568").expect("another");
        let new = outbox::code(&server);
        for wrong in [old.as_str(), another(&new), "", "123 45", "aaaaa-aaaaa"] {
            assert!(refused(wrong), "{wrong}");
        }
        assert!(refused(&new), "the sixth");
        send(&server, &ada, "641234567").expect("another");
        server.advance(TimeDelta::seconds(600));
        assert!(refused(&outbox::code(&server)), "too late");
        send(&server, &ada, "641234567").expect("another");
        factor::confirm_sms(&server.app, &ada, &outbox::code(&server)).expect("in time");
        assert!(refused(&outbox::code(&server)), "once");
    }

    async fn what_is_on_stays_on_until_the_next_is_confirmed(db: Database) {
        let server = frozen(&db);
        let ada = server.user("ada");
        turn_on_sms(&server, &ada);
        let (app, _) = turn_on_totp(&server, &ada);
        send(&server, &ada, "641234568").expect("a code");
        factor::begin_totp(&server.app, &ada).expect("a secret");
        assert_eq!(shown(&server, &ada).phone_national.as_deref(), Some("641234567"));
        let token = first_step(&server, "ada").token;
        second_step(&server, &token, &app.code(&server, 1)).expect("the app of before");
        let sent = outbox::all(&server).into_iter().rev().find(|(to, _)| to == "+381641234568").expect("a message").1;
        factor::confirm_sms(&server.app, &ada, &sent[..6]).expect("confirmed");
        assert_eq!(shown(&server, &ada).phone_national.as_deref(), Some("641234568"));
    }

    async fn an_app_is_confirmed_in_five_tries_and_in_time(db: Database) {
        let server = frozen(&db);
        let ada = server.user("ada");
        let begin = || Authenticator::of(factor::begin_totp(&server.app, &ada).expect("a secret").secret.expose());
        let refused = |code: &str| matches!(factor::confirm_totp(&server.app, &ada, code), Err(FactorError::Code));
        let old = begin();
        let new = begin();
        assert!(refused(&old.code(&server, 0)), "an older secret");
        for _ in 0..4 {
            assert!(refused(another(&new.code(&server, 0))));
        }
        assert!(refused(&new.code(&server, 0)), "the sixth");
        let app = begin();
        server.advance(TimeDelta::seconds(600));
        assert!(refused(&app.code(&server, 0)), "too late");
    }

    async fn the_database_keeps_no_secret_in_the_clear(db: Database) {
        let server = frozen(&db);
        let ada = server.user("ada");
        turn_on_sms(&server, &ada);
        let setup = factor::begin_totp(&server.app, &ada).expect("a secret");
        assert!(setup.uri.expose().starts_with("otpauth://totp/Grantor:ada%40example.com?secret="));
        assert!(setup.qr.expect("a QR code").side >= 29);
        let kept = server.app.read(|cx| second_factors::of_user(cx.conn, ada.id, cx.now)).expect("factors");
        assert_eq!(kept.len(), 2);
        for factor in kept {
            assert!(!factor.secret.contains("64123") && !factor.secret.contains(setup.secret.expose()), "{factor:?}");
            assert!(server.app.secrets.open(&format!("second factor\n{}\n1", factor.kind.as_str()), &factor.secret).is_err());
        }
    }

    async fn people_are_told_and_nobody_else_changes_it(db: Database) {
        let server = frozen(&db);
        let ada = server.user("ada");
        turn_on_totp(&server, &ada);
        let (to, text) = outbox::all(&server).pop().expect("a mail");
        assert!(to == "ada@example.com" && text.contains("app were turned on"), "{text}");
        tick(&server);
        factor::turn_off_all(&server.app, &ada).expect("off");
        assert!(outbox::all(&server).pop().expect("a mail").1.contains("turned off"));
        let mails = outbox::all(&server).len();
        factor::turn_off_all(&server.app, &ada).expect("nothing to do");
        assert_eq!(outbox::all(&server).len(), mails);
        // Whoever was signed in before the password changed changes nothing more.
        admin::set_password(&server.app, &grantor::core::audit::Actor::Operator, &ada, "another password").expect("set");
        assert!(matches!(factor::begin_totp(&server.app, &ada), Err(FactorError::Changed)));
        assert!(matches!(send(&server, &ada, "641234567"), Err(FactorError::Changed)));
        assert!(matches!(factor::turn_off_all(&server.app, &ada), Err(FactorError::Changed)));
        assert!(matches!(factor::new_recovery_codes(&server.app, &ada), Err(FactorError::Changed)));
    }

    async fn what_waits_is_called_off_and_what_is_on_stays(db: Database) {
        let server = frozen(&db);
        let ada = server.user("ada");
        let status = || server.app.read(|cx| factor::status(cx, ada.id)).expect("a status");
        factor::begin_totp(&server.app, &ada).expect("a secret");
        factor::call_off(&server.app, &ada).expect("called off");
        assert!(!status().totp_pending);
        turn_on_totp(&server, &ada);
        assert!(matches!(factor::call_off(&server.app, &ada), Err(FactorError::Changed)));
        assert!(status().totp);
    }

    async fn a_sign_in_is_fresh_for_a_while(db: Database) {
        let server = frozen(&db);
        let ada = server.user("ada");
        let then = server.app.now();
        server.advance(TimeDelta::seconds(300));
        assert!(fresh::is_fresh(&server.app, then));
        server.advance(TimeDelta::seconds(1));
        assert!(!fresh::is_fresh(&server.app, then));
        let knows = |plain: &str| fresh::knows_password(&server.app, &ada, &Plain::new(plain));
        assert!(knows(PASSWORD) && !knows("another"));
    }
}
