//! Values as they may be shown to people.

use serde::Serialize;
use toml::Value;

use super::error::Source;
use super::layers::Entries;
use super::schema;

/// One key as it is in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Setting {
    /// The key, such as `server.listen`.
    pub key: String,
    /// The value as text, lists separated by commas; secrets are hidden.
    pub value: String,
    /// Where the value was given; serialized as a sentence.
    pub source: Source,
}

impl Setting {
    /// For a secret, whether it is set; none for what is no secret. The address of a database counts as one only where
    /// nothing of it can be shown.
    #[must_use]
    pub fn is_secret(&self) -> Option<bool> {
        let is_hidden = schema::is_secret(&self.key) && (self.value.is_empty() || self.value == HIDDEN);
        is_hidden.then_some(!self.value.is_empty())
    }

    /// The same as JSON: a secret has a null value, and says whether it is set.
    #[must_use]
    pub fn to_json(&self) -> serde_json::Value {
        let secret = self.is_secret();
        let value = if secret.is_some() { None } else { Some(self.value.as_str()) };
        serde_json::json!({
            "key": self.key,
            "value": value,
            "secret_is_set": secret,
            "source": self.source.to_string(),
        })
    }
}

const HIDDEN: &str = "***";
const LONGEST_SHOWN: usize = 80;

/// Database parameters that never carry a secret.
const PLAIN_PARAMETERS: &[&str] =
    &["application_name", "connect_timeout", "dbname", "host", "port", "sslmode", "target_session_attrs", "user"];

pub(super) fn list(entries: &Entries) -> Vec<Setting> {
    entries
        .iter()
        .map(|(key, entry)| Setting { key: key.clone(), value: plain(key, &entry.value), source: entry.source.clone() })
        .collect()
}

fn plain(key: &str, value: &Value) -> String {
    match value {
        Value::String(text) if text.is_empty() => String::new(),
        Value::String(text) if key == schema::DATABASE_URL => redact_url(text),
        _ if schema::is_secret(key) => HIDDEN.to_owned(),
        Value::String(text) => text.clone(),
        Value::Array(items) => {
            let items: Vec<&str> = items.iter().filter_map(Value::as_str).collect();
            items.join(",")
        }
        other => other.to_string(),
    }
}

/// A value for an error message about a key that is not secret: short, on one
/// line, without the password of a URL that was put in the wrong place.
pub(super) fn quoted(value: &Value) -> String {
    match value {
        Value::String(text) if text.contains("://") && text.contains('@') => {
            format!("{:?}", shorten(&redact_url(text)))
        }
        Value::String(text) => format!("{:?}", shorten(text)),
        other => shorten(&other.to_string()).chars().map(|c| if c.is_control() { ' ' } else { c }).collect(),
    }
}

pub(super) fn shorten(text: &str) -> String {
    let mut short: String = text.chars().take(LONGEST_SHOWN).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

/// Hides the password of a URL. A text whose parts cannot be told apart for
/// certain is hidden as a whole.
pub(super) fn redact_url(text: &str) -> String {
    let Some((scheme, rest)) = text.split_once("://") else {
        return HIDDEN.to_owned();
    };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, tail) = rest.split_at(end);
    // An `@` this late may mean that an unescaped password was cut in two.
    if tail.contains(['@', '#']) {
        return format!("{scheme}://{HIDDEN}");
    }
    let authority = match authority.rsplit_once('@') {
        Some((user, host)) => match user.split_once(':') {
            Some((name, _)) => format!("{name}:{HIDDEN}@{host}"),
            None => format!("{user}@{host}"),
        },
        None if is_hosts(authority) => authority.to_owned(),
        None => HIDDEN.to_owned(),
    };
    let tail = match tail.split_once('?') {
        Some((path, query)) => format!("{path}?{}", redact_query(query)),
        None => tail.to_owned(),
    };
    format!("{scheme}://{authority}{tail}")
}

/// Whether what follows each colon is a port; otherwise it may be a password
/// whose host was forgotten.
fn is_hosts(authority: &str) -> bool {
    authority.split(',').all(|host| {
        let port = host.rsplit_once(':').map_or("", |(_, port)| port);
        host.ends_with(']') || port.bytes().all(|b| b.is_ascii_digit())
    })
}

fn redact_query(query: &str) -> String {
    let shown: Vec<String> = query
        .split('&')
        .map(|pair| match pair.split_once('=') {
            Some((name, _)) if !PLAIN_PARAMETERS.contains(&name) => format!("{name}={HIDDEN}"),
            _ => pair.to_owned(),
        })
        .collect();
    shown.join("&")
}
