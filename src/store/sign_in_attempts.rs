//! Sign-ins that wait for their second step.

use diesel::prelude::*;

use super::schema::sign_in_attempts;
use super::{Conn, Result};
use crate::core::ids::UserId;
use crate::core::secret::Hashed;
use crate::core::time::Time;

/// A sign-in that waits for its second step.
#[derive(Debug, Clone)]
pub struct Attempt {
    /// Whose password was right.
    pub user_id: UserId,
    /// The code that was sent by text message.
    pub code: Option<Hashed>,
    /// Until when it waits.
    pub expires_at: Time,
}

type Row = (i64, Option<String>, Time);
const ROW: (sign_in_attempts::user_id, sign_in_attempts::code_hash, sign_in_attempts::expires_at) =
    (sign_in_attempts::user_id, sign_in_attempts::code_hash, sign_in_attempts::expires_at);

fn attempt((user, code, expires_at): Row) -> Attempt {
    Attempt { user_id: UserId(user), code: code.map(Hashed::from_stored), expires_at }
}

/// Keeps a new one. The caller holds the person's row, so that a change of the password ends it.
///
/// # Errors
/// As the database says.
pub fn insert(conn: &mut Conn, id: &Hashed, new: &Attempt, tries: i64, now: Time) -> Result<()> {
    diesel::insert_into(sign_in_attempts::table)
        .values((
            sign_in_attempts::id.eq(id.as_str()),
            sign_in_attempts::user_id.eq(new.user_id.0),
            sign_in_attempts::code_hash.eq(new.code.as_ref().map(Hashed::as_str)),
            sign_in_attempts::tries_left.eq(tries),
            sign_in_attempts::created_at.eq(now),
            sign_in_attempts::expires_at.eq(new.expires_at),
        ))
        .execute(conn)?;
    Ok(())
}

/// The attempt, if a code would still be looked at; spends nothing.
///
/// # Errors
/// As the database says.
pub fn peek(conn: &mut Conn, id: &Hashed, now: Time) -> Result<Option<Attempt>> {
    let row: Option<Row> = sign_in_attempts::table
        .find(id.as_str())
        .filter(sign_in_attempts::used_at.is_null())
        .filter(sign_in_attempts::tries_left.gt(0))
        .filter(sign_in_attempts::expires_at.gt(now))
        .select(ROW)
        .first(conn)
        .optional()?;
    Ok(row.map(attempt))
}

/// Whose attempt this is, whatever became of it.
///
/// # Errors
/// As the database says.
pub fn owner(conn: &mut Conn, id: &Hashed) -> Result<Option<UserId>> {
    let found = sign_in_attempts::table.find(id.as_str()).select(sign_in_attempts::user_id);
    Ok(found.first(conn).optional()?.map(UserId))
}

/// Spends a try; whether there was one. The transaction must be committed whatever comes of the comparison.
///
/// # Errors
/// As the database says.
pub fn spend_try(conn: &mut Conn, id: &Hashed, now: Time) -> Result<bool> {
    let spent = diesel::update(sign_in_attempts::table.find(id.as_str()))
        .filter(sign_in_attempts::used_at.is_null())
        .filter(sign_in_attempts::tries_left.gt(0))
        .filter(sign_in_attempts::expires_at.gt(now))
        .set(sign_in_attempts::tries_left.eq(sign_in_attempts::tries_left - 1))
        .execute(conn)?;
    Ok(spent == 1)
}

/// Uses an attempt up; what it was, for the one of any number of rivals that got it. Its tries were spent before.
///
/// # Errors
/// As the database says.
pub fn take(conn: &mut Conn, id: &Hashed, now: Time) -> Result<Option<Attempt>> {
    let row: Option<Row> = diesel::update(sign_in_attempts::table.find(id.as_str()))
        .filter(sign_in_attempts::used_at.is_null())
        .filter(sign_in_attempts::expires_at.gt(now))
        .set(sign_in_attempts::used_at.eq(now))
        .returning(ROW)
        .get_result(conn)
        .optional()?;
    Ok(row.map(attempt))
}

/// Puts a new code in the place of the one that was sent before; whether the attempt still waits.
///
/// # Errors
/// As the database says.
pub fn set_code(conn: &mut Conn, id: &Hashed, code: &Hashed, now: Time) -> Result<bool> {
    let set = diesel::update(sign_in_attempts::table.find(id.as_str()))
        .filter(sign_in_attempts::used_at.is_null())
        .filter(sign_in_attempts::expires_at.gt(now))
        .set(sign_in_attempts::code_hash.eq(code.as_str()))
        .execute(conn)?;
    Ok(set == 1)
}

/// Ends every attempt of a person.
///
/// # Errors
/// As the database says.
pub fn end_all_of_user(conn: &mut Conn, user: UserId) -> Result<usize> {
    Ok(diesel::delete(sign_in_attempts::table.filter(sign_in_attempts::user_id.eq(user.0))).execute(conn)?)
}
