//! `[purge]`

use std::time::Duration;

use super::reader::{Reader, days};

/// When expired rows are removed. Whole seconds.
#[derive(Debug, Clone)]
pub struct Purge {
    /// The time between two runs.
    pub interval: Duration,
    /// How long expired rows are kept for lists and audits.
    pub keep_expired: Duration,
}

impl Purge {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        Self {
            interval: reader.seconds("purge.interval", Duration::from_secs(10)..=days(1)),
            keep_expired: reader.seconds("purge.keep_expired", Duration::ZERO..=days(3650)),
        }
    }
}
