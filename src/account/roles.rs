//! Roles: what there are, and who has which.

use std::sync::Arc;

use super::fields::Invalid;
use crate::app::App;
use crate::core::ids::{RoleName, UserId};
use crate::core::role::{self, Role};
use crate::core::user::User;
use crate::store::{self, Error as StoreError, roles, staff};

/// Why a role was not made, changed, deleted or given.
#[derive(Debug, thiserror::Error)]
pub enum RoleError {
    /// Fields that are missing or wrong.
    #[error("The given data was invalid.")]
    Invalid(Invalid),
    /// No such role.
    #[error("there is no role {0}")]
    Unknown(RoleName),
    /// The server itself relies on it.
    #[error("the role {0} cannot be deleted: the server needs it")]
    BuiltIn(RoleName),
    /// Somebody has it.
    #[error("the role {0} cannot be deleted: people have it")]
    Held(RoleName),
    /// There would be no admin left who can sign in.
    #[error("this is the only admin who can sign in: make another one first")]
    LastAdmin,
    /// The person is gone.
    #[error("there is no such person any more")]
    Gone,
    /// The database.
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// What a role is; what is none stays as it is, or is empty for a new one.
#[derive(Debug, Clone, Default)]
pub struct Description {
    /// The name as people read it.
    pub display_name: Option<String>,
    /// What it is for.
    pub description: Option<String>,
    /// Whether its holders sign in through the envelope dialect.
    pub staff: Option<bool>,
    /// What it allows in the applications behind this server.
    pub permissions: Option<Vec<String>>,
}

/// The most permissions of one role.
const MAX_PERMISSIONS: usize = 500;

/// Every role, by number.
///
/// # Errors
/// As the database says.
pub fn list(app: &App) -> store::Result<Vec<Role>> {
    app.read(|cx| roles::all(cx.conn))
}

/// The role of this name.
///
/// # Errors
/// [`RoleError::Unknown`] and [`RoleError::Store`].
pub fn find(app: &App, name: &RoleName) -> Result<Role, RoleError> {
    list(app)?.into_iter().find(|role| role.name == *name).ok_or_else(|| RoleError::Unknown(name.clone()))
}

/// Makes a role; its number follows the highest.
///
/// # Errors
/// [`RoleError::Invalid`] and [`RoleError::Store`].
pub fn create(app: &Arc<App>, name: &str, described: &Description) -> Result<Role, RoleError> {
    let mut invalid = Invalid::default();
    if !role::valid_name(name) {
        invalid.add("name", "The name may hold lower-case letters, digits, '_', '-' and '.', 1 to 50 of them.");
    }
    let now = app.now();
    let mut new = Role {
        name: name.into(),
        id: 0,
        display_name: name.to_owned(),
        description: String::new(),
        staff: false,
        permissions: Vec::new(),
        created_at: now,
        updated_at: now,
    };
    apply(&mut new, described, &mut invalid);
    invalid.check().map_err(RoleError::Invalid)?;
    let made = app.write(move |cx| {
        new.id = roles::all(cx.conn)?.iter().map(|role| role.id).max().unwrap_or(0) + 1;
        roles::insert(cx.conn, &new).map(|()| new)
    });
    match made {
        Ok(role) => {
            log::info!("event=role.create role={}", role.name);
            Ok(role)
        }
        Err(StoreError::Unique(_)) => Err(RoleError::Invalid(Invalid::one("name", "The name has already been taken."))),
        Err(error) => Err(error.into()),
    }
}

/// Changes a role, for all who have it.
///
/// # Errors
/// [`RoleError::Invalid`], [`RoleError::Unknown`] and [`RoleError::Store`].
pub fn edit(app: &Arc<App>, name: &RoleName, described: Description) -> Result<Role, RoleError> {
    let name = name.clone();
    app.write(move |cx| {
        let found = roles::all(cx.conn)?.into_iter().find(|role| role.name == name);
        let mut role = found.ok_or_else(|| RoleError::Unknown(name.clone()))?;
        let mut invalid = Invalid::default();
        apply(&mut role, &described, &mut invalid);
        invalid.check().map_err(RoleError::Invalid)?;
        role.updated_at = cx.now;
        if !roles::update(cx.conn, &role)? {
            return Err(RoleError::Unknown(name));
        }
        log::info!("event=role.edit role={}", role.name);
        Ok(role)
    })
}

fn apply(role: &mut Role, described: &Description, invalid: &mut Invalid) {
    if let Some(text) = &described.display_name {
        role.display_name = invalid.required("display_name", Some(text), 100);
    }
    if let Some(text) = &described.description {
        role.description = invalid.optional("description", Some(text), 255).unwrap_or_default();
    }
    role.staff = described.staff.unwrap_or(role.staff);
    if let Some(permissions) = &described.permissions {
        if permissions.len() > MAX_PERMISSIONS {
            invalid.add("permissions", format!("A role may not have more than {MAX_PERMISSIONS} permissions."));
        }
        for permission in permissions.iter().filter(|name| !role::valid_permission(name)) {
            invalid
                .add("permissions", format!("{permission:?} may hold letters, digits and '_-.:*', 1 to 100 of them, and no power that this server does not know."));
        }
        role.permissions.clone_from(permissions);
        role.permissions.sort_unstable();
        role.permissions.dedup();
    }
}

/// Deletes a role that nobody has.
///
/// # Errors
/// [`RoleError::BuiltIn`], [`RoleError::Held`], [`RoleError::Unknown`] and [`RoleError::Store`].
pub fn delete(app: &Arc<App>, name: &RoleName) -> Result<(), RoleError> {
    let role = find(app, name)?;
    if role.is_built_in() {
        return Err(RoleError::BuiltIn(role.name));
    }
    app.write(move |cx| {
        if !roles::delete_unheld(cx.conn, &role.name)? {
            return Err(RoleError::Held(role.name));
        }
        log::info!("event=role.delete role={}", role.name);
        Ok(())
    })
}

/// Gives a person a role. The last admin stays one.
///
/// # Errors
/// [`RoleError::Unknown`], [`RoleError::LastAdmin`], [`RoleError::Gone`] and [`RoleError::Store`].
pub fn give(app: &Arc<App>, user: &User, role: &RoleName) -> Result<(), RoleError> {
    let role = find(app, role)?.name;
    let id = user.id;
    app.write(move |cx| {
        if role.as_str() != role::ADMIN {
            keep_an_admin(&staff::hold_admins(cx.conn)?, id)?;
        }
        if !staff::set_role(cx.conn, id, &role, cx.now)? {
            return Err(RoleError::Gone);
        }
        log::info!("event=user.role user={id} role={role}");
        Ok(())
    })
}

/// Refuses what would leave nobody who manages the server. The rows of the admins are held by the caller.
///
/// # Errors
/// [`RoleError::LastAdmin`].
pub(super) fn keep_an_admin(admins: &[UserId], going: UserId) -> Result<(), RoleError> {
    if admins == [going] { Err(RoleError::LastAdmin) } else { Ok(()) }
}

/// Sets whom a person works for, as the envelope dialect knows it.
///
/// # Errors
/// [`RoleError::Gone`] and [`RoleError::Store`].
pub fn set_employer(app: &Arc<App>, user: &User, isp_id: Option<i64>, branch_id: Option<i64>) -> Result<(), RoleError> {
    let id = user.id;
    app.write(move |cx| {
        if !staff::set_employer(cx.conn, id, isp_id, branch_id, cx.now)? {
            return Err(RoleError::Gone);
        }
        log::info!("event=user.staff user={id}");
        Ok(())
    })
}
