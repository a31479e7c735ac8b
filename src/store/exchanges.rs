//! Exchanges: a grant moves on, and the access token that comes of it is kept. Both or neither.
//!
//! On PostgreSQL that is one statement, its own transaction: one round trip instead of four, and no lock is held while
//! the server thinks. On SQLite it is two, and belongs inside a transaction.

use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sql_types::{BigInt, Nullable, Text, Timestamp};

use super::conn::hot_update;
use super::{Conn, Result, access_tokens};
use crate::core::grant::{AccessToken, Refresh};
use crate::core::ids::{GrantId, TokenId};
use crate::core::secret::Hashed;
use crate::core::time::Time;

/// Marks a code as used, starts the refresh token and keeps `token`: one conditional UPDATE, of which exactly one
/// of any number of rivals finds the row. Nothing is done, and `false` the answer, when the code is unknown or used,
/// or its grant ended.
///
/// # Errors
/// As the database says.
pub fn redeem(
    conn: &mut Conn,
    id: &GrantId,
    code: &Hashed,
    refresh: Option<&Refresh>,
    now: Time,
    token: &AccessToken,
) -> Result<bool> {
    let update = Redeem {
        id,
        code,
        hash: refresh.map(|refresh| refresh.hash.as_str()),
        rotated_at: refresh.map(|refresh| refresh.rotated_at),
        expires_at: refresh.map(|refresh| refresh.expires_at),
        now,
    };
    exchange(conn, &update, token)
}

/// Puts `next` in the place of the refresh token `presented` and keeps `token`: one conditional UPDATE, of which
/// exactly one of any number of rivals finds the row. Nothing is done, and `false` the answer, when `presented` is
/// not the one that works, or too old at `now`.
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
    token: &AccessToken,
) -> Result<bool> {
    exchange(conn, &Rotate { id, presented, next, now, purge_at }, token)
}

fn exchange<U>(conn: &mut Conn, update: &U, token: &AccessToken) -> Result<bool>
where
    U: QueryFragment<diesel::pg::Pg> + QueryFragment<diesel::sqlite::Sqlite> + QueryId,
    for<'a> &'a U: RunQueryDsl<SqliteConnection>,
{
    match conn {
        Conn::Pg(pg) => Ok(Exchange::new(update, token).execute(pg)? == 1),
        Conn::Sqlite(sqlite) => {
            let moved = update.execute(sqlite)? == 1;
            if moved {
                access_tokens::insert(conn, token)?;
            }
            Ok(moved)
        }
    }
}

// Written out: diesel prepares its own UPDATEs anew on each call.

struct Redeem<'a> {
    id: &'a GrantId,
    code: &'a Hashed,
    hash: Option<&'a str>,
    rotated_at: Option<Time>,
    expires_at: Option<Time>,
    now: Time,
}

impl QueryId for Redeem<'_> {
    type QueryId = Redeem<'static>;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl<C> RunQueryDsl<C> for &Redeem<'_> {}

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
    out.push_sql(" AND code_used_at IS NULL AND ended_at IS NULL");
    Ok(())
});

struct Rotate<'a> {
    id: &'a GrantId,
    presented: &'a Hashed,
    next: &'a Refresh,
    now: Time,
    purge_at: Time,
}

impl QueryId for Rotate<'_> {
    type QueryId = Rotate<'static>;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl<C> RunQueryDsl<C> for &Rotate<'_> {}

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
    out.push_sql(" AND ended_at IS NULL");
    Ok(())
});

/// PostgreSQL: the token is kept if the UPDATE finds the row.
struct Exchange<'a, U> {
    update: &'a U,
    token: &'a AccessToken,
    grant_id: Option<&'a str>,
    user_id: Option<i64>,
    scope: String,
}

impl<'a, U> Exchange<'a, U> {
    fn new(update: &'a U, token: &'a AccessToken) -> Self {
        Self {
            update,
            token,
            grant_id: token.grant_id.as_ref().map(GrantId::as_str),
            user_id: token.user_id.map(|id| id.0),
            scope: token.scope.to_string(),
        }
    }
}

impl<U: QueryId> QueryId for Exchange<'_, U> {
    type QueryId = Exchange<'static, U::QueryId>;
    const HAS_STATIC_QUERY_ID: bool = U::HAS_STATIC_QUERY_ID;
}

impl<U, C> RunQueryDsl<C> for Exchange<'_, U> {}

impl<U: QueryFragment<diesel::pg::Pg>> QueryFragment<diesel::pg::Pg> for Exchange<'_, U> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, diesel::pg::Pg>) -> QueryResult<()> {
        out.push_sql("WITH moved AS (");
        self.update.walk_ast(out.reborrow())?;
        out.push_sql(
            " RETURNING id) INSERT INTO access_tokens \
             (id, hash, grant_id, client_id, user_id, scope, created_at, expires_at) SELECT ",
        );
        out.push_bind_param::<Text, str>(TokenId::as_str(&self.token.id))?;
        out.push_sql(", ");
        out.push_bind_param::<Text, str>(self.token.hash.as_str())?;
        out.push_sql(", ");
        out.push_bind_param::<Nullable<Text>, _>(&self.grant_id)?;
        out.push_sql(", ");
        out.push_bind_param::<Text, str>(self.token.client_id.as_str())?;
        out.push_sql(", ");
        out.push_bind_param::<Nullable<BigInt>, _>(&self.user_id)?;
        out.push_sql(", ");
        out.push_bind_param::<Text, _>(&self.scope)?;
        out.push_sql(", ");
        out.push_bind_param::<Timestamp, _>(&self.token.created_at)?;
        out.push_sql(", ");
        out.push_bind_param::<Timestamp, _>(&self.token.expires_at)?;
        out.push_sql(" FROM moved");
        Ok(())
    }
}
