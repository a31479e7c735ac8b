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
use crate::account::session::SignedIn;
use crate::app::App;
use crate::core::secret::Plain;
use crate::core::text::{Language, Said};
use crate::http::body::Fields;
use crate::http::caller::{self, Browser};
use crate::http::{answer, block, context, cookies, faults};

/// What the script sent.
struct Call {
    app: Arc<App>,
    browser: Browser,
    fields: Fields,
    lang: Language,
}

impl Call {
    async fn read(req: &HttpRequest, payload: web::Payload) -> Result<Self, HttpResponse> {
        let (app, browser, fields) = form::sent(req, payload).await?;
        let lang = page(&app, req, &browser).lang;
        Ok(Self { app, browser, fields, lang })
    }

    /// Goes on with the CSRF token of the page that the script runs on.
    async fn proven(&self, req: &HttpRequest) -> Result<(), HttpResponse> {
        let proven = self.browser.sent_csrf(&self.app, req, Some(&self.fields));
        if proven { Ok(()) } else { Err(refused(self.lang, Trouble::expired())) }
    }

    /// Whose page it is.
    async fn signed_in(&self, page: &str) -> Result<&SignedIn, HttpResponse> {
        self.browser.signed_in.as_ref().ok_or_else(|| signed_out(self.lang, page))
    }

    /// The first step of a sign-in that waits for its second.
    async fn first_step(&self, req: &HttpRequest) -> Result<Plain, HttpResponse> {
        let waiting = second_step::waiting(&self.app, req, &self.browser);
        waiting.ok_or_else(|| refused(self.lang, settings::trouble(PasskeyError::Late)))
    }
}

type Outcome = Result<HttpResponse, HttpResponse>;

fn either(outcome: Outcome) -> HttpResponse {
    outcome.unwrap_or_else(|refused| refused)
}

/// `POST /login/passkey/begin`
pub async fn begin_sign_in(req: HttpRequest, payload: web::Payload) -> HttpResponse {
    either(try_begin_sign_in(&req, payload).await)
}

async fn try_begin_sign_in(req: &HttpRequest, payload: web::Payload) -> Outcome {
    let call = Call::read(req, payload).await?;
    call.proven(req).await?;
    let (cookie, origin) = (call.browser.cookie.clone(), context::origin(&call.app, req));
    let begun =
        block::run(&call.app, context::request_id(req), move |app| passkeys::begin_sign_in(app, &cookie, &origin));
    Ok(begin(call.lang, begun.await))
}

/// `POST /login/passkey`
pub async fn sign_in(req: HttpRequest, payload: web::Payload) -> HttpResponse {
    either(try_sign_in(&req, payload).await)
}

async fn try_sign_in(req: &HttpRequest, payload: web::Payload) -> Outcome {
    finish_sign_in(&Call::read(req, payload).await?, req, Step::SignIn).await
}

/// `POST /login/second-factor/passkey/begin`
pub async fn begin_second_step(req: HttpRequest, payload: web::Payload) -> HttpResponse {
    either(try_begin_second_step(&req, payload).await)
}

async fn try_begin_second_step(req: &HttpRequest, payload: web::Payload) -> Outcome {
    let call = Call::read(req, payload).await?;
    call.proven(req).await?;
    let first_step = call.first_step(req).await?;
    let (cookie, origin) = (call.browser.cookie.clone(), context::origin(&call.app, req));
    let begun = block::run(&call.app, context::request_id(req), move |app| {
        passkeys::begin_second_step(app, &first_step, &cookie, &origin)
    });
    Ok(begin(call.lang, begun.await))
}

/// `POST /login/second-factor/passkey`
pub async fn take_second_step(req: HttpRequest, payload: web::Payload) -> HttpResponse {
    either(try_second_step(&req, payload).await)
}

async fn try_second_step(req: &HttpRequest, payload: web::Payload) -> Outcome {
    let call = Call::read(req, payload).await?;
    let first_step = call.first_step(req).await?;
    let mut response = finish_sign_in(&call, req, Step::Second(first_step)).await?;
    if response.status() == StatusCode::OK {
        caller::add(&mut response, &cookies::remove(&call.app, cookies::Name::SecondStep));
    }
    Ok(response)
}

async fn finish_sign_in(call: &Call, req: &HttpRequest, step: Step) -> Outcome {
    call.proven(req).await?;
    let Call { app, browser, fields, lang } = call;
    let goal = Goal::of(app, req, fields.get("return_to")).await.map_err(|error| faults::unavailable(req, &error))?;
    let assertion = assertion(browser, fields, step);
    match login::enter(app, req, browser, Credentials::Passkey(assertion)).await {
        Ok(entered) => Ok(entrance::admit(app, &entered, gone_to(goal.path()))),
        Err(Refused::Trouble(trouble)) => Err(refused(*lang, trouble)),
        // A passkey is never followed by another step.
        Err(Refused::SecondFactor(_)) => Err(refused(*lang, LoginError::Passkey.into())),
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
    either(try_begin_confirm(&req, payload).await)
}

async fn try_begin_confirm(req: &HttpRequest, payload: web::Payload) -> Outcome {
    let call = Call::read(req, payload).await?;
    let user = call.signed_in(fresh::PAGE).await?.user.id;
    call.proven(req).await?;
    let (cookie, origin) = (call.browser.cookie.clone(), context::origin(&call.app, req));
    let begun = block::run(&call.app, context::request_id(req), move |app| {
        passkeys::begin_confirm(app, user, &cookie, &origin)
    });
    Ok(begin(call.lang, begun.await))
}

/// `POST /account/confirm/passkey`
pub async fn confirm(req: HttpRequest, payload: web::Payload) -> HttpResponse {
    either(try_confirm(&req, payload).await)
}

async fn try_confirm(req: &HttpRequest, payload: web::Payload) -> Outcome {
    let call = Call::read(req, payload).await?;
    let seen = call.signed_in(fresh::PAGE).await?.clone();
    call.proven(req).await?;
    let assertion = assertion(&call.browser, &call.fields, Step::Confirm(seen.user.id));
    let origin = context::origin(&call.app, req);
    let done = block::run(&call.app, context::request_id(req), move |app| {
        freshness::confirm_by_passkey(app, &seen, &assertion, &origin)
    });
    match done.await {
        Ok(cookie) => {
            let goal = fresh::goal(call.fields.get("return_to"));
            Ok(entrance::go_on(&call.app, &cookie, gone_to(goal.path())))
        }
        Err(error) => Err(refused(call.lang, error.into())),
    }
}

/// `POST /account/passkeys/begin`
pub async fn begin_registration(req: HttpRequest, payload: web::Payload) -> HttpResponse {
    either(try_begin_registration(&req, payload).await)
}

async fn try_begin_registration(req: &HttpRequest, payload: web::Payload) -> Outcome {
    let call = Call::read(req, payload).await?;
    let user = call.signed_in(settings::PAGE).await?.user.clone();
    call.proven(req).await?;
    if let Some(first) = fresh::required_for(&call.app, &call.browser, settings::PAGE) {
        return Err(led(call.lang, &first));
    }
    let (cookie, origin) = (call.browser.cookie.clone(), context::origin(&call.app, req));
    let begun = block::run(&call.app, context::request_id(req), move |app| {
        passkeys::begin_registration(app, &user, &cookie, &origin)
    });
    Ok(begin(call.lang, begun.await))
}

/// `POST /account/passkeys`
pub async fn register(req: HttpRequest, payload: web::Payload) -> HttpResponse {
    either(try_register(&req, payload).await)
}

async fn try_register(req: &HttpRequest, payload: web::Payload) -> Outcome {
    let call = Call::read(req, payload).await?;
    let user = call.signed_in(settings::PAGE).await?.user.clone();
    call.proven(req).await?;
    let new = Registration {
        token: text(&call.fields, "ceremony"),
        browser: call.browser.cookie.clone(),
        credential: call.fields.get("credential").unwrap_or_default().to_owned(),
        name: call.fields.get("name").unwrap_or_default().to_owned(),
    };
    let origin = context::origin(&call.app, req);
    let done = block::run(&call.app, context::request_id(req), move |app| {
        passkeys::finish_registration(app, &user, new, &origin)
    });
    match done.await {
        Ok(_) => Ok(gone_to(settings::ADDED)),
        Err(error) => Err(refused(call.lang, settings::trouble(error))),
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
