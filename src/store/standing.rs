//! How an account stands, in numbers.

use diesel::prelude::*;

use super::schema::{consents, passkeys};
use super::{Conn, Result};
use crate::core::ids::UserId;

/// How many passkeys a person has.
///
/// # Errors
/// As the database says.
pub fn passkeys_of(conn: &mut Conn, user: UserId) -> Result<i64> {
    Ok(passkeys::table.filter(passkeys::user_id.eq(user.0)).count().get_result(conn)?)
}

/// How many apps a person lets do something.
///
/// # Errors
/// As the database says.
pub fn apps_of(conn: &mut Conn, user: UserId) -> Result<i64> {
    Ok(consents::table.filter(consents::user_id.eq(user.0)).count().get_result(conn)?)
}
