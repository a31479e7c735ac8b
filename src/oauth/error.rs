//! Refusals in the words of RFC 6749.

use crate::core::failure::{Cause, Reason};
use crate::store;

/// An error code of RFC 6749 (sections 4.1.2.1 and 5.2), RFC 7009 or RFC 6750.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Code {
    /// A parameter is missing, repeated, malformed, or goes against another.
    InvalidRequest,
    /// Client authentication failed.
    InvalidClient,
    /// The code or refresh token does not work.
    InvalidGrant,
    /// This client may not do this.
    UnauthorizedClient,
    /// No such grant type here.
    UnsupportedGrantType,
    /// No such response type here.
    UnsupportedResponseType,
    /// A scope that is unknown or not allowed.
    InvalidScope,
    /// The person or the policy said no.
    AccessDenied,
    /// The person must do something first, and no page may be shown (OpenID Connect Core section 3.1.2.6).
    InteractionRequired,
    /// Somebody must sign in first, and no page may be shown (the same).
    LoginRequired,
    /// The person must be asked first, and no page may be shown (the same).
    ConsentRequired,
    /// The person cannot sign in as strongly as was asked for (OpenID Connect Core Error Code
    /// unmet_authentication_requirements 1.0, RFC 9470 section 5).
    UnmetAuthenticationRequirements,
    /// The request object is invalid (RFC 9101 section 6.2).
    InvalidRequestObject,
    /// `request_uri` is not served (OpenID Connect Core section 3.1.2.6).
    RequestUriNotSupported,
    /// Something went wrong on this side.
    ServerError,
    /// Too busy; worth trying again.
    TemporarilyUnavailable,
}

impl Code {
    /// The registered name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::InvalidRequest => "invalid_request",
            Self::InvalidClient => "invalid_client",
            Self::InvalidGrant => "invalid_grant",
            Self::UnauthorizedClient => "unauthorized_client",
            Self::UnsupportedGrantType => "unsupported_grant_type",
            Self::UnsupportedResponseType => "unsupported_response_type",
            Self::InvalidScope => "invalid_scope",
            Self::AccessDenied => "access_denied",
            Self::InteractionRequired => "interaction_required",
            Self::LoginRequired => "login_required",
            Self::ConsentRequired => "consent_required",
            Self::UnmetAuthenticationRequirements => "unmet_authentication_requirements",
            Self::InvalidRequestObject => "invalid_request_object",
            Self::RequestUriNotSupported => "request_uri_not_supported",
            Self::ServerError => "server_error",
            Self::TemporarilyUnavailable => "temporarily_unavailable",
        }
    }
}

/// A refusal: the code for programs, the description for whoever reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The code.
    pub code: Code,
    /// What is wrong and what to mend; printable ASCII without `"` and `\` (RFC 6749 section 5.2).
    pub description: String,
    /// Why, for those who are to mend it: told to nobody who asks.
    pub cause: Option<Box<Cause>>,
}

impl Refusal {
    /// A refusal with its description, cut down to the characters that may be sent.
    pub fn new(code: Code, description: impl Into<String>) -> Self {
        let allowed = |c: char| if matches!(c, ' ' | '!' | '#'..='[' | ']'..='~') { c } else { '?' };
        Self { code, description: description.into().chars().map(allowed).collect(), cause: None }
    }

    /// The same, for a reason.
    #[must_use]
    pub fn because(mut self, reason: Reason) -> Self {
        self.cause = Some(Box::new(Cause::new(reason)));
        self
    }

    /// The same with a plain fact beside the reason: never a secret, a code or a token.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<serde_json::Value>) -> Self {
        self.cause = self.cause.map(|cause| Box::new(cause.with(name, value)));
        self
    }
}

/// Why an endpoint gave no success: a refusal, or a failure of the server.
#[derive(Debug)]
pub enum Error {
    /// The request was refused.
    Refused(Refusal),
    /// The database failed.
    Store(store::Error),
    /// A token could not be signed.
    Signing(crate::core::signing::KeyError),
}

/// The outcome of an endpoint.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// A refusal as an error.
    pub fn refused(code: Code, description: impl Into<String>) -> Self {
        Self::Refused(Refusal::new(code, description))
    }
}

impl From<store::Error> for Error {
    fn from(error: store::Error) -> Self {
        Self::Store(error)
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<crate::core::signing::KeyError> for Error {
    fn from(error: crate::core::signing::KeyError) -> Self {
        Self::Signing(error)
    }
}
