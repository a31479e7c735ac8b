//! `[cache]`

use std::time::Duration;

use super::reader::{Reader, minutes};

/// How long copies of rows are kept in memory.
#[derive(Debug, Clone)]
pub struct Cache {
    /// How long another node may go on with an old copy of a client, scope or
    /// key.
    pub staleness: Duration,
    /// How many clients are kept in memory.
    pub clients: usize,
}

impl Cache {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        Self {
            staleness: reader.span("cache.staleness", Duration::ZERO..=minutes(5)),
            clients: reader.integer("cache.clients", 1..=1_000_000),
        }
    }
}
