//! Grants: the code, the refresh token and the end of what one person let one client do, in one row.
//!
//! That it is one row is what makes single use simple: redeeming and rotating are one conditional
//! UPDATE each (see [`super::exchanges`]), and ending the row ends every token of it, those being issued at that
//! moment too.

use diesel::prelude::*;

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
