//! What ends with a session besides itself: the grants of relying parties, and who is to hear of it.

use diesel::prelude::*;

use super::conn::on_backend;
use super::schema::{clients, grants};
use super::{Conn, Result};
use crate::core::grant::EndReason;
use crate::core::ids::{ClientId, UserId};
use crate::core::scope::OFFLINE_ACCESS;
use crate::core::time::Time;

/// The most sessions that one statement names.
const CHUNK: usize = 500;

/// Ends the grants that were given in sessions of a person and were not meant to outlast them (Back-Channel Logout section
/// 2.7), and those whose code was not redeemed yet: nobody signs in anew by a session that is over.
///
/// # Errors
/// As the database says.
pub fn end_grants(conn: &mut Conn, user: UserId, sids: &[String], reason: EndReason, now: Time) -> Result<usize> {
    let mut ended = 0;
    for chunk in sids.chunks(CHUNK) {
        // Scopes are kept as words between single blanks.
        let lasting = (" ".into_sql::<diesel::sql_types::Text>().concat(grants::scope).concat(" "))
            .like(format!("% {} %", OFFLINE_ACCESS.replace('_', "\\_")))
            .escape('\\');
        let open = grants::table
            .filter(grants::user_id.eq(user.0))
            .filter(grants::sid.eq_any(chunk))
            .filter(grants::ended_at.is_null())
            .filter(diesel::dsl::not(lasting).or(grants::code_used_at.is_null()));
        ended += diesel::update(open)
            .set((grants::ended_at.eq(now), grants::ended_reason.eq(reason.as_str())))
            .execute(conn)?;
    }
    Ok(ended)
}

/// The sessions of these in which clients got an id_token that hear of their end at an address of their own, each with
/// the client.
///
/// # Errors
/// As the database says.
pub fn listeners(conn: &mut Conn, user: UserId, sids: &[String]) -> Result<Vec<(String, ClientId)>> {
    let mut found = Vec::new();
    for chunk in sids.chunks(CHUNK) {
        let told: Vec<(Option<String>, String)> = on_backend!(conn, |c| grants::table
            .inner_join(clients::table.on(grants::client_id.eq(clients::id)))
            .filter(grants::user_id.eq(user.0))
            .filter(grants::sid.eq_any(chunk))
            .filter(grants::code_used_at.is_not_null())
            .filter(clients::hears_logout.eq(true))
            .filter(clients::disabled_at.is_null())
            .select((grants::sid, grants::client_id))
            .distinct()
            .load(c))?;
        found.extend(told.into_iter().filter_map(|(sid, client)| Some((sid?, ClientId::from(client)))));
    }
    Ok(found)
}

/// The clients that got an id_token in a session of a person.
///
/// # Errors
/// As the database says.
pub fn clients_of(conn: &mut Conn, user: UserId, sid: &str) -> Result<Vec<ClientId>> {
    let found: Vec<String> = on_backend!(conn, |c| grants::table
        .filter(grants::user_id.eq(user.0))
        .filter(grants::sid.eq(sid))
        .filter(grants::code_used_at.is_not_null())
        .select(grants::client_id)
        .distinct()
        .order(grants::client_id)
        .load(c))?;
    Ok(found.into_iter().map(ClientId::from).collect())
}

/// Keeps the grants that were given in a session of a person at the least until `purge_at`: it lasts longer now.
///
/// # Errors
/// As the database says.
pub fn keep_grants(conn: &mut Conn, user: UserId, sid: &str, purge_at: Time) -> Result<()> {
    let shorter = grants::table
        .filter(grants::user_id.eq(user.0))
        .filter(grants::sid.eq(sid))
        .filter(grants::purge_at.lt(purge_at));
    diesel::update(shorter).set(grants::purge_at.eq(purge_at)).execute(conn)?;
    Ok(())
}
