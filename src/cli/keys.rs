//! `grantor keys`.

use std::sync::Arc;

use clap::Subcommand;

use super::failure::Failure;
use super::input::algorithms;
use super::reply::{Reply, moment, moment_or, table};
use crate::app::{self, App, KeyState, KnownKey, Rotation};
use crate::core::audit::Actor;
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
    }
}
