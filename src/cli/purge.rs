//! `grantor purge`, and the thread that does the same beside a server.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, TryRecvError, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use serde_json::json;

use super::failure::Failure;
use super::reply::{Reply, table};
use crate::account::{files, session};
use crate::app::App;
use crate::core::time::delta;
use crate::store::{self, failures, purge};

/// The first purge comes soon, so that a server that is restarted often purges at all.
const FIRST_AFTER: Duration = Duration::from_secs(30);

/// How many rows of each table were deleted.
type Counts = BTreeMap<&'static str, usize>;

pub(super) fn command(app: &Arc<App>) -> Result<Reply, Failure> {
    let counts = all(app, || true)?;
    let rows = counts.iter().map(|(table, count)| [(*table).to_owned(), count.to_string()]).collect();
    Ok(Reply::new(json!({ "deleted": counts }), table("Nothing to purge.", ["TABLE", "DELETED"], rows)))
}

/// Deletes batch by batch, each in a short transaction of its own, until little is left or `go_on` says no.
/// Several nodes may do so at once: a row that one has deleted is just not there for another.
fn all(app: &Arc<App>, go_on: impl Fn() -> bool) -> store::Result<Counts> {
    let mut counts = Counts::new();
    // From the first name on, and from another place each time: in the end every name is looked at.
    for start in [String::new(), app.random().text::<16>()] {
        match files::sweep(app, &start) {
            Ok(count) => *counts.entry("files").or_default() += count,
            Err(error) => log::warn!("event=purge outcome=failed of=files error={:?}", error.to_string()),
        }
    }
    while session::end_run_out(app)? && go_on() {}
    let most = app.config.failures.rows;
    let beyond = app.read(|cx| failures::first_beyond(cx.conn, i64::from(most)))?;
    let full = usize::try_from(purge::BATCH).unwrap_or(usize::MAX);
    loop {
        let beyond = beyond.clone();
        let batch = app.write(move |cx| {
            // An expired token that may still be renewed is needed for that.
            let settings = &cx.app.config;
            let before = cx.now - delta(settings.purge.keep_expired.max(settings.tokens.renewal_grace));
            let mut counts = purge::batch(cx.conn, cx.now, before)?;
            let since = |kept: Duration| (!kept.is_zero()).then(|| cx.now - delta(kept));
            let before = purge::Before {
                events: since(settings.audit.retention),
                reasons: cx.now - delta(settings.failures.retention),
                counts: since(settings.statistics.retention),
            };
            counts.extend(purge::records(cx.conn, before, beyond.as_ref())?);
            Ok::<_, store::Error>(counts)
        })?;
        for (table, count) in &batch {
            *counts.entry(table).or_default() += count;
        }
        if batch.iter().all(|(_, count)| *count < full) || !go_on() {
            return Ok(counts);
        }
    }
}

/// Purges every `purge.interval` until it is dropped, which waits for a batch that is on its way.
pub(super) struct Purger {
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Purger {
    pub(super) fn start(app: &Arc<App>) -> std::io::Result<Self> {
        let (stop, stopped) = channel();
        let app = Arc::clone(app);
        let thread = std::thread::Builder::new().name("grantor-purge".to_owned()).spawn(move || run(&app, &stopped))?;
        Ok(Self { stop: Some(stop), thread: Some(thread) })
    }
}

impl Drop for Purger {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn run(app: &Arc<App>, stopped: &Receiver<()>) {
    let interval = app.config.purge.interval;
    let mut wait = interval.min(FIRST_AFTER);
    while stopped.recv_timeout(wait) == Err(RecvTimeoutError::Timeout) {
        match all(app, || stopped.try_recv() == Err(TryRecvError::Empty)) {
            Ok(counts) => report(&counts),
            Err(error) => log::warn!("event=purge outcome=failed error={:?}", error.to_string()),
        }
        wait = interval;
    }
}

fn report(counts: &Counts) {
    let deleted: Vec<String> =
        counts.iter().filter(|(_, count)| **count > 0).map(|(table, count)| format!("{table}={count}")).collect();
    if !deleted.is_empty() {
        log::info!("event=purge outcome=ok {}", deleted.join(" "));
    }
}
