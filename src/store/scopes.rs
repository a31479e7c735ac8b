//! Scopes.

use diesel::prelude::*;

use super::schema::scopes;
use super::{Conn, Result};
use crate::core::scope::ScopeEntry;

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = scopes, treat_none_as_default_value = false)]
struct Row {
    name: String,
    description: String,
    is_default: bool,
    optional: bool,
    sensitive: bool,
}

/// Keeps a new scope.
///
/// # Errors
/// [`super::Error::Unique`] when there is one of that name.
pub fn insert(conn: &mut Conn, entry: &ScopeEntry) -> Result<()> {
    let row = Row {
        name: entry.name.clone(),
        description: entry.description.clone(),
        is_default: entry.is_default,
        optional: entry.optional,
        sensitive: entry.sensitive,
    };
    diesel::insert_into(scopes::table).values(row).execute(conn)?;
    Ok(())
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
