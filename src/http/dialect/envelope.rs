//! The envelope dialect (CONTRACT section 5): `{"success", "message", "data"}` for members of staff, under `/api/v1/auth`.

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, web};
use serde_json::{Value, json};

use crate::app::App;
use crate::core::role::Role;
use crate::core::user::User;
use crate::http::caller::CallerError;
use crate::http::refusal::Refusal;
use crate::http::{answer, block, caller, context, refusal, shapes, sign_in};
use crate::oauth::bearer::Caller;
use crate::oauth::first_party::{self, Lasting, SignInError, Tokens};

type Answer = refusal::Answer<shapes::Envelope>;

/// Signs a member of staff in: `email` and `password`.
///
/// # Errors
/// 401, also for everybody else; 422, 429.
pub async fn login(req: HttpRequest, payload: web::Payload) -> Answer {
    let app = context::app(&req);
    let signed_in = sign_in::by_body(&app, &req, payload, |app, verified, origin| {
        let roles = app.roles().map_err(SignInError::from)?;
        first_party::sign_in_if(app, verified, Lasting::Renewed, origin, move |user| is_staff(&roles, user))
    });
    let tokens = signed_in.await?;
    let mut data = token(&tokens);
    if let Some(members) = data.as_object_mut() {
        let user = &tokens.user;
        let shown = json!({ "id": user.id, "name": user.name.whole(), "email": user.email, "role": user.role });
        members.insert("user".to_owned(), shown);
    }
    let body = json!({ "success": true, "message": "Login successful", "data": data });
    Ok(answer::json(StatusCode::OK, &body))
}

fn is_staff(roles: &[Role], user: &User) -> bool {
    roles.iter().any(|role| role.name == user.role && role.staff)
}

fn token(tokens: &Tokens) -> Value {
    json!({ "token": tokens.access_token.expose(), "token_type": "bearer", "expires_in": tokens.expires_in })
}

/// The member of staff who calls.
async fn staff(app: &Arc<App>, req: &HttpRequest) -> Result<(Caller, Arc<Vec<Role>>), CallerError> {
    let caller = caller::signed_in(app, req).await?;
    let roles = block::run(app, context::request_id(req), |app| app.roles()).await?;
    if is_staff(&roles, &caller.user) { Ok((caller, roles)) } else { Err(CallerError::Unauthenticated) }
}

/// Signs out: the token presented is dead at once.
///
/// # Errors
/// 401.
pub async fn logout(req: HttpRequest) -> Answer {
    let app = context::app(&req);
    let caller = caller::signed_in(&app, &req).await?;
    block::run(&app, context::request_id(&req), move |app| first_party::sign_out(app, &caller)).await?;
    Ok(answer::json(StatusCode::OK, &json!({ "success": true, "message": "Successfully logged out" })))
}

/// The member of staff who calls, with their role's permissions.
///
/// # Errors
/// 401.
pub async fn me(req: HttpRequest) -> Answer {
    let app = context::app(&req);
    let (caller, roles) = staff(&app, &req).await?;
    let user = caller.user;
    let permissions = roles.iter().find(|role| role.name == user.role).map(|role| role.permissions.clone());
    let data = json!({
        "id": user.id,
        "name": user.name.whole(),
        "email": user.email,
        "phone": user.phone,
        "role": user.role,
        "isp_id": user.isp_id,
        "branch_id": user.branch_id,
        "permissions": permissions.unwrap_or_default(),
    });
    Ok(answer::json(StatusCode::OK, &json!({ "success": true, "data": data })))
}

/// Exchanges the token presented, which may have expired within `tokens.renewal_grace`, for a new one.
///
/// # Errors
/// 401.
pub async fn refresh(req: HttpRequest) -> Answer {
    let app = context::app(&req);
    let presented = caller::token(&req)?;
    let renewed = block::run(&app, context::request_id(&req), move |app| {
        let roles = app.roles()?;
        let grace = app.config.tokens.renewal_grace;
        first_party::renew(app, &presented, grace, move |user| is_staff(&roles, user))
    });
    let refused = || Refusal::Unproven("Token has expired and cannot be refreshed".to_owned());
    let tokens = renewed.await?.ok_or_else(refused)?;
    Ok(answer::json(StatusCode::OK, &json!({ "success": true, "data": token(&tokens) })))
}
