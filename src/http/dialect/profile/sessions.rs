//! `GET /api/me/sessions` and `DELETE /api/me/sessions/{id}`.

use actix_web::HttpRequest;
use actix_web::http::StatusCode;

use super::view::{self, Sight};
use super::{Answer, data};
use crate::account::session;
use crate::http::refusal::Refusal;
use crate::http::{answer, block, context};

/// Lists where the person is signed in, the last used first.
///
/// # Errors
/// 401, 403.
pub async fn list(req: HttpRequest) -> Answer {
    let (app, caller) = super::writer(&req).await?;
    let sight = Sight::of(&caller);
    let found = block::run(&app, context::request_id(&req), move |app| session::list(app, caller.user.id));
    Ok(data(&found.await?.iter().map(|session| view::session(session, &sight)).collect()))
}

/// Ends one of them, and its tokens.
///
/// # Errors
/// 401, 403, 404.
pub async fn delete(req: HttpRequest) -> Answer {
    let (app, caller) = super::writer(&req).await?;
    let id = context::path_id(&req).ok_or(Refusal::NotFound)?;
    let ended = block::run(&app, context::request_id(&req), move |app| session::end_own(app, caller.user.id, &id));
    if ended.await? { Ok(answer::empty(StatusCode::NO_CONTENT)) } else { Err(Refusal::NotFound.into()) }
}
