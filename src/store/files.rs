//! Files that are kept in the database.

use diesel::prelude::*;

use super::schema::files;
use super::{Conn, Result};
use crate::core::time::Time;

/// Keeps a new file.
///
/// # Errors
/// As the database says.
pub fn insert(conn: &mut Conn, id: &str, content_type: &str, bytes: &[u8], now: Time) -> Result<()> {
    diesel::insert_into(files::table)
        .values((
            files::id.eq(id),
            files::content_type.eq(content_type),
            files::bytes.eq(bytes),
            files::created_at.eq(now),
        ))
        .execute(conn)?;
    Ok(())
}

/// What a file holds.
///
/// # Errors
/// As the database says.
pub fn get(conn: &mut Conn, id: &str) -> Result<Option<Vec<u8>>> {
    Ok(files::table.find(id).select(files::bytes).first(conn).optional()?)
}

/// Deletes a file, if there is one.
///
/// # Errors
/// As the database says.
pub fn delete(conn: &mut Conn, id: &str) -> Result<()> {
    diesel::delete(files::table.find(id)).execute(conn)?;
    Ok(())
}
