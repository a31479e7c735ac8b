//! The administration: its pages and its API, and who may do what there.

mod api;
mod escalation;
mod matrix;
mod outbox;
mod people;
mod powers;
mod roles;
mod search;
mod server;

use grantor::core::user::User;
use grantor::store::users;

use crate::support::admin::{Api, admin_flow, browser, staff, submit, token};
use crate::support::server::TestServer;

/// The person as the database has them.
fn now(server: &TestServer, user: &User) -> Option<User> {
    server.app.read(|cx| users::by_id(cx.conn, user.id)).expect("a database")
}

/// What the audit log says was done to a person, the newest first.
fn acts(server: &TestServer, user: &User) -> Vec<String> {
    crate::support::admin::acts(server, user.id)
}
