//! “Confirm it is you”: what can do harm asks a signed-in person to prove once more who they are, unless they just did.

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};

use super::account::{Member, place};
use super::entrance::{self, Goal};
use super::form::{self, Trouble};
use super::views::{Confirm, Errors};
use super::{html_for, passkeys, scripted, second_step};
use crate::account;
use crate::account::fresh::{self, ConfirmError};
use crate::account::session::SignedIn;
use crate::app::App;
use crate::core::secret::Plain;
use crate::core::text::Said;
use crate::http::caller::Browser;
use crate::http::{answer, block, context, faults};

/// The page itself.
pub(super) const PAGE: &str = "/account/confirm";

/// The way to “Confirm it is you”, and from there to the page that is asked for, unless the sign-in is fresh. To be
/// called before a page with a dangerous form is shown, and before the form is obeyed.
pub fn required(app: &Arc<App>, req: &HttpRequest, browser: &Browser) -> Option<HttpResponse> {
    required_for(app, browser, &place(req))
}

/// As [`required`], for a form that is no page: from the proof the way leads to `page`.
pub fn required_for(app: &Arc<App>, browser: &Browser, page: &str) -> Option<HttpResponse> {
    let goal = Goal::local(page);
    match &browser.signed_in {
        None => Some(answer::see_other(&goal.through("/login"))),
        Some(signed_in) if fresh::is_fresh(app, signed_in.session.auth_time) => None,
        Some(_) => Some(answer::see_other(&goal.through(PAGE))),
    }
}

/// Where a person goes from here.
pub(super) fn goal(asked: Option<&str>) -> Goal {
    let goal = Goal::local(asked.unwrap_or_default());
    if goal.return_to.is_empty() { Goal::local("/account") } else { goal }
}

/// `GET /account/confirm`
pub async fn get(req: HttpRequest) -> HttpResponse {
    let member = match Member::opened(&req).await {
        Ok(member) => member,
        Err(response) => return response,
    };
    let goal = goal(member.fields.get("return_to"));
    if fresh::is_fresh(&member.app, member.session.auth_time) {
        return answer::see_other(goal.path());
    }
    show(&req, &member, &goal, Trouble::default()).await
}

/// `POST /account/confirm`
pub async fn post(req: HttpRequest, payload: web::Payload) -> HttpResponse {
    let member = match Member::sent(&req, payload).await {
        Ok(member) => member,
        Err(response) => return response,
    };
    let goal = goal(member.fields.get("return_to"));
    if !member.sent_csrf(&req) {
        return show(&req, &member, &goal, Trouble::expired()).await;
    }
    let password = Plain::new(member.fields.get("password").unwrap_or_default());
    if password.expose().is_empty() {
        return show(&req, &member, &goal, at_password("confirm-password-missing")).await;
    }
    let seen = SignedIn { session: member.session.clone(), user: member.user.clone() };
    let origin = context::origin(&member.app, &req);
    let done = block::hashing(&member.app, context::request_id(&req), move |app| {
        fresh::confirm(app, &seen, &password, &origin)
    });
    match done.await {
        Ok(cookie) => entrance::go_on(&member.app, &cookie, answer::see_other(goal.path())),
        Err(ConfirmError::SecondFactor(challenge)) => {
            second_step::begin(&member.app, &member.browser, &goal, &challenge)
        }
        Err(ConfirmError::Ended) => answer::see_other(&goal.through("/login")),
        Err(ConfirmError::Password) => show(&req, &member, &goal, at_password("confirm-password-wrong")).await,
        Err(ConfirmError::Throttled(throttled)) => {
            let trouble = Trouble {
                status: StatusCode::TOO_MANY_REQUESTS,
                alert: Some(Said::new("confirm-throttled").with("count", throttled.retry_after)),
                retry_after: Some(throttled.retry_after),
                ..Trouble::default()
            };
            show(&req, &member, &goal, trouble).await
        }
        Err(ConfirmError::Store(error)) => show(&req, &member, &goal, error.into()).await,
    }
}

fn at_password(message: &'static str) -> Trouble {
    let errors = Errors::default().with("password", message);
    Trouble { status: StatusCode::UNPROCESSABLE_ENTITY, errors, ..Trouble::default() }
}

async fn show(req: &HttpRequest, member: &Member, goal: &Goal, trouble: Trouble) -> HttpResponse {
    let (app, user) = (&member.app, member.user.id);
    let found = block::run(app, context::request_id(req), move |app| account::passkeys::are_of(app, user));
    let by_passkey = match found.await {
        Ok(found) => found,
        Err(error) => return faults::unavailable(req, &error),
    };
    let Trouble { status, alert, errors, retry_after } = trouble;
    let view = Confirm {
        page: member.page(req),
        alert,
        errors,
        username: member.user.username.clone(),
        return_to: goal.return_to.clone(),
        has_password: member.user.password_hash.is_some(),
        passkeys: passkeys::script(app).filter(|_| by_passkey),
    };
    let response = html_for(app, &member.browser, status, &view, &[]);
    let response = if view.passkeys.is_some() { scripted(response) } else { response };
    form::answered(response, retry_after)
}
