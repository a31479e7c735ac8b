//! The stylesheet, the logo and the script for passkeys, under names that change with their content.

use std::sync::LazyLock;

use actix_web::HttpResponse;
use actix_web::http::header;
use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

const STYLESHEET: &str = include_str!("../../../templates/assets/grantor.css");
const LOGO: &str = include_str!("../../../templates/assets/grantor.svg");
const PASSKEYS: &str = include_str!("../../../templates/assets/passkeys.js");

static STYLESHEET_PATH: LazyLock<String> = LazyLock::new(|| path(STYLESHEET, "css"));
static LOGO_PATH: LazyLock<String> = LazyLock::new(|| path(LOGO, "svg"));
static PASSKEYS_PATH: LazyLock<String> = LazyLock::new(|| path(PASSKEYS, "js"));

fn path(content: &str, extension: &str) -> String {
    let hash = digest::digest(&digest::SHA256, content.as_bytes());
    let name: String = URL_SAFE_NO_PAD.encode(hash.as_ref()).chars().take(12).collect();
    format!("/assets/grantor-{name}.{extension}")
}

/// Where the stylesheet is.
pub fn stylesheet_path() -> &'static str {
    &STYLESHEET_PATH
}

/// Where the logo is.
pub fn logo_path() -> &'static str {
    &LOGO_PATH
}

/// Where the script for passkeys is.
pub fn passkeys_path() -> &'static str {
    &PASSKEYS_PATH
}

/// `GET` of the script for passkeys.
pub async fn passkeys() -> HttpResponse {
    asset("text/javascript; charset=utf-8", PASSKEYS)
}

/// `GET` of the stylesheet.
pub async fn stylesheet() -> HttpResponse {
    asset("text/css; charset=utf-8", STYLESHEET)
}

/// `GET` of the logo.
pub async fn logo() -> HttpResponse {
    asset("image/svg+xml", LOGO)
}

fn asset(kind: &'static str, content: &'static str) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, kind))
        .insert_header((header::CACHE_CONTROL, "public, max-age=31536000, immutable"))
        .body(content)
}
