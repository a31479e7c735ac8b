//! What surrounds every request: its identifier, the log line, the headers that every answer carries.

use std::sync::Arc;

use actix_web::HttpMessage as _;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::web;

use crate::app::App;
use crate::core::time::Stopwatch;
use crate::core::trace::{RequestId, Trace};
use crate::http::context;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const NOSNIFF: HeaderValue = HeaderValue::from_static("nosniff");
const OPENER_POLICY: HeaderName = HeaderName::from_static("cross-origin-opener-policy");
const SAME_ORIGIN: HeaderValue = HeaderValue::from_static("same-origin");
/// Pages that have nothing to do with a window of another site. On the way to an app they have: it may have opened one for
/// the sign-in, and hears from there what came of it.
const ALONE: [&str; 3] = ["/account", "/admin", "/setup"];
const NOTHING: HeaderValue = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'");
const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");
/// Browsers that came by https once come by nothing else (RFC 6797).
const ONE_YEAR: HeaderValue = HeaderValue::from_static("max-age=31536000");

/// Gives a request its identifier, its log line and the headers of its answer.
///
/// # Errors
/// What the handler could not answer.
pub async fn around<B: MessageBody>(
    req: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, actix_web::Error> {
    let id = RequestId::next();
    let watch = Stopwatch::start();
    let config = req.app_data::<web::Data<Arc<App>>>().map(|app| &app.config);
    let https = config.is_some_and(|config| config.is_https());
    let address = config.and_then(|config| context::address(&config.server.trusted_proxies, req.request()));
    let trace = Trace { request: id, address };
    req.extensions_mut().insert(id);
    let mut call = std::pin::pin!(next.call(req));
    // Each time it is polled, for other requests share the thread.
    let mut response = std::future::poll_fn(|cx| Trace::within(Some(trace), || call.as_mut().poll(cx))).await?;
    let is_alone = ALONE.iter().any(|start| response.request().path().starts_with(start));
    let headers = response.headers_mut();
    if is_alone {
        headers.insert(OPENER_POLICY, SAME_ORIGIN);
    }
    if let Ok(value) = HeaderValue::try_from(id.to_string()) {
        headers.insert(REQUEST_ID, value);
    }
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, NOSNIFF);
    // What is no page shows nothing and is read by nobody but this server's pages, unless it says otherwise itself.
    if !headers.contains_key(header::CONTENT_SECURITY_POLICY) {
        headers.insert(header::CONTENT_SECURITY_POLICY, NOTHING);
        if !headers.contains_key(header::ACCESS_CONTROL_ALLOW_ORIGIN) {
            headers.insert(RESOURCE_POLICY, SAME_ORIGIN);
        }
    }
    if https {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, ONE_YEAR);
    }
    log_line(trace, &response, watch);
    Ok(response)
}

/// The path alone: queries carry codes and states.
fn log_line<B>(trace: Trace, response: &ServiceResponse<B>, watch: Stopwatch) {
    let status = response.status();
    // The cause of a 503 is told by who found it; of a flood of them each line would cost what is short.
    let level = if status == StatusCode::SERVICE_UNAVAILABLE {
        log::Level::Debug
    } else if status.is_server_error() {
        log::Level::Error
    } else if status.is_client_error() {
        log::Level::Info
    } else {
        log::Level::Debug
    };
    if log::log_enabled!(level) {
        let (method, path) = (response.request().method(), response.request().path());
        let took = watch.elapsed().as_micros();
        Trace::within(Some(trace), || {
            log::log!(level, "event=request method={method} path={path:?} status={} us={took}", status.as_u16());
        });
    }
}
