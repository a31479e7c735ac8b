//! Signing out at a relying party's wish (RP-Initiated Logout), and what the browser loads afterwards (Front-Channel Logout).

use std::sync::Arc;

use super::hint::Hint;
use crate::account::session;
use crate::app::{self, App};
use crate::core::client::Client;
use crate::core::ids::UserId;
use crate::core::redirect;
use crate::core::user::{User, key};
use crate::store::sessions::Session;
use crate::store::{self, logouts};

/// The parameters of a request, none of them checked.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// An id_token of the session that is to end.
    pub id_token_hint: Option<String>,
    /// Who is to be signed out, in the client's words.
    pub logout_hint: Option<String>,
    /// Who asks.
    pub client_id: Option<String>,
    /// Where the browser is to go then.
    pub post_logout_redirect_uri: Option<String>,
    /// Goes along.
    pub state: Option<String>,
}

/// A request that may be followed.
#[derive(Debug, Clone)]
pub struct Request {
    /// Who asks, if that is known.
    pub client: Option<Arc<Client>>,
    /// Where the browser goes then, with the `state`.
    pub goal: Option<String>,
    hint: Option<Hint>,
    logout_hint: Option<String>,
}

/// Why a request is not followed.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// The hint is none of this server's id_tokens.
    #[error("id_token_hint is not an id_token of this server")]
    Hint,
    /// The hint was issued to another client than the one that is named.
    #[error("id_token_hint was not issued to this client_id")]
    Foreign,
    /// No such client.
    #[error("no app with this client_id is registered here")]
    Client,
    /// It is not known who asks to be returned to.
    #[error("post_logout_redirect_uri needs an id_token_hint or a client_id")]
    Nobody,
    /// The client has not registered that.
    #[error("the post_logout_redirect_uri is not one that this app has registered")]
    Unregistered,
    /// The database.
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// Checks a request (RP-Initiated Logout sections 2 and 3).
///
/// # Errors
/// [`Refused`]: then nobody is sent anywhere.
pub fn examine(app: &App, asked: &Asked) -> Result<Request, Refused> {
    let hint = match &asked.id_token_hint {
        None => None,
        Some(token) => Some(Hint::read(app, token)?.ok_or(Refused::Hint)?),
    };
    let named = asked.client_id.as_deref();
    if hint.as_ref().zip(named).is_some_and(|(hint, named)| hint.audience != named) {
        return Err(Refused::Foreign);
    }
    let client = match named.or(hint.as_ref().map(|hint| hint.audience.as_str())) {
        None => None,
        Some(id) => {
            let client = app.client(id)?.filter(|client| client.disabled_at.is_none() && !client.policy.built_in);
            Some(client.ok_or(Refused::Client)?)
        }
    };
    let goal = match (&asked.post_logout_redirect_uri, &client) {
        (None, _) => None,
        (Some(_), None) => return Err(Refused::Nobody),
        (Some(uri), Some(client)) => {
            let registered = &client.metadata.openid.post_logout_redirect_uris;
            if !registered.iter().any(|known| known.as_str() == uri) {
                return Err(Refused::Unregistered);
            }
            Some(match &asked.state {
                Some(state) => redirect::with_parameters(uri, &[("state", state)]),
                None => uri.clone(),
            })
        }
    };
    Ok(Request { client, goal, hint, logout_hint: asked.logout_hint.clone() })
}

impl Request {
    /// Whether it proves by its hint that it means this very session, so that its person need not be asked.
    pub fn means(&self, session: &Session) -> bool {
        self.sid() == Some(&session.sid)
    }

    /// The session that it means by its hint, if that ran out and was never ended: nobody is signed in by it any more, but
    /// apps may be.
    ///
    /// # Errors
    /// As the database says.
    pub fn left_behind(&self, app: &App) -> store::Result<Option<Session>> {
        let (Some(hint), Some(client), Some(sid)) = (&self.hint, &self.client, self.sid()) else { return Ok(None) };
        let left = session::left_behind(app, sid)?;
        Ok(left.filter(|session| app::subject(app, client, UserId(session.user_id)) == hint.subject))
    }

    fn sid(&self) -> Option<&String> {
        self.hint.as_ref()?.sid.as_ref()
    }

    /// Whether its hints seem to mean somebody else than who is signed in, who is to be told. A `logout_hint` may be the
    /// person's e-mail address or username, their `sub` or their `sid`; nobody else is looked for by it.
    pub fn seems_to_mean_another(&self, app: &App, session: &Session, user: &User) -> bool {
        let subject = self.client.as_ref().map(|client| app::subject(app, client, user.id));
        let is_own = |said: &String| {
            let names = [key(&user.email), key(&user.username)];
            names.contains(&key(said)) || *said == session.sid || subject.as_ref() == Some(said)
        };
        let by_token = self.hint.as_ref().is_some_and(|hint| subject.as_ref() != Some(&hint.subject));
        by_token || self.logout_hint.as_ref().is_some_and(|said| !is_own(said))
    }
}

/// An address that a browser loads in a frame when a session has ended, and its origin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// With `iss` and `sid` (Front-Channel Logout section 3).
    pub address: String,
    /// As a Content-Security-Policy names it.
    pub origin: String,
}

/// What a browser loads after its session ended: the address of each client that got an id_token in it and has one.
///
/// # Errors
/// As the database says.
pub fn frames(app: &App, session: &Session) -> store::Result<Vec<Frame>> {
    let clients = app.read(|cx| logouts::clients_of(cx.conn, UserId(session.user_id), &session.sid))?;
    let mut frames = Vec::new();
    for id in clients {
        let Some(client) = app.client(id.as_str())?.filter(|client| client.disabled_at.is_none()) else { continue };
        let Some(uri) = &client.metadata.openid.frontchannel_logout_uri else { continue };
        // Where no policy can name the origin, nothing is loaded.
        let Some(origin) = redirect::csp_source(uri).filter(|source| source.contains("://")) else { continue };
        let address = redirect::with_parameters(uri, &[("iss", app.config.issuer()), ("sid", &session.sid)]);
        frames.push(Frame { address, origin });
    }
    Ok(frames)
}
