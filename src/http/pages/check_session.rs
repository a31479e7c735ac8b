//! The page that apps load in a hidden frame and ask whether the browser is still signed in as it was (OpenID Connect
//! Session Management 1.0, section 3.2). It is the same for everybody: what it answers comes of the browser's cookie.

use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse};

use super::views::CheckSession;
use super::{anonymous_page, assets, html};
use crate::http::{context, cookies};

/// What may be done on it: its own script runs, and nothing else is loaded.
const POLICY: &str = "default-src 'none'; script-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors *";

/// `GET /oauth/check_session`
pub async fn get(req: HttpRequest) -> HttpResponse {
    let view = CheckSession {
        page: anonymous_page(&req),
        cookie: cookies::name(&context::app(&req), cookies::Name::State).to_owned(),
        script: assets::check_session_path().to_owned(),
    };
    let mut response = html(StatusCode::OK, &view, &[]);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, header::HeaderValue::from_static(POLICY));
    headers.remove(header::X_FRAME_OPTIONS);
    response
}
