//! One connection to either database.

use diesel::connection::{Instrumentation, InstrumentationEvent, SimpleConnection as _};
use diesel::result::{DatabaseErrorKind, Error as DieselError};
use diesel::{Connection as _, PgConnection, SqliteConnection};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use super::db::{Backend, Observer, Options};
use super::{Error, Result};

/// A connection to PostgreSQL or to SQLite.
#[derive(diesel::MultiConnection)]
pub enum Conn {
    /// PostgreSQL.
    Pg(PgConnection),
    /// SQLite.
    Sqlite(SqliteConnection),
}

/// Says one body for each database: for what diesel offers on both but not on the enum of them, and for the hottest
/// statements: of a statement on the enum, diesel writes the text anew on each call, to look it up among the prepared.
macro_rules! on_backend {
    ($conn:expr, |$c:ident| $body:expr) => {
        match $conn {
            $crate::store::Conn::Pg($c) => $body,
            $crate::store::Conn::Sqlite($c) => $body,
        }
    };
}
pub(super) use on_backend;

/// Says the text of a statement once for both databases.
macro_rules! hot_update {
    ($name:ident, |$self:ident, $out:ident| $body:block) => {
        impl QueryFragment<diesel::pg::Pg> for $name<'_> {
            fn walk_ast<'b>(&'b $self, mut $out: AstPass<'_, 'b, diesel::pg::Pg>) -> QueryResult<()> $body
        }

        impl QueryFragment<diesel::sqlite::Sqlite> for $name<'_> {
            fn walk_ast<'b>(&'b $self, mut $out: AstPass<'_, 'b, diesel::sqlite::Sqlite>) -> QueryResult<()> $body
        }
    };
}
pub(super) use hot_update;

/// Opens a connection and sets it up.
pub(super) fn open(backend: Backend, address: &str, options: &Options) -> Result<Conn> {
    let unavailable = |error: diesel::ConnectionError| Error::Unavailable(error.to_string());
    match backend {
        Backend::Postgres => {
            let mut conn = PgConnection::establish(address).map_err(unavailable)?;
            conn.batch_execute("SET TIME ZONE 'UTC'; SET statement_timeout = '30s'")?;
            Ok(Conn::Pg(conn))
        }
        Backend::Sqlite => {
            let mut conn = SqliteConnection::establish(address).map_err(unavailable)?;
            // busy_timeout comes first: switching to WAL takes a lock itself.
            conn.batch_execute("PRAGMA busy_timeout = 10000")?;
            conn.batch_execute("PRAGMA journal_mode = WAL")?;
            let synchronous = if options.synchronous_full { "FULL" } else { "NORMAL" };
            conn.batch_execute(&format!("PRAGMA synchronous = {synchronous}; PRAGMA foreign_keys = ON"))?;
            Ok(Conn::Sqlite(conn))
        }
    }
}

/// Watches a connection: counts statements for the tests, and notices when it is lost.
pub(super) struct Watch {
    pub(super) lost: Arc<AtomicBool>,
    /// The era in which the connection was made, and the present one.
    pub(super) era: (u64, Arc<AtomicU64>),
    pub(super) observer: Option<Observer>,
}

impl Instrumentation for Watch {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        match event {
            InstrumentationEvent::StartQuery { query, .. } => {
                if let Some(observer) = &self.observer {
                    observer(&query.to_string());
                }
            }
            InstrumentationEvent::FinishQuery {
                error: Some(DieselError::DatabaseError(DatabaseErrorKind::ClosedConnection, _)),
                ..
            } => {
                self.lost.store(true, Ordering::Relaxed);
                self.era.1.fetch_max(self.era.0 + 1, Ordering::Relaxed);
            }
            _ => {}
        }
    }
}
