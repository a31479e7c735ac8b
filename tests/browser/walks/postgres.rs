//! Some of the walks on PostgreSQL.

use super::{consent, register, second_factor, sign_in};
use crate::kit::{self, Chrome};
use crate::support::database::Database;

fn walk<F: Future<Output = ()>>(body: impl FnOnce(Chrome, Database) -> F) {
    if let Some(db) = Database::postgres() {
        kit::run(true, |chrome| body(chrome, db));
    }
}

#[test]
fn signing_in() {
    walk(sign_in::by_name_and_password::body);
}

#[test]
fn registering() {
    walk(register::register_prove_the_address_and_sign_in::body);
}

#[test]
fn a_second_factor() {
    walk(second_factor::an_app_is_turned_on_and_asked_for::body);
}

#[test]
fn consenting() {
    walk(consent::allowed_with_less_than_was_asked_for::body);
}
