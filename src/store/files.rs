//! Files that are kept in the database.

use diesel::prelude::*;

use super::schema::{clients, files, users};
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

/// The names of files from `start` on, in their order: `limit` of them at the most.
///
/// # Errors
/// As the database says.
pub fn names_from(conn: &mut Conn, start: &str, limit: i64) -> Result<Vec<String>> {
    Ok(files::table.filter(files::id.ge(start)).order(files::id).limit(limit).select(files::id).load(conn)?)
}

/// Those of some names that neither a person's avatar nor a client's logo has.
///
/// # Errors
/// As the database says.
pub fn unnamed(conn: &mut Conn, names: &[String]) -> Result<Vec<String>> {
    let mut unnamed = Vec::new();
    for chunk in names.chunks(500) {
        let named: Vec<Option<String>> =
            users::table.filter(users::avatar_file.eq_any(chunk)).select(users::avatar_file).load(conn)?;
        let logos: Vec<Option<String>> =
            clients::table.filter(clients::logo_file.eq_any(chunk)).select(clients::logo_file).load(conn)?;
        let named: Vec<String> = named.into_iter().chain(logos).flatten().collect();
        unnamed.extend(chunk.iter().filter(|name| !named.contains(name)).cloned());
    }
    Ok(unnamed)
}

/// Deletes those of some files that were made before `before`; how many.
///
/// # Errors
/// As the database says.
pub fn delete_old(conn: &mut Conn, names: &[String], before: Time) -> Result<usize> {
    let mut deleted = 0;
    for chunk in names.chunks(500) {
        let old = files::table.filter(files::id.eq_any(chunk)).filter(files::created_at.lt(before));
        deleted += diesel::delete(old).execute(conn)?;
    }
    Ok(deleted)
}
