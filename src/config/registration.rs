//! `[registration]`

use super::reader::Reader;

/// Whether people may register themselves.
#[derive(Debug, Clone)]
pub struct Registration {
    /// Whether the registration page is open to everyone.
    pub enabled: bool,
}

impl Registration {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        Self { enabled: reader.boolean("registration.enabled") }
    }
}
