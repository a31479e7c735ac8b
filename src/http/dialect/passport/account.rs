//! `POST /api/v1/login`, `/register`, `/top-up` and `/password/reset`.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, web};
use serde_json::json;

use super::{Answer, view};
use crate::account::Invalid;
use crate::account::password::{self, Proof, ResetError};
use crate::account::register::{self, Form, Registration};
use crate::http::body::{self, Fields};
use crate::http::refusal::Refusal;
use crate::http::{answer, block, context, language, sign_in};
use crate::oauth::first_party::{self, Lasting};
use crate::oauth::tokens::{self, SignUp};

/// Signs in with a password, or with the second factor that was asked for then.
///
/// # Errors
/// 401 for wrong credentials, and where a second factor is asked for; 422, 429.
pub async fn login(req: HttpRequest, payload: web::Payload) -> Answer {
    let app = context::app(&req);
    let signed_in = sign_in::by_body(&app, &req, payload, |app, verified, origin| {
        first_party::sign_in(app, verified, Lasting::Refreshed, origin)
    });
    let tokens = signed_in.await?;
    Ok(answer::json(StatusCode::OK, &view::tokens(&tokens)))
}

/// Makes an account and signs it in, unless its address must be proved first.
///
/// # Errors
/// 403 when registration is closed, 422, 429.
pub async fn register(req: HttpRequest, payload: web::Payload) -> Answer {
    let app = context::app(&req);
    let fields = body::read(&app, &req, payload).await?;
    let registration = Registration { locale: language::wanted(&req), ..registration(&fields)? };
    let origin = context::origin(&app, &req);
    let made = block::hashing(&app, context::request_id(&req), move |app| {
        let new = register::check(app, Form::Passport, &registration, &origin)?;
        tokens::sign_up(app, new, origin)
    });
    let body = match made.await? {
        SignUp::In(tokens) => view::tokens(&tokens),
        SignUp::Unverified(user) => {
            let text = "Please look in your mailbox: the link in our mail shows that the address is yours.";
            json!({ "message": text, "user": view::user(&user) })
        }
    };
    Ok(answer::json(StatusCode::CREATED, &body))
}

fn registration(fields: &Fields) -> Result<Registration, Invalid> {
    let mut invalid = Invalid::default();
    let mut text = |name: &str| fields.text(name, &mut invalid).map(str::to_owned);
    let registration = Registration {
        name: text("name"),
        username: text("username"),
        email: text("email"),
        phone: text("mobile"),
        birthday: text("dob"),
        gender: text("gender").filter(|gender| !gender.trim().is_empty()).or_else(|| Some("Male".to_owned())),
        country: text("country"),
        bio: None,
        locale: None,
        password: text("password"),
        password_confirmation: text("password_confirmation"),
    };
    invalid.check()?;
    Ok(registration)
}

/// Sends a one-time password by mail. The answer is the same for an address that is not known.
///
/// # Errors
/// 422, 429.
pub async fn top_up(req: HttpRequest, payload: web::Payload) -> Answer {
    sign_in::send_proof(&req, payload, Proof::OneTimePassword).await?;
    let text = "If this e-mail address is known here, a one-time password is on its way to it.";
    Ok(answer::json(StatusCode::OK, &json!({ "message": text })))
}

/// Sets a new password by a one-time password; every session and token of the person ends.
///
/// # Errors
/// 422, also for a wrong or missing one-time password; 429.
pub async fn reset(req: HttpRequest, payload: web::Payload) -> Answer {
    let app = context::app(&req);
    let fields = body::read(&app, &req, payload).await?;
    let mut invalid = Invalid::default();
    let mut text = |name: &str| fields.text(name, &mut invalid).map(str::to_owned);
    let (email, otp) = (text("email"), text("otp"));
    let (new, confirmation) = (text("password"), text("password_confirmation"));
    invalid.check()?;
    let origin = context::origin(&app, &req);
    let done = block::hashing(&app, context::request_id(&req), move |app| {
        let (email, otp, new) = (email.as_deref(), otp.as_deref(), new.as_deref());
        password::reset_by_one_time_password(app, email, otp, new, confirmation.as_deref(), &origin)
    });
    done.await.map_err(|error| match error {
        ResetError::Proof => Refusal::Invalid(Invalid::one("otp", "The otp is invalid or has expired.")),
        other => other.into(),
    })?;
    Ok(answer::json(StatusCode::OK, &json!({ "message": "Your password has been reset." })))
}
