//! What was counted, by the hour.

use diesel::prelude::*;
use diesel::upsert::excluded;

use super::conn::on_backend;
use super::schema::statistics::{self, dsl};
use super::{Conn, Result};
use crate::core::time::Time;

/// Adds to the total of an hour: several nodes add up.
///
/// # Errors
/// As the database says.
pub fn add(conn: &mut Conn, name: &str, hour: Time, count: i64) -> Result<()> {
    let row = (dsl::name.eq(name), dsl::hour.eq(hour), dsl::total.eq(count));
    on_backend!(conn, |c| diesel::insert_into(statistics::table)
        .values(row)
        .on_conflict((dsl::name, dsl::hour))
        .do_update()
        .set(dsl::total.eq(dsl::total + excluded(dsl::total)))
        .execute(c))?;
    Ok(())
}

/// The totals of a name, by the hour, from `from` on and before `until`.
///
/// # Errors
/// As the database says.
pub fn of(conn: &mut Conn, name: &str, from: Time, until: Time) -> Result<Vec<(Time, i64)>> {
    let found = statistics::table
        .filter(dsl::name.eq(name))
        .filter(dsl::hour.ge(from))
        .filter(dsl::hour.lt(until))
        .order(dsl::hour)
        .select((dsl::hour, dsl::total))
        .load(conn)?;
    Ok(found)
}
