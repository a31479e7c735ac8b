//! What an operator does to accounts, and how the first admin comes to be.

use std::sync::Arc;

use super::audit::{self, Act, Actor, Event};
use super::fields::Invalid;
use super::password::{self, ResetError};
use super::register::{self, NewUser, RegisterError, Registration};
use super::roles::{self, RoleError};
use super::session;
use crate::app::{App, Cx};
use crate::core::grant::EndReason;
use crate::core::page::Page;
use crate::core::password as passwords;
use crate::core::secret::Plain;
use crate::core::user::{Status, User};
use crate::store::one_time::{self, Purpose};
use crate::store::{self, grants, sign_in_attempts, staff, users};

/// Whether a setup link works: only until there is an admin, by whichever way. Does not use it up.
///
/// # Errors
/// As the database says.
pub fn setup_link_works(cx: &mut Cx<'_>, token: &Plain) -> store::Result<bool> {
    let hash = cx.app.secrets.hash(token.expose());
    Ok(one_time::peek_token(cx.conn, &hash, Purpose::Setup, cx.now)?.is_some() && !users::has_admin(cx.conn)?)
}

/// Why the first admin was not made.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// The link does not work.
    #[error("This setup link is invalid or has expired.")]
    Link,
    /// The account could not be made.
    #[error(transparent)]
    Register(#[from] RegisterError),
}

impl From<store::Error> for SetupError {
    fn from(error: store::Error) -> Self {
        Self::Register(error.into())
    }
}

/// Makes the first admin by a setup link, which is used up. Hashes.
///
/// # Errors
/// [`SetupError`].
pub fn set_up(app: &Arc<App>, token: &Plain, registration: &Registration) -> Result<User, SetupError> {
    if !app.read(|cx| setup_link_works(cx, token))? {
        return Err(SetupError::Link);
    }
    let new = register::check_by_operator(app, registration)?.admin().verified();
    let token = app.secrets.hash(token.expose());
    app.write(move |cx| {
        one_time::take_token(cx.conn, &token, Purpose::Setup, cx.now)?.ok_or(SetupError::Link)?;
        // There may be one by now, made by another command.
        if users::has_admin(cx.conn)? {
            return Err(SetupError::Link);
        }
        let user = new.keep(cx)?;
        audit::record(cx, &Event::new(Actor::Nobody, Act::SetupLinkUse).on(user.id))?;
        Ok(user)
    })
}

/// Makes an account for somebody. Hashes.
///
/// # Errors
/// [`RegisterError`].
pub fn create(
    app: &Arc<App>,
    by: &Actor,
    registration: &Registration,
    shape: impl FnOnce(NewUser) -> NewUser,
) -> Result<User, RegisterError> {
    let new = shape(register::check_by_operator(app, registration)?);
    let by = by.clone();
    app.write(move |cx| {
        let user = new.keep(cx)?;
        let event = Event::new(by, Act::UserCreate).on(user.id);
        audit::record(cx, &event.with("username", user.username.as_str()).with("role", user.role.as_str()))?;
        Ok(user)
    })
}

/// The person that an operator means: by identifier, e-mail address or username.
///
/// # Errors
/// As the database says.
pub fn find(app: &App, name: &str) -> store::Result<Option<User>> {
    app.read(|cx| {
        if let Some(user) = users::by_login(cx.conn, name)? {
            return Ok(Some(user));
        }
        match name.parse() {
            Ok(id) => users::by_id(cx.conn, crate::core::ids::UserId(id)),
            Err(_) => Ok(None),
        }
    })
}

/// People, page by page.
///
/// # Errors
/// As the database says.
pub fn list(app: &App, page: &Page) -> store::Result<Vec<User>> {
    app.read(|cx| users::list(cx.conn, page))
}

/// Sets a person's password: every session and token of them ends. Hashes.
///
/// # Errors
/// [`ResetError`].
pub fn set_password(app: &Arc<App>, by: &Actor, user: &User, plain: &str) -> Result<(), ResetError> {
    passwords::check(plain).map_err(|e| ResetError::Invalid(Invalid::one("password", e)))?;
    let hash = password::hashed(app, plain)?;
    let event = Event::new(by.clone(), Act::PasswordSet).on(user.id);
    let id = user.id;
    app.write(move |cx| {
        password::change(cx, id, &hash)?;
        Ok(audit::record(cx, &event)?)
    })
}

/// Closes an account, or opens it again. Closing ends every session, token, open link, one-time password and unfinished
/// sign-in. The last admin stays.
///
/// # Errors
/// [`RoleError::LastAdmin`], [`RoleError::Gone`] and [`RoleError::Store`].
pub fn set_status(app: &Arc<App>, by: &Actor, user: &User, status: Status) -> Result<(), RoleError> {
    let (by, user) = (by.clone(), user.clone());
    app.write(move |cx| set_status_in(cx, by, &user, status))
}

/// As [`set_status`], in a transaction.
///
/// # Errors
/// The same.
pub(super) fn set_status_in(cx: &mut Cx<'_>, by: Actor, user: &User, status: Status) -> Result<(), RoleError> {
    let act = if status == Status::Disabled { Act::UserDisable } else { Act::UserEnable };
    let (id, event) = (user.id, Event::new(by, act).on(user.id));
    if status == Status::Disabled {
        roles::keep_an_admin(&staff::hold_admins(cx.conn)?, id)?;
    }
    if !users::set_status(cx.conn, id, status, cx.now)? {
        return Err(RoleError::Gone);
    }
    if status == Status::Disabled {
        session::end_all(cx, id, None)?;
        grants::end_all_of_user(cx.conn, id, None, EndReason::UserDisabled, cx.now)?;
        password::end_proofs(cx, id)?;
        sign_in_attempts::end_all_of_user(cx.conn, id)?;
    }
    audit::record(cx, &event)?;
    log::info!("event=user.status user={id} status={}", status.as_str());
    Ok(())
}
