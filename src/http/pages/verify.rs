//! Proving an e-mail address: the page that the link of a mail opens, and the one that sends the mail again.

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::json;

use super::entrance::Goal;
use super::form::{self, Trouble};
use super::views::{EmailSend, EmailVerify, Link, Message};
use super::{html_for, page, unreferred};
use crate::account::email::{self, EmailError, Pending};
use crate::app::App;
use crate::core::secret::Plain;
use crate::core::text::Said;
use crate::http::body::Fields;
use crate::http::caller::Browser;
use crate::http::faults::{self, Face, Fault};
use crate::http::{answer, block, context};

/// What a program is told, known or not.
const SENT: &str = "If an address still has to be confirmed, we have sent a mail with a link to it.";

/// The same without the CSRF token of its page.
const EXPIRED: &str = "This page has expired, please try again.";

/// `GET /email/verify?token=…`: a button, for programs that look into mails open links too. Without a token: the form
/// that sends the mail again.
pub async fn get(req: HttpRequest) -> HttpResponse {
    let (app, browser, query) = match form::opened(&req).await {
        Ok(opened) => opened,
        Err(response) => return response,
    };
    if query.get("token").is_some() {
        return show(&app, &req, &browser, token(&query), Trouble::default()).await;
    }
    match Goal::of(&app, &req, query.get("return_to")).await {
        Ok(goal) => ask(&app, &req, &browser, &goal, Asked::default(), StatusCode::OK),
        Err(error) => faults::unavailable(&req, &error),
    }
}

/// `POST /email/verify`: uses the link. Signs nobody in.
pub async fn post(req: HttpRequest, payload: web::Payload) -> HttpResponse {
    let (app, browser, fields) = match form::sent(&req, payload).await {
        Ok(sent) => sent,
        Err(response) => return response,
    };
    let token = token(&fields);
    if !browser.sent_csrf(&app, &req, Some(&fields)) {
        return show(&app, &req, &browser, token, Trouble::expired()).await;
    }
    let used = token.clone();
    match block::run(&app, context::request_id(&req), move |app| email::confirm(app, &used)).await {
        Ok(pending) => done(&app, &req, &browser, &pending),
        Err(EmailError::Link) => dead(&app, &req, &browser),
        Err(error) => show(&app, &req, &browser, token, error.into()).await,
    }
}

fn token(fields: &Fields) -> Plain {
    Plain::new(fields.get("token").unwrap_or_default())
}

/// The button, if the link works.
async fn show(app: &Arc<App>, req: &HttpRequest, browser: &Browser, token: Plain, trouble: Trouble) -> HttpResponse {
    let asked = token.clone();
    let found = block::run(app, context::request_id(req), move |app| app.read(|cx| email::pending(cx, &asked)));
    let pending = match found.await {
        Ok(Some(pending)) => pending,
        Ok(None) => return dead(app, req, browser),
        Err(error) => return faults::unavailable(req, &error),
    };
    let Trouble { status, alert, retry_after, .. } = trouble;
    let view = EmailVerify {
        page: page(app, req, browser),
        alert,
        token: token.expose().to_owned(),
        email: pending.email,
        is_change: pending.is_change,
    };
    form::answered(unreferred(html_for(app, browser, status, &view, &[])), retry_after)
}

fn done(app: &Arc<App>, req: &HttpRequest, browser: &Browser, pending: &Pending) -> HttpResponse {
    let link = match &browser.signed_in {
        Some(_) => Link::new("/account", "continue"),
        None => Link::new("/login", "login-title"),
    };
    let title = if pending.is_change { "email-changed-title" } else { "email-verified-title" };
    let view = Message {
        page: page(app, req, browser),
        title: title.into(),
        text: Said::new("email-verified-text").with("email", &pending.email),
        link: Some(link),
    };
    unreferred(html_for(app, browser, StatusCode::OK, &view, &[]))
}

fn dead(app: &Arc<App>, req: &HttpRequest, browser: &Browser) -> HttpResponse {
    let view = Message {
        page: page(app, req, browser),
        title: "link-dead-title".into(),
        text: "link-dead-text".into(),
        link: Some(Link::new("/email/verify", "link-dead-new")),
    };
    unreferred(html_for(app, browser, StatusCode::GONE, &view, &[]))
}

/// `POST /email/verify/send`: for whoever is signed in, or by an address. Says the same whether or not it is known.
pub async fn send(req: HttpRequest, payload: web::Payload) -> HttpResponse {
    let (app, browser, fields) = match form::sent(&req, payload).await {
        Ok(sent) => sent,
        Err(response) => return response,
    };
    let goal = match Goal::of(&app, &req, fields.get("return_to")).await {
        Ok(goal) => goal,
        Err(error) => return faults::unavailable(&req, &error),
    };
    let is_page = Face::of(&req) == Face::Html;
    let typed = fields.get("email").unwrap_or_default().to_owned();
    // A program that is not signed in has nothing that another's page could use.
    let is_free = !is_page && browser.signed_in.is_none();
    if !is_free && !browser.sent_csrf(&app, &req, Some(&fields)) {
        return if is_page {
            again(&app, &req, &browser, &goal, typed, Trouble::expired())
        } else {
            answer::json(StatusCode::FORBIDDEN, &json!({ "message": EXPIRED, "errors": {} }))
        };
    }
    let address = browser.signed_in.as_ref().map_or_else(|| typed.clone(), |person| person.user.email.clone());
    let origin = context::origin(&app, &req);
    let sent =
        block::run(&app, context::request_id(&req), move |app| email::send_again(app, Some(&address), &origin)).await;
    match sent {
        Ok(()) if is_page => {
            let asked = Asked { notice: Some(EmailSend::SENT.into()), ..Asked::default() };
            ask(&app, &req, &browser, &goal, asked, StatusCode::OK)
        }
        Ok(()) => answer::json(StatusCode::OK, &json!({ "message": SENT })),
        Err(error) if is_page => again(&app, &req, &browser, &goal, typed, error.into()),
        Err(error) => refused(error),
    }
}

fn again(
    app: &Arc<App>,
    req: &HttpRequest,
    browser: &Browser,
    goal: &Goal,
    email: String,
    trouble: Trouble,
) -> HttpResponse {
    let Trouble { status, alert, errors, retry_after } = trouble;
    form::answered(ask(app, req, browser, goal, Asked { notice: None, alert, errors, email }, status), retry_after)
}

/// The same for a program.
fn refused(error: EmailError) -> HttpResponse {
    let errors = match &error {
        EmailError::Invalid(invalid) => serde_json::to_value(&invalid.0).unwrap_or_default(),
        _ => json!({}),
    };
    let text = match &error {
        EmailError::Store(error) => Fault::from(error).message.text.into_owned(),
        other => other.to_string(),
    };
    let Trouble { status, retry_after, .. } = error.into();
    form::answered(answer::json(status, &json!({ "message": text, "errors": errors })), retry_after)
}

/// What the form that sends the mail again shows.
#[derive(Default)]
struct Asked {
    notice: Option<Said>,
    alert: Option<Said>,
    errors: super::views::Errors,
    email: String,
}

fn ask(
    app: &Arc<App>,
    req: &HttpRequest,
    browser: &Browser,
    goal: &Goal,
    asked: Asked,
    status: StatusCode,
) -> HttpResponse {
    let Asked { notice, alert, errors, email } = asked;
    let view = EmailSend {
        page: page(app, req, browser),
        client_name: goal.client_name(),
        notice,
        alert,
        errors,
        email,
        return_to: goal.return_to.clone(),
    };
    html_for(app, browser, status, &view, &[])
}

/// The form that sends the mail again, for somebody who is signed in and wants into an app.
pub fn needed(app: &Arc<App>, req: &HttpRequest, browser: &Browser, goal: &Goal) -> HttpResponse {
    ask(app, req, browser, goal, Asked::default(), StatusCode::FORBIDDEN)
}
