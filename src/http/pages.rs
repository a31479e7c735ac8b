//! The pages that people see: rendered on the server, plain forms, nothing inline.

pub mod account;
pub mod admin;
pub mod apps;
pub mod assets;
pub mod check_session;
pub mod consent;
pub mod entrance;
pub mod form;
pub mod form_post;
pub mod fresh;
pub mod home;
pub mod language;
pub mod login;
pub mod outbox;
pub mod passkey_ceremonies;
pub mod passkeys;
pub mod password;
pub mod register;
pub mod second_factor;
pub mod second_step;
pub mod setup;
pub mod signed_out;
pub mod verify;
pub mod views;

use std::sync::Arc;

use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::caller::Browser;
use super::faults::Fault;
use super::{answer, context};
use crate::app::App;
use crate::core::text::Said;
use views::{ErrorPage, Link, Page, SignedIn};

/// What every page shows, for this browser.
pub fn page(app: &App, req: &HttpRequest, browser: &Browser) -> Page {
    Page {
        user: browser
            .signed_in
            .as_ref()
            .map(|signed_in| SignedIn { name: signed_in.user.name.whole(), email: signed_in.user.email.clone() }),
        csrf: browser.csrf(app),
        ..anonymous_page(req)
    }
}

/// What every page shows, for nobody in particular: no form works on it.
pub fn anonymous_page(req: &HttpRequest) -> Page {
    let app = context::app(req);
    let branding = &app.config.branding;
    Page {
        product: app.config.server.name.clone(),
        root: app.config.root().to_owned(),
        lang: super::language::of(req),
        here: super::language::here(req),
        stylesheet: assets::stylesheet_path(branding),
        logo: assets::logo_path(branding),
        request_id: context::request_id(req).to_string(),
        links: branding.footer_links.iter().map(|(label, href)| Link::new(href, Said::verbatim(label))).collect(),
        support: branding.support_email.clone(),
        user: None,
        csrf: String::new(),
    }
}

/// Renders a page. `form_targets` are the origins, other than this one, that a form of it may end up at
/// by redirects: Chromium holds them against `form-action` too.
pub fn html(status: StatusCode, template: &impl Template, form_targets: &[String]) -> HttpResponse {
    let body = match template.render() {
        Ok(body) => body,
        Err(error) => {
            log::error!("event=render outcome=failed error={:?}", error.to_string());
            return answer::empty(StatusCode::INTERNAL_SERVER_ERROR);
        }
    };
    let targets: String = form_targets.iter().map(|origin| format!(" {origin}")).collect();
    let policy = format!(
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'{targets}; \
         frame-ancestors 'none'; base-uri 'none'"
    );
    HttpResponse::build(status)
        .insert_header((header::CONTENT_TYPE, "text/html; charset=utf-8"))
        .insert_header((header::CONTENT_SECURITY_POLICY, policy))
        .insert_header((header::X_FRAME_OPTIONS, "DENY"))
        .insert_header((header::REFERRER_POLICY, "same-origin"))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header((header::CONTENT_LANGUAGE, language_of(&body)))
        .append_header((header::VARY, "accept-language, cookie"))
        .insert_header(("permissions-policy", "camera=(), microphone=(), geolocation=()"))
        .body(body)
}

/// The language that a page says it is in.
fn language_of(page: &str) -> &str {
    page.split_once("<html lang=\"").and_then(|(_, rest)| rest.split_once('"')).map_or("en", |(tag, _)| tag)
}

/// Renders a page for a browser, and sets the cookies that it lacks.
pub fn html_for(
    app: &Arc<App>,
    browser: &Browser,
    status: StatusCode,
    template: &impl Template,
    form_targets: &[String],
) -> HttpResponse {
    let mut response = html(status, template, form_targets);
    browser.set_cookies(app, &mut response);
    response
}

/// Lets the page's own script run, which is a file of this server, and call this server.
pub fn scripted(mut response: HttpResponse) -> HttpResponse {
    let policy = response.headers().get(header::CONTENT_SECURITY_POLICY).and_then(|policy| policy.to_str().ok());
    let policy = policy.map(|policy| format!("{policy}; script-src 'self'; connect-src 'self'"));
    if let Some(policy) = policy.and_then(|policy| header::HeaderValue::from_str(&policy).ok()) {
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}

/// Lets a page load frames of these origins and of no other.
pub fn framing(mut response: HttpResponse, origins: &[String]) -> HttpResponse {
    let policy = response.headers().get(header::CONTENT_SECURITY_POLICY).and_then(|policy| policy.to_str().ok());
    let policy = policy.map(|policy| format!("{policy}; frame-src {}", origins.join(" ")));
    if let Some(policy) = policy.and_then(|policy| header::HeaderValue::from_str(&policy).ok()) {
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}

/// Keeps the address of a page, which carries a token, out of every request that follows from it.
pub fn unreferred(mut response: HttpResponse) -> HttpResponse {
    response.headers_mut().insert(header::REFERRER_POLICY, header::HeaderValue::from_static("no-referrer"));
    response
}

/// Renders a refusal as a page.
pub fn error_page(req: &HttpRequest, fault: &Fault) -> HttpResponse {
    let title = match fault.status.as_u16() {
        404 => "error-title-not-found",
        403 | 419 => "error-title-expired",
        413 => "error-title-too-large",
        429 => "error-title-attempts",
        500.. => "error-title-failed",
        _ => "error-title-request",
    };
    let page = anonymous_page(req);
    let link = fault.way.clone().map_or_else(|| way_on(req, fault.status), |(href, label)| Link::new(href, label));
    let page = ErrorPage {
        status: fault.status.as_u16(),
        title: title.into(),
        text: fault.said(),
        detail: fault.detail.clone(),
        code: (fault.status == StatusCode::BAD_REQUEST).then(|| fault.code.to_owned()),
        link: Some(link),
        page,
    };
    html(fault.status, &page, &[])
}

/// Where to go from an error: the same address again where that may help, the account from its pages, or the start page,
/// which leads whoever is signed in to their account.
fn way_on(req: &HttpRequest, status: StatusCode) -> Link {
    let is_passing = status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS;
    let path = req.path();
    let here = req.uri().path_and_query().and_then(|whole| entrance::local_path(whole.as_str()));
    if let Some(here) = here.filter(|_| is_passing && req.method().is_safe()) {
        return Link::new(here, "error-again");
    }
    if path.starts_with("/account/") || path.starts_with("/admin/") {
        return Link::new("/account", "error-account");
    }
    Link::new("/", "error-start-page")
}
