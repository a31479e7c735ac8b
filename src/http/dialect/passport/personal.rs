//! `/oauth/personal-access-tokens`: tokens that a person makes for themselves.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, web};
use serde_json::json;

use super::{Answer, tokens as taken_back, view};
use crate::account::Invalid;
use crate::core::grant::GrantKind;
use crate::http::body::Fields;
use crate::http::{answer, block, context, proof};
use crate::oauth::tokens::{self, NewPersonal};

/// Lists the person's own tokens, newest first.
///
/// # Errors
/// 401, 403.
pub async fn list(req: HttpRequest) -> Answer {
    let (app, user) = super::user(&req).await?;
    let found = block::run(&app, context::request_id(&req), move |app| tokens::list(app, user.id, GrantKind::Personal));
    Ok(answer::json(StatusCode::OK, &found.await?.iter().map(view::listed).collect::<Vec<_>>()))
}

/// Makes a token, which is shown this once.
///
/// # Errors
/// 401, 403, 419, 422, also for a sensitive scope without `current_password` where the sign-in is not fresh; 429.
pub async fn create(req: HttpRequest, payload: web::Payload) -> Answer {
    let (app, person, fields) = super::person_and_fields(&req, payload).await?;
    let new = parse(&fields)?;
    let scopes = new.scopes.clone();
    let asks = block::run(&app, context::request_id(&req), move |app| tokens::asks_for_proof(app, &scopes));
    if asks.await? {
        proof::demand(&app, &req, person.user.clone(), person.auth_time, &fields).await?;
    }
    let user = person.user;
    let made = block::run(&app, context::request_id(&req), move |app| tokens::make_personal(app, &user, &new)).await?;
    let token = view::token(&made.token, Some(&made.name), made.token.created_at);
    Ok(answer::json(StatusCode::CREATED, &json!({ "accessToken": made.plain.expose(), "token": token })))
}

fn parse(fields: &Fields) -> Result<NewPersonal, Invalid> {
    let mut invalid = Invalid::default();
    let new = NewPersonal {
        name: fields.text("name", &mut invalid).map(str::to_owned),
        scopes: fields.list("scopes", &mut invalid).unwrap_or_default().to_vec(),
        expires_at: fields.text("expires_at", &mut invalid).map(str::to_owned),
        form: None,
    };
    invalid.check()?;
    Ok(new)
}

/// Takes a token back.
///
/// # Errors
/// 401, 403, 404, 419.
pub async fn delete(req: HttpRequest, payload: web::Payload) -> Answer {
    taken_back::take_back(req, payload, GrantKind::Personal).await
}
