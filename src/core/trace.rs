//! Which request a thread works for, so that each log line can say so.

use std::cell::Cell;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

use super::random::{Random, SystemRandom};

/// The identifier of a request: unique among all nodes for all practical purposes, and told to the caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RequestId(u64);

thread_local! {
    static CURRENT: Cell<Option<RequestId>> = const { Cell::new(None) };
}

static NEXT: AtomicU64 = AtomicU64::new(0);

impl RequestId {
    /// The next identifier: a random start for each process, then one by one.
    pub fn next() -> Self {
        let mut next = NEXT.fetch_add(1, Ordering::Relaxed);
        if next == 0 {
            let random: &dyn Random = &SystemRandom;
            let start = u64::from_be_bytes(random.bytes()) | (1 << 63);
            NEXT.store(start.wrapping_add(1), Ordering::Relaxed);
            next = start;
        }
        Self(next)
    }

    /// The request that this thread works for.
    pub fn current() -> Option<Self> {
        CURRENT.get()
    }

    /// Runs `f` as work for this request.
    pub fn within<T>(id: Option<Self>, f: impl FnOnce() -> T) -> T {
        struct Restore(Option<RequestId>);
        impl Drop for Restore {
            fn drop(&mut self) {
                CURRENT.set(self.0);
            }
        }
        let _restore = Restore(CURRENT.replace(id));
        f()
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}
