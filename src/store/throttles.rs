//! Counters of attempts, kept in the database so that every node counts together.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text, Timestamp};

use super::conn::on_backend;
use super::schema::throttles;
use super::{Conn, Result};
use crate::core::time::Time;

/// A counter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, QueryableByName)]
pub struct Counter {
    /// Attempts in this window, this one counted.
    #[diesel(sql_type = BigInt)]
    pub attempts: i64,
    /// When the window ends.
    #[diesel(sql_type = Timestamp)]
    pub resets_at: Time,
}

/// Counts an attempt under `id`, in a window that ends at `resets_at` if none is running.
///
/// # Errors
/// As the database says.
pub fn count(conn: &mut Conn, id: &str, now: Time, resets_at: Time) -> Result<Counter> {
    const SQLITE: &str = "INSERT INTO throttles (id, attempts, resets_at) VALUES (?, 1, ?) \
        ON CONFLICT (id) DO UPDATE SET \
        attempts = CASE WHEN throttles.resets_at <= ? THEN 1 ELSE throttles.attempts + 1 END, \
        resets_at = CASE WHEN throttles.resets_at <= ? THEN excluded.resets_at ELSE throttles.resets_at END \
        RETURNING attempts, resets_at";
    const POSTGRES: &str = "INSERT INTO throttles (id, attempts, resets_at) VALUES ($1, 1, $2) \
        ON CONFLICT (id) DO UPDATE SET \
        attempts = CASE WHEN throttles.resets_at <= $3 THEN 1 ELSE throttles.attempts + 1 END, \
        resets_at = CASE WHEN throttles.resets_at <= $4 THEN excluded.resets_at ELSE throttles.resets_at END \
        RETURNING attempts, resets_at";
    let sql = if matches!(conn, Conn::Pg(_)) { POSTGRES } else { SQLITE };
    let counter = on_backend!(conn, |c| diesel::sql_query(sql)
        .bind::<Text, _>(id)
        .bind::<Timestamp, _>(resets_at)
        .bind::<Timestamp, _>(now)
        .bind::<Timestamp, _>(now)
        .get_result::<Counter>(c))?;
    Ok(counter)
}

/// Forgets the attempts under `id`: after a success they do not count against its owner.
///
/// # Errors
/// As the database says.
pub fn reset(conn: &mut Conn, id: &str) -> Result<()> {
    diesel::delete(throttles::table.find(id)).execute(conn)?;
    Ok(())
}

/// Takes one attempt under `id` back: it turned out to be none that counts.
///
/// # Errors
/// As the database says.
pub fn give_back(conn: &mut Conn, id: &str) -> Result<()> {
    diesel::update(throttles::table.find(id).filter(throttles::attempts.gt(0)))
        .set(throttles::attempts.eq(throttles::attempts - 1))
        .execute(conn)?;
    Ok(())
}
