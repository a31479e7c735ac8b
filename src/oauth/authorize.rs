//! The authorization endpoint (RFC 6749 section 3.1): examines a request, and turns a person's consent into a code.

mod examination;
mod standing;

use std::sync::Arc;

use chrono::{NaiveTime, TimeDelta};

use super::answer::{Answer, ResponseMode};
use super::asked::Asked;
use super::checks::Wishes;
use super::code;
use super::consent;
use super::error::{Code as ErrorCode, Error, Refusal};
use super::failures;
use crate::account::audit::{self, Act, Event};
use crate::account::email;
use crate::app::App;
use crate::config::Remember;
use crate::core::client::Client;
use crate::core::failure::{Kind, Reason};
use crate::core::grant::{Code, Grant, GrantKind, OpenId};
use crate::core::ids::{GrantId, UserId};
use crate::core::pkce::Challenge;
use crate::core::redirect;
use crate::core::scope::{self, Scope};
use crate::core::secret::{Hashed, Plain};
use crate::core::statistic::Counter;
use crate::core::time::{Time, delta};
use crate::oidc::{self, session_state::BrowserState};
use crate::store::sessions::Session;
use crate::store::{self, consents, grants, sessions, users};
use standing::Standing;

pub use examination::examine;

/// An authorization request that may be put before a person.
#[derive(Debug, Clone)]
pub struct Request {
    /// Who asks.
    pub client: Arc<Client>,
    /// Where the answer goes.
    pub redirect_uri: String,
    /// Whether the request named it.
    pub redirect_uri_sent: bool,
    /// How the answer is sent.
    pub mode: ResponseMode,
    /// What is asked for.
    pub scope: Scope,
    /// The client's own word, returned as it came.
    pub state: Option<String>,
    /// The PKCE challenge.
    pub challenge: Option<Challenge>,
    /// What is asked of the sign-in and of the id_token.
    pub wishes: Wishes,
    /// The request as it was asked.
    pub asked: Asked,
}

impl Request {
    /// The answer that refuses it, in a browser with this session or none.
    pub fn refusal(&self, app: &App, session: Option<&Session>, refusal: &Refusal) -> Answer {
        let answer = Answer::refusal(app, (&self.redirect_uri, self.mode), self.state.as_deref(), refusal);
        self.watched(app, session, answer)
    }

    /// An answer by which its client may watch whether the session goes on.
    fn watched(&self, app: &App, session: Option<&Session>, answer: Answer) -> Answer {
        let browser = match session {
            Some(session) => Some(BrowserState::of_session(app, session)),
            None => self.asked.browser.clone(),
        };
        match browser.filter(|_| app.config.logout.session_management && self.is_for_authentication()) {
            Some(browser) => answer.watched(app, &self.client.id, browser),
            None => answer,
        }
    }

    /// Whether it asks who somebody is (OpenID Connect Core section 3.1.2.1).
    pub fn is_for_authentication(&self) -> bool {
        self.scope.contains(oidc::OPENID)
    }
}

/// Where a refusal goes.
#[derive(Debug)]
pub enum Refused {
    /// To a page: the client or its redirect URI is not known, so nobody is redirected (RFC 6749 section 4.1.2.1).
    Page(Refusal),
    /// To the client.
    Answer(Box<Answer>, Refusal),
    /// The server failed.
    Failed(Error),
}

impl From<store::Error> for Refused {
    fn from(error: store::Error) -> Self {
        Self::Failed(error.into())
    }
}

/// As [`examine`], for a request that is made here: why it is refused is noted.
///
/// # Errors
/// [`Refused`].
pub fn admit(app: &App, asked: Asked) -> std::result::Result<Request, Refused> {
    let claimed = asked.parameters.get("client_id").map(str::to_owned);
    let examined = examine(app, asked);
    if let Err(Refused::Page(refusal) | Refused::Answer(_, refusal)) = &examined {
        failures::note_claimed(app, Kind::Authorization, claimed.as_deref(), refusal);
    }
    examined
}

/// What a request comes to before anybody says anything.
#[derive(Debug)]
pub enum Decision {
    /// The client gets its answer: a code, or why there is none.
    Answered(Answer),
    /// The person must be asked; these scopes they have granted before.
    Ask(Scope),
    /// The person must prove their e-mail address first.
    Unverified(Session),
    /// Somebody must sign in, or sign in again. The session that was not enough, if there is one.
    SignIn(Option<Session>),
}

/// Decides a request: a code at once if the client may skip consent or has it already. Two statements on PostgreSQL,
/// neither of which waits for the other.
///
/// # Errors
/// As the database says.
pub fn decide(app: &Arc<App>, request: &Request, session: Option<Hashed>) -> store::Result<Decision> {
    let Some(session) = session else { return Ok(sign_in(app, request, None)) };
    // What was remembered may be taken back before it is used: then it is decided anew, once.
    for _ in 0..2 {
        if let Some(decision) = decide_once(app, request, &session)? {
            return Ok(decision);
        }
    }
    Ok(ask(app, request, None, Scope::default()))
}

/// None when what was remembered is not so any more.
fn decide_once(app: &Arc<App>, request: &Request, session: &Hashed) -> store::Result<Option<Decision>> {
    let now = app.now();
    let found = app.read(|cx| {
        let found = sessions::live_with_consent(cx.conn, session, &request.client.id, now, idle_since(app, now))?;
        let Some((session, granted)) = found else { return Ok(None) };
        let unverified = email::is_missing_to_consent(cx, UserId(session.user_id))?;
        Ok::<_, store::Error>(Some((session, granted, unverified)))
    })?;
    let Some((session, granted, unverified)) = found else { return Ok(Some(sign_in(app, request, None))) };
    // Whom the person never let in learns of them neither who they are nor how they could sign in.
    let is_stranger = granted.is_none() && !request.client.policy.first_party;
    if is_stranger && request.wishes.prompt.none {
        return Ok(Some(ask(app, request, Some(&session), Scope::default())));
    }
    match standing::of(app, request, &session)? {
        Standing::Enough => {}
        Standing::Again => return Ok(Some(sign_in(app, request, Some(session)))),
        Standing::Never(_) if is_stranger && !request.asked.is_met_by(&session) => {
            return Ok(Some(sign_in(app, request, Some(session))));
        }
        Standing::Never(refusal) => {
            return Ok(Some(Decision::Answered(refuse(app, request, Some(&session), &refusal))));
        }
    }
    if unverified {
        return Ok(Some(Decision::Unverified(session)));
    }
    let before = consent::before(app, &request.client, granted.as_ref(), now)?;
    // Who was never asked has agreed to nothing, not even to an empty scope, which anything covers.
    let remembered = granted.is_some() && app.config.consent.remember != Remember::Never;
    // Not even the operator's own apps come to act as an admin without the admin having said so.
    let trusted = request.client.policy.first_party && !request.scope.contains(scope::ADMIN);
    let known = trusted || remembered && before.covers(&request.scope);
    if !known || may_be_anybody(request) || request.wishes.prompt.consent {
        return Ok(Some(ask(app, request, Some(&session), before)));
    }
    let (grant, answer) = grant(app, request, &session, request.scope.clone(), now);
    let (kept_until, id) = (kept_until(app, &grant, now), session.id.clone());
    let allowed = granted.filter(|_| !trusted);
    let must_be_allowed = allowed.is_some();
    let kept = app.write_one(move |cx| match &allowed {
        Some(consent) => grants::insert_as_allowed(cx.conn, &grant, kept_until, &id, now, consent),
        None => grants::insert_in_session(cx.conn, &grant, kept_until, &id, now),
    })?;
    if kept {
        app.count(Counter::Authorizations);
    }
    Ok(match (kept, must_be_allowed) {
        (true, _) => Some(Decision::Answered(answer)),
        (false, true) => None,
        (false, false) => Some(sign_in(app, request, None)),
    })
}

/// Whether any program on the person's device may have made a request in the name of its client, and take the code: a
/// public client proves nothing, and its codes go to whoever listens on the device. Such a request is never granted without
/// a question (RFC 8252 section 8.6, RFC 6749 section 10.2).
fn may_be_anybody(request: &Request) -> bool {
    request.client.is_public() && redirect::target(&request.redirect_uri).is_on_device()
}

/// The person must be asked; the client is told if no page may be shown.
fn ask(app: &App, request: &Request, session: Option<&Session>, before: Scope) -> Decision {
    if !request.wishes.prompt.none {
        return Decision::Ask(before);
    }
    let text = "the person has not allowed this app what it asks for";
    let refusal = Refusal::new(ErrorCode::ConsentRequired, text).because(Reason::ConsentRequired);
    Decision::Answered(refuse(app, request, session, &refusal))
}

/// Somebody must sign in; the client is told if no page may be shown.
fn sign_in(app: &App, request: &Request, session: Option<Session>) -> Decision {
    if !request.wishes.prompt.none {
        return Decision::SignIn(session);
    }
    let refusal = Refusal::new(ErrorCode::LoginRequired, "nobody is signed in as the request wants it");
    let refusal = refusal.because(Reason::LoginRequired);
    Decision::Answered(refuse(app, request, session.as_ref(), &refusal))
}

/// The answer that refuses a request, and the note why.
fn refuse(app: &App, request: &Request, session: Option<&Session>, refusal: &Refusal) -> Answer {
    log::info!("event=authorize outcome=refused error={} client={}", refusal.code.as_str(), request.client.id);
    let person = session.map(|session| UserId(session.user_id));
    failures::note(app, Kind::Authorization, Some(&request.client.id), person, refusal);
    request.refusal(app, session, refusal)
}

/// What the person of a session has let a client have before and need not be told as new; none when the session ended.
///
/// # Errors
/// As the database says.
pub fn before(app: &App, request: &Request, session: &Hashed) -> store::Result<Option<Scope>> {
    let now = app.now();
    let found =
        app.read(|cx| sessions::live_with_consent(cx.conn, session, &request.client.id, now, idle_since(app, now)))?;
    found.map(|(_, granted)| consent::before(app, &request.client, granted.as_ref(), now)).transpose()
}

/// Keeps a person's consent to `scope` and sends the code on its way; none when the session ended meanwhile.
///
/// # Errors
/// As the database says.
pub fn approve(app: &Arc<App>, request: Request, session: Hashed, scope: Scope) -> store::Result<Option<Answer>> {
    let sensitive = consent::sensitive(app)?;
    let approved = app.write(move |cx| {
        let idle_since = idle_since(cx.app, cx.now);
        let found = sessions::live_with_consent(cx.conn, &session, &request.client.id, cx.now, idle_since)?;
        let Some((session, _)) = found else { return Ok(None) };
        if email::is_missing_to_consent(cx, UserId(session.user_id))? {
            return Ok(None);
        }
        // Their row is held before what they allowed is read: another approval, and a taking back, wait.
        if users::locked(cx.conn, UserId(session.user_id))?.is_none() {
            return Ok(None);
        }
        let (grant, answer) = grant(cx.app, &request, &session, scope.clone(), cx.now);
        if !grants::insert_in_session(cx.conn, &grant, kept_until(cx.app, &grant, cx.now), &session.id, cx.now)? {
            return Ok(None);
        }
        let before = consents::of(cx.conn, grant.user_id, &request.client.id)?;
        let (kept, sensitive_at) =
            consent::kept(cx.app, &request.client, before.as_ref(), (&request.scope, &scope), &sensitive, cx.now);
        consents::remember(cx.conn, grant.user_id, &request.client.id, &kept, sensitive_at, cx.now)?;
        let is_first = before.is_none();
        let before = before.map(|before| before.scope).unwrap_or_default();
        let act = if is_first || before == kept { Act::ConsentGive } else { Act::ConsentChange };
        let event = Event::new(grant.user_id, act).on(&request.client.id).with("scope", kept.to_string());
        audit::record(cx, &event.changed("granted", before.to_string(), kept.to_string()))?;
        log::info!("event=consent outcome=granted client={} user={}", request.client.id, grant.user_id);
        Ok::<_, store::Error>(Some(answer))
    })?;
    if approved.is_some() {
        app.count(Counter::Authorizations);
    }
    Ok(approved)
}

/// Where the client hears that the person said no.
pub fn deny(app: &App, request: &Request, session: &Session) -> Answer {
    log::info!("event=consent outcome=denied client={}", request.client.id);
    let refusal = Refusal::new(ErrorCode::AccessDenied, "the person did not allow it").because(Reason::DeniedByPerson);
    let person = Some(UserId(session.user_id));
    failures::note(app, Kind::Authorization, Some(&request.client.id), person, &refusal);
    request.refusal(app, Some(session), &refusal)
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
fn grant(app: &App, request: &Request, session: &Session, scope: Scope, now: Time) -> (Grant, Answer) {
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
        authentication: Some(session.authentication().said_to(&standing::wanted_levels(request).0)),
        openid: open_id(request, session),
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
    let parameters = vec![("code", code.expose().to_owned())];
    let answer = Answer::new(app, (&request.redirect_uri, request.mode), parameters, request.state.as_deref());
    (grant, request.watched(app, Some(session), answer))
}

/// What the id_token will say beside who it is.
fn open_id(request: &Request, session: &Session) -> OpenId {
    if !request.is_for_authentication() {
        return OpenId::default();
    }
    let claims = request.wishes.claims.id_token.join(" ");
    OpenId {
        sid: Some(session.sid.clone()),
        nonce: request.wishes.nonce.clone(),
        claims: (!claims.is_empty()).then_some(claims),
    }
}

/// Until when a new grant's row is needed at the most: the refresh token's life begins when the code is redeemed,
/// which may be as late as its last moment.
fn kept_until(app: &App, grant: &Grant, now: Time) -> Time {
    purge_at(app, grant, now + delta(app.config.tokens.authorization_code_lifetime))
}

/// Until when a grant's row is needed at the most: whole days, so that rotating a token within a day
/// changes no index.
pub fn purge_at(app: &App, grant: &Grant, now: Time) -> Time {
    let refreshed = app.config.tokens.refresh_token_lifetime;
    // By the row it is known who signed in by the session, and hears of its end.
    let longest = if grant.openid.sid.is_some() { refreshed.max(app.config.sessions.lifetime) } else { refreshed };
    let end = now + delta(longest) + TimeDelta::days(1);
    end.date().and_time(NaiveTime::MIN)
}
