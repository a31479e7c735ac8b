//! The outbox: mails that nothing has sent. Bodies are sealed, for they carry links and codes.

use diesel::prelude::*;

use super::schema::mails;
use super::{Conn, Result};
use crate::core::time::Time;

/// A mail in the outbox.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = mails, treat_none_as_default_value = false)]
pub struct Mail {
    /// Identifier.
    pub id: String,
    /// To whom.
    pub recipient: String,
    /// The subject line.
    pub subject: String,
    /// The text, sealed.
    pub body: String,
    /// When it was written.
    pub created_at: Time,
    /// When what it carries stops working, so that it may be thrown away.
    pub expires_at: Time,
}

/// Puts a mail into the outbox.
///
/// # Errors
/// As the database says.
pub fn insert(conn: &mut Conn, mail: &Mail) -> Result<()> {
    diesel::insert_into(mails::table).values(mail).execute(conn)?;
    Ok(())
}

/// The newest mails, newest last.
///
/// # Errors
/// As the database says.
pub fn newest(conn: &mut Conn, limit: i64) -> Result<Vec<Mail>> {
    let mut found: Vec<Mail> = mails::table
        .order((mails::created_at.desc(), mails::id.desc()))
        .limit(limit)
        .select(Mail::as_select())
        .load(conn)?;
    found.reverse();
    Ok(found)
}
