//! What an admin or operator does with clients, whoever owns them. The server's own clients are not there for it.

use std::sync::Arc;
use std::time::Duration;

use super::{MAX_CLIENTS, ManageError, NewClient, check_new, is_built_in};
use crate::account::Invalid;
use crate::account::audit::{self, Act, Actor, Event};
use crate::app::{App, Cx, FIRST_PARTY_CLIENT, PERSONAL_CLIENT};
use crate::core::client::{AuthMethod, Client};
use crate::core::ids::ClientId;
use crate::core::page::Page;
use crate::core::secret::Plain;
use crate::core::text::Said;
use crate::core::time::{Time, delta};
use crate::core::user::{Status, User};
use crate::store::{self, client_admin, clients};

pub use super::change::Change;
pub use crate::store::client_admin::{Listed, Query, Secret, Sort};

/// Clients by name, identifier or owner, page by page, and the [`Page::after`] of the page that follows. What is looked
/// for is how a name begins, or a whole identifier: the client of that identifier stands ahead of the first page.
///
/// # Errors
/// As the database says.
pub fn search(app: &App, text: &str, query: &Query, page: &Page) -> store::Result<(Vec<Listed>, Option<String>)> {
    let text = Some(text.trim()).filter(|text| !text.is_empty());
    if text.is_some_and(|text| text.contains('\0')) || page.after.as_ref().is_some_and(|after| after.contains('\0')) {
        return Ok((Vec::new(), None));
    }
    let hidden = vec![FIRST_PARTY_CLIENT, PERSONAL_CLIENT];
    let limit = usize::try_from(page.limit).unwrap_or(0);
    app.read(|cx| {
        let (mut query, mut ahead) = (Query { hidden, ..query.clone() }, None);
        if let Some(text) = text {
            let known = query.hidden.contains(&text);
            let named = Query { id: Some(text.into()), ..query.clone() };
            let one = Page { after: None, limit: 1 };
            let hit = if known { Vec::new() } else { client_admin::search(cx.conn, &named, &one)? };
            if let Some(hit) = hit.into_iter().next() {
                query.beside = Some(hit.client.id.clone());
                ahead = page.after.is_none().then_some(hit);
            }
            query.name = Some(text.to_owned());
        }
        let more = Page { after: page.after.clone(), limit: page.limit + 1 };
        let mut found = client_admin::search(cx.conn, &query, &more)?;
        let is_last = found.len() <= limit;
        found.truncate(limit);
        let next = found.last().filter(|_| !is_last).map(|last| last.client.id.to_string());
        Ok((ahead.into_iter().chain(found).collect(), next))
    })
}

/// A client and what its page shows beside its record.
#[derive(Debug, Clone)]
pub struct Shown {
    /// The client.
    pub client: Client,
    /// When an admin vouched for it.
    pub verified_at: Option<Time>,
    /// Its secrets that work, newest first.
    pub secrets: Vec<Secret>,
}

/// The client of this identifier.
///
/// # Errors
/// [`ManageError::NotFound`], for the server's own clients too.
pub fn find(app: &App, id: &ClientId) -> Result<Shown, ManageError> {
    app.read(|cx| {
        let client = clients::by_id(cx.conn, id)?.filter(is_manageable).ok_or(ManageError::NotFound)?;
        let verified_at = client_admin::verified_at(cx.conn, id)?;
        let secrets = if client.is_public() { Vec::new() } else { client_admin::secrets(cx.conn, id, cx.now)? };
        Ok(Shown { client, verified_at, secrets })
    })
}

fn is_manageable(client: &Client) -> bool {
    !client.policy.built_in && !is_built_in(&client.id)
}

/// Does something with a client whose row nobody else writes meanwhile.
fn with<T: Send + 'static>(
    app: &Arc<App>,
    id: &ClientId,
    f: impl FnOnce(&mut Cx<'_>, Client) -> Result<T, ManageError> + Send + 'static,
) -> Result<T, ManageError> {
    let held = id.clone();
    let done = app.write(move |cx| {
        if !client_admin::hold(cx.conn, &held)? {
            return Err(ManageError::NotFound);
        }
        let client = clients::by_id(cx.conn, &held)?.filter(is_manageable).ok_or(ManageError::NotFound)?;
        f(cx, client)
    });
    app.forget_client(id);
    done
}

/// Registers a client of anybody or of nobody. The secret, if it has one, is shown this once.
///
/// # Errors
/// [`ManageError::Invalid`] and [`ManageError::Store`].
pub fn create(app: &Arc<App>, by: &Actor, new: NewClient) -> Result<(Client, Option<Plain>), ManageError> {
    contradictions(app, &new, &[])?;
    super::create_client(app, by, new).map_err(|error| match error {
        ManageError::Invalid(invalid) => ManageError::Invalid(by_registered_names(invalid)),
        other => other,
    })
}

/// Changes any settings of a client. One that becomes public loses its secrets.
///
/// # Errors
/// [`ManageError::Invalid`], [`ManageError::NotFound`] and [`ManageError::Store`].
pub fn edit(app: &Arc<App>, by: &Actor, id: &ClientId, change: Change) -> Result<Client, ManageError> {
    let by = by.clone();
    let edited = with(app, id, move |cx, old| {
        let asked = change.applied_to(&old);
        contradictions(cx.app, &asked, old.policy.scopes.as_deref().unwrap_or_default())?;
        let (_, metadata, policy) = check_new(cx.app, &asked).map_err(by_registered_names)?;
        let mut client = Client { metadata, policy, updated_at: cx.now, ..old.clone() };
        client_admin::rewrite(cx.conn, &client)?;
        if client.is_public() {
            clients::expire_secrets(cx.conn, &client.id, cx.now)?;
            client.secrets.clear();
        }
        audit::record(cx, &differences(Event::new(by, Act::ClientEdit).on(&client.id), &old, &client))?;
        Ok(client)
    })?;
    log::info!("event=client.edit client={id}");
    Ok(edited)
}

/// What cannot be together, and scopes that are not there. `kept` are those that it had before, some perhaps deleted since.
fn contradictions(app: &App, asked: &NewClient, kept: &[String]) -> Result<(), ManageError> {
    let (mut invalid, known) = (Invalid::default(), app.scopes()?);
    if asked.auth_method == AuthMethod::None {
        if !asked.policy.require_pkce {
            invalid.add("require_pkce", ("A public client cannot be exempted from PKCE.", "admin-client-public-pkce"));
        }
        if asked.policy.may_introspect {
            let text = "A public client cannot introspect: it has nothing to prove itself by.";
            invalid.add("introspect", (text, "admin-client-public-introspect"));
        }
    }
    for name in asked.policy.scopes.iter().flatten().filter(|name| !kept.contains(name)) {
        if !known.iter().any(|entry| entry.name == **name) {
            let said = Said::new("admin-client-scope-unknown").with("scope", name);
            invalid.add("scope", (format!("There is no scope {name}."), said));
        }
    }
    Ok(invalid.check()?)
}

/// The fields by the names of RFC 7591, as the administration's forms and JSON know them.
fn by_registered_names(invalid: Invalid) -> Invalid {
    let name = |field: String| match field.as_str() {
        "name" => "client_name".to_owned(),
        "redirect" => "redirect_uris".to_owned(),
        "id" => "client_id".to_owned(),
        _ => field,
    };
    Invalid(invalid.0.into_iter().map(|(field, messages)| (name(field), messages)).collect())
}

fn differences(event: Event, old: &Client, new: &Client) -> Event {
    let uris = |client: &Client| client.metadata.redirect_uris.iter().map(ToString::to_string).collect::<Vec<_>>();
    let method = |client: &Client| client.metadata.token_endpoint_auth_method.as_str();
    let (was, is) = (&old.policy, &new.policy);
    let (metadata, renewed) = (&old.metadata, &new.metadata);
    event
        .changed("client_name", metadata.client_name.as_str(), renewed.client_name.as_str())
        .changed("redirect_uris", uris(old), uris(new))
        .changed("grant_types", metadata.grant_types.clone(), renewed.grant_types.clone())
        .changed("token_endpoint_auth_method", method(old), method(new))
        .changed("client_uri", metadata.client_uri.clone(), renewed.client_uri.clone())
        .changed("scope", was.scopes.clone(), is.scopes.clone())
        .changed("first_party", was.first_party, is.first_party)
        .changed("introspect", was.may_introspect, is.may_introspect)
        .changed("require_pkce", was.require_pkce, is.require_pkce)
        .changed("token_format", was.token_format.as_str(), is.token_format.as_str())
        .changed(
            "access_token_signed_response_alg",
            was.access_token_signed_response_alg.as_str(),
            is.access_token_signed_response_alg.as_str(),
        )
        .changed("refresh_grace", was.refresh_grace, is.refresh_grace)
        .changed("access_token_lifetime", was.access_token_lifetime, is.access_token_lifetime)
}

/// Disables a client: nothing of it works any more. Or enables it again: it may begin anew, but of what it was issued
/// before nothing works again.
///
/// # Errors
/// [`ManageError::NotFound`] and [`ManageError::Store`].
pub fn set_enabled(app: &Arc<App>, by: &Actor, id: &ClientId, enabled: bool) -> Result<(), ManageError> {
    let act = if enabled { Act::ClientEnable } else { Act::ClientDisable };
    let event = Event::new(by.clone(), act).on(id);
    with(app, id, move |cx, client| {
        if client.disabled_at.is_none() != enabled {
            client_admin::set_enabled(cx.conn, &client.id, enabled, cx.now)?;
            audit::record(cx, &event)?;
        }
        Ok(())
    })?;
    log::info!("event=client.set_enabled client={id} enabled={enabled}");
    Ok(())
}

/// Ends every grant and token that a client was issued until now.
///
/// # Errors
/// [`ManageError::NotFound`] and [`ManageError::Store`].
pub fn end_tokens(app: &Arc<App>, by: &Actor, id: &ClientId) -> Result<(), ManageError> {
    let event = Event::new(by.clone(), Act::ClientEndTokens).on(id);
    with(app, id, move |cx, client| {
        client_admin::end_tokens(cx.conn, &client.id, cx.now)?;
        Ok(audit::record(cx, &event)?)
    })?;
    log::info!("event=client.end_tokens client={id}");
    Ok(())
}

/// Marks a client as one that an admin vouches for, or takes the mark back.
///
/// # Errors
/// [`ManageError::NotFound`] and [`ManageError::Store`].
pub fn set_verified(app: &Arc<App>, by: &Actor, id: &ClientId, verified: bool) -> Result<(), ManageError> {
    let act = if verified { Act::ClientVerify } else { Act::ClientUnverify };
    let event = Event::new(by.clone(), act).on(id);
    with(app, id, move |cx, client| {
        if client_admin::verified_at(cx.conn, &client.id)?.is_some() != verified {
            client_admin::set_verified(cx.conn, &client.id, verified.then_some(cx.now))?;
            audit::record(cx, &event)?;
        }
        Ok(())
    })
}

/// Gives a client to somebody who is active, or to nobody.
///
/// # Errors
/// [`ManageError::Invalid`], [`ManageError::NotFound`] and [`ManageError::Store`].
pub fn set_owner(app: &Arc<App>, by: &Actor, id: &ClientId, owner: Option<&User>) -> Result<(), ManageError> {
    if owner.is_some_and(|owner| owner.status != Status::Active) {
        return Err(Invalid::one("owner", ("This account is closed.", "admin-client-owner-closed")).into());
    }
    let (owner, by) = (owner.map(|owner| owner.id), by.clone());
    with(app, id, move |cx, client| {
        if client.owner_id == owner {
            return Ok(());
        }
        if let Some(owner) = owner
            && clients::count_of(cx.conn, owner)? >= MAX_CLIENTS
        {
            let said = Said::new("admin-client-owner-full").with("max", MAX_CLIENTS);
            return Err(Invalid::one("owner", (format!("They have {MAX_CLIENTS} clients already."), said)).into());
        }
        client_admin::set_owner(cx.conn, &client.id, owner, cx.now)?;
        let [old, new] = [client.owner_id, owner].map(|owner| owner.map(|id| id.to_string()));
        Ok(audit::record(cx, &Event::new(by, Act::ClientOwner).on(&client.id).changed("owner", old, new))?)
    })?;
    log::info!("event=client.owner client={id}");
    Ok(())
}

/// Gives a client a new secret, shown this once; the old ones work for `overlap` more. None if `newest` names another
/// than its newest secret: who asks has not seen what was made meanwhile.
///
/// # Errors
/// [`ManageError::Invalid`] for a public client, [`ManageError::NotFound`] and [`ManageError::Store`].
pub fn rotate_secret(
    app: &Arc<App>,
    by: &Actor,
    id: &ClientId,
    overlap: Duration,
    newest: Option<&str>,
) -> Result<Option<Plain>, ManageError> {
    let newest = newest.map(str::to_owned);
    let secret = Plain::random("gra_cs_", app.random());
    let (shown, event) = (secret.clone(), Event::new(by.clone(), Act::ClientSecret).on(id));
    let event = event.with("overlap_seconds", overlap.as_secs());
    with(app, id, move |cx, client| {
        if client.is_public() {
            return Err(Invalid::one("secret", ("A public client has no secret.", "field-client-public-secret")).into());
        }
        let present = client_admin::secrets(cx.conn, &client.id, cx.now)?;
        let present = present.first().map(|secret| secret.id.as_str()).unwrap_or_default();
        if newest.is_some_and(|newest| newest != present) {
            return Ok(None);
        }
        clients::expire_secrets(cx.conn, &client.id, cx.now + delta(overlap))?;
        super::keep_secret(cx, &client.id, &secret, None)?;
        audit::record(cx, &event)?;
        log::info!("event=client.rotate_secret client={}", client.id);
        Ok(Some(shown))
    })
}

/// Ends one secret of a client at once.
///
/// # Errors
/// [`ManageError::NotFound`], also for a secret that does not work any more, and [`ManageError::Store`].
pub fn end_secret(app: &Arc<App>, by: &Actor, id: &ClientId, secret: &str) -> Result<(), ManageError> {
    let (event, secret) = (Event::new(by.clone(), Act::ClientSecretEnd).on(id), secret.to_owned());
    with(app, id, move |cx, client| {
        if !client_admin::end_secret(cx.conn, &client.id, &secret, cx.now)? {
            return Err(ManageError::NotFound);
        }
        Ok(audit::record(cx, &event)?)
    })?;
    log::info!("event=client.end_secret client={id}");
    Ok(())
}
