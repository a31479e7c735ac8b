//! `grantor client`.

mod create;
mod edit;
mod show;

use std::sync::Arc;
use std::time::Duration;

use clap::Subcommand;
use serde_json::json;

use super::failure::Failure;
use super::input::{between, from_stdin};
use super::reply::{Reply, fields, span, table};
use super::user;
use crate::account::people::Acting;
use crate::app::App;
use crate::core::client::Client;
use crate::core::page::{MAX_PAGE, Page};
use crate::oauth::manage::admin::{self, Query, Shown};
use crate::oauth::manage::{self, view};
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
    /// Find clients by how their name begins, or by their identifier
    Search {
        /// What is looked for
        #[arg(default_value = "", allow_hyphen_values = true)]
        text: String,
        /// Only those of this person: identifier, e-mail address or username
        #[arg(long, value_name = "NAME")]
        owner: Option<String>,
        /// Only verified ones, or only others
        #[arg(long, value_name = "YES")]
        verified: Option<bool>,
        /// Only disabled ones, or only others
        #[arg(long, value_name = "YES")]
        disabled: Option<bool>,
        /// Begin after this identifier
        #[arg(long, value_name = "ID", allow_hyphen_values = true)]
        after: Option<String>,
        /// How many at the most
        #[arg(long, default_value_t = MAX_PAGE, value_parser = clap::value_parser!(i64).range(1..=MAX_PAGE))]
        limit: i64,
    },
    /// Change settings of a client
    Edit(Box<edit::Arguments>),
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
    /// End one secret of a client at once
    EndSecret {
        /// The client's identifier
        #[arg(allow_hyphen_values = true)]
        id: String,
        /// The secret's identifier, as `client show` has it
        secret: String,
    },
    /// Disable a client: nothing of it works any more, its tokens included
    Disable(Named),
    /// Enable a disabled client: it may begin anew, but its old tokens stay dead
    Enable(Named),
    /// Vouch for a client: people see the mark
    Verify(Named),
    /// Take the mark of a verified client back
    Unverify(Named),
    /// End every grant and token that a client was issued until now
    EndTokens(Named),
    /// Give a client to somebody, or to nobody
    Owner {
        /// Its identifier
        #[arg(allow_hyphen_values = true)]
        id: String,
        /// Whose it becomes: identifier, e-mail address or username; nobody's when none
        #[arg(value_name = "NAME")]
        owner: Option<String>,
    },
}

#[derive(clap::Args)]
pub(super) struct Named {
    /// Its identifier
    #[arg(allow_hyphen_values = true)]
    id: String,
}

pub(super) fn run(app: &Arc<App>, command: Command) -> Result<Reply, Failure> {
    match command {
        Command::Create(arguments) => create::run(app, *arguments),
        Command::List { after, limit } => list(app, after, limit),
        Command::Search { text, owner, verified, disabled, after, limit } => {
            let owner = owner.map(|name| user::find(app, &name)).transpose()?.map(|user| user.id);
            let query = Query { owner, verified, disabled, ..Query::default() };
            let (found, _) = admin::search(app, &text, &query, &Page { after, limit })?;
            let text = lines(found.iter().map(|listed| &listed.client));
            Ok(Reply::new(found.iter().map(admin::Listed::to_json).collect(), text))
        }
        Command::Edit(arguments) => edit::run(app, *arguments),
        Command::Show { id } => {
            let shown = shown(app, &id)?;
            Ok(Reply::new(shown.to_json(), show::text(&shown)))
        }
        Command::RotateSecret { id, overlap, secret_stdin } => rotate(app, &id, overlap, secret_stdin),
        Command::EndSecret { id, secret } => {
            let client = changeable(app, &id)?;
            admin::end_secret(app, &Acting::operator(), &client.id, &secret)?;
            said(app, &id, format!("The secret {secret} of {id} does not work any more."))
        }
        Command::Disable(Named { id }) => disable(app, &id),
        Command::Enable(Named { id }) => {
            let client = changeable(app, &id)?;
            admin::set_enabled(app, &Acting::operator(), &client.id, true)?;
            said(app, &id, format!("{id} is enabled; what it was issued before stays dead."))
        }
        Command::Verify(Named { id }) => verify(app, &id),
        Command::Unverify(Named { id }) => {
            let client = changeable(app, &id)?;
            admin::unverify(app, &Acting::operator(), &client.id)?;
            said(app, &id, format!("{id} is not verified now."))
        }
        Command::EndTokens(Named { id }) => {
            let client = changeable(app, &id)?;
            admin::end_tokens(app, &Acting::operator(), &client.id)?;
            said(app, &id, format!("Nothing that {id} was issued until now works any more."))
        }
        Command::Owner { id, owner } => {
            let client = changeable(app, &id)?;
            let owner = owner.map(|name| user::find(app, &name)).transpose()?;
            admin::set_owner(app, &Acting::operator(), &client.id, owner.as_ref())?;
            let whose = owner.map_or_else(|| "nobody".to_owned(), |user| user.username);
            said(app, &id, format!("{id} belongs to {whose} now."))
        }
    }
}

/// A client and what belongs to it, the server's own ones too.
fn shown(app: &App, id: &str) -> Result<Shown, Failure> {
    let client = find(app, id)?;
    let (verified_at, secrets) = app.read(|cx| {
        let secrets = store::client_admin::secrets(cx.conn, &client.id, cx.now)?;
        Ok::<_, store::Error>((store::client_admin::verified_at(cx.conn, &client.id)?, secrets))
    })?;
    let secrets = if client.is_public() { Vec::new() } else { secrets };
    let seen = admin::seen(app, &client);
    Ok(Shown { client, verified_at, secrets, seen })
}

fn said(app: &App, id: &str, text: String) -> Result<Reply, Failure> {
    Ok(Reply::new(shown(app, id)?.to_json(), text))
}

/// Vouches for a client as it is read here, and says what that is.
fn verify(app: &Arc<App>, id: &str) -> Result<Reply, Failure> {
    let client = changeable(app, id)?;
    admin::verify(app, &Acting::operator(), &client.id, &admin::seen(app, &client))?;
    said(app, id, format!("{id} is verified now, as this:\n{}", show::known_by(&client)))
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
    let text = lines(clients.iter());
    let verified = app.read(|cx| {
        clients
            .iter()
            .map(|client| store::client_admin::verified_at(cx.conn, &client.id))
            .collect::<Result<Vec<_>, _>>()
    })?;
    let json = clients.iter().zip(verified).map(|(client, verified)| view::client(client, verified));
    Ok(Reply::new(json.collect(), text))
}

fn lines<'a>(clients: impl Iterator<Item = &'a Client>) -> String {
    let rows = clients.map(|client| {
        [
            client.id.to_string(),
            client.metadata.client_name.clone(),
            if client.is_public() { "public" } else { "confidential" }.to_owned(),
            client.metadata.grant_types.join(" "),
            client.owner_name.clone().unwrap_or_default(),
            show::state(client).to_owned(),
        ]
    });
    table("No clients.", ["ID", "NAME", "TYPE", "GRANTS", "OWNER", "STATE"], rows.collect())
}

fn rotate(app: &Arc<App>, id: &str, overlap: Duration, secret_stdin: bool) -> Result<Reply, Failure> {
    let client = changeable(app, id)?;
    if client.disabled_at.is_some() {
        return Err(Failure::new(format!("{id} is disabled")));
    }
    let given = if secret_stdin { Some(from_stdin("secret")?) } else { None };
    let secret = manage::rotate_secret(app, &Acting::operator(), &client.id, given, overlap)?;
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
        return said(app, id, format!("{id} was disabled already."));
    }
    admin::set_enabled(app, &Acting::operator(), &client.id, false)?;
    said(app, id, format!("{id} is disabled; nothing of it works any more."))
}
