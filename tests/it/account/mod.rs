//! Accounts: how they begin, what proves an address, what people are told, how they end.

mod oracle;

use grantor::core::user::User;
use grantor::store::users;
use serde_json::Value;

use crate::support::server::TestServer;

/// A person as the database has them.
fn person(server: &TestServer, login: &str) -> Option<User> {
    server.app.read(|cx| users::by_login(cx.conn, login)).expect("a database")
}

/// What somebody sends to register through the Passport dialect.
fn registration(username: &str, email: &str, phone: &str) -> Value {
    serde_json::json!({
        "name": "Ada Lovelace",
        "username": username,
        "mobile": phone,
        "dob": "1990-12-10",
        "email": email,
        "password": crate::support::server::PASSWORD,
        "password_confirmation": crate::support::server::PASSWORD,
    })
}
