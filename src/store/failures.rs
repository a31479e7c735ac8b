//! Why things were refused.

use diesel::prelude::*;
use serde_json::{Map, Value};

use super::conn::on_backend;
use super::schema::failures::{self, dsl};
use super::{Conn, Error, Result};
use crate::core::audit::parse_cursor;
use crate::core::failure::{Filter, Noted};
use crate::core::ids::UserId;
use crate::core::page::Page;
use crate::core::time::Time;

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = failures, treat_none_as_default_value = false)]
struct Row {
    id: String,
    created_at: Time,
    kind: String,
    client_id: Option<String>,
    user_id: Option<i64>,
    code: String,
    reason: String,
    details: String,
    ip_address: Option<String>,
}

impl TryFrom<Row> for Noted {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        let details: Map<String, Value> =
            serde_json::from_str(&row.details).map_err(|e| Error::corrupt("failures", e))?;
        Ok(Self {
            id: row.id,
            created_at: row.created_at,
            kind: row.kind,
            client: row.client_id.map(Into::into),
            user: row.user_id.map(UserId),
            code: row.code,
            reason: row.reason,
            details,
            ip_address: row.ip_address,
        })
    }
}

/// Adds some; of a request that is there already the first stays.
///
/// # Errors
/// As the database says.
pub fn insert(conn: &mut Conn, noted: &[Noted]) -> Result<()> {
    for one in noted {
        let row = Row {
            id: one.id.clone(),
            created_at: one.created_at,
            kind: one.kind.clone(),
            client_id: one.client.as_ref().map(|id| id.as_str().to_owned()),
            user_id: one.user.map(|id| id.0),
            code: one.code.clone(),
            reason: one.reason.clone(),
            details: serde_json::to_string(&one.details).map_err(|e| Error::corrupt("failures", e))?,
            ip_address: one.ip_address.clone(),
        };
        on_backend!(conn, |c| diesel::insert_into(failures::table).values(&row).on_conflict_do_nothing().execute(c))?;
    }
    Ok(())
}

/// The one of a request.
///
/// # Errors
/// As the database says.
pub fn by_id(conn: &mut Conn, id: &str) -> Result<Option<Noted>> {
    let row = failures::table.find(id).select(Row::as_select()).first(conn).optional()?;
    row.map(Noted::try_from).transpose()
}

/// The newest first, page by page.
///
/// # Errors
/// As the database says.
pub fn search(conn: &mut Conn, filter: &Filter, page: &Page) -> Result<Vec<Noted>> {
    let mut found = failures::table.select(Row::as_select()).into_boxed();
    if let Some(client) = &filter.client {
        found = found.filter(dsl::client_id.eq(client.as_str()));
    }
    if let Some(user) = filter.user {
        found = found.filter(dsl::user_id.eq(user.0));
    }
    if let Some(kind) = filter.kind {
        found = found.filter(dsl::kind.eq(kind.as_str()));
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
    rows.into_iter().map(Noted::try_from).collect()
}

/// The newest one of those that are more than `most`; none while there are no more.
///
/// # Errors
/// As the database says.
pub fn first_beyond(conn: &mut Conn, most: i64) -> Result<Option<(Time, String)>> {
    let newest = failures::table.order((dsl::created_at.desc(), dsl::id.desc()));
    Ok(newest.select((dsl::created_at, dsl::id)).offset(most).first(conn).optional()?)
}

/// Deletes at most `limit` of those that are as old as `last` or older, but not the later ones of that moment; how many.
///
/// # Errors
/// As the database says.
pub fn delete_until(conn: &mut Conn, last: &(Time, String), limit: i64) -> Result<usize> {
    let (moment, id) = last;
    let older = dsl::created_at.lt(*moment).or(dsl::id.le(id));
    let ids: Vec<String> = failures::table
        .filter(dsl::created_at.le(*moment))
        .filter(older)
        .order((dsl::created_at, dsl::id))
        .limit(limit)
        .select(dsl::id)
        .load(conn)?;
    let mut deleted = 0;
    for chunk in ids.chunks(500) {
        deleted += diesel::delete(failures::table.filter(dsl::id.eq_any(chunk))).execute(conn)?;
    }
    Ok(deleted)
}
