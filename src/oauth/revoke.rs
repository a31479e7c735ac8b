//! Token revocation (RFC 7009).

use std::sync::Arc;

use super::access_token::locate;
use super::bearer::MAX_TOKEN;
use super::client_auth;
use super::error::{Code, Error, Result};
use super::parameters::Parameters;
use super::refresh_token::RefreshToken;
use crate::account::audit::{self, Act, Actor, Event, Object, ObjectKind};
use crate::app::App;
use crate::core::client::Client;
use crate::core::grant::EndReason;
use crate::store::{access_tokens, grants};

/// Ends a token of the client that asks. A refresh token takes its whole family along. A token that is
/// unknown is as good as ended (RFC 7009 section 2.2).
///
/// # Errors
/// `invalid_client`, `invalid_request` without a token, `unauthorized_client` for another's token.
pub fn revoke(app: &Arc<App>, authorization: Option<&str>, parameters: &Parameters) -> Result<()> {
    let client = client_auth::authenticate(app, authorization, parameters)?;
    let token = parameters.required("token")?;
    if token.len() > MAX_TOKEN {
        return Ok(());
    }
    match RefreshToken::parse(token, &app.secrets) {
        Some(refresh) => revoke_refresh_token(app, &client, refresh),
        None => revoke_access_token(app, &client, token),
    }
}

fn others() -> Error {
    Error::refused(Code::UnauthorizedClient, "the token was not given to this client")
}

fn revoke_refresh_token(app: &Arc<App>, client: &Client, presented: RefreshToken) -> Result<()> {
    let client_id = client.id.clone();
    app.write(move |cx| {
        let Some(grant) = grants::by_id(cx.conn, presented.grant())? else { return Ok(()) };
        if grant.client_id != client_id {
            return Err(others());
        }
        if grants::end(cx.conn, &grant.id, EndReason::Revoked, cx.now)? {
            let event = Event::new(Actor::Client(client_id.clone()), Act::GrantRevoke);
            let event = event.on(Object::new(ObjectKind::Grant, grant.id.as_str()));
            audit::record(cx, &event.with("user", grant.user_id.to_string()))?;
            log::info!("event=grant.revoke grant={} client={client_id} by=client", grant.id);
        }
        Ok(())
    })
}

fn revoke_access_token(app: &Arc<App>, client: &Client, token: &str) -> Result<()> {
    let Some(id) = locate(token) else { return Ok(()) };
    let hash = app.secrets.hash(token);
    let client_id = client.id.clone();
    app.write(move |cx| {
        let Some(standing) = access_tokens::standing(cx.conn, &id)? else { return Ok(()) };
        if !standing.token.hash.matches(&hash) {
            return Ok(());
        }
        if standing.token.client_id != client_id {
            return Err(others());
        }
        if access_tokens::revoke(cx.conn, &id, cx.now)? {
            let event = Event::new(Actor::Client(client_id.clone()), Act::TokenRevoke);
            audit::record(cx, &event.on(Object::new(ObjectKind::Token, id.as_str())))?;
            log::info!("event=token.revoke token={id} client={client_id} by=client");
        }
        Ok(())
    })
}
