//! The thread that makes new signing keys in time, beside a server.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use crate::app::{self, App};

/// The time between two looks, each a short read. The first comes at once, as the server may have been down when a key
/// was due.
const INTERVAL: Duration = Duration::from_secs(60);

/// Looks after the keys until it is dropped.
pub(super) struct Rotator {
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Rotator {
    pub(super) fn start(app: &Arc<App>) -> std::io::Result<Self> {
        let (stop, stopped) = channel();
        let app = Arc::clone(app);
        let thread = std::thread::Builder::new().name("grantor-keys".to_owned()).spawn(move || run(&app, &stopped))?;
        Ok(Self { stop: Some(stop), thread: Some(thread) })
    }
}

impl Drop for Rotator {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn run(app: &Arc<App>, stopped: &Receiver<()>) {
    loop {
        if let Err(error) = app::rotate_due(app) {
            log::warn!("event=key.rotate outcome=failed error={:?}", error.to_string());
        }
        if stopped.recv_timeout(INTERVAL) != Err(RecvTimeoutError::Timeout) {
            return;
        }
    }
}
