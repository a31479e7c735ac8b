//! The cookie by which apps may watch whether a browser is still signed in (OpenID Connect Session Management 1.0). Scripts
//! of this server read it, and it is nothing to sign in with. A browser gets it with its first answer to an app that asks
//! who somebody is.

use actix_web::{HttpRequest, HttpResponse};

use super::{caller, cookies};
use crate::app::App;
use crate::core::secret::Plain;
use crate::oidc::session_state::BrowserState;

/// What a browser stands for, if no session goes on in it.
pub fn without_session(app: &App, req: &HttpRequest) -> BrowserState {
    match cookies::get(app, req, cookies::Name::Session) {
        Some(cookie) => BrowserState::of_cookie(app, &cookie),
        None => BrowserState::kept(app, cookies::get(app, req, cookies::Name::State).as_ref()),
    }
}

/// Lets a browser remember what it stands for.
pub fn set(app: &App, response: &mut HttpResponse, state: &BrowserState) {
    let seconds = state.ends_at().map(|end| (end - app.now()).num_seconds().max(0));
    caller::add(response, &cookies::set(app, cookies::Name::State, state.value(), seconds));
}

/// Whether a browser still stands for a session, and the cookie of it that it sent says that it is over.
pub fn is_stale(app: &App, req: &HttpRequest, session: &Plain) -> bool {
    let state = cookies::get(app, req, cookies::Name::State);
    state.is_some_and(|state| state.expose() != BrowserState::of_cookie(app, session).value())
}

/// Lets a browser forget it: another session begins, or none goes on.
pub fn forget(app: &App, response: &mut HttpResponse) {
    if app.config.logout.session_management {
        caller::add(response, &cookies::remove(app, cookies::Name::State));
    }
}
