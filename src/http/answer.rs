//! Answers: JSON that is never stored, and redirects.

use actix_web::HttpResponse;
use actix_web::http::{StatusCode, header};
use serde::Serialize;

/// A JSON answer that no cache may keep (RFC 6749 section 5.1).
pub fn json(status: StatusCode, value: &impl Serialize) -> HttpResponse {
    match serde_json::to_vec(value) {
        Ok(body) => HttpResponse::build(status)
            .insert_header((header::CONTENT_TYPE, "application/json"))
            .insert_header((header::CACHE_CONTROL, "no-store"))
            .insert_header((header::PRAGMA, "no-cache"))
            .body(body),
        Err(error) => {
            log::error!("event=answer outcome=failed error={:?}", error.to_string());
            HttpResponse::InternalServerError().finish()
        }
    }
}

/// An answer without a body.
pub fn empty(status: StatusCode) -> HttpResponse {
    HttpResponse::build(status).insert_header((header::CACHE_CONTROL, "no-store")).finish()
}

/// Sends a browser elsewhere; a POST becomes a GET there (RFC 9110 section 15.4.4).
pub fn see_other(location: &str) -> HttpResponse {
    redirect(StatusCode::SEE_OTHER, location)
}

/// Sends a browser elsewhere with 302, as RFC 6749 section 4.1.2 shows it.
pub fn found(location: &str) -> HttpResponse {
    redirect(StatusCode::FOUND, location)
}

fn redirect(status: StatusCode, location: &str) -> HttpResponse {
    HttpResponse::build(status)
        .insert_header((header::LOCATION, location))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header((header::REFERRER_POLICY, "no-referrer"))
        .finish()
}
