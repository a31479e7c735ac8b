//! `GET /api/admin/v1/statistics`: figures of use.

use actix_web::HttpRequest;
use serde_json::{Value, json};

use super::{Answer, one, opened};
use crate::account::Invalid;
use crate::account::dashboard::{self, Dashboard};
use crate::account::statistics::Step;
use crate::core::power::Power;
use crate::core::time::rfc3339;
use crate::http::{block, context};

/// The figures as JSON.
pub fn figures(found: &Dashboard) -> Value {
    let series = found.series.iter().map(|series| {
        let points = series.points.iter().map(|(at, count)| json!({ "at": rfc3339(*at), "count": count }));
        json!({ "name": series.counter.as_str(), "points": points.collect::<Vec<_>>() })
    });
    json!({
        "people": found.people,
        "clients": found.clients,
        "messages_waiting": found.waiting,
        "next_key_at": found.next_key_at.map(rfc3339),
        "series": series.collect::<Vec<_>>(),
    })
}

/// The last 30 days, or the last 48 hours.
///
/// # Errors
/// 401, 403, 422.
pub async fn get(req: HttpRequest) -> Answer {
    let desk = opened(&req, Power::ReadStatistics).await?;
    let step = match desk.fields.get("step").unwrap_or("day") {
        "day" => Step::Day,
        "hour" => Step::Hour,
        _ => return Err(Invalid::one("step", "The selected step is invalid.").into()),
    };
    let found = block::run(&desk.app, context::request_id(&req), move |app| dashboard::read(app, step));
    Ok(one(&figures(&found.await?)))
}
