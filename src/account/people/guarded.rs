//! Roles as the administration changes them: nobody adds a power that they lack, nor changes a role that has one.

use std::sync::Arc;

use super::{Acting, PeopleError};
use crate::account::powers::Powers;
use crate::account::roles::{self, Description, RoleError};
use crate::app::App;
use crate::core::ids::RoleName;
use crate::core::power::Power;
use crate::core::role::Role;

impl Acting {
    /// Whether they may change or delete a role.
    ///
    /// # Errors
    /// [`PeopleError::RoleAbove`].
    pub fn may_change(&self, role: &Role) -> Result<(), PeopleError> {
        if self.powers.cover(&Powers::of_this(role)) { Ok(()) } else { Err(PeopleError::RoleAbove) }
    }

    fn may_allow(&self, described: &Description) -> Result<(), PeopleError> {
        let names = described.permissions.iter().flatten();
        let lacks = names.filter_map(|name| Power::named(name)).any(|power| !self.powers.has(power));
        if lacks { Err(PeopleError::RoleAbove) } else { Ok(()) }
    }
}

/// The role of this name.
///
/// # Errors
/// [`PeopleError::Gone`] and [`PeopleError::Store`].
pub fn find_role(app: &App, name: &RoleName) -> Result<Role, PeopleError> {
    roles::find(app, name).map_err(|error| match error {
        RoleError::Unknown(_) => PeopleError::Gone,
        other => other.into(),
    })
}

/// Makes a role.
///
/// # Errors
/// [`PeopleError`].
pub fn create_role(app: &Arc<App>, acting: &Acting, name: &str, described: &Description) -> Result<Role, PeopleError> {
    acting.may_allow(described)?;
    let role = roles::create(app, &acting.actor(), name, described)?;
    app.forget_roles();
    Ok(role)
}

/// Changes a role, for all who have it.
///
/// # Errors
/// [`PeopleError`].
pub fn edit_role(
    app: &Arc<App>,
    acting: &Acting,
    name: &RoleName,
    described: Description,
) -> Result<Role, PeopleError> {
    acting.may_change(&find_role(app, name)?)?;
    acting.may_allow(&described)?;
    let role = roles::edit(app, &acting.actor(), name, described)?;
    app.forget_roles();
    Ok(role)
}

/// Deletes a role that nobody has.
///
/// # Errors
/// [`PeopleError`].
pub fn delete_role(app: &Arc<App>, acting: &Acting, name: &RoleName) -> Result<(), PeopleError> {
    acting.may_change(&find_role(app, name)?)?;
    roles::delete(app, &acting.actor(), name)?;
    app.forget_roles();
    Ok(())
}
