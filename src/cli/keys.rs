//! `grantor keys`.

use std::sync::Arc;

use clap::Subcommand;
use serde_json::json;

use super::failure::Failure;
use super::input::algorithms;
use super::reply::{Reply, moment, moment_or, table};
use crate::app::{self, App, KeyState, KnownKey, Rotation, Withdrawal};
use crate::core::audit::Actor;
use crate::core::ids::KeyId;
use crate::core::signing::Algorithm;

#[derive(Subcommand)]
pub(super) enum Command {
    /// List the signing keys, newest first
    List,
    /// Make a new signing key of each algorithm: published at once, it signs as soon as every client can know it
    Rotate {
        /// Only of this algorithm
        #[arg(long, value_name = "ALGORITHM", value_parser = algorithms())]
        algorithm: Option<Algorithm>,
        /// Sign with it at once: for a key that leaked
        #[arg(long)]
        now: bool,
    },
    /// Take a key that leaked out at once: nothing that it signed verifies any more. If it signs, another does so in its place
    Withdraw {
        /// Its identifier
        #[arg(allow_hyphen_values = true)]
        id: String,
        /// Do it: it cannot be undone
        #[arg(long)]
        yes: bool,
    },
}

pub(super) fn run(app: &Arc<App>, command: Command) -> Result<Reply, Failure> {
    match command {
        Command::List => {
            let keys = app::signing_keys(app)?;
            let rows = keys.iter().map(|key| {
                [
                    key.id.to_string(),
                    key.algorithm.clone(),
                    key.state.as_str().to_owned(),
                    moment(key.created_at),
                    moment(key.activates_at),
                    moment_or(key.retires_at, "-"),
                ]
            });
            let headings = ["ID", "ALGORITHM", "STATE", "CREATED", "SIGNS FROM", "GONE AFTER"];
            let text = table("No keys.", headings, rows.collect());
            Ok(Reply::new(keys.iter().map(KnownKey::to_json).collect(), text))
        }
        Command::Rotate { algorithm, now: at_once } => {
            let made = app::rotate(app, &Actor::Operator, &Rotation { algorithm, at_once, instead_of: None })?;
            let keys: Vec<_> = app::signing_keys(app)?.into_iter().filter(|key| made.contains(&key.id)).collect();
            let line = |key: &KnownKey| match key.state {
                KeyState::Active => format!("{} ({}) signs from now on.", key.id, key.algorithm),
                _ => {
                    let from = moment(key.activates_at);
                    format!("{} ({}) is published, and signs from {from} on.", key.id, key.algorithm)
                }
            };
            let text = if keys.is_empty() {
                "The keys were rotated at the same moment already.".to_owned()
            } else {
                keys.iter().map(line).collect::<Vec<_>>().join("\n")
            };
            Ok(Reply::new(keys.iter().map(KnownKey::to_json).collect(), text))
        }
        Command::Withdraw { id, yes } => withdraw(app, &id.as_str().into(), yes),
    }
}

fn withdraw(app: &Arc<App>, id: &KeyId, sure: bool) -> Result<Reply, Failure> {
    let unknown = || Failure::new(format!("there is no key {id}"));
    if !sure {
        let known = app::signing_keys(app)?.into_iter().find(|key| key.id == *id).ok_or_else(unknown)?;
        let text = format!("this makes all that {id} ({}) signed void for good: say --yes", known.algorithm);
        return Err(Failure::new(text));
    }
    let (successor, text) = match app::withdraw(app, &Actor::Operator, id)? {
        Withdrawal::Unknown => return Err(unknown()),
        Withdrawal::Already => (None, format!("{id} was gone already.")),
        Withdrawal::Done(None) => (None, format!("{id} is withdrawn.")),
        Withdrawal::Done(Some(next)) => {
            let text = format!("{id} is withdrawn. {next} signs from now on.");
            (Some(next), text)
        }
    };
    Ok(Reply::new(json!({ "kid": id, "successor": successor }), text))
}
