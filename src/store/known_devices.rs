//! The devices that people have signed in from, as keyed hashes.

use diesel::prelude::*;

use super::conn::on_backend;
use super::schema::known_devices;
use super::{Conn, Result};
use crate::core::ids::UserId;
use crate::core::secret::Hashed;
use crate::core::time::Time;

/// Notes that a device that is known was used again; whether it is known.
///
/// # Errors
/// As the database says.
pub fn touch(conn: &mut Conn, user: UserId, device: &Hashed, now: Time) -> Result<bool> {
    let touched = diesel::update(known_devices::table.find((user.0, device.as_str())))
        .set(known_devices::last_seen_at.eq(now))
        .execute(conn)?;
    Ok(touched == 1)
}

/// How many devices of a person are known.
///
/// # Errors
/// As the database says.
pub fn count_of(conn: &mut Conn, user: UserId) -> Result<i64> {
    Ok(known_devices::table.filter(known_devices::user_id.eq(user.0)).count().get_result(conn)?)
}

/// Keeps a new device.
///
/// # Errors
/// As the database says.
pub fn insert(conn: &mut Conn, user: UserId, device: &Hashed, now: Time) -> Result<()> {
    on_backend!(conn, |c| diesel::insert_into(known_devices::table)
        .values((
            known_devices::user_id.eq(user.0),
            known_devices::device.eq(device.as_str()),
            known_devices::created_at.eq(now),
            known_devices::last_seen_at.eq(now),
        ))
        .on_conflict((known_devices::user_id, known_devices::device))
        .do_nothing()
        .execute(c))?;
    Ok(())
}
