//! A fresh database for each test, and the macro that runs a test on both kinds.

use std::path::PathBuf;

use grantor::store::{Db, Options};
use tempfile::TempDir;

use super::postgres;

/// A fresh database, gone with the test.
pub struct Database {
    url: String,
    dir: TempDir,
    cluster: Option<&'static postgres::Cluster>,
}

impl Database {
    /// A new SQLite file.
    pub fn sqlite() -> Self {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let url = format!("sqlite://{}", dir.path().join("grantor.db").display());
        Self { url, dir, cluster: None }
    }

    /// A new database on the test run's PostgreSQL; none when there is no PostgreSQL.
    pub fn postgres() -> Option<Self> {
        let cluster = postgres::cluster()?;
        let url = cluster.database_from_template("grantor", |url| {
            let options = Options {
                pool_size: 1,
                pool_timeout: std::time::Duration::from_secs(10),
                synchronous_full: false,
                observer: None,
            };
            drop(Db::open(url, &options).expect("the template's schema"));
        });
        Some(Self { url, dir: tempfile::tempdir().expect("a temporary folder"), cluster: Some(cluster) })
    }

    /// A new database on a cluster of the test's own, which outlives it.
    pub fn of_cluster(cluster: &postgres::Cluster) -> Self {
        Self { url: cluster.fresh_database(), dir: tempfile::tempdir().expect("a temporary folder"), cluster: None }
    }

    /// Its address.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Whether it is PostgreSQL.
    pub fn is_postgres(&self) -> bool {
        self.url.starts_with("postgres")
    }

    /// A data folder that goes with it.
    pub fn data_dir(&self) -> PathBuf {
        self.dir.path().to_owned()
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if let Some(cluster) = self.cluster {
            cluster.drop_database(&self.url);
        }
    }
}

/// Runs an async body on a runtime of its own.
pub fn run<F: Future>(body: F) -> F::Output {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime")
        .block_on(body)
}

/// Makes of `async fn name(db: Database) { … }` a test on SQLite and a test on PostgreSQL.
macro_rules! on_both {
    ($($(#[$meta:meta])* async fn $name:ident($db:ident: Database) $body:block)*) => {$(
        $(#[$meta])*
        mod $name {
            use super::*;

            async fn body($db: $crate::support::database::Database) $body

            #[test]
            fn sqlite() {
                $crate::support::database::run(body($crate::support::database::Database::sqlite()));
            }

            #[test]
            fn postgres() {
                if let Some(db) = $crate::support::database::Database::postgres() {
                    $crate::support::database::run(body(db));
                }
            }
        }
    )*};
}
pub(crate) use on_both;
