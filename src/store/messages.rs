//! The outbox: mails and text messages, kept in the transaction that causes them. Bodies are sealed, for they carry
//! links and codes.

use diesel::prelude::*;

use super::schema::messages;
use super::{Conn, Result};
use crate::core::audit::parse_cursor;
use crate::core::delivery::Channel;
use crate::core::page::Page;
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
    /// Until when nobody sends to its recipient but who has it: it is on its way, or they did not answer a moment ago.
    pub busy_until: Option<Time>,
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
    /// Every one of them.
    pub const ALL: [Self; 4] = [Self::Kept, Self::Waiting, Self::Sent, Self::GivenUp];

    /// The one of this name; `_` may stand for the blank.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == name.replace('_', " "))
    }

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

/// As [`due`], but of each recipient only the message that waits longest, and none to one who is busy: who answers slowly,
/// or not at all, holds up nobody else.
///
/// # Errors
/// As the database says.
pub fn due_by_recipient(conn: &mut Conn, channel: Channel, now: Time, limit: i64) -> Result<Vec<Message>> {
    let (busy, before) = diesel::alias!(messages as busy, messages as before);
    let is_busy = busy
        .filter(busy.field(messages::recipient).eq(messages::recipient))
        .filter(busy.field(messages::busy_until).gt(now));
    let earlier = before.field(messages::next_attempt_at).lt(messages::next_attempt_at);
    let comes_before = before
        .filter(before.field(messages::recipient).eq(messages::recipient))
        .filter(before.field(messages::channel).eq(channel.as_str()))
        .filter(before.field(messages::next_attempt_at).le(messages::next_attempt_at))
        .filter(earlier.or(before.field(messages::id).lt(messages::id)));
    let due = messages::table
        .filter(messages::next_attempt_at.le(now))
        .filter(messages::channel.eq(channel.as_str()))
        .filter(messages::recipient.ne(""))
        .filter(diesel::dsl::not(diesel::dsl::exists(is_busy)))
        .filter(diesel::dsl::not(diesel::dsl::exists(comes_before)))
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
        .set((
            messages::next_attempt_at.eq(Some(until)),
            messages::attempts.eq(messages::attempts + 1),
            messages::busy_until.eq(Some(until)),
        ))
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
        .set((
            messages::sent_at.eq(Some(now)),
            messages::next_attempt_at.eq(None::<Time>),
            messages::body.eq(body),
            messages::busy_until.eq(None::<Time>),
        ))
        .execute(conn)?;
    Ok(())
}

/// Notes when to try again to send a message that was claimed until `until`, unless another has it by now; its recipient
/// is left alone until `rest`, if there is one.
///
/// # Errors
/// As the database says.
pub fn postpone(conn: &mut Conn, id: &str, until: Time, next: Time, rest: Option<Time>) -> Result<()> {
    diesel::update(claimed(id, until))
        .set((messages::next_attempt_at.eq(Some(next)), messages::busy_until.eq(rest)))
        .execute(conn)?;
    Ok(())
}

/// Notes that a message that was claimed until `until` is not sent, and keeps `body` in place of what it said; unless
/// another has it by now. Its recipient is left alone until `rest`, if there is one.
///
/// # Errors
/// As the database says.
pub fn give_up(conn: &mut Conn, id: &str, until: Time, body: &str, rest: Option<Time>) -> Result<()> {
    diesel::update(claimed(id, until))
        .set((messages::next_attempt_at.eq(None::<Time>), messages::body.eq(body), messages::busy_until.eq(rest)))
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

/// Messages that have come so far, the newest first, page by page: the place is that of [`crate::core::audit::cursor`]. Each state that is
/// short of messages has an index of its own.
///
/// # Errors
/// As the database says.
pub fn list(conn: &mut Conn, state: Option<State>, page: &Page) -> Result<Vec<Message>> {
    let mut query = messages::table.filter(messages::recipient.ne("")).into_boxed();
    query = match state {
        None => query,
        Some(State::Sent) => query.filter(messages::sent_at.is_not_null()),
        Some(State::Waiting) => {
            query.filter(messages::sent_at.is_null()).filter(messages::next_attempt_at.is_not_null())
        }
        Some(state) => {
            let open = query.filter(messages::sent_at.is_null()).filter(messages::next_attempt_at.is_null());
            if state == State::Kept {
                open.filter(messages::attempts.eq(0))
            } else {
                open.filter(messages::attempts.ne(0))
            }
        }
    };
    if let Some((moment, id)) = page.after.as_deref().and_then(parse_cursor) {
        let earlier = messages::created_at.lt(moment).or(messages::id.lt(id.to_owned()));
        query = query.filter(messages::created_at.le(moment)).filter(earlier);
    }
    Ok(query
        .order((messages::created_at.desc(), messages::id.desc()))
        .limit(page.limit)
        .select(Message::as_select())
        .load(conn)?)
}

/// How many messages wait to be sent.
///
/// # Errors
/// As the database says.
pub fn waiting(conn: &mut Conn) -> Result<i64> {
    let waiting = messages::table.filter(messages::next_attempt_at.is_not_null()).filter(messages::recipient.ne(""));
    Ok(waiting.count().get_result(conn)?)
}

/// To whom a message goes; none when there is no such message.
///
/// # Errors
/// As the database says.
pub fn recipient(conn: &mut Conn, id: &str) -> Result<Option<String>> {
    Ok(messages::table.find(id).select(messages::recipient).first(conn).optional()?)
}

/// Lets a message that waits be sent now; whether it waited.
///
/// # Errors
/// As the database says.
pub fn hurry(conn: &mut Conn, id: &str, now: Time) -> Result<bool> {
    let hurried = diesel::update(messages::table.find(id))
        .filter(messages::sent_at.is_null())
        .filter(messages::next_attempt_at.is_not_null())
        .set((messages::next_attempt_at.eq(Some(now)), messages::busy_until.eq(None::<Time>)))
        .execute(conn)?;
    Ok(hurried == 1)
}

/// Gives up a message that waits, and keeps `body` in place of what it said; whether it waited.
///
/// # Errors
/// As the database says.
pub fn drop_waiting(conn: &mut Conn, id: &str, body: &str) -> Result<bool> {
    // Without an attempt it would seem that nothing sends messages.
    let dropped = diesel::update(messages::table.find(id))
        .filter(messages::sent_at.is_null())
        .filter(messages::next_attempt_at.is_not_null())
        .set((
            messages::next_attempt_at.eq(None::<Time>),
            messages::attempts.eq(messages::attempts + 1),
            messages::body.eq(body),
            messages::busy_until.eq(None::<Time>),
        ))
        .execute(conn)?;
    Ok(dropped == 1)
}
