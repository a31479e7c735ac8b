//! The stylesheet, the logo and the script for passkeys, under names that change with their content: the built-in ones,
//! or those of `[branding]`.

use std::sync::LazyLock;

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse};
use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::config::Branding;
use crate::http::context;

const STYLESHEET: &str = include_str!("../../../templates/assets/grantor.css");
const LOGO: &str = include_str!("../../../templates/assets/grantor.svg");
const FORM_POST: &str = include_str!("../../../templates/assets/form_post.js");
const SIGNED_OUT: &str = include_str!("../../../templates/assets/signed_out.js");
const CHECK_SESSION: &str = include_str!("../../../templates/assets/check_session.js");
const PASSKEYS: &str = include_str!("../../../templates/assets/passkeys.js");

static STYLESHEET_PATH: LazyLock<String> = LazyLock::new(|| path(STYLESHEET.as_bytes(), "css"));
static LOGO_PATH: LazyLock<String> = LazyLock::new(|| path(LOGO.as_bytes(), "svg"));
static SIGNED_OUT_PATH: LazyLock<String> = LazyLock::new(|| path(SIGNED_OUT.as_bytes(), "js"));
static FORM_POST_PATH: LazyLock<String> = LazyLock::new(|| path(FORM_POST.as_bytes(), "js"));
static CHECK_SESSION_PATH: LazyLock<String> = LazyLock::new(|| path(CHECK_SESSION.as_bytes(), "js"));
static PASSKEYS_PATH: LazyLock<String> = LazyLock::new(|| path(PASSKEYS.as_bytes(), "js"));

fn path(content: &[u8], extension: &str) -> String {
    let hash = digest::digest(&digest::SHA256, content);
    let name: String = URL_SAFE_NO_PAD.encode(hash.as_ref()).chars().take(12).collect();
    format!("/assets/grantor-{name}.{extension}")
}

/// Where the stylesheet is.
pub fn stylesheet_path(branding: &Branding) -> String {
    match branding.css_tag.as_str() {
        "" => STYLESHEET_PATH.clone(),
        tag => STYLESHEET_PATH.replace(".css", &format!("-{tag}.css")),
    }
}

/// Where the logo is.
pub fn logo_path(branding: &Branding) -> String {
    branding.logo.as_ref().map_or_else(|| LOGO_PATH.clone(), |logo| format!("/assets/{}", logo.file))
}

/// Where the script for passkeys is.
pub fn passkeys_path() -> &'static str {
    &PASSKEYS_PATH
}

/// `GET` of the script for passkeys.
pub async fn passkeys() -> HttpResponse {
    asset("text/javascript; charset=utf-8", PASSKEYS)
}

/// Where the script is that posts an answer to an app.
pub fn form_post_path() -> &'static str {
    &FORM_POST_PATH
}

/// `GET` of that script.
pub async fn form_post() -> HttpResponse {
    asset("text/javascript; charset=utf-8", FORM_POST)
}

/// Where the script is that tells apps whether the browser is still signed in.
pub fn check_session_path() -> &'static str {
    &CHECK_SESSION_PATH
}

/// `GET` of that script.
pub async fn check_session() -> HttpResponse {
    asset("text/javascript; charset=utf-8", CHECK_SESSION)
}

/// Where the script is that goes on from the page after signing out.
pub fn signed_out_path() -> &'static str {
    &SIGNED_OUT_PATH
}

/// `GET` of that script.
pub async fn signed_out() -> HttpResponse {
    asset("text/javascript; charset=utf-8", SIGNED_OUT)
}

/// `GET` of the stylesheet.
pub async fn stylesheet(req: HttpRequest) -> HttpResponse {
    // What comes later outdoes what comes first.
    asset("text/css; charset=utf-8", format!("{STYLESHEET}{}", context::app(&req).config.branding.css))
}

/// `GET` of the logo. Opened by itself, an SVG runs nothing and loads nothing.
pub async fn logo(req: HttpRequest) -> HttpResponse {
    let mut response = match &context::app(&req).config.branding.logo {
        Some(logo) => asset(logo.kind, logo.bytes.to_vec()),
        None => asset("image/svg+xml", LOGO.to_owned()),
    };
    let policy = "default-src 'none'; style-src 'unsafe-inline'; sandbox";
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, header::HeaderValue::from_static(policy));
    response
}

fn asset(kind: &'static str, content: impl actix_web::body::MessageBody + 'static) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, kind))
        .insert_header((header::CACHE_CONTROL, "public, max-age=31536000, immutable"))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .body(content)
}
