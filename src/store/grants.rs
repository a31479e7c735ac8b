//! Grants: the code, the refresh token and the end of what one person let one client do, in one row.
//!
//! That it is one row is what makes single use simple: redeeming and rotating are one conditional
//! UPDATE each, and ending the row ends every token of it, those being issued at that moment too.

use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{BigInt, Nullable, Text, Timestamp};

use super::conn::{hot_update, on_backend};
use super::schema::grants;
use super::{Conn, Error, Result};
use crate::core::grant::{Code, EndReason, Grant, GrantKind, Refresh};
use crate::core::ids::{ClientId, GrantId, UserId};
use crate::core::pkce::Challenge;
use crate::core::scope::Scope;
use crate::core::secret::Hashed;
use crate::core::time::Time;

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = grants, treat_none_as_default_value = false)]
struct Row {
    id: String,
    kind: String,
    client_id: String,
    user_id: i64,
    session_id: Option<String>,
    name: Option<String>,
    scope: String,
    auth_time: Option<Time>,
    code_hash: Option<String>,
    redirect_uri: Option<String>,
    redirect_uri_sent: bool,
    code_challenge: Option<String>,
    code_expires_at: Option<Time>,
    code_used_at: Option<Time>,
    refresh_hash: Option<String>,
    refresh_generation: i64,
    refresh_rotated_at: Option<Time>,
    refresh_expires_at: Option<Time>,
    created_at: Time,
    purge_at: Time,
    ended_at: Option<Time>,
}

const COLUMNS: &str = "id, kind, client_id, user_id, session_id, name, scope, auth_time, code_hash, redirect_uri, \
     redirect_uri_sent, code_challenge, code_expires_at, code_used_at, refresh_hash, refresh_generation, \
     refresh_rotated_at, refresh_expires_at, created_at, purge_at, ended_at";

type Columns = <<Row as Selectable<diesel::sqlite::Sqlite>>::SelectExpression as Expression>::SqlType;

impl Row {
    fn new(grant: &Grant, purge_at: Time) -> Self {
        let (code, refresh) = (grant.code.as_ref(), grant.refresh.as_ref());
        Self {
            id: grant.id.to_string(),
            kind: grant.kind.as_str().to_owned(),
            client_id: grant.client_id.to_string(),
            user_id: grant.user_id.0,
            session_id: grant.session_id.clone(),
            name: grant.name.clone(),
            scope: grant.scope.to_string(),
            auth_time: grant.auth_time,
            code_hash: code.map(|code| code.hash.as_str().to_owned()),
            redirect_uri: code.map(|code| code.redirect_uri.clone()),
            redirect_uri_sent: code.is_some_and(|code| code.redirect_uri_sent),
            code_challenge: code.and_then(|code| code.challenge.as_ref()).map(|c| c.as_str().to_owned()),
            code_expires_at: code.map(|code| code.expires_at),
            code_used_at: code.and_then(|code| code.used_at),
            refresh_hash: refresh.map(|refresh| refresh.hash.as_str().to_owned()),
            refresh_generation: refresh.map_or(0, |refresh| refresh.generation),
            refresh_rotated_at: refresh.map(|refresh| refresh.rotated_at),
            refresh_expires_at: refresh.map(|refresh| refresh.expires_at),
            created_at: grant.created_at,
            purge_at,
            ended_at: grant.ended_at,
        }
    }
}

impl TryFrom<Row> for Grant {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        let kinds = [GrantKind::AuthorizationCode, GrantKind::FirstParty, GrantKind::Personal];
        let kind = kinds.into_iter().find(|kind| kind.as_str() == row.kind);
        let code = match (row.code_hash, row.redirect_uri, row.code_expires_at) {
            (Some(hash), Some(redirect_uri), Some(expires_at)) => Some(Code {
                hash: Hashed::from_stored(hash),
                redirect_uri,
                redirect_uri_sent: row.redirect_uri_sent,
                challenge: row.code_challenge.map(Challenge::from_stored),
                expires_at,
                used_at: row.code_used_at,
            }),
            _ => None,
        };
        let refresh = match (row.refresh_hash, row.refresh_rotated_at, row.refresh_expires_at) {
            (Some(hash), Some(rotated_at), Some(expires_at)) => Some(Refresh {
                hash: Hashed::from_stored(hash),
                generation: row.refresh_generation,
                rotated_at,
                expires_at,
            }),
            _ => None,
        };
        Ok(Self {
            id: row.id.into(),
            kind: kind.ok_or_else(|| Error::corrupt("grants", "kind"))?,
            client_id: row.client_id.into(),
            user_id: UserId(row.user_id),
            session_id: row.session_id,
            name: row.name,
            scope: Scope::from_stored(&row.scope),
            auth_time: row.auth_time,
            code,
            refresh,
            created_at: row.created_at,
            ended_at: row.ended_at,
        })
    }
}

/// Keeps a new grant, at the least until `purge_at`.
///
/// # Errors
/// As the database says.
pub fn insert(conn: &mut Conn, grant: &Grant, purge_at: Time) -> Result<()> {
    diesel::insert_into(grants::table).values(Row::new(grant, purge_at)).execute(conn)?;
    Ok(())
}

/// The grant with this identifier.
///
/// # Errors
/// As the database says.
pub fn by_id(conn: &mut Conn, id: &GrantId) -> Result<Option<Grant>> {
    let row: Option<Row> = grants::table.find(id.as_str()).select(Row::as_select()).first(conn).optional()?;
    row.map(Grant::try_from).transpose()
}

/// Marks a code as used and starts the refresh token: one conditional UPDATE, of which exactly
/// one of any number of rivals finds the row. None when the code is unknown, used, or its grant ended.
///
/// # Errors
/// As the database says.
pub fn redeem(
    conn: &mut Conn,
    id: &GrantId,
    code: &Hashed,
    refresh: Option<&Refresh>,
    now: Time,
) -> Result<Option<Grant>> {
    let update = Redeem {
        id,
        code,
        hash: refresh.map(|refresh| refresh.hash.as_str()),
        rotated_at: refresh.map(|refresh| refresh.rotated_at),
        expires_at: refresh.map(|refresh| refresh.expires_at),
        now,
    };
    let row: Option<Row> = on_backend!(conn, |c| update.get_result(c).optional())?;
    row.map(Grant::try_from).transpose()
}

/// Puts `next` in the place of the refresh token `presented`: one conditional UPDATE, of which
/// exactly one of any number of rivals finds the row. None when `presented` is not the one that works, or too old at `now`.
///
/// # Errors
/// As the database says.
pub fn rotate(
    conn: &mut Conn,
    id: &GrantId,
    presented: &Hashed,
    next: &Refresh,
    now: Time,
    purge_at: Time,
) -> Result<Option<Grant>> {
    let update = Rotate { id, presented, next, now, purge_at };
    let row: Option<Row> = on_backend!(conn, |c| update.get_result(c).optional())?;
    row.map(Grant::try_from).transpose()
}

/// Ends a grant, and with it every token of it; whether it was still going.
///
/// # Errors
/// As the database says.
pub fn end(conn: &mut Conn, id: &GrantId, reason: EndReason, now: Time) -> Result<bool> {
    let ended = diesel::update(grants::table.find(id.as_str()))
        .filter(grants::ended_at.is_null())
        .set((grants::ended_at.eq(now), grants::ended_reason.eq(reason.as_str())))
        .execute(conn)?;
    Ok(ended == 1)
}

/// Ends every grant of a person; how many there were.
///
/// # Errors
/// As the database says.
pub fn end_all_of_user(conn: &mut Conn, user: UserId, reason: EndReason, now: Time) -> Result<usize> {
    let ended = diesel::update(grants::table)
        .filter(grants::user_id.eq(user.0))
        .filter(grants::ended_at.is_null())
        .set((grants::ended_at.eq(now), grants::ended_reason.eq(reason.as_str())))
        .execute(conn)?;
    Ok(ended)
}

/// Ends every grant that a person gave one client; how many there were.
///
/// # Errors
/// As the database says.
pub fn end_all_of_client(
    conn: &mut Conn,
    user: UserId,
    client: &ClientId,
    reason: EndReason,
    now: Time,
) -> Result<usize> {
    let ended = diesel::update(grants::table)
        .filter(grants::user_id.eq(user.0))
        .filter(grants::client_id.eq(client.as_str()))
        .filter(grants::ended_at.is_null())
        .set((grants::ended_at.eq(now), grants::ended_reason.eq(reason.as_str())))
        .execute(conn)?;
    Ok(ended)
}

// The two hottest updates are written out: diesel prepares its own UPDATEs anew on each call.

struct Redeem<'a> {
    id: &'a GrantId,
    code: &'a Hashed,
    hash: Option<&'a str>,
    rotated_at: Option<Time>,
    expires_at: Option<Time>,
    now: Time,
}

impl Query for Redeem<'_> {
    type SqlType = Columns;
}

impl QueryId for Redeem<'_> {
    type QueryId = Redeem<'static>;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl<C> RunQueryDsl<C> for Redeem<'_> {}

hot_update!(Redeem, |self, out| {
    out.push_sql("UPDATE grants SET code_used_at = ");
    out.push_bind_param::<Timestamp, _>(&self.now)?;
    out.push_sql(", refresh_hash = ");
    out.push_bind_param::<Nullable<Text>, _>(&self.hash)?;
    out.push_sql(", refresh_rotated_at = ");
    out.push_bind_param::<Nullable<Timestamp>, _>(&self.rotated_at)?;
    out.push_sql(", refresh_expires_at = ");
    out.push_bind_param::<Nullable<Timestamp>, _>(&self.expires_at)?;
    out.push_sql(" WHERE id = ");
    out.push_bind_param::<Text, str>(self.id.as_str())?;
    out.push_sql(" AND code_hash = ");
    out.push_bind_param::<Text, str>(self.code.as_str())?;
    out.push_sql(" AND code_used_at IS NULL AND ended_at IS NULL RETURNING ");
    out.push_sql(COLUMNS);
    Ok(())
});

struct Rotate<'a> {
    id: &'a GrantId,
    presented: &'a Hashed,
    next: &'a Refresh,
    now: Time,
    purge_at: Time,
}

impl Query for Rotate<'_> {
    type SqlType = Columns;
}

impl QueryId for Rotate<'_> {
    type QueryId = Rotate<'static>;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl<C> RunQueryDsl<C> for Rotate<'_> {}

hot_update!(Rotate, |self, out| {
    out.push_sql("UPDATE grants SET refresh_hash = ");
    out.push_bind_param::<Text, str>(self.next.hash.as_str())?;
    out.push_sql(", refresh_generation = ");
    out.push_bind_param::<BigInt, _>(&self.next.generation)?;
    out.push_sql(", refresh_rotated_at = ");
    out.push_bind_param::<Timestamp, _>(&self.next.rotated_at)?;
    out.push_sql(", refresh_expires_at = ");
    out.push_bind_param::<Timestamp, _>(&self.next.expires_at)?;
    out.push_sql(", purge_at = ");
    out.push_bind_param::<Timestamp, _>(&self.purge_at)?;
    out.push_sql(" WHERE id = ");
    out.push_bind_param::<Text, str>(self.id.as_str())?;
    out.push_sql(" AND refresh_hash = ");
    out.push_bind_param::<Text, str>(self.presented.as_str())?;
    out.push_sql(" AND refresh_expires_at > ");
    out.push_bind_param::<Timestamp, _>(&self.now)?;
    out.push_sql(" AND ended_at IS NULL RETURNING ");
    out.push_sql(COLUMNS);
    Ok(())
});
