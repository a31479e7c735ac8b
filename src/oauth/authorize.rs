//! The authorization endpoint (RFC 6749 section 3.1): examines a request, and turns a person's consent into a code.

use std::sync::Arc;

use chrono::{NaiveTime, TimeDelta};

use super::bridge::{self, AuthorizationSteps};
use super::checks::{CHECKS, Examined};
use super::code;
use super::consent;
use super::error::{Code as ErrorCode, Error, Refusal, Result};
use super::failures;
use super::grants::scope_for;
use super::parameters::Parameters;
use crate::account::audit::{self, Act, Event};
use crate::account::email;
use crate::app::App;
use crate::config::Remember;
use crate::core::client::Client;
use crate::core::failure::{self, Kind, Reason};
use crate::core::grant::{Code, Grant, GrantKind};
use crate::core::ids::{GrantId, UserId};
use crate::core::pkce::Challenge;
use crate::core::redirect::{self, RedirectUri};
use crate::core::scope::{self, Scope};
use crate::core::secret::{Hashed, Plain};
use crate::core::statistic::Counter;
use crate::core::time::{Time, delta};
use crate::store::sessions::Session;
use crate::store::{self, consents, grants, sessions};

/// An authorization request that may be put before a person.
#[derive(Debug, Clone)]
pub struct Request {
    /// Who asks.
    pub client: Arc<Client>,
    /// Where the answer goes.
    pub redirect_uri: String,
    /// Whether the request named it.
    pub redirect_uri_sent: bool,
    /// What is asked for.
    pub scope: Scope,
    /// The client's own word, returned as it came.
    pub state: Option<String>,
    /// The PKCE challenge.
    pub challenge: Option<Challenge>,
}

/// Where a refusal goes.
#[derive(Debug)]
pub enum Refused {
    /// To a page: the client or its redirect URI is not known, so nobody is redirected (RFC 6749 section 4.1.2.1).
    Page(Refusal),
    /// To the client, by this redirect.
    Redirect(String, Refusal),
    /// The server failed.
    Failed(Error),
}

/// Examines a request. Reads nothing from the database when client and scopes are cached.
///
/// # Errors
/// [`Refused`].
pub fn examine(app: &App, parameters: &Parameters) -> std::result::Result<Request, Refused> {
    let mut examination = Examination { app, parameters, bound: None, challenge: None };
    let outcome = bridge::authorization(parameters, &mut examination);
    let Examination { bound, challenge, .. } = examination;
    match (outcome, bound) {
        (Ok(scope), Some((client, redirect_uri))) => Ok(Request {
            client,
            redirect_uri,
            redirect_uri_sent: parameters.get("redirect_uri").is_some(),
            scope,
            state: parameters.get("state").map(str::to_owned),
            challenge,
        }),
        (Err(Error::Refused(refusal)), Some((client, redirect_uri))) => {
            log::info!("event=authorize outcome=refused error={} client={}", refusal.code.as_str(), client.id);
            let location = refusal_location(app, &redirect_uri, parameters.get("state"), &refusal);
            Err(Refused::Redirect(location, refusal))
        }
        (Err(Error::Refused(refusal)), None) => {
            log::info!("event=authorize outcome=refused error={} client=unknown", refusal.code.as_str());
            Err(Refused::Page(refusal))
        }
        (Err(error), _) => Err(Refused::Failed(error)),
        (Ok(_), None) => Err(Refused::Page(Refusal::new(ErrorCode::InvalidRequest, "client_id is missing"))),
    }
}

/// As [`examine`], for a request that is made here: why it is refused is noted.
///
/// # Errors
/// [`Refused`].
pub fn admit(app: &App, parameters: &Parameters) -> std::result::Result<Request, Refused> {
    let examined = examine(app, parameters);
    if let Err(Refused::Page(refusal) | Refused::Redirect(_, refusal)) = &examined {
        failures::note_claimed(app, Kind::Authorization, parameters.get("client_id"), refusal);
    }
    examined
}

struct Examination<'a> {
    app: &'a App,
    parameters: &'a Parameters,
    bound: Option<(Arc<Client>, String)>,
    challenge: Option<Challenge>,
}

impl AuthorizationSteps for Examination<'_> {
    fn bind(&mut self) -> Result<String> {
        let id = self.parameters.required("client_id")?;
        let found = self.app.client(id)?;
        let unusable = if found.is_some() { Reason::ClientDisabled } else { Reason::ClientUnknown };
        let client = found.filter(|client| client.disabled_at.is_none() && !client.policy.built_in);
        let client = client.ok_or_else(|| {
            let refusal = Refusal::new(ErrorCode::InvalidClient, "this app is not registered here");
            refusal.because(unusable).with("sent", failure::beginning(id))
        })?;
        let asked = self.parameters.get("redirect_uri");
        let uri = client.redirect_uri(asked).map(str::to_owned);
        let uri = uri.ok_or_else(|| {
            let (text, reason) = match asked {
                Some(_) => ("the redirect_uri is not one that this app has registered", Reason::RedirectUriMismatch),
                None => {
                    ("redirect_uri is missing, and the app has not registered exactly one", Reason::RedirectUriMissing)
                }
            };
            let registered: Vec<&str> = client.metadata.redirect_uris.iter().map(RedirectUri::as_str).collect();
            let refusal = Refusal::new(ErrorCode::InvalidRequest, text).because(reason);
            refusal.with("sent", asked.unwrap_or_default()).with("expected", registered)
        })?;
        self.bound = Some((client, uri.clone()));
        Ok(uri)
    }

    fn check(&mut self) -> Result<()> {
        let (client, _) = self.bound.as_ref().ok_or_else(|| Error::refused(ErrorCode::ServerError, "not bound"))?;
        let mut examined = Examined { parameters: self.parameters, client, challenge: None };
        for (_, check) in CHECKS {
            check(&mut examined)?;
        }
        self.challenge = examined.challenge;
        Ok(())
    }

    fn negotiate(&mut self) -> Result<Scope> {
        let (client, _) = self.bound.as_ref().ok_or_else(|| Error::refused(ErrorCode::ServerError, "not bound"))?;
        scope_for(self.app, client, self.parameters.get("scope"))
    }
}

/// Where a client hears of a refusal; `iss` is always there (RFC 9207).
pub fn refusal_location(app: &App, redirect_uri: &str, state: Option<&str>, refusal: &Refusal) -> String {
    let mut parameters = vec![("error", refusal.code.as_str()), ("error_description", refusal.description.as_str())];
    parameters.extend(state.map(|state| ("state", state)));
    parameters.push(("iss", app.config.issuer()));
    redirect::with_parameters(redirect_uri, &parameters)
}

/// What a signed-in person's request comes to.
#[derive(Debug)]
pub enum Decision {
    /// The code is on its way: send the browser there.
    Granted(String),
    /// The person must be asked; these scopes they have granted before.
    Ask(Scope),
    /// The person must prove their e-mail address first.
    Unverified,
    /// The session ended meanwhile.
    SignedOut,
}

/// Decides a request of a signed-in browser: a code at once if the client may skip consent or has it
/// already. Two statements on PostgreSQL, neither of which waits for the other.
///
/// # Errors
/// As the database says.
pub fn decide(app: &Arc<App>, request: Request, session: Hashed) -> store::Result<Decision> {
    let now = app.now();
    let found = app.read(|cx| {
        let found = sessions::live_with_consent(cx.conn, &session, &request.client.id, now, idle_since(app, now))?;
        let Some((session, granted)) = found else { return Ok(None) };
        let unverified = email::is_missing_to_consent(cx, UserId(session.user_id))?;
        Ok::<_, store::Error>(Some((session, granted, unverified)))
    })?;
    let Some((session, granted, unverified)) = found else { return Ok(Decision::SignedOut) };
    if unverified {
        return Ok(Decision::Unverified);
    }
    // Not even the operator's own apps come to act as an admin without the admin having said so.
    if !request.client.policy.first_party || request.scope.contains(scope::ADMIN) {
        // Who was never asked has agreed to nothing, not even to an empty scope, which anything covers.
        let before = consent::before(app, granted.as_ref(), now)?;
        let remembered = granted.is_some() && app.config.consent.remember != Remember::Never;
        if !remembered || !before.covers(&request.scope) {
            return Ok(Decision::Ask(before));
        }
    }
    let (grant, location) = grant(app, &request, &session, request.scope.clone(), now);
    let kept =
        app.write_one(move |cx| grants::insert_in_session(cx.conn, &grant, kept_until(cx.app, now), &session.id, now))?;
    if kept {
        app.count(Counter::Authorizations);
    }
    Ok(if kept { Decision::Granted(location) } else { Decision::SignedOut })
}

/// What the person of a session has let a client have before and need not be told as new; none when the session ended.
///
/// # Errors
/// As the database says.
pub fn before(app: &App, request: &Request, session: &Hashed) -> store::Result<Option<Scope>> {
    let now = app.now();
    let found =
        app.read(|cx| sessions::live_with_consent(cx.conn, session, &request.client.id, now, idle_since(app, now)))?;
    found.map(|(_, granted)| consent::before(app, granted.as_ref(), now)).transpose()
}

/// Keeps a person's consent to `scope` and sends the code on its way; none when the session ended meanwhile.
///
/// # Errors
/// As the database says.
pub fn approve(app: &Arc<App>, request: Request, session: Hashed, scope: Scope) -> store::Result<Option<String>> {
    let sensitive = consent::sensitive(app)?;
    let approved = app.write(move |cx| {
        let idle_since = idle_since(cx.app, cx.now);
        let found = sessions::live_with_consent(cx.conn, &session, &request.client.id, cx.now, idle_since)?;
        let Some((session, _)) = found else { return Ok(None) };
        if email::is_missing_to_consent(cx, UserId(session.user_id))? {
            return Ok(None);
        }
        let (grant, location) = grant(cx.app, &request, &session, scope.clone(), cx.now);
        if !grants::insert_in_session(cx.conn, &grant, kept_until(cx.app, cx.now), &session.id, cx.now)? {
            return Ok(None);
        }
        // Read while the session's row is held: another approval in it waits.
        let before = consents::of(cx.conn, grant.user_id, &request.client.id)?;
        let (kept, sensitive_at) = consent::kept(cx.app, before.as_ref(), (&request.scope, &scope), &sensitive, cx.now);
        consents::remember(cx.conn, grant.user_id, &request.client.id, &kept, sensitive_at, cx.now)?;
        let is_first = before.is_none();
        let before = before.map(|before| before.scope).unwrap_or_default();
        let act = if is_first || before == kept { Act::ConsentGive } else { Act::ConsentChange };
        let event = Event::new(grant.user_id, act).on(&request.client.id).with("scope", kept.to_string());
        audit::record(cx, &event.changed("granted", before.to_string(), kept.to_string()))?;
        log::info!("event=consent outcome=granted client={} user={}", request.client.id, grant.user_id);
        Ok::<_, store::Error>(Some(location))
    })?;
    if approved.is_some() {
        app.count(Counter::Authorizations);
    }
    Ok(approved)
}

/// Where the client hears that the person said no.
pub fn deny(app: &App, request: &Request, session: &Session) -> String {
    log::info!("event=consent outcome=denied client={}", request.client.id);
    let refusal = Refusal::new(ErrorCode::AccessDenied, "the person did not allow it").because(Reason::DeniedByPerson);
    let person = Some(UserId(session.user_id));
    failures::note(app, Kind::Authorization, Some(&request.client.id), person, &refusal);
    refusal_location(app, &request.redirect_uri, request.state.as_deref(), &refusal)
}

/// The refusal of a request whose person must prove their e-mail address first.
pub fn unverified(app: &App, request: &Request) -> Refusal {
    let text = "the e-mail address of the person is not verified";
    let refusal = Refusal::new(ErrorCode::InteractionRequired, text).because(Reason::EmailUnverified);
    failures::note(app, Kind::Authorization, Some(&request.client.id), None, &refusal);
    refusal
}

fn idle_since(app: &App, now: Time) -> Time {
    now - delta(app.config.sessions.idle_lifetime)
}

/// A new grant with its code, and the redirect that takes the code to the client.
fn grant(app: &App, request: &Request, session: &Session, scope: Scope, now: Time) -> (Grant, String) {
    let id = GrantId::from(app.random().text::<16>());
    let code: Plain = code::generate(&id, app.random());
    let grant = Grant {
        id,
        kind: GrantKind::AuthorizationCode,
        client_id: request.client.id.clone(),
        user_id: UserId(session.user_id),
        session_id: Some(session.id.clone()),
        name: None,
        scope,
        auth_time: Some(session.auth_time),
        code: Some(Code {
            hash: app.secrets.hash(code.expose()),
            redirect_uri: request.redirect_uri.clone(),
            redirect_uri_sent: request.redirect_uri_sent,
            challenge: request.challenge.clone(),
            expires_at: now + delta(app.config.tokens.authorization_code_lifetime),
            used_at: None,
        }),
        refresh: None,
        created_at: now,
        ended_at: None,
    };
    let mut parameters = vec![("code", code.expose())];
    parameters.extend(request.state.as_deref().map(|state| ("state", state)));
    parameters.push(("iss", app.config.issuer()));
    (grant, redirect::with_parameters(&request.redirect_uri, &parameters))
}

/// Until when a new grant's row is needed at the most: the refresh token's life begins when the code is redeemed,
/// which may be as late as its last moment.
fn kept_until(app: &App, now: Time) -> Time {
    purge_at(app, now + delta(app.config.tokens.authorization_code_lifetime))
}

/// Until when a grant's row is needed at the most: whole days, so that rotating a token within a day
/// changes no index.
pub fn purge_at(app: &App, now: Time) -> Time {
    let end = now + delta(app.config.tokens.refresh_token_lifetime) + TimeDelta::days(1);
    end.date().and_time(NaiveTime::MIN)
}
