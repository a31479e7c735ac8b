//! `[passwords]`

use std::time::Duration;

use super::reader::{Reader, days, minutes};

/// How passwords are hashed and replaced.
#[derive(Debug, Clone)]
pub struct Passwords {
    /// The bcrypt cost; one more doubles the work.
    pub bcrypt_cost: u32,
    /// How long a link for a new password works; whole seconds.
    pub reset_link_lifetime: Duration,
    /// How long a one-time password works; whole seconds.
    pub one_time_password_lifetime: Duration,
    /// How often a wrong one-time password may be entered before it is void.
    pub one_time_password_tries: u32,
    /// How long a set-up link works; whole seconds.
    pub setup_link_lifetime: Duration,
}

impl Passwords {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        Self {
            bcrypt_cost: reader.integer("passwords.bcrypt_cost", 4..=31),
            reset_link_lifetime: reader.seconds("passwords.reset_link_lifetime", minutes(1)..=days(7)),
            one_time_password_lifetime: reader.seconds("passwords.one_time_password_lifetime", minutes(1)..=days(1)),
            one_time_password_tries: reader.integer("passwords.one_time_password_tries", 1..=10),
            setup_link_lifetime: reader.seconds("passwords.setup_link_lifetime", minutes(1)..=days(30)),
        }
    }
}
