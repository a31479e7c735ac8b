//! People as the administration sees them, and what it does to them. Who may do more is left alone by who may do less.

mod dossier;
mod guarded;

use std::sync::Arc;

use super::audit::{self, Act, Actor, Event};
use super::ends::{self, EndError};
use super::fields::Invalid;
use super::powers::Powers;
use super::profile::{self, Details, ProfileError};
use super::roles::{self, RoleError};
use super::{admin, password, second_factor, session};
use crate::app::App;
use crate::core::ids::{RoleName, UserId};
use crate::core::people::{Place, Search};
use crate::core::user::{Status, User};
use crate::store::{self, grants, people, users};

pub use crate::store::people::Found;
pub use dossier::{Dossier, dossier};
pub use guarded::{create_role, delete_role, edit_role, find_role};

/// Who acts in the administration, and with which powers.
#[derive(Debug, Clone)]
pub struct Acting {
    /// The person.
    pub person: UserId,
    /// What they may do.
    pub powers: Powers,
}

impl Acting {
    fn actor(&self) -> Actor {
        Actor::Person(self.person)
    }

    /// Whether they may act on a person: nobody whose role has powers that theirs lacks.
    ///
    /// # Errors
    /// [`PeopleError::Above`] and [`PeopleError::Store`].
    pub fn may_act_on(&self, app: &App, user: &User) -> Result<(), PeopleError> {
        if self.powers.cover(&Powers::of(app, user)?) { Ok(()) } else { Err(PeopleError::Above) }
    }

    fn may_end(&self, app: &App, user: &User) -> Result<(), PeopleError> {
        self.may_act_on(app, user)?;
        if user.id == self.person { Err(PeopleError::Yourself) } else { Ok(()) }
    }
}

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
            EndError::LastAdmin | EndError::Throttled(_) => Self::LastAdmin,
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
    let user = find(app, id)?;
    match deed {
        Deed::Disable => acting.may_end(app, &user)?,
        _ => acting.may_act_on(app, &user)?,
    }
    act_as(app, acting.actor(), user, deed)
}

/// The same by whoever runs commands, who may do everything.
///
/// # Errors
/// [`PeopleError`].
pub fn act_as(app: &Arc<App>, by: Actor, user: User, deed: Deed) -> Result<(), PeopleError> {
    let id = user.id;
    match deed {
        Deed::Disable => Ok(admin::set_status(app, &by, &user, Status::Disabled)?),
        Deed::Enable => Ok(admin::set_status(app, &by, &user, Status::Active)?),
        Deed::EndSessions => end_sessions(app, by, id),
        Deed::ResetSecondFactor => {
            second_factor::reset(app, &by, &user)?;
            Ok(())
        }
        Deed::SendPasswordReset => send_password_reset(app, by, id),
        Deed::VerifyEmail => verify_email(app, by, user),
    }
}

/// Signs a person out everywhere. What they let apps do goes on.
fn end_sessions(app: &Arc<App>, by: Actor, id: UserId) -> Result<(), PeopleError> {
    app.write(move |cx| {
        users::locked(cx.conn, id)?.ok_or(PeopleError::Gone)?;
        session::end_all(cx, id, None)?;
        grants::end_first_party_of_user(cx.conn, id, cx.now)?;
        audit::record(cx, &Event::new(by, Act::SessionEndAll).on(id))?;
        log::info!("event=session.end_all user={id}");
        Ok(())
    })
}

fn send_password_reset(app: &Arc<App>, by: Actor, id: UserId) -> Result<(), PeopleError> {
    app.write(move |cx| {
        let user = users::locked(cx.conn, id)?.ok_or(PeopleError::Gone)?;
        if user.status != Status::Active {
            return Err(PeopleError::Disabled);
        }
        password::send_link(cx, Some(&user))?;
        audit::record(cx, &Event::new(by, Act::PasswordResetSend).on(id))?;
        log::info!("event=password.link outcome=sent user={id}");
        Ok(())
    })
}

fn verify_email(app: &Arc<App>, by: Actor, user: User) -> Result<(), PeopleError> {
    app.write(move |cx| {
        // Only the address that who acts has seen.
        if !users::verify_email(cx.conn, user.id, &user.email, cx.now)? {
            return Err(PeopleError::Gone);
        }
        audit::record(cx, &Event::new(by, Act::EmailVerify).on(user.id))?;
        log::info!("event=email.verify outcome=ok user={}", user.id);
        Ok(())
    })
}

/// Gives a person a role: neither they nor it may allow what who acts may not do.
///
/// # Errors
/// [`PeopleError`].
pub fn give_role(app: &Arc<App>, acting: &Acting, id: UserId, role: &RoleName) -> Result<(), PeopleError> {
    let user = find(app, id)?;
    acting.may_end(app, &user)?;
    let role = roles::find(app, role)?.name;
    if !acting.powers.cover(&Powers::of_role(app, &role)?) {
        return Err(PeopleError::RoleAbove);
    }
    Ok(roles::give(app, &acting.actor(), &user, &role)?)
}

/// Changes what a person says of themselves, by the rules that hold for them too.
///
/// # Errors
/// [`PeopleError`].
pub fn edit(app: &Arc<App>, acting: &Acting, id: UserId, details: &Details) -> Result<User, PeopleError> {
    acting.may_act_on(app, &find(app, id)?)?;
    edit_as(app, acting.actor(), id, details)
}

/// The same by whoever runs commands.
///
/// # Errors
/// [`PeopleError`].
pub fn edit_as(app: &Arc<App>, by: Actor, id: UserId, details: &Details) -> Result<User, PeopleError> {
    let checked = profile::check(details).map_err(PeopleError::Invalid)?;
    app.write(move |cx| {
        let before = users::locked(cx.conn, id)?.ok_or(PeopleError::Gone)?;
        let mut user = before.clone();
        checked.apply(&mut user);
        if user == before {
            return Ok(user);
        }
        user.updated_at = cx.now;
        users::update(cx.conn, &user).map_err(profile::taken)?;
        audit::record(cx, &Event::new(by, Act::UserEdit).on(id).with("fields", changed(&before, &user)))?;
        log::info!("event=user.edit user={id}");
        Ok(user)
    })
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
    let user = find(app, id)?;
    acting.may_end(app, &user)?;
    Ok(ends::delete_by_operator(app, &acting.actor(), &user)?)
}

/// All that the server has of a person, but for secrets and their hashes.
///
/// # Errors
/// [`PeopleError`].
pub fn export(app: &Arc<App>, acting: &Acting, id: UserId) -> Result<serde_json::Value, PeopleError> {
    let user = find(app, id)?;
    acting.may_act_on(app, &user)?;
    Ok(ends::export(app, &acting.actor(), &user)?)
}
