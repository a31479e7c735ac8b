//! `/api/me/2fa`: codes by text message as the second factor.

use std::sync::Arc;

use actix_web::{HttpRequest, web};

use super::Answer;
use super::view::Sight;
use crate::account::{Invalid, second_factor};
use crate::app::App;
use crate::http::body::Fields;
use crate::http::{block, context, proof};
use crate::oauth::bearer::Caller;

/// Sends a code to a telephone. What is on stays on until the code is verified.
///
/// # Errors
/// 401, 403, 422, also without `current_password` where the sign-in is not fresh; 429.
pub async fn enable(req: HttpRequest, payload: web::Payload) -> Answer {
    let (app, caller, fields) = super::writer_and_fields(&req, payload).await?;
    let mut invalid = Invalid::default();
    let country_code = fields.digits("country_code", &mut invalid);
    let phone_number = fields.digits("phone_number", &mut invalid);
    invalid.check()?;
    prove(&app, &req, &caller, &fields).await?;
    let origin = context::origin(&app, &req);
    let user = caller.user.clone();
    let begun = block::run(&app, context::request_id(&req), move |app| {
        second_factor::begin_sms(app, &user, &country_code, &phone_number, &origin)
    });
    begun.await?;
    super::shown(&app, &req, caller.user.clone(), Sight::of(&caller)).await
}

/// Turns it on, if `token` is the code that was sent.
///
/// # Errors
/// 401, 403, 422.
pub async fn verify(req: HttpRequest, payload: web::Payload) -> Answer {
    let (app, caller, fields) = super::writer_and_fields(&req, payload).await?;
    let mut invalid = Invalid::default();
    let code = fields.digits("token", &mut invalid);
    invalid.check()?;
    let user = caller.user.clone();
    block::run(&app, context::request_id(&req), move |app| second_factor::confirm_sms(app, &user, &code)).await?;
    super::shown(&app, &req, caller.user.clone(), Sight::of(&caller)).await
}

/// Turns every second factor off.
///
/// # Errors
/// 401, 403, 422 where the sign-in is not fresh, 429.
pub async fn disable(req: HttpRequest, payload: web::Payload) -> Answer {
    let (app, caller, fields) = super::writer_and_fields(&req, payload).await?;
    let is_fresh = prove(&app, &req, &caller, &fields).await?;
    let user = caller.user.clone();
    let done = block::run(&app, context::request_id(&req), move |app| {
        if is_fresh { second_factor::turn_off_all(app, &user) } else { second_factor::call_off(app, &user) }
    });
    done.await?;
    super::shown(&app, &req, caller.user.clone(), Sight::of(&caller)).await
}

/// Whoever found a token is not to turn a second factor off, or one of their own on. Says whether the sign-in is fresh.
async fn prove(app: &Arc<App>, req: &HttpRequest, caller: &Caller, fields: &Fields) -> Result<bool, super::Failure> {
    let auth_time = caller.sign_in.auth_time.filter(|_| caller.first_party);
    Ok(proof::demand(app, req, caller.user.clone(), auth_time, fields).await?)
}
