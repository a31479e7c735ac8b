//! `/api/admin/v1/keys`: the keys that sign tokens.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, web};

use super::{Answer, list as items, opened, sent};
use crate::account::Invalid;
use crate::app::{self, KnownKey};
use crate::core::power::Power;
use crate::http::refusal::Refusal;
use crate::http::{answer, block, context};

/// Every key that is kept, newest first.
///
/// # Errors
/// 401, 403.
pub async fn list(req: HttpRequest) -> Answer {
    let desk = opened(&req, Power::ReadKeys).await?;
    let found = block::run(&desk.app, context::request_id(&req), |app| app::signing_keys(app)).await?;
    Ok(items(found.iter().map(KnownKey::to_json).collect(), None))
}

/// Makes a new key, which signs when every client can know it, or with `at_once` at once.
///
/// # Errors
/// 401, 403, 422.
pub async fn rotate(req: HttpRequest, payload: web::Payload) -> Answer {
    let desk = sent(&req, payload, Power::WriteKeys).await?;
    let mut invalid = Invalid::default();
    let at_once = desk.fields.flag("at_once", &mut invalid).unwrap_or_default();
    invalid.check()?;
    let by = desk.actor();
    let made = block::run(&desk.app, context::request_id(&req), move |app| {
        let id = app::rotate(app, &by, at_once)?;
        Ok::<_, crate::store::Error>(app::signing_keys(app)?.into_iter().find(|key| key.id == id))
    });
    let key = made.await?.ok_or_else(|| Refusal::Failed("the new key is gone already".to_owned()))?;
    Ok(answer::json(StatusCode::CREATED, &key.to_json()))
}
