//! Browser sessions, kept under the keyed hash of their cookie.

use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{Text, Timestamp};

use super::conn::{hot_update, on_backend};
use super::schema::{sessions, users};
use super::users::UserRow;
use super::{Conn, Result};
use crate::core::ids::UserId;
use crate::core::secret::Hashed;
use crate::core::time::Time;
use crate::core::user::{Status, User};

/// A browser session.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = sessions, treat_none_as_default_value = false)]
pub struct Session {
    /// Keyed hash of the cookie.
    pub id: String,
    /// Whose it is.
    pub user_id: i64,
    /// When the person last proved who they are.
    pub auth_time: Time,
    /// Where it was begun.
    pub ip_address: Option<String>,
    /// With what it was begun.
    pub user_agent: Option<String>,
    /// When it was begun.
    pub created_at: Time,
    /// When it was last used, to the minute.
    pub last_seen_at: Time,
    /// When it ends at the latest.
    pub expires_at: Time,
    /// When it was ended.
    pub ended_at: Option<Time>,
}

/// Keeps a new session.
///
/// # Errors
/// As the database says.
pub fn insert(conn: &mut Conn, session: &Session) -> Result<()> {
    diesel::insert_into(sessions::table).values(session).execute(conn)?;
    Ok(())
}

/// A session that still works at `now` and was used since `idle_since`, and its person; one statement.
///
/// # Errors
/// As the database says.
pub fn live(conn: &mut Conn, id: &Hashed, now: Time, idle_since: Time) -> Result<Option<(Session, User)>> {
    let found: Option<(Session, UserRow)> = sessions::table
        .inner_join(users::table)
        .filter(sessions::id.eq(id.as_str()))
        .filter(sessions::ended_at.is_null())
        .filter(sessions::expires_at.gt(now))
        .filter(sessions::last_seen_at.gt(idle_since))
        .filter(users::status.eq(Status::Active.as_str()))
        .select((Session::as_select(), UserRow::as_select()))
        .first(conn)
        .optional()?;
    found.map(|(session, user)| Ok((session, User::try_from(user)?))).transpose()
}

/// Notes the use of a session that has not ended. The row stays locked until the transaction ends,
/// so that whoever ends the session at the same moment also sees the grant that it is used for.
///
/// # Errors
/// As the database says.
pub fn touch(conn: &mut Conn, id: &str, now: Time) -> Result<bool> {
    let touched = diesel::update(sessions::table.find(id))
        .filter(sessions::ended_at.is_null())
        .set(sessions::last_seen_at.eq(now))
        .execute(conn)?;
    Ok(touched == 1)
}

/// Notes the use of a session that works at `now` and was used since `idle_since`, and answers it. The
/// row stays locked until the transaction ends: see [`touch`].
///
/// # Errors
/// As the database says.
pub fn use_live(conn: &mut Conn, id: &Hashed, now: Time, idle_since: Time) -> Result<Option<Session>> {
    let update = UseLive { id, now, idle_since };
    Ok(on_backend!(conn, |c| update.get_result(c).optional())?)
}

/// Written out, because diesel prepares its own UPDATEs anew on each call.
struct UseLive<'a> {
    id: &'a Hashed,
    now: Time,
    idle_since: Time,
}

impl Query for UseLive<'_> {
    type SqlType = <<Session as Selectable<diesel::sqlite::Sqlite>>::SelectExpression as Expression>::SqlType;
}

impl QueryId for UseLive<'_> {
    type QueryId = UseLive<'static>;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl<C> RunQueryDsl<C> for UseLive<'_> {}

hot_update!(UseLive, |self, out| {
    out.push_sql("UPDATE sessions SET last_seen_at = ");
    out.push_bind_param::<Timestamp, _>(&self.now)?;
    out.push_sql(" WHERE id = ");
    out.push_bind_param::<Text, str>(self.id.as_str())?;
    out.push_sql(" AND ended_at IS NULL AND expires_at > ");
    out.push_bind_param::<Timestamp, _>(&self.now)?;
    out.push_sql(" AND last_seen_at > ");
    out.push_bind_param::<Timestamp, _>(&self.idle_since)?;
    out.push_sql(
        " RETURNING id, user_id, auth_time, ip_address, user_agent, created_at, last_seen_at, expires_at, ended_at",
    );
    Ok(())
});

/// Ends a session; whether it was still going.
///
/// # Errors
/// As the database says.
pub fn end(conn: &mut Conn, id: &str, now: Time) -> Result<bool> {
    let ended = diesel::update(sessions::table.find(id))
        .filter(sessions::ended_at.is_null())
        .set(sessions::ended_at.eq(now))
        .execute(conn)?;
    Ok(ended == 1)
}

/// Ends every session of a person; how many there were.
///
/// # Errors
/// As the database says.
pub fn end_all_of_user(conn: &mut Conn, user: UserId, now: Time) -> Result<usize> {
    let ended = diesel::update(sessions::table)
        .filter(sessions::user_id.eq(user.0))
        .filter(sessions::ended_at.is_null())
        .set(sessions::ended_at.eq(now))
        .execute(conn)?;
    Ok(ended)
}
