//! How often codes may be tried and sent.

use chrono::TimeDelta;
use grantor::account::login::{self, Credentials, LoginError, Origin};
use grantor::account::password::{self, Proof, ResetError};
use grantor::account::second_factor::{self as factor, FactorError};
use grantor::core::secret::Plain;

use crate::support::database::on_both;
use crate::support::outbox;
use crate::support::second_factor::*;
use crate::support::server::{PASSWORD, Setup, TestServer};

fn is_throttled<T>(outcome: &Result<T, LoginError>) -> bool {
    matches!(outcome, Err(LoginError::Throttled(_)))
}

fn reset(server: &TestServer, otp: &str) -> Result<(), ResetError> {
    let new = Some("another password");
    password::reset_by_one_time_password(&server.app, Some("ada@example.com"), Some(otp), new, new, &Origin::default())
}

on_both! {
    async fn text_messages_are_few(db: Database) {
        let server = Setup::default().frozen().set("limits.text_messages", 3).start(&db);
        let ada = server.user("ada");
        turn_on_sms(&server, &ada);
        let codes = factor::new_recovery_codes(&server.app, &ada).expect("codes");
        let token = first_step(&server, "ada").token;
        ask_again(&server, &token).expect("the third message");
        let sent = outbox::all(&server).len();
        assert!(is_throttled(&ask_again(&server, &token)));
        let begun = factor::begin_sms(&server.app, &ada, "381", "641234568", &Origin::default());
        assert!(matches!(begun, Err(FactorError::Throttled(_))), "{begun:?}");
        // The first step goes on, without a message: there are recovery codes.
        let quiet = first_step(&server, "ada").token;
        assert_eq!(outbox::all(&server).len(), sent);
        second_step(&server, &quiet, codes[0].expose()).expect("a recovery code");
        server.advance(TimeDelta::hours(1));
        ask_again(&server, &first_step(&server, "ada").token).expect("an hour later");
    }

    async fn text_messages_are_few_for_an_address_too(db: Database) {
        let server = Setup::default()
            .frozen()
            .set("limits.text_messages", 2)
            .set("limits.text_messages_per_address", 2)
            .start(&db);
        let origin = Origin { address: "192.0.2.7".to_owned(), user_agent: None };
        for (name, allowed) in [("ada", true), ("eve", true), ("joe", false)] {
            let sent = factor::begin_sms(&server.app, &server.user(name), "381", "641234567", &origin);
            assert_eq!(sent.is_ok(), allowed, "{name}");
        }
    }

    async fn codes_are_tried_so_often_in_a_while_and_a_right_one_forgives(db: Database) {
        let server = Setup::default().frozen().set("limits.second_factor_attempts", 6).set("limits.sign_in_attempts", 100).start(&db);
        let (app, codes) = turn_on_totp(&server, &server.user("ada"));
        let wrong = another(&app.code(&server, 1));
        let try_some = |count: usize| {
            let token = first_step(&server, "ada").token;
            for _ in 0..count {
                assert!(matches!(second_step(&server, &token, wrong), Err(LoginError::Code)));
            }
            token
        };
        let token = try_some(4);
        second_step(&server, &token, &codes[0]).expect("right");
        try_some(4);
        let token = try_some(2);
        assert!(is_throttled(&second_step(&server, &token, &codes[1])), "the right one too: else guessing would go on");
        server.advance(TimeDelta::minutes(15));
        second_step(&server, &first_step(&server, "ada").token, &codes[1]).expect("a while later");
    }

    async fn wrong_codes_of_a_day_are_few_and_right_ones_do_not_count(db: Database) {
        let server = Setup::default()
            .frozen()
            .set("limits.code_attempts_per_day", 4)
            .set("limits.second_factor_attempts", 100)
            .set("limits.sign_in_attempts", 100)
            .start(&db);
        let (_, codes) = turn_on_totp(&server, &server.user("ada"));
        for code in &codes[..6] {
            second_step(&server, &first_step(&server, "ada").token, code).expect("right");
        }
        for _ in 0..2 {
            let token = first_step(&server, "ada").token;
            for _ in 0..2 {
                assert!(matches!(second_step(&server, &token, "zzzzz-zzzzz"), Err(LoginError::Code)));
            }
        }
        server.advance(TimeDelta::hours(20));
        assert!(is_throttled(&second_step(&server, &first_step(&server, "ada").token, &codes[7])));
        server.advance(TimeDelta::hours(4));
        second_step(&server, &first_step(&server, "ada").token, &codes[7]).expect("nobody is locked out for good");
    }

    async fn one_time_passwords_of_a_day_are_few_and_bar_no_second_step(db: Database) {
        let server = Setup::default().frozen().set("limits.code_attempts_per_day", 7).start(&db);
        let (_, codes) = turn_on_totp(&server, &server.user("ada"));
        let mut tried = 0;
        for _ in 0..2 {
            password::send(&server.app, Some("ada@example.com"), Proof::OneTimePassword, &Origin::default()).expect("sent");
            let otp = outbox::code(&server);
            for _ in 0..5 {
                match reset(&server, another(&otp)) {
                    Err(ResetError::Proof) => tried += 1,
                    Err(ResetError::Throttled(_)) => {}
                    other => panic!("{other:?}"),
                }
            }
            server.advance(TimeDelta::hours(2));
        }
        assert_eq!(tried, 7);
        second_step(&server, &first_step(&server, "ada").token, &codes[0]).expect("who knows the password goes on");
        server.advance(TimeDelta::hours(20));
        password::send(&server.app, Some("ada@example.com"), Proof::OneTimePassword, &Origin::default()).expect("sent");
        reset(&server, &outbox::code(&server)).expect("the next day");
    }

    async fn an_unknown_token_counts_for_its_address(db: Database) {
        let server = Setup::default()
            .frozen()
            .set("limits.second_factor_attempts", 2)
            .set("limits.second_factor_attempts_per_address", 2)
            .start(&db);
        let (_, codes) = turn_on_totp(&server, &server.user("ada"));
        let from = |address: &str, token: &Plain, code: &str| {
            let origin = Origin { address: address.to_owned(), user_agent: None };
            let credentials = Credentials::SecondFactor { token: token.clone(), code: Some(code.to_owned()) };
            login::enter(&server.app, &credentials, &origin)
        };
        for _ in 0..2 {
            assert!(matches!(from("192.0.2.7", &Plain::new("gra_2f_x"), "123456"), Err(LoginError::Code)));
        }
        assert!(is_throttled(&from("192.0.2.7", &Plain::new("gra_2f_x"), "123456")));
        let token = match login::verify(&server.app, "ada", PASSWORD, &Origin::default()) {
            Err(LoginError::SecondFactor(challenge)) => challenge.token,
            other => panic!("{other:?}"),
        };
        assert!(is_throttled(&from("192.0.2.7", &token, &codes[0])));
        from("192.0.2.8", &token, &codes[0]).expect("another address");
    }
}
