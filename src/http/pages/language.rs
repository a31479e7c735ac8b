//! The choice of a language in the footer, for people who are not signed in.

use actix_web::{HttpRequest, HttpResponse, web};

use super::{entrance, form};
use crate::core::text::Language;
use crate::http::{answer, caller, cookies};

/// For how long the choice is kept: a year.
const KEPT: i64 = 365 * 24 * 3600;

/// `POST /language`: keeps the choice in a cookie, and goes back to the page.
pub async fn choose(req: HttpRequest, payload: web::Payload) -> HttpResponse {
    let (app, browser, fields) = match form::sent(&req, payload).await {
        Ok(sent) => sent,
        Err(response) => return response,
    };
    let back = fields.get("back").and_then(entrance::local_path).unwrap_or("/");
    let mut response = answer::see_other(back);
    if let Some(language) = fields.get("language").and_then(Language::from_tag)
        && browser.sent_csrf(&app, &req, Some(&fields))
    {
        caller::add(&mut response, &cookies::set(&app, cookies::Name::Language, language.tag(), Some(KEPT)));
    }
    response
}
