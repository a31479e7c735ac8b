//! `POST /api/me/avatar` and `PUT /api/me/avatar/external`.

use actix_web::{HttpRequest, web};

use super::Answer;
use super::view::Sight;
use crate::account::{Invalid, avatar};
use crate::http::{block, context, multipart};
use crate::store;

/// Takes an uploaded picture.
///
/// # Errors
/// 401, 403, 413, 415, 422, 429.
pub async fn upload(req: HttpRequest, payload: web::Payload) -> Answer {
    // Before the body: only for people with an account is so much read.
    let (app, caller) = super::writer(&req).await?;
    let sight = Sight::of(&caller);
    let (id, user, origin) = (context::request_id(&req), caller.user.id, context::origin(&app, &req));
    block::run(&app, id, move |app| avatar::count_upload(app, user, &origin)).await?;
    let place = app.upload_admission.enter().await;
    let _place = place.map_err(|_| store::Error::Busy)?;
    let bytes = multipart::file(&app, &req, payload, "file", avatar::MAX_BYTES).await?;
    let bytes = bytes.ok_or_else(|| Invalid::one("file", "The file field is required."))?;
    let file = block::picturing(&app, id, move |app| avatar::prepare(app, &bytes)).await?;
    let user = block::run(&app, id, move |app| avatar::set_file(app, user, file)).await?;
    super::shown(&app, &req, user, sight).await
}

/// Takes the address of a picture elsewhere.
///
/// # Errors
/// 401, 403, 422.
pub async fn external(req: HttpRequest, payload: web::Payload) -> Answer {
    let (app, caller, fields) = super::writer_and_fields(&req, payload).await?;
    let sight = Sight::of(&caller);
    let mut invalid = Invalid::default();
    let url = fields.text("url", &mut invalid).map(str::to_owned);
    invalid.check()?;
    let user = block::run(&app, context::request_id(&req), move |app| {
        avatar::set_external(app, caller.user.id, url.as_deref())
    });
    super::shown(&app, &req, user.await?, sight).await
}
