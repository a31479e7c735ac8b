//! The shapes that refusals take: one for each family of applications.

use actix_web::http::StatusCode;
use serde_json::{Map, Value};

use super::caller::CallerError;
use super::refusal::{Refusal, Shape};

/// `{"message", "errors"?}`, as Laravel's clients know it.
#[derive(Debug)]
pub struct Laravel;

impl Shape for Laravel {
    fn body(message: &str) -> Map<String, Value> {
        Map::from_iter([("message".to_owned(), message.into())])
    }
}

/// `{"error", "errors"?}`, of the session dialect (CONTRACT section 2).
#[derive(Debug)]
pub struct Session;

impl Shape for Session {
    fn body(message: &str) -> Map<String, Value> {
        Map::from_iter([("error".to_owned(), message.into())])
    }
}

/// `{"message", "errors"?}`, where wrong fields are 400, of the refresh-token dialect (CONTRACT section 4).
#[derive(Debug)]
pub struct Refresh;

impl Shape for Refresh {
    fn status(refusal: &Refusal) -> StatusCode {
        match refusal {
            Refusal::Invalid(_) => StatusCode::BAD_REQUEST,
            Refusal::Proof(_) => StatusCode::UNAUTHORIZED,
            other => other.status(),
        }
    }

    fn message(refusal: &Refusal) -> String {
        match refusal {
            Refusal::Invalid(_) => "Validation failed".to_owned(),
            Refusal::Caller(CallerError::Unauthenticated) => "Unauthorized".to_owned(),
            other => other.message(),
        }
    }

    fn body(message: &str) -> Map<String, Value> {
        Laravel::body(message)
    }
}

/// `{"success": false, "message", "errors"?}`, of the envelope dialect (CONTRACT section 5).
#[derive(Debug)]
pub struct Envelope;

impl Shape for Envelope {
    fn message(refusal: &Refusal) -> String {
        match refusal {
            Refusal::Invalid(_) => "Validation failed".to_owned(),
            Refusal::Caller(CallerError::Unauthenticated) => "Unauthenticated".to_owned(),
            Refusal::Credentials => "Invalid credentials".to_owned(),
            other => other.message(),
        }
    }

    fn body(message: &str) -> Map<String, Value> {
        Map::from_iter([("success".to_owned(), false.into()), ("message".to_owned(), message.into())])
    }
}

/// `{"error", "error_description", "errors"?}`, of the administration, with the codes of RFC 6750 section 3.1.
#[derive(Debug)]
pub struct Admin;

impl Admin {
    fn code(refusal: &Refusal) -> &'static str {
        match refusal {
            Refusal::Caller(CallerError::Forbidden) => "insufficient_scope",
            Refusal::Caller(_) => "invalid_token",
            Refusal::Forbidden(_) => "access_denied",
            Refusal::NotFound => "not_found",
            Refusal::Conflict(_) => "conflict",
            Refusal::Throttled(..) => "slow_down",
            Refusal::Store(error) if error.is_temporary() => "temporarily_unavailable",
            Refusal::Failed(_) | Refusal::Store(_) => "server_error",
            _ => "invalid_request",
        }
    }
}

impl Shape for Admin {
    fn body(message: &str) -> Map<String, Value> {
        Map::from_iter([("error_description".to_owned(), message.into())])
    }

    fn whole(refusal: &Refusal) -> Map<String, Value> {
        let mut body = Self::body(&Self::message(refusal));
        body.insert("error".to_owned(), Self::code(refusal).into());
        body
    }

    fn challenge(status: StatusCode, refusal: &Refusal) -> Option<&'static str> {
        match refusal {
            Refusal::Caller(CallerError::Forbidden) => {
                Some("Bearer realm=\"Grantor\", error=\"insufficient_scope\", scope=\"admin\"")
            }
            _ => (status == StatusCode::UNAUTHORIZED).then_some("Bearer realm=\"Grantor\", error=\"invalid_token\""),
        }
    }
}
