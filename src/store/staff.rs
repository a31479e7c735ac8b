//! What people are to this server: their role, and whom they work for.

use diesel::prelude::*;

use super::schema::users;
use super::{Conn, Result};
use crate::core::ids::{RoleName, UserId};
use crate::core::role;
use crate::core::time::Time;
use crate::core::user::Status;

/// Holds the rows of all admins who can sign in, in one order, so that of two changes at once one sees the other; who
/// they are.
///
/// # Errors
/// As the database says.
pub fn hold_admins(conn: &mut Conn) -> Result<Vec<UserId>> {
    let admins = users::table
        .filter(users::role.eq(role::ADMIN))
        .filter(users::status.eq(Status::Active.as_str()))
        .filter(users::password_hash.is_not_null())
        .order(users::id)
        .select(users::id);
    let ids: Vec<i64> = match conn {
        Conn::Pg(pg) => admins.for_update().load(pg)?,
        Conn::Sqlite(sqlite) => admins.load(sqlite)?,
    };
    Ok(ids.into_iter().map(UserId).collect())
}

/// Gives a person another role, which must exist; whether there is such a person.
///
/// # Errors
/// As the database says.
pub fn set_role(conn: &mut Conn, id: UserId, role: &RoleName, now: Time) -> Result<bool> {
    let set = diesel::update(users::table.find(id.0))
        .set((users::role.eq(role.as_str()), users::updated_at.eq(now)))
        .execute(conn)?;
    Ok(set == 1)
}

/// Sets whom a person works for; whether there is such a person.
///
/// # Errors
/// As the database says.
pub fn set_employer(
    conn: &mut Conn,
    id: UserId,
    isp_id: Option<i64>,
    branch_id: Option<i64>,
    now: Time,
) -> Result<bool> {
    let set = diesel::update(users::table.find(id.0))
        .set((users::isp_id.eq(isp_id), users::branch_id.eq(branch_id), users::updated_at.eq(now)))
        .execute(conn)?;
    Ok(set == 1)
}
