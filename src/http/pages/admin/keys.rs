//! `/admin/keys`: the keys that sign tokens.

use actix_web::{HttpRequest, HttpResponse, web};

use super::{address, answered, either};
use crate::app::{self, KeyState, KnownKey, Rotation, Withdrawal};
use crate::core::ids::KeyId;
use crate::core::power::Power;
use crate::core::signing::Algorithm;
use crate::core::text::Said;
use crate::http::pages::views::{AdminForm, AdminRecords, Cell, Errors, Field, Head, Page, Tag, Variant, Way};
use crate::http::{answer, block, context, faults};

const PATH: &str = "/admin/keys";
const ROTATE: &str = "/admin/keys/rotate";
const WITHDRAW: &str = "/admin/keys/withdraw";

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
    let mut columns: Vec<Head> = heads.map(Head::plain).into();
    columns.extend(rotates.then(|| Head::plain("admin-key-withdraw-link")));
    let view = AdminRecords {
        title: "admin-keys-title".into(),
        lead: "admin-keys-lead".into(),
        notice: match desk.fields.get("done") {
            Some("rotated") => Some("admin-key-done".into()),
            Some("already") => Some("admin-key-done-already".into()),
            Some("withdrawn") => Some("admin-key-withdrawn".into()),
            Some("gone") => Some("admin-key-withdrawn-already".into()),
            _ => None,
        },
        acts: if rotates { vec![Way::new(ROTATE, "admin-key-rotate", false)] } else { Vec::new() },
        path: PATH,
        filters: Vec::new(),
        errors: Errors::default(),
        columns,
        rows: found.iter().map(|key| row(&page, key, rotates)).collect(),
        none: "admin-keys-none".into(),
        first: None,
        next: None,
        export: None,
        page,
        frame,
    };
    Ok(answered(&desk, &view))
}

fn row(page: &Page, key: &KnownKey, writes: bool) -> Vec<Cell> {
    let tag = match key.state {
        KeyState::Pending => Tag::new("waiting", "admin-key-pending"),
        KeyState::Active => Tag::new("on", "admin-key-active"),
        KeyState::Retiring => Tag::new("new", "admin-key-retiring"),
        KeyState::Gone => Tag::new("off", "admin-key-is-gone"),
    };
    let mut cells = vec![
        Cell::code(key.id.as_str()).tagged([tag]),
        Cell::text(key.algorithm.as_str()),
        Cell::text(page.date_time(key.created_at)),
        Cell::text(page.date_time(key.activates_at)),
        Cell::text(key.retires_at.map_or_else(|| page.t("admin-client-no-end"), |end| page.date_time(end))),
    ];
    if writes {
        let to = (key.state != KeyState::Gone).then(|| address(WITHDRAW, &[("id", key.id.as_str())]));
        cells.push(to.map_or_else(Cell::default, |to| Cell::link(page.t("admin-key-withdraw-link"), to)));
    }
    cells
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

/// `GET /admin/keys/withdraw`.
pub async fn ask_to_withdraw(req: HttpRequest) -> HttpResponse {
    either(asked_to_withdraw(&req).await)
}

async fn asked_to_withdraw(req: &HttpRequest) -> Result<HttpResponse, HttpResponse> {
    let desk = super::opened(req, Power::WriteKeys).await?;
    desk.fresh(req).await?;
    let known = block::run(&desk.app, context::request_id(req), |app| app::signing_keys(app)).await;
    let known = known.map_err(|error| faults::unavailable(req, &error))?;
    let id = desk.fields.get("id").unwrap_or_default();
    let Some(key) = known.iter().find(|key| key.id.as_str() == id && key.state != KeyState::Gone) else {
        return Err(faults::not_found(req.clone()).await);
    };
    let (page, frame) = desk.page(req, PATH);
    let data = vec![
        ("admin-key-id".into(), Cell::code(key.id.as_str())),
        ("admin-key-algorithm".into(), Cell::text(key.algorithm.as_str())),
    ];
    let view = AdminForm {
        title: "admin-key-withdraw".into(),
        back: Way::new(PATH, "admin-keys-title", false),
        alert: None,
        errors: Errors::default(),
        text: Some("admin-key-withdraw-text".into()),
        data,
        action: WITHDRAW.to_owned(),
        fields: vec![Field::hidden("id", key.id.as_str())],
        submit: "admin-key-withdraw-do".into(),
        is_danger: true,
        page,
        frame,
    };
    Ok(answered(&desk, &view))
}

/// `POST /admin/keys/withdraw`: sent twice, it does the same as once.
pub async fn withdraw(req: HttpRequest, payload: web::Payload) -> HttpResponse {
    either(withdrawn(&req, payload).await)
}

async fn withdrawn(req: &HttpRequest, payload: web::Payload) -> Result<HttpResponse, HttpResponse> {
    let desk = super::sent(req, payload, Power::WriteKeys).await?;
    desk.fresh(req).await?;
    let (id, by) = (KeyId::from(desk.fields.get("id").unwrap_or_default()), desk.actor());
    let done = block::run(&desk.app, context::request_id(req), move |app| app::withdraw(app, &by, &id)).await;
    let done = match done.map_err(|error| faults::unavailable(req, &error))? {
        Withdrawal::Done(_) => "withdrawn",
        Withdrawal::Already => "gone",
        Withdrawal::Unknown => return Err(faults::not_found(req.clone()).await),
    };
    Ok(answer::see_other(&format!("{PATH}?done={done}")))
}
