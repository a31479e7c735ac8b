//! Passkeys, and the ceremonies that make and use them.

use diesel::prelude::*;

use super::conn::on_backend;
use super::schema::{passkey_ceremonies, passkeys};
use super::{Conn, Result};
use crate::core::ids::UserId;
use crate::core::secret::Hashed;
use crate::core::time::Time;

/// A passkey of a person.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = passkeys, treat_none_as_default_value = false)]
pub struct Passkey {
    /// The keyed hash of the credential's identifier, which is as long as its maker likes.
    pub id: String,
    /// Whose it is.
    pub user_id: i64,
    /// What they call it.
    pub name: String,
    /// The public key and the signature counter, as the library writes them.
    pub credential: String,
    /// When it was added.
    pub created_at: Time,
    /// When somebody last signed in with it.
    pub last_used_at: Option<Time>,
}

/// What a ceremony is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Adding a passkey.
    Registration,
    /// Signing in with one alone.
    SignIn,
    /// Using one after the password.
    SecondStep,
    /// Showing that the person who signed in is still there.
    Confirm,
}

impl Purpose {
    fn as_str(self) -> &'static str {
        match self {
            Self::Registration => "registration",
            Self::SignIn => "sign_in",
            Self::SecondStep => "second_step",
            Self::Confirm => "confirm",
        }
    }
}

/// Keeps a new passkey, unless it is known already; whether it was kept.
///
/// # Errors
/// As the database says.
pub fn insert(conn: &mut Conn, new: &Passkey) -> Result<bool> {
    let inserted = on_backend!(conn, |c| diesel::insert_into(passkeys::table)
        .values(new)
        .on_conflict(passkeys::id)
        .do_nothing()
        .execute(c))?;
    Ok(inserted == 1)
}

/// The passkeys of a person, the oldest first.
///
/// # Errors
/// As the database says.
pub fn of_user(conn: &mut Conn, user: UserId) -> Result<Vec<Passkey>> {
    Ok(passkeys::table
        .filter(passkeys::user_id.eq(user.0))
        .order((passkeys::created_at, passkeys::id))
        .select(Passkey::as_select())
        .load(conn)?)
}

/// How many passkeys a person has.
///
/// # Errors
/// As the database says.
pub fn count_of(conn: &mut Conn, user: UserId) -> Result<i64> {
    Ok(passkeys::table.filter(passkeys::user_id.eq(user.0)).count().get_result(conn)?)
}

/// The passkey of this identifier, whosever it is.
///
/// # Errors
/// As the database says.
pub fn find(conn: &mut Conn, id: &Hashed) -> Result<Option<Passkey>> {
    Ok(passkeys::table.find(id.as_str()).select(Passkey::as_select()).first(conn).optional()?)
}

/// Notes the use of a passkey, which is still as it was when its signature was verified; whether it is.
///
/// # Errors
/// As the database says.
pub fn note_use(conn: &mut Conn, verified: &Passkey, credential: &str, now: Time) -> Result<bool> {
    let noted = diesel::update(passkeys::table.find(&verified.id))
        .filter(passkeys::user_id.eq(verified.user_id))
        .filter(passkeys::credential.eq(&verified.credential))
        .set((passkeys::credential.eq(credential), passkeys::last_used_at.eq(now)))
        .execute(conn)?;
    Ok(noted == 1)
}

/// Gives a passkey of a person another name; whether it is theirs.
///
/// # Errors
/// As the database says.
pub fn rename(conn: &mut Conn, user: UserId, id: &str, name: &str) -> Result<bool> {
    let renamed = diesel::update(passkeys::table.find(id))
        .filter(passkeys::user_id.eq(user.0))
        .set(passkeys::name.eq(name))
        .execute(conn)?;
    Ok(renamed == 1)
}

/// Removes a passkey of a person; whether it was theirs.
///
/// # Errors
/// As the database says.
pub fn delete(conn: &mut Conn, user: UserId, id: &str) -> Result<bool> {
    let of_user = passkeys::table.find(id).filter(passkeys::user_id.eq(user.0));
    Ok(diesel::delete(of_user).execute(conn)? == 1)
}

/// Removes every passkey of a person; how many there were.
///
/// # Errors
/// As the database says.
pub fn delete_all_of_user(conn: &mut Conn, user: UserId) -> Result<usize> {
    Ok(diesel::delete(passkeys::table.filter(passkeys::user_id.eq(user.0))).execute(conn)?)
}

/// A ceremony that waits for its end.
#[derive(Debug)]
pub struct Ceremony<'a> {
    /// The hash of what the browser brings back.
    pub id: &'a Hashed,
    /// What it is for.
    pub purpose: Purpose,
    /// Whose it is; none for a sign-in that names nobody.
    pub user: Option<UserId>,
    /// What the library wants to see again. It holds no secret: the browser was told the challenge.
    pub state: &'a str,
    /// Until when it waits.
    pub expires_at: Time,
}

/// Keeps a ceremony.
///
/// # Errors
/// As the database says.
pub fn begin(conn: &mut Conn, new: &Ceremony<'_>, now: Time) -> Result<()> {
    diesel::insert_into(passkey_ceremonies::table)
        .values((
            passkey_ceremonies::id.eq(new.id.as_str()),
            passkey_ceremonies::purpose.eq(new.purpose.as_str()),
            passkey_ceremonies::user_id.eq(new.user.map(|user| user.0)),
            passkey_ceremonies::state.eq(new.state),
            passkey_ceremonies::created_at.eq(now),
            passkey_ceremonies::expires_at.eq(new.expires_at),
        ))
        .execute(conn)?;
    Ok(())
}

/// Takes a ceremony away; whose it was and its state, for the one of any number of rivals that got it.
///
/// # Errors
/// As the database says.
pub fn take(conn: &mut Conn, id: &Hashed, purpose: Purpose, now: Time) -> Result<Option<(Option<UserId>, String)>> {
    let waiting = passkey_ceremonies::table
        .find(id.as_str())
        .filter(passkey_ceremonies::purpose.eq(purpose.as_str()))
        .filter(passkey_ceremonies::expires_at.gt(now));
    let taken: Option<(Option<i64>, String)> = diesel::delete(waiting)
        .returning((passkey_ceremonies::user_id, passkey_ceremonies::state))
        .get_result(conn)
        .optional()?;
    Ok(taken.map(|(user, state)| (user.map(UserId), state)))
}
