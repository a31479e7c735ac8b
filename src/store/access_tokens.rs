//! Access tokens: a row each, found by `jti`, proven by the keyed hash of the whole token.

use diesel::prelude::*;

use super::conn::on_backend;
use super::schema::{access_tokens, clients, grants, sessions, users};
use super::users::UserRow;
use super::{Conn, Error, Result};
use crate::core::authentication::Authentication;
use crate::core::grant::AccessToken;
use crate::core::ids::{ClientId, GrantId, TokenId, UserId};
use crate::core::scope::Scope;
use crate::core::secret::Hashed;
use crate::core::time::Time;
use crate::core::user::User;

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = access_tokens, treat_none_as_default_value = false)]
struct Row {
    id: String,
    hash: String,
    grant_id: Option<String>,
    client_id: String,
    user_id: Option<i64>,
    scope: String,
    created_at: Time,
    expires_at: Time,
    revoked_at: Option<Time>,
}

impl From<&AccessToken> for Row {
    fn from(token: &AccessToken) -> Self {
        Self {
            id: token.id.to_string(),
            hash: token.hash.as_str().to_owned(),
            grant_id: token.grant_id.as_ref().map(GrantId::to_string),
            client_id: token.client_id.to_string(),
            user_id: token.user_id.map(|id| id.0),
            scope: token.scope.to_string(),
            created_at: token.created_at,
            expires_at: token.expires_at,
            revoked_at: token.revoked_at,
        }
    }
}

impl From<Row> for AccessToken {
    fn from(row: Row) -> Self {
        Self {
            id: row.id.into(),
            hash: Hashed::from_stored(row.hash),
            grant_id: row.grant_id.map(GrantId::from),
            client_id: row.client_id.into(),
            user_id: row.user_id.map(UserId),
            scope: Scope::from_stored(&row.scope),
            created_at: row.created_at,
            expires_at: row.expires_at,
            revoked_at: row.revoked_at,
        }
    }
}

/// An access token with all that decides whether it still works.
#[derive(Debug, Clone)]
pub struct Standing {
    /// The token itself.
    pub token: AccessToken,
    /// Whether the grant that it belongs to is no longer there.
    pub grant_is_gone: bool,
    /// When its grant ended.
    pub grant_ended_at: Option<Time>,
    /// When its grant was made.
    pub grant_created_at: Option<Time>,
    /// How and when the person proved who they are.
    pub authentication: Option<Authentication>,
    /// When its client was disabled.
    pub client_disabled_at: Option<Time>,
    /// When the use of its grant was last noted (personal access tokens).
    pub last_used_at: Option<Time>,
    /// Until when all that its client had was ended.
    pub client_tokens_ended_at: Option<Time>,
}

impl Standing {
    /// Whether it works at `now`: not expired, not revoked, its grant not ended, its client not disabled, and neither it
    /// nor its grant among what was ended of its client.
    pub fn is_live(&self, now: Time) -> bool {
        let begun = self.grant_created_at.map_or(self.token.created_at, |grant| grant.min(self.token.created_at));
        self.token.revoked_at.is_none()
            && self.client_tokens_ended_at.is_none_or(|end| end < begun)
            && !self.grant_is_gone
            && self.grant_ended_at.is_none()
            && self.client_disabled_at.is_none()
            && now < self.token.expires_at
    }
}

/// The identifier, the making, the end and the last use of a token's grant.
type FoundGrant = (Option<String>, Option<Time>, Option<Time>, Option<Time>, Option<Time>, FoundProof);
/// How and when the person proved who they are, and what is said of it.
type FoundProof = (Option<String>, Option<String>);
/// When the client of a token was disabled, and all that it had was ended.
type FoundClient = (Option<Time>, Option<Time>);
type Found = (Row, FoundGrant, FoundClient);

impl From<Found> for Standing {
    fn from((row, grant, client): Found) -> Self {
        let (grant, grant_created_at, grant_ended_at, last_used_at, auth_time, (amr, acr)) = grant;
        let (client_disabled_at, client_tokens_ended_at) = client;
        let grant_is_gone = row.grant_id.is_some() && grant.is_none();
        let token = row.into();
        Self {
            token,
            grant_is_gone,
            grant_ended_at,
            grant_created_at,
            authentication: auth_time.zip(amr).map(|(time, methods)| Authentication::from_stored(time, methods, acr)),
            client_disabled_at,
            last_used_at,
            client_tokens_ended_at,
        }
    }
}

/// Keeps a new token.
///
/// # Errors
/// As the database says.
pub fn insert(conn: &mut Conn, token: &AccessToken) -> Result<()> {
    on_backend!(conn, |c| diesel::insert_into(access_tokens::table).values(Row::from(token)).execute(c))?;
    Ok(())
}

/// A token and what decides whether it works, in one statement.
///
/// # Errors
/// As the database says.
pub fn standing(conn: &mut Conn, id: &TokenId) -> Result<Option<Standing>> {
    let found: Option<Found> = access_tokens::table
        .left_join(grants::table.on(access_tokens::grant_id.eq(grants::id.nullable())))
        .inner_join(clients::table.on(access_tokens::client_id.eq(clients::id)))
        .filter(access_tokens::id.eq(id.as_str()))
        .select((
            Row::as_select(),
            (
                grants::id.nullable(),
                grants::created_at.nullable(),
                grants::ended_at.nullable(),
                grants::last_used_at.nullable(),
                grants::auth_time.nullable(),
                (grants::amr.nullable(), grants::acr.nullable()),
            ),
            (clients::disabled_at, clients::tokens_ended_at),
        ))
        .first(conn)
        .optional()?;
    Ok(found.map(Standing::from))
}

/// The sign-in that a token came of.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SignIn {
    /// When the person proved who they are.
    pub auth_time: Option<Time>,
    /// The session of a sign-in to the server's own API, and when it was last used.
    pub session: Option<(String, Time)>,
}

/// A token, what decides whether it works, the person it acts for and their sign-in, in one statement.
///
/// # Errors
/// As the database says.
pub fn standing_with_user(conn: &mut Conn, id: &TokenId) -> Result<Option<(Standing, User, SignIn)>> {
    type Proof = (Option<Time>, Option<String>, Option<Time>);
    type FoundWithUser = (Row, FoundGrant, FoundClient, Proof, UserRow);
    // The session of a grant to a third party is the browser's, and not used by using the token.
    let own = grants::session_id.eq(sessions::id.nullable()).and(sessions::kind.eq("api"));
    let found: Option<FoundWithUser> = access_tokens::table
        .inner_join(users::table.on(access_tokens::user_id.eq(users::id.nullable())))
        .left_join(grants::table.on(access_tokens::grant_id.eq(grants::id.nullable())))
        .left_join(sessions::table.on(own))
        .inner_join(clients::table.on(access_tokens::client_id.eq(clients::id)))
        .filter(access_tokens::id.eq(id.as_str()))
        .select((
            Row::as_select(),
            (
                grants::id.nullable(),
                grants::created_at.nullable(),
                grants::ended_at.nullable(),
                grants::last_used_at.nullable(),
                grants::auth_time.nullable(),
                (grants::amr.nullable(), grants::acr.nullable()),
            ),
            (clients::disabled_at, clients::tokens_ended_at),
            (grants::auth_time.nullable(), sessions::id.nullable(), sessions::last_seen_at.nullable()),
            UserRow::as_select(),
        ))
        .first(conn)
        .optional()?;
    found
        .map(|(row, grant, client, (auth_time, session, last_seen_at), user)| {
            let sign_in = SignIn { auth_time, session: session.zip(last_seen_at) };
            Ok((Standing::from((row, grant, client)), User::try_from(user)?, sign_in))
        })
        .transpose()
}

/// A token of a person, as their list shows it.
#[derive(Debug, Clone)]
pub struct Listed {
    /// The token.
    pub token: AccessToken,
    /// The name its owner gave it (personal access tokens).
    pub name: Option<String>,
    /// The client's identifier and name.
    pub client: (ClientId, String),
    /// When the token or its grant was changed last.
    pub updated_at: Time,
    /// When its use was last noted (personal access tokens).
    pub last_used_at: Option<Time>,
}

/// The tokens of a person that still work, newest first: of grants of `kind`.
///
/// # Errors
/// As the database says.
pub fn list_of_user(conn: &mut Conn, user: UserId, kind: &str, now: Time) -> Result<Vec<Listed>> {
    type Found = (Row, Option<String>, Option<Time>, String);
    let found: Vec<Found> = access_tokens::table
        .inner_join(grants::table.on(access_tokens::grant_id.eq(grants::id.nullable())))
        .inner_join(clients::table.on(access_tokens::client_id.eq(clients::id)))
        .filter(access_tokens::user_id.eq(user.0))
        .filter(grants::kind.eq(kind))
        .filter(grants::ended_at.is_null())
        .filter(clients::disabled_at.is_null())
        .filter(clients::tokens_ended_at.is_null().or(clients::tokens_ended_at.lt(grants::created_at.nullable())))
        .filter(access_tokens::revoked_at.is_null())
        .filter(access_tokens::expires_at.gt(now))
        .order((access_tokens::created_at.desc(), access_tokens::id.desc()))
        .limit(1000)
        .select((Row::as_select(), grants::name, grants::last_used_at, clients::name))
        .load(conn)?;
    Ok(found
        .into_iter()
        .map(|(row, name, last_used_at, client_name)| {
            let token = AccessToken::from(row);
            let client = (token.client_id.clone(), client_name);
            Listed { client, name, updated_at: token.created_at, last_used_at, token }
        })
        .collect())
}

/// Every token, newest first, for the operator.
///
/// # Errors
/// As the database says.
pub fn list(conn: &mut Conn, user: Option<UserId>, client: Option<&ClientId>, limit: i64) -> Result<Vec<Standing>> {
    let mut query = access_tokens::table
        .left_join(grants::table.on(access_tokens::grant_id.eq(grants::id.nullable())))
        .inner_join(clients::table.on(access_tokens::client_id.eq(clients::id)))
        .select((
            Row::as_select(),
            (
                grants::id.nullable(),
                grants::created_at.nullable(),
                grants::ended_at.nullable(),
                grants::last_used_at.nullable(),
                grants::auth_time.nullable(),
                (grants::amr.nullable(), grants::acr.nullable()),
            ),
            (clients::disabled_at, clients::tokens_ended_at),
        ))
        .order((access_tokens::created_at.desc(), access_tokens::id.desc()))
        .limit(limit)
        .into_boxed();
    if let Some(user) = user {
        query = query.filter(access_tokens::user_id.eq(user.0));
    }
    if let Some(client) = client {
        query = query.filter(access_tokens::client_id.eq(client.as_str()));
    }
    let found: Vec<Found> = query.load(conn)?;
    Ok(found.into_iter().map(Standing::from).collect())
}

/// Revokes one token; whether there was one to revoke.
///
/// # Errors
/// As the database says.
pub fn revoke(conn: &mut Conn, id: &TokenId, now: Time) -> Result<bool> {
    let revoked = diesel::update(access_tokens::table)
        .filter(access_tokens::id.eq(id.as_str()))
        .filter(access_tokens::revoked_at.is_null())
        .set(access_tokens::revoked_at.eq(now))
        .execute(conn)?;
    Ok(revoked == 1)
}

/// The grant of a person's token, if it is theirs and of `kind`.
///
/// # Errors
/// As the database says; [`Error::Corrupt`] never.
pub fn grant_of(conn: &mut Conn, user: UserId, id: &TokenId, kind: &str) -> Result<Option<GrantId>> {
    let found: Option<String> = access_tokens::table
        .inner_join(grants::table.on(access_tokens::grant_id.eq(grants::id.nullable())))
        .filter(access_tokens::id.eq(id.as_str()))
        .filter(access_tokens::user_id.eq(user.0))
        .filter(access_tokens::revoked_at.is_null())
        .filter(grants::ended_at.is_null())
        .filter(grants::kind.eq(kind))
        .select(grants::id)
        .first(conn)
        .optional()
        .map_err(Error::from)?;
    Ok(found.map(GrantId::from))
}
