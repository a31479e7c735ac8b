//! What a configuration is made from.

use std::ffi::OsString;
use std::fmt;
use std::path::PathBuf;

use super::error::{ConfigError, Problem, Source};

/// The start of the name of every environment variable that is read.
pub(super) const PREFIX: &str = "GRANTOR_";

/// One setting given on the command line.
#[derive(Clone)]
pub struct Flag {
    /// The key, such as `server.listen`.
    pub key: String,
    /// The value, written as in an environment variable.
    pub value: String,
    /// The flag as it was typed, such as `--listen`, for messages.
    pub flag: String,
}

impl fmt::Debug for Flag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Flag").field("key", &self.key).field("flag", &self.flag).finish_non_exhaustive()
    }
}

/// The layers over the built-in defaults. The default has none.
#[derive(Clone, Default)]
pub struct Sources {
    /// The configuration file; wins over `GRANTOR_CONFIG` in `env`.
    pub file: Option<PathBuf>,
    /// Environment variables; those that do not start with `GRANTOR_` are
    /// ignored.
    pub env: Vec<(String, String)>,
    /// Command line flags; of two with the same key the later one wins.
    pub flags: Vec<Flag>,
}

impl fmt::Debug for Sources {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sources").field("file", &self.file).field("flags", &self.flags).finish_non_exhaustive()
    }
}

impl Sources {
    /// Takes the environment of this process.
    ///
    /// # Errors
    ///
    /// When a `GRANTOR_` variable is not valid Unicode; the error names it.
    pub fn from_process(file: Option<PathBuf>, flags: Vec<Flag>) -> Result<Self, ConfigError> {
        #[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
        let env = decode(std::env::vars_os())?;
        Ok(Self { file, env, flags })
    }

    /// Adds one flag.
    #[must_use]
    pub fn with_flag(mut self, key: &str, value: &str, flag: &str) -> Self {
        self.flags.push(Flag { key: key.to_owned(), value: value.to_owned(), flag: flag.to_owned() });
        self
    }
}

/// Keeps the variables that concern us; those of other programs may hold any
/// bytes.
pub(super) fn decode(
    variables: impl IntoIterator<Item = (OsString, OsString)>,
) -> Result<Vec<(String, String)>, ConfigError> {
    let mut env = Vec::new();
    let mut problems = Vec::new();
    for (name, value) in variables {
        if !name.as_encoded_bytes().starts_with(PREFIX.as_bytes()) {
            continue;
        }
        match (name.into_string(), value.into_string()) {
            (Ok(name), Ok(value)) => env.push((name, value)),
            (Ok(name), Err(_)) => problems.push(not_unicode("value", name)),
            (Err(name), _) => {
                let name = name.to_string_lossy().into_owned();
                problems.push(not_unicode("name", name));
            }
        }
    }
    ConfigError::unless_empty(problems)?;
    Ok(env)
}

fn not_unicode(part: &str, name: String) -> Problem {
    Problem {
        key: String::new(),
        message: format!("its {part} is not valid Unicode"),
        source: Source::Environment(name),
    }
}
