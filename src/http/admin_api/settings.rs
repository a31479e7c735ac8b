//! `GET /api/admin/v1/settings`: the settings in force, and where each comes from.

use actix_web::HttpRequest;

use super::{Answer, list as items, opened};
use crate::core::power::Power;

/// Every setting, by key.
///
/// # Errors
/// 401, 403.
pub async fn list(req: HttpRequest) -> Answer {
    let desk = opened(&req, Power::ReadSettings).await?;
    Ok(items(desk.app.config.settings().iter().map(|setting| setting.to_json()).collect(), None))
}
