//! The refresh-token dialect (CONTRACT section 4): pairs of tokens, under `/auth`.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, web};
use serde_json::{Value, json};

use crate::account::Invalid;
use crate::account::password::{self, Proof};
use crate::account::register::{self, Form, Registration};
use crate::core::secret::Plain;
use crate::core::user::User;
use crate::http::body::{self, Fields};
use crate::http::refusal::Refusal;
use crate::http::{answer, block, caller, context, language, refusal, shapes, sign_in};
use crate::oauth::error::Error;
use crate::oauth::first_party::{self, Lasting};

type Answer = refusal::Answer<shapes::Refresh>;

/// Welcomes the person who calls.
///
/// # Errors
/// 401, 403.
pub async fn welcome(req: HttpRequest) -> Answer {
    let app = context::app(&req);
    let caller = caller::signed_in(&app, &req).await?;
    let message = format!("Welcome, {}", caller.user.name);
    Ok(answer::json(StatusCode::OK, &json!({ "message": message, "user": user(&caller.user) })))
}

fn user(user: &User) -> Value {
    json!({ "name": user.name.whole(), "bio": user.bio, "email": user.email })
}

/// Makes an account.
///
/// # Errors
/// 400, 403 when registration is closed, 429.
pub async fn register(req: HttpRequest, payload: web::Payload) -> Answer {
    let app = context::app(&req);
    let fields = body::read(&app, &req, payload).await?;
    let registration = Registration { locale: language::wanted(&req), ..registration(&fields)? };
    let origin = context::origin(&app, &req);
    let made = block::hashing(&app, context::request_id(&req), move |app| {
        register::check(app, Form::Refresh, &registration, &origin)?.keep_alone(app)
    });
    let made = made.await?;
    let body = json!({ "message": "User registered successfully", "user": user(&made) });
    Ok(answer::json(StatusCode::CREATED, &body))
}

fn registration(fields: &Fields) -> Result<Registration, Invalid> {
    let mut invalid = Invalid::default();
    let mut text = |name: &str| fields.text(name, &mut invalid).map(str::to_owned);
    let registration = Registration {
        name: text("name"),
        email: text("email"),
        bio: text("bio"),
        password: text("password"),
        password_confirmation: text("confirm"),
        ..Registration::default()
    };
    invalid.check()?;
    Ok(registration)
}

/// Signs in: `email` and `password`.
///
/// # Errors
/// 400, 401, 429.
pub async fn login(req: HttpRequest, payload: web::Payload) -> Answer {
    let app = context::app(&req);
    let signed_in = sign_in::by_body(&app, &req, payload, |app, verified, origin| {
        first_party::sign_in(app, verified, Lasting::Refreshed, origin)
    });
    let tokens = signed_in.await?;
    let mut body = pair(&tokens.access_token, tokens.expires_in, tokens.refresh_token.as_ref());
    if let Some(members) = body.as_object_mut() {
        members.insert("user".to_owned(), user(&tokens.user));
    }
    Ok(answer::json(StatusCode::OK, &body))
}

fn pair(access_token: &Plain, expires_in: i64, refresh_token: Option<&Plain>) -> Value {
    json!({
        "accessToken": access_token.expose(),
        "refreshToken": refresh_token.map(Plain::expose),
        "tokenType": "Bearer",
        "expiresIn": expires_in,
    })
}

/// The refresh token of a body.
async fn presented(req: &HttpRequest, payload: web::Payload) -> Result<Plain, refusal::Failure<shapes::Refresh>> {
    let app = context::app(req);
    let fields = body::read(&app, req, payload).await?;
    let mut invalid = Invalid::default();
    let token = fields.text("refreshToken", &mut invalid).map(str::to_owned);
    if invalid.0.is_empty() && token.as_deref().is_none_or(str::is_empty) {
        invalid.add("refreshToken", "The refreshToken field is required.");
    }
    invalid.check()?;
    Ok(Plain::new(token.unwrap_or_default()))
}

/// Signs out: every token of the sign-in is dead at once.
///
/// # Errors
/// 400 for a token that does not work.
pub async fn logout(req: HttpRequest, payload: web::Payload) -> Answer {
    let token = presented(&req, payload).await?;
    let app = context::app(&req);
    let ended =
        block::run(&app, context::request_id(&req), move |app| first_party::sign_out_by_refresh_token(app, &token));
    if !ended.await? {
        return Err(Invalid::one("refreshToken", "The refreshToken is invalid or has expired.").into());
    }
    Ok(answer::json(StatusCode::OK, &json!({ "message": "Logout successful" })))
}

/// Exchanges a refresh token for a new pair; one that was used before ends the whole family.
///
/// # Errors
/// 400 without one, 401 for one that does not work.
pub async fn refresh(req: HttpRequest, payload: web::Payload) -> Answer {
    let token = presented(&req, payload).await?;
    let app = context::app(&req);
    let exchanged = block::run(&app, context::request_id(&req), move |app| first_party::refresh(app, &token));
    let pairs = exchanged.await.map_err(|error| match error {
        Error::Refused(_) => Refusal::Unproven("Invalid refresh token".to_owned()),
        other => other.into(),
    })?;
    let (access_token, expires_in, refresh_token) = pairs.parts();
    Ok(answer::json(StatusCode::OK, &pair(access_token, expires_in, refresh_token)))
}

/// Sends a link for a new password by mail. The answer is the same for an address that is not known.
///
/// # Errors
/// 400, 429.
pub async fn forgot_password(req: HttpRequest, payload: web::Payload) -> Answer {
    sign_in::send_proof(&req, payload, Proof::Link).await?;
    let text = "If this e-mail address is known here, a link for a new password is on its way to it.";
    Ok(answer::json(StatusCode::OK, &json!({ "message": text })))
}

/// Sets a new password by the token of such a link: every session and token of the person ends.
///
/// # Errors
/// 400 for the password, 401 for the token, 429.
pub async fn reset_password(req: HttpRequest, payload: web::Payload) -> Answer {
    let app = context::app(&req);
    let query = body::query(&req)?;
    let fields = body::read(&app, &req, payload).await?;
    let mut invalid = Invalid::default();
    let new = fields.text("password", &mut invalid).map(str::to_owned);
    invalid.check()?;
    let token = Plain::new(query.get("token").unwrap_or_default());
    let origin = context::origin(&app, &req);
    let done = block::hashing(&app, context::request_id(&req), move |app| {
        password::reset_by_link(app, &token, new.as_deref(), new.as_deref(), &origin)
    });
    done.await?;
    Ok(answer::json(StatusCode::OK, &json!({ "message": "Password reset successful" })))
}
