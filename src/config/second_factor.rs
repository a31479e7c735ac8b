//! `[second_factor]`

use std::time::Duration;

use super::reader::{Reader, hours, minutes};

/// How people prove a second time that it is they who sign in.
#[derive(Debug, Clone)]
pub struct SecondFactor {
    /// How long a sign-in waits for its second step, and a new factor to be confirmed; whole seconds.
    pub lifetime: Duration,
    /// How often a wrong code may be entered before the sign-in starts anew.
    pub tries: u32,
}

impl SecondFactor {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        Self {
            lifetime: reader.seconds("second_factor.lifetime", minutes(1)..=hours(1)),
            tries: reader.integer("second_factor.tries", 1..=10),
        }
    }
}
