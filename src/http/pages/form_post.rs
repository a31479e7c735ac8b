//! The page that carries an answer to an app by a form (OAuth 2.0 Form Post Response Mode).

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};

use super::views::FormPost;
use super::{anonymous_page, assets, html, scripted, unreferred};
use crate::core::redirect;
use crate::oauth::answer::Answer;

/// Shows it; the browser posts it at once where scripts run.
pub fn show(req: &HttpRequest, answer: &Answer) -> HttpResponse {
    let view = FormPost {
        page: anonymous_page(req),
        action: answer.redirect_uri.clone(),
        app: redirect::target(&answer.redirect_uri).name,
        fields: answer.parameters.clone(),
        script: assets::form_post_path().to_owned(),
    };
    let targets: Vec<String> = redirect::csp_source(&answer.redirect_uri).into_iter().collect();
    unreferred(scripted(html(StatusCode::OK, &view, &targets)))
}
