//! What the script of the passkey pages asks for: JSON both ways, with the CSRF token of the page that it runs on. Each
//! ceremony has two halves: `begin` says what the browser is to ask its owner for, the other takes what came of it.

use std::sync::Arc;

use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::json;

use super::entrance::{self, Goal};
use super::form::{self, Trouble};
use super::login::{self, Refused};
use super::{fresh, page, passkeys as settings, second_step};
use crate::account::fresh as freshness;
use crate::account::login::{Credentials, LoginError};
use crate::account::passkeys::{self, Assertion, Begun, PasskeyError, Registration, Step};
use crate::app::App;
use crate::core::secret::Plain;
use crate::core::text::{Language, Said};
use crate::http::body::Fields;
use crate::http::caller::{self, Browser};
use crate::http::{answer, block, context, cookies, faults};

/// `POST /login/passkey/begin`
pub async fn begin_sign_in(req: HttpRequest, payload: web::Payload) -> HttpResponse {
    let (app, browser, fields) = match form::sent(&req, payload).await {
        Ok(sent) => sent,
        Err(response) => return response,
    };
    let lang = page(&app, &req, &browser).lang;
    if !browser.sent_csrf(&app, &req, Some(&fields)) {
        return refused(lang, Trouble::expired());
    }
    let (cookie, origin) = (browser.cookie.clone(), context::origin(&app, &req));
    let begun =
        block::run(&app, context::request_id(&req), move |app| passkeys::begin_sign_in(app, &cookie, &origin)).await;
    begin(lang, begun)
}

/// `POST /login/passkey`
pub async fn sign_in(req: HttpRequest, payload: web::Payload) -> HttpResponse {
    let (app, browser, fields) = match form::sent(&req, payload).await {
        Ok(sent) => sent,
        Err(response) => return response,
    };
    finish_sign_in(&app, &req, &browser, &fields, Step::SignIn).await
}

/// `POST /login/second-factor/passkey/begin`
pub async fn begin_second_step(req: HttpRequest, payload: web::Payload) -> HttpResponse {
    let (app, browser, fields) = match form::sent(&req, payload).await {
        Ok(sent) => sent,
        Err(response) => return response,
    };
    let lang = page(&app, &req, &browser).lang;
    if !browser.sent_csrf(&app, &req, Some(&fields)) {
        return refused(lang, Trouble::expired());
    }
    let Some(first_step) = second_step::waiting(&app, &req, &browser) else {
        return refused(lang, settings::trouble(PasskeyError::Late));
    };
    let (cookie, origin) = (browser.cookie.clone(), context::origin(&app, &req));
    let begun = block::run(&app, context::request_id(&req), move |app| {
        passkeys::begin_second_step(app, &first_step, &cookie, &origin)
    });
    begin(lang, begun.await)
}

/// `POST /login/second-factor/passkey`
pub async fn take_second_step(req: HttpRequest, payload: web::Payload) -> HttpResponse {
    let (app, browser, fields) = match form::sent(&req, payload).await {
        Ok(sent) => sent,
        Err(response) => return response,
    };
    let Some(first_step) = second_step::waiting(&app, &req, &browser) else {
        let lang = page(&app, &req, &browser).lang;
        return refused(lang, settings::trouble(PasskeyError::Late));
    };
    let mut response = finish_sign_in(&app, &req, &browser, &fields, Step::Second(first_step)).await;
    if response.status() == StatusCode::OK {
        caller::add(&mut response, &cookies::remove(&app, cookies::Name::SecondStep));
    }
    response
}

async fn finish_sign_in(
    app: &Arc<App>,
    req: &HttpRequest,
    browser: &Browser,
    fields: &Fields,
    step: Step,
) -> HttpResponse {
    let lang = page(app, req, browser).lang;
    if !browser.sent_csrf(app, req, Some(fields)) {
        return refused(lang, Trouble::expired());
    }
    let goal = match Goal::of(app, req, fields.get("return_to")).await {
        Ok(goal) => goal,
        Err(error) => return faults::unavailable(req, &error),
    };
    let assertion = assertion(browser, fields, step);
    match login::enter(app, req, browser, Credentials::Passkey(assertion)).await {
        Ok(cookie) => entrance::let_in(app, &cookie, gone_to(goal.path())),
        Err(Refused::Trouble(trouble)) => refused(lang, trouble),
        // A passkey is never followed by another step.
        Err(Refused::SecondFactor(_)) => refused(lang, LoginError::Passkey.into()),
    }
}

fn assertion(browser: &Browser, fields: &Fields, step: Step) -> Assertion {
    Assertion {
        token: text(fields, "ceremony"),
        browser: browser.cookie.clone(),
        credential: fields.get("credential").unwrap_or_default().to_owned(),
        step,
    }
}

/// `POST /account/confirm/passkey/begin`
pub async fn begin_confirm(req: HttpRequest, payload: web::Payload) -> HttpResponse {
    let (app, browser, fields) = match form::sent(&req, payload).await {
        Ok(sent) => sent,
        Err(response) => return response,
    };
    let lang = page(&app, &req, &browser).lang;
    let Some(signed_in) = &browser.signed_in else { return signed_out(lang, fresh::PAGE) };
    if !browser.sent_csrf(&app, &req, Some(&fields)) {
        return refused(lang, Trouble::expired());
    }
    let (user, cookie, origin) = (signed_in.user.id, browser.cookie.clone(), context::origin(&app, &req));
    let begun =
        block::run(&app, context::request_id(&req), move |app| passkeys::begin_confirm(app, user, &cookie, &origin));
    begin(lang, begun.await)
}

/// `POST /account/confirm/passkey`
pub async fn confirm(req: HttpRequest, payload: web::Payload) -> HttpResponse {
    let (app, browser, fields) = match form::sent(&req, payload).await {
        Ok(sent) => sent,
        Err(response) => return response,
    };
    let lang = page(&app, &req, &browser).lang;
    let Some(seen) = browser.signed_in.clone() else { return signed_out(lang, fresh::PAGE) };
    if !browser.sent_csrf(&app, &req, Some(&fields)) {
        return refused(lang, Trouble::expired());
    }
    let assertion = assertion(&browser, &fields, Step::Confirm(seen.user.id));
    let origin = context::origin(&app, &req);
    let done = block::run(&app, context::request_id(&req), move |app| {
        freshness::confirm_by_passkey(app, &seen, &assertion, &origin)
    });
    match done.await {
        Ok(cookie) => entrance::let_in(&app, &cookie, gone_to(fresh::goal(fields.get("return_to")).path())),
        Err(error) => refused(lang, error.into()),
    }
}

/// `POST /account/passkeys/begin`
pub async fn begin_registration(req: HttpRequest, payload: web::Payload) -> HttpResponse {
    let (app, browser, fields) = match form::sent(&req, payload).await {
        Ok(sent) => sent,
        Err(response) => return response,
    };
    let lang = page(&app, &req, &browser).lang;
    let Some(signed_in) = &browser.signed_in else { return signed_out(lang, settings::PAGE) };
    if !browser.sent_csrf(&app, &req, Some(&fields)) {
        return refused(lang, Trouble::expired());
    }
    if let Some(first) = fresh::required_for(&app, &browser, settings::PAGE) {
        return led(lang, &first);
    }
    let (user, cookie, origin) = (signed_in.user.clone(), browser.cookie.clone(), context::origin(&app, &req));
    let begun = block::run(&app, context::request_id(&req), move |app| {
        passkeys::begin_registration(app, &user, &cookie, &origin)
    });
    begin(lang, begun.await)
}

/// `POST /account/passkeys`
pub async fn register(req: HttpRequest, payload: web::Payload) -> HttpResponse {
    let (app, browser, fields) = match form::sent(&req, payload).await {
        Ok(sent) => sent,
        Err(response) => return response,
    };
    let lang = page(&app, &req, &browser).lang;
    let Some(signed_in) = &browser.signed_in else { return signed_out(lang, settings::PAGE) };
    if !browser.sent_csrf(&app, &req, Some(&fields)) {
        return refused(lang, Trouble::expired());
    }
    let new = Registration {
        token: text(&fields, "ceremony"),
        browser: browser.cookie.clone(),
        credential: fields.get("credential").unwrap_or_default().to_owned(),
        name: fields.get("name").unwrap_or_default().to_owned(),
    };
    let (user, origin) = (signed_in.user.clone(), context::origin(&app, &req));
    let done =
        block::run(&app, context::request_id(&req), move |app| passkeys::finish_registration(app, &user, new, &origin));
    match done.await {
        Ok(_) => gone_to(settings::ADDED),
        Err(error) => refused(lang, settings::trouble(error)),
    }
}

fn text(fields: &Fields, name: &str) -> Plain {
    Plain::new(fields.get(name).unwrap_or_default())
}

fn begin(lang: Language, begun: Result<Begun, PasskeyError>) -> HttpResponse {
    match begun {
        Ok(Begun { token, options }) => {
            answer::json(StatusCode::OK, &json!({ "ceremony": token.expose(), "options": options }))
        }
        Err(error) => refused(lang, settings::trouble(error)),
    }
}

/// Where the script is to go.
fn gone_to(path: &str) -> HttpResponse {
    answer::json(StatusCode::OK, &json!({ "location": path }))
}

/// Why nothing came of it, in a line; the page shows it as it is.
fn refused(lang: Language, trouble: Trouble) -> HttpResponse {
    let Trouble { status, alert, errors, retry_after } = trouble;
    let said = alert.or_else(|| errors.first("name").cloned()).unwrap_or_else(|| Said::new("passkeys-failed"));
    let message = said.text(lang);
    form::answered(answer::json(status, &json!({ "message": message })), retry_after)
}

/// The page that the script runs on is another person's, or nobody's: loaded anew it asks to sign in.
fn signed_out(lang: Language, page: &str) -> HttpResponse {
    let message = Said::new("passkeys-signed-out").text(lang);
    answer::json(StatusCode::UNAUTHORIZED, &json!({ "message": message, "location": page }))
}

/// Something else comes first: the script goes there.
fn led(lang: Language, first: &HttpResponse) -> HttpResponse {
    let location = first.headers().get(header::LOCATION).and_then(|location| location.to_str().ok());
    let message = Said::new("passkeys-confirm").text(lang);
    answer::json(StatusCode::FORBIDDEN, &json!({ "message": message, "location": location }))
}
