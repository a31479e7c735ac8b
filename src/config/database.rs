//! `[database]`

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::reader::Reader;
use super::schema::DATABASE_URL;
use super::secret::Secret;

/// Where the data is kept.
#[derive(Debug, Clone)]
pub struct Database {
    /// The database in use; never empty.
    pub url: Secret,
    /// The SQLite file; `None` when the database is PostgreSQL.
    pub sqlite_path: Option<PathBuf>,
    /// How many requests use the database at once, each on a connection.
    pub pool_size: u32,
    /// How long to wait for a free connection before answering 503.
    pub pool_timeout: Duration,
    /// How careful SQLite is with a commit.
    pub sqlite_synchronous: Synchronous,
}

/// How careful SQLite is with a commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Synchronous {
    /// A commit is on disk before it is confirmed.
    Full,
    /// A power cut may lose the last commits, but damages nothing.
    Normal,
}

impl Database {
    pub(super) fn read(reader: &mut Reader<'_>, data_dir: &Path) -> Self {
        let (url, sqlite_path) = read_url(reader, data_dir);
        Self {
            url,
            sqlite_path,
            pool_size: reader.integer("database.pool_size", 1..=512),
            pool_timeout: reader.span("database.pool_timeout", Duration::from_millis(100)..=Duration::from_mins(1)),
            sqlite_synchronous: read_synchronous(reader),
        }
    }
}

fn read_url(reader: &mut Reader<'_>, data_dir: &Path) -> (Secret, Option<PathBuf>) {
    let text = reader.text(DATABASE_URL);
    if text.is_empty() {
        let path = data_dir.join("grantor.db");
        let url = Secret::new(format!("sqlite://{}", path.display()));
        return (url, Some(path));
    }
    let url = Secret::new(text.to_owned());
    match text.split_once("://") {
        Some(("postgres" | "postgresql", rest)) if !rest.is_empty() => (url, None),
        Some(("sqlite", path)) if is_file_path(path) => (url, Some(PathBuf::from(path))),
        Some(("sqlite", _)) => {
            reader.refuse(
                DATABASE_URL,
                "sqlite:// and the path of a file, without parameters; a database in memory is \
                 not possible",
            );
            (url, None)
        }
        _ => {
            reader.refuse(DATABASE_URL, "a URL that starts with postgres://, postgresql:// or sqlite://");
            (url, None)
        }
    }
}

fn is_file_path(path: &str) -> bool {
    !path.is_empty() && !path.contains(['?', '#', '\0']) && path != ":memory:"
}

fn read_synchronous(reader: &mut Reader<'_>) -> Synchronous {
    let key = "database.sqlite_synchronous";
    match reader.text(key) {
        "full" => Synchronous::Full,
        "normal" => Synchronous::Normal,
        _ => {
            reader.refuse(key, "full or normal");
            Synchronous::Full
        }
    }
}
