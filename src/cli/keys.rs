//! `grantor keys`.

use std::sync::Arc;

use clap::Subcommand;

use super::failure::Failure;
use super::reply::{Reply, moment, moment_or, table};
use crate::app::{self, App, KeyState, KnownKey};
use crate::core::audit::Actor;

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
        Command::Rotate { now: at_once } => {
            let id = app::rotate(app, &Actor::Operator, at_once)?;
            let keys = app::signing_keys(app)?;
            let key = keys.iter().find(|key| key.id == id);
            let key = key.ok_or_else(|| Failure::new(format!("the new key {id} is gone already")))?;
            let text = match key.state {
                KeyState::Active => format!("{id} signs from now on."),
                _ => format!("{id} is published, and signs from {} on.", moment(key.activates_at)),
            };
            Ok(Reply::new(key.to_json(), text))
        }
    }
}
