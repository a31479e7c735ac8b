//! Brings the schema up to date.

use diesel::RunQueryDsl as _;
use diesel::connection::SimpleConnection as _;
use diesel::sql_types::BigInt;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::conn::Conn;
use super::{Error, Result};

pub(super) const MIGRATIONS: EmbeddedMigrations = embed_migrations!("migrations");

/// Indexes that find people by the beginning of a name: their order must be that of bytes, which each database says in
/// its own way.
const PREFIXES_POSTGRES: &str = include_str!("migrate/postgres.sql");
const PREFIXES_SQLITE: &str = include_str!("migrate/sqlite.sql");

/// Any number will do, as long as every node takes the same lock.
const LOCK: i64 = 0x6772_616e_746f_7200;

/// Runs what is pending. Several nodes may start at once: one migrates, the others wait for it.
pub(super) fn run(conn: &mut Conn) -> Result<()> {
    match conn {
        Conn::Pg(pg) => {
            diesel::sql_query("SELECT pg_advisory_lock($1)").bind::<BigInt, _>(LOCK).execute(pg)?;
            let outcome = pg.run_pending_migrations(MIGRATIONS).map(|_| ()).map_err(failed).and_then(|()| prefixes(pg));
            diesel::sql_query("SELECT pg_advisory_unlock($1)").bind::<BigInt, _>(LOCK).execute(pg)?;
            outcome
        }
        Conn::Sqlite(sqlite) => {
            if !sqlite.has_pending_migration(MIGRATIONS).map_err(failed)? {
                return Ok(());
            }
            sqlite.immediate_transaction(|sqlite| {
                sqlite.run_pending_migrations(MIGRATIONS).map_err(failed)?;
                Ok(sqlite.batch_execute(PREFIXES_SQLITE)?)
            })
        }
    }
}

/// Makes the indexes, unless they are there: to ask for one that is there would wait for those who write.
fn prefixes(pg: &mut diesel::PgConnection) -> Result<()> {
    let last = diesel::sql_query("SELECT count(to_regclass('users_family_prefix')) AS n").get_result::<Count>(pg)?;
    if last.n == 0 {
        pg.batch_execute(PREFIXES_POSTGRES)?;
    }
    Ok(())
}

#[derive(diesel::QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

fn failed(error: Box<dyn std::error::Error + Send + Sync>) -> Error {
    Error::Migration(error.to_string())
}
