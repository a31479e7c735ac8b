//! Secrets from a pipe or a file: never from the command line, which every process of the machine can read.

use std::fs::File;
use std::io::{IsTerminal as _, Read};
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::builder::{PossibleValuesParser, TypedValueParser};

use super::failure::Failure;
use super::reply::span as span_for_people;
use crate::core::secret::Plain;
use crate::core::signing::Algorithm;

/// The most bytes that are read for a secret.
const MAX: u64 = 64 * 1024;

/// Where a password comes from.
#[derive(clap::Args)]
#[group(required = true, multiple = false)]
pub(super) struct Password {
    /// Read the password from standard input; one line end after it is dropped
    #[arg(long)]
    password_stdin: bool,
    /// Read the password from this file; one line end after it is dropped
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,
}

impl Password {
    pub(super) fn read(&self) -> Result<Plain, Failure> {
        match &self.password_file {
            Some(path) => from_file(path),
            None => from_stdin("password"),
        }
    }
}

/// Reads a secret from standard input.
pub(super) fn from_stdin(what: &str) -> Result<Plain, Failure> {
    let stdin = std::io::stdin();
    if stdin.is_terminal() {
        return Err(Failure::new(format!(
            "the {what} would be seen as it is typed: pipe it in, for instance `grantor … --{what}-stdin < file`"
        )));
    }
    read(stdin.lock(), &format!("the {what} on standard input"))
}

fn from_file(path: &Path) -> Result<Plain, Failure> {
    let what = format!("the password file {}", path.display());
    let file = File::open(path).map_err(|error| Failure::new(format!("{what} cannot be read: {error}")))?;
    read(file, &what)
}

fn read(from: impl Read, what: &str) -> Result<Plain, Failure> {
    let mut text = String::new();
    from.take(MAX)
        .read_to_string(&mut text)
        .map_err(|error| Failure::new(format!("{what} cannot be read: {error}")))?;
    let secret = text.strip_suffix('\n').map_or(text.as_str(), |line| line.strip_suffix('\r').unwrap_or(line));
    if secret.is_empty() {
        return Err(Failure::new(format!("{what} is empty")));
    }
    Ok(Plain::new(secret))
}

/// A duration in whole seconds, such as `90`, `15m` or `24h`.
pub(super) fn seconds(text: &str) -> Result<Duration, String> {
    let text = text.trim();
    let span = match text.parse() {
        Ok(seconds) => Duration::from_secs(seconds),
        Err(_) => {
            humantime::parse_duration(text).map_err(|_| "use a duration such as 10s, 15m, 24h or 30d".to_owned())?
        }
    };
    if span.subsec_nanos() == 0 { Ok(span) } else { Err("use whole seconds".to_owned()) }
}

/// A duration that is not shorter than `least` and not longer than `most`, both in seconds.
pub(super) fn between(text: &str, least: u64, most: u64) -> Result<Duration, String> {
    let span = seconds(text)?;
    if (least..=most).contains(&span.as_secs()) {
        return Ok(span);
    }
    let show = |seconds| span_for_people(Duration::from_secs(seconds));
    Err(format!("use {} to {}", show(least), show(most)))
}

/// The registered name of an algorithm that the server signs with.
pub(super) fn algorithms() -> impl TypedValueParser<Value = Algorithm> {
    PossibleValuesParser::new(Algorithm::ALL.map(Algorithm::as_str))
        .try_map(|name| Algorithm::named(&name).ok_or("there is no such algorithm"))
}
