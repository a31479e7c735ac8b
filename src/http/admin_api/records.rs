//! `/api/admin/v1/audit` and `/api/admin/v1/failures`: what was done, and why something was refused.

use actix_web::{HttpRequest, web};
use serde_json::Value;

use super::{Answer, dated_page, list as items, one, opened, sent};
use crate::account::{Invalid, audit, failures};
use crate::core::audit::Recorded;
use crate::core::failure::Noted;
use crate::core::page::Page;
use crate::core::power::Power;
use crate::http::record_fields::{self, SearchError};
use crate::http::refusal::Refusal;
use crate::http::{block, context, export};

impl From<SearchError> for Refusal {
    fn from(error: SearchError) -> Self {
        match error {
            SearchError::Invalid(invalid) => Self::Invalid(invalid),
            SearchError::Store(error) => Self::Store(error),
        }
    }
}

/// A page of what was found with one row more than it holds, and where the next one begins.
fn cut<T>(mut found: Vec<T>, limit: i64, place: impl Fn(&T) -> String) -> (Vec<T>, Option<String>) {
    let limit = usize::try_from(limit).unwrap_or(0);
    let is_last = found.len() <= limit;
    found.truncate(limit);
    let next = found.last().filter(|_| !is_last).map(place);
    (found, next)
}

/// Events of the audit log, the newest first.
///
/// # Errors
/// 401, 403, 422.
pub async fn events(req: HttpRequest) -> Answer {
    let desk = opened(&req, Power::ReadAudit).await?;
    let part = dated_page(&desk.fields)?;
    let limit = part.limit;
    let fields = desk.fields.clone();
    let found = block::run(&desk.app, context::request_id(&req), move |app| {
        let filter = record_fields::events(app, &fields)?;
        Ok::<_, SearchError>(audit::search(app, &filter, &Page { limit: limit + 1, ..part })?)
    });
    let (found, next) = cut(found.await?, limit, Recorded::cursor);
    Ok(items(found.iter().map(Recorded::to_json).collect(), next))
}

/// The events that are found, as a file: `format` is `csv` or `json`. That it was done is an event itself.
///
/// # Errors
/// 401, 403, 422, 503 when too many are written already.
pub async fn export_events(req: HttpRequest, payload: web::Payload) -> Answer {
    let desk = sent(&req, payload, Power::ReadAudit).await?;
    let mut invalid = Invalid::default();
    let format = export::format(desk.fields.text("format", &mut invalid));
    let Some(format) = format else {
        invalid.add("format", "The format must be csv or json.");
        return Err(Refusal::Invalid(invalid).into());
    };
    let fields = desk.fields.clone();
    let filter = block::run(&desk.app, context::request_id(&req), move |app| record_fields::events(app, &fields));
    let filter = filter.await?;
    Ok(export::answer(&desk.app, &req, desk.actor(), filter, format).await?)
}

/// Failures, the newest first, each with what is to be mended.
///
/// # Errors
/// 401, 403, 422.
pub async fn failed(req: HttpRequest) -> Answer {
    let desk = opened(&req, Power::ReadFailures).await?;
    let part = dated_page(&desk.fields)?;
    let limit = part.limit;
    let fields = desk.fields.clone();
    let found = block::run(&desk.app, context::request_id(&req), move |app| {
        let (filter, request) = record_fields::failures(app, &fields)?;
        Ok::<_, SearchError>(match request {
            Some(id) => failures::by_request_id(app, &id)?.into_iter().collect(),
            None => failures::search(app, &filter, &Page { limit: limit + 1, ..part })?,
        })
    });
    let (found, next) = cut(found.await?, limit, Noted::cursor);
    Ok(items(found.iter().map(Noted::to_json).collect(), next))
}

/// The failure of one request, by the reference on its error page.
///
/// # Errors
/// 401, 403, 404.
pub async fn failure(req: HttpRequest) -> Answer {
    let desk = opened(&req, Power::ReadFailures).await?;
    let id = super::id(&req)?;
    let found = block::run(&desk.app, context::request_id(&req), move |app| failures::by_request_id(app, &id)).await?;
    let shown: Value = found.ok_or(Refusal::NotFound)?.to_json();
    Ok(one(&shown))
}
