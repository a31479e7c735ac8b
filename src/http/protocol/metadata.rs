//! The documents that clients read: made once, answered as bytes.

use std::sync::{Arc, RwLock};

use actix_web::http::header::{self, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, web};

use crate::app::{App, KeyRing};
use crate::http::document::Document;
use crate::http::{block, context, faults, openapi};
use crate::oauth::metadata;

/// A document, and what it was made from.
struct Made<S> {
    from: Arc<S>,
    document: Document,
}

/// The documents made last; each worker shares them.
#[derive(Default)]
pub struct Documents {
    metadata: RwLock<Option<Made<Vec<crate::core::scope::ScopeEntry>>>>,
    jwks: RwLock<Option<Made<KeyRing>>>,
    /// What `/openapi.json` answers.
    pub openapi: web::Data<openapi::Document>,
}

impl std::fmt::Debug for Documents {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Documents")
    }
}

/// `GET /.well-known/oauth-authorization-server` (RFC 8414).
pub async fn authorization_server(req: HttpRequest, documents: web::Data<Documents>) -> HttpResponse {
    let app = context::app(&req);
    // Scopes come from the cache; only a stale one is read anew, off this thread.
    let scopes = match app.fresh_scopes() {
        Some(scopes) => scopes,
        None => match block::run(&app, context::request_id(&req), |app| app.scopes()).await {
            Ok(scopes) => scopes,
            Err(error) => return faults::unavailable(&req, &error),
        },
    };
    let made = made_from(&documents.metadata, &scopes, || {
        serde_json::to_vec(&metadata::document(&app, &scopes)).unwrap_or_default()
    });
    for_everybody(made.answer(&req))
}

/// `GET /.well-known/openid-configuration` (OpenID Connect Discovery section 4): the same document.
pub async fn openid(req: HttpRequest, documents: web::Data<Documents>) -> HttpResponse {
    authorization_server(req, documents).await
}

/// `GET /oauth/jwks` (RFC 7517).
pub async fn jwks(req: HttpRequest, documents: web::Data<Documents>) -> HttpResponse {
    let app = context::app(&req);
    let ring = match app.fresh_keys() {
        Some(ring) => ring,
        None => match block::run(&app, context::request_id(&req), |app: &Arc<App>| app.keys()).await {
            Ok(ring) => ring,
            Err(error) => return faults::unavailable(&req, &error),
        },
    };
    for_everybody(made_from(&documents.jwks, &ring, || ring.jwks.to_vec()).answer(&req))
}

fn made_from<S>(kept: &RwLock<Option<Made<S>>>, source: &Arc<S>, make: impl FnOnce() -> Vec<u8>) -> Document {
    if let Some(made) = &*kept.read().unwrap_or_else(|e| e.into_inner())
        && Arc::ptr_eq(&made.from, source)
    {
        return made.document.clone();
    }
    let document = Document::new(make());
    let made = Made { from: Arc::clone(source), document: document.clone() };
    *kept.write().unwrap_or_else(|e| e.into_inner()) = Some(made);
    document
}

/// Pages of any origin may read it.
fn for_everybody(mut answer: HttpResponse) -> HttpResponse {
    answer.headers_mut().insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    answer
}
