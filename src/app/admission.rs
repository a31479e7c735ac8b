//! Who may use a scarce thing now, who waits for it, and who is told to come back later.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// A bound on how many do something at once and on how many wait for it.
#[derive(Debug)]
pub struct Admission {
    permits: Arc<Semaphore>,
    waiting: AtomicUsize,
    queue: usize,
    patience: Duration,
}

/// Nobody is let in now: come back later (HTTP 503).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Overloaded;

impl Admission {
    /// Lets `permits` in at once; `queue` more may wait, each for `patience`.
    pub fn new(permits: usize, queue: usize, patience: Duration) -> Self {
        Self { permits: Arc::new(Semaphore::new(permits.max(1))), waiting: AtomicUsize::new(0), queue, patience }
    }

    /// Waits to be let in; whoever holds the permit is in.
    ///
    /// # Errors
    /// [`Overloaded`] when the queue is full or the wait too long.
    pub async fn enter(&self) -> Result<OwnedSemaphorePermit, Overloaded> {
        if let Ok(permit) = Arc::clone(&self.permits).try_acquire_owned() {
            return Ok(permit);
        }
        let _place = Place::take(&self.waiting, self.queue).ok_or(Overloaded)?;
        match tokio::time::timeout(self.patience, Arc::clone(&self.permits).acquire_owned()).await {
            Ok(Ok(permit)) => Ok(permit),
            _ => Err(Overloaded),
        }
    }
}

/// A place in the queue, given back when its holder is let in, gives up or goes away.
struct Place<'a>(&'a AtomicUsize);

impl<'a> Place<'a> {
    fn take(waiting: &'a AtomicUsize, queue: usize) -> Option<Self> {
        let before = waiting.fetch_add(1, Ordering::Relaxed);
        let place = Self(waiting);
        (before < queue).then_some(place)
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
