//! What works once: links that come by mail, and one-time passwords.

use diesel::prelude::*;

use super::conn::on_backend;
use super::schema::{one_time_passwords, one_time_tokens};
use super::{Conn, Result};
use crate::core::ids::UserId;
use crate::core::secret::Hashed;
use crate::core::time::Time;

/// A link that works: whose it is, unless it is nobody's yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The person it was sent to.
    pub user_id: Option<UserId>,
    /// The address that it proves.
    pub email: Option<String>,
}

/// What a link is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Setting a new password.
    PasswordReset,
    /// Showing that an e-mail address is theirs.
    EmailVerification,
    /// Taking another e-mail address.
    EmailChange,
    /// Making the first admin; belongs to nobody yet.
    Setup,
}

impl Purpose {
    fn as_str(self) -> &'static str {
        match self {
            Self::PasswordReset => "password_reset",
            Self::EmailVerification => "email_verification",
            Self::EmailChange => "email_change",
            Self::Setup => "setup",
        }
    }
}

/// Keeps the token of a new link, which proves `email` if one is given, and makes the older ones of the same person and purpose useless.
///
/// # Errors
/// As the database says.
pub fn insert_token(
    conn: &mut Conn,
    token: &Hashed,
    purpose: Purpose,
    user: Option<UserId>,
    email: Option<&str>,
    now: Time,
    expires_at: Time,
) -> Result<()> {
    end_tokens(conn, user, purpose, now)?;
    keep_token(conn, token, purpose, user, email, now, expires_at)
}

/// Makes the statements of [`insert_token`] for a link that nobody gets and that is nobody's; the older ones of `user`
/// become useless.
///
/// # Errors
/// As the database says.
pub fn insert_decoy(
    conn: &mut Conn,
    token: &Hashed,
    purpose: Purpose,
    user: UserId,
    now: Time,
    expires_at: Time,
) -> Result<()> {
    end_tokens(conn, Some(user), purpose, now)?;
    keep_token(conn, token, purpose, None, None, now, expires_at)
}

fn keep_token(
    conn: &mut Conn,
    token: &Hashed,
    purpose: Purpose,
    user: Option<UserId>,
    email: Option<&str>,
    now: Time,
    expires_at: Time,
) -> Result<()> {
    diesel::insert_into(one_time_tokens::table)
        .values((
            one_time_tokens::id.eq(token.as_str()),
            one_time_tokens::purpose.eq(purpose.as_str()),
            one_time_tokens::user_id.eq(user.map(|id| id.0)),
            one_time_tokens::email.eq(email),
            one_time_tokens::created_at.eq(now),
            one_time_tokens::expires_at.eq(expires_at),
        ))
        .execute(conn)?;
    Ok(())
}

/// Makes the links of a person for one purpose useless; how many there were.
///
/// # Errors
/// As the database says.
pub fn end_tokens(conn: &mut Conn, user: Option<UserId>, purpose: Purpose, now: Time) -> Result<usize> {
    let open = one_time_tokens::purpose.eq(purpose.as_str()).and(one_time_tokens::used_at.is_null());
    let used = one_time_tokens::used_at.eq(now);
    let ended = match user {
        Some(user) => diesel::update(one_time_tokens::table.filter(open).filter(one_time_tokens::user_id.eq(user.0)))
            .set(used)
            .execute(conn)?,
        None => diesel::update(one_time_tokens::table.filter(open).filter(one_time_tokens::user_id.is_null()))
            .set(used)
            .execute(conn)?,
    };
    Ok(ended)
}

/// Whose link this is, if it would work at `now`; does not use it up.
///
/// # Errors
/// As the database says.
pub fn peek_token(conn: &mut Conn, token: &Hashed, purpose: Purpose, now: Time) -> Result<Option<Link>> {
    let link: Option<(Option<i64>, Option<String>)> = one_time_tokens::table
        .filter(one_time_tokens::id.eq(token.as_str()))
        .filter(one_time_tokens::purpose.eq(purpose.as_str()))
        .filter(one_time_tokens::used_at.is_null())
        .filter(one_time_tokens::expires_at.gt(now))
        .select((one_time_tokens::user_id, one_time_tokens::email))
        .first(conn)
        .optional()?;
    Ok(link.map(|(id, email)| Link { user_id: id.map(UserId), email }))
}

/// Uses a link up; whose it was, for the one of any number of rivals that got it.
///
/// # Errors
/// As the database says.
pub fn take_token(conn: &mut Conn, token: &Hashed, purpose: Purpose, now: Time) -> Result<Option<Link>> {
    let link: Option<(Option<i64>, Option<String>)> = diesel::update(one_time_tokens::table)
        .filter(one_time_tokens::id.eq(token.as_str()))
        .filter(one_time_tokens::purpose.eq(purpose.as_str()))
        .filter(one_time_tokens::used_at.is_null())
        .filter(one_time_tokens::expires_at.gt(now))
        .set(one_time_tokens::used_at.eq(now))
        .returning((one_time_tokens::user_id, one_time_tokens::email))
        .get_result(conn)
        .optional()?;
    Ok(link.map(|(id, email)| Link { user_id: id.map(UserId), email }))
}

/// Keeps a person's one-time password in the place of an older one.
///
/// # Errors
/// As the database says.
pub fn set_password(
    conn: &mut Conn,
    user: UserId,
    hash: &Hashed,
    tries: i64,
    now: Time,
    expires_at: Time,
) -> Result<()> {
    let values = (
        one_time_passwords::user_id.eq(user.0),
        one_time_passwords::hash.eq(hash.as_str()),
        one_time_passwords::tries_left.eq(tries),
        one_time_passwords::created_at.eq(now),
        one_time_passwords::expires_at.eq(expires_at),
    );
    on_backend!(conn, |c| diesel::insert_into(one_time_passwords::table)
        .values(values)
        .on_conflict(one_time_passwords::user_id)
        .do_update()
        .set(values)
        .execute(c))?;
    Ok(())
}

/// Spends a try at a person's one-time password and answers its hash; none when there is no live one.
/// The transaction must be committed whatever comes of the comparison.
///
/// # Errors
/// As the database says.
pub fn spend_try(conn: &mut Conn, user: UserId, now: Time) -> Result<Option<Hashed>> {
    let hash: Option<String> = diesel::update(one_time_passwords::table)
        .filter(one_time_passwords::user_id.eq(user.0))
        .filter(one_time_passwords::tries_left.gt(0))
        .filter(one_time_passwords::expires_at.gt(now))
        .set(one_time_passwords::tries_left.eq(one_time_passwords::tries_left - 1))
        .returning(one_time_passwords::hash)
        .get_result(conn)
        .optional()?;
    Ok(hash.map(Hashed::from_stored))
}

/// Uses up a person's one-time password; whether it was still there.
///
/// # Errors
/// As the database says.
pub fn take_password(conn: &mut Conn, user: UserId, hash: &Hashed) -> Result<bool> {
    let taken = diesel::delete(one_time_passwords::table)
        .filter(one_time_passwords::user_id.eq(user.0))
        .filter(one_time_passwords::hash.eq(hash.as_str()))
        .execute(conn)?;
    Ok(taken == 1)
}

/// Makes a person's one-time password useless, if there is one.
///
/// # Errors
/// As the database says.
pub fn end_password(conn: &mut Conn, user: UserId) -> Result<()> {
    diesel::delete(one_time_passwords::table.find(user.0)).execute(conn)?;
    Ok(())
}
