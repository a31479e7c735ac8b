//! The picture on `/account/profile`.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};

use super::{Member, trouble};
use crate::account::avatar;
use crate::http::body::{BodyError, Fields};
use crate::http::caller::Browser;
use crate::http::faults::{self, Fault};
use crate::http::pages::form::Trouble;
use crate::http::pages::views::Errors;
use crate::http::{block, context, csrf, multipart};
use crate::store;

/// Why no picture was taken.
pub(super) enum Refused {
    /// The page says it.
    Trouble(Box<Member>, Trouble),
    /// Another answer does.
    Answer(HttpResponse),
}

/// Takes an uploaded picture. Only for people who are signed in is so much read.
pub(super) async fn take(req: &HttpRequest, payload: web::Payload) -> Result<(), Refused> {
    let app = context::app(req);
    let browser = Browser::of(&app, req).await.map_err(|error| Refused::Answer(faults::unavailable(req, &error)))?;
    let member = Member::of(req, app, browser, Fields::default()).await.map_err(Refused::Answer)?;
    match upload(req, &member, payload).await {
        Ok(()) => Ok(()),
        Err(Wrong::Trouble(trouble)) => Err(Refused::Trouble(Box::new(member), trouble)),
        Err(Wrong::Body(error)) => Err(Refused::Answer(Fault::from(error).answer(req))),
    }
}

enum Wrong {
    Trouble(Trouble),
    Body(BodyError),
}

async fn upload(req: &HttpRequest, member: &Member, payload: web::Payload) -> Result<(), Wrong> {
    let (app, id, user) = (&member.app, context::request_id(req), member.user.id);
    let at_file = |status, message: &'static str| {
        Wrong::Trouble(Trouble { status, errors: Errors::default().with("file", message), ..Trouble::default() })
    };
    // Counted before anything is read: who sends slowly, or nothing that counts, takes a place like any other.
    let origin = context::origin(app, req);
    let wrong = |error| Wrong::Trouble(trouble(error));
    block::run(app, id, move |app| avatar::count_upload(app, user, &origin)).await.map_err(wrong)?;
    let place = app.upload_admission.enter().await;
    let _place = place.map_err(|_| Wrong::Trouble(store::Error::Busy.into()))?;
    let sent = multipart::upload(app, req, payload, "file", avatar::MAX_BYTES).await.map_err(|error| match error {
        BodyError::TooLarge => at_file(StatusCode::PAYLOAD_TOO_LARGE, "profile-picture-too-large"),
        error => Wrong::Body(error),
    })?;
    let is_own = sent.token.is_some_and(|token| csrf::matches(app, &member.browser.cookie, &token));
    if !is_own {
        return Err(Wrong::Trouble(Trouble::expired()));
    }
    let bytes = sent.file.ok_or_else(|| at_file(StatusCode::UNPROCESSABLE_ENTITY, "profile-picture-missing"))?;
    let file = block::picturing(app, id, move |app| avatar::prepare(app, &bytes)).await.map_err(wrong)?;
    block::run(app, id, move |app| avatar::set_file(app, user, file)).await.map_err(wrong)?;
    Ok(())
}
