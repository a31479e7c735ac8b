//! The database as a whole: a pool that reads, and the one way to write.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use diesel::Connection as _;
use diesel::connection::TransactionManager as _;
use r2d2::{ManageConnection, Pool};

use super::conn::{self, Conn, Watch};
use super::writer::Writer;
use super::{Error, Result, migrate};

/// Which database it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backend {
    /// PostgreSQL: the pool writes.
    Postgres,
    /// SQLite: one connection writes, and commits for all who wait.
    Sqlite,
}

/// Is told each statement; the tests count with it.
pub type Observer = Arc<dyn Fn(&str) + Send + Sync>;

/// How to hold the database.
#[derive(Clone)]
pub struct Options {
    /// The most connections, 1 or more.
    pub pool_size: u32,
    /// How long to wait for one.
    pub pool_timeout: Duration,
    /// SQLite: whether a commit waits for the disk.
    pub synchronous_full: bool,
    /// Is told each statement.
    pub observer: Option<Observer>,
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options").field("pool_size", &self.pool_size).finish_non_exhaustive()
    }
}

/// The database.
pub struct Db {
    backend: Backend,
    pool: Pool<Manager>,
    writer: Option<Writer>,
    era: Arc<AtomicU64>,
}

impl fmt::Debug for Db {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Db").field("backend", &self.backend).finish_non_exhaustive()
    }
}

impl Db {
    /// Opens the database at `url` (`postgres://…` or `sqlite://path`) and brings its schema up to date.
    ///
    /// # Errors
    /// When the address is of another kind, the database does not answer, or a migration fails.
    pub fn open(url: &str, options: &Options) -> Result<Self> {
        let (backend, address) = parse(url)?;
        let mut first = conn::open(backend, &address, options)?;
        migrate::run(&mut first)?;
        drop(first);
        let era = Arc::new(AtomicU64::new(0));
        let manager = Manager { backend, address: address.clone(), options: options.clone(), era: Arc::clone(&era) };
        let pool = Pool::builder()
            .max_size(options.pool_size.max(1))
            .min_idle(Some(1))
            .connection_timeout(options.pool_timeout)
            .test_on_check_out(false)
            .error_handler(Box::new(LogErrors))
            .build_unchecked(manager);
        let writer = match backend {
            Backend::Postgres => None,
            Backend::Sqlite => Some(Writer::start(address, options.clone())?),
        };
        Ok(Self { backend, pool, writer, era })
    }

    /// Which database it is.
    pub fn backend(&self) -> Backend {
        self.backend
    }

    /// Reads, outside a transaction.
    ///
    /// # Errors
    /// What `f` says, and [`Error::Unavailable`] when there is no connection in time.
    pub fn read<T, E: From<Error>>(
        &self,
        f: impl FnOnce(&mut Conn) -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        let mut held = self.pool.get().map_err(|e| Error::Unavailable(e.to_string()))?;
        // Where one connection was lost, those made before it are: they are not tried one by one.
        while held.era < self.era.load(Ordering::Relaxed) {
            held.lost.store(true, Ordering::Relaxed);
            drop(held);
            held = self.pool.get().map_err(|e| Error::Unavailable(e.to_string()))?;
        }
        f(&mut held.conn)
    }

    /// Runs `f` in one transaction: kept when it answers `Ok`, as if it never was when `Err`.
    ///
    /// # Errors
    /// What `f` says, and [`Error::Unavailable`] when there is no connection in time.
    pub fn write<T, E, F>(&self, f: F) -> std::result::Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
        F: FnOnce(&mut Conn) -> std::result::Result<T, E> + Send + 'static,
    {
        match &self.writer {
            Some(writer) => writer.write(f),
            None => self.read(|conn| transaction(conn, f)),
        }
    }

    /// Runs `f`, which makes one statement at the most, without the round trips of a transaction around it.
    ///
    /// # Errors
    /// As [`Db::write`].
    pub fn write_one<T, E, F>(&self, f: F) -> std::result::Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
        F: FnOnce(&mut Conn) -> std::result::Result<T, E> + Send + 'static,
    {
        match &self.writer {
            Some(writer) => writer.write(f),
            None => self.read(f),
        }
    }
}

/// One transaction (or savepoint, inside one) around `f`.
pub(super) fn transaction<T, E: From<Error>>(
    conn: &mut Conn,
    f: impl FnOnce(&mut Conn) -> std::result::Result<T, E>,
) -> std::result::Result<T, E> {
    enum Abort<E> {
        Database(diesel::result::Error),
        Said(E),
    }
    impl<E> From<diesel::result::Error> for Abort<E> {
        fn from(error: diesel::result::Error) -> Self {
            Self::Database(error)
        }
    }
    conn.transaction(|conn| f(conn).map_err(Abort::Said)).map_err(|abort| match abort {
        Abort::Database(error) => Error::from(error).into(),
        Abort::Said(error) => error,
    })
}

pub(super) fn parse(url: &str) -> Result<(Backend, String)> {
    if url.starts_with("postgres://") || url.starts_with("postgresql://") {
        Ok((Backend::Postgres, url.to_owned()))
    } else if let Some(path) = url.strip_prefix("sqlite://") {
        Ok((Backend::Sqlite, path.to_owned()))
    } else {
        Err(Error::Address("database.url must begin with postgres://, postgresql:// or sqlite://".to_owned()))
    }
}

struct Manager {
    backend: Backend,
    address: String,
    options: Options,
    /// Counts how often connections were lost.
    era: Arc<AtomicU64>,
}

struct Held {
    conn: Conn,
    lost: Arc<AtomicBool>,
    /// The era in which it was made.
    era: u64,
}

impl ManageConnection for Manager {
    type Connection = Held;
    type Error = Error;

    fn connect(&self) -> Result<Held> {
        let era = self.era.load(Ordering::Relaxed);
        let mut conn = conn::open(self.backend, &self.address, &self.options)?;
        let lost = Arc::new(AtomicBool::new(false));
        conn.set_instrumentation(Watch {
            lost: Arc::clone(&lost),
            era: (era, Arc::clone(&self.era)),
            observer: self.options.observer.clone(),
        });
        Ok(Held { conn, lost, era })
    }

    fn is_valid(&self, held: &mut Held) -> Result<()> {
        use diesel::RunQueryDsl as _;
        diesel::select(diesel::dsl::sql::<diesel::sql_types::Integer>("1")).execute(&mut held.conn)?;
        Ok(())
    }

    fn has_broken(&self, held: &mut Held) -> bool {
        std::thread::panicking()
            || held.lost.load(Ordering::Relaxed)
            || <Conn as diesel::Connection>::TransactionManager::is_broken_transaction_manager(&mut held.conn)
    }
}

#[derive(Debug)]
struct LogErrors;

impl r2d2::HandleError<Error> for LogErrors {
    fn handle_error(&self, error: Error) {
        log::warn!("event=database.connect outcome=failed error={:?}", error.to_string());
    }
}
