//! Reads each layer, checks its keys and types, and lays it over the others.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use toml::{Table, Value};
use zeroize::{Zeroize, Zeroizing};

use super::error::{ConfigError, Problem, Source};
use super::schema::{Schema, TWINS, did_you_mean, is_secret, nearest};
use super::settings::{quoted, shorten};
use super::sources::{Flag, PREFIX, Sources};

/// The environment variable that names the configuration file.
const CONFIG_VARIABLE: &str = "GRANTOR_CONFIG";

/// A value and where it was given. Wiped when dropped, as it may be a secret.
pub(super) struct Entry {
    pub(super) value: Value,
    pub(super) source: Source,
}

impl Drop for Entry {
    fn drop(&mut self) {
        if let Value::String(text) = &mut self.value {
            text.zeroize();
        }
    }
}

/// Values by full key, such as `server.listen`.
pub(super) type Entries = BTreeMap<String, Entry>;

/// All layers in one.
pub(super) struct Merged {
    pub(super) entries: Entries,
    pub(super) problems: Vec<Problem>,
}

/// Merges all layers. Problems of single keys are in the result, so that the
/// remaining keys can be checked too.
pub(super) fn merge(schema: &Schema, sources: Sources) -> Result<Merged, ConfigError> {
    let Sources { file, env, flags } = sources;
    let named = env.iter().find(|(name, _)| name == CONFIG_VARIABLE);
    let file = match (file, named) {
        (Some(path), _) => Some(path),
        (None, Some((_, path))) if !path.is_empty() => Some(PathBuf::from(path)),
        _ => None,
    };

    let mut merged = Layer::new(schema);
    for (key, value) in schema.defaults() {
        merged.put(key, value.clone(), Source::Default);
    }
    let mut file_layer = Layer::new(schema);
    let read = file.map_or(Ok(()), |path| file_layer.add_file(&path));
    let mut env_layer = Layer::new(schema);
    env_layer.add_environment(env);
    let mut flag_layer = Layer::new(schema);
    flag_layer.add_flags(flags);
    for layer in [file_layer, env_layer, flag_layer] {
        merged.lay_over(layer);
    }
    // Without the file most other complaints would be about its absence.
    if let Err(problem) = read {
        merged.problems.insert(0, problem);
        return Err(ConfigError::new(merged.problems));
    }
    merged.read_secret_files();
    Ok(Merged { entries: merged.entries, problems: merged.problems })
}

/// Parses TOML. The error tells the place but shows no line of the text, which
/// may hold a secret.
pub(super) fn parse(text: &str) -> Result<Table, String> {
    text.parse().map_err(|error: toml::de::Error| {
        let message = error.message().replace('\n', ", ");
        let start = error.span().map_or(0, |span| span.start);
        let before = text.get(..start).unwrap_or(text);
        let line = before.matches('\n').count() + 1;
        let column = before.chars().rev().take_while(|c| *c != '\n').count() + 1;
        format!("line {line}, column {column}: {message}")
    })
}

struct Layer<'a> {
    schema: &'a Schema,
    entries: Entries,
    problems: Vec<Problem>,
}

impl<'a> Layer<'a> {
    fn new(schema: &'a Schema) -> Self {
        Self { schema, entries: Entries::new(), problems: Vec::new() }
    }

    fn put(&mut self, key: String, value: Value, source: Source) {
        self.entries.insert(key, Entry { value, source });
    }

    fn report(&mut self, key: &str, message: String, source: &Source) {
        self.problems.push(Problem { key: key.to_owned(), message, source: source.clone() });
    }

    fn report_unknown(&mut self, section: &str, key: &str, source: &Source) {
        let choices = self.schema.choices(section);
        let (key, what, hint) = if self.schema.has_section(section) {
            let hint = self.schema.key_hint(section, key);
            (format!("{section}.{key}"), "key", hint)
        } else {
            let hint = self.schema.section_hint(section);
            (section.to_owned(), "section", hint)
        };
        let message = format!("unknown {what}{hint}; {choices}");
        self.report(&shorten(&key), message, source);
    }

    fn report_kind(&mut self, key: &str, value: &Value, allowed: &str, source: &Source) {
        let message = if is_secret(key) {
            format!("must be {allowed}")
        } else {
            format!("must be {allowed}, not {}", quoted(value))
        };
        self.report(key, message, source);
    }

    fn add_file(&mut self, path: &Path) -> Result<(), Problem> {
        let source = Source::File(path.to_owned());
        let problem = |message| Problem { key: String::new(), message, source: source.clone() };
        let text = fs::read_to_string(path)
            .map(Zeroizing::new)
            .map_err(|error| problem(format!("the file cannot be read: {error}")))?;
        let table = parse(&text).map_err(problem)?;
        for (section, value) in table {
            match value {
                _ if !self.schema.has_section(&section) => {
                    self.report_unknown(&section, "", &source);
                }
                Value::Table(keys) => {
                    for (key, value) in keys {
                        self.add_file_value(&section, &key, value, &source);
                    }
                }
                _ => {
                    let message = format!("must be a section, written [{section}]");
                    self.report(&section, message, &source);
                }
            }
        }
        self.settle_twins();
        Ok(())
    }

    fn add_file_value(&mut self, section: &str, key: &str, value: Value, source: &Source) {
        let full = format!("{section}.{key}");
        // A quoted key may itself contain a dot.
        match self.schema.kind(&full).filter(|_| !key.contains('.')) {
            None => self.report_unknown(section, key, source),
            Some(kind) if kind.accepts(&value) => self.put(full, value, source.clone()),
            Some(kind) => self.report_kind(&full, &value, kind.description(), source),
        }
    }

    fn add_text(&mut self, key: String, text: String, source: Source) {
        let Some(kind) = self.schema.kind(&key) else {
            let (section, name) = key.split_once('.').unwrap_or((&key, ""));
            return self.report_unknown(section, name, &source);
        };
        match kind.parse(text) {
            Ok(value) => self.put(key, value, source),
            Err(text) => self.report_kind(&key, &Value::String(text), kind.description(), &source),
        }
    }

    fn add_environment(&mut self, env: impl IntoIterator<Item = (String, String)>) {
        let known: BTreeMap<String, String> = self.schema.defaults().map(|(key, _)| (variable(&key), key)).collect();
        for (name, text) in env {
            if !name.starts_with(PREFIX) || name == CONFIG_VARIABLE {
                continue;
            }
            let source = Source::Environment(name.clone());
            match known.get(&name) {
                Some(key) => self.add_text(key.clone(), text, source),
                None => self.report_variable(&name, &known, &source),
            }
        }
        self.settle_twins();
    }

    fn report_variable(&mut self, name: &str, known: &BTreeMap<String, String>, source: &Source) {
        let upper = name.to_ascii_uppercase();
        let names = known.keys().map(String::as_str).chain([CONFIG_VARIABLE]);
        let hint = did_you_mean(&nearest(&upper, names));
        let rest = upper.strip_prefix(PREFIX).unwrap_or(&upper);
        let (key, advice) = match rest.to_ascii_lowercase().split_once("__") {
            Some((section, key)) => {
                let key = if self.schema.has_section(section) { format!("{section}.{key}") } else { String::new() };
                (key, self.schema.choices(section))
            }
            None => (String::new(), misnamed(rest)),
        };
        let message = format!("unknown variable{hint}; {advice}");
        self.report(&shorten(&key), message, source);
    }

    fn add_flags(&mut self, flags: Vec<Flag>) {
        for Flag { key, value, flag } in flags {
            self.add_text(key, value, Source::Flag(flag));
        }
        self.settle_twins();
    }

    /// Leaves at most one key of each pair in this layer. An empty value counts
    /// as absent when the other is not, as in a copy of `default.toml`.
    fn settle_twins(&mut self) {
        for (key, file_key) in TWINS {
            let is_filled = |key| {
                let entry: Option<&Entry> = self.entries.get(key);
                entry.is_some_and(|entry| entry.value.as_str() != Some(""))
            };
            match (is_filled(key), is_filled(file_key)) {
                (true, true) => {
                    if let Some(entry) = self.entries.remove(file_key) {
                        let message = format!("set this or {key}, not both");
                        self.report(file_key, message, &entry.source);
                    }
                }
                (false, true) => drop(self.entries.remove(key)),
                (_, false) if self.entries.contains_key(key) => {
                    self.entries.remove(file_key);
                }
                (_, false) => {}
            }
        }
    }

    /// Puts a higher layer on this one. A key that names a secret replaces its
    /// twin from below.
    fn lay_over(&mut self, higher: Layer<'_>) {
        for (key, file_key) in TWINS {
            for (given, other) in [(key, file_key), (file_key, key)] {
                if let Some(entry) = higher.entries.get(given) {
                    let source = entry.source.clone();
                    self.put(other.to_owned(), Value::String(String::new()), source);
                }
            }
        }
        self.entries.extend(higher.entries);
        self.problems.extend(higher.problems);
    }

    fn read_secret_files(&mut self) {
        for (key, file_key) in TWINS {
            let Some(entry) = self.entries.get(file_key) else {
                continue;
            };
            let path = entry.value.as_str().unwrap_or_default();
            if path.is_empty() {
                continue;
            }
            let source = Source::SecretFile { path: PathBuf::from(path), named_by: Box::new(entry.source.clone()) };
            match read_secret(Path::new(path)) {
                Ok(secret) => self.put(key.to_owned(), Value::String(secret), source),
                Err(reason) => {
                    let message = format!("the file {} cannot be used: {reason}", quoted(&entry.value));
                    let source = entry.source.clone();
                    self.report(file_key, message, &source);
                }
            }
        }
    }
}

fn misnamed(rest: &str) -> String {
    if rest.starts_with("PORT") || rest.starts_with("SERVICE_") {
        "Kubernetes sets it for a service named grantor: set `enableServiceLinks: false` in the pod".to_owned()
    } else {
        format!("names are {PREFIX}SECTION__KEY with two underscores, or {CONFIG_VARIABLE}")
    }
}

/// The environment variable of a key.
fn variable(key: &str) -> String {
    format!("{PREFIX}{}", key.replacen('.', "__", 1).to_ascii_uppercase())
}

fn read_secret(path: &Path) -> Result<String, String> {
    let text = fs::read_to_string(path).map(Zeroizing::new).map_err(|error| error.to_string())?;
    let secret = text.trim_end_matches(['\r', '\n']);
    if secret.is_empty() {
        // An empty secret would silently mean the default.
        return Err("it is empty".to_owned());
    }
    Ok(secret.to_owned())
}
