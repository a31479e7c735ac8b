//! Which keys exist and how they are written. The built-in `default.toml`
//! decides.

use std::time::Duration;

use toml::{Table, Value};

use super::error::{ConfigError, Problem, Source};
use super::layers;

pub(super) const DEFAULTS: &str = include_str!("../../config/default.toml");

pub(super) const DATABASE_URL: &str = "database.url";
pub(super) const MASTER_KEY: &str = "secrets.master_key";
pub(super) const MAIL_PASSWORD: &str = "mail.password";
pub(super) const SMS_SECRET: &str = "sms.secret";

/// Secret keys, each with the key that may name a file holding the secret.
pub(super) const TWINS: [(&str, &str); 4] = [
    (DATABASE_URL, "database.url_file"),
    (MASTER_KEY, "secrets.master_key_file"),
    (MAIL_PASSWORD, "mail.password_file"),
    (SMS_SECRET, "sms.secret_file"),
];

pub(super) fn is_secret(key: &str) -> bool {
    TWINS.iter().any(|(secret, _)| *secret == key)
}

/// How the value of a key is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Integer,
    Boolean,
    Text,
    Span,
    List,
}

impl Kind {
    fn of(default: &Value) -> Self {
        match default {
            Value::Integer(_) => Self::Integer,
            Value::Boolean(_) => Self::Boolean,
            Value::Array(_) => Self::List,
            _ if parse_span(default).is_some() => Self::Span,
            _ => Self::Text,
        }
    }

    pub(super) fn description(self) -> &'static str {
        match self {
            Self::Integer => "an integer",
            Self::Boolean => "true or false",
            Self::Text => "a string",
            Self::Span => "a duration such as \"10s\", \"15m\" or \"30d\"",
            Self::List => "an array of strings",
        }
    }

    pub(super) fn accepts(self, value: &Value) -> bool {
        match self {
            Self::Integer => value.is_integer(),
            Self::Boolean => value.is_bool(),
            Self::Text => value.is_str(),
            Self::Span => value.is_str() || value.is_integer(),
            Self::List => value.as_array().is_some_and(|items| items.iter().all(Value::is_str)),
        }
    }

    /// Reads the value of an environment variable or a flag.
    pub(super) fn parse(self, text: String) -> Result<Value, String> {
        let parsed = match self {
            Self::Integer => text.trim().parse().ok().map(Value::Integer),
            Self::Boolean => text.trim().parse().ok().map(Value::Boolean),
            Self::List => {
                let items = text.split(',').map(str::trim);
                let items = items.filter(|item| !item.is_empty());
                let items = items.map(|item| Value::String(item.to_owned()));
                Some(Value::Array(items.collect()))
            }
            Self::Text | Self::Span => return Ok(Value::String(text)),
        };
        parsed.ok_or(text)
    }
}

/// Reads a duration: an integer counts seconds.
pub(super) fn parse_span(value: &Value) -> Option<Duration> {
    match value {
        Value::Integer(seconds) => u64::try_from(*seconds).ok().map(Duration::from_secs),
        Value::String(text) => {
            let text = text.trim();
            match text.parse() {
                Ok(seconds) => Some(Duration::from_secs(seconds)),
                Err(_) => humantime::parse_duration(text).ok(),
            }
        }
        _ => None,
    }
}

/// The keys of `default.toml`.
pub(super) struct Schema {
    sections: Table,
}

impl Schema {
    pub(super) fn built_in() -> Result<Self, ConfigError> {
        let sections = layers::parse(DEFAULTS).map_err(|message| {
            ConfigError::new(vec![Problem { key: String::new(), message, source: Source::Default }])
        })?;
        Ok(Self { sections })
    }

    /// Every key with its default value.
    pub(super) fn defaults(&self) -> impl Iterator<Item = (String, &Value)> {
        self.sections.iter().flat_map(|(section, keys)| {
            let keys = keys.as_table().into_iter().flatten();
            keys.map(move |(key, value)| (format!("{section}.{key}"), value))
        })
    }

    pub(super) fn kind(&self, key: &str) -> Option<Kind> {
        let (section, key) = key.split_once('.')?;
        let value = self.sections.get(section)?.as_table()?.get(key)?;
        Some(Kind::of(value))
    }

    pub(super) fn has_section(&self, section: &str) -> bool {
        self.sections.contains_key(section)
    }

    /// A question whether another section was meant, or nothing.
    pub(super) fn section_hint(&self, section: &str) -> String {
        did_you_mean(&nearest(section, self.sections.keys()))
    }

    /// A question whether another key was meant, or nothing.
    pub(super) fn key_hint(&self, section: &str, key: &str) -> String {
        let mut near = nearest(key, self.keys(section));
        if near.is_empty() {
            let all = self.defaults().map(|(full, _)| full);
            near = all.filter(|full| full.split_once('.').is_some_and(|(_, name)| name == key)).collect();
        }
        did_you_mean(&near)
    }

    /// A sentence with the sections, or with the keys of this one.
    pub(super) fn choices(&self, section: &str) -> String {
        if self.has_section(section) {
            let keys: Vec<&str> = self.keys(section).collect();
            format!("the keys of [{section}] are {}", keys.join(", "))
        } else {
            let names: Vec<&str> = self.sections.keys().map(String::as_str).collect();
            format!("the sections are {}", names.join(", "))
        }
    }

    fn keys(&self, section: &str) -> impl Iterator<Item = &str> {
        let keys = self.sections.get(section).and_then(Value::as_table);
        keys.into_iter().flat_map(Table::keys).map(String::as_str)
    }
}

pub(super) fn did_you_mean(names: &[String]) -> String {
    if names.is_empty() {
        return String::new();
    }
    let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    format!(" (did you mean {}?)", names.join(" or "))
}

/// Up to three candidates that look like `word`, the most similar first.
pub(super) fn nearest<T: AsRef<str>>(word: &str, candidates: impl IntoIterator<Item = T>) -> Vec<String> {
    let length = word.chars().count();
    let most = (length / 3).clamp(1, 5);
    let mut near: Vec<(usize, String)> = candidates
        .into_iter()
        .filter(|candidate| candidate.as_ref().len().abs_diff(length) <= most)
        .map(|candidate| {
            let candidate = candidate.as_ref();
            (distance(word, candidate), candidate.to_owned())
        })
        .filter(|(distance, _)| *distance <= most)
        .collect();
    near.sort_by_key(|(distance, _)| *distance);
    near.into_iter().take(3).map(|(_, name)| name).collect()
}

/// The Levenshtein distance.
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.chars().count()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        let mut next = vec![left];
        for (to, up) in b.chars().zip(row.iter().skip(1)) {
            let replaced = diagonal + usize::from(from != to);
            left = replaced.min(left + 1).min(up + 1);
            diagonal = *up;
            next.push(left);
        }
        row = next;
    }
    row.last().copied().unwrap_or(0)
}
