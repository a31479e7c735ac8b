//! The first administrator, by the link that the server prints at its start.

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};

use super::form::{self, Trouble};
use super::register::registration;
use super::views::{Message, Setup};
use super::{entrance, html_for, page, unreferred};
use crate::account::admin::{self, SetupError};
use crate::account::login::{self, LoginError, Origin};
use crate::account::register::Registration;
use crate::account::session::{self, Entered, Session};
use crate::app::App;
use crate::core::secret::Plain;
use crate::http::body::Fields;
use crate::http::caller::Browser;
use crate::http::{answer, block, context, faults};

/// `GET /setup?token=…`
pub async fn get(req: HttpRequest) -> HttpResponse {
    match form::opened(&req).await {
        Ok((app, browser, query)) => show(&app, &req, &browser, &query, Trouble::default()).await,
        Err(response) => response,
    }
}

/// `POST /setup`
pub async fn post(req: HttpRequest, payload: web::Payload) -> HttpResponse {
    let (app, browser, fields) = match form::sent(&req, payload).await {
        Ok(sent) => sent,
        Err(response) => return response,
    };
    if !browser.sent_csrf(&app, &req, Some(&fields)) {
        return show(&app, &req, &browser, &fields, Trouble::expired()).await;
    }
    let (token, registration) = (token(&fields), registration(&req, &fields));
    let (before, origin) = (browser.signed_in.as_ref().map(|own| own.session.clone()), context::origin(&app, &req));
    let done = block::hashing(&app, context::request_id(&req), move |app| {
        admin::set_up(app, &token, &registration)?;
        Ok::<_, SetupError>(sign_in(app, &registration, before, origin))
    });
    match done.await {
        Ok(Ok(entered)) => entrance::admit(&app, &entered, answer::see_other("/")),
        // The account is there all the same.
        Ok(Err(_)) => answer::see_other("/login"),
        Err(SetupError::Link) => dead(&app, &req, &browser),
        Err(SetupError::Register(error)) => show(&app, &req, &browser, &fields, error.into()).await,
    }
}

fn sign_in(
    app: &Arc<App>,
    registration: &Registration,
    before: Option<Session>,
    origin: Origin,
) -> Result<Entered, LoginError> {
    let name = registration.username.as_deref().unwrap_or_default();
    let password = registration.password.as_deref().unwrap_or_default();
    let verified = login::verify(app, name, password, &origin)?;
    session::sign_in(app, verified, origin, before)
}

fn token(fields: &Fields) -> Plain {
    Plain::new(fields.get("token").unwrap_or_default())
}

/// The form, if the link works.
async fn show(app: &Arc<App>, req: &HttpRequest, browser: &Browser, typed: &Fields, trouble: Trouble) -> HttpResponse {
    let asked = token(typed);
    let works =
        block::run(app, context::request_id(req), move |app| app.read(|cx| admin::setup_link_works(cx, &asked)));
    match works.await {
        Ok(true) => {}
        Ok(false) => return dead(app, req, browser),
        Err(error) => return faults::unavailable(req, &error),
    }
    let Trouble { status, alert, errors, retry_after } = trouble;
    let text = |name| typed.get(name).unwrap_or_default().to_owned();
    let view = Setup {
        page: page(app, req, browser),
        alert,
        errors,
        token: text("token"),
        name: text("name"),
        email: text("email"),
        username: text("username"),
    };
    form::answered(unreferred(html_for(app, browser, status, &view, &[])), retry_after)
}

fn dead(app: &Arc<App>, req: &HttpRequest, browser: &Browser) -> HttpResponse {
    let view = Message {
        page: page(app, req, browser),
        title: "setup-dead-title".into(),
        text: "setup-dead-text".into(),
        link: None,
    };
    unreferred(html_for(app, browser, StatusCode::GONE, &view, &[]))
}
