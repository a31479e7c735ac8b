//! Making an account.

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};

use super::entrance::{self, Goal};
use super::form::{self, Trouble};
use super::views::{Link, Message, Register};
use super::{html_for, page};
use crate::account::register::{self, Form, RegisterError, Registration};
use crate::account::{email, session};
use crate::app::App;
use crate::core::authentication::{Authentication, Methods};
use crate::core::secret::Plain;
use crate::http::body::Fields;
use crate::http::caller::Browser;
use crate::http::{answer, block, context, faults, language};

/// `GET /register`
pub async fn get(req: HttpRequest) -> HttpResponse {
    let (app, browser, query) = match form::opened(&req).await {
        Ok(opened) => opened,
        Err(response) => return response,
    };
    let goal = match Goal::of(&app, &req, query.get("return_to")).await {
        Ok(goal) => goal,
        Err(error) => return faults::unavailable(&req, &error),
    };
    if browser.signed_in.as_ref().is_some_and(|signed_in| !goal.waits_beside(&signed_in.session)) {
        return answer::see_other(goal.path());
    }
    if !app.config.registration.enabled {
        return closed(&app, &req, &browser, &goal);
    }
    show(&app, &req, &browser, &goal, &Fields::default(), Trouble::default())
}

/// `POST /register`
pub async fn post(req: HttpRequest, payload: web::Payload) -> HttpResponse {
    let (app, browser, fields) = match form::sent(&req, payload).await {
        Ok(sent) => sent,
        Err(response) => return response,
    };
    let goal = match Goal::of(&app, &req, fields.get("return_to")).await {
        Ok(goal) => goal,
        Err(error) => return faults::unavailable(&req, &error),
    };
    if !app.config.registration.enabled {
        return closed(&app, &req, &browser, &goal);
    }
    match sign_up(&app, &req, &browser, &fields).await {
        Ok(Some(cookie)) => entrance::enter(&app, &cookie, goal.path()),
        Ok(None) => look_in_mailbox(&app, &req, &browser, &goal),
        Err(trouble) => show(&app, &req, &browser, &goal, &fields, trouble),
    }
}

/// The cookie of the new person's session; none where their address must be proved first.
async fn sign_up(
    app: &Arc<App>,
    req: &HttpRequest,
    browser: &Browser,
    fields: &Fields,
) -> Result<Option<Plain>, Trouble> {
    if !browser.sent_csrf(app, req, Some(fields)) {
        return Err(Trouble::expired());
    }
    let registration = registration(req, fields);
    let origin = context::origin(app, req);
    let before = browser.signed_in.as_ref().map(|signed_in| signed_in.session.clone());
    let done = block::hashing(app, context::request_id(req), move |app| {
        let new = register::check(app, Form::Page, &registration, &origin)?;
        let waits = email::is_needed_to_sign_in(app);
        let cookie = app.write(move |cx| {
            let user = new.keep(cx)?;
            if waits {
                return Ok(None);
            }
            let proof = Authentication::new(cx.now, Methods::password());
            Ok::<_, RegisterError>(Some(session::begin(cx, &user, proof, origin)?))
        })?;
        if let (Some(before), Some(_)) = (before, &cookie) {
            session::sign_out(app, &before)?;
        }
        Ok::<_, Trouble>(cookie)
    });
    done.await
}

fn look_in_mailbox(app: &Arc<App>, req: &HttpRequest, browser: &Browser, goal: &Goal) -> HttpResponse {
    let view = Message {
        page: page(app, req, browser),
        title: "mailbox-title".into(),
        text: "register-mailbox".into(),
        link: Some(Link::new(goal.through("/login"), "login-title")),
    };
    html_for(app, browser, StatusCode::CREATED, &view, &[])
}

/// The fields that make an account on a page.
pub(super) fn registration(req: &HttpRequest, fields: &Fields) -> Registration {
    let text = |name| fields.get(name).map(str::to_owned);
    Registration {
        name: text("name"),
        username: text("username"),
        email: text("email"),
        password: text("password"),
        password_confirmation: text("password_confirmation"),
        locale: language::wanted(req),
        ..Registration::default()
    }
}

fn show(
    app: &Arc<App>,
    req: &HttpRequest,
    browser: &Browser,
    goal: &Goal,
    typed: &Fields,
    trouble: Trouble,
) -> HttpResponse {
    let Trouble { status, alert, errors, retry_after } = trouble;
    let text = |name| typed.get(name).unwrap_or_default().to_owned();
    let view = Register {
        page: page(app, req, browser),
        client_name: goal.client_name(),
        alert,
        errors,
        name: text("name"),
        username: text("username"),
        email: text("email"),
        return_to: goal.return_to.clone(),
        login_href: goal.through("/login"),
    };
    form::answered(html_for(app, browser, status, &view, &goal.form_targets()), retry_after)
}

fn closed(app: &Arc<App>, req: &HttpRequest, browser: &Browser, goal: &Goal) -> HttpResponse {
    let view = Message {
        page: page(app, req, browser),
        title: "register-closed-title".into(),
        text: "register-closed-text".into(),
        link: Some(Link::new(goal.through("/login"), "login-title")),
    };
    html_for(app, browser, StatusCode::FORBIDDEN, &view, &[])
}
