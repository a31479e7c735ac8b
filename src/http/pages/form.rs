//! What the forms share: how a page is opened and sent, and what goes wrong with it.

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};

use super::entrance;
use super::views::Errors;
use crate::account::email::EmailError;
use crate::account::login::LoginError;
use crate::account::password::ResetError;
use crate::account::register::RegisterError;
use crate::account::{Invalid, Throttled};
use crate::app::App;
use crate::core::text::Said;
use crate::http::body::{self, Fields};
use crate::http::caller::Browser;
use crate::http::faults::{self, Fault};
use crate::http::{context, language};
use crate::store;

/// A page that a browser opens, with its query.
pub async fn opened(req: &HttpRequest) -> Result<(Arc<App>, Browser, Fields), HttpResponse> {
    let app = context::app(req);
    let query = body::query(req).map_err(|error| Fault::from(error).answer(req))?;
    let browser = Browser::of(&app, req).await.map_err(|error| faults::unavailable(req, &error))?;
    Ok((app, browser, query))
}

/// A form that a browser sends, with its fields. Whether it brought the CSRF token is not checked yet.
pub async fn sent(req: &HttpRequest, payload: web::Payload) -> Result<(Arc<App>, Browser, Fields), HttpResponse> {
    let app = context::app(req);
    let fields = body::read(&app, req, payload).await.map_err(|error| Fault::from(error).answer(req))?;
    if let Some(path) = fields.get("return_to").and_then(entrance::local_path) {
        language::note_goal(req, path);
    }
    let browser = Browser::of(&app, req).await.map_err(|error| faults::unavailable(req, &error))?;
    Ok((app, browser, fields))
}

/// Says on a form when to try again, if that is known.
pub fn answered(mut response: HttpResponse, retry_after: Option<i64>) -> HttpResponse {
    if let Some(seconds) = retry_after {
        faults::retry_after(&mut response, seconds);
    }
    response
}

/// What is wrong with a form that is shown, if anything: its status, the line above it, the lines in it.
#[derive(Debug, Default)]
pub struct Trouble {
    /// The status.
    pub status: StatusCode,
    /// Why it failed as a whole.
    pub alert: Option<Said>,
    /// What is wrong with a field.
    pub errors: Errors,
    /// Seconds after which to try again.
    pub retry_after: Option<i64>,
}

impl Trouble {
    /// The CSRF token was another browser's, or missing. A fresh one is in the form that says so.
    pub fn expired() -> Self {
        Self::of(StatusCode::FORBIDDEN, "error-expired")
    }

    /// One field is wrong.
    pub fn at(field: &str, message: &'static str) -> Self {
        let errors = Errors::default().with(field, message);
        Self { status: StatusCode::UNPROCESSABLE_ENTITY, errors, ..Self::default() }
    }

    fn of(status: StatusCode, alert: impl Into<Said>) -> Self {
        Self { status, alert: Some(alert.into()), ..Self::default() }
    }

    /// Too many attempts.
    pub fn throttled(throttled: Throttled, alert: impl Into<Said>) -> Self {
        Self { retry_after: Some(throttled.retry_after), ..Self::of(StatusCode::TOO_MANY_REQUESTS, alert) }
    }
}

impl From<store::Error> for Trouble {
    fn from(error: store::Error) -> Self {
        let fault = Fault::from(&error);
        let busy = fault.status == StatusCode::SERVICE_UNAVAILABLE;
        Self { retry_after: busy.then_some(1), ..Self::of(fault.status, fault.said()) }
    }
}

impl From<Invalid> for Trouble {
    fn from(invalid: Invalid) -> Self {
        Self { status: StatusCode::UNPROCESSABLE_ENTITY, errors: invalid.into(), ..Self::default() }
    }
}

impl From<LoginError> for Trouble {
    fn from(error: LoginError) -> Self {
        match error {
            LoginError::Credentials => Self::of(StatusCode::UNPROCESSABLE_ENTITY, "error-credentials"),
            LoginError::Code => Self::of(StatusCode::UNPROCESSABLE_ENTITY, "error-second-factor-code"),
            LoginError::Throttled(throttled) => {
                Self::throttled(throttled, Said::new("error-sign-ins").with("count", throttled.retry_after))
            }
            LoginError::SecondFactor(_) => Self::of(StatusCode::FORBIDDEN, "error-second-factor"),
            LoginError::Passkey => Self::of(StatusCode::UNPROCESSABLE_ENTITY, "passkeys-unknown"),
            LoginError::Late => Self::of(StatusCode::GONE, "passkeys-late"),
            // The page offers another link beside it.
            LoginError::Unverified => Self {
                errors: Errors::default().with("unverified", "error-unverified"),
                ..Self::of(StatusCode::FORBIDDEN, "error-unverified")
            },
            LoginError::Store(error) => error.into(),
        }
    }
}

impl From<RegisterError> for Trouble {
    fn from(error: RegisterError) -> Self {
        match error {
            RegisterError::Invalid(invalid) => invalid.into(),
            RegisterError::Throttled(throttled) => Self::throttled(throttled, "error-attempts"),
            RegisterError::Closed => Self::of(StatusCode::FORBIDDEN, "register-closed-title"),
            RegisterError::Hash => failed(&error.to_string()),
            RegisterError::Store(error) => error.into(),
        }
    }
}

impl From<ResetError> for Trouble {
    fn from(error: ResetError) -> Self {
        match error {
            ResetError::Invalid(invalid) => invalid.into(),
            ResetError::Proof => Self::of(StatusCode::GONE, "error-link"),
            ResetError::Throttled(throttled) => Self::throttled(throttled, "error-attempts"),
            ResetError::Hash => failed(&error.to_string()),
            ResetError::Store(error) => error.into(),
        }
    }
}

impl From<EmailError> for Trouble {
    fn from(error: EmailError) -> Self {
        match error {
            EmailError::Invalid(invalid) => invalid.into(),
            EmailError::Link => Self::of(StatusCode::GONE, "error-link"),
            EmailError::Taken => Self::of(StatusCode::CONFLICT, "error-email-taken"),
            EmailError::Throttled(throttled) => Self::throttled(throttled, "error-attempts"),
            EmailError::Store(error) => error.into(),
        }
    }
}

fn failed(cause: &str) -> Trouble {
    log::error!("event=request outcome=failed cause={cause:?}");
    Trouble::of(StatusCode::INTERNAL_SERVER_ERROR, "error-failed")
}
