//! What a person does with their own client. Each deed holds the client's row and reads it anew: what an admin changes at
//! the same moment, or the owner in another window, is neither undone nor overlooked.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use super::{ManageError, OpenIdChange, check_client_uri, check_redirects, openid, replace_secret};
use crate::account::Invalid;
use crate::account::audit::{self, Act, Event};
use crate::app::{App, Cx};
use crate::core::client::{Client, Metadata, SubjectType};
use crate::core::ids::{ClientId, UserId};
use crate::core::redirect::RedirectUri;
use crate::core::scope::{self, Scope, ScopeEntry};
use crate::core::secret::Plain;
use crate::core::text::{self, Said};
use crate::store::clients;

/// What a person changes of their own client; what is none stays.
#[derive(Debug, Clone, Default)]
pub struct OwnChange {
    /// The name that people see.
    pub name: Option<String>,
    /// Where codes may be sent.
    pub redirect_uris: Option<Vec<String>>,
    /// Its home page; an empty text for none.
    pub client_uri: Option<String>,
    /// The scopes it says it asks for.
    pub scopes: Option<Vec<String>>,
    /// Whether the owner has not proved who they are, because it did not seem that codes would be sent elsewhere: if they
    /// would be by now, nothing is changed.
    pub unproven: bool,
    /// Of what OpenID Connect adds, its keys and where people and sign-outs are sent; all else is an admin's to change.
    pub openid: OpenIdChange,
}

/// Whether a client is a person's to see and change.
pub(super) fn is_own(client: &Client, owner: UserId) -> bool {
    client.owner_id == Some(owner) && client.disabled_at.is_none() && !client.policy.built_in
}

/// Does something with a person's own client, whose row nobody else writes meanwhile, as it is then.
///
/// # Errors
/// [`ManageError::NotFound`] when it is not theirs then, and what `f` says.
pub(in crate::oauth) fn with_own<T: Send + 'static>(
    app: &Arc<App>,
    owner: UserId,
    id: &str,
    f: impl FnOnce(&mut Cx<'_>, Client) -> Result<T, ManageError> + Send + 'static,
) -> Result<T, ManageError> {
    let id = ClientId::from(id);
    let held = id.clone();
    let done = app.write(move |cx| {
        if !clients::hold_own(cx.conn, &held, owner)? {
            return Err(ManageError::NotFound);
        }
        let client = clients::by_id(cx.conn, &held)?.filter(|client| is_own(client, owner));
        f(cx, client.ok_or(ManageError::NotFound)?)
    });
    app.forget_client(&id);
    done
}

/// Changes a person's own client. What people know it by takes the verified mark away; where nothing is another, nothing
/// is written.
///
/// # Errors
/// [`ManageError`]; [`ManageError::Changed`] when it takes a proof that nobody thought of.
pub fn change_own_client(app: &Arc<App>, owner: UserId, id: &str, change: &OwnChange) -> Result<Client, ManageError> {
    let (known, change) = (app.scopes()?, change.clone());
    with_own(app, owner, id, move |cx, old| {
        if change.unproven && change.redirect_uris.as_ref().is_some_and(|uris| leads_elsewhere(&old, uris)) {
            return Err(ManageError::Changed);
        }
        let metadata = change.applied_to(cx.app, &old, &known)?;
        if metadata == old.metadata {
            return Ok(old);
        }
        keep_change(cx, owner, &old, metadata)
    })
}

impl OwnChange {
    fn applied_to(&self, app: &App, old: &Client, known: &[ScopeEntry]) -> Result<Metadata, Invalid> {
        let (mut metadata, mut invalid) = (old.metadata.clone(), Invalid::default());
        metadata.openid = self.openid.by_owner().applied_to(&old.metadata.openid, &mut invalid);
        if let Some(name) = &self.name {
            metadata.client_name = check_name(&mut invalid, name);
        }
        if let Some(given) = &self.redirect_uris {
            metadata.redirect_uris = check_redirects(&mut invalid, given, old.may_use("authorization_code"));
            // It asks nobody, so that an admin must know where it sends people.
            if old.policy.first_party && metadata.redirect_uris != old.metadata.redirect_uris {
                let text = "Only an administrator changes the redirect URIs of an app of this server's operator.";
                invalid.add("redirect", (text, "field-redirect-first-party"));
            }
            // By those of another host's apps it would know people as they do, and everybody by another name than before.
            if metadata.openid.subject_type == SubjectType::Pairwise && metadata.sector() != old.metadata.sector() {
                let text = "Only an administrator changes the host that a client with pairwise subjects redirects to.";
                invalid.add("redirect", (text, "field-redirect-sector"));
            }
            if let Some(uri) = &metadata.openid.frontchannel_logout_uri
                && !openid::is_at_home(&metadata.openid, &metadata.redirect_uris)
            {
                let text = format!("One redirect URI must have the scheme, host and port of {uri}.");
                let said = Said::new("field-client-frontchannel-own").with("uri", uri.as_str());
                invalid.add("redirect", (text, said));
            }
        }
        if let Some(uri) = &self.client_uri {
            metadata.client_uri = check_client_uri(&mut invalid, Some(uri));
        }
        if let Some(names) = &self.scopes {
            match allowed_scopes(known, Some(old), names) {
                Ok(scope) => metadata.scope = Some(scope.to_string()),
                Err(wrong) => invalid.0.extend(wrong.0),
            }
        }
        if metadata.openid != old.metadata.openid {
            openid::check_own(app, &mut invalid, old, &metadata);
        }
        invalid.check()?;
        Ok(metadata)
    }
}

fn keep_change(cx: &mut Cx<'_>, owner: UserId, old: &Client, metadata: Metadata) -> Result<Client, ManageError> {
    let mut client = old.clone().saying(metadata, cx.now);
    let was_verified = old.verified_at.is_some();
    if !client.metadata.is_known_as(&old.metadata) {
        client.verified_at = None;
    }
    clients::describe(cx.conn, &client)?;
    let (old, new) = (&old.metadata, &client.metadata);
    let uris = |uris: &[RedirectUri]| uris.iter().map(ToString::to_string).collect::<Vec<_>>();
    let event = Event::new(owner, Act::ClientEdit)
        .on(&client.id)
        .changed("name", old.client_name.as_str(), new.client_name.as_str())
        .changed("redirect_uris", uris(&old.redirect_uris), uris(&new.redirect_uris))
        .changed("client_uri", old.client_uri.clone(), new.client_uri.clone())
        .changed("scope", old.scope.clone(), new.scope.clone());
    audit::record(cx, &openid::differences(event, &old.openid, &new.openid))?;
    if was_verified && client.verified_at.is_none() {
        audit::record(cx, &Event::new(owner, Act::ClientUnverify).on(&client.id))?;
    }
    log::info!("event=client.update client={} by={owner}", client.id);
    Ok(client)
}

/// Deletes a person's own client: nothing of it works any more, its tokens and secrets included. An admin may enable it
/// again, but without its old secrets and its verified mark.
///
/// # Errors
/// [`ManageError::NotFound`] when it is not theirs, or disabled already.
pub(in crate::oauth) fn delete_own_client(app: &Arc<App>, owner: UserId, id: &str) -> Result<(), ManageError> {
    let id = own_client_id(app, owner, id)?;
    let deleted = id.clone();
    app.write(move |cx| {
        if !clients::delete(cx.conn, &id, owner, cx.now)? {
            return Err(ManageError::NotFound);
        }
        clients::expire_secrets(cx.conn, &id, cx.now)?;
        audit::record(cx, &Event::new(owner, Act::ClientDisable).on(&id).with("deleted", true))?;
        log::info!("event=client.delete client={id} by={owner}");
        Ok::<_, ManageError>(())
    })?;
    app.forget_client(&deleted);
    Ok(())
}

fn own_client_id(app: &App, owner: UserId, id: &str) -> Result<ClientId, ManageError> {
    Ok(super::own_client(app, owner, id)?.id)
}

/// Gives a person's own client a new secret, which is kept under the identifier `key`, shown this once; the old ones work
/// for `overlap` more. None when there is one of this identifier.
///
/// # Errors
/// [`ManageError::Invalid`] when `most` secrets work already, or it is a public client, and [`ManageError::NotFound`].
pub(in crate::oauth) fn new_own_secret(
    app: &Arc<App>,
    owner: UserId,
    id: &str,
    overlap: Duration,
    key: String,
    most: usize,
) -> Result<Option<Plain>, ManageError> {
    let secret = Plain::random("gra_cs_", app.random());
    with_own(app, owner, id, move |cx, client| {
        if client.secrets.iter().any(|secret| secret.id == key) {
            return Ok(None);
        }
        let live = client.secrets.iter().filter(|secret| secret.expires_at.is_none_or(|end| end > cx.now)).count();
        // What ends the others at once makes none too many.
        if live >= most && !overlap.is_zero() {
            let text = format!("At most {most} secrets may work at once: end one first.");
            let said = Said::new("field-secrets").with("max", most);
            return Err(Invalid::one("secret", (text, said)).into());
        }
        replace_secret(cx, owner.into(), &client, &secret, overlap, Some(key))?;
        Ok(Some(secret))
    })
}

/// Whether codes of a client could be sent to another place by these redirect URIs, or no longer to one of its own.
pub fn leads_elsewhere(client: &Client, redirect_uris: &[String]) -> bool {
    let own: BTreeSet<String> = client.metadata.redirect_uris.iter().map(ToString::to_string).collect();
    let given = redirect_uris.iter().map(|uri| uri.trim().to_owned()).filter(|uri| !uri.is_empty());
    own != given.collect()
}

/// A name that people see: nothing in it may turn or hide what stands beside it.
pub(super) fn check_name(invalid: &mut Invalid, given: &str) -> String {
    let name = invalid.required("name", Some(given), 100);
    if name.chars().any(text::deceives) {
        invalid.add("name", ("The name may not contain characters that cannot be seen.", "field-unseen"));
    }
    name
}

/// The scopes that an owner lets a new client ask for: known ones that every client may have.
///
/// # Errors
/// [`ManageError`].
pub fn check_scopes(app: &App, names: &[String]) -> Result<Scope, ManageError> {
    Ok(allowed_scopes(&app.scopes()?, None, names)?)
}

fn allowed_scopes(known: &[ScopeEntry], client: Option<&Client>, names: &[String]) -> Result<Scope, Invalid> {
    let allowed = |name: &String| match client {
        Some(client) => client.policy_allows(name),
        None => name != scope::ADMIN,
    };
    if !names.iter().all(|name| allowed(name) && known.iter().any(|entry| entry.name == *name)) {
        return Err(Invalid::one("scopes", ("The selected scopes is invalid.", "field-choice")));
    }
    Ok(Scope::from_names(names.iter().cloned()))
}
