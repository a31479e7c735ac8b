//! Roles as the administration changes them: nobody adds what they lack, nor changes a role that has it.

use std::sync::Arc;

use super::{Acting, PeopleError};
use crate::account::roles::{self, Description, RoleError};
use crate::app::App;
use crate::core::ids::RoleName;
use crate::core::power::Power;
use crate::core::role::Role;

/// The role of this name.
///
/// # Errors
/// [`PeopleError::Gone`] and [`PeopleError::Store`].
pub fn find_role(app: &App, name: &RoleName) -> Result<Role, PeopleError> {
    roles::find(app, name).map_err(gone)
}

/// A role that is not there is no wrong field where it is what something is done to.
fn gone(error: RoleError) -> PeopleError {
    match error {
        RoleError::Unknown(_) => PeopleError::Gone,
        other => other.into(),
    }
}

/// Makes a role.
///
/// # Errors
/// [`PeopleError`].
pub fn create_role(app: &Arc<App>, acting: &Acting, name: &str, described: &Description) -> Result<Role, PeopleError> {
    let (acting, new) = (acting.clone(), roles::described_new(app, name, described)?);
    let made = app.write(move |cx| {
        acting.hold(cx, Power::WriteRoles, &[])?.may_give(&new)?;
        Ok::<_, PeopleError>(roles::create_in(cx, acting.actor(), new)?)
    })?;
    app.forget_roles();
    Ok(made)
}

/// Changes a role, for all who have it: neither what it was nor what it becomes may allow more than who acts may do.
///
/// # Errors
/// [`PeopleError`].
pub fn edit_role(
    app: &Arc<App>,
    acting: &Acting,
    name: &RoleName,
    described: Description,
) -> Result<Role, PeopleError> {
    let (acting, name) = (acting.clone(), name.clone());
    let changed = app.write(move |cx| {
        let held = acting.hold(cx, Power::WriteRoles, &[])?;
        let old = roles::held(cx, &name).map_err(gone)?;
        held.may_give(&old)?;
        let new = roles::changed(cx, &old, &described)?;
        held.may_give(&new)?;
        Ok::<_, PeopleError>(roles::edit_in(cx, acting.actor(), old, new)?)
    })?;
    app.forget_roles();
    Ok(changed)
}

/// Deletes a role that nobody has.
///
/// # Errors
/// [`PeopleError`].
pub fn delete_role(app: &Arc<App>, acting: &Acting, name: &RoleName) -> Result<(), PeopleError> {
    let (acting, name) = (acting.clone(), name.clone());
    app.write(move |cx| {
        let held = acting.hold(cx, Power::WriteRoles, &[])?;
        let role = roles::held(cx, &name).map_err(gone)?;
        held.may_give(&role)?;
        Ok::<_, PeopleError>(roles::delete_in(cx, acting.actor(), role)?)
    })?;
    app.forget_roles();
    Ok(())
}
