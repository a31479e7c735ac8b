//! `grantor client`.

mod create;
mod show;

use std::sync::Arc;
use std::time::Duration;

use clap::Subcommand;
use serde_json::json;

use super::failure::Failure;
use super::input::{between, from_stdin};
use super::reply::{Reply, fields, span, table};
use crate::app::App;
use crate::core::audit::Actor;
use crate::core::client::Client;
use crate::core::page::{MAX_PAGE, Page};
use crate::oauth::manage;
use crate::store;

#[derive(Subcommand)]
pub(super) enum Command {
    /// Register a client and print its secret, this once
    Create(Box<create::Arguments>),
    /// List clients by identifier
    List {
        /// Begin after this identifier
        #[arg(long, value_name = "ID", allow_hyphen_values = true)]
        after: Option<String>,
        /// How many at the most
        #[arg(long, default_value_t = MAX_PAGE, value_parser = clap::value_parser!(i64).range(1..=MAX_PAGE))]
        limit: i64,
    },
    /// Show a client without its secrets
    Show {
        /// Its identifier
        #[arg(allow_hyphen_values = true)]
        id: String,
    },
    /// Give a client a new secret and print it, this once
    RotateSecret {
        /// Its identifier
        #[arg(allow_hyphen_values = true)]
        id: String,
        /// How long the old secrets go on working; 0s after a leak
        #[arg(long, default_value = "24h", value_parser = |text: &str| between(text, 0, 365 * 86_400))]
        overlap: Duration,
        /// Read the new secret from standard input, instead of a random one
        #[arg(long)]
        secret_stdin: bool,
    },
    /// Disable a client for good: nothing of it works any more, its tokens included
    Disable {
        /// Its identifier
        #[arg(allow_hyphen_values = true)]
        id: String,
    },
}

pub(super) fn run(app: &Arc<App>, command: Command) -> Result<Reply, Failure> {
    match command {
        Command::Create(arguments) => create::run(app, *arguments),
        Command::List { after, limit } => list(app, after, limit),
        Command::Show { id } => {
            let client = find(app, &id)?;
            Ok(Reply::new(show::with_secrets(&client, app.now()), show::text(&client, app.now())))
        }
        Command::RotateSecret { id, overlap, secret_stdin } => rotate(app, &id, overlap, secret_stdin),
        Command::Disable { id } => disable(app, &id),
    }
}

fn find(app: &App, id: &str) -> Result<Client, Failure> {
    let found = app.read(|cx| store::clients::by_id(cx.conn, &id.into()))?;
    found.ok_or_else(|| Failure::new(format!("there is no client {id}")))
}

/// A client that an operator may change: the server's own are not for that.
fn changeable(app: &App, id: &str) -> Result<Client, Failure> {
    let client = find(app, id)?;
    if client.policy.built_in || manage::is_built_in(&client.id) {
        return Err(Failure::new(format!("{id} is built into the server and cannot be changed")));
    }
    Ok(client)
}

fn list(app: &Arc<App>, after: Option<String>, limit: i64) -> Result<Reply, Failure> {
    let clients = manage::list_clients(app, None, &Page { after, limit })?;
    let rows = clients.iter().map(|client| {
        [
            client.id.to_string(),
            client.metadata.client_name.clone(),
            if client.is_public() { "public" } else { "confidential" }.to_owned(),
            client.metadata.grant_types.join(" "),
            client.owner_name.clone().unwrap_or_default(),
            show::state(client).to_owned(),
        ]
    });
    let text = table("No clients.", ["ID", "NAME", "TYPE", "GRANTS", "OWNER", "STATE"], rows.collect());
    Ok(Reply::new(clients.iter().map(show::json).collect(), text))
}

fn rotate(app: &Arc<App>, id: &str, overlap: Duration, secret_stdin: bool) -> Result<Reply, Failure> {
    let client = changeable(app, id)?;
    if client.disabled_at.is_some() {
        return Err(Failure::new(format!("{id} is disabled")));
    }
    let given = if secret_stdin { Some(from_stdin("secret")?) } else { None };
    let secret = manage::rotate_secret(app, &Actor::Operator, &client, given, overlap)?;
    let old = match overlap.as_secs() {
        0 => "do not work any more".to_owned(),
        _ => format!("work for {} more", span(overlap)),
    };
    let text = fields(&[
        ("Client ID", client.id.to_string()),
        ("Client secret", secret.expose().to_owned()),
        ("", "The secret is shown this once.".to_owned()),
        ("Old secrets", old),
    ]);
    let json = json!({
        "client_id": client.id,
        "client_secret": secret.expose(),
        "overlap_seconds": overlap.as_secs(),
    });
    Ok(Reply::new(json, text))
}

fn disable(app: &Arc<App>, id: &str) -> Result<Reply, Failure> {
    let client = changeable(app, id)?;
    if client.disabled_at.is_some() {
        return Ok(Reply::new(show::json(&client), format!("{id} was disabled already.")));
    }
    manage::disable_client(app, &Actor::Operator, client)?;
    let client = find(app, id)?;
    Ok(Reply::new(show::json(&client), format!("{id} is disabled; nothing of it works any more.")))
}
