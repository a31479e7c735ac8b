//! Consents: which scopes a person has let a client have, remembered.

use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment};
use diesel::sql_types::{BigInt, Text, Timestamp};

use super::conn::{hot_update, on_backend};
use super::schema::consents;
use super::{Conn, Result};
use crate::core::ids::{ClientId, UserId};
use crate::core::scope::Scope;
use crate::core::time::Time;

/// What a person has let a client have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consent {
    /// The scopes.
    pub scope: Scope,
    /// Since when all of those that are sensitive were allowed, or allowed again.
    pub sensitive_at: Option<Time>,
    /// When the person first let the client have anything.
    pub created_at: Time,
    /// When they were last asked.
    pub updated_at: Time,
}

/// That a consent is as it was read: nobody took any of it back, and the person was not asked again.
#[derive(Debug)]
pub(super) struct Unchanged<'a> {
    pub(super) user: i64,
    pub(super) client: &'a str,
    pub(super) scope: &'a str,
    pub(super) updated_at: Time,
}

hot_update!(Unchanged, |self, out| {
    out.push_sql("consents.user_id = ");
    out.push_bind_param::<BigInt, _>(&self.user)?;
    out.push_sql(" AND consents.client_id = ");
    out.push_bind_param::<Text, str>(self.client)?;
    out.push_sql(" AND consents.scope = ");
    out.push_bind_param::<Text, str>(self.scope)?;
    out.push_sql(" AND consents.updated_at = ");
    out.push_bind_param::<Timestamp, _>(&self.updated_at)?;
    Ok(())
});

/// What a person has let a client have; none if they were never asked.
///
/// # Errors
/// As the database says.
pub fn of(conn: &mut Conn, user: UserId, client: &ClientId) -> Result<Option<Consent>> {
    let found: Option<(String, Option<Time>, Time, Time)> = consents::table
        .find((user.0, client.as_str()))
        .select((consents::scope, consents::sensitive_at, consents::created_at, consents::updated_at))
        .first(conn)
        .optional()?;
    Ok(found.map(|(scope, sensitive_at, created_at, updated_at)| Consent {
        scope: Scope::from_stored(&scope),
        sensitive_at,
        created_at,
        updated_at,
    }))
}

/// Remembers the scopes that a person lets a client have, in the place of what was remembered before.
///
/// # Errors
/// As the database says.
pub fn remember(
    conn: &mut Conn,
    user: UserId,
    client: &ClientId,
    scope: &Scope,
    sensitive_at: Option<Time>,
    now: Time,
) -> Result<()> {
    let text = scope.to_string();
    on_backend!(conn, |c| diesel::insert_into(consents::table)
        .values((
            consents::user_id.eq(user.0),
            consents::client_id.eq(client.as_str()),
            consents::scope.eq(&text),
            consents::sensitive_at.eq(sensitive_at),
            consents::created_at.eq(now),
            consents::updated_at.eq(now),
        ))
        .on_conflict((consents::user_id, consents::client_id))
        .do_update()
        .set((consents::scope.eq(&text), consents::sensitive_at.eq(sensitive_at), consents::updated_at.eq(now)))
        .execute(c))?;
    Ok(())
}

/// Leaves a client no more than `scope` of what a person has let it have; when they were asked for it stays.
///
/// # Errors
/// As the database says.
pub fn narrow(conn: &mut Conn, user: UserId, client: &ClientId, scope: &Scope) -> Result<()> {
    diesel::update(consents::table.find((user.0, client.as_str())))
        .set(consents::scope.eq(scope.to_string()))
        .execute(conn)?;
    Ok(())
}

/// Forgets what a person has let a client have.
///
/// # Errors
/// As the database says.
pub fn forget(conn: &mut Conn, user: UserId, client: &ClientId) -> Result<bool> {
    let forgotten = diesel::delete(consents::table.find((user.0, client.as_str()))).execute(conn)?;
    Ok(forgotten == 1)
}

/// What a person has let one client have.
#[derive(Debug, Clone)]
pub struct Given {
    /// To which client.
    pub client_id: ClientId,
    /// The scopes.
    pub scope: Scope,
    /// Since when.
    pub created_at: Time,
}

/// What a person has let clients have, the newest first.
///
/// # Errors
/// As the database says.
pub fn of_user(conn: &mut Conn, user: UserId) -> Result<Vec<Given>> {
    let rows: Vec<(String, String, Time)> = consents::table
        .filter(consents::user_id.eq(user.0))
        .order((consents::created_at.desc(), consents::client_id))
        .limit(1000)
        .select((consents::client_id, consents::scope, consents::created_at))
        .load(conn)?;
    let given = |(client_id, scope, created_at): (String, String, Time)| Given {
        client_id: client_id.into(),
        scope: Scope::from_stored(&scope),
        created_at,
    };
    Ok(rows.into_iter().map(given).collect())
}
