//! Grants: the code, the refresh token and the end of what one person let one client do, in one row.
//!
//! That it is one row is what makes single use simple: redeeming and rotating are one conditional
//! UPDATE each (see [`super::exchanges`]), and ending the row ends every token of it, those being issued at that
//! moment too.

use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::serialize::ToSql;
use diesel::sql_types::{BigInt, Bool, HasSqlType, Nullable, Text, Timestamp};

use super::conn::on_backend;
use super::consents::{Consent, Unchanged};
use super::schema::grants;
use super::sessions::{self, Touch, TouchAllowed};
use super::{Conn, Error, Result};
use crate::core::authentication::Authentication;
use crate::core::grant::{Code, EndReason, Grant, GrantKind, OpenId, Refresh};
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
    amr: Option<String>,
    acr: Option<String>,
    sid: Option<String>,
    nonce: Option<String>,
    claims: Option<String>,
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
            auth_time: grant.authentication.as_ref().map(|proof| proof.time),
            amr: grant.authentication.as_ref().map(|proof| proof.methods.as_str().to_owned()),
            acr: grant.authentication.as_ref().map(|proof| proof.level.as_str().to_owned()),
            sid: grant.openid.sid.clone(),
            nonce: grant.openid.nonce.clone(),
            claims: grant.openid.claims.clone(),
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
            authentication: row
                .auth_time
                .zip(row.amr)
                .map(|(time, methods)| Authentication::from_stored(time, methods, row.acr)),
            openid: OpenId { sid: row.sid, nonce: row.nonce, claims: row.claims },
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
    let row = Row::new(grant, purge_at);
    on_backend!(conn, |c| diesel::insert_into(grants::table).values(row).execute(c))?;
    Ok(())
}

/// Keeps a new grant of a browser session, and notes the session's use: both, or neither and `false` when the session
/// has ended. The session's row is locked meanwhile, so that whoever ends it also sees the grant. One statement on
/// PostgreSQL; on SQLite two, which belong inside a transaction.
///
/// # Errors
/// As the database says.
pub fn insert_in_session(conn: &mut Conn, grant: &Grant, purge_at: Time, session: &str, now: Time) -> Result<bool> {
    match conn {
        Conn::Pg(pg) => {
            let row = &Row::new(grant, purge_at);
            Ok(InSession::<false> { row, touch: Touch { id: session, now }, allowed: None }.execute(pg)? == 1)
        }
        Conn::Sqlite(_) => {
            let used = sessions::touch(conn, session, now)?;
            if used {
                insert(conn, grant, purge_at)?;
            }
            Ok(used)
        }
    }
}

/// As [`insert_in_session`], if what the person allowed the client is as it was read, too. That row is locked meanwhile:
/// whoever takes it back has done so before, or sees the grant.
///
/// # Errors
/// As the database says.
pub fn insert_as_allowed(
    conn: &mut Conn,
    grant: &Grant,
    purge_at: Time,
    session: &str,
    now: Time,
    consent: &Consent,
) -> Result<bool> {
    let (touch, scope) = (Touch { id: session, now }, consent.scope.to_string());
    let (user, client, updated_at) = (grant.user_id.0, grant.client_id.as_str(), consent.updated_at);
    let allowed = Unchanged { user, client, scope: &scope, updated_at };
    match conn {
        Conn::Pg(pg) => {
            let row = &Row::new(grant, purge_at);
            Ok(InSession::<true> { row, touch, allowed: Some(allowed) }.execute(pg)? == 1)
        }
        Conn::Sqlite(sqlite) => {
            let used = TouchAllowed { touch, allowed }.execute(sqlite)? == 1;
            if used {
                insert(conn, grant, purge_at)?;
            }
            Ok(used)
        }
    }
}

/// The grant with this identifier.
///
/// # Errors
/// As the database says.
pub fn by_id(conn: &mut Conn, id: &GrantId) -> Result<Option<Grant>> {
    let row: Option<Row> =
        on_backend!(conn, |c| grants::table.find(id.as_str()).select(Row::as_select()).first(c).optional())?;
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

/// How many personal access tokens of a person work, a day more or less.
///
/// # Errors
/// As the database says.
pub fn count_personal(conn: &mut Conn, user: UserId, now: Time) -> Result<i64> {
    let live = grants::table
        .filter(grants::user_id.eq(user.0))
        .filter(grants::kind.eq(GrantKind::Personal.as_str()))
        .filter(grants::ended_at.is_null())
        .filter(grants::purge_at.gt(now));
    Ok(live.count().get_result(conn)?)
}

/// Notes that a grant is used, unless that was noted since `since`.
///
/// # Errors
/// As the database says.
pub fn note_use(conn: &mut Conn, id: &GrantId, now: Time, since: Time) -> Result<bool> {
    let noted = diesel::update(grants::table.find(id.as_str()))
        .filter(grants::last_used_at.is_null().or(grants::last_used_at.lt(since)))
        .set(grants::last_used_at.eq(now))
        .execute(conn)?;
    Ok(noted == 1)
}

/// Keeps a grant that has not ended at the least until `purge_at`; whether it was still going.
///
/// # Errors
/// As the database says.
pub fn prolong(conn: &mut Conn, id: &GrantId, purge_at: Time) -> Result<bool> {
    let prolonged = diesel::update(grants::table.find(id.as_str()))
        .filter(grants::ended_at.is_null())
        .set(grants::purge_at.eq(purge_at))
        .execute(conn)?;
    Ok(prolonged == 1)
}

/// Ends the sign-in to the server's own API that a session stands for; how many grants it had.
///
/// # Errors
/// As the database says.
pub fn end_first_party_of_session(conn: &mut Conn, user: UserId, session: &str, now: Time) -> Result<usize> {
    let ended = diesel::update(grants::table)
        .filter(grants::user_id.eq(user.0))
        .filter(grants::session_id.eq(session))
        .filter(grants::kind.eq(GrantKind::FirstParty.as_str()))
        .filter(grants::ended_at.is_null())
        .set((grants::ended_at.eq(now), grants::ended_reason.eq(EndReason::SignedOut.as_str())))
        .execute(conn)?;
    Ok(ended)
}

/// Ends every sign-in of a person to the server's own API; how many there were.
///
/// # Errors
/// As the database says.
pub fn end_first_party_of_user(conn: &mut Conn, user: UserId, now: Time) -> Result<usize> {
    let ended = diesel::update(grants::table)
        .filter(grants::user_id.eq(user.0))
        .filter(grants::kind.eq(GrantKind::FirstParty.as_str()))
        .filter(grants::ended_at.is_null())
        .set((grants::ended_at.eq(now), grants::ended_reason.eq(EndReason::SignedOut.as_str())))
        .execute(conn)?;
    Ok(ended)
}

/// Ends every grant of a person but the one that is spared; how many there were.
///
/// # Errors
/// As the database says.
pub fn end_all_of_user(
    conn: &mut Conn,
    user: UserId,
    spared: Option<&GrantId>,
    reason: EndReason,
    now: Time,
) -> Result<usize> {
    let ended = diesel::update(grants::table)
        .filter(grants::user_id.eq(user.0))
        .filter(grants::id.ne(spared.map_or("", GrantId::as_str)))
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

/// PostgreSQL: the grant is kept if the session's row is found, and the row of the consent if it must be there: the
/// session's is locked first, as everywhere. `ALLOWED` tells the two texts apart.
struct InSession<'a, const ALLOWED: bool> {
    row: &'a Row,
    touch: Touch<'a>,
    allowed: Option<Unchanged<'a>>,
}

impl<const ALLOWED: bool> QueryId for InSession<'_, ALLOWED> {
    type QueryId = InSession<'static, ALLOWED>;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl<C, const ALLOWED: bool> RunQueryDsl<C> for InSession<'_, ALLOWED> {}

impl<const ALLOWED: bool> QueryFragment<Pg> for InSession<'_, ALLOWED> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("WITH used AS (");
        QueryFragment::<Pg>::walk_ast(&self.touch, out.reborrow())?;
        out.push_sql(" RETURNING id)");
        if let Some(allowed) = &self.allowed {
            out.push_sql(", allowed AS (SELECT consents.client_id FROM used, consents WHERE ");
            QueryFragment::<Pg>::walk_ast(allowed, out.reborrow())?;
            out.push_sql(" FOR SHARE OF consents)");
        }
        out.push_sql(
            " INSERT INTO grants (id, kind, client_id, user_id, session_id, name, \
             scope, auth_time, amr, acr, sid, nonce, claims, code_hash, redirect_uri, redirect_uri_sent, code_challenge, code_expires_at, \
             code_used_at, refresh_hash, refresh_generation, refresh_rotated_at, refresh_expires_at, created_at, \
             purge_at, ended_at) SELECT ",
        );
        let row = self.row;
        push::<Text, _>(&mut out, "", &row.id)?;
        push::<Text, _>(&mut out, ", ", &row.kind)?;
        push::<Text, _>(&mut out, ", ", &row.client_id)?;
        push::<BigInt, _>(&mut out, ", ", &row.user_id)?;
        push::<Nullable<Text>, _>(&mut out, ", ", &row.session_id)?;
        push::<Nullable<Text>, _>(&mut out, ", ", &row.name)?;
        push::<Text, _>(&mut out, ", ", &row.scope)?;
        push::<Nullable<Timestamp>, _>(&mut out, ", ", &row.auth_time)?;
        push::<Nullable<Text>, _>(&mut out, ", ", &row.amr)?;
        push::<Nullable<Text>, _>(&mut out, ", ", &row.acr)?;
        push::<Nullable<Text>, _>(&mut out, ", ", &row.sid)?;
        push::<Nullable<Text>, _>(&mut out, ", ", &row.nonce)?;
        push::<Nullable<Text>, _>(&mut out, ", ", &row.claims)?;
        push::<Nullable<Text>, _>(&mut out, ", ", &row.code_hash)?;
        push::<Nullable<Text>, _>(&mut out, ", ", &row.redirect_uri)?;
        push::<Bool, _>(&mut out, ", ", &row.redirect_uri_sent)?;
        push::<Nullable<Text>, _>(&mut out, ", ", &row.code_challenge)?;
        push::<Nullable<Timestamp>, _>(&mut out, ", ", &row.code_expires_at)?;
        push::<Nullable<Timestamp>, _>(&mut out, ", ", &row.code_used_at)?;
        push::<Nullable<Text>, _>(&mut out, ", ", &row.refresh_hash)?;
        push::<BigInt, _>(&mut out, ", ", &row.refresh_generation)?;
        push::<Nullable<Timestamp>, _>(&mut out, ", ", &row.refresh_rotated_at)?;
        push::<Nullable<Timestamp>, _>(&mut out, ", ", &row.refresh_expires_at)?;
        push::<Timestamp, _>(&mut out, ", ", &row.created_at)?;
        push::<Timestamp, _>(&mut out, ", ", &row.purge_at)?;
        push::<Nullable<Timestamp>, _>(&mut out, ", ", &row.ended_at)?;
        out.push_sql(if self.allowed.is_some() { " FROM used, allowed" } else { " FROM used" });
        Ok(())
    }
}

fn push<'b, T, V>(out: &mut AstPass<'_, 'b, Pg>, before: &str, value: &'b V) -> QueryResult<()>
where
    Pg: HasSqlType<T>,
    V: ToSql<T, Pg>,
{
    out.push_sql(before);
    out.push_bind_param::<T, V>(value)
}
