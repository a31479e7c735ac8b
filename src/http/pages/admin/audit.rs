//! `/admin/audit`: who did what.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::Value;

use super::{Desk, address, answered_with, either};
use crate::account::audit::{self, Act, Actor};
use crate::core::audit::Recorded;
use crate::core::page::Page as Part;
use crate::core::power::Power;
use crate::core::text::Said;
use crate::http::pages::views::{AdminRecords, Cell, Errors, Field, Head, Page, Tag, Variant};
use crate::http::record_fields::{self, SearchError};
use crate::http::{block, context, export, faults};

const PATH: &str = "/admin/audit";
const SHOWN: i64 = 50;
/// What narrows the list.
const FILTERS: [&str; 6] = ["actor", "object", "act", "request_id", "from", "until"];

/// `GET /admin/audit`.
pub async fn list(req: HttpRequest) -> HttpResponse {
    either(listed(&req).await)
}

async fn listed(req: &HttpRequest) -> Result<HttpResponse, HttpResponse> {
    let desk = super::opened(req, Power::ReadAudit).await?;
    let part = Part { after: desk.fields.get("after").map(str::to_owned), limit: SHOWN + 1 };
    let (fields, from) = (desk.fields.clone(), part.clone());
    let found = block::run(&desk.app, context::request_id(req), move |app| {
        let filter = record_fields::events(app, &fields)?;
        Ok::<_, SearchError>(audit::search(app, &filter, &from)?)
    });
    match found.await {
        Ok(events) => Ok(view(req, &desk, &part, events, Errors::default())),
        Err(SearchError::Invalid(invalid)) => Ok(view(req, &desk, &part, Vec::new(), invalid.into())),
        Err(SearchError::Store(error)) => Err(faults::unavailable(req, &error)),
    }
}

fn view(req: &HttpRequest, desk: &Desk, part: &Part, mut events: Vec<Recorded>, errors: Errors) -> HttpResponse {
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let (page, frame) = desk.page(req, PATH);
    let shown = usize::try_from(SHOWN).unwrap_or(0);
    let is_last = events.len() <= shown;
    events.truncate(shown);
    let to = |after: &str| {
        let mut pairs: Vec<_> = FILTERS.iter().map(|name| (*name, desk.fields.get(name).unwrap_or_default())).collect();
        pairs.push(("after", after));
        address(PATH, &pairs)
    };
    let heads = ["audit-when", "audit-actor", "audit-act", "audit-object", "audit-from-where", "audit-details"];
    let view = AdminRecords {
        title: "audit-title".into(),
        lead: "audit-lead".into(),
        notice: None,
        acts: Vec::new(),
        path: PATH,
        filters: filters(desk),
        errors,
        columns: heads.map(Head::plain).into(),
        rows: events.iter().map(|event| row(desk, &page, event)).collect(),
        none: "audit-none".into(),
        first: part.after.is_some().then(|| to("")),
        next: events.last().filter(|_| !is_last).map(|last| to(&last.cursor())),
        export: Some("/admin/audit/export"),
        page,
        frame,
    };
    answered_with(desk, status, &view)
}

fn filters(desk: &Desk) -> Vec<Field> {
    let given = |name: &str| desk.fields.get(name).unwrap_or_default();
    let mut acts = vec![Variant::new("", "admin-any", given("act"))];
    acts.extend(Act::ALL.iter().map(|act| Variant::new(act.as_str(), Said::verbatim(act.as_str()), given("act"))));
    vec![
        Field::text("actor", "audit-actor", given("actor")).hinted("audit-actor-hint"),
        Field::text("object", "audit-object", given("object")).hinted("audit-object-hint"),
        Field::select("act", "audit-act", acts),
        Field::text("request_id", "audit-request", given("request_id")),
        Field::text("from", "audit-from", given("from")).of("date"),
        Field::text("until", "audit-until", given("until")).of("date"),
    ]
}

fn row(desk: &Desk, page: &Page, event: &Recorded) -> Vec<Cell> {
    let outcome = match event.outcome.as_str() {
        "done" => Tag::new("on", "audit-done"),
        _ => Tag::new("off", "audit-refused"),
    };
    let details = event.details.iter().map(|(name, value)| format!("{name}: {}", plain(value)));
    let object = event.object.as_ref().map(|(kind, id)| linked(desk, kind, id));
    vec![
        Cell::text(page.date_time(event.created_at)).with(event.request_id.clone()),
        who(desk, page, &event.actor),
        Cell::text(event.act.as_str()).tagged([outcome]),
        object.unwrap_or_default(),
        Cell::text(event.ip_address.clone().unwrap_or_default()),
        Cell::default().with(details),
    ]
}

fn who(desk: &Desk, page: &Page, actor: &Actor) -> Cell {
    match actor {
        Actor::Person(id) => linked(desk, "user", &id.to_string()),
        Actor::Client(id) => linked(desk, "client", id.as_str()),
        Actor::Operator => Cell::text(page.t("audit-operator")),
        Actor::Server => Cell::text(page.t("audit-server")),
        Actor::Nobody => Cell::text(page.t("audit-nobody")),
    }
}

/// A thing by its kind and identifier, which leads to its page for who may see that.
pub(super) fn linked(desk: &Desk, kind: &str, id: &str) -> Cell {
    let text = format!("{kind}:{id}");
    match kind {
        "user" if desk.may(Power::ReadUsers) => Cell::link(text, format!("/admin/users/{id}")),
        "client" if desk.may(Power::ReadClients) => Cell::link(text, format!("/admin/clients/{id}")),
        _ => Cell::text(text),
    }
}

/// A fact as people read it.
pub(super) fn plain(value: &Value) -> String {
    let whole = |items: &[Value]| items.iter().map(plain).collect::<Vec<_>>().join(", ");
    match value {
        Value::Null => "–".to_owned(),
        Value::String(text) => text.clone(),
        Value::Array(items) => whole(items),
        Value::Object(members) => match (members.get("old"), members.get("new")) {
            (Some(old), Some(new)) => format!("{} → {}", plain(old), plain(new)),
            _ => {
                let one = |(name, value): (&String, &Value)| format!("{name} {}", plain(value));
                members.iter().map(one).collect::<Vec<_>>().join(", ")
            }
        },
        other => other.to_string(),
    }
}

/// `POST /admin/audit/export`: all that is found, as a file.
pub async fn download(req: HttpRequest, payload: web::Payload) -> HttpResponse {
    either(downloaded(&req, payload).await)
}

async fn downloaded(req: &HttpRequest, payload: web::Payload) -> Result<HttpResponse, HttpResponse> {
    let desk = super::sent(req, payload, Power::ReadAudit).await?;
    let fields = desk.fields.clone();
    let found = block::run(&desk.app, context::request_id(req), move |app| record_fields::events(app, &fields)).await;
    let filter = match found {
        Ok(filter) => filter,
        Err(SearchError::Invalid(invalid)) => {
            let part = Part { after: None, limit: SHOWN };
            return Ok(view(req, &desk, &part, Vec::new(), invalid.into()));
        }
        Err(SearchError::Store(error)) => return Err(faults::unavailable(req, &error)),
    };
    let format = export::format(desk.fields.get("format")).unwrap_or(audit::Format::Csv);
    let file = export::answer(&desk.app, req, desk.actor(), filter, format).await;
    file.map_err(|error| faults::unavailable(req, &error))
}
