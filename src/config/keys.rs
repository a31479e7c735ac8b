//! `[keys]`

use std::time::Duration;

use super::Tokens;
use super::reader::{Reader, days, hours, minutes, show_span};

/// The keys that sign tokens. Whole seconds.
#[derive(Debug, Clone)]
pub struct Keys {
    /// How long a key signs before the next one does; zero leaves it to an admin.
    pub rotate_every: Duration,
    /// How long a new key is published before it signs.
    pub publish_ahead: Duration,
    /// How long a key verifies after the next one began to sign.
    pub verify_after: Duration,
}

impl Keys {
    /// How long clients may keep the list of keys (RFC 9111 section 5.2.2.1).
    pub const MAX_AGE: Duration = minutes(5);

    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        let keys = Self {
            rotate_every: reader.seconds("keys.rotate_every", Duration::ZERO..=days(3650)),
            publish_ahead: reader.seconds("keys.publish_ahead", minutes(5)..=hours(12)),
            verify_after: reader.seconds("keys.verify_after", hours(1)..=days(365)),
        };
        if !keys.rotate_every.is_zero() && keys.rotate_every < days(1) {
            reader.refuse("keys.rotate_every", "0s or 1d to 3650d");
        }
        keys
    }

    /// A new key must reach every node and every client before it signs, and none may be gone before what it signed.
    pub(super) fn validate(&self, reader: &mut Reader<'_>, staleness: Duration, tokens: &Tokens) {
        let least = staleness + Self::MAX_AGE;
        if self.publish_ahead < least && !reader.is_bad("cache.staleness") {
            let message = format!(
                "must be at least {} longer than cache.staleness, which is {}, but is {}",
                show_span(Self::MAX_AGE),
                show_span(staleness),
                show_span(self.publish_ahead),
            );
            reader.report("keys.publish_ahead", message);
        }
        for (key, lifetime) in [
            ("tokens.access_token_lifetime", tokens.access_token_lifetime),
            ("tokens.id_token_lifetime", tokens.id_token_lifetime),
        ] {
            reader.not_longer((key, lifetime), ("keys.verify_after", self.verify_after));
        }
    }
}
