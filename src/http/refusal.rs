//! Why a request to one of the APIs came to nothing: one set of reasons, which each dialect says in its own shape.

use std::fmt;
use std::marker::PhantomData;

use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, ResponseError};
use serde_json::{Map, Value};

use super::body::BodyError;
use super::caller::CallerError;
use super::faults::{self, Fault};
use super::{answer, credentials};
use crate::account::login::{Challenge, LoginError};
use crate::account::password::ResetError;
use crate::account::profile::ProfileError;
use crate::account::register::RegisterError;
use crate::account::second_factor::FactorError;
use crate::account::{Invalid, Throttled};
use crate::oauth::error::Error;
use crate::oauth::first_party::SignInError;
use crate::oauth::manage::ManageError;
use crate::oauth::tokens::{PersonalError, SignUpError};
use crate::store;

/// Why a request came to nothing.
#[derive(Debug)]
pub enum Refusal {
    /// The body could not be read.
    Body(BodyError),
    /// Nobody, or nobody who may do this.
    Caller(CallerError),
    /// Fields that are missing or wrong.
    Invalid(Invalid),
    /// Name and password do not go together.
    Credentials,
    /// A code or token that was presented does not prove who calls.
    Unproven(String),
    /// A second factor is asked for.
    SecondFactor(Challenge),
    /// A link or code that comes by mail does not work.
    Proof(String),
    /// Not allowed by the operator.
    Forbidden(String),
    /// No such thing, or somebody else's.
    NotFound,
    /// It is not what the caller has seen any more.
    Conflict(String),
    /// Too many attempts.
    Throttled(String, Throttled),
    /// The server failed.
    Failed(String),
    /// The database failed.
    Store(store::Error),
}

/// How a dialect says that something came to nothing.
pub trait Shape: 'static {
    /// The status, where the dialect's differs from the usual one.
    fn status(refusal: &Refusal) -> StatusCode {
        refusal.status()
    }

    /// The words, where the dialect's differ from the usual ones.
    fn message(refusal: &Refusal) -> String {
        refusal.message()
    }

    /// The body around the words.
    fn body(message: &str) -> Map<String, Value>;

    /// The body, where it says more of the refusal than its words.
    fn whole(refusal: &Refusal) -> Map<String, Value> {
        Self::body(&Self::message(refusal))
    }

    /// How to authenticate, where that is the matter (RFC 9110 section 11.6.1).
    fn challenge(status: StatusCode, _: &Refusal) -> Option<&'static str> {
        (status == StatusCode::UNAUTHORIZED).then_some("Bearer realm=\"Grantor\"")
    }
}

/// A refusal in the shape of a dialect.
pub struct Failure<S>(Refusal, PhantomData<S>);

/// What a handler of a dialect answers.
pub type Answer<S> = Result<HttpResponse, Failure<S>>;

impl Refusal {
    /// The status.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::Body(error) => Fault::from(*error).status,
            Self::Caller(CallerError::Csrf) => StatusCode::from_u16(419).unwrap_or(StatusCode::FORBIDDEN),
            Self::Caller(CallerError::Forbidden) | Self::Forbidden(_) => StatusCode::FORBIDDEN,
            Self::Caller(_) | Self::Credentials | Self::Unproven(_) | Self::SecondFactor(_) => StatusCode::UNAUTHORIZED,
            Self::Invalid(_) | Self::Proof(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Conflict(_) => StatusCode::CONFLICT,
            Self::Throttled(..) => StatusCode::TOO_MANY_REQUESTS,
            Self::Failed(_) => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Store(error) if error.is_temporary() => StatusCode::SERVICE_UNAVAILABLE,
            Self::Store(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The words. The cause of a failure is not among them.
    pub fn message(&self) -> String {
        match self {
            Self::Body(error) => Fault::from(*error).message.text.into_owned(),
            Self::Caller(error) => error.to_string(),
            Self::Invalid(_) => "The given data was invalid.".to_owned(),
            Self::Credentials => LoginError::Credentials.to_string(),
            Self::SecondFactor(challenge) => LoginError::SecondFactor(challenge.clone()).to_string(),
            Self::Unproven(text) | Self::Proof(text) | Self::Forbidden(text) | Self::Throttled(text, _) => text.clone(),
            Self::Conflict(text) => text.clone(),
            Self::NotFound => "Not found.".to_owned(),
            Self::Store(error) if error.is_temporary() => {
                "The server is busy. Please try again in a moment.".to_owned()
            }
            Self::Failed(_) | Self::Store(_) => "Something went wrong on our side.".to_owned(),
        }
    }

    /// Seconds after which to try again.
    fn retry_after(&self) -> Option<i64> {
        match self {
            Self::Throttled(_, throttled) => Some(throttled.retry_after),
            Self::Store(error) if error.is_temporary() => Some(1),
            _ => None,
        }
    }

    /// The cause of a failure, for the log alone.
    fn log(&self) {
        match self {
            Self::Failed(cause) => log::error!("event=request outcome=failed cause={cause:?}"),
            Self::Store(error) => drop(Fault::from(error)),
            _ => {}
        }
    }
}

impl<S> fmt::Debug for Failure<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<S> fmt::Display for Failure<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl<S: Shape> ResponseError for Failure<S> {
    fn status_code(&self) -> StatusCode {
        S::status(&self.0)
    }

    fn error_response(&self) -> HttpResponse {
        self.0.log();
        let mut body = S::whole(&self.0);
        if let Refusal::Invalid(invalid) = &self.0 {
            body.insert("errors".to_owned(), serde_json::to_value(&invalid.0).unwrap_or_default());
        }
        let mut body = Value::Object(body);
        if let Refusal::SecondFactor(challenge) = &self.0 {
            credentials::show(challenge, &mut body);
        }
        let mut response = answer::json(self.status_code(), &body);
        if let Some(seconds) = self.0.retry_after() {
            faults::retry_after(&mut response, seconds);
        }
        if let Some(challenge) = S::challenge(response.status(), &self.0) {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, header::HeaderValue::from_static(challenge));
        }
        response
    }
}

impl<S, E> From<E> for Failure<S>
where
    Refusal: From<E>,
{
    fn from(error: E) -> Self {
        Self(error.into(), PhantomData)
    }
}

impl From<BodyError> for Refusal {
    fn from(error: BodyError) -> Self {
        Self::Body(error)
    }
}

impl From<CallerError> for Refusal {
    fn from(error: CallerError) -> Self {
        match error {
            CallerError::Store(error) => Self::Store(error),
            other => Self::Caller(other),
        }
    }
}

impl From<Invalid> for Refusal {
    fn from(invalid: Invalid) -> Self {
        Self::Invalid(invalid)
    }
}

impl From<store::Error> for Refusal {
    fn from(error: store::Error) -> Self {
        Self::Store(error)
    }
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        match error {
            Error::Store(error) => Self::Store(error),
            Error::Signing(error) => Self::Failed(error.to_string()),
            Error::Refused(refusal) => Self::Failed(refusal.description),
        }
    }
}

impl From<LoginError> for Refusal {
    fn from(error: LoginError) -> Self {
        let text = error.to_string();
        match error {
            LoginError::Credentials => Self::Credentials,
            LoginError::Code | LoginError::Passkey | LoginError::Late => Self::Unproven(text),
            LoginError::SecondFactor(challenge) => Self::SecondFactor(challenge),
            LoginError::Unverified => Self::Forbidden(text),
            LoginError::Throttled(throttled) => Self::Throttled(text, throttled),
            LoginError::Store(error) => Self::Store(error),
        }
    }
}

impl From<SignInError> for Refusal {
    fn from(error: SignInError) -> Self {
        match error {
            SignInError::Failed(error) => error.into(),
            SignInError::Login(error) => error.into(),
        }
    }
}

impl From<RegisterError> for Refusal {
    fn from(error: RegisterError) -> Self {
        let text = error.to_string();
        match error {
            RegisterError::Invalid(invalid) => Self::Invalid(invalid),
            RegisterError::Throttled(throttled) => Self::Throttled(text, throttled),
            RegisterError::Closed => Self::Forbidden(text),
            RegisterError::Hash => Self::Failed(text),
            RegisterError::Store(error) => Self::Store(error),
        }
    }
}

impl From<SignUpError> for Refusal {
    fn from(error: SignUpError) -> Self {
        match error {
            SignUpError::Failed(error) => error.into(),
            SignUpError::Register(error) => error.into(),
        }
    }
}

impl From<ResetError> for Refusal {
    fn from(error: ResetError) -> Self {
        let text = error.to_string();
        match error {
            ResetError::Invalid(invalid) => Self::Invalid(invalid),
            ResetError::Proof => Self::Proof(text),
            ResetError::Throttled(throttled) => Self::Throttled(text, throttled),
            ResetError::Hash => Self::Failed(text),
            ResetError::Store(error) => Self::Store(error),
        }
    }
}

impl From<ProfileError> for Refusal {
    fn from(error: ProfileError) -> Self {
        let text = error.to_string();
        match error {
            ProfileError::Invalid(invalid) => Self::Invalid(invalid),
            ProfileError::Changed => Self::Caller(CallerError::Unauthenticated),
            ProfileError::Throttled(throttled) => Self::Throttled(text, throttled),
            ProfileError::File(_) | ProfileError::Failed(_) => Self::Failed(text),
            ProfileError::Store(error) => Self::Store(error),
        }
    }
}

impl From<FactorError> for Refusal {
    fn from(error: FactorError) -> Self {
        let text = error.to_string();
        match error {
            FactorError::Invalid(invalid) => Self::Invalid(invalid),
            FactorError::Code => Self::Invalid(Invalid::one("token", "The token is invalid or has expired.")),
            FactorError::Changed => Self::Caller(CallerError::Unauthenticated),
            FactorError::Throttled(throttled) => Self::Throttled(text, throttled),
            FactorError::Store(error) => Self::Store(error),
        }
    }
}

impl From<ManageError> for Refusal {
    fn from(error: ManageError) -> Self {
        match error {
            ManageError::Changed => Self::Conflict(error.to_string()),
            ManageError::Throttled(throttled) => Self::Throttled(error.to_string(), throttled),
            ManageError::Invalid(invalid) => Self::Invalid(invalid),
            ManageError::NotFound => Self::NotFound,
            error @ (ManageError::NotAllowed | ManageError::AdminScope) => Self::Forbidden(error.to_string()),
            ManageError::Store(error) => Self::Store(error),
            ManageError::Signing(error) => Self::Failed(error.to_string()),
            error @ ManageError::File(_) => Self::Failed(error.to_string()),
        }
    }
}

impl From<PersonalError> for Refusal {
    fn from(error: PersonalError) -> Self {
        match error {
            PersonalError::Invalid(invalid) => Self::Invalid(invalid),
            PersonalError::SignedOut => Self::Caller(CallerError::Unauthenticated),
            PersonalError::Unverified => Self::Forbidden(LoginError::Unverified.to_string()),
            PersonalError::Repeated => Self::NotFound,
            PersonalError::Failed(error) => error.into(),
        }
    }
}
