//! My applications: the clients that a person registers, changes and gives secrets to.

use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::manage::{self, ManageError, NewClient, OwnChange};
use crate::account::Invalid;
use crate::account::audit::{self, Act, Actor, Event};
use crate::account::files::{self, NewFile};
use crate::account::powers::Powers;
use crate::account::profile::ProfileError;
use crate::app::App;
use crate::config::Registrars;
use crate::core::client::Client;
use crate::core::ids::{ClientId, UserId};
use crate::core::power::Power;
use crate::core::secret::Plain;
use crate::core::text::Said;
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

/// Registers an application from a form, which makes one even if it is sent twice: none the second time. The secret is
/// shown this once.
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
    let scope = scopes.map(|names| manage::check_scopes(app, None, &names)).transpose()?;
    let made = manage::create_client_with(app, &Actor::Person(owner), NewClient { id: Some(id), ..new }, scope)?;
    Ok(Some(made))
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
    let client = manage::own_client(app, owner, id)?;
    let key = once(app, "client secret", owner, form);
    if client.secrets.iter().any(|secret| secret.id == key) {
        return Ok(None);
    }
    let live = client.secrets.iter().filter(|secret| secret.expires_at.is_none_or(|end| end > app.now())).count();
    // What ends the others at once makes none too many.
    if live >= MAX_SECRETS && !overlap.is_zero() {
        let text = format!("At most {MAX_SECRETS} secrets may work at once: end one first.");
        let said = Said::new("field-secrets").with("max", MAX_SECRETS);
        return Err(Invalid::one("secret", (text, said)).into());
    }
    let overlap = overlap.min(MAX_OVERLAP);
    match manage::rotate_secret_as(app, &owner.into(), &client, None, overlap, Some(key)) {
        Ok(secret) => Ok(Some(secret)),
        Err(ManageError::Store(store::Error::Unique(_))) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Ends one secret of an application of one's own at once.
///
/// # Errors
/// [`ManageError::NotFound`] when it has no such secret that works.
pub fn end_secret(app: &Arc<App>, owner: UserId, id: &str, secret: &str) -> Result<(), ManageError> {
    let client = manage::own_client(app, owner, id)?;
    let (client, secret) = (client.id, secret.to_owned());
    let kept = client.clone();
    app.write(move |cx| {
        if !clients::end_secret(cx.conn, &client, &secret, cx.now)? {
            return Err(ManageError::NotFound);
        }
        audit::record(cx, &Event::new(owner, Act::ClientSecret).on(&client).with("ended", secret))?;
        Ok(())
    })?;
    app.forget_client(&kept);
    log::info!("event=client.end_secret client={kept}");
    Ok(())
}

/// Changes an application of one's own.
///
/// # Errors
/// [`ManageError`].
pub fn change(app: &Arc<App>, owner: UserId, id: &str, change: &OwnChange) -> Result<Client, ManageError> {
    manage::change_own_client(app, owner, id, change)
}

/// Deletes an application of one's own: nothing of it works any more, its tokens included.
///
/// # Errors
/// [`ManageError`].
pub fn delete(app: &Arc<App>, owner: UserId, id: &str) -> Result<(), ManageError> {
    let client = manage::own_client(app, owner, id)?;
    Ok(manage::disable_client(app, &owner.into(), client)?)
}

/// Gives an application of one's own a logo, or takes it away; the file of the one before is deleted, and the verified
/// mark is taken away.
///
/// # Errors
/// [`ManageError`].
pub fn set_logo(app: &Arc<App>, owner: UserId, id: &str, file: Option<NewFile>) -> Result<(), ManageError> {
    let client = manage::own_client(app, owner, id)?;
    if let Some(file) = &file {
        file.write_to_folder(app).map_err(kept)?;
    }
    let name = file.as_ref().map(|file| file.name.clone());
    let changed = write_logo(app, owner, client.id.clone(), file);
    app.forget_client(&client.id);
    // Either the new file is nobody's, or the old one is.
    match (changed, name) {
        (Ok(older), _) => {
            if let Some(older) = older {
                files::delete_from_folder(app, &older);
            }
            Ok(())
        }
        (Err(error), name) => {
            if let Some(name) = name {
                files::delete_from_folder(app, &name);
            }
            Err(error)
        }
    }
}

fn write_logo(app: &Arc<App>, by: UserId, id: ClientId, file: Option<NewFile>) -> Result<Option<String>, ManageError> {
    app.write(move |cx| {
        let before = clients::by_id(cx.conn, &id)?.ok_or(ManageError::NotFound)?;
        if let Some(file) = &file {
            file.write_to_database(cx)?;
        }
        let name = file.as_ref().map(|file| file.name.as_str());
        if !clients::set_logo(cx.conn, &id, name, cx.now)? {
            return Err(ManageError::NotFound);
        }
        if let Some(older) = &before.logo_file {
            files::delete_from_database(cx, older)?;
        }
        audit::record(cx, &Event::new(by, Act::ClientEdit).on(&id).with("fields", "logo"))?;
        if before.verified_at.is_some() {
            audit::record(cx, &Event::new(by, Act::ClientUnverify).on(&id).with("why", "logo"))?;
        }
        Ok(before.logo_file)
    })
}

fn kept(error: ProfileError) -> ManageError {
    ManageError::File(error.to_string())
}
