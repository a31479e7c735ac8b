//! Tokens of the server's own API: handed out for a password, by the same token core as all others.

use std::sync::Arc;

use chrono::NaiveTime;

use super::access_token::{Mint, Subject};
use super::authorize::purge_at;
use super::error::{Code, Error, Result};
use super::refresh_token::RefreshToken;
use crate::account::login::{LoginError, Origin, Verified};
use crate::app::{App, Cx, FIRST_PARTY_CLIENT, PERSONAL_CLIENT};
use crate::core::grant::{AccessToken, Grant, GrantKind, Refresh};
use crate::core::ids::GrantId;
use crate::core::scope::Scope;
use crate::core::secret::Plain;
use crate::core::time::{Time, delta, unix};
use crate::core::user::User;
use crate::store::{self, access_tokens, grants, users};

/// What a sign-in hands out.
#[derive(Debug)]
pub struct Tokens {
    /// The access token.
    pub access_token: Plain,
    /// Seconds for which it works.
    pub expires_in: i64,
    /// The refresh token; redeemed at the token endpoint by the client `first-party`.
    pub refresh_token: Plain,
    /// The person.
    pub user: User,
}

/// Why nothing was handed out.
#[derive(Debug)]
pub enum SignInError {
    /// The sign-in failed.
    Login(LoginError),
    /// The server failed.
    Failed(Error),
}

impl From<store::Error> for SignInError {
    fn from(error: store::Error) -> Self {
        Self::Failed(error.into())
    }
}

impl From<LoginError> for SignInError {
    fn from(error: LoginError) -> Self {
        Self::Login(error)
    }
}

/// Hands out tokens to a person whose password was just verified.
///
/// # Errors
/// [`SignInError`].
pub fn sign_in(app: &Arc<App>, verified: Verified, origin: Origin) -> std::result::Result<Tokens, SignInError> {
    let mint = mint(app, FIRST_PARTY_CLIENT).map_err(SignInError::Failed)?;
    app.write(move |cx| {
        let (user, auth_time) = verified.confirm(cx, &origin)?;
        issue(cx, &mint, user, auth_time).map_err(SignInError::Failed)
    })
}

/// The mint of a built-in client, opened before a transaction begins.
///
/// # Errors
/// As the database says.
pub fn mint(app: &App, client: &str) -> Result<Mint> {
    let client = app.client(client)?.ok_or_else(|| store::Error::Corrupt {
        table: "clients",
        what: format!("the built-in client {client} is missing"),
    })?;
    Ok(Mint::open(app, &client)?)
}

/// Hands out tokens in a transaction in which the person's row was written.
///
/// # Errors
/// As the database says.
pub fn issue(cx: &mut Cx<'_>, mint: &Mint, user: User, auth_time: Time) -> Result<Tokens> {
    let id = GrantId::from(cx.random().text::<16>());
    let refresh = RefreshToken::first(&id, cx.random());
    let grant = Grant {
        id,
        kind: GrantKind::FirstParty,
        client_id: FIRST_PARTY_CLIENT.into(),
        user_id: user.id,
        session_id: None,
        name: None,
        scope: Scope::default(),
        auth_time: Some(auth_time),
        code: None,
        refresh: Some(Refresh {
            hash: refresh.hash(&cx.app.secrets),
            generation: 0,
            rotated_at: cx.now,
            expires_at: cx.now + delta(cx.app.config.tokens.refresh_token_lifetime),
        }),
        created_at: cx.now,
        ended_at: None,
    };
    grants::insert(cx.conn, &grant, purge_at(cx.app, cx.now))?;
    let (access_token, record) = make(cx, mint, &grant, None)?;
    Ok(Tokens {
        access_token,
        expires_in: unix(record.expires_at) - unix(record.created_at),
        refresh_token: refresh.expose(&cx.app.secrets),
        user,
    })
}

fn make(cx: &mut Cx<'_>, mint: &Mint, grant: &Grant, expires_at: Option<Time>) -> Result<(Plain, AccessToken)> {
    let subject = Subject {
        grant_id: Some(grant.id.clone()),
        user_id: Some(grant.user_id),
        scope: grant.scope.clone(),
        auth_time: grant.auth_time,
        expires_at,
    };
    let (token, record) = mint.make(cx.app, subject, cx.now)?;
    access_tokens::insert(cx.conn, &record)?;
    Ok((token, record))
}

/// Makes a personal access token for its owner, who is shown it this once.
///
/// # Errors
/// `access_denied` when the account was closed or its password changed since the owner was looked up.
pub fn personal_access_token(
    app: &Arc<App>,
    user: &User,
    name: String,
    scope: Scope,
    expires_at: Option<Time>,
) -> Result<(Plain, AccessToken)> {
    let mint = mint(app, PERSONAL_CLIENT)?;
    let (owner, user_id) = (user.clone(), user.id);
    app.write(move |cx| {
        if !users::hold(cx.conn, &owner)? {
            return Err(Error::refused(Code::AccessDenied, "the account has changed"));
        }
        let end = expires_at.unwrap_or_else(|| cx.now + delta(cx.app.config.tokens.personal_access_token_lifetime));
        let grant = Grant {
            id: cx.random().text::<16>().into(),
            kind: GrantKind::Personal,
            client_id: PERSONAL_CLIENT.into(),
            user_id,
            session_id: None,
            name: Some(name),
            scope,
            auth_time: None,
            code: None,
            refresh: None,
            created_at: cx.now,
            ended_at: None,
        };
        let purge_at = (end.date() + chrono::Days::new(1)).and_time(NaiveTime::MIN);
        grants::insert(cx.conn, &grant, purge_at)?;
        let made = make(cx, &mint, &grant, Some(end))?;
        log::info!("event=personal_access_token.create user={user_id} token={}", made.1.id);
        Ok(made)
    })
}
