//! `grantor migrate`.

use serde_json::json;

use super::failure::Failure;
use super::reply::Reply;
use crate::app::{App, Surroundings};
use crate::config::{Config, Synchronous};
use crate::store::{self, Options, Survey};

pub(super) fn command(config: Config) -> Result<Reply, Failure> {
    let before = survey(&config)?;
    App::open(config, Surroundings::default())?;
    let text = match (before.pending.len(), before.is_made) {
        (0, true) => "The database is up to date; nothing was to be done.".to_owned(),
        (run, is_made) => {
            let mut done = Vec::new();
            if run > 0 {
                done.push(format!(
                    "Ran {run} migration{}: {}.",
                    if run == 1 { "" } else { "s" },
                    before.pending.join(", ")
                ));
            }
            if !is_made {
                done.push("Made the signing key, the first scopes and the built-in clients.".to_owned());
            }
            done.join("\n")
        }
    };
    Ok(Reply::new(json!({ "migrations": before.pending, "made": !before.is_made }), text))
}

/// Looks at the database of the settings without changing it.
pub(super) fn survey(config: &Config) -> store::Result<Survey> {
    let options = Options {
        pool_size: 1,
        pool_timeout: config.database.pool_timeout,
        synchronous_full: config.database.sqlite_synchronous == Synchronous::Full,
        observer: None,
    };
    store::survey(config.database_url().expose(), &options)
}
