//! Who may use a scarce thing now, who waits for it, and who is told to come back later.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::core::time::Stopwatch;

/// A bound on how many do something at once and on how many wait for it.
#[derive(Debug)]
pub struct Admission {
    permits: Arc<Semaphore>,
    size: usize,
    waiting: AtomicUsize,
    queue: usize,
    patience: Duration,
    refusals: Refusals,
}

/// Nobody is let in now: come back later (HTTP 503).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Overloaded;

impl Admission {
    /// Lets `permits` in at once; `queue` more may wait, each for `patience`. The log calls it by `name`.
    pub fn new(name: &'static str, permits: usize, queue: usize, patience: Duration) -> Self {
        let size = permits.max(1);
        Self {
            permits: Arc::new(Semaphore::new(size)),
            size,
            waiting: AtomicUsize::new(0),
            queue,
            patience,
            refusals: Refusals::new(name),
        }
    }

    /// Whether anybody is in.
    pub fn is_in_use(&self) -> bool {
        self.permits.available_permits() < self.size
    }

    /// Waits to be let in; whoever holds the permit is in.
    ///
    /// # Errors
    /// [`Overloaded`] when the queue is full or the wait too long.
    pub async fn enter(&self) -> Result<OwnedSemaphorePermit, Overloaded> {
        if let Ok(permit) = Arc::clone(&self.permits).try_acquire_owned() {
            return Ok(permit);
        }
        let _place = Place::take(&self.waiting, self.queue).ok_or_else(|| self.refusals.note())?;
        match tokio::time::timeout(self.patience, Arc::clone(&self.permits).acquire_owned()).await {
            Ok(Ok(permit)) => Ok(permit),
            _ => Err(self.refusals.note()),
        }
    }
}

/// Who was not let in, told to the log once in ten seconds: a line for each would be a load of its own.
#[derive(Debug)]
struct Refusals {
    name: &'static str,
    count: AtomicU64,
    since: Stopwatch,
    next_line: AtomicU64,
}

impl Refusals {
    const EVERY: u64 = 10;

    fn new(name: &'static str) -> Self {
        Self { name, count: AtomicU64::new(0), since: Stopwatch::start(), next_line: AtomicU64::new(0) }
    }

    fn note(&self) -> Overloaded {
        self.count.fetch_add(1, Ordering::Relaxed);
        let (now, due) = (self.since.elapsed().as_secs(), self.next_line.load(Ordering::Relaxed));
        let ours = now >= due
            && self.next_line.compare_exchange(due, now + Self::EVERY, Ordering::Relaxed, Ordering::Relaxed).is_ok();
        if ours {
            let count = self.count.swap(0, Ordering::Relaxed);
            log::warn!("event=overload what={} refused={count}", self.name);
        }
        Overloaded
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
