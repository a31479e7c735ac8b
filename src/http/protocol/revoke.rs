//! `POST /oauth/revoke`.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};

use super::{parameters, refused};
use crate::http::{answer, block, context};
use crate::oauth::revoke;

/// Ends a token (RFC 7009).
pub async fn post(req: HttpRequest, payload: web::Payload) -> HttpResponse {
    let app = context::app(&req);
    let (authorization, parameters) = match parameters(&app, &req, payload).await {
        Ok(parsed) => parsed,
        Err(response) => return response,
    };
    let done = block::run(&app, context::request_id(&req), move |app| {
        revoke::revoke(app, authorization.as_deref(), &parameters)
    });
    match done.await {
        Ok(()) => answer::empty(StatusCode::OK),
        Err(error) => refused(&req, &error),
    }
}
