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
use crate::core::failure::{Failure, Kind, Noted};
use crate::core::network::network;
use crate::core::statistic::Counter;
use crate::core::time::Time;
use crate::core::trace::Trace;
use crate::store::{self, failures, statistics};

/// How many reasons may wait.
const WAITING: usize = 2500;
/// How many reasons are noted in a minute of clients that there are, of sign-ins, and of clients that nobody knows. What
/// anybody can make up leaves room for the others.
const OF_CLIENTS: u32 = 1200;
const OF_SIGN_INS: u32 = 600;
const OF_UNKNOWN: u32 = 300;
/// And of one client, of one network.
const PER_CLIENT: u32 = 120;
const PER_NETWORK: u32 = 60;
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
    /// Whether another one may be noted, of this client and network. What is not noted counts against nobody else: one
    /// network uses up its own share and no more.
    fn has_room(&mut self, kind: Kind, client: Option<&str>, network: &str, now: Time) -> bool {
        let minute = now.duration_trunc(TimeDelta::minutes(1)).unwrap_or(now);
        if self.minute != minute {
            (self.minute, self.counted) = (minute, HashMap::new());
        }
        let all = match (kind, client) {
            (Kind::SignIn, _) => ("sign-ins".to_owned(), OF_SIGN_INS),
            (_, Some(_)) => ("clients".to_owned(), OF_CLIENTS),
            (_, None) => ("unknown".to_owned(), OF_UNKNOWN),
        };
        let mut bounds = vec![all, (format!("network {network}"), PER_NETWORK)];
        bounds.extend(client.map(|id| (format!("client {id}"), PER_CLIENT)));
        // Only names of what is noted are remembered: not more of them than that.
        let has_room = |(name, bound): &(String, u32)| self.counted.get(name).is_none_or(|count| count < bound);
        if self.waiting.len() >= WAITING || !bounds.iter().all(has_room) {
            return false;
        }
        for (name, _) in bounds {
            *self.counted.entry(name).or_default() += 1;
        }
        true
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
    /// client, one network or all together is noted only in part.
    pub fn note(&self, failure: Failure) {
        if self.config.failures.retention.is_zero() {
            return;
        }
        let trace = Trace::current();
        let address = trace.and_then(|trace| trace.address).map(|address| address.to_string());
        let now = self.now();
        let mut reasons = self.records.reasons.lock().unwrap_or_else(PoisonError::into_inner);
        let client = failure.client.as_ref().map(|id| id.as_str());
        let network = network(address.as_deref().unwrap_or_default());
        if !reasons.has_room(failure.kind, client, &network, now) {
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
