//! The front page, and the way out.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};

use super::entrance::Goal;
use super::views::Home;
use super::{form, html_for, page, signed_out};
use crate::http::caller::Browser;
use crate::http::faults::{self, Fault};
use crate::http::{answer, context};

/// `GET /`: whoever is signed in goes on to their account.
pub async fn get(req: HttpRequest) -> HttpResponse {
    let app = context::app(&req);
    let browser = match Browser::of(&app, &req).await {
        Ok(browser) => browser,
        Err(error) => return faults::unavailable(&req, &error),
    };
    if browser.signed_in.is_some() {
        return answer::see_other("/account");
    }
    let view = Home {
        page: page(&app, &req, &browser),
        registration_enabled: app.config.registration.enabled,
        docs_href: None,
        development: app.config.server.development,
    };
    html_for(&app, &browser, StatusCode::OK, &view, &[])
}

/// `POST /logout`: ends the session and takes its cookies away.
pub async fn sign_out(req: HttpRequest, payload: web::Payload) -> HttpResponse {
    let (app, browser, fields) = match form::sent(&req, payload).await {
        Ok(sent) => sent,
        Err(response) => return response,
    };
    let session = match signed_out::session_of(&app, &req, &browser).await {
        Ok(session) => session,
        Err(error) => return faults::unavailable(&req, &error),
    };
    let mut frames = Vec::new();
    if let Some(session) = session {
        if !browser.sent_csrf(&app, &req, Some(&fields)) {
            return Fault::new(
                StatusCode::FORBIDDEN,
                ("Go back, load the page again and try once more.", "error-go-back"),
            )
            .answer(&req);
        }
        frames = match signed_out::end(&app, &req, session).await {
            Ok(frames) => frames,
            Err(error) => return faults::unavailable(&req, &error),
        };
    }
    let goal = match Goal::of(&app, &req, fields.get("return_to")).await {
        Ok(goal) => goal,
        Err(error) => return faults::unavailable(&req, &error),
    };
    let next = if goal.return_to.is_empty() { "/".to_owned() } else { goal.through("/login") };
    let mut response = signed_out::answer(&req, &frames, Some(&next));
    signed_out::forget(&app, &mut response);
    response
}
