//! The outbox: mails and text messages, kept in the transaction that causes them. Bodies are sealed, for they carry
//! links and codes.

use diesel::prelude::*;

use super::schema::messages;
use super::{Conn, Result};
use crate::core::delivery::Channel;
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

/// How far a message has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It stays here: nothing sends messages of its channel.
    Kept,
    /// It is to be sent, or to be tried again.
    Waiting,
    /// It was sent.
    Sent,
    /// It was not sent, and is not tried again.
    GivenUp,
}

impl State {
    /// Its name, for people.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Kept => "kept",
            Self::Waiting => "waiting",
            Self::Sent => "sent",
            Self::GivenUp => "given up",
        }
    }
}

impl Message {
    /// How far it has come.
    pub fn state(&self) -> State {
        match (self.sent_at, self.next_attempt_at) {
            (Some(_), _) => State::Sent,
            (None, Some(_)) => State::Waiting,
            (None, None) if self.attempts == 0 => State::Kept,
            (None, None) => State::GivenUp,
        }
    }
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

/// The messages of a channel that are due, the one that waits longest first.
///
/// # Errors
/// As the database says.
pub fn due(conn: &mut Conn, channel: Channel, now: Time, limit: i64) -> Result<Vec<Message>> {
    let due = messages::table
        .filter(messages::next_attempt_at.le(now))
        .filter(messages::channel.eq(channel.as_str()))
        .filter(messages::recipient.ne(""))
        .order((messages::next_attempt_at.asc(), messages::id.asc()))
        .limit(limit)
        .select(Message::as_select())
        .load(conn)?;
    Ok(due)
}

/// Takes a message that was seen to be due, until `until`; false when another came first. Who takes it and then dies
/// leaves it to others after that.
///
/// # Errors
/// As the database says.
pub fn claim(conn: &mut Conn, seen: &Message, until: Time) -> Result<bool> {
    let unclaimed =
        messages::table.filter(messages::id.eq(&seen.id)).filter(messages::next_attempt_at.eq(seen.next_attempt_at));
    let claimed = diesel::update(unclaimed)
        .set((messages::next_attempt_at.eq(Some(until)), messages::attempts.eq(messages::attempts + 1)))
        .execute(conn)?;
    Ok(claimed == 1)
}

/// Notes that a message was sent, and keeps `body` in place of what it said.
///
/// # Errors
/// As the database says.
pub fn sent(conn: &mut Conn, id: &str, body: &str, now: Time) -> Result<()> {
    let unsent = messages::table.filter(messages::id.eq(id)).filter(messages::sent_at.is_null());
    diesel::update(unsent)
        .set((messages::sent_at.eq(Some(now)), messages::next_attempt_at.eq(None::<Time>), messages::body.eq(body)))
        .execute(conn)?;
    Ok(())
}

/// Notes when to try again to send a message that was claimed until `until`, unless another has it by now.
///
/// # Errors
/// As the database says.
pub fn postpone(conn: &mut Conn, id: &str, until: Time, next: Time) -> Result<()> {
    diesel::update(claimed(id, until)).set(messages::next_attempt_at.eq(Some(next))).execute(conn)?;
    Ok(())
}

/// Notes that a message that was claimed until `until` is not sent, and keeps `body` in place of what it said; unless
/// another has it by now.
///
/// # Errors
/// As the database says.
pub fn give_up(conn: &mut Conn, id: &str, until: Time, body: &str) -> Result<()> {
    diesel::update(claimed(id, until))
        .set((messages::next_attempt_at.eq(None::<Time>), messages::body.eq(body)))
        .execute(conn)?;
    Ok(())
}

type Claimed<'a> = diesel::dsl::Filter<
    diesel::dsl::Filter<messages::table, diesel::dsl::Eq<messages::id, &'a str>>,
    diesel::dsl::Eq<messages::next_attempt_at, Time>,
>;

fn claimed(id: &str, until: Time) -> Claimed<'_> {
    messages::table.filter(messages::id.eq(id)).filter(messages::next_attempt_at.eq(until))
}
