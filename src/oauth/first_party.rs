//! Tokens of the server's own API: handed out for a password, by the same token core as all others.

use std::sync::Arc;
use std::time::Duration;

use chrono::NaiveTime;

use super::access_token::{Mint, Subject, locate};
use super::bearer::Caller;
use super::error::{Code, Error, Result};
use super::grants::Grant as _;
use super::grants::refresh_token::RefreshTokenGrant;
use super::parameters::Parameters;
use super::refresh_token::RefreshToken;
use super::token::TokenResponse;
use crate::account::audit::{self, Act, Event, Object, ObjectKind};
use crate::account::login::{self, LoginError, Origin, Verified};
use crate::account::session;
use crate::app::{App, Cx, FIRST_PARTY_CLIENT, PERSONAL_CLIENT};
use crate::core::authentication::Authentication;
use crate::core::failure::Reason;
use crate::core::grant::{AccessToken, Grant, GrantKind, OpenId, Refresh};
use crate::core::ids::GrantId;
use crate::core::scope::Scope;
use crate::core::secret::Plain;
use crate::core::time::{Time, delta, rfc3339, unix};
use crate::core::user::{Status, User};
use crate::store::{self, access_tokens, grants, sessions, users};

/// What a sign-in hands out.
#[derive(Debug)]
pub struct Tokens {
    /// The access token.
    pub access_token: Plain,
    /// Seconds for which it works.
    pub expires_in: i64,
    /// The refresh token, where one is handed out; redeemed at the token endpoint by the client `first-party`, too.
    pub refresh_token: Option<Plain>,
    /// The person.
    pub user: User,
}

/// How a sign-in goes on when its access token has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lasting {
    /// By a refresh token.
    Refreshed,
    /// By exchanging the access token itself: see [`renew`].
    Renewed,
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

/// Hands out tokens to a person who has just proved who they are.
///
/// # Errors
/// [`SignInError`].
pub fn sign_in(
    app: &Arc<App>,
    verified: Verified,
    lasting: Lasting,
    origin: Origin,
) -> std::result::Result<Tokens, SignInError> {
    sign_in_if(app, verified, lasting, origin, |_| true)
}

/// As [`sign_in`], to those whom `admits` lets in; to others their credentials are wrong.
///
/// # Errors
/// [`SignInError`].
pub fn sign_in_if(
    app: &Arc<App>,
    verified: Verified,
    lasting: Lasting,
    origin: Origin,
    admits: impl FnOnce(&User) -> bool,
) -> std::result::Result<Tokens, SignInError> {
    if !admits(verified.user()) {
        login::note_refused(app, Some(verified.user().id), Reason::RoleNotAdmitted, &origin)?;
        return Err(LoginError::Credentials.into());
    }
    let mint = mint(app, FIRST_PARTY_CLIENT).map_err(SignInError::Failed)?;
    app.write(move |cx| {
        let (user, proof) = verified.confirm(cx, &origin)?;
        issue(cx, &mint, user, proof, lasting, origin).map_err(SignInError::Failed)
    })
}

/// The mint of a built-in client, opened before a transaction begins.
///
/// # Errors
/// As the database says.
pub fn mint(app: &App, client: &str) -> Result<Mint> {
    let client = app.client(client)?.ok_or_else(|| missing(client))?;
    Ok(Mint::open(app, &client)?)
}

fn missing(client: &str) -> store::Error {
    store::Error::Corrupt { table: "clients", what: format!("the built-in client {client} is missing") }
}

/// Hands out tokens in a transaction in which the person's row was written.
///
/// # Errors
/// As the database says.
pub fn issue(
    cx: &mut Cx<'_>,
    mint: &Mint,
    user: User,
    proof: Authentication,
    lasting: Lasting,
    origin: Origin,
) -> Result<Tokens> {
    let id = GrantId::from(cx.random().text::<16>());
    let refresh = (lasting == Lasting::Refreshed).then(|| RefreshToken::first(&id, cx.random()));
    let end = end_of(cx.app, mint, lasting, cx.now);
    let session = session::begin_api(cx, &user, &proof, origin, end)?;
    let grant = Grant {
        id,
        kind: GrantKind::FirstParty,
        client_id: FIRST_PARTY_CLIENT.into(),
        user_id: user.id,
        session_id: Some(session),
        name: None,
        scope: Scope::default(),
        authentication: Some(proof),
        openid: OpenId::default(),
        code: None,
        refresh: refresh.as_ref().map(|refresh| Refresh {
            hash: refresh.hash(&cx.app.secrets),
            generation: 0,
            rotated_at: cx.now,
            expires_at: end,
        }),
        created_at: cx.now,
        ended_at: None,
    };
    grants::insert(cx.conn, &grant, whole_days(end))?;
    let (access_token, record) = make(cx, mint, &grant, None)?;
    Ok(Tokens {
        access_token,
        expires_in: unix(record.expires_at) - unix(record.created_at),
        refresh_token: refresh.map(|refresh| refresh.expose(&cx.app.secrets)),
        user,
    })
}

/// When a sign-in is over if it is not used any more.
fn end_of(app: &App, mint: &Mint, lasting: Lasting, now: Time) -> Time {
    let tokens = &app.config.tokens;
    match lasting {
        Lasting::Refreshed => now + delta(tokens.refresh_token_lifetime),
        Lasting::Renewed => now + delta(mint.lifetime(app)) + delta(tokens.renewal_grace),
    }
}

/// The end of the day after `end`: until when a grant's row is needed at the most.
fn whole_days(end: Time) -> Time {
    (end.date() + chrono::Days::new(1)).and_time(NaiveTime::MIN)
}

/// Takes an access token of a sign-in and hands out another, up to `grace` after its end unless a refresh token goes
/// with it: of any number of rivals exactly one gets one, and the token presented is dead at once. None when it does
/// not work, or `admits` says no.
///
/// # Errors
/// As the database says.
pub fn renew(
    app: &Arc<App>,
    presented: &Plain,
    grace: Duration,
    admits: impl FnOnce(&User) -> bool + Send + 'static,
) -> Result<Option<Tokens>> {
    let Some(id) = locate(presented.expose()) else { return Ok(None) };
    let hash = app.secrets.hash(presented.expose());
    let mint = mint(app, FIRST_PARTY_CLIENT)?;
    let renewed = app.write(move |cx| {
        let found = access_tokens::standing_with_user(cx.conn, &id)?;
        let Some((standing, user, sign_in)) = found else { return Err(NotRenewed::Refused) };
        let first_party = standing.token.client_id.as_str() == FIRST_PARTY_CLIENT;
        let (Some(grant), Some((session, _))) = (&standing.token.grant_id, sign_in.session) else {
            return Err(NotRenewed::Refused);
        };
        let grant = grants::by_id(cx.conn, grant)?.ok_or(NotRenewed::Refused)?;
        // One with a refresh token beside it goes on by that once it has expired: else each was worth as much.
        let (lasting, grace) = match &grant.refresh {
            Some(_) => (Lasting::Refreshed, Duration::ZERO),
            None => (Lasting::Renewed, grace),
        };
        // As if its end were still to come by the length of the grace.
        let works = standing.token.hash.matches(&hash) && standing.is_live(cx.now - delta(grace));
        if !first_party || !works || user.status != Status::Active || !admits(&user) {
            return Err(NotRenewed::Refused);
        }
        if !access_tokens::revoke(cx.conn, &id, cx.now)? {
            return Err(NotRenewed::Refused);
        }
        let end = end_of(cx.app, &mint, lasting, cx.now);
        // The session before the grant: the order of the locks when all of a person's are ended.
        if !sessions::prolong(cx.conn, &session, cx.now, end)? || !grants::prolong(cx.conn, &grant.id, whole_days(end))?
        {
            return Err(NotRenewed::Refused);
        }
        let (access_token, record) = make(cx, &mint, &grant, None).map_err(NotRenewed::Failed)?;
        let expires_in = unix(record.expires_at) - unix(record.created_at);
        Ok(Tokens { access_token, expires_in, refresh_token: None, user })
    });
    match renewed {
        Ok(tokens) => Ok(Some(tokens)),
        Err(NotRenewed::Refused) => Ok(None),
        Err(NotRenewed::Failed(error)) => Err(error),
    }
}

/// Why a token was not renewed; nothing is written then.
enum NotRenewed {
    Refused,
    Failed(Error),
}

impl From<store::Error> for NotRenewed {
    fn from(error: store::Error) -> Self {
        Self::Failed(error.into())
    }
}

/// Exchanges a refresh token of a sign-in for a new pair.
///
/// # Errors
/// `invalid_grant` when it does not work.
pub fn refresh(app: &Arc<App>, presented: &Plain) -> Result<TokenResponse> {
    let client = app.client(FIRST_PARTY_CLIENT)?.ok_or_else(|| missing(FIRST_PARTY_CLIENT))?;
    let pairs = vec![("refresh_token".to_owned(), presented.expose().to_owned())];
    let parameters = Parameters::check(pairs, app.config.limits.parameter_bytes)?;
    RefreshTokenGrant.exchange(app, &client, &parameters)
}

/// Ends the sign-in that a token came of; whether it was still going.
///
/// # Errors
/// As the database says.
pub fn sign_out(app: &Arc<App>, caller: &Caller) -> store::Result<bool> {
    let (user, session) = (caller.user.id, caller.sign_in.session.clone());
    let Some((session, _)) = session else { return Ok(false) };
    app.write(move |cx| {
        let ended = session::sign_out_of(cx, user, &session)?;
        log::info!("event=logout outcome=ok user={user}");
        Ok(ended)
    })
}

/// Ends the sign-in that a refresh token came of; whether there was one going.
///
/// # Errors
/// As the database says.
pub fn sign_out_by_refresh_token(app: &Arc<App>, presented: &Plain) -> store::Result<bool> {
    let Some(token) = RefreshToken::parse(presented.expose(), &app.secrets) else { return Ok(false) };
    app.write(move |cx| {
        let grant = grants::by_id(cx.conn, token.grant())?;
        let grant = grant.filter(|grant| grant.kind == GrantKind::FirstParty && grant.ended_at.is_none());
        let Some((user, session)) = grant.and_then(|grant| Some((grant.user_id, grant.session_id?))) else {
            return Ok(false);
        };
        let ended = session::sign_out_of(cx, user, &session)?;
        log::info!("event=logout outcome=ok user={user}");
        Ok(ended)
    })
}

fn make(cx: &mut Cx<'_>, mint: &Mint, grant: &Grant, expires_at: Option<Time>) -> Result<(Plain, AccessToken)> {
    let subject = Subject {
        grant_id: Some(grant.id.clone()),
        user_id: Some(grant.user_id),
        scope: grant.scope.clone(),
        authentication: grant.authentication.clone(),
        expires_at,
    };
    let (token, record) = mint.make(cx.app, subject, cx.now)?;
    access_tokens::insert(cx.conn, &record)?;
    Ok((token, record))
}

/// Makes a personal access token for its owner, who is shown it this once.
///
/// # Errors
/// `access_denied` when the account was closed or its password changed since the owner was looked up, `invalid_request`
/// when they have too many that work; [`store::Error::Unique`] when there is one kept as `kept_as`.
pub fn personal_access_token(
    app: &Arc<App>,
    user: &User,
    name: String,
    scope: Scope,
    expires_at: Option<Time>,
    kept_as: Option<GrantId>,
) -> Result<(Plain, AccessToken)> {
    let mint = mint(app, PERSONAL_CLIENT)?;
    let most = app.config.tokens.personal_access_tokens;
    let (owner, user_id) = (user.clone(), user.id);
    app.write(move |cx| {
        if !users::hold(cx.conn, &owner)? {
            return Err(Error::refused(Code::AccessDenied, "the account has changed"));
        }
        if grants::count_personal(cx.conn, user_id, cx.now)? >= i64::from(most) {
            return Err(Error::refused(Code::InvalidRequest, "there are too many tokens"));
        }
        let end = expires_at.unwrap_or_else(|| cx.now + delta(cx.app.config.tokens.personal_access_token_lifetime));
        let grant = Grant {
            id: kept_as.unwrap_or_else(|| cx.random().text::<16>().into()),
            kind: GrantKind::Personal,
            client_id: PERSONAL_CLIENT.into(),
            user_id,
            session_id: None,
            name: Some(name),
            scope,
            authentication: None,
            openid: OpenId::default(),
            code: None,
            refresh: None,
            created_at: cx.now,
            ended_at: None,
        };
        grants::insert(cx.conn, &grant, whole_days(end))?;
        let made = make(cx, &mint, &grant, Some(end))?;
        let event = Event::new(user_id, Act::PersonalTokenCreate)
            .on(Object::new(ObjectKind::Token, made.1.id.as_str()))
            .with("name", grant.name.clone())
            .with("scope", grant.scope.to_string())
            .with("expires_at", rfc3339(end));
        audit::record(cx, &event)?;
        log::info!("event=personal_access_token.create user={user_id} token={}", made.1.id);
        Ok(made)
    })
}
