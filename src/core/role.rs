//! Roles: what kind of person somebody is to this server and to the applications behind it.

use super::ids::RoleName;
use super::power::{self, Power};
use super::time::Time;

/// The role of those who manage the server.
pub const ADMIN: &str = "admin";
/// The role of those who register.
pub const USER: &str = "user";
/// The role of those who help people with their accounts.
pub const SUPPORT: &str = "support";
/// The role of those who see everything in the administration and change nothing.
pub const AUDITOR: &str = "auditor";

/// A role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Role {
    /// The name by which people hold it and applications know it.
    pub name: RoleName,
    /// A number for applications that know roles by number.
    pub id: i64,
    /// The name as people read it.
    pub display_name: String,
    /// What it is for.
    pub description: String,
    /// Whether its holders sign in through the envelope dialect (CONTRACT section 5).
    pub staff: bool,
    /// What it allows in the applications behind this server, such as `subscribers.view`, and in the administration of
    /// the server ([`Power`]), in order.
    pub permissions: Vec<String>,
    /// When it was made.
    pub created_at: Time,
    /// When it was last changed.
    pub updated_at: Time,
}

impl Role {
    /// Whether it is one of those that the server itself relies on and that cannot be deleted.
    pub fn is_built_in(&self) -> bool {
        [ADMIN, USER].contains(&self.name.as_str())
    }

    /// Whether its holders may do this in the administration. Admins may do everything.
    pub fn may(&self, power: Power) -> bool {
        self.name.as_str() == ADMIN || self.permissions.iter().any(|name| name == power.as_str())
    }
}

impl Role {
    /// Whether all that `other` allows is allowed by this one too: its powers, its permissions by the same names, and
    /// the envelope dialect. Admins may do everything; what their role allows by its name nobody else has.
    pub fn covers(&self, other: &Self) -> bool {
        if self.name.as_str() == ADMIN {
            return true;
        }
        other.name.as_str() != ADMIN
            && (self.staff || !other.staff)
            && other.permissions.iter().all(|name| self.permissions.contains(name))
    }
}

/// Whether `name` can be a role's: lower-case letters, digits, `_`, `-` and `.`, 1 to 50 of them.
pub fn valid_name(name: &str) -> bool {
    let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"_-.".contains(&b);
    (1..=50).contains(&name.len()) && name.bytes().all(fits)
}

/// Whether `name` can be a permission's: letters, digits and `_-.:*`, 1 to 100 of them; with the prefix of the powers
pub fn valid_permission(name: &str) -> bool {
    let fits = |b: u8| b.is_ascii_alphanumeric() || b"_-.:*".contains(&b);
    let is_free = !name.starts_with(power::PREFIX) || Power::named(name).is_some();
    (1..=100).contains(&name.len()) && name.bytes().all(fits) && is_free
}
