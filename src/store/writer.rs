//! SQLite's one writer: it takes the writes that wait, runs each under its own savepoint, commits
//! once for all of them, and answers only after the commit.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};

use diesel::connection::{AnsiTransactionManager, TransactionManager};
use diesel::{Connection as _, SqliteConnection};

use super::conn::{self, Conn, Watch};
use super::db::{Backend, Options, transaction};
use super::{Error, Result};

/// The most writes that one commit carries.
const BATCH: usize = 128;

type Answer = Box<dyn FnOnce(Result<()>) + Send>;
/// Is handed the connection inside the open transaction, or the reason why there is none.
type Job = Box<dyn FnOnce(Result<&mut Conn>) -> Answer + Send>;

pub(super) struct Writer(Sender<Job>);

impl Writer {
    pub(super) fn start(address: String, options: Options) -> Result<Self> {
        let conn = open(&address, &options)?;
        let (sender, jobs) = channel();
        std::thread::Builder::new()
            .name("grantor-writer".to_owned())
            .spawn(move || run(conn, &jobs, &address, &options))
            .map_err(|e| Error::Unavailable(e.to_string()))?;
        Ok(Self(sender))
    }

    pub(super) fn write<T, E, F>(&self, f: F) -> std::result::Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
        F: FnOnce(&mut Conn) -> std::result::Result<T, E> + Send + 'static,
    {
        let (reply, answer) = sync_channel(1);
        let job: Job = Box::new(move |conn| {
            let outcome = match conn {
                Ok(conn) => transaction(conn, f),
                Err(error) => Err(error.into()),
            };
            answer_with(reply, outcome)
        });
        let gone = |what: &str| E::from(Error::Unavailable(format!("the writer {what}")));
        self.0.send(job).map_err(|_| gone("has stopped"))?;
        answer.recv().map_err(|_| gone("gave no answer"))?
    }
}

fn answer_with<T, E>(reply: SyncSender<std::result::Result<T, E>>, outcome: std::result::Result<T, E>) -> Answer
where
    T: Send + 'static,
    E: From<Error> + Send + 'static,
{
    Box::new(move |committed| {
        let answer = match committed {
            Ok(()) => outcome,
            Err(error) => Err(error.into()),
        };
        // Whoever asked may have given up waiting.
        let _ = reply.send(answer);
    })
}

fn open(address: &str, options: &Options) -> Result<Conn> {
    let mut conn = conn::open(Backend::Sqlite, address, options)?;
    conn.set_instrumentation(Watch { lost: <_>::default(), era: <_>::default(), observer: options.observer.clone() });
    Ok(conn)
}

fn run(mut conn: Conn, jobs: &Receiver<Job>, address: &str, options: &Options) {
    while let Ok(first) = jobs.recv() {
        let batch = catch_unwind(AssertUnwindSafe(|| commit_batch(&mut conn, first, jobs)));
        if batch.is_err() {
            // The answers were dropped with the panic: their callers hear that there is none.
            log::error!("event=database.write outcome=panic");
        }
        if batch.is_err() || !is_idle(&mut conn) {
            match open(address, options) {
                Ok(fresh) => conn = fresh,
                Err(error) => log::error!("event=database.reopen outcome=failed error={:?}", error.to_string()),
            }
        }
    }
}

/// Whether the connection can begin a transaction: a failed commit may have left one open.
fn is_idle(conn: &mut Conn) -> bool {
    let status = <Conn as diesel::Connection>::TransactionManager::transaction_manager_status_mut(conn);
    matches!(status.transaction_depth(), Ok(None))
}

fn commit_batch(conn: &mut Conn, first: Job, jobs: &Receiver<Job>) {
    // Immediate: a deferred transaction that turns into a writer may find the lock taken and fail.
    let begun = on_sqlite(conn, |sqlite| AnsiTransactionManager::begin_transaction_sql(sqlite, "BEGIN IMMEDIATE"));
    if let Err(error) = begun {
        return first(Err(error))(Ok(()));
    }
    let mut answers = vec![first(Ok(conn))];
    while answers.len() < BATCH {
        match jobs.try_recv() {
            Ok(job) => answers.push(job(Ok(conn))),
            Err(_) => break,
        }
    }
    let committed = on_sqlite(conn, AnsiTransactionManager::commit_transaction);
    if committed.is_err() {
        let _ = on_sqlite(conn, AnsiTransactionManager::rollback_transaction);
    }
    let failure = committed.err().map(|e| e.to_string());
    for answer in answers {
        answer(failure.clone().map_or(Ok(()), |text| Err(Error::Unavailable(text))));
    }
}

fn on_sqlite(conn: &mut Conn, f: impl FnOnce(&mut SqliteConnection) -> diesel::QueryResult<()>) -> Result<()> {
    match conn {
        Conn::Sqlite(sqlite) => Ok(f(sqlite)?),
        Conn::Pg(_) => Err(Error::Address("the writer is SQLite's alone".to_owned())),
    }
}
