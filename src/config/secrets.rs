//! `[secrets]`

use super::reader::Reader;
use super::schema::MASTER_KEY;
use super::secret::MasterKey;

/// Keys that must not be seen.
#[derive(Debug, Clone)]
pub struct Secrets {
    master_key: Option<MasterKey>,
}

impl Secrets {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        let text = reader.text(MASTER_KEY);
        let master_key = MasterKey::from_hex(text);
        if master_key.is_none() && !text.is_empty() {
            reader.refuse(MASTER_KEY, "64 hexadecimal digits");
        }
        Self { master_key }
    }

    /// The configured master key; `None` when it is kept in `master.key` in the
    /// data directory.
    #[must_use]
    pub fn master_key(&self) -> Option<&MasterKey> {
        self.master_key.as_ref()
    }
}
