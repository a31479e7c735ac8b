//! Which request a thread works for, so that each log line and each audit event can say so.

use std::cell::Cell;
use std::fmt;
use std::net::IpAddr;
use std::sync::atomic::{AtomicU64, Ordering};

use super::random::{Random, SystemRandom};

/// The identifier of a request: unique among all nodes for all practical purposes, and told to the caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RequestId(u64);

/// What is told of a request wherever it is worked on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Trace {
    /// Its identifier.
    pub request: RequestId,
    /// The address it came from, as far as it is known.
    pub address: Option<IpAddr>,
}

thread_local! {
    static CURRENT: Cell<Option<Trace>> = const { Cell::new(None) };
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
        Trace::current().map(|trace| trace.request)
    }
}

impl Trace {
    /// What this thread works for.
    pub fn current() -> Option<Self> {
        CURRENT.get()
    }

    /// What is known of a request: with its address, if this thread works for it.
    pub fn of(request: RequestId) -> Self {
        let current = Self::current().filter(|trace| trace.request == request);
        current.unwrap_or(Self { request, address: None })
    }

    /// Runs `f` as work for this request.
    pub fn within<T>(trace: Option<Self>, f: impl FnOnce() -> T) -> T {
        struct Restore(Option<Trace>);
        impl Drop for Restore {
            fn drop(&mut self) {
                CURRENT.set(self.0);
            }
        }
        let _restore = Restore(CURRENT.replace(trace));
        f()
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}
