//! The outbox: mails and text messages, kept in the transaction that causes them. Bodies are sealed, for they carry
//! links and codes.

use diesel::prelude::*;

use super::schema::messages;
use super::{Conn, Result};
use crate::core::time::Time;

/// A message in the outbox.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = messages, treat_none_as_default_value = false)]
pub struct Message {
    /// Identifier.
    pub id: String,
    /// `mail` or `sms`.
    pub channel: String,
    /// What kind of message it is.
    pub kind: String,
    /// To whom: an e-mail address or a telephone number. Empty for a decoy, which takes the time that a message takes.
    pub recipient: String,
    /// The subject line; empty for a text message.
    pub subject: String,
    /// The content, sealed.
    pub body: String,
    /// How often it was tried to send it.
    pub attempts: i64,
    /// When to send it, or to try again; none once it is sent, given up, or when nothing sends messages.
    pub next_attempt_at: Option<Time>,
    /// When it was sent.
    pub sent_at: Option<Time>,
    /// When it was written.
    pub created_at: Time,
    /// When what it carries stops working, so that it may be thrown away.
    pub expires_at: Time,
}

/// Puts a message into the outbox.
///
/// # Errors
/// As the database says.
pub fn insert(conn: &mut Conn, message: &Message) -> Result<()> {
    diesel::insert_into(messages::table).values(message).execute(conn)?;
    Ok(())
}

/// The newest messages, newest last.
///
/// # Errors
/// As the database says.
pub fn newest(conn: &mut Conn, limit: i64) -> Result<Vec<Message>> {
    let mut found: Vec<Message> = messages::table
        .filter(messages::recipient.ne(""))
        .order((messages::created_at.desc(), messages::id.desc()))
        .limit(limit)
        .select(Message::as_select())
        .load(conn)?;
    found.reverse();
    Ok(found)
}
