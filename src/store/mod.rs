//! What is kept: one schema on two databases. The only layer that knows diesel.
//!
//! Every function takes a connection and says one thing in SQL, in one statement unless its
//! name says otherwise. Rows become domain values here and nowhere else.

mod conn;
mod db;
mod migrate;
mod schema;
mod survey;
mod writer;

pub mod access_tokens;
pub mod audit_events;
pub mod belongings;
pub mod client_admin;
pub mod clients;
pub mod connections;
pub mod consents;
pub mod exchanges;
pub mod failures;
pub mod files;
pub mod folder;
pub mod grants;
pub mod known_devices;
pub mod logouts;
pub mod messages;
pub mod one_time;
pub mod passkeys;
pub mod people;
pub mod purge;
pub mod reserved_names;
pub mod roles;
pub mod scopes;
pub mod second_factors;
pub mod sessions;
pub mod settings;
pub mod sign_in_attempts;
pub mod signing_keys;
pub mod staff;
pub mod standing;
pub mod statistics;
pub mod throttles;
pub mod users;

pub use conn::Conn;
pub use db::{Backend, Db, Observer, Options};
pub use survey::{Survey, survey};

use diesel::result::{DatabaseErrorKind, Error as DieselError};

/// Why the database gave no answer.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No connection, or none in time: worth trying again.
    #[error("the database is not reachable: {0}")]
    Unavailable(String),
    /// Not let in to it: too many want it at once. Worth trying again.
    #[error("too many requests at once")]
    Busy,
    /// Another row has this value already; the text names the constraint or the column.
    #[error("already taken: {0}")]
    Unique(String),
    /// A row that cannot be: written by another version, or damaged.
    #[error("a row of {table} cannot be read: {what}")]
    Corrupt {
        /// The table.
        table: &'static str,
        /// What is wrong with it.
        what: String,
    },
    /// Anything else the database refused.
    #[error("the database refused: {0}")]
    Refused(#[source] DieselError),
    /// The address of the database cannot be used.
    #[error("{0}")]
    Address(String),
    /// The schema could not be brought up to date.
    #[error("the migrations failed: {0}")]
    Migration(String),
}

impl Error {
    /// Whether the same may well work in a moment (HTTP 503).
    pub fn is_temporary(&self) -> bool {
        matches!(self, Self::Unavailable(_) | Self::Busy)
    }
}

/// The outcome of a statement.
pub type Result<T> = std::result::Result<T, Error>;

impl From<DieselError> for Error {
    fn from(error: DieselError) -> Self {
        match error {
            DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, info) => {
                Self::Unique(format!("{} {}", info.constraint_name().unwrap_or_default(), info.message()))
            }
            DieselError::DatabaseError(DatabaseErrorKind::ClosedConnection, info) => {
                Self::Unavailable(info.message().to_owned())
            }
            other => Self::Refused(other),
        }
    }
}

impl Error {
    fn corrupt(table: &'static str, what: impl std::fmt::Display) -> Self {
        Self::Corrupt { table, what: what.to_string() }
    }
}
