//! `/account/data`: all that the server has of a person, and the end of it.

use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, web};

use super::Member;
use crate::account::credentials::Asker;
use crate::account::ends::{self, EndError};
use crate::account::fresh as freshness;
use crate::core::text::Said;
use crate::core::user::key;
use crate::http::pages::form::{self, Trouble};
use crate::http::pages::views::{AccountData, Errors, Link, Message, Page, Section};
use crate::http::pages::{fresh, html, html_for, signed_out};
use crate::http::{answer, block, context, faults};

/// `GET /account/data`
pub async fn get(req: HttpRequest) -> HttpResponse {
    match Member::opened(&req).await {
        Ok(member) => show(&req, &member, Trouble::default()),
        Err(response) => response,
    }
}

/// `POST /account/data`: hands out all that is kept, or deletes the account.
pub async fn post(req: HttpRequest, payload: web::Payload) -> HttpResponse {
    let member = match Member::sent(&req, payload).await {
        Ok(member) => member,
        Err(response) => return response,
    };
    if !member.sent_csrf(&req) {
        return show(&req, &member, Trouble::expired());
    }
    if let Some(response) = fresh::required(&member.app, &req, &member.browser) {
        return response;
    }
    match member.fields.get("action") {
        Some("export") => export(&req, &member).await,
        Some("delete") => match delete(&req, &member).await {
            Ok(response) => response,
            Err(trouble) => show(&req, &member, trouble),
        },
        _ => show(&req, &member, Trouble::expired()),
    }
}

async fn export(req: &HttpRequest, member: &Member) -> HttpResponse {
    let user = member.user.clone();
    let found = block::run(&member.app, context::request_id(req), move |app| ends::export(app, &user.id.into(), &user));
    let document = match found.await {
        Ok(document) => document,
        Err(error) => return faults::unavailable(req, &error),
    };
    let mut response = answer::json(StatusCode::OK, &document);
    let name = header::HeaderValue::from_static("attachment; filename=\"account.json\"");
    response.headers_mut().insert(header::CONTENT_DISPOSITION, name);
    response
}

async fn delete(req: &HttpRequest, member: &Member) -> Result<HttpResponse, Trouble> {
    let mut errors = Errors::default();
    let typed = member.fields.get("confirmation").unwrap_or_default();
    if key(typed) != key(&member.user.username) {
        errors.add("confirmation", "data-confirmation-wrong");
    }
    let password = member.fields.get("current_password").unwrap_or_default().to_owned();
    if password.is_empty() && member.user.password_hash.is_some() {
        errors.add("current_password", "confirm-password-missing");
    }
    if !errors.is_empty() {
        return Err(Trouble { status: StatusCode::UNPROCESSABLE_ENTITY, errors, ..Trouble::default() });
    }
    let asker = Asker {
        user: member.user.clone(),
        auth_time: Some(member.session.auth_time),
        spared: None,
        origin: context::origin(&member.app, req),
    };
    let ended =
        block::hashing(&member.app, context::request_id(req), move |app| ends::delete(app, &asker, Some(&password)));
    let of = |status, said: Said| Trouble { status, alert: Some(said), ..Trouble::default() };
    match ended.await {
        Ok(()) => Ok(gone(req, member)),
        Err(EndError::Invalid(invalid)) => Err(invalid.into()),
        Err(EndError::LastAdmin) => Err(of(StatusCode::CONFLICT, Said::new("data-last-admin"))),
        Err(EndError::Throttled(throttled)) => Err(Trouble {
            retry_after: Some(throttled.retry_after),
            ..of(StatusCode::TOO_MANY_REQUESTS, Said::new("confirm-throttled").with("count", throttled.retry_after))
        }),
        Err(EndError::Store(error)) => Err(error.into()),
    }
}

/// Nobody is signed in any more.
fn gone(req: &HttpRequest, member: &Member) -> HttpResponse {
    let view = Message {
        page: Page { user: None, csrf: String::new(), ..member.page(req) },
        title: "data-gone".into(),
        text: "data-gone-text".into(),
        link: Some(Link::new("/", "data-gone-on")),
    };
    let mut response = html(StatusCode::OK, &view, &[]);
    signed_out::forget(&member.app, &mut response);
    response
}

fn show(req: &HttpRequest, member: &Member, trouble: Trouble) -> HttpResponse {
    let Trouble { status, alert, errors, retry_after } = trouble;
    let view = AccountData {
        page: member.page(req),
        nav: member.nav(Section::Data),
        alert,
        errors,
        is_fresh: freshness::is_fresh(&member.app, member.session.auth_time),
        has_password: member.user.password_hash.is_some(),
        reserves_names: member.app.config.registration.reserve_names,
        username: member.user.username.clone(),
        confirmation: member.fields.get("confirmation").unwrap_or_default().to_owned(),
    };
    form::answered(html_for(&member.app, &member.browser, status, &view, &[]), retry_after)
}
