//! Lists of records, the newest first: of what was done and of what was refused. They share the query, the page and the
//! pager.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};
use serde_json::Value;

use super::{Desk, address, answered_with};
use crate::account::names::Names;
use crate::app::App;
use crate::core::audit::words;
use crate::core::ids::{ClientId, UserId};
use crate::core::page::Page as Part;
use crate::core::power::Power;
use crate::http::body::Fields;
use crate::http::pages::views::{AdminRecords, Cell, Errors, Field, Head, Page};
use crate::http::record_fields::SearchError;
use crate::http::{block, context, faults};
use crate::store;

/// How many a page shows.
pub(super) const SHOWN: i64 = 50;

/// A list of records.
pub(super) trait List {
    /// What it lists.
    type Record: Send + 'static;
    /// Where it is.
    const PATH: &'static str;
    /// Who may read it.
    const POWER: Power;
    /// What it is called, what is said of it, and what is said when nothing is found.
    const WORDS: [&'static str; 3];
    /// The heads of its columns.
    const HEADS: &'static [&'static str];
    /// Where all of it can be had as a file.
    const EXPORT: Option<&'static str>;

    /// Those that are asked for.
    fn find(app: &App, fields: &Fields, part: &Part) -> Result<Vec<Self::Record>, SearchError>;

    /// The names of those whom they tell of.
    fn names(app: &App, records: &[Self::Record]) -> store::Result<Names>;

    /// The place of one in the list.
    fn cursor(record: &Self::Record) -> String;

    /// What narrows the list.
    fn filters(desk: &Desk, page: &Page) -> Vec<Field>;

    /// What is said of one.
    fn row(teller: &Teller<'_>, record: &Self::Record) -> Vec<Cell>;
}

/// What tells of a record.
pub(super) struct Teller<'a> {
    /// Who reads.
    pub(super) desk: &'a Desk,
    /// The page that they read.
    pub(super) page: &'a Page,
    /// The names of those whom the records tell of.
    pub(super) names: &'a Names,
}

/// Part of a list, as the address asks for it.
pub(super) async fn listed<L: List>(req: &HttpRequest) -> Result<HttpResponse, HttpResponse> {
    let desk = super::opened(req, L::POWER).await?;
    let shown = usize::try_from(SHOWN).unwrap_or(0);
    let part = Part { after: desk.fields.get("after").map(str::to_owned), limit: SHOWN + 1 };
    let fields = desk.fields.clone();
    let found = block::run(&desk.app, context::request_id(req), move |app| {
        let mut found = L::find(app, &fields, &part)?;
        let is_last = found.len() <= shown;
        found.truncate(shown);
        let names = L::names(app, &found)?;
        Ok::<_, SearchError>((found, is_last, names))
    });
    match found.await {
        Ok((found, is_last, names)) => {
            let next = found.last().filter(|_| !is_last).map(L::cursor);
            Ok(view::<L>(req, &desk, (&found, &names), next, Errors::default()))
        }
        Err(SearchError::Invalid(invalid)) => Ok(refused::<L>(req, &desk, invalid.into())),
        Err(SearchError::Store(error)) => Err(faults::unavailable(req, &error)),
    }
}

/// The list when what is asked for cannot be looked for.
pub(super) fn refused<L: List>(req: &HttpRequest, desk: &Desk, errors: Errors) -> HttpResponse {
    view::<L>(req, desk, (&[], &Names::default()), None, errors)
}

fn view<L: List>(
    req: &HttpRequest,
    desk: &Desk,
    (found, names): (&[L::Record], &Names),
    next: Option<String>,
    errors: Errors,
) -> HttpResponse {
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let (page, frame) = desk.page(req, L::PATH);
    let filters = L::filters(desk, &page);
    let to = |after: &str| {
        let narrow = filters.iter().map(|one| (one.name, desk.fields.get(one.name).unwrap_or_default()));
        address(L::PATH, &narrow.chain([("after", after)]).collect::<Vec<_>>())
    };
    let [title, lead, none] = L::WORDS;
    let teller = Teller { desk, page: &page, names };
    let view = AdminRecords {
        title: title.into(),
        lead: lead.into(),
        notice: None,
        acts: Vec::new(),
        path: L::PATH,
        errors,
        columns: L::HEADS.iter().map(|id| Head::plain(id)).collect(),
        rows: found.iter().map(|record| L::row(&teller, record)).collect(),
        none: none.into(),
        first: desk.fields.get("after").is_some().then(|| to("")),
        next: next.map(|after| to(&after)),
        export: L::EXPORT,
        filters,
        page,
        frame,
    };
    answered_with(desk, status, &view)
}

/// The days between which records are looked for.
pub(super) fn days(desk: &Desk) -> [Field; 2] {
    let day =
        |name, label: &'static str| Field::text(name, label, desk.fields.get(name).unwrap_or_default()).of("date");
    [day("from", "audit-from"), day("until", "audit-until")]
}

impl Teller<'_> {
    /// A person: by name, the identifier beside it, and a link for who may see people.
    pub(super) fn person(&self, id: UserId) -> Cell {
        let may = self.desk.may(Power::ReadUsers);
        self.linked("user", &id.to_string(), self.names.person(id).filter(|_| may), may.then_some("/admin/users"))
    }

    /// A client, likewise.
    pub(super) fn client(&self, id: &ClientId) -> Cell {
        let may = self.desk.may(Power::ReadClients);
        self.linked("client", id.as_str(), self.names.client(id).filter(|_| may), may.then_some("/admin/clients"))
    }

    /// A thing by its kind and identifier.
    pub(super) fn object(&self, kind: &str, id: &str) -> Cell {
        match kind {
            "user" => id.parse().map_or_else(|_| self.linked(kind, id, None, None), |id| self.person(UserId(id))),
            "client" => self.client(&id.into()),
            "role" => self.linked(kind, id, None, self.desk.may(Power::ReadRoles).then_some("/admin/roles")),
            _ => self.linked(kind, id, None, None),
        }
    }

    fn linked(&self, kind: &str, id: &str, name: Option<&str>, list: Option<&str>) -> Cell {
        let text = name.map_or_else(|| words::kind(kind, self.page.lang), str::to_owned);
        let href = list.map(|list| format!("{list}/{id}"));
        Cell { href, ..Cell::text(text) }.with([format!("{kind}:{id}")])
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
