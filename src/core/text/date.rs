//! Days and times of day, in UTC, as each language writes them. The order and the months are messages too.

use chrono::{Datelike, Timelike};

use super::{Argument, Language, Value, say};
use crate::core::time::Time;

/// A day, such as `21 November 2026`.
pub fn date(language: Language, time: Time) -> String {
    say(language, "date-day", &parts(time))
}

/// A day and the time of day, such as `21 November 2026, 14:05 UTC`.
pub fn date_time(language: Language, time: Time) -> String {
    let clock = format!("{:02}:{:02}", time.hour(), time.minute());
    say(language, "date-day-time", &[("day", Value::Text(date(language, time))), ("time", Value::Text(clock))])
}

fn parts(time: Time) -> [(&'static str, Value); 3] {
    // As text: a year is not grouped in thousands.
    let year = Value::Text(time.year().to_string());
    [("day", time.day().value()), ("month", time.month().value()), ("year", year)]
}
