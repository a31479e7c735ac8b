//! What a command answers, for people and for machines.

use std::fmt::Write as _;
use std::io::Write as _;
use std::process::ExitCode;
use std::time::Duration;

use serde_json::Value;

use super::failure::Failure;
use crate::core::time::Time;

/// The answer of a command.
#[derive(Debug)]
pub(super) struct Reply {
    json: Value,
    text: String,
    code: ExitCode,
}

impl Reply {
    pub(super) fn new(json: Value, text: impl Into<String>) -> Self {
        Self { json, text: text.into(), code: ExitCode::SUCCESS }
    }

    /// Nothing that was not printed already.
    pub(super) fn nothing() -> Self {
        Self::new(Value::Null, "")
    }

    /// The same, as an answer that something is wrong.
    pub(super) fn failed(self) -> Self {
        Self { code: ExitCode::FAILURE, ..self }
    }

    pub(super) fn print(self, json: bool) -> Result<ExitCode, Failure> {
        match (json, &self.json) {
            (true, Value::Null) => {}
            (true, value) => say(&format!("{value:#}"))?,
            (false, _) if self.text.is_empty() => {}
            (false, _) => say(self.text.trim_end())?,
        }
        Ok(self.code)
    }
}

/// Prints a text and a line end.
pub(super) fn say(text: &str) -> Result<(), Failure> {
    let mut stdout = std::io::stdout().lock();
    writeln!(stdout, "{text}")
        .and_then(|()| stdout.flush())
        .map_err(|error| Failure::new(format!("the output cannot be written: {error}")))
}

/// Rows under headings, aligned; or `none` when there are no rows.
pub(super) fn table<const N: usize>(none: &str, headings: [&str; N], rows: Vec<[String; N]>) -> String {
    if rows.is_empty() {
        return none.to_owned();
    }
    let rows: Vec<[String; N]> = std::iter::once(headings.map(str::to_owned))
        .chain(rows.into_iter().map(|row| row.map(|cell| plain(&cell))))
        .collect();
    let mut widths = [0; N];
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = cell.chars().count().max(*width);
        }
    }
    let mut text = String::new();
    for row in &rows {
        let mut line = String::new();
        for (width, cell) in widths.iter().zip(row) {
            let _ = write!(line, "{cell:width$}  ");
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

/// Names and values, one pair a line, aligned.
pub(super) fn fields(pairs: &[(&str, String)]) -> String {
    let width = pairs.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
    let mut text = String::new();
    for (name, value) in pairs {
        let _ = writeln!(text, "{name:width$}  {}", plain(value));
    }
    text
}

/// A text that cannot move the cursor of a terminal or forge a line.
pub(super) fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if moves(c) {
            out.extend(c.escape_default());
        } else {
            out.push(c);
        }
    }
    out
}

/// Whether a character ends a line, moves the cursor or turns the direction of writing.
pub(super) fn moves(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// A moment for people.
pub(super) fn moment(time: Time) -> String {
    time.format("%Y-%m-%d %H:%M:%SZ").to_string()
}

/// A moment that may be none.
pub(super) fn moment_or(time: Option<Time>, none: &str) -> String {
    time.map_or_else(|| none.to_owned(), moment)
}

/// A moment for machines.
pub(super) fn stamp(time: impl Into<Option<Time>>) -> Value {
    time.into().map_or(Value::Null, |time| crate::core::time::rfc3339(time).into())
}

/// Yes or no.
pub(super) fn yes(is: bool) -> String {
    if is { "yes" } else { "no" }.to_owned()
}

/// A time for people, in its largest unit that fits without a remainder.
pub(super) fn span(span: Duration) -> String {
    let seconds = span.as_secs();
    let units = [("day", 86_400), ("hour", 3_600), ("minute", 60)];
    let fits = units.into_iter().find(|(_, length)| seconds >= *length && seconds.is_multiple_of(*length));
    let (unit, length) = fits.unwrap_or(("second", 1));
    let count = seconds / length;
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}
