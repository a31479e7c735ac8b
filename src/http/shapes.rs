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
