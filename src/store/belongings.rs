//! All that is kept of one person, and its end.

use diesel::prelude::*;

use super::schema::{
    access_tokens, clients, consents, grants, known_devices, messages, passkeys, recovery_codes, second_factors,
    sessions, users,
};
use super::{Conn, Result, failures};
use crate::core::failure::{Filter, Noted};
use crate::core::grant::EndReason;
use crate::core::ids::{ClientId, UserId};
use crate::core::page::Page;
use crate::core::time::Time;

/// The most rows of a kind that are read: nobody has more, but for those who want to.
const MOST: i64 = 10_000;

/// A session, without what opens it.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = sessions)]
pub struct Session {
    /// `browser` or `api`.
    pub kind: String,
    /// When its person last proved who they are.
    pub auth_time: Time,
    /// By what (RFC 8176).
    pub amr: String,
    /// Where it was begun.
    pub ip_address: Option<String>,
    /// With what it was begun.
    pub user_agent: Option<String>,
    /// When it was begun.
    pub created_at: Time,
    /// When it was last used.
    pub last_seen_at: Time,
    /// When it ends at the latest.
    pub expires_at: Time,
    /// When it was ended.
    pub ended_at: Option<Time>,
}

/// What a person has let a client have.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = consents)]
pub struct Consent {
    /// To whom.
    pub client_id: String,
    /// The scopes.
    pub scope: String,
    /// When what is sensitive of them was allowed.
    pub sensitive_at: Option<Time>,
    /// Since when.
    pub created_at: Time,
    /// When they were last asked.
    pub updated_at: Time,
}

/// What a person let a client do, without its codes and tokens.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = grants)]
pub struct Grant {
    /// How it came about.
    pub kind: String,
    /// To whom.
    pub client_id: String,
    /// The name of a personal access token.
    pub name: Option<String>,
    /// The scopes.
    pub scope: String,
    /// When they proved who they are, before they gave it.
    pub auth_time: Option<Time>,
    /// By what (RFC 8176).
    pub amr: Option<String>,
    /// The authentication context class that its client was told.
    pub acr: Option<String>,
    /// Which claims its id_token was to hold.
    pub claims: Option<String>,
    /// Where its code was sent.
    pub redirect_uri: Option<String>,
    /// Whether the request named that.
    pub redirect_uri_sent: bool,
    /// Until when its code could be redeemed.
    pub code_expires_at: Option<Time>,
    /// When it was.
    pub code_used_at: Option<Time>,
    /// How often its refresh token was renewed.
    pub refresh_generation: i64,
    /// When it last was.
    pub refresh_rotated_at: Option<Time>,
    /// Until when its refresh token works.
    pub refresh_expires_at: Option<Time>,
    /// When the client last got a token by it.
    pub last_used_at: Option<Time>,
    /// When its row may be thrown away.
    pub purge_at: Time,
    /// When it was given.
    pub created_at: Time,
    /// When it was ended.
    pub ended_at: Option<Time>,
    /// Why.
    pub ended_reason: Option<String>,
}

/// A client of a person, without its secrets.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = clients)]
pub struct Client {
    /// Identifier.
    pub id: String,
    /// The name that people see.
    pub name: String,
    /// Its registration, as JSON.
    pub metadata: String,
    /// What an admin allows it, as JSON.
    pub policy: String,
    /// Whether it can keep no secret.
    pub is_public: bool,
    /// Whether it is one of the operator's own.
    pub first_party: bool,
    /// The file of its logo.
    pub logo_file: Option<String>,
    /// When an admin vouched for it.
    pub verified_at: Option<Time>,
    /// When it was made.
    pub created_at: Time,
    /// When it was last changed.
    pub updated_at: Time,
    /// When all that it had been issued was ended.
    pub tokens_ended_at: Option<Time>,
    /// When its owner deleted it.
    pub deleted_at: Option<Time>,
    /// When its redirect URIs last led elsewhere.
    pub redirects_changed_at: Option<Time>,
    /// When it was disabled.
    pub disabled_at: Option<Time>,
}

/// A second factor, without its secret.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = second_factors)]
pub struct SecondFactor {
    /// `totp` or `sms`.
    pub kind: String,
    /// When it was set up.
    pub created_at: Time,
    /// When it was turned on.
    pub confirmed_at: Option<Time>,
}

/// A passkey, without what it is made of.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = passkeys)]
pub struct Passkey {
    /// What the person calls it.
    pub name: String,
    /// When it was added.
    pub created_at: Time,
    /// When somebody last signed in with it.
    pub last_used_at: Option<Time>,
}

/// A message, without what it says.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = messages)]
pub struct Message {
    /// `mail` or `sms`.
    pub channel: String,
    /// What kind of message it is.
    pub kind: String,
    /// To whom.
    pub recipient: String,
    /// The subject line.
    pub subject: String,
    /// How often it was tried to send it.
    pub attempts: i64,
    /// When it is tried again.
    pub next_attempt_at: Option<Time>,
    /// When what it carries stops working.
    pub expires_at: Time,
    /// When it was written.
    pub created_at: Time,
    /// When it was sent.
    pub sent_at: Option<Time>,
}

/// A device that is known, without what it is known by.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = known_devices)]
pub struct Device {
    /// Since when.
    pub created_at: Time,
    /// When they last signed in with it.
    pub last_seen_at: Time,
}

/// All that is kept of one person beside their own row.
#[derive(Debug, Clone)]
pub struct Belongings {
    /// Sessions, newest first.
    pub sessions: Vec<Session>,
    /// What they let clients have.
    pub consents: Vec<Consent>,
    /// What they let clients do, and their personal access tokens, newest first.
    pub grants: Vec<Grant>,
    /// Their own clients.
    pub clients: Vec<Client>,
    /// Their second factors.
    pub second_factors: Vec<SecondFactor>,
    /// How many recovery codes they have left.
    pub recovery_codes: i64,
    /// Their passkeys.
    pub passkeys: Vec<Passkey>,
    /// Devices of theirs that are known, the one that was used last first.
    pub known_devices: Vec<Device>,
    /// Messages to them that are still kept, newest first.
    pub messages: Vec<Message>,
    /// Why what they did was refused, newest first.
    pub failures: Vec<Noted>,
}

/// Reads all that is kept of a person: one statement a table. `recipients` are the addresses and numbers that are theirs.
///
/// # Errors
/// As the database says.
pub fn of(conn: &mut Conn, user: UserId, recipients: &[&str]) -> Result<Belongings> {
    let id = user.0;
    Ok(Belongings {
        sessions: sessions::table
            .filter(sessions::user_id.eq(id))
            .order(sessions::created_at.desc())
            .limit(MOST)
            .select(Session::as_select())
            .load(conn)?,
        consents: consents::table
            .filter(consents::user_id.eq(id))
            .order(consents::client_id)
            .limit(MOST)
            .select(Consent::as_select())
            .load(conn)?,
        grants: grants::table
            .filter(grants::user_id.eq(id))
            .order(grants::created_at.desc())
            .limit(MOST)
            .select(Grant::as_select())
            .load(conn)?,
        clients: clients::table
            .filter(clients::owner_id.eq(id))
            .order(clients::id)
            .limit(MOST)
            .select(Client::as_select())
            .load(conn)?,
        second_factors: second_factors::table
            .filter(second_factors::user_id.eq(id))
            .order(second_factors::kind)
            .select(SecondFactor::as_select())
            .load(conn)?,
        recovery_codes: recovery_codes::table
            .filter(recovery_codes::user_id.eq(id))
            .filter(recovery_codes::used_at.is_null())
            .count()
            .get_result(conn)?,
        passkeys: passkeys::table
            .filter(passkeys::user_id.eq(id))
            .order((passkeys::created_at, passkeys::id))
            .select(Passkey::as_select())
            .load(conn)?,
        known_devices: known_devices::table
            .filter(known_devices::user_id.eq(id))
            .order(known_devices::last_seen_at.desc())
            .limit(MOST)
            .select(Device::as_select())
            .load(conn)?,
        messages: messages::table
            .filter(messages::recipient.eq_any(recipients))
            .order(messages::created_at.desc())
            .limit(MOST)
            .select(Message::as_select())
            .load(conn)?,
        failures: failures::search(
            conn,
            &Filter { user: Some(user), ..Filter::default() },
            &Page { after: None, limit: MOST },
        )?,
    })
}

/// The identifiers of a person's own clients.
///
/// # Errors
/// As the database says.
pub fn clients_of(conn: &mut Conn, owner: UserId) -> Result<Vec<ClientId>> {
    let ids: Vec<String> = clients::table.filter(clients::owner_id.eq(owner.0)).select(clients::id).load(conn)?;
    Ok(ids.into_iter().map(ClientId::from).collect())
}

/// Ends all that people let some clients do, and every token of those clients: two statements, none for no clients.
/// Their rows go with their owner's; this is so that nothing comes to life should one be made anew under the same name.
///
/// # Errors
/// As the database says.
pub fn end_clients(conn: &mut Conn, ids: &[ClientId], now: Time) -> Result<()> {
    if ids.is_empty() {
        return Ok(());
    }
    let ids: Vec<&str> = ids.iter().map(ClientId::as_str).collect();
    diesel::update(grants::table)
        .filter(grants::client_id.eq_any(&ids))
        .filter(grants::ended_at.is_null())
        .set((grants::ended_at.eq(now), grants::ended_reason.eq(EndReason::ClientDisabled.as_str())))
        .execute(conn)?;
    diesel::update(access_tokens::table)
        .filter(access_tokens::client_id.eq_any(&ids))
        .filter(access_tokens::revoked_at.is_null())
        .set(access_tokens::revoked_at.eq(now))
        .execute(conn)?;
    Ok(())
}

/// Deletes the messages to a person that are still kept.
///
/// # Errors
/// As the database says.
pub fn delete_messages(conn: &mut Conn, recipients: &[&str]) -> Result<usize> {
    Ok(diesel::delete(messages::table.filter(messages::recipient.eq_any(recipients))).execute(conn)?)
}

/// Deletes a person, with all that refers to them: sessions, consents, clients, second factors, links, devices. Whether
/// there was such a person.
///
/// # Errors
/// As the database says.
pub fn delete(conn: &mut Conn, user: UserId) -> Result<bool> {
    Ok(diesel::delete(users::table.find(user.0)).execute(conn)? == 1)
}
