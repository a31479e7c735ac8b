//! Scopes.

use diesel::prelude::*;

use super::schema::scopes;
use super::{Conn, Result};
use crate::core::scope::ScopeEntry;

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = scopes, primary_key(name), treat_none_as_default_value = false)]
struct Row {
    name: String,
    description: String,
    is_default: bool,
    optional: bool,
    sensitive: bool,
}

impl From<&ScopeEntry> for Row {
    fn from(entry: &ScopeEntry) -> Self {
        Self {
            name: entry.name.clone(),
            description: entry.description.clone(),
            is_default: entry.is_default,
            optional: entry.optional,
            sensitive: entry.sensitive,
        }
    }
}

/// Keeps a new scope.
///
/// # Errors
/// [`super::Error::Unique`] when there is one of that name.
pub fn insert(conn: &mut Conn, entry: &ScopeEntry) -> Result<()> {
    diesel::insert_into(scopes::table).values(Row::from(entry)).execute(conn)?;
    Ok(())
}

/// Writes a scope anew; whether there is one of that name.
///
/// # Errors
/// As the database says.
pub fn update(conn: &mut Conn, entry: &ScopeEntry) -> Result<bool> {
    let updated = diesel::update(scopes::table.find(&entry.name)).set(Row::from(entry)).execute(conn)?;
    Ok(updated == 1)
}

/// Deletes a scope; whether there was one of that name.
///
/// # Errors
/// As the database says.
pub fn delete(conn: &mut Conn, name: &str) -> Result<bool> {
    Ok(diesel::delete(scopes::table.find(name)).execute(conn)? == 1)
}

/// Every scope, by name.
///
/// # Errors
/// As the database says.
pub fn all(conn: &mut Conn) -> Result<Vec<ScopeEntry>> {
    let rows: Vec<Row> = scopes::table.order(scopes::name).select(Row::as_select()).load(conn)?;
    Ok(rows
        .into_iter()
        .map(|row| ScopeEntry {
            name: row.name,
            description: row.description,
            is_default: row.is_default,
            optional: row.optional,
            sensitive: row.sensitive,
        })
        .collect())
}
