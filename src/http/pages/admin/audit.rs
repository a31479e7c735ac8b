//! `/admin/audit`: who did what.

use actix_web::{HttpRequest, HttpResponse, web};

use super::records::{self, List, Teller, days, plain};
use super::{Desk, either};
use crate::account::audit::{self, Act, Actor};
use crate::account::names::Names;
use crate::app::App;
use crate::core::audit::{Recorded, words};
use crate::core::page::Page as Part;
use crate::core::power::Power;
use crate::core::text::Said;
use crate::http::body::Fields;
use crate::http::pages::views::{Cell, Field, Page, Tag, Variant};
use crate::http::record_fields::{self, SearchError};
use crate::http::{block, context, export, faults};
use crate::store;

/// The audit log.
struct Log;

/// `GET /admin/audit`.
pub async fn list(req: HttpRequest) -> HttpResponse {
    either(records::listed::<Log>(&req).await)
}

impl List for Log {
    type Record = Recorded;
    const PATH: &'static str = "/admin/audit";
    const POWER: Power = Power::ReadAudit;
    const WORDS: [&'static str; 3] = ["audit-title", "audit-lead", "audit-none"];
    const HEADS: &'static [&'static str] =
        &["audit-when", "audit-actor", "audit-act", "audit-object", "audit-from-where", "audit-details"];
    const EXPORT: Option<&'static str> = Some("/admin/audit/export");

    fn find(app: &App, fields: &Fields, part: &Part) -> Result<Vec<Recorded>, SearchError> {
        let filter = record_fields::events(app, fields)?;
        Ok(audit::search(app, &filter, part)?)
    }

    fn names(app: &App, events: &[Recorded]) -> store::Result<Names> {
        Names::of_events(app, events)
    }

    fn cursor(event: &Recorded) -> String {
        event.cursor()
    }

    fn filters(desk: &Desk, page: &Page) -> Vec<Field> {
        let given = |name: &str| desk.fields.get(name).unwrap_or_default();
        let mut acts = vec![Variant::new("", "admin-any", given("act"))];
        let said = |name| Said::verbatim(words::act(name, page.lang));
        acts.extend(Act::ALL.iter().map(|act| Variant::new(act.as_str(), said(act.as_str()), given("act"))));
        let mut fields = vec![
            Field::text("actor", "audit-actor", given("actor")).hinted("audit-actor-hint"),
            Field::text("object", "audit-object", given("object")).hinted("audit-object-hint"),
            Field::select("act", "audit-act", acts),
            Field::text("request_id", "audit-request", given("request_id")),
        ];
        fields.extend(days(desk));
        fields
    }

    fn row(teller: &Teller<'_>, event: &Recorded) -> Vec<Cell> {
        let page = teller.page;
        let details = event.details.iter().map(|(name, value)| format!("{name}: {}", plain(value)));
        let object = event.object.as_ref().map(|(kind, id)| teller.object(kind, id));
        vec![
            Cell::text(page.date_time(event.created_at)).with(event.request_id.clone()),
            who(teller, &event.actor),
            Cell::text(words::act(&event.act, page.lang)).tagged([outcome(event)]).with([event.act.clone()]),
            object.unwrap_or_default(),
            Cell::text(event.ip_address.clone().unwrap_or_default()),
            Cell::default().with(details),
        ]
    }
}

fn outcome(event: &Recorded) -> Tag {
    match event.outcome.as_str() {
        "done" => Tag::new("on", "audit-done"),
        _ => Tag::new("off", "audit-refused"),
    }
}

fn who(teller: &Teller<'_>, actor: &Actor) -> Cell {
    match actor {
        Actor::Person(id) => teller.person(*id),
        Actor::Client(id) => teller.client(id),
        Actor::Operator => Cell::text(teller.page.t("audit-operator")),
        Actor::Server => Cell::text(teller.page.t("audit-server")),
        Actor::Nobody => Cell::text(teller.page.t("audit-nobody")),
    }
}

/// `POST /admin/audit/export`: all that is found, as a file.
pub async fn download(req: HttpRequest, payload: web::Payload) -> HttpResponse {
    either(downloaded(&req, payload).await)
}

async fn downloaded(req: &HttpRequest, payload: web::Payload) -> Result<HttpResponse, HttpResponse> {
    let desk = super::sent(req, payload, Log::POWER).await?;
    let fields = desk.fields.clone();
    let found = block::run(&desk.app, context::request_id(req), move |app| record_fields::events(app, &fields)).await;
    let filter = match found {
        Ok(filter) => filter,
        Err(SearchError::Invalid(invalid)) => return Ok(records::refused::<Log>(req, &desk, invalid.into())),
        Err(SearchError::Store(error)) => return Err(faults::unavailable(req, &error)),
    };
    let format = export::format(desk.fields.get("format")).unwrap_or(audit::Format::Csv);
    let file = export::answer(&desk.app, req, desk.actor(), filter, format).await;
    file.map_err(|error| faults::unavailable(req, &error))
}
