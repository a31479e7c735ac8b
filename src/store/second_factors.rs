//! Second factors and recovery codes. What waits to be confirmed is kept apart from what is on, so that setting up
//! another telephone takes nothing away.

use diesel::prelude::*;

use super::conn::on_backend;
use super::schema::{recovery_codes, second_factors};
use super::{Conn, Error, Result};
use crate::core::ids::UserId;
use crate::core::secret::Hashed;
use crate::core::time::Time;

/// What proves a second time who it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Codes from an app (RFC 6238).
    Totp,
    /// Codes by text message.
    Sms,
}

impl Kind {
    /// The name in the database and in answers.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Totp => "totp",
            Self::Sms => "sms",
        }
    }

    fn pending(self) -> &'static str {
        match self {
            Self::Totp => "totp_pending",
            Self::Sms => "sms_pending",
        }
    }
}

/// A second factor of a person.
#[derive(Debug, Clone)]
pub struct Factor {
    /// Which.
    pub kind: Kind,
    /// Whether it is on: confirmed by a code.
    pub is_on: bool,
    /// The telephone number, or the secret shared with the app; sealed.
    pub secret: String,
}

/// What is kept of a factor until it is confirmed.
#[derive(Debug)]
pub struct Pending {
    /// Which.
    pub kind: Kind,
    /// The telephone number, or the secret shared with the app; sealed.
    pub secret: String,
    /// The code that was sent to the telephone.
    pub code: Option<Hashed>,
    /// How often a code may be tried.
    pub tries: i64,
    /// Until when it may be confirmed.
    pub expires_at: Time,
}

/// The factors of a person that are on, and those that may still be confirmed at `now`.
///
/// # Errors
/// As the database says.
pub fn of_user(conn: &mut Conn, user: UserId, now: Time) -> Result<Vec<Factor>> {
    let rows: Vec<(String, String, Option<Time>)> = second_factors::table
        .filter(second_factors::user_id.eq(user.0))
        .filter(second_factors::confirmed_at.is_not_null().or(second_factors::code_expires_at.gt(now)))
        .order(second_factors::kind.desc())
        .select((second_factors::kind, second_factors::secret, second_factors::confirmed_at))
        .load(conn)?;
    let factor = |(name, secret, confirmed_at): (String, String, Option<Time>)| {
        let kind = [Kind::Totp, Kind::Sms].into_iter().find(|kind| [kind.as_str(), kind.pending()].contains(&&*name));
        let kind = kind.ok_or_else(|| Error::corrupt("second_factors", "kind"))?;
        Ok(Factor { kind, is_on: confirmed_at.is_some(), secret })
    };
    rows.into_iter().map(factor).collect()
}

/// Whether a person is to be asked for a second factor.
///
/// # Errors
/// As the database says.
pub fn is_on(conn: &mut Conn, user: UserId) -> Result<bool> {
    let on = second_factors::table
        .filter(second_factors::user_id.eq(user.0))
        .filter(second_factors::confirmed_at.is_not_null());
    Ok(diesel::select(diesel::dsl::exists(on)).get_result(conn)?)
}

/// Keeps a factor that is to be confirmed, in the place of an older one.
///
/// # Errors
/// As the database says.
pub fn set_pending(conn: &mut Conn, user: UserId, new: &Pending, now: Time) -> Result<()> {
    let values = (
        second_factors::user_id.eq(user.0),
        second_factors::kind.eq(new.kind.pending()),
        second_factors::secret.eq(&new.secret),
        second_factors::code_hash.eq(new.code.as_ref().map(Hashed::as_str)),
        second_factors::code_tries_left.eq(new.tries),
        second_factors::code_expires_at.eq(Some(new.expires_at)),
        second_factors::created_at.eq(now),
    );
    on_backend!(conn, |c| diesel::insert_into(second_factors::table)
        .values(values)
        .on_conflict((second_factors::user_id, second_factors::kind))
        .do_update()
        .set(values)
        .execute(c))?;
    Ok(())
}

/// Spends a try at confirming a factor and answers its sealed secret and the hash of the code that was sent; none when
/// nothing waits to be confirmed. The transaction must be committed whatever comes of the comparison.
///
/// # Errors
/// As the database says.
pub fn spend_try(conn: &mut Conn, user: UserId, kind: Kind, now: Time) -> Result<Option<(String, Option<Hashed>)>> {
    let row: Option<(String, Option<String>)> = diesel::update(second_factors::table.find((user.0, kind.pending())))
        .filter(second_factors::code_tries_left.gt(0))
        .filter(second_factors::code_expires_at.gt(now))
        .set(second_factors::code_tries_left.eq(second_factors::code_tries_left - 1))
        .returning((second_factors::secret, second_factors::code_hash))
        .get_result(conn)
        .optional()?;
    Ok(row.map(|(secret, code)| (secret, code.map(Hashed::from_stored))))
}

/// Turns on what was waiting to be confirmed, if its secret is still `secret`, in the place of an older one; whether it
/// was still there. `step` is that of the code that confirmed it, which works no second time.
///
/// # Errors
/// As the database says.
pub fn turn_on(conn: &mut Conn, user: UserId, kind: Kind, secret: &str, step: Option<i64>, now: Time) -> Result<bool> {
    diesel::delete(second_factors::table.find((user.0, kind.as_str()))).execute(conn)?;
    let on = diesel::update(second_factors::table.find((user.0, kind.pending())))
        .filter(second_factors::secret.eq(secret))
        .set((
            second_factors::kind.eq(kind.as_str()),
            second_factors::last_step.eq(step),
            second_factors::code_hash.eq(None::<String>),
            second_factors::code_expires_at.eq(None::<Time>),
            second_factors::confirmed_at.eq(Some(now)),
        ))
        .execute(conn)?;
    Ok(on == 1)
}

/// Turns a factor off, and forgets one that waits to be confirmed; how many there were.
///
/// # Errors
/// As the database says.
pub fn turn_off(conn: &mut Conn, user: UserId, kind: Kind) -> Result<usize> {
    let names = [kind.as_str(), kind.pending()];
    let of_user = second_factors::table.filter(second_factors::user_id.eq(user.0));
    Ok(diesel::delete(of_user.filter(second_factors::kind.eq_any(names))).execute(conn)?)
}

/// Uses up the app's codes up to that of `step`; whether that one was still good (RFC 6238 section 5.2).
///
/// # Errors
/// As the database says.
pub fn use_step(conn: &mut Conn, user: UserId, step: i64) -> Result<bool> {
    let used = diesel::update(second_factors::table.find((user.0, Kind::Totp.as_str())))
        .filter(second_factors::last_step.is_null().or(second_factors::last_step.lt(step)))
        .set(second_factors::last_step.eq(step))
        .execute(conn)?;
    Ok(used == 1)
}

/// Keeps new recovery codes in the place of all older ones; none if there are to be none.
///
/// # Errors
/// As the database says.
pub fn set_recovery_codes(conn: &mut Conn, user: UserId, codes: &[Hashed], now: Time) -> Result<()> {
    diesel::delete(recovery_codes::table.filter(recovery_codes::user_id.eq(user.0))).execute(conn)?;
    for code in codes {
        diesel::insert_into(recovery_codes::table)
            .values((
                recovery_codes::user_id.eq(user.0),
                recovery_codes::hash.eq(code.as_str()),
                recovery_codes::created_at.eq(now),
            ))
            .execute(conn)?;
    }
    Ok(())
}

/// Uses a recovery code up; whether it was still good.
///
/// # Errors
/// As the database says.
pub fn use_recovery_code(conn: &mut Conn, user: UserId, code: &Hashed, now: Time) -> Result<bool> {
    let used = diesel::update(recovery_codes::table.find((user.0, code.as_str())))
        .filter(recovery_codes::used_at.is_null())
        .set(recovery_codes::used_at.eq(now))
        .execute(conn)?;
    Ok(used == 1)
}

/// How many recovery codes are left to a person.
///
/// # Errors
/// As the database says.
pub fn recovery_codes_left(conn: &mut Conn, user: UserId) -> Result<i64> {
    let unused = recovery_codes::table.filter(recovery_codes::user_id.eq(user.0));
    Ok(unused.filter(recovery_codes::used_at.is_null()).count().get_result(conn)?)
}
