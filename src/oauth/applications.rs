//! My applications: the clients that a person registers, changes and gives secrets to.

use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::manage::{self, ManageError, NewClient, OwnChange};
use crate::account::audit::{self, Act, Actor, Event};
use crate::account::files::{self, NewFile};
use crate::account::powers::Powers;
use crate::account::profile::ProfileError;
use crate::account::throttle;
use crate::app::{App, Cx};
use crate::config::Registrars;
use crate::core::client::Client;
use crate::core::ids::UserId;
use crate::core::power::Power;
use crate::core::secret::Plain;
use crate::core::user::User;
use crate::store::{self, clients};

/// The most secrets of a client that work at once.
pub const MAX_SECRETS: usize = 10;
/// The longest time for which an old secret may work beside a new one.
pub const MAX_OVERLAP: Duration = Duration::from_secs(30 * 24 * 3600);

/// Whether a person may register applications.
///
/// # Errors
/// As the database says.
pub fn may_register(app: &App, user: &User) -> store::Result<bool> {
    match app.config.registration.clients {
        Registrars::Everyone => Ok(true),
        Registrars::Admins => Ok(Powers::of(app, user)?.has(Power::WriteClients)),
    }
}

/// The identifier that follows from a form: sent twice, it makes one thing.
pub fn once(app: &App, purpose: &str, user: UserId, form: &str) -> String {
    let tag = app.secrets.mac(purpose, &[user.to_string().as_bytes(), form.as_bytes()]);
    URL_SAFE_NO_PAD.encode(tag.first_chunk::<16>().unwrap_or(&[0; 16]))
}

/// Counts that a person makes, changes or ends something of their applications: each leaves rows that stay.
fn count(app: &Arc<App>, owner: UserId, acts: &[throttle::Act]) -> Result<(), ManageError> {
    throttle::count_each(app, acts, Some(&owner.to_string()), "")?.map_err(ManageError::Throttled)
}

/// Registers an application. The secret is shown this once.
///
/// # Errors
/// [`ManageError`].
pub fn create(
    app: &Arc<App>,
    new: NewClient,
    scopes: Option<Vec<String>>,
) -> Result<(Client, Option<Plain>), ManageError> {
    let Some(owner) = new.owner.as_ref().map(|user| user.id) else { return Err(ManageError::NotFound) };
    count(app, owner, &[throttle::Act::App, throttle::Act::NewApp])?;
    let scope = scopes.map(|names| manage::check_scopes(app, &names)).transpose()?;
    manage::create_client_with(app, &Actor::Person(owner), new, scope)
}

/// The same from a form, which makes one even if it is sent twice: none the second time.
///
/// # Errors
/// [`ManageError`].
pub fn register(
    app: &Arc<App>,
    new: NewClient,
    scopes: Option<Vec<String>>,
    form: &str,
) -> Result<Option<(Client, Option<Plain>)>, ManageError> {
    let Some(owner) = new.owner.as_ref().map(|user| user.id) else { return Err(ManageError::NotFound) };
    let id = once(app, "application", owner, form);
    if app.client(&id)?.is_some() {
        return Ok(None);
    }
    create(app, NewClient { id: Some(id), ..new }, scopes).map(Some)
}

/// Gives an application of one's own a new secret, shown this once; the old ones work for `overlap` more. None when this
/// form has made one already.
///
/// # Errors
/// [`ManageError`].
pub fn new_secret(
    app: &Arc<App>,
    owner: UserId,
    id: &str,
    overlap: Duration,
    form: &str,
) -> Result<Option<Plain>, ManageError> {
    manage::own_client(app, owner, id)?;
    count(app, owner, &[throttle::Act::App])?;
    let key = once(app, "client secret", owner, form);
    manage::new_own_secret(app, owner, id, overlap.min(MAX_OVERLAP), key, MAX_SECRETS)
}

/// Ends one secret of an application of one's own at once.
///
/// # Errors
/// [`ManageError::NotFound`] when it has no such secret that works.
pub fn end_secret(app: &Arc<App>, owner: UserId, id: &str, secret: &str) -> Result<(), ManageError> {
    manage::own_client(app, owner, id)?;
    count(app, owner, &[throttle::Act::App])?;
    let secret = secret.to_owned();
    manage::with_own(app, owner, id, move |cx, client| {
        if !clients::end_secret(cx.conn, &client.id, &secret, cx.now)? {
            return Err(ManageError::NotFound);
        }
        audit::record(cx, &Event::new(owner, Act::ClientSecret).on(&client.id).with("ended", secret))?;
        log::info!("event=client.end_secret client={}", client.id);
        Ok(())
    })
}

/// Changes an application of one's own.
///
/// # Errors
/// [`ManageError`].
pub fn change(app: &Arc<App>, owner: UserId, id: &str, change: &OwnChange) -> Result<Client, ManageError> {
    manage::own_client(app, owner, id)?;
    count(app, owner, &[throttle::Act::App])?;
    manage::change_own_client(app, owner, id, change)
}

/// Deletes an application of one's own: nothing of it works any more, its tokens included.
///
/// # Errors
/// [`ManageError`].
pub fn delete(app: &Arc<App>, owner: UserId, id: &str) -> Result<(), ManageError> {
    manage::own_client(app, owner, id)?;
    count(app, owner, &[throttle::Act::App])?;
    manage::delete_own_client(app, owner, id)
}

/// Gives an application of one's own a logo, or takes it away; the file of the one before is deleted, and the verified
/// mark is taken away.
///
/// # Errors
/// [`ManageError`].
pub fn set_logo(app: &Arc<App>, owner: UserId, id: &str, file: Option<NewFile>) -> Result<(), ManageError> {
    manage::own_client(app, owner, id)?;
    count(app, owner, &[throttle::Act::App])?;
    if let Some(file) = &file {
        file.write_to_folder(app).map_err(kept)?;
    }
    let name = file.as_ref().map(|file| file.name.clone());
    let changed = manage::with_own(app, owner, id, move |cx, client| write_logo(cx, owner, &client, file));
    // Either the new file is nobody's, or the old one is.
    let nobodys = if let Ok(older) = &changed { older } else { &name };
    if let Some(nobodys) = nobodys {
        files::delete_from_folder(app, nobodys);
    }
    changed.map(|_| ())
}

/// The file of the logo before.
fn write_logo(
    cx: &mut Cx<'_>,
    by: UserId,
    client: &Client,
    file: Option<NewFile>,
) -> Result<Option<String>, ManageError> {
    if file.is_none() && client.logo_file.is_none() {
        return Ok(None);
    }
    if let Some(file) = &file {
        file.write_to_database(cx)?;
    }
    clients::set_logo(cx.conn, &client.id, file.as_ref().map(|file| file.name.as_str()), cx.now)?;
    if let Some(older) = &client.logo_file {
        files::delete_from_database(cx, older)?;
    }
    audit::record(cx, &Event::new(by, Act::ClientEdit).on(&client.id).with("fields", "logo"))?;
    if client.verified_at.is_some() {
        audit::record(cx, &Event::new(by, Act::ClientUnverify).on(&client.id).with("why", "logo"))?;
    }
    Ok(client.logo_file.clone())
}

fn kept(error: ProfileError) -> ManageError {
    ManageError::File(error.to_string())
}
