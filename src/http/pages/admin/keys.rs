//! `/admin/keys`: the keys that sign tokens.

use actix_web::{HttpRequest, HttpResponse, web};

use super::{answered, either};
use crate::app::{self, KeyState, KnownKey, Rotation};
use crate::core::ids::KeyId;
use crate::core::power::Power;
use crate::core::signing::Algorithm;
use crate::core::text::Said;
use crate::http::pages::views::{AdminForm, AdminRecords, Cell, Errors, Field, Head, Page, Tag, Variant, Way};
use crate::http::{answer, block, context, faults};

const PATH: &str = "/admin/keys";
const ROTATE: &str = "/admin/keys/rotate";

/// `GET /admin/keys`.
pub async fn list(req: HttpRequest) -> HttpResponse {
    either(listed(&req).await)
}

async fn listed(req: &HttpRequest) -> Result<HttpResponse, HttpResponse> {
    let desk = super::opened(req, Power::ReadKeys).await?;
    let found = block::run(&desk.app, context::request_id(req), |app| app::signing_keys(app)).await;
    let found = found.map_err(|error| faults::unavailable(req, &error))?;
    let (page, frame) = desk.page(req, PATH);
    let rotates = desk.may(Power::WriteKeys);
    let heads = ["admin-key-id", "admin-key-algorithm", "admin-key-made", "admin-key-signs", "admin-key-gone"];
    let view = AdminRecords {
        title: "admin-keys-title".into(),
        lead: "admin-keys-lead".into(),
        notice: match desk.fields.get("done") {
            Some("rotated") => Some("admin-key-done".into()),
            Some("already") => Some("admin-key-done-already".into()),
            _ => None,
        },
        acts: if rotates { vec![Way::new(ROTATE, "admin-key-rotate", false)] } else { Vec::new() },
        path: PATH,
        filters: Vec::new(),
        errors: Errors::default(),
        columns: heads.map(Head::plain).into(),
        rows: found.iter().map(|key| row(&page, key)).collect(),
        none: "admin-keys-none".into(),
        first: None,
        next: None,
        export: None,
        page,
        frame,
    };
    Ok(answered(&desk, &view))
}

fn row(page: &Page, key: &KnownKey) -> Vec<Cell> {
    let tag = match key.state {
        KeyState::Pending => Tag::new("waiting", "admin-key-pending"),
        KeyState::Active => Tag::new("on", "admin-key-active"),
        KeyState::Retiring => Tag::new("new", "admin-key-retiring"),
        KeyState::Gone => Tag::new("off", "admin-key-is-gone"),
    };
    vec![
        Cell::code(key.id.as_str()).tagged([tag]),
        Cell::text(key.algorithm.as_str()),
        Cell::text(page.date_time(key.created_at)),
        Cell::text(page.date_time(key.activates_at)),
        Cell::text(key.retires_at.map_or_else(|| page.t("admin-client-no-end"), |end| page.date_time(end))),
    ]
}

/// `GET /admin/keys/rotate`.
pub async fn ask(req: HttpRequest) -> HttpResponse {
    either(asked(&req).await)
}

async fn asked(req: &HttpRequest) -> Result<HttpResponse, HttpResponse> {
    let desk = super::opened(req, Power::WriteKeys).await?;
    desk.fresh(req).await?;
    let known = block::run(&desk.app, context::request_id(req), |app| app::signing_keys(app)).await;
    let known = known.map_err(|error| faults::unavailable(req, &error))?;
    let newest: Vec<_> = known.iter().filter(|key| key.retires_at.is_none()).map(|key| key.id.as_str()).collect();
    let (page, frame) = desk.page(req, PATH);
    let at_once = Field::check("at_once", "admin-key-at-once", false);
    let mut choices = vec![Variant::new("", "admin-key-of-all", "")];
    choices.extend(Algorithm::ALL.map(|one| Variant::new(one.as_str(), Said::verbatim(one.as_str()), "")));
    let view = AdminForm {
        title: "admin-key-rotate".into(),
        back: Way::new(PATH, "admin-keys-title", false),
        alert: None,
        errors: Errors::default(),
        text: Some("admin-key-rotate-text".into()),
        data: Vec::new(),
        action: ROTATE.to_owned(),
        fields: vec![
            Field::select("algorithm", "admin-key-of", choices),
            at_once.hinted("admin-key-at-once-hint"),
            Field::hidden("newest", newest.join(" ")),
        ],
        submit: "admin-key-rotate".into(),
        is_danger: true,
        page,
        frame,
    };
    Ok(answered(&desk, &view))
}

/// `POST /admin/keys/rotate`: a form that is sent twice makes new keys once, as it knows the newest that there were.
pub async fn rotate(req: HttpRequest, payload: web::Payload) -> HttpResponse {
    either(rotated(&req, payload).await)
}

async fn rotated(req: &HttpRequest, payload: web::Payload) -> Result<HttpResponse, HttpResponse> {
    let desk = super::sent(req, payload, Power::WriteKeys).await?;
    desk.fresh(req).await?;
    let newest = desk.fields.get("newest").unwrap_or_default().split(' ');
    let rotation = Rotation {
        // What names none of the choices is the first of them.
        algorithm: desk.fields.get("algorithm").and_then(Algorithm::named),
        at_once: desk.fields.get("at_once") == Some("1"),
        instead_of: Some(newest.map(KeyId::from).collect()),
    };
    let by = desk.actor();
    let done = block::run(&desk.app, context::request_id(req), move |app| app::rotate(app, &by, &rotation)).await;
    let made = done.map_err(|error| faults::unavailable(req, &error))?;
    let done = if made.is_empty() { "already" } else { "rotated" };
    Ok(answer::see_other(&format!("{PATH}?done={done}")))
}
