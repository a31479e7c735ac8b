//! What was counted, for the dashboard: by hours or days. Best effort: a crash loses what was counted in the last half
//! minute.

use std::collections::BTreeMap;

use chrono::{DurationRound as _, TimeDelta};

use crate::app::App;
use crate::core::statistic::Counter;
use crate::core::time::Time;
use crate::store::{self, statistics};

/// How long one point lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// An hour.
    Hour,
    /// A day, in UTC.
    Day,
}

impl Step {
    fn length(self) -> TimeDelta {
        match self {
            Self::Hour => TimeDelta::hours(1),
            Self::Day => TimeDelta::days(1),
        }
    }
}

/// One line of a chart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Series {
    /// What was counted.
    pub counter: Counter,
    /// Each point: where it begins, and how many; none is left out.
    pub points: Vec<(Time, i64)>,
}

impl Series {
    /// How many in all.
    pub fn total(&self) -> i64 {
        self.points.iter().map(|(_, count)| count).sum()
    }
}

/// The most points of one line.
const MAX_POINTS: i32 = 1000;

/// Every line from the step in which `from` is until before `until`; of more than 1000 steps the last 1000.
///
/// # Errors
/// As the database says.
pub fn of(app: &App, step: Step, from: Time, until: Time) -> store::Result<Vec<Series>> {
    let length = step.length();
    let begin = |time: Time| time.duration_trunc(length).unwrap_or(time);
    let from = begin(from.max(until - length * MAX_POINTS));
    let steps = std::iter::successors(Some(from), |at| Some(*at + length)).take_while(|at| *at < until);
    let empty: BTreeMap<Time, i64> = steps.map(|at| (at, 0)).collect();
    app.read(|cx| {
        let lines = Counter::ALL.iter().map(|&counter| {
            let mut points = empty.clone();
            for (hour, count) in statistics::of(cx.conn, counter.as_str(), from, until)? {
                *points.entry(begin(hour)).or_default() += count;
            }
            Ok(Series { counter, points: points.into_iter().collect() })
        });
        lines.collect()
    })
}
