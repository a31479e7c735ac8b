//! `/admin/failures`: why something was refused, and the one thing to mend.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};

use super::audit::linked;
use super::{Desk, address, answered_with, either};
use crate::account::failures;
use crate::core::failure::{Kind, Noted};
use crate::core::page::Page as Part;
use crate::core::power::Power;
use crate::http::pages::views::{AdminRecords, Cell, Errors, Field, Head, Page, Variant};
use crate::http::record_fields::{self, SearchError};
use crate::http::{block, context, faults};

const PATH: &str = "/admin/failures";
const SHOWN: i64 = 50;
/// What narrows the list.
const FILTERS: [&str; 6] = ["request_id", "client", "user", "kind", "from", "until"];

/// `GET /admin/failures`.
pub async fn list(req: HttpRequest) -> HttpResponse {
    either(listed(&req).await)
}

async fn listed(req: &HttpRequest) -> Result<HttpResponse, HttpResponse> {
    let desk = super::opened(req, Power::ReadFailures).await?;
    let part = Part { after: desk.fields.get("after").map(str::to_owned), limit: SHOWN + 1 };
    let (fields, from) = (desk.fields.clone(), part.clone());
    let found = block::run(&desk.app, context::request_id(req), move |app| {
        let (filter, request) = record_fields::failures(app, &fields)?;
        Ok::<_, SearchError>(match request {
            Some(id) => failures::by_request_id(app, &id)?.into_iter().collect(),
            None => failures::search(app, &filter, &from)?,
        })
    });
    match found.await {
        Ok(found) => Ok(view(req, &desk, &part, found, Errors::default())),
        Err(SearchError::Invalid(invalid)) => Ok(view(req, &desk, &part, Vec::new(), invalid.into())),
        Err(SearchError::Store(error)) => Err(faults::unavailable(req, &error)),
    }
}

fn view(req: &HttpRequest, desk: &Desk, part: &Part, mut found: Vec<Noted>, errors: Errors) -> HttpResponse {
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let (page, frame) = desk.page(req, PATH);
    let shown = usize::try_from(SHOWN).unwrap_or(0);
    let is_last = found.len() <= shown;
    found.truncate(shown);
    let to = |after: &str| {
        let mut pairs: Vec<_> = FILTERS.iter().map(|name| (*name, desk.fields.get(name).unwrap_or_default())).collect();
        pairs.push(("after", after));
        address(PATH, &pairs)
    };
    let heads = ["audit-when", "failures-kind", "failures-why", "failures-who", "audit-from-where"];
    let view = AdminRecords {
        title: "failures-title".into(),
        lead: "failures-lead".into(),
        notice: None,
        acts: Vec::new(),
        path: PATH,
        filters: filters(desk),
        errors,
        columns: heads.map(Head::plain).into(),
        rows: found.iter().map(|noted| row(desk, &page, noted)).collect(),
        none: "failures-none".into(),
        first: part.after.is_some().then(|| to("")),
        next: found.last().filter(|_| !is_last).map(|last| to(&last.cursor())),
        export: None,
        page,
        frame,
    };
    answered_with(desk, status, &view)
}

fn filters(desk: &Desk) -> Vec<Field> {
    let given = |name: &str| desk.fields.get(name).unwrap_or_default();
    let mut kinds = vec![Variant::new("", "admin-any", given("kind"))];
    kinds.extend(Kind::ALL.iter().map(|kind| Variant::new(kind.as_str(), said(*kind), given("kind"))));
    vec![
        Field::text("request_id", "failures-reference", given("request_id")).hinted("failures-reference-hint"),
        Field::text("client", "failures-client", given("client")).hinted("failures-client-hint"),
        Field::text("user", "failures-user", given("user")).hinted("failures-user-hint"),
        Field::select("kind", "failures-kind", kinds),
        Field::text("from", "audit-from", given("from")).of("date"),
        Field::text("until", "audit-until", given("until")).of("date"),
    ]
}

fn said(kind: Kind) -> &'static str {
    match kind {
        Kind::Authorization => "failures-kind-authorization",
        Kind::Token => "failures-kind-token",
        Kind::SignIn => "failures-kind-sign-in",
    }
}

fn row(desk: &Desk, page: &Page, noted: &Noted) -> Vec<Cell> {
    let explained = noted.explain();
    let kind = Kind::parse(&noted.kind).map_or_else(|| noted.kind.clone(), |kind| page.t(said(kind)));
    let client = noted.client.as_ref().map(|id| linked(desk, "client", id.as_str()));
    let user = noted.user.map(|id| linked(desk, "user", &id.to_string()));
    let who = match (client, user) {
        (Some(client), Some(user)) => client.with([user.text]),
        (client, user) => client.or(user).unwrap_or_default(),
    };
    vec![
        Cell::text(page.date_time(noted.created_at)).with([noted.id.clone()]),
        Cell::text(kind).with([noted.code.clone()]),
        Cell::text(explained.why(page.lang)).with([explained.mend(page.lang)]),
        who,
        Cell::text(noted.ip_address.clone().unwrap_or_default()),
    ]
}
