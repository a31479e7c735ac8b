//! Roles.

use diesel::prelude::*;

use super::schema::{roles, users};
use super::{Conn, Result};
use crate::core::ids::RoleName;
use crate::core::role::Role;
use crate::core::time::Time;

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = roles, treat_none_as_default_value = false)]
struct Row {
    name: String,
    id: i64,
    display_name: String,
    description: String,
    staff: bool,
    permissions: String,
    created_at: Time,
    updated_at: Time,
}

impl From<&Role> for Row {
    fn from(role: &Role) -> Self {
        Self {
            name: role.name.to_string(),
            id: role.id,
            display_name: role.display_name.clone(),
            description: role.description.clone(),
            staff: role.staff,
            permissions: role.permissions.join(" "),
            created_at: role.created_at,
            updated_at: role.updated_at,
        }
    }
}

impl From<Row> for Role {
    fn from(row: Row) -> Self {
        Self {
            name: row.name.into(),
            id: row.id,
            display_name: row.display_name,
            description: row.description,
            staff: row.staff,
            permissions: row.permissions.split_ascii_whitespace().map(str::to_owned).collect(),
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

/// Every role, by number.
///
/// # Errors
/// As the database says.
pub fn all(conn: &mut Conn) -> Result<Vec<Role>> {
    let rows: Vec<Row> = roles::table.order(roles::id).select(Row::as_select()).load(conn)?;
    Ok(rows.into_iter().map(Role::from).collect())
}

/// The role of this name.
///
/// # Errors
/// As the database says.
pub fn by_name(conn: &mut Conn, name: &RoleName) -> Result<Option<Role>> {
    let row: Option<Row> = roles::table.find(name.as_str()).select(Row::as_select()).first(conn).optional()?;
    Ok(row.map(Role::from))
}

/// The role of this name, which nobody changes until the transaction ends; people may be given it meanwhile.
///
/// # Errors
/// As the database says.
pub fn held(conn: &mut Conn, name: &RoleName) -> Result<Option<Role>> {
    let row = roles::table.find(name.as_str());
    let row: Option<Row> = match conn {
        Conn::Pg(pg) => row.select(Row::as_select()).for_no_key_update().first(pg).optional()?,
        // Nobody else writes while a transaction does.
        Conn::Sqlite(sqlite) => row.select(Row::as_select()).first(sqlite).optional()?,
    };
    Ok(row.map(Role::from))
}

/// Keeps a new role.
///
/// # Errors
/// [`super::Error::Unique`] when its name or number is taken.
pub fn insert(conn: &mut Conn, role: &Role) -> Result<()> {
    diesel::insert_into(roles::table).values(Row::from(role)).execute(conn)?;
    Ok(())
}

/// Writes every field of a role anew; whether there is such a role.
///
/// # Errors
/// As the database says.
pub fn update(conn: &mut Conn, role: &Role) -> Result<bool> {
    let row = Row::from(role);
    let updated = diesel::update(roles::table.find(role.name.as_str()))
        .set((
            roles::display_name.eq(row.display_name),
            roles::description.eq(row.description),
            roles::staff.eq(row.staff),
            roles::permissions.eq(row.permissions),
            roles::updated_at.eq(row.updated_at),
        ))
        .execute(conn)?;
    Ok(updated == 1)
}

/// Deletes a role that nobody holds; whether there was one.
///
/// # Errors
/// As the database says.
pub fn delete_unheld(conn: &mut Conn, name: &RoleName) -> Result<bool> {
    let held = users::table.filter(users::role.eq(roles::name));
    let deleted = diesel::delete(roles::table)
        .filter(roles::name.eq(name.as_str()))
        .filter(diesel::dsl::not(diesel::dsl::exists(held)))
        .execute(conn)?;
    Ok(deleted == 1)
}
