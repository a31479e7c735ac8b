//! The least that a web handler can do: answer a static text; keep a row in one committed INSERT; find one by its key.
//! The same framework, pool, number of workers and way of blocking as the server's own.

use std::marker::PhantomData;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use actix_web::http::header;
use actix_web::{App, HttpResponse, HttpServer, web};
use aws_lc_rs::rand;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::NaiveDateTime;
use diesel::connection::{LoadConnection, SimpleConnection};
use diesel::prelude::*;
use diesel::{PgConnection, SqliteConnection};

diesel::table! {
    bench_rows (id) {
        id -> Text,
        hash -> Text,
        client_id -> Text,
        scope -> Text,
        created_at -> Timestamp,
        expires_at -> Timestamp,
    }
}

const TABLE: &str = "CREATE TABLE bench_rows (id TEXT PRIMARY KEY NOT NULL, hash TEXT NOT NULL, \
     client_id TEXT NOT NULL, scope TEXT NOT NULL, created_at TIMESTAMP NOT NULL, expires_at TIMESTAMP NOT NULL)";
const SQLITE: &str =
    "PRAGMA busy_timeout = 10000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON";
/// What the static answer says: as long as a small document.
const STATIC: &[u8] = br#"{"status":"ok"}"#;
/// How many rows there are to be found.
const ROWS: usize = 1000;
/// As many as the server opens: 16 and one for each thread that hashes.
const POOL: u32 = 18;

#[derive(Insertable, Queryable, Selectable)]
#[diesel(table_name = bench_rows, treat_none_as_default_value = false)]
struct Row {
    id: String,
    hash: String,
    client_id: String,
    scope: String,
    created_at: NaiveDateTime,
    expires_at: NaiveDateTime,
}

impl Row {
    fn new() -> Self {
        let now = chrono::Utc::now().naive_utc();
        Self {
            id: random::<16>(),
            hash: random::<32>(),
            client_id: "QmVuY2hDbGllbnRJZFh4eA".to_owned(),
            scope: "profile".to_owned(),
            created_at: now,
            expires_at: now + chrono::TimeDelta::hours(1),
        }
    }
}

fn random<const N: usize>() -> String {
    let mut bytes = [0; N];
    rand::fill(&mut bytes).expect("random bytes");
    URL_SAFE_NO_PAD.encode(bytes)
}

/// What both databases are asked to do.
trait Rows: Connection + LoadConnection + SimpleConnection + Send + 'static {
    fn keep(&mut self, row: Row) -> QueryResult<usize>;
    fn find(&mut self, id: &str) -> QueryResult<Row>;
}

macro_rules! rows {
    ($connection:ty) => {
        impl Rows for $connection {
            fn keep(&mut self, row: Row) -> QueryResult<usize> {
                diesel::insert_into(bench_rows::table).values(row).execute(self)
            }

            fn find(&mut self, id: &str) -> QueryResult<Row> {
                bench_rows::table.filter(bench_rows::id.eq(id)).select(Row::as_select()).first(self)
            }
        }
    };
}
rows!(PgConnection);
rows!(SqliteConnection);

struct Manager<C> {
    address: String,
    set_up: &'static str,
    of: PhantomData<fn() -> C>,
}

impl<C: Rows> r2d2::ManageConnection for Manager<C> {
    type Connection = C;
    type Error = diesel::ConnectionError;

    fn connect(&self) -> Result<C, Self::Error> {
        let mut connection = C::establish(&self.address)?;
        connection.batch_execute(self.set_up).map_err(diesel::ConnectionError::CouldntSetupConfiguration)?;
        Ok(connection)
    }

    fn is_valid(&self, _: &mut C) -> Result<(), Self::Error> {
        Ok(())
    }

    fn has_broken(&self, _: &mut C) -> bool {
        false
    }
}

/// Serves until it is killed.
pub fn serve(listen: SocketAddr, database: &str) {
    match database.strip_prefix("sqlite://") {
        Some(path) => run::<SqliteConnection>(listen, path, SQLITE),
        None => run::<PgConnection>(listen, database, "SET TIME ZONE 'UTC'"),
    }
}

struct State<C: Rows> {
    pool: r2d2::Pool<Manager<C>>,
    ids: Vec<String>,
    next: AtomicUsize,
}

fn run<C: Rows>(listen: SocketAddr, address: &str, set_up: &'static str) {
    let manager = Manager::<C> { address: address.to_owned(), set_up, of: PhantomData };
    let pool = r2d2::Pool::builder().max_size(POOL).min_idle(Some(1)).test_on_check_out(false);
    let pool = pool.build(manager).expect("the database");
    let mut connection = pool.get().expect("a connection");
    connection.batch_execute(TABLE).expect("a table");
    let rows = std::iter::repeat_with(Row::new).take(ROWS);
    let ids = connection
        .transaction(|connection| {
            rows.map(|row| {
                let id = row.id.clone();
                connection.keep(row).map(|_| id)
            })
            .collect::<QueryResult<Vec<_>>>()
        })
        .expect("rows");
    drop(connection);
    let state = web::Data::from(Arc::new(State { pool, ids, next: AtomicUsize::new(0) }));
    let workers = std::thread::available_parallelism().map_or(2, usize::from);
    let server = HttpServer::new(move || {
        App::new()
            .app_data(state.clone())
            .route("/static", web::get().to(|| async { json(STATIC) }))
            .route("/insert", web::post().to(insert::<C>))
            .route("/select", web::get().to(select::<C>))
    });
    let served = server.workers(workers).worker_max_blocking_threads(512).bind(listen).expect("the address").run();
    actix_web::rt::System::new().block_on(served).expect("a server");
}

async fn insert<C: Rows>(state: web::Data<State<C>>) -> HttpResponse {
    let state = state.into_inner();
    let done = web::block(move || {
        let row = Row::new();
        let id = row.id.clone();
        state.pool.get().expect("a connection").keep(row).map(|_| id)
    });
    answer(done.await.expect("a thread"))
}

async fn select<C: Rows>(state: web::Data<State<C>>) -> HttpResponse {
    let state = state.into_inner();
    let done = web::block(move || {
        let id = &state.ids[state.next.fetch_add(1, Ordering::Relaxed) % ROWS];
        state.pool.get().expect("a connection").find(id).map(|row| row.hash)
    });
    answer(done.await.expect("a thread"))
}

fn answer(outcome: QueryResult<String>) -> HttpResponse {
    match outcome {
        Ok(text) => json(format!("{{\"row\":\"{text}\"}}")),
        Err(error) => HttpResponse::InternalServerError().body(error.to_string()),
    }
}

fn json(body: impl actix_web::body::MessageBody + 'static) -> HttpResponse {
    HttpResponse::Ok().insert_header((header::CONTENT_TYPE, "application/json")).body(body)
}
