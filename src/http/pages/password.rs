//! A forgotten password: a link by mail, and the page that it opens.

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};

use super::form::{self, Trouble};
use super::views::{Link, Message, PasswordForgot, PasswordReset};
use super::{html_for, page, unreferred};
use crate::account::password::{self, Proof, ResetError};
use crate::app::App;
use crate::core::secret::Plain;
use crate::core::text::Said;
use crate::http::body::Fields;
use crate::http::caller::Browser;
use crate::http::{block, context, faults};

/// `GET /password/forgot`
pub async fn forgot(req: HttpRequest) -> HttpResponse {
    match form::opened(&req).await {
        Ok((app, browser, _)) => show_forgot(&app, &req, &browser, None, String::new(), Trouble::default()),
        Err(response) => response,
    }
}

/// `POST /password/forgot`: says the same whether or not the address is known.
pub async fn send(req: HttpRequest, payload: web::Payload) -> HttpResponse {
    let (app, browser, fields) = match form::sent(&req, payload).await {
        Ok(sent) => sent,
        Err(response) => return response,
    };
    let email = fields.get("email").unwrap_or_default().to_owned();
    if !browser.sent_csrf(&app, &req, Some(&fields)) {
        return show_forgot(&app, &req, &browser, None, email, Trouble::expired());
    }
    let (asked, origin) = (email.clone(), context::origin(&app, &req));
    let done =
        block::run(&app, context::request_id(&req), move |app| password::send(app, Some(&asked), Proof::Link, &origin));
    match done.await {
        Ok(()) => {
            let notice = Some(Said::new(PasswordForgot::SENT));
            show_forgot(&app, &req, &browser, notice, String::new(), Trouble::default())
        }
        Err(error) => show_forgot(&app, &req, &browser, None, email, error.into()),
    }
}

fn show_forgot(
    app: &Arc<App>,
    req: &HttpRequest,
    browser: &Browser,
    notice: Option<Said>,
    email: String,
    trouble: Trouble,
) -> HttpResponse {
    let Trouble { status, alert, errors, retry_after } = trouble;
    let view = PasswordForgot { page: page(app, req, browser), notice, alert, errors, email };
    form::answered(html_for(app, browser, status, &view, &[]), retry_after)
}

/// `GET /password/reset?token=…`
pub async fn reset(req: HttpRequest) -> HttpResponse {
    match form::opened(&req).await {
        Ok((app, browser, query)) => show_reset(&app, &req, &browser, token(&query), Trouble::default()).await,
        Err(response) => response,
    }
}

/// `POST /password/reset`: ends every session and token of the person.
pub async fn change(req: HttpRequest, payload: web::Payload) -> HttpResponse {
    let (app, browser, fields) = match form::sent(&req, payload).await {
        Ok(sent) => sent,
        Err(response) => return response,
    };
    let token = token(&fields);
    if !browser.sent_csrf(&app, &req, Some(&fields)) {
        return show_reset(&app, &req, &browser, token, Trouble::expired()).await;
    }
    let new = |name| Plain::new(fields.get(name).unwrap_or_default());
    let (used, plain, again) = (token.clone(), new("password"), new("password_confirmation"));
    let origin = context::origin(&app, &req);
    let done = block::hashing(&app, context::request_id(&req), move |app| {
        password::reset_by_link(app, &used, Some(plain.expose()), Some(again.expose()), &origin)
    });
    match done.await {
        Ok(()) => {
            let view = Message {
                page: page(&app, &req, &browser),
                title: "password-changed-title".into(),
                text: "password-changed-text".into(),
                link: Some(Link::new("/login", "login-title")),
            };
            unreferred(html_for(&app, &browser, StatusCode::OK, &view, &[]))
        }
        Err(ResetError::Proof) => dead(&app, &req, &browser),
        Err(error) => show_reset(&app, &req, &browser, token, error.into()).await,
    }
}

fn token(fields: &Fields) -> Plain {
    Plain::new(fields.get("token").unwrap_or_default())
}

/// The form, if the link works.
async fn show_reset(
    app: &Arc<App>,
    req: &HttpRequest,
    browser: &Browser,
    token: Plain,
    trouble: Trouble,
) -> HttpResponse {
    let asked = token.clone();
    let owner = block::run(app, context::request_id(req), move |app| app.read(|cx| password::link_owner(cx, &asked)));
    let owner = match owner.await {
        Ok(Some(owner)) => owner,
        Ok(None) => return dead(app, req, browser),
        Err(error) => return faults::unavailable(req, &error),
    };
    let Trouble { status, alert, errors, retry_after } = trouble;
    let view = PasswordReset {
        page: page(app, req, browser),
        alert,
        errors,
        token: token.expose().to_owned(),
        email: Some(owner.email),
    };
    form::answered(unreferred(html_for(app, browser, status, &view, &[])), retry_after)
}

fn dead(app: &Arc<App>, req: &HttpRequest, browser: &Browser) -> HttpResponse {
    let view = Message {
        page: page(app, req, browser),
        title: "link-dead-title".into(),
        text: "link-dead-text".into(),
        link: Some(Link::new("/password/forgot", "link-dead-new")),
    };
    unreferred(html_for(app, browser, StatusCode::GONE, &view, &[]))
}
