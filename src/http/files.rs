//! `GET /files/{name}`: pictures of people. Their names are not guessed and never given to another file.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse};

use super::{block, context, faults};
use crate::account::files;
use crate::account::profile::ProfileError;
use crate::store;

/// Answers with a file.
pub async fn get(req: HttpRequest) -> HttpResponse {
    let app = context::app(&req);
    let name = req.match_info().get("name").unwrap_or_default().to_owned();
    if files::Kind::of(&name).is_none() {
        return faults::not_found(req).await;
    }
    let found = block::run(&app, context::request_id(&req), move |app| files::read(app, &name));
    match found.await {
        Ok(Some((kind, bytes))) => HttpResponse::Ok()
            .insert_header((header::CONTENT_TYPE, kind.content_type()))
            .insert_header((header::CACHE_CONTROL, "public, max-age=31536000, immutable"))
            // Were it ever taken for a page, it would do nothing.
            .insert_header((header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"))
            .body(bytes),
        Ok(None) => faults::not_found(req).await,
        Err(ProfileError::Store(error)) => faults::unavailable(&req, &error),
        Err(error) => faults::unavailable(&req, &store::Error::Corrupt { table: "files", what: error.to_string() }),
    }
}
