//! Accounts: how they begin, what proves an address, what people are told, how they end.

mod devices;
mod email_change;
mod ends;
mod export;
mod oracle;
mod second_factor;
mod second_factor_limits;
mod second_factor_races;
mod second_factor_settings;
mod sign_up;

use grantor::account::{admin, register::Registration};
use grantor::core::user::User;
use grantor::store::users;
use serde_json::{Value, json};

use crate::support::outbox;
use crate::support::server::{PASSWORD, TestServer};

/// A person as the database has them.
pub fn person(server: &TestServer, login: &str) -> Option<User> {
    server.app.read(|cx| users::by_login(cx.conn, login)).expect("a database")
}

/// Makes a person whose address is not verified; the link is in the outbox.
pub fn unverified(server: &TestServer, username: &str) -> User {
    let registration = Registration {
        name: Some(format!("{username} Example")),
        username: Some(username.to_owned()),
        email: Some(format!("{username}@example.com")),
        password: Some(PASSWORD.to_owned()),
        password_confirmation: Some(PASSWORD.to_owned()),
        ..Registration::default()
    };
    admin::create(&server.app, &grantor::core::audit::Actor::Operator, &registration, |new| new)
        .expect("the person is made")
}

/// The path of the newest link that proves an address, with its token.
pub fn link(server: &TestServer) -> String {
    let links = outbox::all(server).into_iter().rev().find_map(|(_, text)| {
        text.split_whitespace().find(|word| word.contains("/email/verify?token=")).map(str::to_owned)
    });
    let link = links.expect("a link");
    link.strip_prefix(&server.url).expect("our own link").to_owned()
}

/// The kinds of the mails to an address, sorted: those of one moment have no order.
fn kinds(server: &TestServer, recipient: &str) -> Vec<String> {
    let messages = grantor::account::post::newest(&server.app, 100).expect("the outbox");
    let to = messages.into_iter().filter(|(message, _)| message.recipient == recipient);
    let mut kinds: Vec<String> = to.map(|(message, _)| message.kind).collect();
    kinds.sort_unstable();
    kinds
}

/// What somebody sends to register through the Passport dialect.
fn registration(username: &str, email: &str, phone: &str) -> Value {
    json!({
        "name": "Ada Lovelace",
        "username": username,
        "mobile": phone,
        "dob": "1990-12-10",
        "email": email,
        "password": PASSWORD,
        "password_confirmation": PASSWORD,
    })
}
