//! `[audit]`, `[failures]` and `[statistics]`

use std::time::Duration;

use super::reader::{Reader, days};

/// The audit log. Whole seconds.
#[derive(Debug, Clone)]
pub struct Audit {
    /// How long events are kept; zero keeps them for ever.
    pub retention: Duration,
}

impl Audit {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        Self { retention: reader.seconds("audit.retention", Duration::ZERO..=days(3650)) }
    }
}

/// The reasons of refusals. Whole seconds.
#[derive(Debug, Clone)]
pub struct Failures {
    /// How long they are kept; zero keeps none.
    pub retention: Duration,
    /// How many are kept at the most.
    pub rows: u32,
}

impl Failures {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        Self {
            retention: reader.seconds("failures.retention", Duration::ZERO..=days(365)),
            rows: reader.integer("failures.rows", 1_000..=100_000_000),
        }
    }
}

/// The figures of use. Whole seconds.
#[derive(Debug, Clone)]
pub struct Statistics {
    /// How long they are kept; zero keeps them for ever.
    pub retention: Duration,
}

impl Statistics {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        Self { retention: reader.seconds("statistics.retention", Duration::ZERO..=days(3650)) }
    }
}
