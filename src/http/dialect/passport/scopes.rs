//! `GET /oauth/scopes`.

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use serde_json::json;

use super::Answer;
use crate::http::{answer, block, context};

/// Lists every scope.
///
/// # Errors
/// 401, 403.
pub async fn list(req: HttpRequest) -> Answer {
    let (app, _) = super::user(&req).await?;
    let scopes = block::run(&app, context::request_id(&req), |app| app.scopes()).await?;
    let shown: Vec<_> =
        scopes.iter().map(|entry| json!({ "id": entry.name, "description": entry.description })).collect();
    Ok(answer::json(StatusCode::OK, &shown))
}
