//! A code works once, however many try it at the same moment.

use grantor::account::login::LoginError;
use grantor::core::secret::Plain;

use crate::support::database::on_both;
use crate::support::outbox;
use crate::support::second_factor::*;
use crate::support::server::{Setup, TestServer};

const RIVALS: usize = 20;

fn generous() -> Setup {
    Setup::default()
        .frozen()
        .set("limits.sign_in_attempts", 1000)
        .set("limits.second_factor_attempts", 1000)
        .set("limits.second_factor_attempts_per_address", 1000)
        .set("limits.code_attempts_per_day", 1000)
        .set("second_factor.tries", 10)
}

/// How many of the rivals come in, each with its own token.
fn winners(server: &TestServer, tokens: &[Plain], code: &str) -> usize {
    let outcomes: Vec<bool> = std::thread::scope(|scope| {
        let started: Vec<_> = tokens.iter().map(|token| scope.spawn(|| second_step(server, token, code))).collect();
        let outcome =
            |thread: std::thread::ScopedJoinHandle<'_, Result<_, LoginError>>| match thread.join().expect("no panic") {
                Ok(_) => true,
                Err(LoginError::Code) => false,
                Err(other) => panic!("{other:?}"),
            };
        started.into_iter().map(outcome).collect()
    });
    outcomes.into_iter().filter(|&came_in| came_in).count()
}

fn many_attempts(server: &TestServer) -> Vec<Plain> {
    (0..RIVALS).map(|_| first_step(server, "ada").token).collect()
}

on_both! {
    async fn a_code_of_the_app_lets_one_of_many_attempts_in(db: Database) {
        let server = generous().start(&db);
        let (app, _) = turn_on_totp(&server, &server.user("ada"));
        server.advance(chrono::TimeDelta::seconds(30));
        let tokens = many_attempts(&server);
        assert_eq!(winners(&server, &tokens, &app.code(&server, 0)), 1);
    }

    async fn a_recovery_code_lets_one_of_many_attempts_in(db: Database) {
        let server = generous().start(&db);
        let (_, codes) = turn_on_totp(&server, &server.user("ada"));
        let tokens = many_attempts(&server);
        assert_eq!(winners(&server, &tokens, &codes[3]), 1);
        assert_eq!(winners(&server, &tokens[..1], &codes[3]), 0);
        assert_eq!(winners(&server, &[first_step(&server, "ada").token], &codes[4]), 1, "another one works");
    }

    async fn a_text_message_lets_one_of_many_rivals_in(db: Database) {
        let server = generous().start(&db);
        turn_on_sms(&server, &server.user("ada"));
        let token = first_step(&server, "ada").token;
        let tokens: Vec<Plain> = (0..RIVALS).map(|_| token.clone()).collect();
        assert_eq!(winners(&server, &tokens, &outbox::code(&server)), 1);
    }

    async fn an_attempt_lets_one_in_by_however_many_ways(db: Database) {
        let server = generous().start(&db);
        let ada = server.user("ada");
        let (_, codes) = turn_on_totp(&server, &ada);
        let token = first_step(&server, "ada").token;
        let came_in: usize = std::thread::scope(|scope| {
            let (server, token) = (&server, &token);
            let started: Vec<_> = codes.iter().map(|code| scope.spawn(move || second_step(server, token, code).is_ok())).collect();
            started.into_iter().map(|thread| usize::from(thread.join().expect("no panic"))).sum()
        });
        assert_eq!(came_in, 1);
        // The codes of those who lost are not used up.
        let left = server.app.read(|cx| grantor::store::second_factors::recovery_codes_left(cx.conn, ada.id));
        assert_eq!(left.expect("a count"), 9);
    }

    async fn many_wrong_codes_at_once_are_no_more_than_many_in_a_row(db: Database) {
        let server = generous().set("second_factor.tries", 5).start(&db);
        turn_on_sms(&server, &server.user("ada"));
        let token = first_step(&server, "ada").token;
        let code = outbox::code(&server);
        let tokens: Vec<Plain> = (0..RIVALS).map(|_| token.clone()).collect();
        assert_eq!(winners(&server, &tokens, another(&code)), 0);
        assert!(matches!(second_step(&server, &token, &code), Err(LoginError::Code)), "the sixth is right, and too late");
    }
}
