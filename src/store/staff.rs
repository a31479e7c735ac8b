//! What people are to this server: their role, and whom they work for.

use diesel::prelude::*;

use super::schema::users;
use super::users::UserRow;
use super::{Conn, Result};
use crate::core::ids::{RoleName, UserId};
use crate::core::role;
use crate::core::time::Time;
use crate::core::user::{Status, User};

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

/// Holds the rows of some people and of all admins who can sign in, in one order, so that what is decided from them is
/// still so when it is written; the people.
///
/// # Errors
/// As the database says.
pub fn hold(conn: &mut Conn, people: &[UserId]) -> Result<Vec<User>> {
    let ids: Vec<i64> = people.iter().map(|id| id.0).collect();
    let is_admin = users::role.eq(role::ADMIN).and(users::status.eq(Status::Active.as_str()));
    let wanted = users::id.eq_any(ids.clone()).or(is_admin.and(users::password_hash.is_not_null()));
    let found = users::table.filter(wanted).order(users::id);
    let rows: Vec<UserRow> = match conn {
        Conn::Pg(pg) => found.select(UserRow::as_select()).for_update().load(pg)?,
        // Nobody else writes while a transaction does.
        Conn::Sqlite(sqlite) => found.select(UserRow::as_select()).load(sqlite)?,
    };
    rows.into_iter().filter(|row| ids.contains(&row.id)).map(User::try_from).collect()
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
