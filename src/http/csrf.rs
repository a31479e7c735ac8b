//! Tokens against cross-site request forgery: a proof that whoever sends a form has seen a page of
//! this server in this browser. The token follows from the browser's cookie, so nothing is kept.

use actix_web::HttpRequest;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::body::Fields;
use super::context::header_text;
use crate::app::App;
use crate::core::secret::Plain;

const PURPOSE: &str = "csrf";

/// The token of a browser.
pub fn token(app: &App, cookie: &Plain) -> String {
    URL_SAFE_NO_PAD.encode(app.secrets.mac(PURPOSE, &[cookie.expose().as_bytes()]))
}

/// Whether `sent` is the token of this browser; in constant time.
pub fn matches(app: &App, cookie: &Plain, sent: &str) -> bool {
    match URL_SAFE_NO_PAD.decode(sent) {
        Ok(tag) if tag.len() == 32 => app.secrets.proves(PURPOSE, &[cookie.expose().as_bytes()], &tag),
        _ => false,
    }
}

/// The token that came with a request: the field `_token`, or one of the headers that Laravel's clients send.
pub fn sent<'a>(req: &'a HttpRequest, fields: Option<&'a Fields>) -> Option<&'a str> {
    fields
        .and_then(|fields| fields.get("_token"))
        .or_else(|| header_text(req, "x-csrf-token"))
        .or_else(|| header_text(req, "x-xsrf-token"))
}

/// A random cookie for a browser that has none, so that its forms have something to be bound to.
pub fn new_cookie(app: &App) -> Plain {
    Plain::random("gra_an_", app.random())
}
