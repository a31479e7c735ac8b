//! What the server notes about itself: a value for each name.

use diesel::prelude::*;

use super::schema::settings;
use super::{Conn, Result};

/// The value kept under `name`.
///
/// # Errors
/// As the database says.
pub fn get(conn: &mut Conn, name: &str) -> Result<Option<String>> {
    Ok(settings::table.find(name).select(settings::value).first(conn).optional()?)
}

/// Keeps a value under a name that has none yet.
///
/// # Errors
/// [`super::Error::Unique`] when the name has a value.
pub fn insert(conn: &mut Conn, name: &str, value: &str) -> Result<()> {
    diesel::insert_into(settings::table).values((settings::name.eq(name), settings::value.eq(value))).execute(conn)?;
    Ok(())
}
