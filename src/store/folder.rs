//! Files that are kept in a folder, under names that this server made.

use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write as _};
use std::path::Path;

use crate::core::time::Time;

/// Keeps a new file: there as a whole, on the disk, or not at all.
///
/// # Errors
/// As the file system says.
pub fn write(folder: &Path, name: &str, bytes: &[u8]) -> io::Result<()> {
    make(folder)?;
    let draft = folder.join(format!("{name}.draft"));
    let written = fill(&draft, bytes).and_then(|()| fs::rename(&draft, folder.join(name)));
    if written.is_err() {
        let _ = fs::remove_file(&draft);
    }
    written.and_then(|()| sync(folder))
}

/// Nobody else has business in there.
fn make(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(folder)
}

fn fill(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// The name itself must outlast a power cut too.
fn sync(folder: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

/// What a file holds.
///
/// # Errors
/// As the file system says.
pub fn read(folder: &Path, name: &str) -> io::Result<Option<Vec<u8>>> {
    match fs::read(folder.join(name)) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Deletes a file, if there is one.
///
/// # Errors
/// As the file system says.
pub fn delete(folder: &Path, name: &str) -> io::Result<()> {
    match fs::remove_file(folder.join(name)) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// The names from `start` on of files that were last written before `before`, drafts too: the first `limit` of them in
/// their order. None when there is no folder.
///
/// # Errors
/// As the file system says.
pub fn old_names_from(folder: &Path, start: &str, before: Time, limit: usize) -> io::Result<BTreeSet<String>> {
    let mut names = BTreeSet::new();
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(names),
        entries => entries?,
    };
    for entry in entries {
        let entry = entry?;
        let Ok(name) = entry.file_name().into_string() else { continue };
        // One that is gone meanwhile is not there any more.
        let Ok(written) = entry.metadata().and_then(|found| found.modified()) else { continue };
        if name.as_str() >= start && chrono::DateTime::<chrono::Utc>::from(written).naive_utc() < before {
            names.insert(name);
            if names.len() > limit {
                names.pop_last();
            }
        }
    }
    Ok(names)
}
