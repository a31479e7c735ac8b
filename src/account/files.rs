//! Files of people: where they are kept is a setting; what they are called is this server's own.

use std::path::PathBuf;
use std::sync::Arc;

use chrono::TimeDelta;

use super::profile::ProfileError;
use crate::app::{App, Cx};
use crate::config::Storage;
use crate::store::{self, files, folder};

/// How many names of each storage one sweep looks at.
const SWEPT: usize = 2000;
/// How many random letters a name has.
const LETTERS: usize = 22;

/// What a file is, by its name's end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A JPEG picture.
    Jpeg,
    /// A PNG picture.
    Png,
}

impl Kind {
    fn suffix(self) -> &'static str {
        match self {
            Self::Jpeg => ".jpg",
            Self::Png => ".png",
        }
    }

    /// The media type.
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
        }
    }

    /// The kind of the file of this name; none for what is no name of ours.
    pub fn of(name: &str) -> Option<Self> {
        let kind = [Self::Jpeg, Self::Png].into_iter().find(|kind| name.ends_with(kind.suffix()))?;
        let random = name.strip_suffix(kind.suffix())?;
        let fits = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
        (random.len() == LETTERS && random.bytes().all(fits)).then_some(kind)
    }
}

/// A new file, not kept yet.
#[derive(Debug, Clone)]
pub struct NewFile {
    /// Its name, which nobody guesses and no other file has.
    pub name: String,
    kind: Kind,
    bytes: Vec<u8>,
}

impl NewFile {
    /// Gives a name to what is to be kept.
    pub fn new(app: &App, kind: Kind, bytes: Vec<u8>) -> Self {
        Self { name: format!("{}{}", app.random().text::<16>(), kind.suffix()), kind, bytes }
    }

    /// Before the transaction: a folder's file is written while no connection waits for the disk.
    ///
    /// # Errors
    /// [`ProfileError::File`].
    pub fn write_to_folder(&self, app: &App) -> Result<(), ProfileError> {
        match app.config.files.storage {
            Storage::Folder => folder::write(&place(app), &self.name, &self.bytes).map_err(ProfileError::File),
            Storage::Database => Ok(()),
        }
    }

    /// Within the transaction.
    ///
    /// # Errors
    /// As the database says.
    pub fn write_to_database(&self, cx: &mut Cx<'_>) -> store::Result<()> {
        match cx.app.config.files.storage {
            Storage::Folder => Ok(()),
            Storage::Database => files::insert(cx.conn, &self.name, self.kind.content_type(), &self.bytes, cx.now),
        }
    }
}

/// Deletes a file of the database, within the transaction that makes it useless.
///
/// # Errors
/// As the database says.
pub fn delete_from_database(cx: &mut Cx<'_>, name: &str) -> store::Result<()> {
    files::delete(cx.conn, name)
}

/// Deletes a file of the folder, after the transaction that made it useless. One that stays harms nobody.
pub fn delete_from_folder(app: &App, name: &str) {
    if let Err(error) = folder::delete(&place(app), name) {
        log::warn!("event=file.delete outcome=failed file={name} error={:?}", error.to_string());
    }
}

/// What the file of this name holds, and of which kind it is: wherever it is, for the setting may have changed.
///
/// # Errors
/// [`ProfileError::File`] and [`ProfileError::Store`].
pub fn read(app: &App, name: &str) -> Result<Option<(Kind, Vec<u8>)>, ProfileError> {
    let Some(kind) = Kind::of(name) else { return Ok(None) };
    let kept = match folder::read(&place(app), name).map_err(ProfileError::File)? {
        Some(bytes) => Some(bytes),
        None => app.read(|cx| files::get(cx.conn, name))?,
    };
    Ok(kept.map(|bytes| (kind, bytes)))
}

/// Deletes files older than a day that are nobody's avatar and no client's logo, left behind when a server stopped between two steps; how
/// many. Looks at no more than `SWEPT` names of each storage, from `start` on.
///
/// # Errors
/// [`ProfileError::File`] and [`ProfileError::Store`].
pub fn sweep(app: &Arc<App>, start: &str) -> Result<usize, ProfileError> {
    let before = app.now() - TimeDelta::days(1);
    let start = start.to_owned();
    let deleted = app.write(move |cx| {
        let names = files::names_from(cx.conn, &start, i64::try_from(SWEPT).unwrap_or(i64::MAX))?;
        let unnamed = files::unnamed(cx.conn, &names)?;
        let deleted = files::delete_old(cx.conn, &unnamed, before)?;
        Ok::<_, ProfileError>((deleted, start))
    });
    let (mut deleted, start) = deleted?;
    let mut names: Vec<String> = folder::old_names_from(&place(app), &start, before, SWEPT)
        .map_err(ProfileError::File)?
        .into_iter()
        .filter(|name| Kind::of(name.strip_suffix(".draft").unwrap_or(name)).is_some())
        .collect();
    names = app.read(|cx| files::unnamed(cx.conn, &names))?;
    for name in names {
        folder::delete(&place(app), &name).map_err(ProfileError::File)?;
        deleted += 1;
    }
    Ok(deleted)
}

fn place(app: &App) -> PathBuf {
    app.config.server.data_dir.join("files")
}

#[cfg(test)]
mod tests {
    use super::Kind;

    #[test]
    fn only_our_own_names_are_names() {
        assert_eq!(Kind::of("0123456789-_abcdefABCD.jpg"), Some(Kind::Jpeg));
        assert_eq!(Kind::of("0123456789-_abcdefABCD.png"), Some(Kind::Png));
        for name in [
            "",
            ".jpg",
            "0123456789-_abcdefABCD.gif",
            "0123456789-_abcdefABCD",
            "0123456789-_abcdefABC.jpg",
            "0123456789-_abcdefABCDE.jpg",
            "../../../../master.key.jpg",
            "0123456789/_abcdefABCD.jpg",
            "0123456789._abcdefABCD.jpg",
            "0123456789-_abcdefABC\0.jpg",
            "0123456789-_abcdefABCD.jpg.draft",
        ] {
            assert_eq!(Kind::of(name), None, "{name:?}");
        }
    }
}
