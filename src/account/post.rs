//! Messages: mails and text messages to people, logout tokens to relying parties, put into the outbox in the transaction that
//! causes them.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::audit::{self, Act, Actor, Event, Object, ObjectKind};
use super::people::{Acting, PeopleError};
use crate::app::{App, Cx};
use crate::core::delivery::Channel;
use crate::core::ids::ClientId;
use crate::core::page::Page;
use crate::core::power::Power;
use crate::core::time::Time;
use crate::mail;
use crate::store::{self, messages, users};

pub use crate::store::messages::{Message, State};

/// What messages in the outbox are sealed for.
const SEALED_FOR: &str = "message";

/// What a message says.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Content {
    /// As plain text.
    pub text: String,
    /// As a page, for mail readers that show one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub html: Option<String>,
}

/// Writes a mail. It is worth nothing after `expires_at`.
///
/// # Errors
/// As the database says.
pub fn mail(cx: &mut Cx<'_>, to: &str, message: &impl mail::Mail, expires_at: Time) -> store::Result<()> {
    let failed = |error: askama::Error| corrupt(error.to_string());
    let content = Content { text: message.text(), html: Some(message.html().map_err(failed)?) };
    keep(cx, Channel::Mail, message.kind(), to, message.subject(), &content, expires_at)
}

/// Writes a text message. It is worth nothing after `expires_at`.
///
/// # Errors
/// As the database says.
pub fn sms(cx: &mut Cx<'_>, kind: &str, to: &str, text: String, expires_at: Time) -> store::Result<()> {
    keep(cx, Channel::Sms, kind, to, String::new(), &Content { text, html: None }, expires_at)
}

/// Writes down that a relying party is to be told of the end of a session; `text` says which. It is worth nothing after
/// `expires_at`.
///
/// # Errors
/// As the database says.
pub(super) fn logout(cx: &mut Cx<'_>, client: &ClientId, text: String, expires_at: Time) -> store::Result<()> {
    let content = Content { text, html: None };
    keep(cx, Channel::Backchannel, "logout", client.as_str(), String::new(), &content, expires_at)
}

fn keep(
    cx: &mut Cx<'_>,
    channel: Channel,
    kind: &str,
    to: &str,
    subject: String,
    content: &Content,
    expires_at: Time,
) -> store::Result<()> {
    let settings = &cx.app.config;
    let sends = match channel {
        Channel::Mail => settings.mail.smtp.is_some(),
        Channel::Sms => settings.sms.gateway.is_some(),
        Channel::Backchannel => true,
    };
    let message = Message {
        id: cx.random().text::<16>(),
        channel: channel.as_str().to_owned(),
        kind: kind.to_owned(),
        recipient: to.to_owned(),
        subject,
        body: seal(cx.app, content)?,
        attempts: 0,
        // A decoy goes nowhere.
        next_attempt_at: (sends && !to.is_empty()).then_some(cx.now),
        sent_at: None,
        created_at: cx.now,
        expires_at,
        busy_until: None,
    };
    messages::insert(cx.conn, &message)
}

fn seal(app: &App, content: &Content) -> store::Result<String> {
    let json = serde_json::to_vec(content).map_err(|e| corrupt(e.to_string()))?;
    app.secrets.seal(SEALED_FOR, &json).map_err(|e| corrupt(e.to_string()))
}

/// What is kept of a message that is done with: a body that says nothing. The links and codes of the old one may
/// still work for hours, and nobody needs them here any more.
///
/// # Errors
/// [`store::Error::Corrupt`] when the crypto library refuses, which it has no reason to.
pub(super) fn emptied(app: &App) -> store::Result<String> {
    seal(app, &Content::default())
}

/// What a message in the outbox says.
///
/// # Errors
/// [`store::Error::Corrupt`] when it was sealed under another master key.
pub fn open(app: &App, message: &Message) -> store::Result<Content> {
    let json = app.secrets.open(SEALED_FOR, &message.body).map_err(|e| corrupt(e.to_string()))?;
    serde_json::from_slice(&json).map_err(|e| corrupt(e.to_string()))
}

/// The newest messages, newest last, with what they say.
///
/// # Errors
/// As the database says.
pub fn newest(app: &App, limit: i64) -> store::Result<Vec<(Message, Content)>> {
    let found = app.read(|cx| messages::newest(cx.conn, limit))?;
    found.into_iter().map(|message| open(app, &message).map(|content| (message, content))).collect()
}

/// Messages that have come so far, the newest first, page by page; what they say is not looked at.
///
/// # Errors
/// As the database says.
pub fn list(app: &App, state: Option<State>, page: &Page) -> store::Result<Vec<Message>> {
    app.read(|cx| messages::list(cx.conn, state, page))
}

/// Lets a message that waits be sent now; whether it waited. One that is on its way at this moment may arrive twice.
///
/// # Errors
/// [`PeopleError::Above`], [`PeopleError::NotAllowed`] and [`PeopleError::Store`].
pub fn hurry(app: &Arc<App>, by: &Acting, id: &str) -> Result<bool, PeopleError> {
    let (by, id) = (by.clone(), id.to_owned());
    app.write(move |cx| {
        let hurried = may_act_on(cx, &by, &id)? && messages::hurry(cx.conn, &id, cx.now)?;
        if hurried {
            audit::record(cx, &event(&by.actor(), Act::MessageRetry, &id))?;
            log::info!("event=message.retry id={id}");
        }
        Ok(hurried)
    })
}

/// Gives up a message that waits, and forgets what it said; whether it waited.
///
/// # Errors
/// [`PeopleError::Above`], [`PeopleError::NotAllowed`] and [`PeopleError::Store`].
pub fn give_up(app: &Arc<App>, by: &Acting, id: &str) -> Result<bool, PeopleError> {
    let (by, id, body) = (by.clone(), id.to_owned(), emptied(app)?);
    app.write(move |cx| {
        let dropped = may_act_on(cx, &by, &id)? && messages::drop_waiting(cx.conn, &id, &body)?;
        if dropped {
            audit::record(cx, &event(&by.actor(), Act::MessageGiveUp, &id))?;
            log::info!("event=message.give_up id={id}");
        }
        Ok(dropped)
    })
}

/// Whether there is such a message. Nobody touches one to a person who may do more than they; one to an address that is
/// nobody's, or to a telephone, may be anybody's, and is left to those who may do everything.
fn may_act_on(cx: &mut Cx<'_>, by: &Acting, id: &str) -> Result<bool, PeopleError> {
    let Some(recipient) = messages::recipient(cx.conn, id)? else { return Ok(false) };
    let person = users::by_email(cx.conn, &recipient)?.map(|user| user.id);
    let held = by.hold(cx, Power::WriteUsers, person.as_slice())?;
    match person {
        Some(person) => held.object(cx, person).map(|_| true),
        None if held.may_everything() => Ok(true),
        None => Err(PeopleError::Above),
    }
}

fn event(by: &Actor, act: Act, id: &str) -> Event {
    Event::new(by.clone(), act).on(Object::new(ObjectKind::Message, id))
}

/// An address or a number of which only so much is shown that its owner knows it.
pub fn masked(recipient: &str) -> String {
    match recipient.split_once('@') {
        Some((name, domain)) => {
            let first: String = name.chars().take(1).collect();
            format!("{first}…@{domain}")
        }
        None => {
            let last: Vec<char> = recipient.chars().rev().take(2).collect();
            format!("…{}", last.into_iter().rev().collect::<String>())
        }
    }
}

fn corrupt(what: String) -> store::Error {
    store::Error::Corrupt { table: "messages", what }
}
