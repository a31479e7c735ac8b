//! `/api/admin/v1/keys`: the keys that sign tokens.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, web};
use serde_json::json;

use super::{Answer, list as items, opened, sent};
use crate::account::Invalid;
use crate::app::{self, KnownKey, Rotation, Withdrawal};
use crate::core::ids::KeyId;
use crate::core::power::Power;
use crate::http::refusal::Refusal;
use crate::http::{answer, block, client_fields, context};

/// Every key that is kept, newest first.
///
/// # Errors
/// 401, 403.
pub async fn list(req: HttpRequest) -> Answer {
    let desk = opened(&req, Power::ReadKeys).await?;
    let found = block::run(&desk.app, context::request_id(&req), |app| app::signing_keys(app)).await?;
    Ok(items(found.iter().map(KnownKey::to_json).collect(), None))
}

/// Makes a new key of one algorithm or of each, which signs when every client can know it, or with `at_once` at once.
/// Answers those made.
///
/// # Errors
/// 401, 403, 422.
pub async fn rotate(req: HttpRequest, payload: web::Payload) -> Answer {
    let desk = sent(&req, payload, Power::WriteKeys).await?;
    let mut invalid = Invalid::default();
    let rotation = Rotation {
        algorithm: client_fields::algorithm(&desk.fields, "algorithm", &mut invalid),
        at_once: desk.fields.flag("at_once", &mut invalid).unwrap_or_default(),
        instead_of: None,
    };
    invalid.check()?;
    let by = desk.actor();
    let made = block::run(&desk.app, context::request_id(&req), move |app| {
        let made = app::rotate(app, &by, &rotation)?;
        let known = app::signing_keys(app)?.into_iter().filter(|key| made.contains(&key.id));
        Ok::<_, crate::store::Error>(known.map(|key| key.to_json()).collect::<Vec<_>>())
    });
    Ok(answer::json(StatusCode::CREATED, &json!({ "items": made.await?, "next": null })))
}

/// Lets a key be gone at once, and another sign if it did.
///
/// # Errors
/// 401, 403, 404 also for one that is gone already.
pub async fn withdraw(req: HttpRequest, payload: web::Payload) -> Answer {
    let desk = sent(&req, payload, Power::WriteKeys).await?;
    let id = KeyId::from(context::path_id(&req).ok_or(Refusal::NotFound)?);
    let by = desk.actor();
    match block::run(&desk.app, context::request_id(&req), move |app| app::withdraw(app, &by, &id)).await? {
        Withdrawal::Done(_) => Ok(answer::empty(StatusCode::NO_CONTENT)),
        Withdrawal::Already | Withdrawal::Unknown => Err(Refusal::NotFound.into()),
    }
}
