//! `/admin/failures`: why something was refused, and the one thing to mend.

use actix_web::{HttpRequest, HttpResponse};

use super::records::{self, List, Teller, days};
use super::{Desk, either};
use crate::account::failures;
use crate::account::names::Names;
use crate::app::App;
use crate::core::failure::{Kind, Noted};
use crate::core::page::Page as Part;
use crate::core::power::Power;
use crate::http::body::Fields;
use crate::http::pages::views::{Cell, Field, Page, Variant};
use crate::http::record_fields::{self, SearchError};
use crate::store;

/// What was refused.
struct Refused;

/// `GET /admin/failures`.
pub async fn list(req: HttpRequest) -> HttpResponse {
    either(records::listed::<Refused>(&req).await)
}

impl List for Refused {
    type Record = Noted;
    const PATH: &'static str = "/admin/failures";
    const POWER: Power = Power::ReadFailures;
    const WORDS: [&'static str; 3] = ["failures-title", "failures-lead", "failures-none"];
    const HEADS: &'static [&'static str] =
        &["audit-when", "failures-kind", "failures-why", "failures-who", "audit-from-where"];
    const EXPORT: Option<&'static str> = None;

    fn find(app: &App, fields: &Fields, part: &Part) -> Result<Vec<Noted>, SearchError> {
        let (filter, request) = record_fields::failures(app, fields)?;
        Ok(match request {
            Some(id) => failures::by_request_id(app, &id)?.into_iter().collect(),
            None => failures::search(app, &filter, part)?,
        })
    }

    fn names(app: &App, found: &[Noted]) -> store::Result<Names> {
        Names::of_failures(app, found)
    }

    fn cursor(noted: &Noted) -> String {
        noted.cursor()
    }

    fn filters(desk: &Desk, _: &Page) -> Vec<Field> {
        let given = |name: &str| desk.fields.get(name).unwrap_or_default();
        let mut kinds = vec![Variant::new("", "admin-any", given("kind"))];
        kinds.extend(Kind::ALL.iter().map(|kind| Variant::new(kind.as_str(), said(*kind), given("kind"))));
        let mut fields = vec![
            Field::text("request_id", "failures-reference", given("request_id")).hinted("failures-reference-hint"),
            Field::text("client", "failures-client", given("client")).hinted("failures-client-hint"),
            Field::text("user", "failures-user", given("user")).hinted("failures-user-hint"),
            Field::select("kind", "failures-kind", kinds),
        ];
        fields.extend(days(desk));
        fields
    }

    fn row(teller: &Teller<'_>, noted: &Noted) -> Vec<Cell> {
        let (page, explained) = (teller.page, noted.explain());
        let kind = Kind::parse(&noted.kind).map_or_else(|| noted.kind.clone(), |kind| page.t(said(kind)));
        let client = noted.client.as_ref().map(|id| teller.client(id));
        let user = noted.user.map(|id| teller.person(id));
        let who = match (client, user) {
            (Some(client), Some(user)) => client.with([user.text]).with(user.more),
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
}

fn said(kind: Kind) -> &'static str {
    match kind {
        Kind::Authorization => "failures-kind-authorization",
        Kind::Token => "failures-kind-token",
        Kind::SignIn => "failures-kind-sign-in",
    }
}
