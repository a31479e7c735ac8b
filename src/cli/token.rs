//! `grantor token`.

use std::sync::Arc;

use clap::Subcommand;
use serde_json::{Value, json};

use super::failure::Failure;
use super::reply::{Reply, moment, stamp, table};
use super::user;
use crate::account::audit::{self, Act, Actor, Event, Object, ObjectKind};
use crate::app::App;
use crate::core::grant::EndReason;
use crate::core::ids::{ClientId, TokenId};
use crate::core::time::Time;
use crate::store::access_tokens::{self, Standing};
use crate::store::{self, grants};

#[derive(Subcommand)]
pub(super) enum Command {
    /// List access tokens, newest first; the tokens themselves are nowhere kept
    List {
        /// Only of this person: identifier, e-mail address or username
        #[arg(long, value_name = "NAME")]
        user: Option<String>,
        /// Only of this client
        #[arg(long, value_name = "ID", allow_hyphen_values = true)]
        client: Option<String>,
        /// How many at the most
        #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(i64).range(1..=1000))]
        limit: i64,
    },
    /// Revoke an access token with all of its grant, its refresh token too
    #[command(group = clap::ArgGroup::new("what").required(true).args(["id", "user"]))]
    Revoke {
        /// The token's identifier: its `jti`
        #[arg(allow_hyphen_values = true)]
        id: Option<String>,
        /// Every token of this person: identifier, e-mail address or username
        #[arg(long, value_name = "NAME")]
        user: Option<String>,
    },
}

pub(super) fn run(app: &Arc<App>, command: Command) -> Result<Reply, Failure> {
    match command {
        Command::List { user, client, limit } => list(app, user.as_deref(), client.as_deref(), limit),
        Command::Revoke { user: Some(name), .. } => revoke_all(app, &name),
        Command::Revoke { id, .. } => revoke(app, &id.unwrap_or_default()),
    }
}

fn list(app: &Arc<App>, user: Option<&str>, client: Option<&str>, limit: i64) -> Result<Reply, Failure> {
    let user = user.map(|name| user::find(app, name)).transpose()?.map(|user| user.id);
    let client = client.map(ClientId::from);
    let (tokens, now) =
        app.read(|cx| Ok::<_, store::Error>((access_tokens::list(cx.conn, user, client.as_ref(), limit)?, cx.now)))?;
    let rows = tokens.iter().map(|standing| {
        let token = &standing.token;
        [
            token.id.to_string(),
            token.client_id.to_string(),
            token.user_id.map_or_else(|| "-".to_owned(), |id| id.to_string()),
            token.scope.to_string(),
            moment(token.created_at),
            moment(token.expires_at),
            state(standing, now).to_owned(),
        ]
    });
    let headings = ["ID", "CLIENT", "USER", "SCOPE", "CREATED", "EXPIRES", "STATE"];
    let text = table("No tokens.", headings, rows.collect());
    Ok(Reply::new(tokens.iter().map(|standing| json(standing, now)).collect(), text))
}

fn json(standing: &Standing, now: Time) -> Value {
    let token = &standing.token;
    json!({
        "id": token.id,
        "client_id": token.client_id,
        "user_id": token.user_id,
        "scope": token.scope.to_string(),
        "created_at": stamp(token.created_at),
        "expires_at": stamp(token.expires_at),
        "state": state(standing, now),
    })
}

fn state(standing: &Standing, now: Time) -> &'static str {
    if standing.is_live(now) {
        "active"
    } else if standing.token.revoked_at.is_some() || standing.grant_ended_at.is_some() {
        "revoked"
    } else if standing.client_disabled_at.is_some() {
        "client disabled"
    } else {
        "expired"
    }
}

/// Ends the grant too: with its refresh token the client would just fetch another.
fn revoke(app: &Arc<App>, id: &str) -> Result<Reply, Failure> {
    let token_id = TokenId::from(id);
    let ended = app.write(move |cx| {
        let Some(standing) = access_tokens::standing(cx.conn, &token_id)? else { return Ok(None) };
        let grant_ended = match &standing.token.grant_id {
            Some(grant) => grants::end(cx.conn, grant, EndReason::Revoked, cx.now)?,
            None => false,
        };
        let revoked = access_tokens::revoke(cx.conn, &token_id, cx.now)?;
        if revoked || grant_ended {
            let event = Event::new(Actor::Operator, Act::TokenRevoke);
            let event = event.on(Object::new(ObjectKind::Token, token_id.as_str())).with("grant_ended", grant_ended);
            audit::record(cx, &event.with("client", standing.token.client_id.as_str()))?;
            log::info!("event=token.revoke token={token_id} client={} by=operator", standing.token.client_id);
        }
        Ok::<_, store::Error>(Some((revoked, grant_ended)))
    })?;
    let Some((revoked, grant_ended)) = ended else {
        return Err(Failure::new(format!("there is no access token {id}")));
    };
    let text = match (revoked, grant_ended) {
        (_, true) => format!("{id} is revoked, and every other token of its grant."),
        (true, false) => format!("{id} is revoked."),
        (false, false) => format!("{id} was revoked already."),
    };
    Ok(Reply::new(json!({ "id": id, "revoked": revoked, "grant_ended": grant_ended }), text))
}

fn revoke_all(app: &Arc<App>, name: &str) -> Result<Reply, Failure> {
    let user = user::find(app, name)?;
    let id = user.id;
    let ended = app.write(move |cx| {
        let ended = grants::end_all_of_user(cx.conn, id, None, EndReason::Revoked, cx.now)?;
        audit::record(cx, &Event::new(Actor::Operator, Act::GrantRevoke).on(id).with("grants", ended))?;
        Ok::<_, store::Error>(ended)
    })?;
    log::info!("event=token.revoke_all user={id} grants={ended} by=operator");
    let text = format!("Ended {ended} grants of {}, with every token of them.", user.username);
    Ok(Reply::new(json!({ "user_id": id, "grants_ended": ended }), text))
}
