//! `grantor outbox`.

use std::fmt::Write as _;
use std::sync::Arc;

use serde_json::{Value, json};

use super::failure::Failure;
use super::reply::{Reply, fields, moment, plain, stamp};
use crate::account::post::{self, Message};
use crate::app::App;

#[derive(clap::Args)]
pub(super) struct Arguments {
    /// How many of the newest
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(i64).range(1..=1000))]
    limit: i64,
}

pub(super) fn run(app: &Arc<App>, arguments: &Arguments) -> Result<Reply, Failure> {
    let messages = post::newest(app, arguments.limit)?;
    if messages.is_empty() {
        return Ok(Reply::new(json!([]), "The outbox is empty."));
    }
    let mut text = String::new();
    let mut list = Vec::new();
    for (mail, content) in &messages {
        list.push(as_json(mail, &content.text));
        let head = fields(&[
            ("To", mail.recipient.clone()),
            ("Subject", mail.subject.clone()),
            ("Time", moment(mail.created_at)),
        ]);
        text.push_str(&head);
        text.push('\n');
        for line in content.text.trim_end().lines() {
            let _ = writeln!(text, "  {}", plain(line).trim_end());
        }
        text.push('\n');
    }
    Ok(Reply::new(Value::Array(list), text))
}

fn as_json(mail: &Message, body: &str) -> Value {
    json!({
        "id": mail.id,
        "to": mail.recipient,
        "subject": mail.subject,
        "created_at": stamp(mail.created_at),
        "expires_at": stamp(mail.expires_at),
        "body": body,
    })
}
