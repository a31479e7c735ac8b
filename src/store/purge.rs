//! Throws away what has expired.

use chrono::TimeDelta;
use diesel::prelude::*;

use super::schema::{
    access_tokens, audit_events, client_secrets, failures, grants, known_devices, messages, one_time_passwords,
    one_time_tokens, passkey_ceremonies, sessions, sign_in_attempts, signing_keys, statistics, throttles,
};
use super::{Conn, Result};
use crate::core::time::Time;

/// The most rows of a table that one call deletes, so that no transaction grows long.
pub const BATCH: i64 = 2000;

/// For how long a device that people do not use is known.
const DEVICE_DAYS: i64 = 180;

/// Reads the keys of a batch by the index on their expiry, and deletes by key.
macro_rules! purge {
    ($conn:expr, $table:ident, $key:ident: $type:ty, $expiry:ident < $before:expr) => {{
        let keys: Vec<$type> =
            $table::table.filter($table::$expiry.lt($before)).limit(BATCH).select($table::$key).load($conn)?;
        let mut deleted = 0;
        for chunk in keys.chunks(500) {
            // Asked again: a row may have been renewed since it was read.
            let stale = $table::table.filter($table::$key.eq_any(chunk)).filter($table::$expiry.lt($before));
            deleted += diesel::delete(stale).execute($conn)?;
        }
        (stringify!($table), deleted)
    }};
}

/// Deletes a batch of the rows of each table that expired before `before`; how many of each.
///
/// # Errors
/// As the database says.
pub fn batch(conn: &mut Conn, now: Time, before: Time) -> Result<Vec<(&'static str, usize)>> {
    Ok(vec![
        purge!(conn, access_tokens, id: String, expires_at < before),
        purge!(conn, grants, id: String, purge_at < before),
        purge!(conn, sessions, id: String, expires_at < before),
        purge!(conn, one_time_tokens, id: String, expires_at < before),
        purge!(conn, one_time_passwords, user_id: i64, expires_at < now),
        purge!(conn, sign_in_attempts, id: String, expires_at < now),
        purge!(conn, passkey_ceremonies, id: String, expires_at < now),
        purge!(conn, known_devices, device: String, last_seen_at < now - TimeDelta::days(DEVICE_DAYS)),
        purge!(conn, throttles, id: String, resets_at < now),
        purge!(conn, messages, id: String, expires_at < before),
        purge!(conn, client_secrets, id: String, expires_at < now),
        purge!(conn, signing_keys, id: String, retires_at < now),
    ])
}

/// Before which moments records are thrown away; none keeps them for ever.
#[derive(Debug, Clone, Copy)]
pub struct Before {
    /// Events of the audit log.
    pub events: Option<Time>,
    /// Reasons of refusals.
    pub reasons: Time,
    /// What was counted.
    pub counts: Option<Time>,
}

/// Deletes a batch of the audit log, of the reasons of refusals and of what was counted; of the reasons also those up to
/// `beyond`. Nothing else ever deletes an event.
///
/// # Errors
/// As the database says.
pub fn records(conn: &mut Conn, before: Before, beyond: Option<&(Time, String)>) -> Result<Vec<(&'static str, usize)>> {
    let events = match before.events {
        Some(before) => purge!(conn, audit_events, id: String, created_at < before),
        None => ("audit_events", 0),
    };
    let counts = before.counts.map_or(Ok(0), |before| counts(conn, before))?;
    let mut all = vec![events, purge!(conn, failures, id: String, created_at < before.reasons), ("statistics", counts)];
    if let Some(beyond) = beyond {
        all.push(("failures", super::failures::delete_until(conn, beyond, BATCH)?));
    }
    Ok(all)
}

/// Counts of whole hours: those of the last hour of a batch go with it.
fn counts(conn: &mut Conn, before: Time) -> Result<usize> {
    let old = statistics::table.filter(statistics::hour.lt(before)).order(statistics::hour);
    let hours: Vec<Time> = old.limit(BATCH).select(statistics::hour).load(conn)?;
    let Some(last) = hours.last() else { return Ok(0) };
    Ok(diesel::delete(statistics::table.filter(statistics::hour.le(last))).execute(conn)?)
}
