//! An issuer with a path: the whole server lives below it.
//!
//! Inside, paths are as if it were at the root of its host: what comes in loses the path of the issuer here, and where an
//! answer leads gets it back. Pages write it before their links, and cookies are held to it.

use std::sync::Arc;

use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Uri;
use actix_web::http::header::{self, HeaderMap, HeaderValue};
use actix_web::http::uri::PathAndQuery;
use actix_web::middleware::Next;
use actix_web::web;

use super::faults;
use crate::app::App;

/// Documents that are found at the root of the host, with the path of the issuer after them (RFC 8414 section 3.1; its
/// section 5 for the second).
const WELL_KNOWN: [&str; 2] = ["/.well-known/oauth-authorization-server", "/.well-known/openid-configuration"];

/// Takes the issuer's path off a request, and puts it before where the answer leads. What lies elsewhere is not here.
///
/// # Errors
/// What the handler could not answer.
pub async fn below<B: MessageBody>(
    mut req: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, actix_web::Error> {
    let app = req.app_data::<web::Data<Arc<App>>>().map(|app| Arc::clone(app));
    let Some(app) = app.filter(|app| !app.config.root().is_empty()) else {
        return next.call(req).await.map(ServiceResponse::map_into_left_body);
    };
    let Some(uri) = inside(app.config.root(), req.uri()) else {
        let answer = faults::not_found(req.request().clone()).await;
        return Ok(req.into_response(answer).map_into_right_body());
    };
    req.match_info_mut().get_mut().update(&uri);
    req.head_mut().uri = uri;
    let mut response = next.call(req).await?;
    lead_back(app.config.root(), response.headers_mut());
    Ok(response.map_into_left_body())
}

/// The address without the root; none if it lies outside.
fn inside(root: &str, uri: &Uri) -> Option<Uri> {
    let path = uri.path();
    let path = match path.strip_prefix(root) {
        Some("") => "/",
        Some(below) if below.starts_with('/') => below,
        _ => path.strip_suffix(root).filter(|document| WELL_KNOWN.contains(document))?,
    };
    let whole = uri.query().map_or_else(|| path.to_owned(), |query| format!("{path}?{query}"));
    Some(Uri::from(PathAndQuery::try_from(whole).ok()?))
}

/// Redirects to this server name a path only; those to others a whole URL.
fn lead_back(root: &str, headers: &mut HeaderMap) {
    let location = headers.get(header::LOCATION).and_then(|location| location.to_str().ok());
    let local = location.filter(|location| location.starts_with('/') && !location.starts_with("//"));
    if let Some(value) = local.and_then(|local| HeaderValue::try_from(format!("{root}{local}")).ok()) {
        headers.insert(header::LOCATION, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lies_below_the_root_is_inside_and_nothing_else() {
        let path = |uri: &str| inside("/a/b", &uri.parse().unwrap()).map(|uri| uri.to_string());
        for (given, expected) in [
            ("/a/b", "/"),
            ("/a/b/", "/"),
            ("/a/b/login?x=/a/b", "/login?x=/a/b"),
            ("/a/b?q", "/?q"),
            ("/a/b/a/b/c", "/a/b/c"),
            ("http://host/a/b/c", "/c"),
            ("/.well-known/oauth-authorization-server/a/b", "/.well-known/oauth-authorization-server"),
            ("/.well-known/openid-configuration/a/b", "/.well-known/openid-configuration"),
        ] {
            assert_eq!(path(given).as_deref(), Some(expected), "{given}");
        }
        for outside in [
            "/",
            "/a",
            "/a/bc",
            "/a/bc/d",
            "/login",
            "/A/B/login",
            "//a/b/login",
            "/a//b/login",
            "/%61/b/login",
            "/login/a/b",
            "/.well-known/openid-configuration",
            "/.well-known/openid-configuration/a/bc",
        ] {
            assert_eq!(path(outside), None, "{outside}");
        }
    }

    #[test]
    fn only_local_redirects_get_the_root() {
        let led = |to: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::LOCATION, HeaderValue::from_static(to));
            lead_back("/a", &mut headers);
            headers.get(header::LOCATION).unwrap().to_str().unwrap().to_owned()
        };
        assert_eq!(led("/login?return_to=%2F"), "/a/login?return_to=%2F");
        for elsewhere in ["https://app.example/cb", "com.example.app:/cb", "//evil.example"] {
            assert_eq!(led(elsewhere), elsewhere);
        }
    }
}
