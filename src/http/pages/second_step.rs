//! The second step of a sign-in.
//!
//! What stands for the first step rides in a cookie that scripts cannot read, sealed together with the browser's own
//! cookie: it is in no address and no page, and brought into another browser it is worth nothing there.

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq as _;

use super::entrance::{self, Goal};
use super::form::{self, Trouble};
use super::login::{self, Refused};
use super::views::SecondStep;
use super::{html_for, page, passkeys, scripted};
use crate::account::login::{Challenge, Credentials};
use crate::account::session::Entered;
use crate::account::{self, Invalid, second_factor};
use crate::app::App;
use crate::core::secret::Plain;
use crate::core::text::Said;
use crate::http::body::Fields;
use crate::http::caller::{self, Browser};
use crate::http::{answer, block, context, cookies, faults};
use crate::store;

const SEALED_FOR: &str = "second step cookie";

/// What the cookie says, sealed.
#[derive(Serialize, Deserialize)]
struct Waiting {
    token: String,
    /// The hash of the browser's own cookie.
    browser: String,
}

/// Sends a person whose password was right on to the second step.
pub(super) fn begin(app: &App, browser: &Browser, goal: &Goal, challenge: &Challenge) -> HttpResponse {
    let waiting = Waiting {
        token: challenge.token.expose().to_owned(),
        browser: app.secrets.hash(browser.cookie.expose()).as_str().to_owned(),
    };
    let json = serde_json::to_vec(&waiting).unwrap_or_default();
    let mut response = answer::see_other(&goal.through("/login/second-factor"));
    if let Ok(sealed) = app.secrets.seal(SEALED_FOR, &json) {
        let cookie = cookies::set(app, cookies::Name::SecondStep, &sealed, Some(challenge.expires_in));
        caller::add(&mut response, &cookie);
    }
    response
}

/// What stands for the first step of this browser.
pub(super) fn waiting(app: &App, req: &HttpRequest, browser: &Browser) -> Option<Plain> {
    let sealed = cookies::get(app, req, cookies::Name::SecondStep)?;
    let json = app.secrets.open(SEALED_FOR, sealed.expose()).ok()?;
    let waiting: Waiting = serde_json::from_slice(&json).ok()?;
    let own = app.secrets.hash(browser.cookie.expose());
    let same = bool::from(waiting.browser.as_bytes().ct_eq(own.as_str().as_bytes()));
    same.then(|| Plain::new(waiting.token))
}

/// `GET /login/second-factor`
pub async fn get(req: HttpRequest) -> HttpResponse {
    let (app, browser, query) = match form::opened(&req).await {
        Ok(opened) => opened,
        Err(response) => return response,
    };
    let goal = match Goal::of(&app, &req, query.get("return_to")).await {
        Ok(goal) => goal,
        Err(error) => return faults::unavailable(&req, &error),
    };
    match waiting(&app, &req, &browser) {
        Some(token) => show(&app, &req, &browser, &goal, token, None, Trouble::default()).await,
        None if browser.signed_in.is_some() => answer::see_other(goal.path()),
        None => answer::see_other(&goal.through("/login")),
    }
}

/// `POST /login/second-factor`: takes a code, or sends another.
pub async fn post(req: HttpRequest, payload: web::Payload) -> HttpResponse {
    let (app, browser, fields) = match form::sent(&req, payload).await {
        Ok(sent) => sent,
        Err(response) => return response,
    };
    let goal = match Goal::of(&app, &req, fields.get("return_to")).await {
        Ok(goal) => goal,
        Err(error) => return faults::unavailable(&req, &error),
    };
    let Some(token) = waiting(&app, &req, &browser) else { return again(&app, &goal) };
    match take(&app, &req, &browser, &fields, token.clone()).await {
        Ok(entered) => {
            let mut response = entrance::admit(&app, &entered, answer::see_other(goal.path()));
            caller::add(&mut response, &cookies::remove(&app, cookies::Name::SecondStep));
            response
        }
        Err(Refused::SecondFactor(_)) => {
            let notice = Some(Said::new(SecondStep::SENT));
            show(&app, &req, &browser, &goal, token, notice, Trouble::default()).await
        }
        Err(Refused::Trouble(trouble)) => {
            let trouble = if is_recovery(&fields) { beside_its_field(trouble) } else { trouble };
            show(&app, &req, &browser, &goal, token, None, trouble).await
        }
    }
}

fn is_recovery(fields: &Fields) -> bool {
    fields.get("resend").is_none() && fields.get("recovery_code").is_some()
}

/// A wrong recovery code is told where it was typed, which also keeps that part of the page open.
fn beside_its_field(mut trouble: Trouble) -> Trouble {
    if trouble.status == StatusCode::UNPROCESSABLE_ENTITY
        && let Some(text) = trouble.alert.take()
    {
        trouble.errors.add("recovery_code", text);
    }
    trouble
}

async fn take(
    app: &Arc<App>,
    req: &HttpRequest,
    browser: &Browser,
    fields: &Fields,
    token: Plain,
) -> Result<Entered, Refused> {
    if !browser.sent_csrf(app, req, Some(fields)) {
        return Err(Refused::Trouble(Trouble::expired()));
    }
    let mut code = None;
    if fields.get("resend").is_none() {
        let field = if is_recovery(fields) { "recovery_code" } else { "code" };
        let mut invalid = Invalid::default();
        code = Some(invalid.required(field, fields.get(field), 64));
        invalid.check()?;
    }
    login::enter(app, req, browser, Credentials::SecondFactor { token, code }).await
}

/// The form, as long as the attempt lives.
async fn show(
    app: &Arc<App>,
    req: &HttpRequest,
    browser: &Browser,
    goal: &Goal,
    token: Plain,
    notice: Option<Said>,
    trouble: Trouble,
) -> HttpResponse {
    let found = block::run(app, context::request_id(req), move |app| {
        let Some(challenge) = second_factor::challenge(app, &token)? else { return Ok(None) };
        Ok::<_, store::Error>(Some((challenge, account::passkeys::answers_second_step(app, &token)?)))
    });
    let (challenge, by_passkey) = match found.await {
        Ok(Some(found)) => found,
        Ok(None) => return again(app, goal),
        Err(error) => return faults::unavailable(req, &error),
    };
    let Trouble { status, alert, errors, retry_after } = trouble;
    let view = SecondStep {
        page: page(app, req, browser),
        client_name: goal.client_name(),
        notice,
        alert,
        errors,
        return_to: goal.return_to.clone(),
        login_href: goal.through("/login"),
        totp: challenge.methods.contains(&"totp"),
        sms: challenge.methods.contains(&"sms"),
        recovery: challenge.methods.contains(&"recovery_code"),
        passkeys: passkeys::script(app).filter(|_| by_passkey),
    };
    let response = html_for(app, browser, status, &view, &goal.form_targets());
    let response = if view.passkeys.is_some() { scripted(response) } else { response };
    form::answered(response, retry_after)
}

/// Back to the first step, with a kind word.
fn again(app: &App, goal: &Goal) -> HttpResponse {
    let login = goal.through("/login");
    let separator = if login.contains('?') { '&' } else { '?' };
    let mut response = answer::see_other(&format!("{login}{separator}again=1"));
    caller::add(&mut response, &cookies::remove(app, cookies::Name::SecondStep));
    response
}
