//! Clients as the administration finds and changes them.

use std::collections::HashMap;

use diesel::prelude::*;

use super::clients::{Row, client};
use super::schema::{client_secrets, clients, users};
use super::{Conn, Error, Result};
use crate::core::client::Client;
use crate::core::ids::{ClientId, UserId};
use crate::core::page::Page;
use crate::core::time::Time;
use crate::core::user::key;

/// How a list of clients is sorted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Sort {
    /// By name, without regard to case.
    #[default]
    Name,
    /// The newest first.
    Newest,
}

/// Which clients are asked for; what is none restricts nothing.
#[derive(Debug, Clone, Default)]
pub struct Query {
    /// How the name begins.
    pub name: Option<String>,
    /// The identifier.
    pub id: Option<ClientId>,
    /// Whose they are.
    pub owner: Option<UserId>,
    /// Whether an admin has vouched for them.
    pub verified: Option<bool>,
    /// Whether they are disabled.
    pub disabled: Option<bool>,
    /// Whether they are the operator's own.
    pub first_party: Option<bool>,
    /// Whether they cannot keep a secret.
    pub public: Option<bool>,
    /// In which order.
    pub sort: Sort,
    /// Clients that are never listed.
    pub hidden: Vec<&'static str>,
    /// A client that is listed already.
    pub beside: Option<ClientId>,
}

/// A client without its secrets, and what else a list of them shows.
#[derive(Debug, Clone)]
pub struct Listed {
    /// The client.
    pub client: Client,
    /// When an admin vouched for it.
    pub verified_at: Option<Time>,
}

/// Clients, page by page: a page begins after the client whose identifier is [`Page::after`]. An index gives them in this
/// order. Two statements where a page begins after a client.
///
/// # Errors
/// As the database says.
pub fn search(conn: &mut Conn, query: &Query, page: &Page) -> Result<Vec<Listed>> {
    let mut found = clients::table
        .left_join(users::table)
        .filter(clients::id.ne_all(&query.hidden))
        .select((Row::as_select(), clients::verified_at, users::name.nullable()))
        .limit(page.limit)
        .into_boxed();
    if let Some(id) = &query.id {
        found = found.filter(clients::id.eq(id.as_str()));
    }
    if let Some(id) = &query.beside {
        found = found.filter(clients::id.ne(id.as_str()));
    }
    if let Some(owner) = query.owner {
        found = found.filter(clients::owner_id.eq(owner.0));
    }
    if let Some(name) = &query.name {
        let least = key(name).into_bytes();
        // No byte of UTF-8 is the last one there is.
        if let Some((last, rest)) = least.split_last() {
            let most = [rest, &[last + 1]].concat();
            found = found.filter(clients::name_key.lt(most));
        }
        found = found.filter(clients::name_key.ge(least));
    }
    found = match query.verified {
        Some(true) => found.filter(clients::verified_at.is_not_null()),
        Some(false) => found.filter(clients::verified_at.is_null()),
        None => found,
    };
    found = match query.disabled {
        Some(true) => found.filter(clients::disabled_at.is_not_null()),
        Some(false) => found.filter(clients::disabled_at.is_null()),
        None => found,
    };
    if let Some(first_party) = query.first_party {
        found = found.filter(clients::first_party.eq(first_party));
    }
    if let Some(public) = query.public {
        found = found.filter(clients::is_public.eq(public));
    }
    let after: Option<(Vec<u8>, Time)> = match &page.after {
        Some(id) => clients::table.find(id).select((clients::name_key, clients::created_at)).first(conn).optional()?,
        None => None,
    };
    // The first condition bounds the range of the index; the second leaves out what was shown of that place.
    if let (Some(id), Some((name, created_at))) = (&page.after, after) {
        found = match query.sort {
            Sort::Name => found
                .filter(clients::name_key.ge(name.clone()))
                .filter(clients::name_key.gt(name).or(clients::id.gt(id.clone()))),
            Sort::Newest => found
                .filter(clients::created_at.le(created_at))
                .filter(clients::created_at.lt(created_at).or(clients::id.lt(id.clone()))),
        };
    }
    found = match query.sort {
        Sort::Name => found.order((clients::name_key, clients::id)),
        Sort::Newest => found.order((clients::created_at.desc(), clients::id.desc())),
    };
    let rows: Vec<(Row, Option<Time>, Option<String>)> = found.load(conn)?;
    let listed =
        |(row, verified_at, owner_name)| Ok(Listed { client: client(row, owner_name, Vec::new())?, verified_at });
    rows.into_iter().map(listed).collect()
}

/// When an admin vouched for a client.
///
/// # Errors
/// As the database says.
pub fn verified_at(conn: &mut Conn, id: &ClientId) -> Result<Option<Time>> {
    let found: Option<Option<Time>> =
        clients::table.find(id.as_str()).select(clients::verified_at).first(conn).optional()?;
    Ok(found.flatten())
}

/// Writes the metadata and the policy of a client anew, whether it is disabled or not.
///
/// # Errors
/// As the database says.
pub fn rewrite(conn: &mut Conn, client: &Client) -> Result<()> {
    let row = Row::try_from(client)?;
    diesel::update(clients::table.find(&row.id)).set(row.settings).execute(conn)?;
    Ok(())
}

/// Marks a client as one that an admin vouches for, or takes the mark back.
///
/// # Errors
/// As the database says.
pub fn set_verified(conn: &mut Conn, id: &ClientId, at: Option<Time>) -> Result<()> {
    diesel::update(clients::table.find(id.as_str())).set(clients::verified_at.eq(at)).execute(conn)?;
    Ok(())
}

/// Disables a client, or enables it again: of what it had before nothing works again.
///
/// # Errors
/// As the database says.
pub fn set_enabled(conn: &mut Conn, id: &ClientId, enabled: bool, now: Time) -> Result<()> {
    let client = diesel::update(clients::table.find(id.as_str()));
    let (disabled_at, updated) = (clients::disabled_at, clients::updated_at.eq(now));
    let ended = clients::tokens_ended_at.eq(now);
    let deleted = clients::deleted_at.eq(None::<Time>);
    client.set((disabled_at.eq((!enabled).then_some(now)), deleted, ended, updated)).execute(conn)?;
    Ok(())
}

/// Ends all that a client was issued until now.
///
/// # Errors
/// As the database says.
pub fn end_tokens(conn: &mut Conn, id: &ClientId, now: Time) -> Result<()> {
    diesel::update(clients::table.find(id.as_str())).set(clients::tokens_ended_at.eq(now)).execute(conn)?;
    Ok(())
}

/// Gives a client to somebody, or to nobody, and takes the verified mark away: people see whose it is beside it.
///
/// # Errors
/// As the database says.
pub fn set_owner(conn: &mut Conn, id: &ClientId, owner: Option<UserId>, now: Time) -> Result<()> {
    diesel::update(clients::table.find(id.as_str()))
        .set((
            clients::owner_id.eq(owner.map(|owner| owner.0)),
            clients::verified_at.eq(None::<Time>),
            clients::updated_at.eq(now),
        ))
        .execute(conn)?;
    Ok(())
}

/// A secret of a client, without the secret.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Secret {
    /// Its identifier, which says nothing of the secret.
    pub id: String,
    /// When it was made.
    pub created_at: Time,
    /// When it stops working; never when none.
    pub expires_at: Option<Time>,
}

/// The secrets of a client that work at `now`, newest first.
///
/// # Errors
/// As the database says.
pub fn secrets(conn: &mut Conn, id: &ClientId, now: Time) -> Result<Vec<Secret>> {
    client_secrets::table
        .filter(client_secrets::client_id.eq(id.as_str()))
        .filter(client_secrets::expires_at.is_null().or(client_secrets::expires_at.gt(now)))
        .order((client_secrets::created_at.desc(), client_secrets::id))
        .select((client_secrets::id, client_secrets::created_at, client_secrets::expires_at))
        .load(conn)
        .map_err(Error::from)
}

/// Ends one secret of a client; whether there was one that worked.
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

/// The names of clients by identifier; of those that are there.
///
/// # Errors
/// As the database says.
pub fn names(conn: &mut Conn, ids: impl IntoIterator<Item = String>) -> Result<HashMap<String, String>> {
    let ids: Vec<String> = ids.into_iter().collect();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let found: Vec<(String, String)> =
        clients::table.filter(clients::id.eq_any(ids)).select((clients::id, clients::name)).load(conn)?;
    Ok(found.into_iter().collect())
}
