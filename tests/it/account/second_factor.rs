//! The two steps of a sign-in.

use chrono::TimeDelta;
use grantor::account::login::{self, LoginError, Origin, Verified};
use grantor::account::second_factor as factor;
use grantor::account::{admin, session};
use grantor::core::secret::Plain;
use grantor::core::user::Status;
use grantor::oauth::first_party::{self, SignInError};

use crate::support::database::on_both;
use crate::support::outbox;
use crate::support::second_factor::*;
use crate::support::server::{PASSWORD, Setup, TestServer};

fn frozen(db: &crate::support::database::Database) -> TestServer {
    Setup::default().frozen().start(db)
}

fn is_refused(outcome: Result<Verified, LoginError>) -> bool {
    matches!(outcome, Err(LoginError::Code))
}

fn verify(server: &TestServer, username: &str) -> Result<Verified, LoginError> {
    login::verify(&server.app, username, PASSWORD, &Origin::default())
}

on_both! {
    async fn each_of_a_persons_codes_lets_them_in(db: Database) {
        let server = frozen(&db);
        let ada = server.user("ada");
        let (app, codes) = turn_on_totp(&server, &ada);
        turn_on_sms(&server, &ada);
        let challenge = first_step(&server, "ada@example.com");
        assert_eq!((challenge.methods, challenge.expires_in), (vec!["totp", "sms", "recovery_code"], 600));
        let verified = second_step(&server, &challenge.token, &app.code(&server, 1)).expect("the app's code");
        session::sign_in(&server.app, verified, Origin::default(), None).expect("a session");
        let challenge = first_step(&server, "ada");
        let spoken = format!(" {} ", codes[0].to_uppercase().replace('-', " "));
        second_step(&server, &challenge.token, &spoken).expect("a recovery code");
        let challenge = first_step(&server, "ada");
        let before = outbox::all(&server).len();
        ask_again(&server, &challenge.token).expect("a text message");
        assert_eq!(outbox::all(&server).len(), before + 1, "only now is a message sent");
        assert_eq!(outbox::all(&server).last().expect("one").0, "+381641234567");
        let verified = second_step(&server, &challenge.token, &outbox::code(&server)).expect("its code");
        first_party::sign_in(&server.app, verified, first_party::Lasting::Refreshed, <_>::default()).expect("tokens");
        assert!(is_refused(second_step(&server, &challenge.token, &outbox::code(&server))), "used up");
    }

    async fn a_code_of_the_app_is_not_replayed(db: Database) {
        let server = frozen(&db);
        let (app, _) = turn_on_totp(&server, &server.user("ada"));
        let token = || first_step(&server, "ada").token;
        assert!(is_refused(second_step(&server, &token(), &app.code(&server, 0))), "it turned the app on");
        let newer = app.code(&server, 1);
        second_step(&server, &token(), &newer).expect("one step ahead");
        assert!(is_refused(second_step(&server, &token(), &newer)), "in another attempt");
        server.advance(TimeDelta::seconds(30));
        assert!(is_refused(second_step(&server, &token(), &app.code(&server, -1))), "an older one");
        assert!(is_refused(second_step(&server, &token(), &app.code(&server, 2))), "too early");
        server.advance(TimeDelta::seconds(90));
        assert!(is_refused(second_step(&server, &token(), &app.code(&server, -2))), "too late");
        second_step(&server, &token(), &app.code(&server, -1)).expect("one step behind");
    }

    async fn five_wrong_codes_end_an_attempt(db: Database) {
        let server = frozen(&db);
        let (app, codes) = turn_on_totp(&server, &server.user("ada"));
        let token = first_step(&server, "ada").token;
        let right = app.code(&server, 1);
        for wrong in [another(&right), "12345", "", "no code at all", "zzzzz-zzzzz"] {
            assert!(is_refused(second_step(&server, &token, wrong)), "{wrong}");
        }
        assert!(is_refused(second_step(&server, &token, &right)), "the sixth");
        assert!(is_refused(second_step(&server, &token, &codes[0])));
        assert!(factor::challenge(&server.app, &token).expect("a look").is_none());
        assert!(matches!(ask_again(&server, &token), Err(LoginError::Code)));
        second_step(&server, &first_step(&server, "ada").token, &right).expect("a new attempt");
    }

    async fn an_attempt_does_not_wait_for_ever(db: Database) {
        let server = frozen(&db);
        let (app, _) = turn_on_totp(&server, &server.user("ada"));
        let (early, late) = (first_step(&server, "ada").token, first_step(&server, "ada").token);
        server.advance(TimeDelta::seconds(599));
        second_step(&server, &early, &app.code(&server, 0)).expect("in time");
        server.advance(TimeDelta::seconds(60));
        assert!(is_refused(second_step(&server, &late, &app.code(&server, 0))));
    }

    async fn a_token_takes_its_own_persons_codes(db: Database) {
        let server = frozen(&db);
        let (app, codes) = turn_on_totp(&server, &server.user("ada"));
        let (other, _) = turn_on_totp(&server, &server.user("eve"));
        server.advance(TimeDelta::seconds(60));
        let token = first_step(&server, "eve").token;
        assert!(is_refused(second_step(&server, &token, &app.code(&server, 0))));
        assert!(is_refused(second_step(&server, &token, &codes[0])));
        for unknown in ["", "gra_2f_", "\0", PASSWORD, &"x".repeat(50_000)] {
            assert!(is_refused(second_step(&server, &Plain::new(unknown), &other.code(&server, 0))), "no first step");
            assert!(matches!(ask_again(&server, &Plain::new(unknown)), Err(LoginError::Code)));
        }
        second_step(&server, &token, &other.code(&server, 0)).expect("her own");
    }

    async fn a_text_message_answers_its_own_attempt_and_the_newest_only(db: Database) {
        let server = frozen(&db);
        turn_on_sms(&server, &server.user("ada"));
        let first = first_step(&server, "ada").token;
        let code = outbox::code(&server);
        let second = first_step(&server, "ada").token;
        assert!(is_refused(second_step(&server, &second, &code)), "of the other attempt");
        ask_again(&server, &first).expect("a new code");
        assert_ne!(outbox::code(&server), code);
        assert!(is_refused(second_step(&server, &first, &code)), "an older message");
        second_step(&server, &first, &outbox::code(&server)).expect("the newest");
    }

    async fn a_new_password_ends_what_waits(db: Database) {
        let server = frozen(&db);
        let ada = server.user("ada");
        let (app, _) = turn_on_totp(&server, &ada);
        let token = first_step(&server, "ada").token;
        let through = second_step(&server, &first_step(&server, "ada").token, &app.code(&server, 1)).expect("right");
        admin::set_password(&server.app, &grantor::core::audit::Actor::Operator, &ada, "another password").expect("set");
        server.advance(TimeDelta::seconds(60));
        assert!(is_refused(second_step(&server, &token, &app.code(&server, 0))), "between the steps");
        let outcome = first_party::sign_in(&server.app, through, first_party::Lasting::Refreshed, <_>::default());
        assert!(matches!(outcome, Err(SignInError::Login(LoginError::Credentials))), "after both of them");
        let asked = login::verify(&server.app, "ada", "another password", &Origin::default());
        assert!(matches!(asked, Err(LoginError::SecondFactor(_))), "a new password takes nothing away: {asked:?}");
    }

    async fn a_closed_account_lets_nobody_in(db: Database) {
        let server = frozen(&db);
        let ada = server.user("ada");
        let (app, _) = turn_on_totp(&server, &ada);
        let token = first_step(&server, "ada").token;
        let through = second_step(&server, &first_step(&server, "ada").token, &app.code(&server, 1)).expect("right");
        admin::set_status(&server.app, &grantor::core::audit::Actor::Operator, &ada, Status::Disabled).expect("closed");
        server.advance(TimeDelta::seconds(60));
        assert!(is_refused(second_step(&server, &token, &app.code(&server, 0))));
        assert!(session::sign_in(&server.app, through, Origin::default(), None).is_err());
        admin::set_status(&server.app, &grantor::core::audit::Actor::Operator, &ada, Status::Active).expect("open again");
        assert!(is_refused(second_step(&server, &token, &app.code(&server, 0))), "what waited is over");
    }

    async fn a_factor_turned_on_meanwhile_is_asked_for(db: Database) {
        let server = frozen(&db);
        let ada = server.user("ada");
        let (page, dialect) = (verify(&server, "ada").expect("right"), verify(&server, "ada").expect("right"));
        turn_on_totp(&server, &ada);
        let page = session::sign_in(&server.app, page, Origin::default(), None);
        assert!(matches!(page, Err(LoginError::Credentials)), "{page:?}");
        assert!(first_party::sign_in(&server.app, dialect, first_party::Lasting::Refreshed, <_>::default()).is_err());
    }

    async fn a_change_of_factors_ends_what_waits(db: Database) {
        let server = frozen(&db);
        let ada = server.user("ada");
        let (app, codes) = turn_on_totp(&server, &ada);
        let before = first_step(&server, "ada").token;
        turn_on_sms(&server, &ada);
        assert!(is_refused(second_step(&server, &before, &codes[0])), "one more was turned on");
        let before = first_step(&server, "ada").token;
        factor::turn_off(&server.app, &ada, factor::Kind::Totp).expect("off");
        assert!(is_refused(second_step(&server, &before, &codes[0])), "one was turned off");
        let token = first_step(&server, "ada").token;
        assert!(is_refused(second_step(&server, &token, &app.code(&server, 1))), "the app is off");
        second_step(&server, &token, &codes[0]).expect("the recovery codes stay with the other");
        factor::turn_off_all(&server.app, &ada).expect("off");
        verify(&server, "ada").expect("the password is enough");
    }
}
