//! People as the administration sees them, and what it does to them. Who may do more is left alone by who may do less.

mod acting;
mod dossier;
mod guarded;

use std::sync::Arc;

use super::audit::{self, Act, Actor, Event};
use super::ends::{self, EndError};
use super::fields::Invalid;
use super::profile::{self, Details, ProfileError};
use super::roles::{self, RoleError};
use super::throttle::{self, Throttled};
use super::{admin, password, second_factor, session};
use crate::app::{App, Cx};
use crate::core::ids::{RoleName, UserId};
use crate::core::people::{Place, Search};
use crate::core::power::Power;
use crate::core::user::{Status, User};
use crate::store::{self, grants, people, users};

pub use crate::store::people::Found;
pub use acting::{Acting, Held};
pub use dossier::{Dossier, dossier};
pub use guarded::{create_role, delete_role, edit_role, find_role};

/// Why nothing was done to a person.
#[derive(Debug, thiserror::Error)]
pub enum PeopleError {
    /// Fields that are missing, wrong or taken.
    #[error("The given data was invalid.")]
    Invalid(Invalid),
    /// Their role allows what that of who acts does not.
    #[error("This person may do more than you: leave them to somebody who may do as much.")]
    Above,
    /// The role that they are to have allows what that of who acts does not.
    #[error("This role allows more than yours: you can neither give nor change it.")]
    RoleAbove,
    /// Who acts may not do this at all, any more.
    #[error("Your role does not allow this.")]
    NotAllowed,
    /// It is they who act.
    #[error("You cannot do this to yourself here.")]
    Yourself,
    /// There would be no admin left who can sign in.
    #[error("This is the only administrator who can sign in: make another one first.")]
    LastAdmin,
    /// The account is closed.
    #[error("This account is disabled: enable it first.")]
    Disabled,
    /// The server itself relies on the role.
    #[error("This role cannot be deleted: the server needs it.")]
    BuiltIn,
    /// Somebody has the role.
    #[error("This role cannot be deleted: people have it.")]
    Held,
    /// They were sent as much of this as they may be.
    #[error("They were sent too many of these. Please try again later.")]
    Throttled(Throttled),
    /// They are gone, or the role is.
    #[error("There is no such person or role.")]
    Gone,
    /// The database.
    #[error(transparent)]
    Store(#[from] store::Error),
}

impl From<RoleError> for PeopleError {
    fn from(error: RoleError) -> Self {
        match error {
            RoleError::Invalid(invalid) => Self::Invalid(invalid),
            RoleError::Unknown(_) => {
                Self::Invalid(Invalid::one("role", ("There is no such role.", "admin-role-unknown")))
            }
            RoleError::LastAdmin => Self::LastAdmin,
            RoleError::Store(error) => Self::Store(error),
            RoleError::BuiltIn(_) => Self::BuiltIn,
            RoleError::Held(_) => Self::Held,
            RoleError::Gone => Self::Gone,
        }
    }
}

impl From<EndError> for PeopleError {
    fn from(error: EndError) -> Self {
        match error {
            EndError::Invalid(invalid) => Self::Invalid(invalid),
            EndError::Store(error) => Self::Store(error),
            EndError::LastAdmin => Self::LastAdmin,
            EndError::Throttled(throttled) => Self::Throttled(throttled),
        }
    }
}

impl From<ProfileError> for PeopleError {
    fn from(error: ProfileError) -> Self {
        match error {
            ProfileError::Invalid(invalid) => Self::Invalid(invalid),
            ProfileError::Store(error) => Self::Store(error),
            _ => Self::Gone,
        }
    }
}

/// Part of a list of people.
///
/// # Errors
/// As the database says.
pub fn search(app: &App, search: &Search, place: Place, limit: i64) -> store::Result<Found> {
    app.read(|cx| people::search(cx.conn, search, place, limit))
}

/// The person with this identifier.
///
/// # Errors
/// [`PeopleError::Gone`] and [`PeopleError::Store`].
pub fn find(app: &App, id: UserId) -> Result<User, PeopleError> {
    app.read(|cx| users::by_id(cx.conn, id))?.ok_or(PeopleError::Gone)
}

/// What can be done to a person without saying more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    /// Close the account.
    Disable,
    /// Open it again.
    Enable,
    /// Sign them out everywhere.
    EndSessions,
    /// Turn their second factor off.
    ResetSecondFactor,
    /// Mail them a link to choose a new password.
    SendPasswordReset,
    /// Take their e-mail address as theirs.
    VerifyEmail,
}

impl Deed {
    /// Every one of them.
    pub const ALL: [Self; 6] = [
        Self::Disable,
        Self::Enable,
        Self::EndSessions,
        Self::ResetSecondFactor,
        Self::SendPasswordReset,
        Self::VerifyEmail,
    ];

    /// Its name, in addresses.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Disable => "disable",
            Self::Enable => "enable",
            Self::EndSessions => "end-sessions",
            Self::ResetSecondFactor => "reset-second-factor",
            Self::SendPasswordReset => "send-password-reset",
            Self::VerifyEmail => "verify-email",
        }
    }

    /// The one of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|deed| deed.as_str() == name)
    }

    /// Whether it takes a fresh sign-in of who does it.
    pub fn is_dangerous(self) -> bool {
        matches!(self, Self::Disable | Self::ResetSecondFactor | Self::SendPasswordReset | Self::VerifyEmail)
    }
}

/// Does something to a person.
///
/// # Errors
/// [`PeopleError`].
pub fn act(app: &Arc<App>, acting: &Acting, id: UserId, deed: Deed) -> Result<(), PeopleError> {
    let (acting, seen) = (acting.clone(), find(app, id)?);
    app.write(move |cx| {
        let user = acting.hold(cx, Power::WriteUsers, &[id])?.object(cx, id)?;
        let by = acting.actor();
        match deed {
            Deed::Disable => {
                acting.must_not_be(id)?;
                admin::set_status_in(cx, by, &user, Status::Disabled)?;
            }
            Deed::Enable => admin::set_status_in(cx, by, &user, Status::Active)?,
            Deed::EndSessions => end_sessions(cx, by, id)?,
            Deed::ResetSecondFactor => {
                second_factor::reset_in(cx, &by, &user)?;
            }
            Deed::SendPasswordReset => send_password_reset(cx, by, &user)?,
            Deed::VerifyEmail => verify_email(cx, by, &seen)?,
        }
        Ok(())
    })
}

/// Signs a person out everywhere. What they let apps do for longer than a session goes on.
fn end_sessions(cx: &mut Cx<'_>, by: Actor, id: UserId) -> Result<(), PeopleError> {
    session::end_all(cx, id, None)?;
    grants::end_first_party_of_user(cx.conn, id, cx.now)?;
    audit::record(cx, &Event::new(by, Act::SessionEndAll).on(id))?;
    log::info!("event=session.end_all user={id}");
    Ok(())
}

/// Each link ends the one before: counted by whom it is sent to, whoever sends it.
fn send_password_reset(cx: &mut Cx<'_>, by: Actor, user: &User) -> Result<(), PeopleError> {
    let id = user.id;
    if user.status != Status::Active {
        return Err(PeopleError::Disabled);
    }
    throttle::count_in(cx, throttle::Act::ResetSent, &id.to_string())?.map_err(PeopleError::Throttled)?;
    password::send_link(cx, Some(user))?;
    audit::record(cx, &Event::new(by, Act::PasswordResetSend).on(id))?;
    log::info!("event=password.link outcome=sent user={id}");
    Ok(())
}

/// Only the address that who acts has seen.
fn verify_email(cx: &mut Cx<'_>, by: Actor, seen: &User) -> Result<(), PeopleError> {
    if !users::verify_email(cx.conn, seen.id, &seen.email, cx.now)? {
        return Err(PeopleError::Gone);
    }
    audit::record(cx, &Event::new(by, Act::EmailVerify).on(seen.id))?;
    log::info!("event=email.verify outcome=ok user={}", seen.id);
    Ok(())
}

/// Gives a person a role: neither they nor it may allow what who acts may not do.
///
/// # Errors
/// [`PeopleError`].
pub fn give_role(app: &Arc<App>, acting: &Acting, id: UserId, role: &RoleName) -> Result<(), PeopleError> {
    let (acting, role) = (acting.clone(), role.clone());
    app.write(move |cx| {
        let held = acting.hold(cx, Power::WriteRoles, &[id])?;
        let user = held.object(cx, id)?;
        acting.must_not_be(id)?;
        let role = roles::held(cx, &role)?;
        held.may_give(&role)?;
        Ok(roles::give_in(cx, acting.actor(), &user, &role.name)?)
    })
}

/// Changes what a person says of themselves, by the rules that hold for them too.
///
/// # Errors
/// [`PeopleError`].
pub fn edit(app: &Arc<App>, acting: &Acting, id: UserId, details: &Details) -> Result<User, PeopleError> {
    let checked = profile::check(details).map_err(PeopleError::Invalid)?;
    let acting = acting.clone();
    let (user, clients) = app.write(move |cx| {
        let before = acting.hold(cx, Power::WriteUsers, &[id])?.object(cx, id)?;
        let mut user = before.clone();
        checked.apply(&mut user);
        if user == before {
            return Ok((user, Vec::new()));
        }
        user.updated_at = cx.now;
        users::update(cx.conn, &user).map_err(profile::taken)?;
        let clients = profile::unverify_clients(cx, &acting.actor(), &before, &user)?;
        let event = Event::new(acting.actor(), Act::UserEdit).on(id);
        audit::record(cx, &event.with("fields", changed(&before, &user)))?;
        log::info!("event=user.edit user={id}");
        Ok::<_, PeopleError>((user, clients))
    })?;
    clients.iter().for_each(|client| app.forget_client(client));
    Ok(user)
}

/// The names of what differs: what people say of themselves is not written into the log.
fn changed(before: &User, after: &User) -> Vec<&'static str> {
    let differs = [
        ("name", before.name != after.name),
        ("birthday", before.birthday != after.birthday),
        ("phone", before.phone != after.phone),
        ("address", before.address != after.address),
        ("country", before.country_id != after.country_id),
    ];
    differs.into_iter().filter(|(_, differs)| *differs).map(|(name, _)| name).collect()
}

/// Deletes a person and all that is theirs.
///
/// # Errors
/// [`PeopleError`].
pub fn delete(app: &Arc<App>, acting: &Acting, id: UserId) -> Result<(), PeopleError> {
    let acting = acting.clone();
    let left = app.write(move |cx| {
        let user = acting.hold(cx, Power::WriteUsers, &[id])?.object(cx, id)?;
        acting.must_not_be(id)?;
        Ok::<_, PeopleError>(ends::delete_in(cx, acting.actor(), &user)?)
    })?;
    ends::forget(app, &left);
    Ok(())
}

/// All that the server has of a person, but for secrets and their hashes.
///
/// # Errors
/// [`PeopleError`].
pub fn export(app: &Arc<App>, acting: &Acting, id: UserId) -> Result<serde_json::Value, PeopleError> {
    let acting = acting.clone();
    let user = app.write(move |cx| {
        let user = acting.hold(cx, Power::WriteUsers, &[id])?.object(cx, id)?;
        ends::record_export(cx, &acting.actor(), id)?;
        Ok::<_, PeopleError>(user)
    })?;
    Ok(ends::document::of(app, &user)?)
}
