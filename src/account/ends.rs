//! The end of an account, and all that the server has of a person.

pub(super) mod document;

use std::sync::Arc;

use serde_json::Value;

use super::audit::{self, Actor, Event};
use super::credentials::Asker;
use super::fields::Invalid;
use super::files;
use super::fresh;
use super::reserved::{self, Named};
use super::roles::{self, RoleError};
use super::second_factor;
use super::session;
use super::throttle::{self, Throttled};
use crate::app::{App, Cx};
use crate::core::grant::EndReason;
use crate::core::ids::{ClientId, UserId};
use crate::core::secret::Plain;
use crate::core::user::{Avatar, User, key};
use crate::store::belongings;
use crate::store::{self, grants, one_time, staff, users};

/// Why an account was not deleted.
#[derive(Debug, thiserror::Error)]
pub enum EndError {
    /// The password is missing or wrong.
    #[error("The given data was invalid.")]
    Invalid(Invalid),
    /// There would be no admin left who can sign in.
    #[error("You are the only administrator who can sign in: make another one first.")]
    LastAdmin,
    /// Too many attempts.
    #[error("Too many attempts. Please try again later.")]
    Throttled(Throttled),
    /// The database.
    #[error(transparent)]
    Store(#[from] store::Error),
}

impl From<RoleError> for EndError {
    fn from(error: RoleError) -> Self {
        match error {
            RoleError::Store(error) => Self::Store(error),
            _ => Self::LastAdmin,
        }
    }
}

/// All that the server has of a person, but for secrets and their hashes.
///
/// # Errors
/// As the database says.
pub fn export(app: &Arc<App>, by: &Actor, user: &User) -> store::Result<Value> {
    let (by, id) = (by.clone(), user.id);
    app.write(move |cx| record_export(cx, &by, id))?;
    document::of(app, user)
}

pub(super) fn record_export(cx: &mut Cx<'_>, by: &Actor, id: UserId) -> store::Result<()> {
    audit::record(cx, &Event::new(by.clone(), audit::Act::UserExport).on(id))
}

/// Where messages to a person go: what anybody may write into their profile makes no message theirs.
fn recipients(cx: &mut Cx<'_>, user: &User) -> store::Result<Vec<String>> {
    let mut recipients = second_factor::telephones(cx, user.id)?;
    recipients.push(user.email.clone());
    Ok(recipients)
}

fn borrowed(texts: &[String]) -> Vec<&str> {
    texts.iter().map(String::as_str).collect()
}

/// Deletes a person's account at their own wish, which they confirm with their password; by a fresh sign-in alone where they
/// have none, and by both where they sign in with more than the password. Hashes, so it belongs under the bound on hashing.
///
/// # Errors
/// [`EndError`].
pub fn delete(app: &Arc<App>, asker: &Asker, current: Option<&str>) -> Result<(), EndError> {
    let user = &asker.user;
    let is_fresh = asker.auth_time.is_some_and(|at| fresh::is_fresh(app, at));
    if !is_fresh && !app.read(|cx| fresh::password_suffices(cx, user))? {
        return Err(EndError::Invalid(fresh::sign_in_again()));
    }
    if user.password_hash.is_some() {
        check_password(app, asker, current)?;
    }
    let user = user.clone();
    let left = app.write(move |cx| {
        let admins = staff::hold_admins(cx.conn)?;
        roles::keep_an_admin(&admins, user.id)?;
        // As they were when the password was verified.
        if !users::hold(cx.conn, &user)? {
            return Err(wrong_password());
        }
        Ok(end(cx, user.id.into(), &user)?)
    })?;
    forget(app, &left);
    Ok(())
}

fn check_password(app: &Arc<App>, asker: &Asker, current: Option<&str>) -> Result<(), EndError> {
    let Some(current) = current.filter(|text| !text.is_empty()) else {
        let message = ("The current password field is required.", "field-required");
        return Err(EndError::Invalid(Invalid::one("current_password", message)));
    };
    let user = &asker.user;
    throttle::count(app, throttle::Act::SignIn, Some(&key(&user.email)), &asker.origin.address)?
        .map_err(EndError::Throttled)?;
    if !fresh::knows_password(app, user, &Plain::new(current)) {
        log::info!("event=user.delete outcome=refused user={}", user.id);
        return Err(wrong_password());
    }
    Ok(())
}

fn wrong_password() -> EndError {
    EndError::Invalid(Invalid::one(
        "current_password",
        ("The current password is incorrect.", "field-current-password"),
    ))
}

/// Deletes somebody's account.
///
/// # Errors
/// [`EndError::LastAdmin`] and [`EndError::Store`].
pub fn delete_by_operator(app: &Arc<App>, by: &Actor, user: &User) -> Result<(), EndError> {
    let (by, user) = (by.clone(), user.clone());
    let left = app.write(move |cx| delete_in(cx, by, &user))?;
    forget(app, &left);
    Ok(())
}

/// As [`delete_by_operator`], in a transaction, after which [`forget`] is to be called.
pub(super) fn delete_in(cx: &mut Cx<'_>, by: Actor, user: &User) -> Result<Left, EndError> {
    let admins = staff::hold_admins(cx.conn)?;
    roles::keep_an_admin(&admins, user.id)?;
    Ok(end(cx, by, user)?)
}

/// What is left to do when an account is gone.
#[derive(Debug)]
pub(super) struct Left {
    /// Clients that this node may still have in memory.
    clients: Vec<ClientId>,
    /// The file of the avatar, which may be in the folder.
    avatar: Option<String>,
}

/// Ends all that is open first (person, sessions, grants: the order of the locks), then deletes.
fn end(cx: &mut Cx<'_>, by: Actor, user: &User) -> store::Result<Left> {
    let avatar = match users::locked(cx.conn, user.id)?.and_then(|user| user.avatar) {
        Some(Avatar::File(name)) => Some(name),
        Some(Avatar::External(_)) | None => None,
    };
    if let Some(name) = &avatar {
        files::delete_from_database(cx, name)?;
    }
    let clients = belongings::clients_of(cx.conn, user.id)?;
    session::end_all(cx, user.id, None)?;
    grants::end_all_of_user(cx.conn, user.id, None, EndReason::UserDeleted, cx.now)?;
    belongings::end_clients(cx.conn, &clients, cx.now)?;
    one_time::end_password(cx.conn, user.id)?;
    let recipients = recipients(cx, user)?;
    belongings::delete_messages(cx.conn, &borrowed(&recipients))?;
    if cx.app.config.registration.reserve_names {
        let mut names = vec![Named::Username(&user.username), Named::Email(&user.email)];
        names.extend(user.phone.as_deref().map(Named::Phone));
        reserved::reserve(cx, &names, Vec::new())?;
    }
    belongings::delete(cx.conn, user.id)?;
    audit::record(cx, &Event::new(by, audit::Act::UserDelete).on(user.id))?;
    log::info!("event=user.delete outcome=ok user={}", user.id);
    Ok(Left { clients, avatar })
}

/// Forgets what was kept of an account that is gone, outside the database.
pub(super) fn forget(app: &App, left: &Left) {
    for client in &left.clients {
        app.forget_client(client);
    }
    if let Some(name) = &left.avatar {
        files::delete_from_folder(app, name);
    }
}
