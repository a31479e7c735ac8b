//! `grantor outbox`.

use std::fmt::Write as _;
use std::sync::Arc;

use serde_json::{Value, json};

use super::failure::Failure;
use super::reply::{Reply, fields, moment, plain, stamp};
use crate::account::people::Acting;
use crate::account::post::{self, Content, Message, State};
use crate::app::App;

#[derive(clap::Args)]
pub(super) struct Arguments {
    /// How many of the newest
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(i64).range(1..=1000))]
    limit: i64,
    /// Send this one, which waits, now; one that is on its way may arrive twice
    #[arg(long, value_name = "ID", conflicts_with = "give_up")]
    retry: Option<String>,
    /// Do not send this one, which waits
    #[arg(long, value_name = "ID")]
    give_up: Option<String>,
}

pub(super) fn run(app: &Arc<App>, arguments: &Arguments) -> Result<Reply, Failure> {
    if let Some(id) = &arguments.retry {
        return acted(post::hurry(app, &Acting::operator(), id)?, id, "is sent now");
    }
    if let Some(id) = &arguments.give_up {
        return acted(post::give_up(app, &Acting::operator(), id)?, id, "was given up");
    }
    let messages = post::newest(app, arguments.limit)?;
    if messages.is_empty() {
        return Ok(Reply::new(json!([]), "The outbox is empty."));
    }
    let mut text = String::new();
    let mut list = Vec::new();
    for (message, content) in &messages {
        list.push(as_json(message, content));
        let mut head =
            vec![("ID", message.id.clone()), ("To", message.recipient.clone()), ("Channel", message.channel.clone())];
        if !message.subject.is_empty() {
            head.push(("Subject", message.subject.clone()));
        }
        head.extend([("Time", moment(message.created_at)), ("State", state(message))]);
        text.push_str(&fields(&head));
        text.push('\n');
        for line in content.text.trim_end().lines() {
            let _ = writeln!(text, "  {}", plain(line).trim_end());
        }
        text.push('\n');
    }
    Ok(Reply::new(Value::Array(list), text))
}

fn acted(waited: bool, id: &str, what: &str) -> Result<Reply, Failure> {
    if waited {
        Ok(Reply::new(json!({ "id": id }), format!("The message {id} {what}.")))
    } else {
        Err(Failure::new(format!("no message {id} waits")))
    }
}

fn state(message: &Message) -> String {
    let times = match message.attempts {
        1 => "1 attempt".to_owned(),
        count => format!("{count} attempts"),
    };
    match (message.state(), message.sent_at, message.next_attempt_at) {
        (State::Kept, ..) => "kept: nothing sends it".to_owned(),
        (State::Sent, Some(at), _) => format!("sent {}, {times}; what it said is not kept", moment(at)),
        (State::Waiting, _, Some(at)) => format!("waiting until {}, {times}", moment(at)),
        (state, ..) => format!("{}, {times}; what it said is not kept", state.as_str()),
    }
}

fn as_json(message: &Message, content: &Content) -> Value {
    json!({
        "id": message.id,
        "channel": message.channel,
        "kind": message.kind,
        "to": message.recipient,
        "subject": message.subject,
        "created_at": stamp(message.created_at),
        "expires_at": stamp(message.expires_at),
        "state": message.state().as_str(),
        "attempts": message.attempts,
        "next_attempt_at": message.next_attempt_at.map(stamp),
        "sent_at": message.sent_at.map(stamp),
        "body": content.text,
        "html": content.html,
    })
}
