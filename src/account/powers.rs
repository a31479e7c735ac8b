//! Who may do what in the administration, and to whom.

use crate::app::App;
use crate::core::ids::RoleName;
use crate::core::power::Power;
use crate::core::role::Role;
use crate::core::user::User;
use crate::store;

/// The powers of a role; they follow a change of the role within `cache.staleness`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Powers(Vec<Power>);

impl Powers {
    /// Every power.
    pub fn all() -> Self {
        Self(Power::ALL.into())
    }

    /// The powers of a person's role.
    ///
    /// # Errors
    /// As the database says.
    pub fn of(app: &App, user: &User) -> store::Result<Self> {
        Self::of_role(app, &user.role)
    }

    /// The powers of a role; none for one that is not there.
    ///
    /// # Errors
    /// As the database says.
    pub fn of_role(app: &App, name: &RoleName) -> store::Result<Self> {
        let roles = app.roles()?;
        let role = roles.iter().find(|role| role.name == *name);
        Ok(role.map(Self::of_this).unwrap_or_default())
    }

    /// The powers of a role as it was read.
    pub fn of_this(role: &Role) -> Self {
        Self(Power::ALL.into_iter().filter(|power| role.may(*power)).collect())
    }

    /// Whether this one is among them.
    pub fn has(&self, power: Power) -> bool {
        self.0.contains(&power)
    }

    /// Whether there are none: their holder has no business in the administration.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether all that `other` may do is allowed by these too. Nobody changes, disables or signs out somebody who may do
    /// more than they, nor gives anybody more than they have.
    pub fn cover(&self, other: &Self) -> bool {
        other.0.iter().all(|power| self.has(*power))
    }
}
