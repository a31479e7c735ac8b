//! Token introspection (RFC 7662): one statement.

use std::sync::Arc;

use serde::Serialize;

use super::access_token::locate;
use super::bearer::MAX_TOKEN;
use super::client_auth;
use super::error::Result;
use super::parameters::Parameters;
use super::refresh_token::RefreshToken;
use super::tokens;
use crate::app::{self, App};
use crate::core::ids::{ClientId, UserId};
use crate::core::statistic::Counter;
use crate::core::time::unix;
use crate::store::{access_tokens, grants};

/// What is said of a token (RFC 7662 section 2.2).
#[derive(Debug, Default, Serialize)]
pub struct Introspection {
    active: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    token_type: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    exp: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    iat: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sub: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    aud: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    iss: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    jti: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    auth_time: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    acr: Option<&'static str>,
}

/// Says whether a token works. Only clients that an admin marked learn more than `active: false`.
///
/// # Errors
/// `invalid_client`, and `invalid_request` without a token.
pub fn introspect(app: &Arc<App>, authorization: Option<&str>, parameters: &Parameters) -> Result<Introspection> {
    app.count(Counter::Introspections);
    let client = client_auth::authenticate(app, authorization, parameters)?;
    let token = parameters.required("token")?;
    if !client.policy.may_introspect || client.is_public() || token.len() > MAX_TOKEN {
        return Ok(Introspection::default());
    }
    match RefreshToken::parse(token, &app.secrets) {
        Some(refresh) => of_refresh_token(app, &refresh),
        None => of_access_token(app, token),
    }
}

fn of_access_token(app: &Arc<App>, token: &str) -> Result<Introspection> {
    let Some(id) = locate(token) else { return Ok(Introspection::default()) };
    let now = app.now();
    let standing = app.read(|cx| access_tokens::standing(cx.conn, &id))?;
    let live =
        standing.filter(|standing| standing.token.hash.matches(&app.secrets.hash(token)) && standing.is_live(now));
    let Some(standing) = live else { return Ok(Introspection::default()) };
    tokens::note_use(app, &standing);
    let token = standing.token;
    Ok(Introspection {
        active: true,
        scope: Some(token.scope.to_string()),
        sub: subject_of(app, &token.client_id, token.user_id)?,
        client_id: Some(token.client_id.to_string()),
        token_type: Some("Bearer"),
        exp: Some(unix(token.expires_at)),
        iat: Some(unix(token.created_at)),
        aud: Some(app.config.issuer().to_owned()),
        iss: Some(app.config.issuer().to_owned()),
        jti: Some(token.id.to_string()),
        auth_time: standing.authentication.as_ref().map(|proof| unix(proof.time)),
        acr: standing.authentication.as_ref().map(|proof| proof.level.as_str()),
    })
}

/// As the client itself knows the person, or the client where nobody is behind it.
fn subject_of(app: &App, client: &ClientId, user: Option<UserId>) -> Result<Option<String>> {
    let Some(user) = user else { return Ok(Some(client.to_string())) };
    Ok(app.client(client.as_str())?.map(|client| app::subject(app, &client, user)))
}

fn of_refresh_token(app: &Arc<App>, presented: &RefreshToken) -> Result<Introspection> {
    let now = app.now();
    let grant = app.read(|cx| grants::by_id(cx.conn, presented.grant()))?;
    let hash = presented.hash(&app.secrets);
    let found = grant.filter(|grant| grant.ended_at.is_none());
    let Some((grant, refresh)) = found.and_then(|grant| grant.refresh.clone().map(|refresh| (grant, refresh))) else {
        return Ok(Introspection::default());
    };
    let client_works = app.client(grant.client_id.as_str())?.is_some_and(|client| client.honours(grant.created_at));
    if !refresh.hash.matches(&hash) || refresh.expires_at <= now || !client_works {
        return Ok(Introspection::default());
    }
    Ok(Introspection {
        active: true,
        scope: Some(grant.scope.to_string()),
        sub: subject_of(app, &grant.client_id, Some(grant.user_id))?,
        client_id: Some(grant.client_id.to_string()),
        exp: Some(unix(refresh.expires_at)),
        iat: Some(unix(refresh.rotated_at)),
        iss: Some(app.config.issuer().to_owned()),
        ..Introspection::default()
    })
}
