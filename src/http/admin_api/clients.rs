//! `/api/admin/v1/clients`: all clients, whoever owns them, but for the server's own.

use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, web};
use serde_json::json;

use super::{Answer, Desk, Failure, list as items, one, opened, page, sent};
use crate::account::{Invalid, admin as people};
use crate::core::ids::ClientId;
use crate::core::power::Power;
use crate::http::client_fields::{self, Search};
use crate::http::refusal::Refusal;
use crate::http::{answer, block, context};
use crate::oauth::manage::admin::{self, Listed};
use crate::oauth::manage::{ManageError, view};

/// How long the old secrets work when nobody says how long: a day.
const OVERLAP: u64 = 86_400;
/// The longest that they may: a year.
const LONGEST_OVERLAP: i64 = 365 * 86_400;

fn id(req: &HttpRequest) -> Result<ClientId, Failure> {
    Ok(super::id(req)?.as_str().into())
}

/// Clients by name, or the newest first.
///
/// # Errors
/// 401, 403, 422.
pub async fn list(req: HttpRequest) -> Answer {
    let desk = opened(&req, Power::ReadClients).await?;
    let part = page(&desk.fields)?;
    let mut invalid = Invalid::default();
    let search = Search::of(&desk.fields, &mut invalid);
    invalid.check()?;
    let found = block::run(&desk.app, context::request_id(&req), move |app| search.run(app, &part));
    let (found, next) = found.await?;
    Ok(items(found.iter().map(Listed::to_json).collect(), next))
}

/// Registers a client; its secret is shown this once.
///
/// # Errors
/// 401, 403, 422.
pub async fn create(req: HttpRequest, payload: web::Payload) -> Answer {
    let desk = sent(&req, payload, Power::WriteClients).await?;
    let mut invalid = Invalid::default();
    let change = client_fields::partial(&desk.fields, &mut invalid);
    let named = desk.fields.text("client_id", &mut invalid).map(str::to_owned);
    let whose = owner(&desk, &mut invalid);
    invalid.check()?;
    let by = desk.acting();
    let made = block::run(&desk.app, context::request_id(&req), move |app| {
        let owner = whose.as_deref().map(|name| find_owner(app, name)).transpose()?;
        admin::create(app, &by, change.into_new(owner, named))
    });
    let (client, secret) = made.await?;
    Ok(answer::json(StatusCode::CREATED, &view::created(&client, secret.as_ref())))
}

fn owner(desk: &Desk, invalid: &mut Invalid) -> Option<String> {
    desk.fields.text("owner", invalid).map(str::to_owned).filter(|name| !name.is_empty())
}

fn find_owner(app: &crate::app::App, name: &str) -> Result<crate::core::user::User, ManageError> {
    let nobody = || Invalid::one("owner", ("There is nobody of this name.", "admin-nobody"));
    Ok(people::find(app, name)?.ok_or_else(nobody)?)
}

/// One client, without its secrets.
///
/// # Errors
/// 401, 403, 404.
pub async fn show(req: HttpRequest) -> Answer {
    let desk = opened(&req, Power::ReadClients).await?;
    let id = id(&req)?;
    let found = block::run(&desk.app, context::request_id(&req), move |app| admin::find(app, &id));
    Ok(one(&found.await?.to_json()))
}

/// Changes a client; what is not named stays.
///
/// # Errors
/// 401, 403, 404, 422.
pub async fn edit(req: HttpRequest, payload: web::Payload) -> Answer {
    let desk = sent(&req, payload, Power::WriteClients).await?;
    let id = id(&req)?;
    let mut invalid = Invalid::default();
    let change = client_fields::partial(&desk.fields, &mut invalid);
    invalid.check()?;
    let by = desk.acting();
    let changed = block::run(&desk.app, context::request_id(&req), move |app| {
        admin::edit(app, &by, &id, change)?;
        admin::find(app, &id)
    });
    Ok(one(&changed.await?.to_json()))
}

/// Does something to a client: `disable`, `enable`, `verify`, `unverify` or `end-tokens`. To verify it takes the `seen` of
/// what was looked at.
///
/// # Errors
/// 401, 403, 404, 409, 422.
pub async fn act(req: HttpRequest, payload: web::Payload) -> Answer {
    let desk = sent(&req, payload, Power::WriteClients).await?;
    let (id, by) = (id(&req)?, desk.acting());
    let deed = req.match_info().get("deed").unwrap_or_default().to_owned();
    let mut invalid = Invalid::default();
    let seen = desk.fields.text("seen", &mut invalid).map(str::to_owned);
    let seen = if deed == "verify" { invalid.required("seen", seen.as_deref(), 100) } else { String::new() };
    invalid.check()?;
    let done = block::run(&desk.app, context::request_id(&req), move |app| {
        match deed.as_str() {
            "disable" => admin::set_enabled(app, &by, &id, false),
            "enable" => admin::set_enabled(app, &by, &id, true),
            "verify" => admin::verify(app, &by, &id, &seen),
            "unverify" => admin::unverify(app, &by, &id),
            "end-tokens" => admin::end_tokens(app, &by, &id),
            _ => Err(ManageError::NotFound),
        }?;
        admin::find(app, &id)
    });
    Ok(one(&done.await?.to_json()))
}

/// Gives a client to somebody; to nobody when `owner` is null or empty.
///
/// # Errors
/// 401, 403, 404, 422.
pub async fn give(req: HttpRequest, payload: web::Payload) -> Answer {
    let desk = sent(&req, payload, Power::WriteClients).await?;
    let (id, by) = (id(&req)?, desk.acting());
    let mut invalid = Invalid::default();
    if desk.fields.change("owner", &mut invalid).is_none() {
        invalid.required("owner", None, 254);
    }
    let whose = owner(&desk, &mut invalid);
    invalid.check()?;
    let done = block::run(&desk.app, context::request_id(&req), move |app| {
        let owner = whose.as_deref().map(|name| find_owner(app, name)).transpose()?;
        admin::set_owner(app, &by, &id, owner.as_ref())?;
        admin::find(app, &id)
    });
    Ok(one(&done.await?.to_json()))
}

/// Gives a client a new secret, shown this once; the old ones work for `overlap_seconds` more.
///
/// # Errors
/// 401, 403, 404, 422.
pub async fn new_secret(req: HttpRequest, payload: web::Payload) -> Answer {
    let desk = sent(&req, payload, Power::WriteClients).await?;
    let (id, by) = (id(&req)?, desk.acting());
    let mut invalid = Invalid::default();
    let overlap = desk.fields.integer("overlap_seconds", &mut invalid).flatten();
    if overlap.is_some_and(|seconds| !(0..=LONGEST_OVERLAP).contains(&seconds)) {
        invalid.add("overlap_seconds", "The overlap may be a year at the most.");
    }
    invalid.check()?;
    let overlap = overlap.and_then(|seconds| u64::try_from(seconds).ok()).unwrap_or(OVERLAP);
    let named = id.clone();
    let made = block::run(&desk.app, context::request_id(&req), move |app| {
        admin::rotate_secret(app, &by, &id, Duration::from_secs(overlap), None)
    });
    let Some(secret) = made.await? else { return Err(Refusal::NotFound.into()) };
    let shown = json!({ "client_id": named, "client_secret": secret.expose(), "overlap_seconds": overlap });
    Ok(answer::json(StatusCode::CREATED, &shown))
}

/// Ends one secret of a client at once.
///
/// # Errors
/// 401, 403, 404.
pub async fn end_secret(req: HttpRequest, payload: web::Payload) -> Answer {
    let desk = sent(&req, payload, Power::WriteClients).await?;
    let (id, by) = (id(&req)?, desk.acting());
    let secret = req.match_info().get("secret").unwrap_or_default().to_owned();
    let work = move |app: &_| admin::end_secret(app, &by, &id, &secret);
    block::run(&desk.app, context::request_id(&req), work).await?;
    Ok(answer::empty(StatusCode::NO_CONTENT))
}
