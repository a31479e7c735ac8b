//! `GET /api/countries`.

use actix_web::HttpRequest;

use super::{Answer, data, view};
use crate::core::country;

/// Lists every country by name.
///
/// # Errors
/// 401, 403.
pub async fn list(req: HttpRequest) -> Answer {
    super::reader(&req).await?;
    Ok(data(&country::all().iter().map(view::country).collect()))
}
