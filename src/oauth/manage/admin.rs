//! What an admin or operator does with clients, whoever owns them. The server's own clients are not there for it.

use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::{MAX_CLIENTS, ManageError, NewClient, check_new, has_enough, is_built_in, openid, replace_secret};
use crate::account::Invalid;
use crate::account::audit::{self, Act, Actor, Event};
use crate::account::people::{Acting, Held};
use crate::app::{self, App, Cx, FIRST_PARTY_CLIENT, PERSONAL_CLIENT};
use crate::core::client::{AuthMethod, Client, Policy, SubjectType};
use crate::core::ids::{ClientId, UserId};
use crate::core::page::Page;
use crate::core::power::Power;
use crate::core::scope;
use crate::core::secret::Plain;
use crate::core::text::Said;
use crate::core::time::Time;
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
    /// What people know it by, as it is shown here, in a word: who vouches for it says what they have [`seen`].
    pub seen: String,
}

/// What people know a client by, in a word that is another once any of it is: its name, its home page, its logo, whose it
/// is and what they are called, and where it sends people.
pub fn seen(app: &App, client: &Client) -> String {
    let metadata = &client.metadata;
    let owner = client.owner_id.map(|id| id.to_string());
    let texts =
        [&Some(metadata.client_name.clone()), &metadata.client_uri, &client.logo_file, &owner, &client.owner_name];
    let mut parts: Vec<&[u8]> = Vec::new();
    for text in texts {
        parts.extend([text.as_ref().map_or(&b"none"[..], |_| b"some"), text.as_deref().unwrap_or_default().as_bytes()]);
    }
    parts.extend(metadata.redirect_uris.iter().map(|uri| uri.as_str().as_bytes()));
    let tag = app.secrets.mac("verified client", &parts);
    URL_SAFE_NO_PAD.encode(tag.first_chunk::<16>().unwrap_or(&[0; 16]))
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
        let seen = seen(app, &client);
        Ok(Shown { client, verified_at, secrets, seen })
    })
}

fn is_manageable(client: &Client) -> bool {
    !client.policy.built_in && !is_built_in(&client.id)
}

/// Does something with a client whose row nobody else writes meanwhile, if who acts may still change clients.
pub(super) fn with<T: Send + 'static>(
    app: &Arc<App>,
    by: &Acting,
    id: &ClientId,
    f: impl FnOnce(&mut Cx<'_>, &Held, Client) -> Result<T, ManageError> + Send + 'static,
) -> Result<T, ManageError> {
    with_beside(app, by, id, None, f)
}

/// The same; the row of a person `beside` is held before the client's, as wherever both are.
fn with_beside<T: Send + 'static>(
    app: &Arc<App>,
    by: &Acting,
    id: &ClientId,
    beside: Option<UserId>,
    f: impl FnOnce(&mut Cx<'_>, &Held, Client) -> Result<T, ManageError> + Send + 'static,
) -> Result<T, ManageError> {
    let (by, id_held) = (by.clone(), id.clone());
    let done = app.write(move |cx| {
        let held = by.hold(cx, Power::WriteClients, beside.as_slice())?;
        if !clients::hold(cx.conn, &id_held)? {
            return Err(ManageError::NotFound);
        }
        let client = clients::by_id(cx.conn, &id_held)?.filter(is_manageable).ok_or(ManageError::NotFound)?;
        f(cx, &held, client)
    });
    app.forget_client(id);
    done
}

/// Refuses to let a client that may ask for the scope to manage the server out of the hands of those who may do
/// everything: whoever sets where its codes go, or knows its secret, may come to act as any admin who uses it.
pub(super) fn mind_admin_scope(held: &Held, policies: &[&Policy]) -> Result<(), ManageError> {
    let named = |policy: &&Policy| policy.scopes.iter().flatten().any(|name| name == scope::ADMIN);
    if policies.iter().any(named) && !held.may_everything() { Err(ManageError::AdminScope) } else { Ok(()) }
}

/// Registers a client of anybody or of nobody. The secret, if it has one, is shown this once.
///
/// # Errors
/// [`ManageError`].
pub fn create(app: &Arc<App>, by: &Acting, new: NewClient) -> Result<(Client, Option<Plain>), ManageError> {
    contradictions(app, &new, &[])?;
    let (acting, policy) = (by.clone(), new.policy.clone());
    let may = move |cx: &mut Cx<'_>| mind_admin_scope(&acting.hold(cx, Power::WriteClients, &[])?, &[&policy]);
    super::create_client_if(app, &by.actor(), new, None, may).map_err(|error| match error {
        ManageError::Invalid(invalid) => ManageError::Invalid(by_registered_names(invalid)),
        other => other,
    })
}

/// Changes any settings of a client. One that becomes public loses its secrets.
///
/// # Errors
/// [`ManageError`].
pub fn edit(app: &Arc<App>, by: &Acting, id: &ClientId, change: Change) -> Result<Client, ManageError> {
    let actor = by.actor();
    let edited = with(app, by, id, move |cx, held, old| {
        let asked = change.applied_to(&old);
        mind_admin_scope(held, &[&old.policy, &asked.policy])?;
        contradictions(cx.app, &asked, old.policy.scopes.as_deref().unwrap_or_default())?;
        let (_, metadata, policy) = check_new(cx.app, &asked).map_err(by_registered_names)?;
        if (&metadata, &policy) == (&old.metadata, &old.policy) {
            return Ok(old);
        }
        let mut client = Client { policy, ..old.clone().saying(metadata, cx.now) };
        client_admin::rewrite(cx.conn, &client)?;
        if client.is_public() {
            clients::expire_secrets(cx.conn, &client.id, cx.now)?;
            client.secrets.clear();
        }
        audit::record(cx, &differences(Event::new(actor, Act::ClientEdit).on(&client.id), &old, &client))?;
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
    let pairwise = |client: &Client| client.metadata.openid.subject_type == SubjectType::Pairwise;
    let sector = |client: &Client| pairwise(client).then(|| app::sector(client).1);
    // Another sector makes everybody somebody new to the client, or known as to all apps of that host.
    let event = event
        .changed("sector", sector(old), sector(new))
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
        .changed("access_token_lifetime", was.access_token_lifetime, is.access_token_lifetime);
    openid::differences(event, &metadata.openid, &renewed.openid)
}

/// Disables a client: nothing of it works any more. Or enables it again: it may begin anew, but of what it was issued
/// before nothing works again.
///
/// # Errors
/// [`ManageError`].
pub fn set_enabled(app: &Arc<App>, by: &Acting, id: &ClientId, enabled: bool) -> Result<(), ManageError> {
    let act = if enabled { Act::ClientEnable } else { Act::ClientDisable };
    let event = Event::new(by.actor(), act).on(id);
    with(app, by, id, move |cx, held, client| {
        if enabled {
            mind_admin_scope(held, &[&client.policy])?;
        }
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
/// [`ManageError`].
pub fn end_tokens(app: &Arc<App>, by: &Acting, id: &ClientId) -> Result<(), ManageError> {
    let event = Event::new(by.actor(), Act::ClientEndTokens).on(id);
    with(app, by, id, move |cx, _, client| {
        client_admin::end_tokens(cx.conn, &client.id, cx.now)?;
        Ok(audit::record(cx, &event)?)
    })?;
    log::info!("event=client.end_tokens client={id}");
    Ok(())
}

/// Marks a client as one that an admin vouches for, who has [`seen`] it: as it is, and nothing else.
///
/// # Errors
/// [`ManageError::Changed`] when what people know it by is not what was seen any more, and as for every change.
pub fn verify(app: &Arc<App>, by: &Acting, id: &ClientId, as_seen: &str) -> Result<(), ManageError> {
    let event = Event::new(by.actor(), Act::ClientVerify).on(id);
    let as_seen = as_seen.to_owned();
    with(app, by, id, move |cx, _, client| {
        if seen(cx.app, &client) != as_seen {
            return Err(ManageError::Changed);
        }
        if client.verified_at.is_none() {
            client_admin::set_verified(cx.conn, &client.id, Some(cx.now))?;
            audit::record(cx, &event)?;
        }
        Ok(())
    })
}

/// Takes the mark of a client back.
///
/// # Errors
/// [`ManageError::NotFound`] and [`ManageError::Store`].
pub fn unverify(app: &Arc<App>, by: &Acting, id: &ClientId) -> Result<(), ManageError> {
    let actor = by.actor();
    with(app, by, id, move |cx, _, client| take_mark(cx, actor, &client))
}

fn take_mark(cx: &mut Cx<'_>, by: Actor, client: &Client) -> Result<(), ManageError> {
    if client.verified_at.is_some() {
        client_admin::set_verified(cx.conn, &client.id, None)?;
        audit::record(cx, &Event::new(by, Act::ClientUnverify).on(&client.id))?;
    }
    Ok(())
}

/// Gives a client to somebody who is active, or to nobody, and takes its mark: people see whose it is beside it.
///
/// # Errors
/// [`ManageError`].
pub fn set_owner(app: &Arc<App>, by: &Acting, id: &ClientId, owner: Option<&User>) -> Result<(), ManageError> {
    if owner.is_some_and(|owner| owner.status != Status::Active) {
        return Err(Invalid::one("owner", ("This account is closed.", "admin-client-owner-closed")).into());
    }
    let (owner, actor) = (owner.map(|owner| owner.id), by.actor());
    with_beside(app, by, id, owner, move |cx, held, client| {
        mind_admin_scope(held, &[&client.policy])?;
        if client.owner_id == owner {
            return Ok(());
        }
        if owner.map_or(Ok(false), |owner| has_enough(cx, owner))? {
            let said = Said::new("admin-client-owner-full").with("max", MAX_CLIENTS);
            return Err(Invalid::one("owner", (format!("They have {MAX_CLIENTS} clients already."), said)).into());
        }
        take_mark(cx, actor.clone(), &client)?;
        client_admin::set_owner(cx.conn, &client.id, owner, cx.now)?;
        let [old, new] = [client.owner_id, owner].map(|owner| owner.map(|id| id.to_string()));
        Ok(audit::record(cx, &Event::new(actor, Act::ClientOwner).on(&client.id).changed("owner", old, new))?)
    })?;
    log::info!("event=client.owner client={id}");
    Ok(())
}

/// Gives a client a new secret, shown this once; the old ones work for `overlap` more. None if `newest` names another
/// than its newest secret: who asks has not seen what was made meanwhile.
///
/// # Errors
/// [`ManageError`]; [`ManageError::Invalid`] for a public client.
pub fn rotate_secret(
    app: &Arc<App>,
    by: &Acting,
    id: &ClientId,
    overlap: Duration,
    newest: Option<&str>,
) -> Result<Option<Plain>, ManageError> {
    let newest = newest.map(str::to_owned);
    let secret = Plain::random("gra_cs_", app.random());
    let actor = by.actor();
    with(app, by, id, move |cx, held, client| {
        mind_admin_scope(held, &[&client.policy])?;
        let present = client_admin::secrets(cx.conn, &client.id, cx.now)?;
        let present = present.first().map(|secret| secret.id.as_str()).unwrap_or_default();
        if newest.is_some_and(|newest| newest != present) {
            return Ok(None);
        }
        replace_secret(cx, actor, &client, &secret, overlap, None)?;
        Ok(Some(secret))
    })
}

/// Ends one secret of a client at once.
///
/// # Errors
/// [`ManageError`]; [`ManageError::NotFound`] also for a secret that does not work any more.
pub fn end_secret(app: &Arc<App>, by: &Acting, id: &ClientId, secret: &str) -> Result<(), ManageError> {
    // PostgreSQL has no text with a null character, and so no such secret.
    if secret.contains('\0') {
        return Err(ManageError::NotFound);
    }
    let (event, secret) = (Event::new(by.actor(), Act::ClientSecretEnd).on(id), secret.to_owned());
    with(app, by, id, move |cx, _, client| {
        if !client_admin::end_secret(cx.conn, &client.id, &secret, cx.now)? {
            return Err(ManageError::NotFound);
        }
        Ok(audit::record(cx, &event)?)
    })?;
    log::info!("event=client.end_secret client={id}");
    Ok(())
}
