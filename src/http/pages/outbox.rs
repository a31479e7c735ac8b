//! What the server writes to people, for those who work on it.

use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse};

use super::views::{Line, Outbox, Written};
use super::{anonymous_page, html};
use crate::account::post::{self, Content, Message};
use crate::app::App;
use crate::http::{block, context, faults};

/// How many messages are shown.
const SHOWN: i64 = 50;

/// What proxies add to a request that they pass on.
const PASSED_ON: [&str; 5] = ["forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via"];

/// `GET /dev/outbox`: only in development, and only under the server's own name: a page of another name that leads to
/// this machine (DNS rebinding) must not read it, and neither may those for whom a proxy on this machine asks.
pub async fn get(req: HttpRequest) -> HttpResponse {
    let app = context::app(&req);
    if !app.config.server.development || !is_own_name(&app, &req) || is_passed_on(&req) {
        return faults::not_found(req).await;
    }
    let request = context::request_id(&req);
    match block::run(&app, request, |app| post::newest(app, SHOWN)).await {
        Ok(messages) => {
            let messages = messages.iter().rev().map(|(message, content)| written(&app, message, content)).collect();
            html(StatusCode::OK, &Outbox { page: anonymous_page(&req), messages }, &[])
        }
        Err(error) => faults::unavailable(&req, &error),
    }
}

fn is_own_name(app: &App, req: &HttpRequest) -> bool {
    let own = app.config.origin().split_once("://").map(|(_, authority)| authority);
    let named = context::header_text(req, header::HOST);
    own.zip(named).is_some_and(|(own, named)| own.eq_ignore_ascii_case(named))
}

fn is_passed_on(req: &HttpRequest) -> bool {
    PASSED_ON.iter().any(|name| req.headers().contains_key(*name))
}

fn written(app: &App, message: &Message, content: &Content) -> Written {
    let own = format!("{}/", app.config.issuer());
    let line = |text: &str| Line { text: text.to_owned(), is_link: text.starts_with(&own) && !text.contains(' ') };
    Written {
        to: message.recipient.clone(),
        channel: message.channel.clone(),
        subject: message.subject.clone(),
        time: message.created_at.format("%Y-%m-%d %H:%M:%S UTC").to_string(),
        state: message.state().as_str(),
        lines: content.text.lines().map(line).collect(),
    }
}
