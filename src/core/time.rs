//! The clock, passed in so that a test can hold it still.

use std::sync::Mutex;
use std::time::Instant;

use chrono::{DateTime, NaiveDateTime, SubsecRound, TimeDelta, Utc};

/// A moment in UTC, cut to microseconds: the precision both databases keep.
pub type Time = NaiveDateTime;

/// A source of the current time.
pub trait Clock: Send + Sync {
    /// The current moment, cut to microseconds.
    fn now(&self) -> Time;
}

/// The machine's own clock.
#[derive(Debug, Default, Clone, Copy)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the clock")]
    fn now(&self) -> Time {
        Utc::now().naive_utc().trunc_subsecs(6)
    }
}

/// A clock that stands still until it is told to move; for tests.
#[derive(Debug)]
pub struct FrozenClock(Mutex<Time>);

impl FrozenClock {
    /// A clock that stands at `at`.
    pub fn at(at: Time) -> Self {
        Self(Mutex::new(at.trunc_subsecs(6)))
    }

    /// Moves the clock forward (or back, with a negative `by`).
    pub fn advance(&self, by: TimeDelta) {
        let mut now = self.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        *now += by;
    }
}

impl Clock for FrozenClock {
    fn now(&self) -> Time {
        *self.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

/// Seconds since 1970-01-01T00:00:00Z, as JWT's NumericDate counts them (RFC 7519 section 2).
pub fn unix(time: Time) -> i64 {
    time.and_utc().timestamp()
}

/// The moment `seconds` after 1970-01-01T00:00:00Z; none when out of range.
pub fn from_unix(seconds: i64) -> Option<Time> {
    DateTime::from_timestamp(seconds, 0).map(|time| time.naive_utc())
}

/// A moment as people give it to a search: RFC 3339, or a day in UTC.
pub fn parse_moment(text: &str) -> Option<Time> {
    let text = text.trim();
    let moment = DateTime::parse_from_rfc3339(text).map(|moment| moment.naive_utc());
    let day = || chrono::NaiveDate::parse_from_str(text, "%Y-%m-%d").map(|day| day.and_time(chrono::NaiveTime::MIN));
    moment.or_else(|_| day()).ok().map(|moment| moment.trunc_subsecs(6))
}

/// A moment as RFC 3339 with microseconds, as Laravel's JSON prints it: `2026-01-02T03:04:05.000000Z`.
pub fn rfc3339(time: Time) -> String {
    time.format("%Y-%m-%dT%H:%M:%S%.6fZ").to_string()
}

/// A standard duration as a `TimeDelta`; saturates far beyond any setting's range.
pub fn delta(duration: std::time::Duration) -> TimeDelta {
    TimeDelta::from_std(duration).unwrap_or(TimeDelta::MAX)
}

/// Measures how long something took, for logs and for waiting with a limit; never for lifetimes.
#[derive(Debug, Clone, Copy)]
pub struct Stopwatch(Instant);

impl Stopwatch {
    /// Starts measuring.
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the clock")]
    pub fn start() -> Self {
        Self(Instant::now())
    }

    /// Time since the start.
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the clock")]
    pub fn elapsed(self) -> std::time::Duration {
        self.0.elapsed()
    }
}
