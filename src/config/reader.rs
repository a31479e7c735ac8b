//! Turns merged values into typed fields and collects what is wrong.

use std::fmt::Display;
use std::ops::RangeInclusive;
use std::time::Duration;

use toml::Value;

use super::error::{Problem, Source};
use super::layers::Entries;
use super::schema::{Kind, is_secret, parse_span};
use super::settings::quoted;

pub(super) const fn minutes(count: u64) -> Duration {
    Duration::from_secs(count * 60)
}

pub(super) const fn hours(count: u64) -> Duration {
    minutes(count * 60)
}

pub(super) const fn days(count: u64) -> Duration {
    hours(count * 24)
}

/// Hands out values by full key. After a problem a stand-in is returned, which
/// nobody sees because loading then fails.
pub(super) struct Reader<'a> {
    entries: &'a Entries,
    problems: Vec<Problem>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(entries: &'a Entries, problems: Vec<Problem>) -> Self {
        Self { entries, problems }
    }

    pub(super) fn entries(&self) -> &'a Entries {
        self.entries
    }

    pub(super) fn into_problems(self) -> Vec<Problem> {
        self.problems
    }

    fn value(&self, key: &str) -> Option<&'a Value> {
        self.entries.get(key).map(|entry| &entry.value)
    }

    fn source(&self, key: &str) -> Source {
        let entry = self.entries.get(key);
        entry.map_or(Source::Default, |entry| entry.source.clone())
    }

    /// Whether something was wrong with this key already.
    pub(super) fn is_bad(&self, key: &str) -> bool {
        self.problems.iter().any(|problem| problem.key == key)
    }

    /// Adds a problem with the source of the key, unless the key has one.
    pub(super) fn report(&mut self, key: &str, message: String) {
        if !self.is_bad(key) {
            self.problems.push(Problem { key: key.to_owned(), message, source: self.source(key) });
        }
    }

    /// Reports the value of the key as something other than `allowed`.
    pub(super) fn refuse(&mut self, key: &str, allowed: &str) {
        let message = match self.value(key) {
            Some(value) if !is_secret(key) => {
                format!("must be {allowed}, not {}", quoted(value))
            }
            _ => format!("must be {allowed}"),
        };
        self.report(key, message);
    }

    pub(super) fn text(&mut self, key: &str) -> &'a str {
        self.value(key).and_then(Value::as_str).unwrap_or_else(|| {
            self.refuse(key, Kind::Text.description());
            ""
        })
    }

    pub(super) fn boolean(&mut self, key: &str) -> bool {
        self.value(key).and_then(Value::as_bool).unwrap_or_else(|| {
            self.refuse(key, Kind::Boolean.description());
            false
        })
    }

    pub(super) fn list(&mut self, key: &str) -> Vec<&'a str> {
        let Some(items) = self.value(key).and_then(Value::as_array) else {
            self.refuse(key, Kind::List.description());
            return Vec::new();
        };
        items.iter().filter_map(Value::as_str).collect()
    }

    pub(super) fn integer<T>(&mut self, key: &str, allowed: RangeInclusive<T>) -> T
    where
        T: TryFrom<i64> + PartialOrd + Copy + Display,
    {
        self.value(key)
            .and_then(Value::as_integer)
            .and_then(|number| T::try_from(number).ok())
            .filter(|number| allowed.contains(number))
            .unwrap_or_else(|| {
                let (least, most) = (allowed.start(), allowed.end());
                self.refuse(key, &format!("{least} to {most}"));
                *least
            })
    }

    /// A duration of any precision.
    pub(super) fn span(&mut self, key: &str, allowed: RangeInclusive<Duration>) -> Duration {
        let Some(span) = self.value(key).and_then(parse_span) else {
            self.refuse(key, Kind::Span.description());
            return *allowed.start();
        };
        if !allowed.contains(&span) {
            let (least, most) = (show_span(*allowed.start()), show_span(*allowed.end()));
            self.refuse(key, &format!("{least} to {most}"));
        }
        span
    }

    /// A duration without fractions of a second.
    pub(super) fn seconds(&mut self, key: &str, allowed: RangeInclusive<Duration>) -> Duration {
        let span = self.span(key, allowed);
        if span.subsec_nanos() != 0 {
            self.refuse(key, "a whole number of seconds");
        }
        span
    }

    /// Reports `short_key` when it is longer than `long_key`.
    pub(super) fn not_longer(&mut self, (short_key, short): (&str, Duration), (long_key, long): (&str, Duration)) {
        if short > long && !self.is_bad(long_key) {
            let message = format!(
                "must not be longer than {long_key}, which is {} ({}), but is {}",
                show_span(long),
                self.source(long_key),
                show_span(short),
            );
            self.report(short_key, message);
        }
    }

    /// Reports `small_key` when it is greater than `large_key`.
    pub(super) fn not_greater(&mut self, (small_key, small): (&str, u32), (large_key, large): (&str, u32)) {
        if small > large && !self.is_bad(large_key) {
            let source = self.source(large_key);
            let message = format!("must not be greater than {large_key}, which is {large} ({source}), but is {small}");
            self.report(small_key, message);
        }
    }
}

/// Writes a duration with the largest unit that fits without a remainder.
pub(super) fn show_span(span: Duration) -> String {
    let seconds = span.as_secs();
    if span.subsec_nanos() != 0 {
        return humantime::format_duration(span).to_string();
    }
    for (unit, length) in [("d", 86_400), ("h", 3_600), ("m", 60)] {
        if seconds != 0 && seconds.is_multiple_of(length) {
            return format!("{}{unit}", seconds / length);
        }
    }
    format!("{seconds}s")
}
