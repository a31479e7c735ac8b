//! `/account/security`: the password, the e-mail address, and what else keeps the account.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};

use super::{Member, done, trouble};
use crate::account::{fresh as freshness, security, standing};
use crate::core::secret::Plain;
use crate::core::user::key;
use crate::http::pages::entrance;
use crate::http::pages::form::{self, Trouble};
use crate::http::pages::views::{AccountSecurity, Errors, Section};
use crate::http::pages::{fresh, html_for};
use crate::http::{answer, block, context, faults};

/// `GET /account/security`
pub async fn get(req: HttpRequest) -> HttpResponse {
    match Member::opened(&req).await {
        Ok(member) => show(&req, &member, Trouble::default()).await,
        Err(response) => response,
    }
}

/// `POST /account/security`: sets another password, or asks for another e-mail address.
pub async fn post(req: HttpRequest, payload: web::Payload) -> HttpResponse {
    let member = match Member::sent(&req, payload).await {
        Ok(member) => member,
        Err(response) => return response,
    };
    if !member.sent_csrf(&req) {
        return show(&req, &member, Trouble::expired()).await;
    }
    if let Some(response) = fresh::required(&member.app, &req, &member.browser) {
        return response;
    }
    let outcome = match member.fields.get("action") {
        Some("password") => change_password(&req, &member).await,
        Some("email") => change_email(&req, &member).await,
        _ => Err(Trouble::expired()),
    };
    match outcome {
        Ok(response) => response,
        Err(trouble) => show(&req, &member, trouble).await,
    }
}

async fn change_password(req: &HttpRequest, member: &Member) -> Result<HttpResponse, Trouble> {
    let text = |name| Plain::new(member.fields.get(name).unwrap_or_default());
    let (new, again) = (text("password"), text("password_confirmation"));
    let (seen, origin) = (member.signed_in(), context::origin(&member.app, req));
    let changed = block::hashing(&member.app, context::request_id(req), move |app| {
        security::change_password(app, &seen, new, again, origin)
    });
    let cookie = changed.await.map_err(trouble)?;
    Ok(entrance::go_on(&member.app, &cookie, answer::see_other("/account/security?done=password")))
}

async fn change_email(req: &HttpRequest, member: &Member) -> Result<HttpResponse, Trouble> {
    let email = member.fields.get("email").unwrap_or_default().to_owned();
    if key(&email) == key(&member.user.email) {
        return Err(Trouble {
            status: StatusCode::UNPROCESSABLE_ENTITY,
            errors: Errors::default().with("email", "security-email-same"),
            ..Trouble::default()
        });
    }
    let (seen, origin) = (member.signed_in(), context::origin(&member.app, req));
    let asked = block::hashing(&member.app, context::request_id(req), move |app| {
        security::change_email(app, &seen, &email, origin)
    });
    match asked.await {
        Ok(()) => Ok(done(Section::Security, "email")),
        Err(error) => Err(trouble(error)),
    }
}

async fn show(req: &HttpRequest, member: &Member, trouble: Trouble) -> HttpResponse {
    let user = member.user.id;
    let found = block::run(&member.app, context::request_id(req), move |app| standing::of(app, user));
    let standing = match found.await {
        Ok(standing) => standing,
        Err(error) => return faults::unavailable(req, &error),
    };
    let page = member.page(req);
    let notice = match member.fields.get("done") {
        Some("password") => Some("security-password-done"),
        Some("email") => Some("security-email-done"),
        _ => None,
    };
    let Trouble { status, alert, errors, retry_after } = trouble;
    let view = AccountSecurity {
        nav: member.nav(Section::Security),
        notice: notice.map(Into::into),
        alert,
        errors,
        is_fresh: freshness::is_fresh(&member.app, member.session.auth_time),
        has_password: member.user.password_hash.is_some(),
        username: member.user.username.clone(),
        email: member.user.email.clone(),
        is_verified: member.user.email_verified_at.is_some(),
        new_email: member.fields.get("email").unwrap_or_default().to_owned(),
        totp: standing.second_factor.totp,
        sms: standing.second_factor.phone.is_some(),
        recovery_codes: standing.second_factor.recovery_codes,
        passkeys: standing.passkeys,
        page,
    };
    form::answered(html_for(&member.app, &member.browser, status, &view, &[]), retry_after)
}
