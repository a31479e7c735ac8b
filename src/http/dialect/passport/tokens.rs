//! `/oauth/tokens`: what a person lets third-party clients have. `/oauth/token/refresh`: the API cookie.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, web};

use super::{Answer, view};
use crate::core::grant::GrantKind;
use crate::http::caller::{self, Browser, CallerError};
use crate::http::refusal::Refusal;
use crate::http::{answer, block, body, context, cookies};
use crate::oauth::tokens;

/// Lists the access tokens of third-party clients.
///
/// # Errors
/// 401, 403.
pub async fn list(req: HttpRequest) -> Answer {
    let (app, user) = super::user(&req).await?;
    let found = block::run(&app, context::request_id(&req), move |app| tokens::authorized(app, user.id)).await?;
    Ok(answer::json(StatusCode::OK, &found.iter().map(view::authorized).collect::<Vec<_>>()))
}

/// Takes a token back, and its refresh token with it.
///
/// # Errors
/// 401, 403, 404, 419.
pub async fn delete(req: HttpRequest, payload: web::Payload) -> Answer {
    take_back(req, payload, GrantKind::AuthorizationCode).await
}

pub(super) async fn take_back(req: HttpRequest, payload: web::Payload, kind: GrantKind) -> Answer {
    let (app, user, _) = super::user_and_fields(&req, payload).await?;
    let id = super::id(&req)?;
    block::run(&app, context::request_id(&req), move |app| tokens::take_back(app, user.id, &id, kind)).await?;
    Ok(answer::empty(StatusCode::NO_CONTENT))
}

/// Gives a signed-in browser a fresh API cookie.
///
/// # Errors
/// 401, 419.
pub async fn refresh(req: HttpRequest, payload: web::Payload) -> Answer {
    let app = context::app(&req);
    let fields = body::read(&app, &req, payload).await?;
    let browser = Browser::of(&app, &req).await?;
    if browser.signed_in.is_none() {
        return Err(CallerError::Unauthenticated.into());
    }
    if !browser.sent_csrf(&app, &req, Some(&fields)) {
        return Err(CallerError::Csrf.into());
    }
    let (ticket, seconds) =
        caller::ticket(&app, &browser).ok_or_else(|| Refusal::Failed("the API cookie could not be sealed".into()))?;
    let mut response = answer::json(StatusCode::OK, &"Refreshed.");
    caller::add(&mut response, &cookies::set(&app, cookies::Name::Api, &ticket, Some(seconds)));
    Ok(response)
}
