//! `/api/admin/v1/scopes`: what clients may ask for.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, web};

use super::{Answer, Failure, list as items, one, opened, sent};
use crate::account::Invalid;
use crate::core::power::Power;
use crate::core::scope::{self, ScopeEntry};
use crate::http::refusal::Refusal;
use crate::http::{answer, block, context};
use crate::oauth::manage::scopes::{self, Change};
use crate::oauth::manage::view;

/// The scope in the path, which may hold `/`, `%` and `+` in their encoded form.
fn name(req: &HttpRequest) -> Result<String, Failure> {
    let raw = req.match_info().get("name").unwrap_or_default();
    let query = format!("v={}", raw.replace('+', "%2B").replace('&', "%26"));
    let decoded = url::form_urlencoded::parse(query.as_bytes()).next().map(|(_, value)| value.into_owned());
    let fits = |name: &String| scope::valid_name(name) && name.len() <= 100;
    Ok(decoded.filter(fits).ok_or(Refusal::NotFound)?)
}

/// Every scope, by name.
///
/// # Errors
/// 401, 403.
pub async fn list(req: HttpRequest) -> Answer {
    let desk = opened(&req, Power::ReadScopes).await?;
    let found = block::run(&desk.app, context::request_id(&req), |app| scopes::list(app)).await?;
    Ok(items(found.iter().map(view::scope).collect(), None))
}

/// One scope.
///
/// # Errors
/// 401, 403, 404.
pub async fn show(req: HttpRequest) -> Answer {
    let desk = opened(&req, Power::ReadScopes).await?;
    let name = name(&req)?;
    let found = block::run(&desk.app, context::request_id(&req), move |app| scopes::find(app, &name));
    Ok(one(&view::scope(&found.await?)))
}

/// Makes a scope.
///
/// # Errors
/// 401, 403, 422.
pub async fn create(req: HttpRequest, payload: web::Payload) -> Answer {
    let desk = sent(&req, payload, Power::WriteScopes).await?;
    let mut invalid = Invalid::default();
    let text = |name: &str, invalid: &mut Invalid| desk.fields.text(name, invalid).unwrap_or_default().to_owned();
    let entry = ScopeEntry {
        name: text("name", &mut invalid),
        description: text("description", &mut invalid),
        is_default: desk.fields.flag("default", &mut invalid).unwrap_or_default(),
        optional: desk.fields.flag("optional", &mut invalid).unwrap_or_default(),
        sensitive: desk.fields.flag("sensitive", &mut invalid).unwrap_or_default(),
    };
    invalid.check()?;
    let (by, made) = (desk.actor(), entry.name.clone());
    let done = block::run(&desk.app, context::request_id(&req), move |app| {
        scopes::create(app, &by, entry)?;
        scopes::find(app, &made)
    });
    Ok(answer::json(StatusCode::CREATED, &view::scope(&done.await?)))
}

/// Changes a scope; what is not named stays.
///
/// # Errors
/// 401, 403, 404, 422.
pub async fn edit(req: HttpRequest, payload: web::Payload) -> Answer {
    let desk = sent(&req, payload, Power::WriteScopes).await?;
    let name = name(&req)?;
    let mut invalid = Invalid::default();
    let change = Change {
        description: desk.fields.text("description", &mut invalid).map(str::to_owned),
        is_default: desk.fields.flag("default", &mut invalid),
        optional: desk.fields.flag("optional", &mut invalid),
        sensitive: desk.fields.flag("sensitive", &mut invalid),
    };
    invalid.check()?;
    let by = desk.actor();
    let done = block::run(&desk.app, context::request_id(&req), move |app| scopes::edit(app, &by, &name, change));
    Ok(one(&view::scope(&done.await?)))
}

/// Deletes a scope: it is not granted any more, and refreshed tokens lose it.
///
/// # Errors
/// 401, 403, 404, 422 for a scope that the server itself relies on.
pub async fn delete(req: HttpRequest, payload: web::Payload) -> Answer {
    let desk = sent(&req, payload, Power::WriteScopes).await?;
    let (name, by) = (name(&req)?, desk.actor());
    block::run(&desk.app, context::request_id(&req), move |app| scopes::delete(app, &by, &name)).await?;
    Ok(answer::empty(StatusCode::NO_CONTENT))
}
