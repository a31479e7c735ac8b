//! `/account`: who is signed in, and how their account stands.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};

use super::{Member, picture_of, sessions};
use crate::account::standing;
use crate::http::pages::html_for;
use crate::http::pages::views::{AccountOverview, Section};
use crate::http::{block, context, faults};

/// `GET /account`
pub async fn get(req: HttpRequest) -> HttpResponse {
    let member = match Member::opened(&req).await {
        Ok(member) => member,
        Err(response) => return response,
    };
    let user = member.user.id;
    let found = block::run(&member.app, context::request_id(&req), move |app| standing::of(app, user));
    let standing = match found.await {
        Ok(standing) => standing,
        Err(error) => return faults::unavailable(&req, &error),
    };
    let page = member.page(&req);
    let view = AccountOverview {
        nav: member.nav(Section::Overview),
        name: member.user.name.whole(),
        username: member.user.username.clone(),
        email: member.user.email.clone(),
        is_verified: member.user.email_verified_at.is_some(),
        picture: picture_of(&member.user),
        since: member.user.created_at,
        totp: standing.second_factor.totp,
        sms: standing.second_factor.phone.is_some(),
        recovery_codes: standing.second_factor.recovery_codes,
        passkeys: standing.passkeys,
        apps: standing.apps,
        sessions: standing.sessions.iter().map(|session| sessions::line(&page, &member, session)).collect(),
        page,
    };
    html_for(&member.app, &member.browser, StatusCode::OK, &view, &[])
}
