//! `grantor keys`.

use std::sync::Arc;

use clap::Subcommand;
use serde_json::{Value, json};

use super::failure::Failure;
use super::reply::{Reply, moment, moment_or, stamp, table};
use crate::app::{self, App};
use crate::core::audit::Actor;
use crate::core::time::Time;
use crate::store::signing_keys::{self, StoredKey};

#[derive(Subcommand)]
pub(super) enum Command {
    /// List the signing keys, newest first
    List,
    /// Make a new signing key: published at once, it signs as soon as every client can know it
    Rotate {
        /// Sign with it at once: for a key that leaked
        #[arg(long)]
        now: bool,
    },
}

pub(super) fn run(app: &Arc<App>, command: Command) -> Result<Reply, Failure> {
    match command {
        Command::List => {
            let (keys, now) = read(app)?;
            let rows = keys.iter().map(|key| {
                [
                    key.id.clone(),
                    key.algorithm.clone(),
                    state(key, &keys, now).to_owned(),
                    moment(key.created_at),
                    moment(key.activates_at),
                    moment_or(key.retires_at, "-"),
                ]
            });
            let headings = ["ID", "ALGORITHM", "STATE", "CREATED", "SIGNS FROM", "GONE AFTER"];
            let text = table("No keys.", headings, rows.collect());
            Ok(Reply::new(keys.iter().map(|key| json(key, &keys, now)).collect(), text))
        }
        Command::Rotate { now: at_once } => {
            let id = app::rotate(app, &Actor::Operator, at_once)?;
            let (keys, now) = read(app)?;
            let key = keys.iter().find(|key| key.id == id.as_str());
            let key = key.ok_or_else(|| Failure::new(format!("the new key {id} is gone already")))?;
            let text = match state(key, &keys, now) {
                "active" => format!("{id} signs from now on."),
                _ => format!("{id} is published, and signs from {} on.", moment(key.activates_at)),
            };
            Ok(Reply::new(json(key, &keys, now), text))
        }
    }
}

fn read(app: &App) -> Result<(Vec<StoredKey>, Time), Failure> {
    let now = app.now();
    Ok((app.read(|cx| signing_keys::all(cx.conn, now))?, now))
}

/// The state follows from the times: of those that may sign, the youngest does.
fn state(key: &StoredKey, all: &[StoredKey], now: Time) -> &'static str {
    let signs = all.iter().filter(|key| key.activates_at <= now).max_by_key(|key| key.activates_at);
    if key.activates_at > now {
        "pending"
    } else if signs.is_some_and(|active| active.id == key.id) {
        "active"
    } else {
        "retiring"
    }
}

fn json(key: &StoredKey, all: &[StoredKey], now: Time) -> Value {
    json!({
        "kid": key.id,
        "algorithm": key.algorithm,
        "state": state(key, all, now),
        "created_at": stamp(key.created_at),
        "activates_at": stamp(key.activates_at),
        "retires_at": stamp(key.retires_at),
    })
}
