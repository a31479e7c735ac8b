//! The Passport dialect: what applications written for Laravel Passport, and the user API beside it, expect.

pub mod account;
pub mod clients;
pub mod personal;
pub mod scopes;
pub mod tokens;

mod view;

use std::sync::Arc;

use actix_web::{HttpRequest, web};

use crate::app::App;
use crate::core::user::User;
use crate::http::body::{self, Fields};
use crate::http::caller::Person;
use crate::http::refusal::Refusal;
use crate::http::{caller, context, refusal, shapes};

/// What a handler of this dialect answers.
type Answer = refusal::Answer<shapes::Laravel>;
/// Why a request of this dialect came to nothing.
type Failure = refusal::Failure<shapes::Laravel>;

/// The person who calls, and the fields of the body; `_token` among them may be the CSRF token.
async fn person_and_fields(req: &HttpRequest, payload: web::Payload) -> Result<(Arc<App>, Person, Fields), Failure> {
    let app = context::app(req);
    let fields = body::read(&app, req, payload).await?;
    let person = caller::user(&app, req, Some(&fields)).await?;
    Ok((app, person, fields))
}

/// As [`person_and_fields`], for what asks nobody when they signed in.
async fn user_and_fields(req: &HttpRequest, payload: web::Payload) -> Result<(Arc<App>, User, Fields), Failure> {
    let (app, person, fields) = person_and_fields(req, payload).await?;
    Ok((app, person.user, fields))
}

/// The person who calls without a body.
async fn user(req: &HttpRequest) -> Result<(Arc<App>, User), Failure> {
    let app = context::app(req);
    let person = caller::user(&app, req, None).await?;
    Ok((app, person.user))
}

/// The identifier in the path; what could be none is as good as not there.
fn id(req: &HttpRequest) -> Result<String, Failure> {
    Ok(context::path_id(req).ok_or(Refusal::NotFound)?)
}
