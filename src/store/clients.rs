//! Clients and their secrets.

use diesel::prelude::*;

use super::schema::{client_secrets, clients, users};
use super::{Conn, Error, Result};
use crate::core::client::{Client, ClientSecret};
use crate::core::ids::{ClientId, UserId};
use crate::core::page::Page;
use crate::core::secret::Hashed;
use crate::core::time::Time;
use crate::core::user::key;

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = clients, treat_none_as_default_value = false)]
pub(super) struct Row {
    pub(super) id: String,
    owner_id: Option<i64>,
    logo_file: Option<String>,
    verified_at: Option<Time>,
    created_at: Time,
    disabled_at: Option<Time>,
    tokens_ended_at: Option<Time>,
    deleted_at: Option<Time>,
    #[diesel(embed)]
    pub(super) settings: Settings,
}

/// What is written anew when a client is changed.
#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = clients, treat_none_as_default_value = false, treat_none_as_null = true)]
pub(super) struct Settings {
    name: String,
    name_key: Vec<u8>,
    metadata: String,
    policy: String,
    is_public: bool,
    first_party: bool,
    hears_logout: bool,
    redirects_changed_at: Option<Time>,
    updated_at: Time,
}

impl TryFrom<&Client> for Row {
    type Error = Error;

    fn try_from(client: &Client) -> Result<Self> {
        let corrupt = |e: serde_json::Error| Error::corrupt("clients", e);
        Ok(Self {
            id: client.id.to_string(),
            owner_id: client.owner_id.map(|id| id.0),
            logo_file: client.logo_file.clone(),
            verified_at: client.verified_at,
            created_at: client.created_at,
            disabled_at: client.disabled_at,
            tokens_ended_at: client.tokens_ended_at,
            deleted_at: client.deleted_at,
            settings: Settings {
                name: client.metadata.client_name.clone(),
                name_key: key(&client.metadata.client_name).into_bytes(),
                metadata: serde_json::to_string(&client.metadata).map_err(corrupt)?,
                policy: serde_json::to_string(&client.policy).map_err(corrupt)?,
                is_public: client.is_public(),
                first_party: client.policy.first_party,
                hears_logout: client.metadata.openid.backchannel_logout_uri.is_some(),
                redirects_changed_at: client.redirects_changed_at,
                updated_at: client.updated_at,
            },
        })
    }
}

pub(super) fn client(row: Row, owner_name: Option<String>, secrets: Vec<ClientSecret>) -> Result<Client> {
    let corrupt = |e: serde_json::Error| Error::corrupt("clients", e);
    Ok(Client {
        id: row.id.into(),
        owner_id: row.owner_id.map(UserId),
        owner_name,
        metadata: serde_json::from_str(&row.settings.metadata).map_err(corrupt)?,
        policy: serde_json::from_str(&row.settings.policy).map_err(corrupt)?,
        secrets,
        logo_file: row.logo_file,
        verified_at: row.verified_at,
        disabled_at: row.disabled_at,
        created_at: row.created_at,
        updated_at: row.settings.updated_at,
        tokens_ended_at: row.tokens_ended_at,
        deleted_at: row.deleted_at,
        redirects_changed_at: row.settings.redirects_changed_at,
    })
}

/// Keeps a new client without its secrets.
///
/// # Errors
/// [`Error::Unique`] when the identifier is taken.
pub fn insert(conn: &mut Conn, client: &Client) -> Result<()> {
    diesel::insert_into(clients::table).values(Row::try_from(client)?).execute(conn)?;
    Ok(())
}

/// Holds the row of a client, so that what is decided from it and written back loses nothing that another wrote
/// meanwhile; whether there is one.
///
/// # Errors
/// As the database says.
pub fn hold(conn: &mut Conn, id: &ClientId) -> Result<bool> {
    let held = diesel::update(clients::table.find(id.as_str())).set(clients::name.eq(clients::name)).execute(conn)?;
    Ok(held == 1)
}

/// As [`hold`], of a client that is this person's.
///
/// # Errors
/// As the database says.
pub fn hold_own(conn: &mut Conn, id: &ClientId, owner: UserId) -> Result<bool> {
    let held = diesel::update(clients::table.find(id.as_str()))
        .filter(clients::owner_id.eq(owner.0))
        .set(clients::name.eq(clients::name))
        .execute(conn)?;
    Ok(held == 1)
}

/// Writes anew what a client, whose row is held, says of itself, and whether it is verified. What an admin allows it
/// stays.
///
/// # Errors
/// As the database says.
pub fn describe(conn: &mut Conn, client: &Client) -> Result<()> {
    let Row { id, verified_at, settings, .. } = Row::try_from(client)?;
    diesel::update(clients::table.find(id))
        .set((
            clients::name.eq(settings.name),
            clients::name_key.eq(settings.name_key),
            clients::metadata.eq(settings.metadata),
            clients::hears_logout.eq(settings.hears_logout),
            clients::redirects_changed_at.eq(settings.redirects_changed_at),
            clients::verified_at.eq(verified_at),
            clients::updated_at.eq(settings.updated_at),
        ))
        .execute(conn)?;
    Ok(())
}

/// Disables a client for its owner, who has thrown it away: its verified mark goes, and what it was issued ends. Whether
/// it was theirs, and not disabled yet.
///
/// # Errors
/// As the database says.
pub fn delete(conn: &mut Conn, id: &ClientId, owner: UserId, now: Time) -> Result<bool> {
    let deleted = diesel::update(clients::table.find(id.as_str()))
        .filter(clients::owner_id.eq(owner.0))
        .filter(clients::disabled_at.is_null())
        .set((
            clients::disabled_at.eq(now),
            clients::deleted_at.eq(now),
            clients::tokens_ended_at.eq(now),
            clients::verified_at.eq(None::<Time>),
            clients::updated_at.eq(now),
        ))
        .execute(conn)?;
    Ok(deleted == 1)
}

/// Gives a client, whose row is held, another logo, or none, and takes the verified mark away.
///
/// # Errors
/// As the database says.
pub fn set_logo(conn: &mut Conn, id: &ClientId, file: Option<&str>, now: Time) -> Result<()> {
    diesel::update(clients::table.find(id.as_str()))
        .set((clients::logo_file.eq(file), clients::verified_at.eq(None::<Time>), clients::updated_at.eq(now)))
        .execute(conn)?;
    Ok(())
}

/// Takes the verified mark from every client of a person: all of them, disabled ones too, and whether each had it. Their
/// rows are held first, so that a mark which is given at this moment is seen.
///
/// # Errors
/// As the database says.
pub fn unverify_all_of(conn: &mut Conn, owner: UserId) -> Result<Vec<(ClientId, bool)>> {
    let own = || clients::table.filter(clients::owner_id.eq(owner.0));
    diesel::update(own()).set(clients::name.eq(clients::name)).execute(conn)?;
    let found: Vec<(String, Option<Time>)> = own().select((clients::id, clients::verified_at)).load(conn)?;
    diesel::update(own().filter(clients::verified_at.is_not_null()))
        .set(clients::verified_at.eq(None::<Time>))
        .execute(conn)?;
    Ok(found.into_iter().map(|(id, verified_at)| (id.into(), verified_at.is_some())).collect())
}

/// The client with this identifier, with its secrets: two statements.
///
/// # Errors
/// As the database says.
pub fn by_id(conn: &mut Conn, id: &ClientId) -> Result<Option<Client>> {
    let found: Option<(Row, Option<String>)> = clients::table
        .left_join(users::table)
        .filter(clients::id.eq(id.as_str()))
        .select((Row::as_select(), users::name.nullable()))
        .first(conn)
        .optional()?;
    let Some((row, owner_name)) = found else { return Ok(None) };
    let secrets: Vec<(String, String, Time, Option<Time>)> = client_secrets::table
        .filter(client_secrets::client_id.eq(id.as_str()))
        .order((client_secrets::created_at.desc(), client_secrets::id))
        .select((client_secrets::id, client_secrets::hash, client_secrets::created_at, client_secrets::expires_at))
        .load(conn)?;
    let secrets = secrets
        .into_iter()
        .map(|(id, hash, created_at, expires_at)| ClientSecret {
            id,
            hash: Hashed::from_stored(hash),
            created_at,
            expires_at,
        })
        .collect();
    client(row, owner_name, secrets).map(Some)
}

/// Clients by identifier, page by page, of one owner or of all, without their secrets.
///
/// # Errors
/// As the database says.
pub fn list(conn: &mut Conn, owner: Option<UserId>, page: &Page) -> Result<Vec<Client>> {
    let mut query = clients::table
        .left_join(users::table)
        .select((Row::as_select(), users::name.nullable()))
        .order(clients::id)
        .limit(page.limit)
        .into_boxed();
    if let Some(owner) = owner {
        query = query.filter(clients::owner_id.eq(owner.0)).filter(clients::disabled_at.is_null());
    }
    if let Some(after) = &page.after {
        query = query.filter(clients::id.gt(after.clone()));
    }
    let rows: Vec<(Row, Option<String>)> = query.load(conn)?;
    rows.into_iter().map(|(row, owner_name)| client(row, owner_name, Vec::new())).collect()
}

/// How many clients a person has.
///
/// # Errors
/// As the database says.
pub fn count_of(conn: &mut Conn, owner: UserId) -> Result<i64> {
    let own = clients::table.filter(clients::owner_id.eq(owner.0)).filter(clients::disabled_at.is_null());
    Ok(own.count().get_result(conn)?)
}

/// Keeps a secret of a client.
///
/// # Errors
/// As the database says.
pub fn insert_secret(conn: &mut Conn, id: &str, client: &ClientId, hash: &Hashed, now: Time) -> Result<()> {
    diesel::insert_into(client_secrets::table)
        .values((
            client_secrets::id.eq(id),
            client_secrets::client_id.eq(client.as_str()),
            client_secrets::hash.eq(hash.as_str()),
            client_secrets::created_at.eq(now),
        ))
        .execute(conn)?;
    Ok(())
}

/// Lets the present secrets of a client work until `until` and no longer; how many there were.
///
/// # Errors
/// As the database says.
pub fn expire_secrets(conn: &mut Conn, client: &ClientId, until: Time) -> Result<usize> {
    let expired = diesel::update(client_secrets::table)
        .filter(client_secrets::client_id.eq(client.as_str()))
        .filter(client_secrets::expires_at.is_null().or(client_secrets::expires_at.gt(until)))
        .set(client_secrets::expires_at.eq(until))
        .execute(conn)?;
    Ok(expired)
}

/// Ends one secret of a client at once; whether it had such a one that worked.
///
/// # Errors
/// As the database says.
pub fn end_secret(conn: &mut Conn, client: &ClientId, id: &str, now: Time) -> Result<bool> {
    let ended = diesel::update(client_secrets::table.find(id))
        .filter(client_secrets::client_id.eq(client.as_str()))
        .filter(client_secrets::expires_at.is_null().or(client_secrets::expires_at.gt(now)))
        .set(client_secrets::expires_at.eq(now))
        .execute(conn)?;
    Ok(ended == 1)
}

/// How many clients there are that are not disabled, but for some.
///
/// # Errors
/// As the database says.
pub fn count(conn: &mut Conn, but: &[&str]) -> Result<i64> {
    let live = clients::table.filter(clients::disabled_at.is_null()).filter(clients::id.ne_all(but.to_vec()));
    Ok(live.count().get_result(conn)?)
}
