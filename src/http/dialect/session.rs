//! The session dialect (CONTRACT section 2): one resource, the session, under `/session`; and `POST /users`.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, web};
use serde_json::{Value, json};
use std::time::Duration;

use crate::account::Invalid;
use crate::account::register::{self, Form, Registration};
use crate::core::time::rfc3339;
use crate::core::user::User;
use crate::http::body::{self, Fields};
use crate::http::caller::CallerError;
use crate::http::{answer, block, caller, context, language, refusal, shapes, sign_in};
use crate::oauth::first_party::{self, Lasting, Tokens};

type Answer = refusal::Answer<shapes::Session>;

/// Signs in: `email` and `password`.
///
/// # Errors
/// 401, 422, 429.
pub async fn create(req: HttpRequest, payload: web::Payload) -> Answer {
    let app = context::app(&req);
    let signed_in = sign_in::by_body(&app, &req, payload, |app, verified, origin| {
        first_party::sign_in(app, verified, Lasting::Renewed, origin)
    });
    Ok(answer::json(StatusCode::OK, &token(&signed_in.await?)))
}

fn token(tokens: &Tokens) -> Value {
    json!({ "token": tokens.access_token.expose(), "token_type": "bearer", "expires_in": tokens.expires_in })
}

/// The person who calls.
///
/// # Errors
/// 401, 403.
pub async fn show(req: HttpRequest) -> Answer {
    let app = context::app(&req);
    let caller = caller::signed_in(&app, &req).await?;
    Ok(answer::json(StatusCode::OK, &user(&caller.user)))
}

fn user(user: &User) -> Value {
    json!({
        "id": user.id,
        "name": user.name.whole(),
        "username": user.username,
        "email": user.email,
        "created_at": rfc3339(user.created_at),
        "updated_at": rfc3339(user.updated_at),
    })
}

/// Exchanges the token presented, which is dead at once, for a new one.
///
/// # Errors
/// 401.
pub async fn update(req: HttpRequest) -> Answer {
    let app = context::app(&req);
    let presented = caller::token(&req)?;
    let renewed = block::run(&app, context::request_id(&req), move |app| {
        first_party::renew(app, &presented, Duration::ZERO, |_| true)
    });
    let tokens = renewed.await?.ok_or(CallerError::Unauthenticated)?;
    Ok(answer::json(StatusCode::OK, &token(&tokens)))
}

/// Signs out: the token presented is dead at once.
///
/// # Errors
/// 401, 403.
pub async fn delete(req: HttpRequest) -> Answer {
    let app = context::app(&req);
    let caller = caller::signed_in(&app, &req).await?;
    block::run(&app, context::request_id(&req), move |app| first_party::sign_out(app, &caller)).await?;
    Ok(answer::empty(StatusCode::NO_CONTENT))
}

/// Makes an account.
///
/// # Errors
/// 403 when registration is closed, 422, 429.
pub async fn register(req: HttpRequest, payload: web::Payload) -> Answer {
    let app = context::app(&req);
    let fields = body::read(&app, &req, payload).await?;
    let registration = Registration { locale: language::wanted(&req), ..registration(&fields)? };
    let origin = context::origin(&app, &req);
    let made = block::hashing(&app, context::request_id(&req), move |app| {
        register::check(app, Form::Session, &registration, &origin)?.keep_alone(app)
    });
    Ok(answer::json(StatusCode::CREATED, &user(&made.await?)))
}

fn registration(fields: &Fields) -> Result<Registration, Invalid> {
    let mut invalid = Invalid::default();
    let mut text = |name: &str| fields.text(name, &mut invalid).map(str::to_owned);
    let registration = Registration {
        name: text("name"),
        username: text("username"),
        email: text("email"),
        password: text("password"),
        password_confirmation: text("password_confirmation"),
        ..Registration::default()
    };
    invalid.check()?;
    Ok(registration)
}
