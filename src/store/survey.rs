//! A look at a database that changes nothing in it.

use diesel::RunQueryDsl as _;
use diesel::migration::MigrationSource;
use diesel::sql_types::{BigInt, Text};

use super::conn::{self, Conn, on_backend};
use super::db::{Backend, Options, parse};
use super::migrate::MIGRATIONS;
use super::{Error, Result};

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Survey {
    /// Which database it is.
    pub backend: Backend,
    /// Migrations of this version that have not been run, in order.
    pub pending: Vec<String>,
    /// Migrations that this version does not know: a later one was here.
    pub unknown: Vec<String>,
    /// Whether a node has made keys, scopes and built-in clients.
    pub is_made: bool,
}

#[derive(diesel::QueryableByName)]
struct Applied {
    #[diesel(sql_type = Text)]
    version: String,
}

#[derive(diesel::QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

/// Looks at the database at `url`. A SQLite file that is not there is not made.
///
/// # Errors
/// As the database says.
pub fn survey(url: &str, options: &Options) -> Result<Survey> {
    let (backend, address) = parse(url)?;
    if backend == Backend::Sqlite && !std::path::Path::new(&address).exists() {
        return Ok(Survey { backend, pending: known(backend)?, unknown: Vec::new(), is_made: false });
    }
    let mut conn = conn::open(backend, &address, options)?;
    let applied = applied(&mut conn)?;
    let known = known(backend)?;
    let is_made = exists(&mut conn, "settings")? && count(&mut conn, "SELECT count(*) AS n FROM settings")? > 0;
    Ok(Survey {
        backend,
        pending: known.iter().filter(|version| !applied.contains(version)).cloned().collect(),
        unknown: applied.into_iter().filter(|version| !known.contains(version)).collect(),
        is_made,
    })
}

fn known(backend: Backend) -> Result<Vec<String>> {
    let failed = |error: Box<dyn std::error::Error + Send + Sync>| Error::Migration(error.to_string());
    let mut versions: Vec<String> = match backend {
        Backend::Postgres => MigrationSource::<diesel::pg::Pg>::migrations(&MIGRATIONS)
            .map_err(failed)?
            .iter()
            .map(|migration| migration.name().version().to_string())
            .collect(),
        Backend::Sqlite => MigrationSource::<diesel::sqlite::Sqlite>::migrations(&MIGRATIONS)
            .map_err(failed)?
            .iter()
            .map(|migration| migration.name().version().to_string())
            .collect(),
    };
    versions.sort();
    Ok(versions)
}

/// Read by hand: diesel's own question would make the table that it asks for.
fn applied(conn: &mut Conn) -> Result<Vec<String>> {
    if !exists(conn, "__diesel_schema_migrations")? {
        return Ok(Vec::new());
    }
    let query = diesel::sql_query("SELECT version FROM __diesel_schema_migrations ORDER BY version");
    let rows: Vec<Applied> = on_backend!(conn, |c| query.load(c))?;
    Ok(rows.into_iter().map(|row| row.version).collect())
}

fn exists(conn: &mut Conn, table: &str) -> Result<bool> {
    let query = match conn {
        Conn::Pg(_) => format!("SELECT count(to_regclass('{table}')) AS n"),
        Conn::Sqlite(_) => format!("SELECT count(*) AS n FROM sqlite_master WHERE name = '{table}'"),
    };
    Ok(count(conn, &query)? > 0)
}

fn count(conn: &mut Conn, query: &str) -> Result<i64> {
    let query = diesel::sql_query(query);
    let row: Count = on_backend!(conn, |c| query.get_result(c))?;
    Ok(row.n)
}
