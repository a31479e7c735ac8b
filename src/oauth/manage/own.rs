//! Changing a client: by its owner, and the mark by which an admin vouches for it.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{ManageError, check_client_uri, check_redirects, own_client};
use crate::account::Invalid;
use crate::account::audit::{self, Act, Event};
use crate::app::{App, Cx};
use crate::core::client::{Client, Metadata};
use crate::core::ids::UserId;
use crate::core::redirect::RedirectUri;
use crate::core::scope::{self, Scope};
use crate::core::text;
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
}

/// Changes a person's own client. What people know it by takes the verified mark away.
///
/// # Errors
/// [`ManageError`].
pub fn change_own_client(app: &Arc<App>, owner: UserId, id: &str, change: &OwnChange) -> Result<Client, ManageError> {
    let mut client = own_client(app, owner, id)?;
    let old = client.metadata.clone();
    let mut invalid = Invalid::default();
    if let Some(name) = &change.name {
        client.metadata.client_name = check_name(&mut invalid, name);
    }
    if let Some(given) = &change.redirect_uris {
        let needed = client.may_use("authorization_code");
        client.metadata.redirect_uris = check_redirects(&mut invalid, given, needed);
    }
    if let Some(uri) = &change.client_uri {
        client.metadata.client_uri = check_client_uri(&mut invalid, Some(uri));
    }
    if let Some(names) = &change.scopes {
        match check_scopes(app, Some(&client), names) {
            Ok(scope) => client.metadata.scope = Some(scope.to_string()),
            Err(ManageError::Invalid(wrong)) => invalid.0.extend(wrong.0),
            Err(other) => return Err(other),
        }
    }
    invalid.check()?;
    let client = app.write(move |cx| keep_change(cx, owner, client, old))?;
    app.forget_client(&client.id);
    log::info!("event=client.update client={} by={owner}", client.id);
    Ok(client)
}

fn keep_change(cx: &mut Cx<'_>, owner: UserId, mut client: Client, old: Metadata) -> Result<Client, ManageError> {
    client.updated_at = cx.now;
    if !clients::update(cx.conn, &client)? {
        return Err(ManageError::NotFound);
    }
    let new = &client.metadata;
    let uris = |uris: &[RedirectUri]| uris.iter().map(ToString::to_string).collect::<Vec<_>>();
    let event = Event::new(owner, Act::ClientEdit)
        .on(&client.id)
        .changed("name", old.client_name.as_str(), new.client_name.as_str())
        .changed("redirect_uris", uris(&old.redirect_uris), uris(&new.redirect_uris))
        .changed("client_uri", old.client_uri.clone(), new.client_uri.clone())
        .changed("scope", old.scope.clone(), new.scope.clone());
    audit::record(cx, &event)?;
    let known_by = |of: &Metadata| (of.client_name.clone(), of.redirect_uris.clone(), of.client_uri.clone());
    if known_by(&old) != known_by(new) {
        clients::unverify(cx.conn, &client.id)?;
        if client.verified_at.take().is_some() {
            audit::record(cx, &Event::new(owner, Act::ClientUnverify).on(&client.id))?;
        }
    }
    Ok(client)
}

/// Changes the name and the redirect URIs of a person's own client.
///
/// # Errors
/// [`ManageError`].
pub fn update_own_client(
    app: &Arc<App>,
    owner: UserId,
    id: &str,
    name: &str,
    redirect_uris: &[String],
) -> Result<Client, ManageError> {
    let (name, redirect_uris) = (Some(name.to_owned()), Some(redirect_uris.to_vec()));
    change_own_client(app, owner, id, &OwnChange { name, redirect_uris, ..OwnChange::default() })
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

/// The scopes that an owner lets a client ask for: known ones that its policy allows.
///
/// # Errors
/// [`ManageError`].
pub fn check_scopes(app: &App, client: Option<&Client>, names: &[String]) -> Result<Scope, ManageError> {
    let known = app.scopes()?;
    let allowed = |name: &String| match client {
        Some(client) => client.policy_allows(name),
        None => name != scope::ADMIN,
    };
    if !names.iter().all(|name| allowed(name) && known.iter().any(|entry| entry.name == *name)) {
        return Err(Invalid::one("scopes", ("The selected scopes is invalid.", "field-choice")).into());
    }
    Ok(Scope::from_names(names.iter().cloned()))
}
