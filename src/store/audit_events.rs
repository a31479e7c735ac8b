//! The audit log: rows are added and, when they are old, purged; nothing changes them.

use diesel::prelude::*;
use serde_json::{Map, Value};

use super::schema::audit_events::{self, dsl};
use super::{Conn, Error, Result};
use crate::core::audit::{Actor, Event, Filter, Recorded, parse_cursor};
use crate::core::page::Page;
use crate::core::time::Time;

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = audit_events, treat_none_as_default_value = false)]
struct Row {
    id: String,
    created_at: Time,
    request_id: Option<String>,
    actor_kind: String,
    actor_id: String,
    act: String,
    object_kind: Option<String>,
    object_id: Option<String>,
    outcome: String,
    ip_address: Option<String>,
    details: String,
}

impl TryFrom<Row> for Recorded {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        let actor = Actor::parse(&row.actor_kind, &row.actor_id)
            .ok_or_else(|| Error::corrupt("audit_events", format!("actor {:?}", row.actor_kind)))?;
        let details: Map<String, Value> =
            serde_json::from_str(&row.details).map_err(|e| Error::corrupt("audit_events", e))?;
        Ok(Self {
            id: row.id,
            created_at: row.created_at,
            request_id: row.request_id,
            actor,
            act: row.act,
            object: row.object_kind.zip(row.object_id),
            outcome: row.outcome,
            ip_address: row.ip_address,
            details,
        })
    }
}

/// Where an event comes from.
#[derive(Debug, Clone, Default)]
pub struct From {
    /// The request.
    pub request_id: Option<String>,
    /// Its address.
    pub ip_address: Option<String>,
}

/// Adds an event.
///
/// # Errors
/// As the database says.
pub fn insert(conn: &mut Conn, id: String, event: &Event, from: From, now: Time) -> Result<()> {
    let (object_kind, object_id) =
        event.object.as_ref().map(|object| (object.kind.as_str().to_owned(), object.id.clone())).unzip();
    let row = Row {
        id,
        created_at: now,
        request_id: from.request_id,
        actor_kind: event.actor.kind().to_owned(),
        actor_id: event.actor.id(),
        act: event.act.as_str().to_owned(),
        object_kind,
        object_id,
        outcome: event.outcome.as_str().to_owned(),
        ip_address: from.ip_address,
        details: serde_json::to_string(&event.details).map_err(|e| Error::corrupt("audit_events", e))?,
    };
    diesel::insert_into(audit_events::table).values(row).execute(conn)?;
    Ok(())
}

/// Events, the newest first, page by page. Whatever is filtered by, an index gives them in this order.
///
/// # Errors
/// As the database says.
pub fn search(conn: &mut Conn, filter: &Filter, page: &Page) -> Result<Vec<Recorded>> {
    let mut found = audit_events::table.select(Row::as_select()).into_boxed();
    if let Some(actor) = &filter.actor {
        found = found.filter(dsl::actor_kind.eq(actor.kind())).filter(dsl::actor_id.eq(actor.id()));
    }
    if let Some(object) = &filter.object {
        found = found.filter(dsl::object_kind.eq(object.kind.as_str())).filter(dsl::object_id.eq(&object.id));
    }
    if let Some(act) = filter.act {
        found = found.filter(dsl::act.eq(act.as_str()));
    }
    if let Some(request_id) = &filter.request_id {
        found = found.filter(dsl::request_id.eq(request_id));
    }
    if let Some(from) = filter.from {
        found = found.filter(dsl::created_at.ge(from));
    }
    if let Some(until) = filter.until {
        found = found.filter(dsl::created_at.lt(until));
    }
    if let Some((moment, id)) = page.after.as_deref().and_then(parse_cursor) {
        // The first condition bounds the range of the index; the second leaves out what was shown of that moment.
        let earlier = dsl::created_at.lt(moment).or(dsl::id.lt(id.to_owned()));
        found = found.filter(dsl::created_at.le(moment)).filter(earlier);
    }
    let rows: Vec<Row> = found.order((dsl::created_at.desc(), dsl::id.desc())).limit(page.limit).load(conn)?;
    rows.into_iter().map(Recorded::try_from).collect()
}
