//! Sessions: of browsers, kept under the keyed hash of their cookie, and of sign-ins to the server's own API.

use chrono::TimeDelta;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sql_types::{Text, Timestamp};
use diesel::sqlite::Sqlite;

use super::conn::{hot_update, on_backend};
use super::consents::{Consent, Unchanged};
use super::schema::{consents, grants, sessions, users};
use super::users::UserRow;
use super::{Conn, Result};
use crate::core::authentication::{Authentication, Methods};
use crate::core::grant::GrantKind;
use crate::core::ids::{ClientId, UserId};
use crate::core::scope::Scope;
use crate::core::secret::Hashed;
use crate::core::time::Time;
use crate::core::user::{Status, User};

/// A session.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = sessions, treat_none_as_default_value = false)]
pub struct Session {
    /// Keyed hash of the cookie; a random text for a sign-in to the API.
    pub id: String,
    /// `browser`, or `api` for a sign-in to the server's own API.
    pub kind: String,
    /// What relying parties know it by (`sid`): it stays when the cookie is changed.
    pub sid: String,
    /// Whose it is.
    pub user_id: i64,
    /// When the person last proved who they are.
    pub auth_time: Time,
    /// By what: see [`Methods`].
    pub amr: String,
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

impl Session {
    /// How and when the person last proved who they are.
    pub fn authentication(&self) -> Authentication {
        Authentication::new(self.auth_time, Methods::from_stored(self.amr.clone()))
    }
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
    let found: Option<(Session, UserRow)> = on_backend!(conn, |c| sessions::table
        .inner_join(users::table)
        .filter(sessions::id.eq(id.as_str()))
        .filter(sessions::ended_at.is_null())
        .filter(sessions::expires_at.gt(now))
        .filter(sessions::last_seen_at.gt(idle_since))
        .filter(users::status.eq(Status::Active.as_str()))
        .select((Session::as_select(), UserRow::as_select()))
        .first(c)
        .optional())?;
    found.map(|(session, user)| Ok((session, User::try_from(user)?))).transpose()
}

/// A session that works at `now` and was used since `idle_since`, and what its person has let `client` have; one statement.
///
/// # Errors
/// As the database says.
pub fn live_with_consent(
    conn: &mut Conn,
    id: &Hashed,
    client: &ClientId,
    now: Time,
    idle_since: Time,
) -> Result<Option<(Session, Option<Consent>)>> {
    let consent = consents::user_id.eq(sessions::user_id).and(consents::client_id.eq(client.as_str()));
    type Found = (Session, Option<String>, Option<Time>, Option<Time>, Option<Time>);
    let found: Option<Found> = on_backend!(conn, |c| sessions::table
        .left_join(consents::table.on(consent))
        .filter(sessions::id.eq(id.as_str()))
        .filter(sessions::ended_at.is_null())
        .filter(sessions::expires_at.gt(now))
        .filter(sessions::last_seen_at.gt(idle_since))
        .select((
            Session::as_select(),
            consents::scope.nullable(),
            consents::sensitive_at.nullable(),
            consents::created_at.nullable(),
            consents::updated_at.nullable(),
        ))
        .first(c)
        .optional())?;
    Ok(found.map(|(session, scope, sensitive_at, created_at, updated_at)| {
        let consent = scope.zip(created_at.zip(updated_at)).map(|(scope, (created_at, updated_at))| Consent {
            scope: Scope::from_stored(&scope),
            sensitive_at,
            created_at,
            updated_at,
        });
        (session, consent)
    }))
}

/// Notes the use of a session that has not ended. The row stays locked until the transaction ends,
/// so that whoever ends the session at the same moment also sees the grant that it is used for.
///
/// # Errors
/// As the database says.
pub fn touch(conn: &mut Conn, id: &str, now: Time) -> Result<bool> {
    let touched = on_backend!(conn, |c| Touch { id, now }.execute(c))?;
    Ok(touched == 1)
}

/// Written out, because diesel prepares its own UPDATEs anew on each call.
pub(super) struct Touch<'a> {
    pub(super) id: &'a str,
    pub(super) now: Time,
}

impl QueryId for Touch<'_> {
    type QueryId = Touch<'static>;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl<C> RunQueryDsl<C> for Touch<'_> {}

hot_update!(Touch, |self, out| {
    out.push_sql("UPDATE sessions SET last_seen_at = ");
    out.push_bind_param::<Timestamp, _>(&self.now)?;
    out.push_sql(" WHERE id = ");
    out.push_bind_param::<Text, str>(self.id)?;
    out.push_sql(" AND ended_at IS NULL");
    Ok(())
});

/// As [`touch`], if a consent is as it was read too. Only for SQLite, where nobody else writes meanwhile.
pub(super) struct TouchAllowed<'a> {
    pub(super) touch: Touch<'a>,
    pub(super) allowed: Unchanged<'a>,
}

impl QueryId for TouchAllowed<'_> {
    type QueryId = TouchAllowed<'static>;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl<C> RunQueryDsl<C> for TouchAllowed<'_> {}

impl QueryFragment<Sqlite> for TouchAllowed<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        QueryFragment::<Sqlite>::walk_ast(&self.touch, out.reborrow())?;
        out.push_sql(" AND EXISTS (SELECT 1 FROM consents WHERE ");
        QueryFragment::<Sqlite>::walk_ast(&self.allowed, out.reborrow())?;
        out.push_sql(")");
        Ok(())
    }
}

/// The sessions of a person that still work at `now`, the last used first: `limit` of them after the place `after`. One
/// of a browser works no longer when it was not used since `idle_since`.
///
/// # Errors
/// As the database says.
pub fn of_user(
    conn: &mut Conn,
    user: UserId,
    now: Time,
    idle_since: Time,
    after: Option<(Time, &str)>,
    limit: i64,
) -> Result<Vec<Session>> {
    // A sign-in to the API is over when its grant is, whoever ended that.
    let going = grants::table
        .filter(grants::user_id.eq(user.0))
        .filter(grants::session_id.eq(sessions::id.nullable()))
        .filter(grants::kind.eq(GrantKind::FirstParty.as_str()))
        .filter(grants::ended_at.is_null());
    // Without a place the rows are those that were seen before a moment that has not come.
    let (seen, id) = after.unwrap_or((Time::MAX, ""));
    let seen = seen.min(now + TimeDelta::days(1));
    Ok(sessions::table
        .filter(sessions::user_id.eq(user.0))
        .filter(sessions::ended_at.is_null())
        .filter(sessions::expires_at.gt(now))
        .filter(sessions::kind.eq("browser").and(sessions::last_seen_at.gt(idle_since)).or(diesel::dsl::exists(going)))
        .filter(sessions::last_seen_at.lt(seen).or(sessions::last_seen_at.eq(seen).and(sessions::id.lt(id))))
        .order((sessions::last_seen_at.desc(), sessions::id.desc()))
        .limit(limit)
        .select(Session::as_select())
        .load(conn)?)
}

/// A session that was ended.
#[derive(Debug, Clone, Queryable)]
pub struct Ended {
    /// Whose it was.
    pub user_id: i64,
    /// What relying parties know it by.
    pub sid: String,
}

/// Ends a session of a person; none when it was not theirs or has ended.
///
/// # Errors
/// As the database says.
pub fn end_of_user(conn: &mut Conn, user: UserId, id: &str, now: Time) -> Result<Option<Ended>> {
    let open = sessions::table.find(id).filter(sessions::user_id.eq(user.0)).filter(sessions::ended_at.is_null());
    Ok(on_backend!(conn, |c| diesel::update(open)
        .set(sessions::ended_at.eq(now))
        .returning((sessions::user_id, sessions::sid))
        .get_result(c))
    .optional()?)
}

/// Whether a session is a person's, be it over or not.
///
/// # Errors
/// As the database says.
pub fn is_of_user(conn: &mut Conn, user: UserId, id: &str) -> Result<bool> {
    let own = sessions::table.find(id).filter(sessions::user_id.eq(user.0));
    Ok(diesel::select(diesel::dsl::exists(own)).get_result(conn)?)
}

/// A session of a browser that has not ended, though it may have run out.
///
/// # Errors
/// As the database says.
pub fn unended(conn: &mut Conn, id: &Hashed) -> Result<Option<Session>> {
    let open = sessions::table.find(id.as_str()).filter(sessions::ended_at.is_null());
    Ok(open.filter(sessions::kind.eq("browser")).select(Session::as_select()).first(conn).optional()?)
}

/// The session of a browser that relying parties know by `sid`, if it has run out by `now`, or was not used since
/// `idle_since`, and has not ended.
///
/// # Errors
/// As the database says.
pub fn left_behind(conn: &mut Conn, sid: &str, now: Time, idle_since: Time) -> Result<Option<Session>> {
    let open = sessions::table.filter(sessions::sid.eq(sid)).filter(sessions::ended_at.is_null());
    let left = open
        .filter(sessions::kind.eq("browser"))
        .filter(sessions::expires_at.le(now).or(sessions::last_seen_at.le(idle_since)));
    Ok(left.select(Session::as_select()).first(conn).optional()?)
}

/// Ends the sessions of browsers that have run out by `now`, `limit` of them.
///
/// # Errors
/// As the database says.
pub fn end_run_out(conn: &mut Conn, now: Time, limit: i64) -> Result<Vec<Ended>> {
    let open = sessions::table.filter(sessions::kind.eq("browser")).filter(sessions::ended_at.is_null());
    let run_out = open.filter(sessions::expires_at.le(now));
    let ids: Vec<String> = run_out.order(sessions::expires_at).limit(limit).select(sessions::id).load(conn)?;
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let still = sessions::table.filter(sessions::id.eq_any(ids)).filter(sessions::ended_at.is_null());
    Ok(on_backend!(conn, |c| diesel::update(still)
        .set(sessions::ended_at.eq(now))
        .returning((sessions::user_id, sessions::sid))
        .get_results(c))?)
}

/// Ends a session; none when it has ended.
///
/// # Errors
/// As the database says.
pub fn end(conn: &mut Conn, id: &str, now: Time) -> Result<Option<Ended>> {
    let open = sessions::table.find(id).filter(sessions::ended_at.is_null());
    Ok(on_backend!(conn, |c| diesel::update(open)
        .set(sessions::ended_at.eq(now))
        .returning((sessions::user_id, sessions::sid))
        .get_result(c))
    .optional()?)
}

/// Notes the use of a session that has not ended, and lets it last until `expires_at`; whether it was still going.
///
/// # Errors
/// As the database says.
pub fn prolong(conn: &mut Conn, id: &str, now: Time, expires_at: Time) -> Result<bool> {
    let prolonged = diesel::update(sessions::table.find(id))
        .filter(sessions::ended_at.is_null())
        .set((sessions::last_seen_at.eq(now), sessions::expires_at.eq(expires_at)))
        .execute(conn)?;
    Ok(prolonged == 1)
}

/// Ends every session of a person but the one that is spared: what relying parties know them by.
///
/// # Errors
/// As the database says.
pub fn end_all_of_user(conn: &mut Conn, user: UserId, spared: Option<&str>, now: Time) -> Result<Vec<String>> {
    let open = sessions::table
        .filter(sessions::user_id.eq(user.0))
        .filter(sessions::id.ne(spared.unwrap_or_default()))
        .filter(sessions::ended_at.is_null());
    Ok(on_backend!(conn, |c| diesel::update(open)
        .set(sessions::ended_at.eq(now))
        .returning(sessions::sid)
        .get_results(c))?)
}
