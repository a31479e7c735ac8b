//! Who calls: a browser with a session, a page of the operator with the API cookie, a program with a token.

use std::sync::Arc;

use actix_web::cookie::Cookie;
use actix_web::http::{Method, header};
use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};

use super::body::Fields;
use super::{block, browser_state, context, cookies, csrf, language};
use crate::account::session::{self, SignedIn};
use crate::app::App;
use crate::core::secret::{Hashed, Plain};
use crate::core::time::{Time, from_unix, unix};
use crate::core::user::User;
use crate::oauth::bearer::{self, Caller};
use crate::store;

/// A browser: known by its cookie, signed in or not.
#[derive(Debug)]
pub struct Browser {
    /// The cookie's value.
    pub cookie: Plain,
    /// Whether the cookie was made for this answer and must be set.
    pub is_new: bool,
    /// The session of the cookie.
    pub signed_in: Option<SignedIn>,
    /// Whether it must forget what it stood for: its session is over.
    pub has_stale_state: bool,
}

impl Browser {
    /// The browser that sent a request, and its session if it has one: one statement.
    ///
    /// # Errors
    /// As the database says.
    pub async fn of(app: &Arc<App>, req: &HttpRequest) -> store::Result<Self> {
        let Some(cookie) = cookies::get(app, req, cookies::Name::Session) else {
            return Ok(Self { cookie: csrf::new_cookie(app), is_new: true, signed_in: None, has_stale_state: false });
        };
        if !session::is_session_cookie(&cookie) {
            return Ok(Self { cookie, is_new: false, signed_in: None, has_stale_state: false });
        }
        let session = app.secrets.hash(cookie.expose());
        let signed_in = session_of(app, req, session).await?;
        language::note_person(req, signed_in.as_ref().and_then(|signed_in| signed_in.user.locale));
        let has_stale_state = signed_in.is_none() && browser_state::is_stale(app, req, &cookie);
        Ok(Self { signed_in, cookie, is_new: false, has_stale_state })
    }

    /// The CSRF token of this browser.
    pub fn csrf(&self, app: &App) -> String {
        csrf::token(app, &self.cookie)
    }

    /// Whether a request brought this browser's CSRF token.
    pub fn sent_csrf(&self, app: &App, req: &HttpRequest, fields: Option<&Fields>) -> bool {
        !self.is_new && csrf::sent(req, fields).is_some_and(|sent| csrf::matches(app, &self.cookie, sent))
    }

    /// Whether this is the browser's CSRF token.
    pub fn proves_csrf(&self, app: &App, token: &str) -> bool {
        !self.is_new && csrf::matches(app, &self.cookie, token)
    }

    /// Sets the cookies that this browser lacks.
    pub fn set_cookies(&self, app: &App, response: &mut HttpResponse) {
        if self.is_new {
            add(response, &cookies::set(app, cookies::Name::Session, self.cookie.expose(), None));
        }
        if self.signed_in.is_some() {
            add(response, &cookies::set(app, cookies::Name::Xsrf, &self.csrf(app), None));
        }
        if self.has_stale_state {
            browser_state::forget(app, response);
        }
    }
}

/// The session with this identifier, if it still works; its use is noted.
async fn session_of(app: &Arc<App>, req: &HttpRequest, session: Hashed) -> store::Result<Option<SignedIn>> {
    let found = block::run(app, context::request_id(req), move |app| {
        let signed_in = app.read(|cx| session::by_id(cx, &session))?;
        if let Some(signed_in) = &signed_in {
            session::keep_alive(app, &signed_in.session.id, signed_in.session.last_seen_at)?;
        }
        Ok::<_, store::Error>(signed_in)
    });
    found.await
}

/// Adds a cookie to an answer.
pub fn add(response: &mut HttpResponse, cookie: &Cookie<'_>) {
    if let Err(error) = response.add_cookie(cookie) {
        log::error!("event=cookie outcome=failed error={:?}", error.to_string());
    }
}

/// Why a caller is not known.
#[derive(Debug, thiserror::Error)]
pub enum CallerError {
    /// No session, no token, or one that does not work.
    #[error("Unauthenticated.")]
    Unauthenticated,
    /// A session without its CSRF token (419 in Laravel).
    #[error("CSRF token mismatch.")]
    Csrf,
    /// A token of a third party, which may not do this.
    #[error("Invalid scope(s) provided.")]
    Forbidden,
    /// The database.
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// A person who may manage clients and tokens.
#[derive(Debug)]
pub struct Person {
    /// They.
    pub user: User,
    /// When they proved who they are; none when their token came of no sign-in.
    pub auth_time: Option<Time>,
}

impl From<SignedIn> for Person {
    fn from(signed_in: SignedIn) -> Self {
        Self { user: signed_in.user, auth_time: Some(signed_in.session.auth_time) }
    }
}

/// The person who may manage clients and tokens: by a first-party Bearer token, by the API cookie with
/// its CSRF token, or by a session (with its CSRF token unless the method is safe).
///
/// # Errors
/// [`CallerError`].
pub async fn user(app: &Arc<App>, req: &HttpRequest, fields: Option<&Fields>) -> Result<Person, CallerError> {
    if let Some(token) = presented_token(req)? {
        let found = block::run(app, context::request_id(req), move |app| bearer::authenticate(app, &token));
        let caller = found.await?.ok_or(CallerError::Unauthenticated)?;
        let person = Person { auth_time: caller.sign_in.auth_time, user: caller.user };
        return if caller.first_party { Ok(person) } else { Err(CallerError::Forbidden) };
    }
    if let Some(ticket) = cookies::get(app, req, cookies::Name::Api)
        && let Some(session) = open_ticket(app, &ticket, csrf::sent(req, fields))
        && let Some(signed_in) = session_of(app, req, session).await?
    {
        return Ok(signed_in.into());
    }
    let browser = Browser::of(app, req).await?;
    let sent_csrf = browser.sent_csrf(app, req, fields);
    let signed_in = browser.signed_in.ok_or(CallerError::Unauthenticated)?;
    let safe = matches!(*req.method(), Method::GET | Method::HEAD);
    if safe || sent_csrf { Ok(signed_in.into()) } else { Err(CallerError::Csrf) }
}

/// The person who calls with a Bearer token of a sign-in to the server's own API.
///
/// # Errors
/// [`CallerError`]; [`CallerError::Forbidden`] for the token of a third party.
pub async fn signed_in(app: &Arc<App>, req: &HttpRequest) -> Result<Caller, CallerError> {
    let caller = bearer(app, req).await?;
    if caller.first_party { Ok(caller) } else { Err(CallerError::Forbidden) }
}

/// Who calls with a Bearer token of a sign-in to the server's own API, or with one of a third party or of their own
/// making that has the scope. No cookie counts.
///
/// # Errors
/// [`CallerError`]; [`CallerError::Forbidden`] for a token without the scope.
pub async fn with_scope(app: &Arc<App>, req: &HttpRequest, scope: &str) -> Result<Caller, CallerError> {
    let caller = bearer(app, req).await?;
    if caller.first_party || caller.token.scope.contains(scope) { Ok(caller) } else { Err(CallerError::Forbidden) }
}

/// The person who calls with a Bearer token, whatever its scope. No cookie counts.
///
/// # Errors
/// [`CallerError`].
pub async fn bearer(app: &Arc<App>, req: &HttpRequest) -> Result<Caller, CallerError> {
    let token = token(req)?;
    let found = block::run(app, context::request_id(req), move |app| bearer::authenticate(app, &token));
    found.await?.ok_or(CallerError::Unauthenticated)
}

/// The Bearer token of a request; whether it works is not looked at yet.
///
/// # Errors
/// [`CallerError::Unauthenticated`].
pub fn token(req: &HttpRequest) -> Result<Plain, CallerError> {
    presented_token(req)?.ok_or(CallerError::Unauthenticated)
}

/// The token of the `Authorization` header. A header that holds anything else is refused, not passed over:
/// whoever sends one does not mean to call by a cookie.
fn presented_token(req: &HttpRequest) -> Result<Option<Plain>, CallerError> {
    let mut headers = req.headers().get_all(header::AUTHORIZATION);
    match (headers.next(), headers.next()) {
        (None, _) => Ok(None),
        (Some(only), None) => match bearer::from_header(only.to_str().ok()) {
            Some(Ok(token)) => Ok(Some(token)),
            _ => Err(CallerError::Unauthenticated),
        },
        _ => Err(CallerError::Unauthenticated),
    }
}

/// What the API cookie says, sealed.
#[derive(Serialize, Deserialize)]
struct Ticket {
    session: String,
    csrf: String,
    expires_at: i64,
}

const TICKET: &str = "api cookie";

/// A value for the API cookie of a signed-in browser, and its life in seconds.
pub fn ticket(app: &App, browser: &Browser) -> Option<(String, i64)> {
    let signed_in = browser.signed_in.as_ref()?;
    let lifetime = i64::try_from(app.config.tokens.api_cookie_lifetime.as_secs()).unwrap_or(i64::MAX);
    let ticket = Ticket {
        session: signed_in.session.id.clone(),
        csrf: browser.csrf(app),
        expires_at: unix(app.now()).saturating_add(lifetime),
    };
    let json = serde_json::to_vec(&ticket).ok()?;
    Some((app.secrets.seal(TICKET, &json).ok()?, lifetime))
}

fn open_ticket(app: &App, sealed: &Plain, sent_csrf: Option<&str>) -> Option<Hashed> {
    use subtle::ConstantTimeEq as _;
    let json = app.secrets.open(TICKET, sealed.expose()).ok()?;
    let ticket: Ticket = serde_json::from_slice(&json).ok()?;
    let proven = bool::from(ticket.csrf.as_bytes().ct_eq(sent_csrf?.as_bytes()));
    let live = from_unix(ticket.expires_at).is_some_and(|end| app.now() < end);
    (proven && live).then(|| Hashed::from_stored(ticket.session))
}
