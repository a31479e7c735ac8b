//! What is noted beside the requests, never in their way: why things were refused, and how often what happens.
//!
//! Both wait in memory until [`App::keep_records`] writes them down, which one thread of a server does every second and
//! when it stops. A crash loses what waited.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DurationRound as _, TimeDelta};

use super::App;
use crate::core::audit::next_id;
use crate::core::failure::{Failure, Noted};
use crate::core::statistic::Counter;
use crate::core::time::Time;
use crate::core::trace::Trace;
use crate::store::{self, failures, statistics};

/// How many reasons may wait.
const WAITING: usize = 2000;
/// How many reasons are noted in a minute: in all, of one client, of one address.
const PER_MINUTE: u32 = 1200;
const PER_CLIENT: u32 = 120;
const PER_ADDRESS: u32 = 60;
/// How many reasons one transaction writes.
const BATCH: usize = 200;

/// What waits to be written down.
pub(super) struct Records {
    reasons: Mutex<Reasons>,
    counts: [AtomicU64; Counter::ALL.len()],
    dropped: AtomicU64,
}

#[derive(Default)]
struct Reasons {
    waiting: Vec<Noted>,
    /// The minute that is counted, and how many of whom.
    minute: Time,
    counted: HashMap<String, u32>,
}

impl Records {
    pub(super) fn new() -> Self {
        Self {
            reasons: Mutex::default(),
            counts: std::array::from_fn(|_| AtomicU64::new(0)),
            dropped: AtomicU64::new(0),
        }
    }
}

impl Reasons {
    /// Whether another one may be noted, of this client and address. Each is counted, noted or not.
    fn has_room(&mut self, client: Option<&str>, address: &str, now: Time) -> bool {
        let minute = now.duration_trunc(TimeDelta::minutes(1)).unwrap_or(now);
        if self.minute != minute {
            (self.minute, self.counted) = (minute, HashMap::new());
        }
        // All first: it bounds how many names are remembered.
        let mut bounds = vec![(String::new(), PER_MINUTE), (format!("address {address}"), PER_ADDRESS)];
        bounds.extend(client.map(|id| (format!("client {id}"), PER_CLIENT)));
        let mut within = true;
        for (name, bound) in bounds {
            let count = self.counted.entry(name).or_default();
            *count = count.saturating_add(1);
            within &= *count <= bound;
            if !within {
                break;
            }
        }
        within && self.waiting.len() < WAITING
    }
}

impl App {
    /// Counts something: one addition in memory.
    pub fn count(&self, counter: Counter) {
        if let Some(count) = self.records.counts.get(counter as usize) {
            count.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Notes why something was refused, under the identifier of the request that this thread works for. A flood of one
    /// client, one address or all together is noted only in part.
    pub fn note(&self, failure: Failure) {
        if self.config.failures.retention.is_zero() {
            return;
        }
        let trace = Trace::current();
        let address = trace.and_then(|trace| trace.address).map(|address| address.to_string());
        let now = self.now();
        let mut reasons = self.records.reasons.lock().unwrap_or_else(PoisonError::into_inner);
        let client = failure.client.as_ref().map(|id| id.as_str());
        if !reasons.has_room(client, address.as_deref().unwrap_or_default(), now) {
            self.records.dropped.fetch_add(1, Ordering::Relaxed);
            return;
        }
        reasons.waiting.push(Noted {
            id: trace.map_or_else(next_id, |trace| trace.request.to_string()),
            created_at: now,
            kind: failure.kind.as_str().to_owned(),
            client: failure.client,
            user: failure.user,
            code: failure.code.to_owned(),
            reason: failure.cause.reason.as_str().to_owned(),
            details: failure.cause.details,
            ip_address: address,
        });
    }

    /// Writes down the reasons that wait. What cannot be written is lost: the next ones matter more.
    ///
    /// # Errors
    /// As the database says.
    pub fn keep_reasons(self: &Arc<Self>) -> store::Result<()> {
        let dropped = self.records.dropped.swap(0, Ordering::Relaxed);
        if dropped > 0 {
            log::warn!("event=failures outcome=dropped count={dropped}");
        }
        let mut waiting = {
            let mut reasons = self.records.reasons.lock().unwrap_or_else(PoisonError::into_inner);
            std::mem::take(&mut reasons.waiting)
        };
        while !waiting.is_empty() {
            let rest = waiting.split_off(waiting.len().min(BATCH));
            let batch = std::mem::replace(&mut waiting, rest);
            self.write(move |cx| failures::insert(cx.conn, &batch))?;
        }
        Ok(())
    }

    /// Adds what was counted since the last time to the totals of this hour.
    ///
    /// # Errors
    /// As the database says; what was counted then waits on.
    pub fn keep_counts(self: &Arc<Self>) -> store::Result<()> {
        let now = self.now();
        let hour = now.duration_trunc(TimeDelta::hours(1)).unwrap_or(now);
        let counts = || Counter::ALL.iter().zip(&self.records.counts);
        let taken: Vec<(Counter, u64)> = counts()
            .map(|(counter, count)| (*counter, count.swap(0, Ordering::Relaxed)))
            .filter(|(_, count)| *count > 0)
            .collect();
        if taken.is_empty() {
            return Ok(());
        }
        let adding = taken.clone();
        let kept = self.write(move |cx| {
            for (counter, count) in adding {
                statistics::add(cx.conn, counter.as_str(), hour, i64::try_from(count).unwrap_or(i64::MAX))?;
            }
            Ok(())
        });
        if kept.is_err() {
            for (counter, count) in taken {
                if let Some(waiting) = self.records.counts.get(counter as usize) {
                    waiting.fetch_add(count, Ordering::Relaxed);
                }
            }
        }
        kept
    }
}
