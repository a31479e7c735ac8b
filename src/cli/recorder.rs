//! The thread beside a server that writes down what was noted and counted in memory.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use crate::app::App;
use crate::store;

/// How often reasons of refusals are written down: soon, for somebody may be waiting to read one.
const REASONS_EVERY: Duration = Duration::from_secs(1);
/// How often counts are: every so many times.
const COUNTS_EVERY: u32 = 30;

/// Writes until it is dropped, which writes what is left.
pub(super) struct Recorder {
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Recorder {
    pub(super) fn start(app: &Arc<App>) -> std::io::Result<Self> {
        let (stop, stopped) = channel();
        let app = Arc::clone(app);
        let thread =
            std::thread::Builder::new().name("grantor-recorder".to_owned()).spawn(move || run(&app, &stopped))?;
        Ok(Self { stop: Some(stop), thread: Some(thread) })
    }
}

impl Drop for Recorder {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn run(app: &Arc<App>, stopped: &Receiver<()>) {
    let mut rounds = 0;
    loop {
        let last = stopped.recv_timeout(REASONS_EVERY) != Err(RecvTimeoutError::Timeout);
        rounds = (rounds + 1) % COUNTS_EVERY;
        report("failures", app.keep_reasons());
        if last || rounds == 0 {
            report("statistics", app.keep_counts());
        }
        if last {
            return;
        }
    }
}

fn report(what: &str, kept: store::Result<()>) {
    if let Err(error) = kept {
        log::warn!("event={what} outcome=lost error={:?}", error.to_string());
    }
}
