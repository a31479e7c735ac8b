//! `/admin/outbox`: how far messages have come, and what mails look like. What a message says is shown to nobody: it
//! opens accounts.

use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, web};

use super::person::{Outcome, either, failed};
use super::{address, opened, sent_by};
use crate::account::post::{self, Message, State};
use crate::account::powers::Powers;
use crate::core::audit::cursor;
use crate::core::page::Page as Part;
use crate::core::power::Power;
use crate::core::text::Language;
use crate::http::body::Fields;
use crate::http::pages::views::admin::{AdminOutbox, AdminTemplates, MailSample, MessageLine};
use crate::http::pages::views::{Page, Pager, Pick, Select};
use crate::http::pages::{fresh, html_for};
use crate::http::{answer, block, context, faults};
use crate::mail;

const SECTION: &str = "/admin/outbox";
const TEMPLATES: &str = "/admin/outbox/templates";
/// How many messages one page shows.
const SHOWN: i64 = 50;

fn state_id(state: State) -> &'static str {
    match state {
        State::Kept => "admin-message-kept",
        State::Waiting => "admin-message-waiting",
        State::Sent => "admin-message-sent",
        State::GivenUp => "admin-message-given-up",
    }
}

fn tag(state: State) -> &'static str {
    match state {
        State::Kept => "new",
        State::Waiting => "waiting",
        State::Sent => "on",
        State::GivenUp => "off",
    }
}

/// The name of a state in an address.
fn slug(state: State) -> String {
    state.as_str().replace(' ', "_")
}

/// `GET /admin/outbox`
pub async fn list(req: HttpRequest) -> HttpResponse {
    either(show_list(&req).await)
}

async fn show_list(req: &HttpRequest) -> Outcome {
    let desk = opened(req, Power::ReadOutbox).await?;
    let state = desk.fields.get("state").and_then(State::named);
    let after = desk.fields.get("after").map(str::to_owned);
    let is_first = after.is_none();
    let part = Part { after, limit: SHOWN + 1 };
    let found = block::run(&desk.app, context::request_id(req), move |app| post::list(app, state, &part)).await;
    let mut found = found.map_err(|error| faults::unavailable(req, &error))?;
    let size = usize::try_from(SHOWN).unwrap_or(usize::MAX);
    let more = found.len() > size;
    found.truncate(size);
    let chosen = state.map(slug).unwrap_or_default();
    let next = found.last().filter(|_| more).map(|last| cursor(last.created_at, &last.id));
    let (page, frame) = desk.page(req, SECTION);
    let view = AdminOutbox {
        notice: done(&page, &desk.fields),
        state: states(&page, &chosen),
        messages: found.iter().map(|message| line(&page, message, desk.may(Power::WriteUsers))).collect(),
        pager: Pager {
            first: (!is_first).then(|| address(SECTION, &[("state", &chosen)])),
            previous: None,
            next: next.map(|next| address(SECTION, &[("state", &chosen), ("after", &next)])),
        },
        page,
        frame,
    };
    Ok(html_for(&desk.app, &desk.browser, StatusCode::OK, &view, &[]))
}

fn states(page: &Page, chosen: &str) -> Select {
    let any = Pick::new("", page.t("admin-any"), chosen);
    let each = State::ALL.into_iter().map(|state| Pick::new(slug(state), page.t(state_id(state)), chosen));
    Select { name: "state", label: page.t("admin-user-state"), choices: std::iter::once(any).chain(each).collect() }
}

/// Whom a message goes to is hidden from those who may not help people.
fn line(page: &Page, message: &Message, may_write: bool) -> MessageLine {
    let state = message.state();
    MessageLine {
        path: format!("{SECTION}/{}", message.id),
        recipient: if may_write { message.recipient.clone() } else { post::masked(&message.recipient) },
        kind: message.kind.clone(),
        channel: message.channel.clone(),
        state: (tag(state), page.t(state_id(state))),
        attempts: message.attempts,
        created: page.date_time(message.created_at),
        next: message.next_attempt_at.map(|at| page.date_time(at)).unwrap_or_default(),
        may_act: may_write && state == State::Waiting,
    }
}

fn done(page: &Page, fields: &Fields) -> Option<String> {
    let id = match fields.get("done")? {
        "retry" => "admin-done-retry",
        "give-up" => "admin-done-give-up",
        "late" => "admin-done-late",
        _ => return None,
    };
    Some(page.t(id))
}

/// `POST /admin/outbox/{id}/retry`: a message that waits is sent now.
pub async fn retry(req: HttpRequest, payload: web::Payload) -> HttpResponse {
    either(act(&req, payload, "retry").await)
}

/// `POST /admin/outbox/{id}/give-up`: a message that waits is not sent.
pub async fn give_up(req: HttpRequest, payload: web::Payload) -> HttpResponse {
    either(act(&req, payload, "give-up").await)
}

async fn act(req: &HttpRequest, payload: web::Payload, what: &'static str) -> Outcome {
    let may = |powers: &Powers| powers.has(Power::ReadOutbox) && powers.has(Power::WriteUsers);
    let desk = sent_by(req, payload, may).await?;
    let Some(id) = context::path_id(req) else { return Err(faults::not_found(req.clone()).await) };
    if let Some(elsewhere) = fresh::required_for(&desk.app, &desk.browser, SECTION) {
        return Err(elsewhere);
    }
    let by = desk.acting();
    let acted = block::run(&desk.app, context::request_id(req), move |app| {
        if what == "retry" { post::hurry(app, &by, &id) } else { post::give_up(app, &by, &id) }
    });
    let acted = match acted.await {
        Ok(acted) => acted,
        Err(error) => return Err(failed(req, error).await),
    };
    Ok(answer::see_other(&address(SECTION, &[("done", if acted { what } else { "late" })])))
}

fn language(fields: &Fields, page: Language) -> Language {
    fields.get("language").and_then(Language::from_tag).unwrap_or(page)
}

/// `GET /admin/outbox/templates`: every mail with sample data.
pub async fn templates(req: HttpRequest) -> HttpResponse {
    either(show_templates(&req).await)
}

async fn show_templates(req: &HttpRequest) -> Outcome {
    let desk = opened(req, Power::ReadOutbox).await?;
    let (page, frame) = desk.page(req, SECTION);
    let language = language(&desk.fields, page.lang);
    let mail = |(name, text): (String, String)| {
        let kind = name.strip_prefix("mail/")?.strip_suffix(".txt")?.to_owned();
        let href = address(&format!("{TEMPLATES}/{kind}"), &[("language", language.tag())]);
        Some(MailSample { kind, text, href })
    };
    let view = AdminTemplates {
        languages: Language::ALL.iter().map(|one| (one.tag(), one.name(), *one == language)).collect(),
        mails: samples(language).into_iter().filter_map(mail).collect(),
        page,
        frame,
    };
    Ok(html_for(&desk.app, &desk.browser, StatusCode::OK, &view, &[]))
}

fn samples(language: Language) -> Vec<(String, String)> {
    mail::samples(language).unwrap_or_default()
}

/// `GET /admin/outbox/templates/{id}`: a mail as mail readers show it, in a frame of its own that may do nothing.
pub async fn template(req: HttpRequest) -> HttpResponse {
    either(show_template(&req).await)
}

async fn show_template(req: &HttpRequest) -> Outcome {
    let desk = opened(req, Power::ReadOutbox).await?;
    let language = language(&desk.fields, Language::default());
    let name = context::path_id(req).map(|kind| format!("mail/{kind}.html"));
    let found = samples(language).into_iter().find(|(known, _)| Some(known) == name.as_ref());
    let Some((_, html)) = found else { return Err(faults::not_found(req.clone()).await) };
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "text/html; charset=utf-8"))
        // Mails bring their style with them, as a page of this server never does.
        .insert_header((
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'; base-uri 'none'",
        ))
        .insert_header((header::X_FRAME_OPTIONS, "DENY"))
        .insert_header((header::REFERRER_POLICY, "no-referrer"))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .body(html))
}
