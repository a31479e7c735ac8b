//! Roles: what there are, and who has which.

use std::sync::Arc;

use super::audit::{self, Act, Actor, Event, Object, ObjectKind};
use super::fields::Invalid;
use crate::app::{App, Cx};
use crate::core::ids::{RoleName, UserId};
use crate::core::role::{self, Role};
use crate::core::text::Said;
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

/// The same, which nobody changes until the transaction ends.
///
/// # Errors
/// [`RoleError::Unknown`] and [`RoleError::Store`].
pub(super) fn held(cx: &mut Cx<'_>, name: &RoleName) -> Result<Role, RoleError> {
    roles::held(cx.conn, name)?.ok_or_else(|| RoleError::Unknown(name.clone()))
}

/// Makes a role; its number follows the highest.
///
/// # Errors
/// [`RoleError::Invalid`] and [`RoleError::Store`].
pub fn create(app: &Arc<App>, by: &Actor, name: &str, described: &Description) -> Result<Role, RoleError> {
    let (by, new) = (by.clone(), described_new(app, name, described)?);
    app.write(move |cx| create_in(cx, by, new))
}

/// A role as it is described, not made yet.
///
/// # Errors
/// [`RoleError::Invalid`].
pub(super) fn described_new(app: &App, name: &str, described: &Description) -> Result<Role, RoleError> {
    let mut invalid = Invalid::default();
    if !role::valid_name(name) {
        invalid.add(
            "name",
            ("The name may hold lower-case letters, digits, '_', '-' and '.', 1 to 50 of them.", "field-role-name"),
        );
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
    Ok(new)
}

/// As [`create`], in a transaction.
///
/// # Errors
/// The same.
pub(super) fn create_in(cx: &mut Cx<'_>, by: Actor, mut new: Role) -> Result<Role, RoleError> {
    new.id = roles::all(cx.conn)?.iter().map(|role| role.id).max().unwrap_or(0) + 1;
    match roles::insert(cx.conn, &new) {
        Err(StoreError::Unique(_)) => {
            let taken = Invalid::one("name", ("The name has already been taken.", "field-taken"));
            return Err(RoleError::Invalid(taken));
        }
        other => other?,
    }
    let event = Event::new(by, Act::RoleCreate).on(object(&new.name));
    audit::record(cx, &event.with("staff", new.staff).with("permissions", new.permissions.clone()))?;
    log::info!("event=role.create role={}", new.name);
    Ok(new)
}

fn object(role: &RoleName) -> Object {
    Object::new(ObjectKind::Role, role.as_str())
}

/// Changes a role, for all who have it.
///
/// # Errors
/// [`RoleError::Invalid`], [`RoleError::Unknown`] and [`RoleError::Store`].
pub fn edit(app: &Arc<App>, by: &Actor, name: &RoleName, described: Description) -> Result<Role, RoleError> {
    let (by, name) = (by.clone(), name.clone());
    app.write(move |cx| {
        let old = held(cx, &name)?;
        let new = changed(cx, &old, &described)?;
        edit_in(cx, by, old, new)
    })
}

/// A role as it is to become.
///
/// # Errors
/// [`RoleError::Invalid`].
pub(super) fn changed(cx: &Cx<'_>, old: &Role, described: &Description) -> Result<Role, RoleError> {
    let (mut role, mut invalid) = (Role { updated_at: cx.now, ..old.clone() }, Invalid::default());
    apply(&mut role, described, &mut invalid);
    invalid.check().map_err(RoleError::Invalid)?;
    Ok(role)
}

/// As [`edit`], in a transaction that holds the role.
///
/// # Errors
/// [`RoleError::Unknown`] and [`RoleError::Store`].
pub(super) fn edit_in(cx: &mut Cx<'_>, by: Actor, old: Role, role: Role) -> Result<Role, RoleError> {
    if !roles::update(cx.conn, &role)? {
        return Err(RoleError::Unknown(role.name));
    }
    let event = Event::new(by, Act::RoleEdit)
        .on(object(&role.name))
        .changed("display_name", old.display_name, role.display_name.as_str())
        .changed("description", old.description, role.description.as_str())
        .changed("staff", old.staff, role.staff)
        .changed("permissions", old.permissions, role.permissions.clone());
    audit::record(cx, &event)?;
    log::info!("event=role.edit role={}", role.name);
    Ok(role)
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
            let said = Said::new("field-permissions").with("max", MAX_PERMISSIONS);
            invalid.add("permissions", (format!("A role may not have more than {MAX_PERMISSIONS} permissions."), said));
        }
        for permission in permissions.iter().filter(|name| !role::valid_permission(name)) {
            let text = format!(
                "{permission:?} may hold letters, digits and '_-.:*', 1 to 100 of them, and no power that this server \
                 does not know."
            );
            let said = Said::new("field-permission").with("permission", permission);
            invalid.add("permissions", (text, said));
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
pub fn delete(app: &Arc<App>, by: &Actor, name: &RoleName) -> Result<(), RoleError> {
    let (by, name) = (by.clone(), name.clone());
    app.write(move |cx| {
        let role = held(cx, &name)?;
        delete_in(cx, by, role)
    })
}

/// As [`delete`], in a transaction that holds the role.
///
/// # Errors
/// [`RoleError::BuiltIn`], [`RoleError::Held`] and [`RoleError::Store`].
pub(super) fn delete_in(cx: &mut Cx<'_>, by: Actor, role: Role) -> Result<(), RoleError> {
    if role.is_built_in() {
        return Err(RoleError::BuiltIn(role.name));
    }
    if !roles::delete_unheld(cx.conn, &role.name)? {
        return Err(RoleError::Held(role.name));
    }
    audit::record(cx, &Event::new(by, Act::RoleDelete).on(object(&role.name)))?;
    log::info!("event=role.delete role={}", role.name);
    Ok(())
}

/// Gives a person a role. The last admin stays one.
///
/// # Errors
/// [`RoleError::Unknown`], [`RoleError::LastAdmin`], [`RoleError::Gone`] and [`RoleError::Store`].
pub fn give(app: &Arc<App>, by: &Actor, user: &User, role: &RoleName) -> Result<(), RoleError> {
    let (by, user, role) = (by.clone(), user.clone(), find(app, role)?.name);
    app.write(move |cx| give_in(cx, by, &user, &role))
}

/// As [`give`], in a transaction, a role that is there.
///
/// # Errors
/// [`RoleError::LastAdmin`], [`RoleError::Gone`] and [`RoleError::Store`].
pub(super) fn give_in(cx: &mut Cx<'_>, by: Actor, user: &User, role: &RoleName) -> Result<(), RoleError> {
    let id = user.id;
    if role.as_str() != role::ADMIN {
        keep_an_admin(&staff::hold_admins(cx.conn)?, id)?;
    }
    if !staff::set_role(cx.conn, id, role, cx.now)? {
        return Err(RoleError::Gone);
    }
    audit::record(cx, &Event::new(by, Act::UserRole).on(id).with("role", role.as_str()))?;
    log::info!("event=user.role user={id} role={role}");
    Ok(())
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
pub fn set_employer(
    app: &Arc<App>,
    by: &Actor,
    user: &User,
    isp_id: Option<i64>,
    branch_id: Option<i64>,
) -> Result<(), RoleError> {
    let event = Event::new(by.clone(), Act::UserEdit).on(user.id);
    let event = event.changed("isp_id", user.isp_id, isp_id).changed("branch_id", user.branch_id, branch_id);
    let id = user.id;
    app.write(move |cx| {
        if !staff::set_employer(cx.conn, id, isp_id, branch_id, cx.now)? {
            return Err(RoleError::Gone);
        }
        audit::record(cx, &event)?;
        log::info!("event=user.staff user={id}");
        Ok(())
    })
}
