//! `GET` and `POST /oauth/userinfo` (OpenID Connect Core section 5.3).

use actix_web::http::{Method, StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::json;

use super::{authorization, check, refused};
use crate::core::secret::Plain;
use crate::http::{answer, block, body, context, faults};
use crate::oauth::bearer;
use crate::oauth::userinfo::{self, Userinfo};

/// Answers whoever brings an access token: in the header, or in the body of a form (RFC 6750 sections 2.1 and 2.2).
pub async fn any(req: HttpRequest, payload: web::Payload) -> HttpResponse {
    let app = context::app(&req);
    let header = match authorization(&req) {
        Ok(header) => header,
        Err(refusal) => return refused(&req, &refusal.into()),
    };
    let in_body = if req.method() == Method::POST && req.headers().contains_key(header::CONTENT_TYPE) {
        let fields = match body::read(&app, &req, payload).await {
            Ok(fields) => fields,
            Err(error) => return faults::Fault::from(error).answer(&req),
        };
        match check(&app, fields) {
            Ok(parameters) => parameters.get("access_token").map(str::to_owned),
            Err(refusal) => return refused(&req, &refusal.into()),
        }
    } else {
        None
    };
    let token = match (bearer::from_header(header.as_deref()), in_body) {
        (Some(Ok(token)), None) => token,
        (None, Some(token)) if token.len() <= bearer::MAX_TOKEN => Plain::new(token),
        (Some(_), Some(_)) => {
            return challenge(StatusCode::BAD_REQUEST, Some(("invalid_request", "the token was sent twice")));
        }
        (Some(Err(_)), None) | (None, Some(_)) => return invalid(),
        // Who sent none is told no more than that (RFC 6750 section 3.1).
        (None, None) => return challenge(StatusCode::UNAUTHORIZED, None),
    };
    let done = block::run(&app, context::request_id(&req), move |app| userinfo::answer(app, &token));
    match done.await {
        Ok(Userinfo::Json(claims)) => answer::json(StatusCode::OK, &claims),
        Ok(Userinfo::Signed(jwt)) => HttpResponse::Ok()
            .insert_header((header::CONTENT_TYPE, "application/jwt"))
            .insert_header((header::CACHE_CONTROL, "no-store"))
            .body(jwt.expose().to_owned()),
        Ok(Userinfo::Unknown) => invalid(),
        Ok(Userinfo::Insufficient) => {
            challenge(StatusCode::FORBIDDEN, Some(("insufficient_scope", "the token lacks the scope openid")))
        }
        Err(error) => refused(&req, &error),
    }
}

fn invalid() -> HttpResponse {
    challenge(StatusCode::UNAUTHORIZED, Some(("invalid_token", "the token does not work")))
}

/// The answers of RFC 6750 section 3.
fn challenge(status: StatusCode, error: Option<(&'static str, &'static str)>) -> HttpResponse {
    let body = match error {
        Some((code, text)) => json!({ "error": code, "error_description": text }),
        None => json!({ "error": "invalid_request", "error_description": "there is no access token" }),
    };
    let text = match error {
        None => "Bearer realm=\"Grantor\"".to_owned(),
        Some((code @ "insufficient_scope", text)) => {
            format!("Bearer realm=\"Grantor\", error=\"{code}\", error_description=\"{text}\", scope=\"openid\"")
        }
        Some((code, text)) => format!("Bearer realm=\"Grantor\", error=\"{code}\", error_description=\"{text}\""),
    };
    let mut response = answer::json(status, &body);
    if let Ok(value) = header::HeaderValue::from_str(&text) {
        response.headers_mut().insert(header::WWW_AUTHENTICATE, value);
    }
    response
}
