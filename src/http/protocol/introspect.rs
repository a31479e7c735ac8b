//! `POST /oauth/introspect`.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};

use super::{parameters, refused};
use crate::http::{answer, block, context};
use crate::oauth::introspect;

/// Answers whether a token works (RFC 7662).
pub async fn post(req: HttpRequest, payload: web::Payload) -> HttpResponse {
    let app = context::app(&req);
    let (authorization, parameters) = match parameters(&app, &req, payload).await {
        Ok(parsed) => parsed,
        Err(response) => return response,
    };
    let done = block::run(&app, context::request_id(&req), move |app| {
        introspect::introspect(app, authorization.as_deref(), &parameters)
    });
    match done.await {
        Ok(said) => answer::json(StatusCode::OK, &said),
        Err(error) => refused(&req, &error),
    }
}
