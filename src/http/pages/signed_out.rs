//! What a browser sees after its session ended: the frames of apps that hear of it that way, and the way on.

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};

use super::views::SignedOut;
use super::{anonymous_page, assets, framing, html, scripted, unreferred};
use crate::account::session::{self, Session};
use crate::app::App;
use crate::http::caller::{self, Browser};
use crate::http::{answer, block, browser_state, context, cookies};
use crate::oidc::logout::{self, Frame};
use crate::store;

/// The session that a browser may sign out of: the one that it is signed in by, or one that ran out before anybody did.
///
/// # Errors
/// As the database says.
pub async fn session_of(app: &Arc<App>, req: &HttpRequest, browser: &Browser) -> store::Result<Option<Session>> {
    if let Some(signed_in) = &browser.signed_in {
        return Ok(Some(signed_in.session.clone()));
    }
    let cookie = browser.cookie.clone();
    block::run(app, context::request_id(req), move |app| session::left(app, &cookie)).await
}

/// Ends a session; what its browser loads then.
///
/// # Errors
/// As the database says.
pub async fn end(app: &Arc<App>, req: &HttpRequest, session: Session) -> store::Result<Vec<Frame>> {
    let ended = block::run(app, context::request_id(req), move |app| {
        session::sign_out(app, &session)?;
        logout::frames(app, &session)
    });
    ended.await
}

/// Sends a browser that is signed out on its way, over a page where apps are to be told first or where there is no way.
/// The caller vouches for `goal`.
pub fn answer(req: &HttpRequest, frames: &[Frame], goal: Option<&str>) -> HttpResponse {
    if let Some(goal) = goal.filter(|_| frames.is_empty()) {
        return answer::see_other(goal);
    }
    let page = anonymous_page(req);
    let view = SignedOut {
        frames: frames.iter().map(|frame| frame.address.clone()).collect(),
        goal: goal.map(|goal| page.at(goal)),
        script: goal.map(|_| assets::signed_out_path().to_owned()),
        page,
    };
    let response = unreferred(html(StatusCode::OK, &view, &[]));
    let response = if view.script.is_some() { scripted(response) } else { response };
    if frames.is_empty() {
        return response;
    }
    let mut origins: Vec<String> = frames.iter().map(|frame| frame.origin.clone()).collect();
    origins.sort();
    origins.dedup();
    framing(response, &origins)
}

/// Takes the cookies of a session away.
pub fn forget(app: &App, response: &mut HttpResponse) {
    for name in [cookies::Name::Session, cookies::Name::Api, cookies::Name::Xsrf] {
        caller::add(response, &cookies::remove(app, name));
    }
    browser_state::forget(app, response);
}
