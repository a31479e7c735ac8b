//! What people get of themselves is every column that is kept of them, but the secret ones.

use diesel::RunQueryDsl as _;
use grantor::account::ends;
use grantor::core::audit::Actor;
use grantor::core::failure::{Cause, Failure, Kind, Reason};

use super::person;
use crate::dialect::passport_support::{self as passport, Session};
use crate::support::database::on_both;
use crate::support::second_factor::turn_on_sms;
use crate::support::server::{Setup, TestServer};

const SCHEMA: &str = include_str!("../../../src/store/schema.rs");

/// The columns of a table.
fn columns(table: &str) -> Vec<&'static str> {
    let from = SCHEMA.split(&format!("    {table} (")).nth(1).unwrap_or_else(|| panic!("no table {table}"));
    let body = from.split("\n    }").next().expect("columns");
    body.lines().filter_map(|line| line.trim().split_once(" -> ")).map(|(name, _)| name).collect()
}

/// The table, the member of the document, columns that are told under another name, and those that are left out: hashes
/// and secrets, what opens something, keys for sorting and searching, what the courier notes, and whose it is.
type Told = (&'static str, &'static str, &'static [(&'static str, &'static str)], &'static [&'static str]);
const TOLD: [Told; 9] = [
    (
        "users",
        "profile",
        &[("avatar_file", "avatar"), ("avatar_url", "avatar"), ("name", "given_name")],
        &["username_key", "email_key", "name_key", "family_key", "password_hash"],
    ),
    ("sessions", "sessions", &[], &["id", "user_id", "sid"]),
    ("consents", "consents", &[("scope", "scopes")], &["user_id"]),
    (
        "grants",
        "grants",
        &[("scope", "scopes")],
        &["id", "user_id", "session_id", "sid", "nonce", "code_hash", "code_challenge", "refresh_hash"],
    ),
    ("clients", "clients", &[], &["owner_id", "name_key", "hears_logout"]),
    (
        "second_factors",
        "second_factors",
        &[],
        &["user_id", "secret", "last_step", "code_hash", "code_tries_left", "code_expires_at"],
    ),
    ("passkeys", "passkeys", &[], &["id", "user_id", "credential"]),
    ("known_devices", "known_devices", &[], &["user_id", "device"]),
    ("messages", "messages", &[], &["id", "body", "busy_until"]),
];

fn fill(server: &TestServer, user: i64) {
    let passkey = format!(
        "INSERT INTO passkeys (id, user_id, name, credential, created_at) VALUES ('k', {user}, 'Key', 'sealed', '2026-01-01 00:00:00')"
    );
    let made =
        server.app.write(move |cx| diesel::sql_query(passkey).execute(cx.conn).map_err(grantor::store::Error::from));
    made.expect("a passkey");
}

on_both! {
    async fn every_column_is_told_or_secret(db: Database) {
        let server = Setup::default().frozen().start(&db);
        let ada = server.user("ada");
        let session = Session::of(&server, "ada");
        let (client, secret) = server.client(|new| new.owner = Some(ada.clone()));
        passport::third_party(&server, &session, &client, &secret).await;
        fill(&server, ada.id.0);
        turn_on_sms(&server, &ada);
        let cause = Cause::new(Reason::DeniedByPerson);
        server.app.note(Failure { kind: Kind::Authorization, client: None, user: Some(ada.id), code: "access_denied", cause });
        server.app.keep_reasons().expect("kept");
        let all = ends::export(&server.app, &Actor::Operator, &person(&server, "ada").expect("there")).expect("an export");
        for (table, member, renamed, left_out) in TOLD {
            let told = if all[member].is_array() { &all[member][0] } else { &all[member] };
            let told = told.as_object().unwrap_or_else(|| panic!("nothing of {table}: {}", all[member]));
            for column in columns(table) {
                let name = renamed.iter().find(|(from, _)| *from == column).map_or(column, |(_, to)| *to);
                assert_ne!(told.contains_key(name), left_out.contains(&column), "{table}.{column}");
            }
        }
        assert_eq!(all["failures"][0]["reason"], "denied_by_person");
    }
}
