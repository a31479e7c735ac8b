//! Names that nobody may take: those of people who are gone. Only keyed hashes of them.

use diesel::prelude::*;

use super::schema::reserved_names;
use super::{Conn, Result};
use crate::core::secret::Hashed;
use crate::core::time::Time;

/// Which of `names` are reserved, in their order.
///
/// # Errors
/// As the database says.
pub fn among(conn: &mut Conn, names: &[Hashed]) -> Result<Vec<bool>> {
    let asked: Vec<&str> = names.iter().map(Hashed::as_str).collect();
    let found: Vec<String> =
        reserved_names::table.filter(reserved_names::id.eq_any(&asked)).select(reserved_names::id).load(conn)?;
    Ok(asked.iter().map(|name| found.iter().any(|known| known == name)).collect())
}

/// Reserves names; some may be reserved already.
///
/// # Errors
/// As the database says.
pub fn insert(conn: &mut Conn, names: &[Hashed], now: Time) -> Result<()> {
    let rows: Vec<_> =
        names.iter().map(|name| (reserved_names::id.eq(name.as_str()), reserved_names::created_at.eq(now))).collect();
    match conn {
        Conn::Pg(pg) => {
            diesel::insert_into(reserved_names::table).values(rows).on_conflict_do_nothing().execute(pg)?;
        }
        Conn::Sqlite(sqlite) => {
            diesel::insert_or_ignore_into(reserved_names::table).values(rows).execute(sqlite)?;
        }
    }
    Ok(())
}
