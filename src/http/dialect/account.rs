//! `GET /api/me/export` and `DELETE /api/me`: what the server has of a person, and the end of it.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};

use crate::account::credentials::Asker;
use crate::account::ends::{self, EndError};
use crate::account::{Invalid, fresh};
use crate::core::secret::Plain;
use crate::http::refusal::Refusal;
use crate::http::{answer, block, body, caller, context, refusal, shapes};
use crate::oauth::bearer::Caller;

type Answer = refusal::Answer<shapes::Laravel>;

const STALE: &str = "Please sign in again first: this takes a sign-in of the last few minutes.";

/// All that the server has of the person who calls.
///
/// # Errors
/// 401, 403 for a token of a third party and for a sign-in that is not fresh.
pub async fn export(req: HttpRequest) -> Answer {
    let app = context::app(&req);
    let Caller { user, sign_in, .. } = caller::signed_in(&app, &req).await?;
    if !sign_in.auth_time.is_some_and(|at| fresh::is_fresh(&app, at)) {
        return Err(Refusal::Forbidden(STALE.to_owned()).into());
    }
    let document =
        block::run(&app, context::request_id(&req), move |app| ends::export(app, &user.id.into(), &user)).await?;
    Ok(answer::json(StatusCode::OK, &document))
}

/// Deletes the account of the person who calls and confirms it with `current_password`, if they have a password. Who has
/// none, or a second factor on, needs a fresh sign-in.
///
/// # Errors
/// 401, 403 for a token of a third party and for the only admin, 422, 429.
pub async fn delete(req: HttpRequest, payload: web::Payload) -> Answer {
    let app = context::app(&req);
    let fields = body::read(&app, &req, payload).await?;
    let Caller { user, sign_in, .. } = caller::signed_in(&app, &req).await?;
    let mut invalid = Invalid::default();
    let current = fields.text("current_password", &mut invalid).map(Plain::new);
    invalid.check()?;
    let asker = Asker { user, auth_time: sign_in.auth_time, spared: None, origin: context::origin(&app, &req) };
    let done = block::hashing(&app, context::request_id(&req), move |app| {
        ends::delete(app, &asker, current.as_ref().map(Plain::expose))
    });
    done.await?;
    Ok(HttpResponse::NoContent().finish())
}

impl From<EndError> for Refusal {
    fn from(error: EndError) -> Self {
        match error {
            EndError::Invalid(invalid) => Self::Invalid(invalid),
            EndError::LastAdmin => Self::Forbidden(error.to_string()),
            EndError::Throttled(throttled) => Self::Throttled(error.to_string(), throttled),
            EndError::Store(error) => Self::Store(error),
        }
    }
}
