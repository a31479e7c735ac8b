//! `GET /api/me/export` and `DELETE /api/me`: what the server has of a person, and the end of it.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};

use crate::account::Invalid;
use crate::account::ends::{self, EndError};
use crate::core::secret::Plain;
use crate::http::refusal::Refusal;
use crate::http::{answer, block, body, caller, context, refusal, shapes};

type Answer = refusal::Answer<shapes::Laravel>;

/// All that the server has of the person who calls.
///
/// # Errors
/// 401, 403 for a token of a third party.
pub async fn export(req: HttpRequest) -> Answer {
    let app = context::app(&req);
    let user = caller::signed_in(&app, &req).await?.user;
    let document =
        block::run(&app, context::request_id(&req), move |app| ends::export(app, &user.id.into(), &user)).await?;
    Ok(answer::json(StatusCode::OK, &document))
}

/// Deletes the account of the person who calls and confirms it with `current_password`.
///
/// # Errors
/// 401, 403 for a token of a third party and for the only admin, 422, 429.
pub async fn delete(req: HttpRequest, payload: web::Payload) -> Answer {
    let app = context::app(&req);
    let fields = body::read(&app, &req, payload).await?;
    let user = caller::signed_in(&app, &req).await?.user;
    let mut invalid = Invalid::default();
    let current = fields.text("current_password", &mut invalid).map(Plain::new);
    invalid.check()?;
    let origin = context::origin(&app, &req);
    let done = block::hashing(&app, context::request_id(&req), move |app| {
        ends::delete(app, &user, current.as_ref().map(Plain::expose), &origin)
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
