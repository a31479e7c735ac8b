//! `/api/admin/v1`: the administration as JSON, by Bearer tokens with the scope `admin` of people whose role allows it.
//!
//! Refusals are `{"error", "error_description", "errors"?}`; lists are `{"items", "next"}`, where `next` is the `after`
//! of the page that follows, or null.

pub mod clients;
pub mod keys;
pub mod outbox;
pub mod records;
pub mod roles;
pub mod scopes;
pub mod settings;
pub mod statistics;
pub mod users;

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::{Value, json};

use super::body::{self, Fields};
use super::caller::{self, CallerError};
use super::refusal::{self, Refusal};
use super::{answer, block, context, shapes};
use crate::account::Invalid;
use crate::account::people::Acting;
use crate::account::powers::Powers;
use crate::app::App;
use crate::core::audit::{Actor, parse_cursor};
use crate::core::page::Page;
use crate::core::power::Power;
use crate::core::scope;
use crate::core::user::User;

/// What a handler answers.
pub type Answer = refusal::Answer<shapes::Admin>;
/// Why a request came to nothing.
pub type Failure = refusal::Failure<shapes::Admin>;

/// The most items of one page.
pub const MAX_ITEMS: i64 = 100;
/// The items of a page when nobody says how many.
const ITEMS: i64 = 50;

/// A person who calls with a token that may do what is asked.
#[derive(Debug)]
pub struct Desk {
    /// The server.
    pub app: Arc<App>,
    /// They.
    pub person: User,
    /// What they may do.
    pub powers: Powers,
    /// The query, or the fields of the body.
    pub fields: Fields,
}

impl Desk {
    /// Who does what is done here.
    pub fn actor(&self) -> Actor {
        Actor::Person(self.person.id)
    }

    /// They, as they act on others.
    pub fn acting(&self) -> Acting {
        Acting::person(self.person.id, self.powers.clone())
    }
}

/// A request without a body.
///
/// # Errors
/// 401 without a token that works, 403 for one without the scope and for a person without the power.
pub async fn opened(req: &HttpRequest, power: Power) -> Result<Desk, Failure> {
    let app = context::app(req);
    let fields = body::query(req)?;
    admitted(req, app, fields, power).await
}

/// A request with a body.
///
/// # Errors
/// As [`opened`], and what is wrong with the body.
pub async fn sent(req: &HttpRequest, payload: web::Payload, power: Power) -> Result<Desk, Failure> {
    let app = context::app(req);
    let fields = body::read(&app, req, payload).await?;
    admitted(req, app, fields, power).await
}

async fn admitted(req: &HttpRequest, app: Arc<App>, fields: Fields, power: Power) -> Result<Desk, Failure> {
    let caller = caller::bearer(&app, req).await?;
    // Not even a sign-in to the server's own API does without it.
    if !caller.token.scope.contains(scope::ADMIN) {
        return Err(Refusal::from(CallerError::Forbidden).into());
    }
    let person = caller.user;
    let user = person.clone();
    let powers = block::run(&app, context::request_id(req), move |app| Powers::of(app, &user)).await?;
    if !powers.has(power) {
        return Err(Refusal::Forbidden("Your role does not allow this.".to_owned()).into());
    }
    Ok(Desk { app, person, powers, fields })
}

/// Which part of a list is asked for: `limit` of 1 to [`MAX_ITEMS`], and `after`.
///
/// # Errors
/// 422.
pub fn page(fields: &Fields) -> Result<Page, Invalid> {
    let mut invalid = Invalid::default();
    let limit = match fields.text("limit", &mut invalid).map(str::parse::<i64>) {
        None => ITEMS,
        Some(Ok(limit)) if (1..=MAX_ITEMS).contains(&limit) => limit,
        Some(_) => {
            invalid.add("limit", "The limit field must be a number from 1 to 100.");
            ITEMS
        }
    };
    let after = fields.text("after", &mut invalid).map(str::to_owned);
    invalid.check()?;
    Ok(Page { after, limit })
}

/// The same of a list by moment and identifier: what is no place in one is not taken for its beginning.
///
/// # Errors
/// 422.
pub fn dated_page(fields: &Fields) -> Result<Page, Invalid> {
    let page = page(fields)?;
    match &page.after {
        Some(after) if parse_cursor(after).is_none() => {
            Err(Invalid::one("after", "The after field is no place in this list."))
        }
        _ => Ok(page),
    }
}

/// A page of a list.
pub fn list(items: Vec<Value>, next: Option<String>) -> HttpResponse {
    answer::json(StatusCode::OK, &json!({ "items": items, "next": next }))
}

/// One thing.
pub fn one(value: &Value) -> HttpResponse {
    answer::json(StatusCode::OK, value)
}

/// The identifier in the path; what could be none is as good as not there.
///
/// # Errors
/// 404.
pub fn id(req: &HttpRequest) -> Result<String, Failure> {
    Ok(context::path_id(req).ok_or(Refusal::NotFound)?)
}
