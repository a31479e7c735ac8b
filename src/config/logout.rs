//! `[logout]`

use std::time::Duration;

use super::reader::{Reader, days, minutes};

/// How apps hear that a session has ended (Back-Channel Logout, Session Management). Whole seconds.
#[derive(Debug, Clone)]
pub struct Logout {
    /// Whether they may be at addresses that are not on the public internet.
    pub private_addresses: bool,
    /// How long one request may take.
    pub timeout: Duration,
    /// How long it is tried to reach one of them.
    pub give_up_after: Duration,
    /// How many are told at once.
    pub pool_size: usize,
    /// Whether they may watch in the browser if it is still signed in (Session Management).
    pub session_management: bool,
}

impl Logout {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        Self {
            private_addresses: reader.boolean("logout.private_addresses"),
            timeout: reader.seconds("logout.timeout", Duration::from_secs(1)..=minutes(1)),
            give_up_after: reader.seconds("logout.give_up_after", minutes(1)..=days(7)),
            pool_size: reader.integer("logout.pool_size", 1..=16),
            session_management: reader.boolean("logout.session_management"),
        }
    }
}
