//! The running server: settings, database, clock, randomness, keys and caches, and the two ways to use them.

mod admission;
mod aside;
mod audit;
mod bootstrap;
mod caches;
mod hasher;
mod keys;
mod records;
mod subject;

use std::fmt;
use std::sync::Arc;

pub use admission::{Admission, Overloaded};
pub use aside::aside;
pub use audit::record;
pub use bootstrap::{StartError, master_key, new_setup_link};
pub use hasher::Hasher;
pub use keys::{KeyRing, KeyState, KnownKey, Rotation, Withdrawal, rotate, rotate_due, signing_keys, withdraw};
pub use subject::{sector, subject};

use crate::config::Config;
use crate::core::client::Client;
use crate::core::ids::ClientId;
use crate::core::random::Random;
use crate::core::role::Role;
use crate::core::scope::ScopeEntry;
use crate::core::secret::Secrets;
use crate::core::time::{Clock, Time};
use crate::core::trace::Trace;
use crate::store::{self, Conn, Db, Observer};

/// The client that the server's own API signs people in as.
pub const FIRST_PARTY_CLIENT: &str = "first-party";
/// The client that personal access tokens belong to.
pub const PERSONAL_CLIENT: &str = "personal-access";

/// Everything that a request needs.
pub struct App {
    /// The settings.
    pub config: Config,
    /// The database.
    pub db: Db,
    /// Keys derived from the master key.
    pub secrets: Secrets,
    /// How many requests may use the database at once.
    pub database_admission: Arc<Admission>,
    /// How many passwords may be hashed at once.
    pub hash_admission: Admission,
    /// What hashes passwords.
    pub hasher: Hasher,
    /// How many uploads may be held in memory at once.
    pub upload_admission: Admission,
    /// How many pictures may be worked on at once.
    pub picture_admission: Admission,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    caches: caches::Caches,
    keys: keys::KeyCache,
    records: records::Records,
}

impl fmt::Debug for App {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("App").field("issuer", &self.config.issuer()).finish_non_exhaustive()
    }
}

/// What the server gets from outside, so that a test can put its own in its place.
pub struct Surroundings {
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// The source of randomness.
    pub random: Arc<dyn Random>,
    /// Is told each SQL statement.
    pub observer: Option<Observer>,
}

impl fmt::Debug for Surroundings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Surroundings")
    }
}

impl Default for Surroundings {
    fn default() -> Self {
        Self {
            clock: Arc::new(crate::core::time::SystemClock),
            random: Arc::new(crate::core::random::SystemRandom),
            observer: None,
        }
    }
}

/// One unit of work: a connection (inside a transaction, if it writes), and one moment for all of it.
pub struct Cx<'a> {
    /// The connection.
    pub conn: &'a mut Conn,
    /// The moment at which all of this happens.
    pub now: Time,
    /// The server.
    pub app: &'a App,
}

impl fmt::Debug for Cx<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cx").field("now", &self.now).finish_non_exhaustive()
    }
}

impl Cx<'_> {
    /// The source of randomness.
    pub fn random(&self) -> &dyn Random {
        self.app.random()
    }
}

impl App {
    /// The current moment.
    pub fn now(&self) -> Time {
        self.clock.now()
    }

    /// The source of randomness.
    pub fn random(&self) -> &dyn Random {
        &*self.random
    }

    /// Reads, outside a transaction.
    ///
    /// # Errors
    /// What `f` says; [`store::Error::Unavailable`] when there is no connection.
    pub fn read<T, E: From<store::Error>>(&self, f: impl FnOnce(&mut Cx<'_>) -> Result<T, E>) -> Result<T, E> {
        let now = self.now();
        self.db.read(|conn| f(&mut Cx { conn, now, app: self }))
    }

    /// Does all that `f` does in one transaction, or nothing of it when it answers `Err`.
    ///
    /// # Errors
    /// What `f` says; [`store::Error::Unavailable`] when there is no connection.
    pub fn write<T, E, F>(self: &Arc<Self>, f: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<store::Error> + Send + 'static,
        F: FnOnce(&mut Cx<'_>) -> Result<T, E> + Send + 'static,
    {
        let app = Arc::clone(self);
        let now = self.now();
        let trace = Trace::current();
        self.db.write(move |conn| Trace::within(trace, || f(&mut Cx { conn, now, app: &app })))
    }

    /// As [`App::write`], for an `f` that makes one statement at the most: no round trips around it.
    ///
    /// # Errors
    /// What `f` says; [`store::Error::Unavailable`] when there is no connection.
    pub fn write_one<T, E, F>(self: &Arc<Self>, f: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<store::Error> + Send + 'static,
        F: FnOnce(&mut Cx<'_>) -> Result<T, E> + Send + 'static,
    {
        let app = Arc::clone(self);
        let now = self.now();
        let trace = Trace::current();
        self.db.write_one(move |conn| Trace::within(trace, || f(&mut Cx { conn, now, app: &app })))
    }

    /// The client with this identifier; at most `cache.staleness` behind the database.
    ///
    /// # Errors
    /// As the database says.
    pub fn client(&self, id: &str) -> store::Result<Option<Arc<Client>>> {
        self.caches.client(self, id)
    }

    /// The client with this identifier, if this node has looked at it before, as it was then: no database is asked.
    pub fn remembered_client(&self, id: &str) -> Option<Arc<Client>> {
        self.caches.remembered_client(id)
    }

    /// Makes this node read a client anew.
    pub fn forget_client(&self, id: &ClientId) {
        self.caches.forget_client(id);
    }

    /// Every scope, by name; at most `cache.staleness` behind the database.
    ///
    /// # Errors
    /// As the database says.
    pub fn scopes(&self) -> store::Result<Arc<Vec<ScopeEntry>>> {
        self.caches.scopes(self)
    }

    /// Every scope, if this node's copy is fresh: no database is asked.
    pub fn fresh_scopes(&self) -> Option<Arc<Vec<ScopeEntry>>> {
        self.caches.fresh_scopes(self)
    }

    /// The signing keys, if this node's copy is fresh: no database is asked.
    pub fn fresh_keys(&self) -> Option<Arc<KeyRing>> {
        self.keys.fresh(self)
    }

    /// Makes this node read the scopes anew.
    pub fn forget_scopes(&self) {
        self.caches.forget_scopes();
    }

    /// Every role, by number; at most `cache.staleness` behind the database.
    ///
    /// # Errors
    /// As the database says.
    pub fn roles(&self) -> store::Result<Arc<Vec<Role>>> {
        self.caches.roles(self)
    }

    /// Makes this node read the roles anew.
    pub fn forget_roles(&self) {
        self.caches.forget_roles();
    }

    /// The signing keys; at most `cache.staleness` behind the database.
    ///
    /// # Errors
    /// As the database says.
    pub fn keys(&self) -> store::Result<Arc<KeyRing>> {
        self.keys.ring(self)
    }
}
