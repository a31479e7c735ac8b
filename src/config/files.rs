//! `[files]`

use super::reader::Reader;

/// Where files that people upload are kept.
#[derive(Debug, Clone)]
pub struct Files {
    /// The place.
    pub storage: Storage,
}

/// A place for files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Storage {
    /// The folder `files` in the data directory.
    Folder,
    /// The database, which all nodes share.
    Database,
}

impl Files {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        let key = "files.storage";
        let storage = match reader.text(key) {
            "folder" => Storage::Folder,
            "database" => Storage::Database,
            _ => {
                reader.refuse(key, "folder or database");
                Storage::Folder
            }
        };
        Self { storage }
    }
}
