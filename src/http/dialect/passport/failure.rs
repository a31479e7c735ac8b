//! Refusals as Laravel renders them: `{"message"}`, and `errors` by field for 422.

use std::fmt;

use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, ResponseError};
use serde_json::json;

use crate::account::login::{Challenge, LoginError};
use crate::account::password::ResetError;
use crate::account::register::RegisterError;
use crate::account::{Invalid, Throttled};
use crate::http::body::BodyError;
use crate::http::caller::CallerError;
use crate::http::faults::{self, Fault};
use crate::http::{answer, credentials};
use crate::oauth::error::Error;
use crate::oauth::first_party::SignInError;
use crate::oauth::manage::ManageError;
use crate::oauth::tokens::{PersonalError, SignUpError};
use crate::store;

/// What a handler of this dialect answers.
pub(in crate::http::dialect) type Answer = Result<HttpResponse, Failure>;

/// Why a request of this dialect came to nothing.
#[derive(Debug)]
pub enum Failure {
    /// The body could not be read.
    Body(BodyError),
    /// Nobody, or nobody who may do this.
    Caller(CallerError),
    /// Fields that are missing or wrong.
    Invalid(Invalid),
    /// Email and password do not go together.
    Credentials(String),
    /// A second factor is asked for.
    SecondFactor(Challenge),
    /// Not allowed by the operator.
    Forbidden(String),
    /// No such thing, or somebody else's.
    NotFound,
    /// Too many attempts.
    Throttled(String, Throttled),
    /// The server failed.
    Failed(String),
    /// The database failed.
    Store(store::Error),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

impl ResponseError for Failure {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::Body(error) => Fault::from(*error).status,
            Self::Caller(CallerError::Csrf) => StatusCode::from_u16(419).unwrap_or(StatusCode::FORBIDDEN),
            Self::Caller(CallerError::Forbidden) | Self::Forbidden(_) => StatusCode::FORBIDDEN,
            Self::Caller(_) | Self::Credentials(_) | Self::SecondFactor(_) => StatusCode::UNAUTHORIZED,
            Self::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Throttled(..) => StatusCode::TOO_MANY_REQUESTS,
            Self::Failed(_) | Self::Store(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn error_response(&self) -> HttpResponse {
        let plain = |message: &str| answer::json(self.status_code(), &json!({ "message": message }));
        let mut response = match self {
            Self::Body(error) => plain(&Fault::from(*error).message),
            Self::Caller(error) => plain(&error.to_string()),
            Self::Invalid(invalid) => {
                let body = json!({ "message": "The given data was invalid.", "errors": invalid.0 });
                answer::json(self.status_code(), &body)
            }
            Self::Credentials(message) | Self::Forbidden(message) => plain(message),
            Self::SecondFactor(challenge) => {
                let mut body = json!({ "message": LoginError::SecondFactor(challenge.clone()).to_string() });
                credentials::show(challenge, &mut body);
                answer::json(self.status_code(), &body)
            }
            Self::NotFound => plain("Not found."),
            Self::Throttled(message, throttled) => {
                let mut response = plain(message);
                faults::retry_after(&mut response, throttled.retry_after);
                response
            }
            Self::Failed(cause) => {
                log::error!("event=request outcome=failed cause={cause:?}");
                plain("Something went wrong on our side.")
            }
            Self::Store(error) => store_failed(error),
        };
        if response.status() == StatusCode::UNAUTHORIZED {
            // RFC 9110 section 15.5.2.
            let challenge = header::HeaderValue::from_static("Bearer realm=\"Grantor\"");
            response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
        }
        response
    }
}

fn store_failed(error: &store::Error) -> HttpResponse {
    let fault = Fault::from(error);
    let mut response = answer::json(fault.status, &json!({ "message": fault.message }));
    if fault.status == StatusCode::SERVICE_UNAVAILABLE {
        faults::retry_after(&mut response, 1);
    }
    response
}

impl From<BodyError> for Failure {
    fn from(error: BodyError) -> Self {
        Self::Body(error)
    }
}

impl From<CallerError> for Failure {
    fn from(error: CallerError) -> Self {
        match error {
            CallerError::Store(error) => Self::Store(error),
            other => Self::Caller(other),
        }
    }
}

impl From<Invalid> for Failure {
    fn from(invalid: Invalid) -> Self {
        Self::Invalid(invalid)
    }
}

impl From<store::Error> for Failure {
    fn from(error: store::Error) -> Self {
        Self::Store(error)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        match error {
            Error::Store(error) => Self::Store(error),
            Error::Signing(error) => Self::Failed(error.to_string()),
            Error::Refused(refusal) => Self::Failed(refusal.description),
        }
    }
}

impl From<SignInError> for Failure {
    fn from(error: SignInError) -> Self {
        match error {
            SignInError::Failed(error) => error.into(),
            SignInError::Login(error) => match error {
                LoginError::Credentials | LoginError::Code => Self::Credentials(error.to_string()),
                LoginError::SecondFactor(challenge) => Self::SecondFactor(challenge),
                LoginError::Unverified => Self::Forbidden(error.to_string()),
                LoginError::Throttled(throttled) => Self::Throttled(error.to_string(), throttled),
                LoginError::Store(error) => Self::Store(error),
            },
        }
    }
}

impl From<SignUpError> for Failure {
    fn from(error: SignUpError) -> Self {
        match error {
            SignUpError::Failed(error) => error.into(),
            SignUpError::Register(error) => match error {
                RegisterError::Invalid(invalid) => Self::Invalid(invalid),
                RegisterError::Throttled(throttled) => Self::Throttled(error.to_string(), throttled),
                RegisterError::Closed => Self::Forbidden(error.to_string()),
                RegisterError::Hash => Self::Failed(error.to_string()),
                RegisterError::Store(error) => Self::Store(error),
            },
        }
    }
}

impl From<ResetError> for Failure {
    fn from(error: ResetError) -> Self {
        match error {
            ResetError::Invalid(invalid) => Self::Invalid(invalid),
            ResetError::Proof => Self::Invalid(Invalid::one("otp", "The otp is invalid or has expired.")),
            ResetError::Throttled(throttled) => Self::Throttled(error.to_string(), throttled),
            ResetError::Hash => Self::Failed(error.to_string()),
            ResetError::Store(error) => Self::Store(error),
        }
    }
}

impl From<ManageError> for Failure {
    fn from(error: ManageError) -> Self {
        match error {
            ManageError::Invalid(invalid) => Self::Invalid(invalid),
            ManageError::NotFound => Self::NotFound,
            ManageError::Store(error) => Self::Store(error),
            ManageError::Signing(error) => Self::Failed(error.to_string()),
        }
    }
}

impl From<PersonalError> for Failure {
    fn from(error: PersonalError) -> Self {
        match error {
            PersonalError::Invalid(invalid) => Self::Invalid(invalid),
            PersonalError::SignedOut => Self::Caller(CallerError::Unauthenticated),
            PersonalError::Failed(error) => error.into(),
        }
    }
}
