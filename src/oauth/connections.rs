//! Connected apps: what a person let which client do, and taking it back.

use std::sync::Arc;

use super::manage::{ManageError, is_built_in};
use crate::account::audit::{self, Act, Event};
use crate::app::{App, Cx};
use crate::core::client::Client;
use crate::core::grant::EndReason;
use crate::core::ids::{ClientId, UserId};
use crate::core::page::Page;
use crate::core::scope::Scope;
use crate::core::time::Time;
use crate::store::{self, connections, consents, grants, users};

/// An app that a person let in.
#[derive(Debug, Clone)]
pub struct Connection {
    /// The app.
    pub client: Arc<Client>,
    /// What it may have: what the person allowed, and what grants of earlier times still hold.
    pub scope: Scope,
    /// Since when.
    pub since: Option<Time>,
    /// When it last got a token.
    pub last_used: Option<Time>,
}

/// The apps that a person let in, page by page, and the key of the next page if there may be one.
///
/// # Errors
/// As the database says.
pub fn list(app: &App, user: UserId, page: &Page) -> store::Result<(Vec<Connection>, Option<String>)> {
    let ids = app.read(|cx| connections::clients_of(cx.conn, user, cx.now, page))?;
    let full = i64::try_from(ids.len()).is_ok_and(|count| count == page.limit);
    let next = ids.last().filter(|_| full).map(ClientId::to_string);
    let mut found = Vec::with_capacity(ids.len());
    for id in ids {
        found.extend(connection(app, user, &id)?);
    }
    Ok((found, next))
}

/// One app that a person let in.
///
/// # Errors
/// [`ManageError::NotFound`] when they did not, and for what the server made for itself.
pub fn one(app: &App, user: UserId, id: &str) -> Result<Connection, ManageError> {
    connection(app, user, &id.into())?.ok_or(ManageError::NotFound)
}

fn connection(app: &App, user: UserId, id: &ClientId) -> store::Result<Option<Connection>> {
    let Some(client) = app.client(id.as_str())?.filter(|client| client.disabled_at.is_none()) else { return Ok(None) };
    if is_built_in(id) {
        return Ok(None);
    }
    app.read(|cx| {
        let consent = consents::of(cx.conn, user, id)?;
        let held = connections::grants_of(cx.conn, user, id, cx.now)?;
        if consent.is_none() && held.is_empty() {
            return Ok(None);
        }
        let used = connections::use_of(cx.conn, user, id)?;
        let allowed = consent.as_ref().map(|consent| consent.scope.clone()).unwrap_or_default();
        let scope = held.iter().fold(allowed, |all, (_, scope)| all.union(scope));
        let since = consent.map(|consent| consent.created_at).or(used.since);
        Ok(Some(Connection { client, scope, since, last_used: used.last }))
    })
}

/// Takes one scope back: the client is asked about it anew, and every grant that holds it ends with all its tokens. A
/// token says what it allows and cannot be made to say less, so that a grant is ended rather than narrowed.
///
/// # Errors
/// [`ManageError::NotFound`] when the client does not have it.
pub fn take_scope_back(app: &Arc<App>, user: UserId, id: &str, name: &str) -> Result<(), ManageError> {
    let (id, name) = (own(id)?, name.to_owned());
    app.write(move |cx| {
        hold(cx, user)?;
        let consent = consents::of(cx.conn, user, &id)?;
        let allowed = consent.as_ref().is_some_and(|consent| consent.scope.contains(&name));
        if let Some(consent) = consent.filter(|_| allowed) {
            let rest = consent.scope.without(&Scope::from_names([name.clone()]));
            if rest.is_empty() {
                consents::forget(cx.conn, user, &id)?;
            } else {
                consents::narrow(cx.conn, user, &id, &rest)?;
            }
        }
        let held = connections::grants_of(cx.conn, user, &id, cx.now)?;
        let mut ended = 0;
        for (grant, _) in held.iter().filter(|(_, scope)| scope.contains(&name)) {
            ended += u32::from(grants::end(cx.conn, grant, EndReason::Revoked, cx.now)?);
        }
        if !allowed && ended == 0 {
            return Err(ManageError::NotFound);
        }
        record(cx, user, &id, Some(&name), ended)
    })
}

/// Takes back all that a person let a client do; its tokens end at once.
///
/// # Errors
/// [`ManageError::NotFound`] when there was nothing.
pub fn revoke(app: &Arc<App>, user: UserId, id: &str) -> Result<(), ManageError> {
    let id = own(id)?;
    app.write(move |cx| {
        hold(cx, user)?;
        let forgotten = consents::forget(cx.conn, user, &id)?;
        let ended = grants::end_all_of_client(cx.conn, user, &id, EndReason::Revoked, cx.now)?;
        if !forgotten && ended == 0 {
            return Err(ManageError::NotFound);
        }
        record(cx, user, &id, None, u32::try_from(ended).unwrap_or(u32::MAX))
    })
}

/// Holds the person's row before what they allowed is read: what is allowed or taken back at the same moment waits.
pub(super) fn hold(cx: &mut Cx<'_>, user: UserId) -> Result<(), ManageError> {
    users::locked(cx.conn, user)?.map(|_| ()).ok_or(ManageError::NotFound)
}

fn own(id: &str) -> Result<ClientId, ManageError> {
    let id = ClientId::from(id);
    if is_built_in(&id) { Err(ManageError::NotFound) } else { Ok(id) }
}

fn record(cx: &mut Cx<'_>, user: UserId, id: &ClientId, scope: Option<&str>, ended: u32) -> Result<(), ManageError> {
    let mut event = Event::new(user, Act::ConsentTakeBack).on(id).with("grants", ended);
    if let Some(scope) = scope {
        event = event.with("scope", scope);
    }
    audit::record(cx, &event)?;
    log::info!("event=consent outcome=taken_back client={id} user={user} grants={ended}");
    Ok(())
}
