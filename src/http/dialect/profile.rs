//! The Profile dialect: what applications written for a user API under `/api/me` expect.

pub mod auth;
pub mod avatar;
pub mod countries;
pub mod me;
pub mod sessions;
pub mod two_factor;

mod view;

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};

use crate::account::{profile, second_factor};
use crate::app::App;
use crate::core::role::Role;
use crate::core::user::User;
use crate::http::body::{self, Fields};
use crate::http::{answer, block, caller, context, refusal, shapes};
use crate::oauth::bearer::Caller;
use crate::store;
use view::Sight;

/// What a handler of this dialect answers.
type Answer = refusal::Answer<shapes::Laravel>;
/// Why a request of this dialect came to nothing.
type Failure = refusal::Failure<shapes::Laravel>;

/// The scope with which a third party may see a profile.
const READ: &str = "profile";
/// The scope with which a third party may change it, and see sessions.
const WRITE: &str = "account";

/// Who calls to see something.
async fn reader(req: &HttpRequest) -> Result<(Arc<App>, Caller), Failure> {
    let app = context::app(req);
    let caller = caller::with_scope(&app, req, READ).await?;
    Ok((app, caller))
}

/// Who calls to change something without a body, or to see their sessions.
async fn writer(req: &HttpRequest) -> Result<(Arc<App>, Caller), Failure> {
    let app = context::app(req);
    let caller = caller::with_scope(&app, req, WRITE).await?;
    Ok((app, caller))
}

/// Who calls to change something, and the fields of the body.
async fn writer_and_fields(req: &HttpRequest, payload: web::Payload) -> Result<(Arc<App>, Caller, Fields), Failure> {
    let app = context::app(req);
    let fields = body::read(&app, req, payload).await?;
    let caller = caller::with_scope(&app, req, WRITE).await?;
    Ok((app, caller, fields))
}

/// The person as they are now.
async fn shown(app: &Arc<App>, req: &HttpRequest, user: User, sight: Sight) -> Answer {
    let (role, factors) = parts(app, req, user.clone()).await?;
    Ok(data(&view::user(app, &user, &role, &factors, &sight)))
}

/// What is shown of a person beside what their row holds.
async fn parts(app: &Arc<App>, req: &HttpRequest, user: User) -> Result<(Role, second_factor::Shown), Failure> {
    let found = block::run(app, context::request_id(req), move |app| {
        let role = profile::role_of(app, &user)?;
        Ok::<_, store::Error>((role, app.read(|cx| second_factor::shown(cx, user.id))?))
    });
    Ok(found.await?)
}

fn data(value: &serde_json::Value) -> HttpResponse {
    answer::json(StatusCode::OK, &serde_json::json!({ "data": value }))
}
