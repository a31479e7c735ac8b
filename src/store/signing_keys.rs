//! Signing keys; the private ones sealed under the master key.

use diesel::prelude::*;

use super::schema::signing_keys;
use super::{Conn, Result};
use crate::core::time::Time;

/// A key as kept.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = signing_keys, treat_none_as_default_value = false)]
pub struct StoredKey {
    /// Its `kid`.
    pub id: String,
    /// Its algorithm (RFC 7518 section 3.1).
    pub algorithm: String,
    /// PKCS#8, sealed.
    pub private_key: String,
    /// The public key as a JWK.
    pub public_jwk: String,
    /// When it was made.
    pub created_at: Time,
    /// When it begins to sign: it is published before.
    pub activates_at: Time,
    /// When it is gone; set when a successor was made, or when it is withdrawn.
    pub retires_at: Option<Time>,
}

/// Keeps a new key.
///
/// # Errors
/// [`super::Error::Unique`] when there is a key of the algorithm that has no successor.
pub fn insert(conn: &mut Conn, key: &StoredKey) -> Result<()> {
    diesel::insert_into(signing_keys::table).values(key).execute(conn)?;
    Ok(())
}

/// Every key that is kept, newest first, those that are gone too.
///
/// # Errors
/// As the database says.
pub fn every(conn: &mut Conn) -> Result<Vec<StoredKey>> {
    let newest = (signing_keys::created_at.desc(), signing_keys::algorithm, signing_keys::id);
    Ok(signing_keys::table.order(newest).select(StoredKey::as_select()).load(conn)?)
}

/// Every key that is not gone at `now`, newest first.
///
/// # Errors
/// As the database says.
pub fn all(conn: &mut Conn, now: Time) -> Result<Vec<StoredKey>> {
    Ok(signing_keys::table
        .filter(signing_keys::retires_at.is_null().or(signing_keys::retires_at.gt(now)))
        .order((signing_keys::created_at.desc(), signing_keys::algorithm, signing_keys::id))
        .select(StoredKey::as_select())
        .load(conn)?)
}

/// The keys that have no successor, one of each algorithm.
///
/// # Errors
/// As the database says.
pub fn newest(conn: &mut Conn) -> Result<Vec<StoredKey>> {
    let newest = signing_keys::table.filter(signing_keys::retires_at.is_null());
    Ok(newest.order(signing_keys::algorithm).select(StoredKey::as_select()).load(conn)?)
}

/// The algorithms that there is a key of.
///
/// # Errors
/// As the database says.
pub fn algorithms(conn: &mut Conn) -> Result<Vec<String>> {
    let newest = signing_keys::table.filter(signing_keys::retires_at.is_null());
    Ok(newest.select(signing_keys::algorithm).load(conn)?)
}

/// Lets a key be gone at `until`, if it has no successor yet; whether it had none. Of several who replace a key at once,
/// one does.
///
/// # Errors
/// As the database says.
pub fn retire(conn: &mut Conn, id: &str, until: Time) -> Result<bool> {
    let retired = diesel::update(signing_keys::table)
        .filter(signing_keys::id.eq(id).and(signing_keys::retires_at.is_null()))
        .set(signing_keys::retires_at.eq(until))
        .execute(conn)?;
    Ok(retired == 1)
}

/// Holds the keys of an algorithm until the transaction ends: of several who change which of them signs, one goes first.
///
/// # Errors
/// As the database says.
pub fn hold(conn: &mut Conn, algorithm: &str) -> Result<()> {
    let of_it = signing_keys::table.filter(signing_keys::algorithm.eq(algorithm));
    diesel::update(of_it).set(signing_keys::algorithm.eq(algorithm)).execute(conn)?;
    Ok(())
}

/// Lets a key be gone `now` that was to be gone at `seen`, or never; whether it still was. Of several who withdraw it at
/// once, one does.
///
/// # Errors
/// As the database says.
pub fn withdraw(conn: &mut Conn, id: &str, seen: Option<Time>, now: Time) -> Result<bool> {
    let key = diesel::update(signing_keys::table).filter(signing_keys::id.eq(id));
    let gone = signing_keys::retires_at.eq(now);
    let withdrawn = match seen {
        Some(seen) => key.filter(signing_keys::retires_at.eq(seen)).set(gone).execute(conn)?,
        None => key.filter(signing_keys::retires_at.is_null()).set(gone).execute(conn)?,
    };
    Ok(withdrawn == 1)
}

/// Lets a key that waits begin to sign `now`.
///
/// # Errors
/// As the database says.
pub fn activate(conn: &mut Conn, id: &str, now: Time) -> Result<()> {
    let key = signing_keys::table.filter(signing_keys::id.eq(id));
    diesel::update(key).set(signing_keys::activates_at.eq(now)).execute(conn)?;
    Ok(())
}

/// Lets a key go on, as its successor was withdrawn.
///
/// # Errors
/// As the database says.
pub fn keep(conn: &mut Conn, id: &str) -> Result<()> {
    let key = signing_keys::table.filter(signing_keys::id.eq(id));
    diesel::update(key).set(signing_keys::retires_at.eq(None::<Time>)).execute(conn)?;
    Ok(())
}
