//! What is refused before any use-case sees it, in the shape that the caller understands.

use actix_web::http::{Method, StatusCode, header};
use actix_web::{HttpRequest, HttpResponse};
use serde_json::json;

use super::body::BodyError;
use super::refusal::Shape as _;
use super::{answer, context, pages, shapes};
use crate::core::text::{Said, Wording};
use crate::store;

/// Which shape errors take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Face {
    /// RFC 6749 section 5.2.
    Protocol,
    /// `{"message"}`, as Laravel's clients know it.
    Message,
    /// `{"error"}`, of the session dialect.
    Error,
    /// `{"success": false, "message"}`, of the envelope dialect.
    Envelope,
    /// A page.
    Html,
}

/// A refusal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The status.
    pub status: StatusCode,
    /// The error code of RFC 6749, where that shape is used.
    pub code: &'static str,
    /// What is wrong, in plain words.
    pub message: Wording,
    /// What a page tells beside it to those who make apps, in English.
    pub detail: Option<String>,
    /// Where a page leads, if not where most do: an address that the caller vouches for, and what it says.
    pub way: Option<(String, Said)>,
}

/// The administration.
const ADMIN: &str = "/api/admin/";
const PROTOCOL: [&str; 7] = [
    "/oauth/token",
    "/oauth/introspect",
    "/oauth/revoke",
    "/oauth/userinfo",
    "/oauth/jwks",
    "/.well-known/",
    "/health/",
];
/// The session dialect.
const ERROR: [&str; 2] = ["/session", "/users"];
const MESSAGE: [&str; 8] = [
    "/api/",
    "/openapi.json",
    "/auth/",
    "/oauth/tokens",
    "/oauth/token/refresh",
    "/oauth/clients",
    "/oauth/scopes",
    "/oauth/personal-access-tokens",
];
/// The only addresses under `/oauth/` that a browser is sent to.
const PAGES: [&str; 3] = ["/oauth/authorize", "/oauth/check_session", "/oauth/logout"];

impl Face {
    /// The shape for a request: by the path's family, and by `Accept` where pages and JSON share a path.
    pub fn of(req: &HttpRequest) -> Self {
        let path = req.path();
        if path.starts_with("/api/v1/auth/") {
            Self::Envelope
        } else if ERROR.contains(&path) || path.starts_with("/session/") || path.starts_with("/users/") {
            Self::Error
        } else if path.starts_with(ADMIN) {
            Self::Protocol
        } else if MESSAGE.iter().any(|prefix| path.starts_with(prefix)) {
            Self::Message
        } else if PROTOCOL.iter().any(|prefix| path.starts_with(prefix)) {
            Self::Protocol
        } else if path == "/api" || path == "/auth" || path.starts_with("/oauth/") && !PAGES.contains(&path) {
            Self::Message
        } else if context::wants_html(req) {
            Self::Html
        } else if context::header_text(req, header::ACCEPT).is_some_and(|accept| accept.contains("json"))
            || context::header_text(req, header::CONTENT_TYPE).is_some_and(|kind| kind.contains("json"))
        {
            Self::Message
        } else {
            Self::Html
        }
    }
}

impl Fault {
    /// A refusal with the code that fits most: `invalid_request`.
    pub fn new(status: StatusCode, message: impl Into<Wording>) -> Self {
        Self { status, code: "invalid_request", message: message.into(), detail: None, way: None }
    }

    /// What is wrong, for people. What nobody wrote a message for is told in general.
    pub fn said(&self) -> Said {
        self.message.message().cloned().unwrap_or_else(|| Said::new("error-request"))
    }

    /// Renders it for the request's caller.
    pub fn answer(&self, req: &HttpRequest) -> HttpResponse {
        match Face::of(req) {
            Face::Protocol => {
                answer::json(self.status, &json!({ "error": self.code, "error_description": self.message }))
            }
            Face::Message => answer::json(self.status, &shapes::Laravel::body(&self.message.text)),
            Face::Error => answer::json(self.status, &shapes::Session::body(&self.message.text)),
            Face::Envelope => answer::json(self.status, &shapes::Envelope::body(&self.message.text)),
            Face::Html => pages::error_page(req, self),
        }
    }
}

impl From<BodyError> for Fault {
    fn from(error: BodyError) -> Self {
        match error {
            BodyError::TooLarge => {
                Self::new(StatusCode::PAYLOAD_TOO_LARGE, ("The request body is too large.", "error-too-large"))
            }
            BodyError::Slow => {
                Self::new(StatusCode::REQUEST_TIMEOUT, ("The request body did not arrive in time.", "error-slow"))
            }
            BodyError::Type => Self::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                ("The content type must be application/x-www-form-urlencoded or application/json.", "error-type"),
            ),
            BodyError::NotMultipart => Self::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                ("The content type must be multipart/form-data, with its boundary.", "error-type"),
            ),
            BodyError::Malformed => {
                Self::new(StatusCode::BAD_REQUEST, ("The request could not be parsed.", "error-unreadable"))
            }
        }
    }
}

/// The database did not answer, or an error nobody foresaw: the cause goes to the log, not to the caller.
impl From<&store::Error> for Fault {
    fn from(error: &store::Error) -> Self {
        if error.is_temporary() {
            // That there is too much to do is said by who lets in, not for each who is not.
            if let store::Error::Unavailable(cause) = error {
                log::error!("event=request outcome=unavailable cause={cause:?}");
            }
            return Self {
                status: StatusCode::SERVICE_UNAVAILABLE,
                code: "temporarily_unavailable",
                message: ("The server is busy. Please try again in a moment.", "error-busy").into(),
                detail: None,
                way: None,
            };
        }
        log::error!("event=request outcome=failed cause={:?}", error.to_string());
        Self {
            status: StatusCode::INTERNAL_SERVER_ERROR,
            code: "server_error",
            message: ("Something went wrong on our side.", "error-failed").into(),
            detail: None,
            way: None,
        }
    }
}

/// Renders a failure of the database or an unforeseen one.
pub fn unavailable(req: &HttpRequest, error: &store::Error) -> HttpResponse {
    let fault = Fault::from(error);
    let mut response = fault.answer(req);
    if fault.status == StatusCode::SERVICE_UNAVAILABLE {
        retry_after(&mut response, 1);
    }
    response
}

/// Says when to try again, in seconds (RFC 9110 section 10.2.3).
pub fn retry_after(response: &mut HttpResponse, seconds: i64) {
    response.headers_mut().insert(header::RETRY_AFTER, header::HeaderValue::from(seconds.max(1)));
}

/// 404: nothing is served here.
pub async fn not_found(req: HttpRequest) -> HttpResponse {
    Fault::new(StatusCode::NOT_FOUND, ("There is nothing at this address.", "error-nothing-here")).answer(&req)
}

/// 405 with `Allow` (RFC 9110 section 15.5.6), or the answer to `OPTIONS`.
pub fn method_not_allowed(req: &HttpRequest, allow: &'static str) -> HttpResponse {
    let mut response = if req.method() == Method::OPTIONS {
        answer::empty(StatusCode::NO_CONTENT)
    } else {
        Fault::new(StatusCode::METHOD_NOT_ALLOWED, ("This method is not allowed here.", "error-method")).answer(req)
    };
    response.headers_mut().insert(header::ALLOW, header::HeaderValue::from_static(allow));
    response
}
