//! Whether the process lives, and whether it can serve.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};
use serde_json::json;

use crate::http::{answer, block, context, faults};
use crate::store;

/// `GET /health/live`: the process answers.
pub async fn live() -> HttpResponse {
    answer::json(StatusCode::OK, &json!({ "status": "ok" }))
}

/// `GET /health/ready`: the database answers too.
pub async fn ready(req: HttpRequest) -> HttpResponse {
    let app = context::app(&req);
    let asked = block::run(&app, context::request_id(&req), |app| {
        app.read(|cx| store::settings::get(cx.conn, "master_key_check"))
    });
    match asked.await {
        Ok(_) => answer::json(StatusCode::OK, &json!({ "status": "ok" })),
        Err(error) => faults::unavailable(&req, &error),
    }
}
