//! Apps that people let in, as their own list shows them: read from consents and grants, by the person's part of both
//! tables.

use diesel::dsl::{max, min};
use diesel::prelude::*;

use super::schema::{clients, consents, grants};
use super::{Conn, Result};
use crate::core::grant::GrantKind;
use crate::core::ids::{ClientId, GrantId, UserId};
use crate::core::page::Page;
use crate::core::scope::Scope;
use crate::core::time::Time;

/// When a person's grants to a client were given and used.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Use {
    /// When the oldest that is kept was given.
    pub since: Option<Time>,
    /// When the last token was handed out.
    pub last: Option<Time>,
}

/// The clients that a person let in or that hold grants of theirs, by identifier, page by page: two statements.
///
/// # Errors
/// As the database says.
pub fn clients_of(conn: &mut Conn, user: UserId, now: Time, page: &Page) -> Result<Vec<ClientId>> {
    let after = page.after.clone().unwrap_or_default();
    let mut found: Vec<String> = consents::table
        .inner_join(clients::table.on(consents::client_id.eq(clients::id)))
        .filter(consents::user_id.eq(user.0))
        .filter(consents::client_id.gt(&after))
        .filter(clients::disabled_at.is_null())
        .order(consents::client_id)
        .limit(page.limit)
        .select(consents::client_id)
        .load(conn)?;
    let held: Vec<String> = grants::table
        .inner_join(clients::table.on(grants::client_id.eq(clients::id)))
        .filter(grants::user_id.eq(user.0))
        .filter(grants::client_id.gt(&after))
        .filter(grants::kind.eq(GrantKind::AuthorizationCode.as_str()))
        .filter(grants::ended_at.is_null())
        .filter(grants::code_used_at.is_not_null())
        .filter(grants::purge_at.gt(now))
        .filter(clients::disabled_at.is_null())
        .filter(clients::tokens_ended_at.is_null().or(clients::tokens_ended_at.lt(grants::created_at.nullable())))
        .select(grants::client_id)
        .distinct()
        .order(grants::client_id)
        .limit(page.limit)
        .load(conn)?;
    found.extend(held);
    found.sort();
    found.dedup();
    found.truncate(usize::try_from(page.limit).unwrap_or(usize::MAX));
    Ok(found.into_iter().map(ClientId::from).collect())
}

/// When a client's grants of a person were given and used.
///
/// # Errors
/// As the database says.
pub fn use_of(conn: &mut Conn, user: UserId, client: &ClientId) -> Result<Use> {
    type Times = (Option<Time>, Option<Time>, Option<Time>);
    let (since, redeemed, rotated): Times = grants::table
        .filter(grants::user_id.eq(user.0))
        .filter(grants::client_id.eq(client.as_str()))
        .filter(grants::kind.eq(GrantKind::AuthorizationCode.as_str()))
        .select((min(grants::created_at), max(grants::code_used_at), max(grants::refresh_rotated_at)))
        .first(conn)?;
    Ok(Use { since, last: redeemed.max(rotated) })
}

/// The grants of a person to a client that were not ended, be it all that the client had, and what each allows.
///
/// # Errors
/// As the database says.
pub fn grants_of(conn: &mut Conn, user: UserId, client: &ClientId, now: Time) -> Result<Vec<(GrantId, Scope)>> {
    let found: Vec<(String, String)> = grants::table
        .inner_join(clients::table.on(grants::client_id.eq(clients::id)))
        .filter(grants::user_id.eq(user.0))
        .filter(grants::client_id.eq(client.as_str()))
        .filter(grants::kind.eq(GrantKind::AuthorizationCode.as_str()))
        .filter(grants::ended_at.is_null())
        .filter(grants::purge_at.gt(now))
        .filter(clients::tokens_ended_at.is_null().or(clients::tokens_ended_at.lt(grants::created_at.nullable())))
        .select((grants::id, grants::scope))
        .load(conn)?;
    Ok(found.into_iter().map(|(id, scope)| (GrantId::from(id), Scope::from_stored(&scope))).collect())
}
