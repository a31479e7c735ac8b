//! Signing in.

use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse, web};

use super::entrance::{self, Goal};
use super::form::{self, Trouble};
use super::views::{Account, Login};
use super::{html_for, page, passkeys, scripted, second_step};
use crate::account::Invalid;
use crate::account::login::{Challenge, Credentials, LoginError};
use crate::account::session::{self, Entered};
use crate::app::App;
use crate::core::secret::Plain;
use crate::core::text::Said;
use crate::http::body::Fields;
use crate::http::caller::Browser;
use crate::http::{answer, context, faults, sign_in};
use crate::store;

/// `GET /login`
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
    let login = goal.login_hint().unwrap_or_default();
    let notice = query.get("again").map(|_| Said::new(Login::AGAIN));
    show(&app, &req, &browser, &goal, login, notice, Trouble::default())
}

/// `POST /login`
pub async fn post(req: HttpRequest, payload: web::Payload) -> HttpResponse {
    let (app, browser, fields) = match form::sent(&req, payload).await {
        Ok(sent) => sent,
        Err(response) => return response,
    };
    let goal = match Goal::of(&app, &req, fields.get("return_to")).await {
        Ok(goal) => goal,
        Err(error) => return faults::unavailable(&req, &error),
    };
    match sign_in(&app, &req, &browser, &fields).await {
        Ok(entered) => entrance::admit(&app, &entered, answer::see_other(goal.path())),
        Err(Refused::SecondFactor(challenge)) => second_step::begin(&app, &browser, &goal, &challenge),
        Err(Refused::Trouble(trouble)) => {
            let login = fields.get("login").unwrap_or_default().to_owned();
            show(&app, &req, &browser, &goal, login, None, trouble)
        }
    }
}

/// Why nobody came in by this step.
pub(super) enum Refused {
    /// The password was right: the second step comes next.
    SecondFactor(Challenge),
    /// Something is wrong with the form.
    Trouble(Trouble),
}

impl From<LoginError> for Refused {
    fn from(error: LoginError) -> Self {
        match error {
            LoginError::SecondFactor(challenge) => Self::SecondFactor(challenge),
            other => Self::Trouble(other.into()),
        }
    }
}

impl From<store::Error> for Refused {
    fn from(error: store::Error) -> Self {
        Self::Trouble(error.into())
    }
}

impl From<Invalid> for Refused {
    fn from(invalid: Invalid) -> Self {
        Self::Trouble(invalid.into())
    }
}

async fn sign_in(app: &Arc<App>, req: &HttpRequest, browser: &Browser, fields: &Fields) -> Result<Entered, Refused> {
    if !browser.sent_csrf(app, req, Some(fields)) {
        return Err(Refused::Trouble(Trouble::expired()));
    }
    let mut invalid = Invalid::default();
    let login = invalid.required("login", fields.get("login"), 254);
    let password = Plain::new(fields.get("password").unwrap_or_default());
    if password.expose().is_empty() {
        invalid.add("password", ("The password field is required.", "field-required"));
    }
    invalid.check()?;
    enter(app, req, browser, Credentials::Password { login, password }).await
}

/// Takes a step of a sign-in, and lets the browser in: over the session that it has, if it has one.
pub(super) async fn enter(
    app: &Arc<App>,
    req: &HttpRequest,
    browser: &Browser,
    credentials: Credentials,
) -> Result<Entered, Refused> {
    let origin = context::origin(app, req);
    let before = browser.signed_in.as_ref().map(|signed_in| signed_in.session.clone());
    let done = sign_in::enter(app, context::request_id(req), credentials, origin, move |app, verified, origin| {
        Ok::<_, Refused>(session::sign_in(app, verified, origin, before)?)
    });
    done.await
}

fn show(
    app: &Arc<App>,
    req: &HttpRequest,
    browser: &Browser,
    goal: &Goal,
    login: String,
    notice: Option<Said>,
    trouble: Trouble,
) -> HttpResponse {
    let Trouble { status, alert, errors, retry_after } = trouble;
    let account = browser
        .signed_in
        .as_ref()
        .map(|signed_in| Account { name: signed_in.user.name.whole(), onward: goal.onward(app, &signed_in.session) });
    let view = Login {
        page: page(app, req, browser),
        account,
        client_name: goal.client_name(),
        notice,
        alert,
        errors,
        login,
        return_to: goal.return_to.clone(),
        register_href: app.config.registration.enabled.then(|| goal.through("/register")),
        passkeys: passkeys::script(app),
    };
    let response = html_for(app, browser, status, &view, &goal.form_targets());
    let response = if view.passkeys.is_some() { scripted(response) } else { response };
    form::answered(response, retry_after)
}
