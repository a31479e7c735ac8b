mod hiding;
mod messages;
mod precedence;
mod values;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::*;

const DOCS: &str = include_str!("../../docs/configuration.md");
const DEVELOPMENT: &str = include_str!("../../config/development.toml");
const PRODUCTION: &str = include_str!("../../config/production.example.toml");
const KEY: &str = "00112233445566778899aabbccddeeff00112233445566778899AABBCCDDEEFF";

struct Given {
    directory: tempfile::TempDir,
    sources: Sources,
}

fn given() -> Given {
    Given { directory: tempfile::tempdir().unwrap(), sources: Sources::default() }
}

impl Given {
    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    fn file(mut self, text: &str) -> Self {
        let path = self.path("grantor.toml");
        fs::write(&path, text).unwrap();
        self.sources.file = Some(path);
        self
    }

    fn env(mut self, name: &str, value: &str) -> Self {
        self.sources.env.push((name.to_owned(), value.to_owned()));
        self
    }

    fn flag(mut self, key: &str, value: &str) -> Self {
        self.sources = self.sources.with_flag(key, value, "--flag");
        self
    }

    fn secret(&self, name: &str, content: &str) -> String {
        let path = self.path(name);
        fs::write(&path, content).unwrap();
        path.to_str().unwrap().to_owned()
    }

    fn config(self) -> Config {
        Config::load(self.sources).unwrap()
    }

    fn errors(self) -> Vec<String> {
        let error = Config::load(self.sources).unwrap_err();
        let shown = error.to_string();
        let directory = format!("{}/", self.directory.path().display());
        let lines: Vec<String> = shown.lines().map(|l| l.replace(&directory, "")).collect();
        assert_eq!(lines.len(), error.problems().len(), "{shown}");
        lines
    }

    fn error(self) -> String {
        let errors = self.errors();
        assert_eq!(errors.len(), 1, "{errors:#?}");
        errors[0].clone()
    }
}

fn setting<'a>(config: &'a Config, key: &str) -> &'a Setting {
    config.settings().iter().find(|s| s.key == key).unwrap()
}

fn flag_error(key: &str, value: &str) -> String {
    given().flag(key, value).error()
}

#[test]
fn defaults_are_valid() {
    let config = given().config();
    assert_eq!(config.issuer(), "http://127.0.0.1:8080");
    assert_eq!(config.database_url().expose(), "sqlite://./data/grantor.db");
    assert_eq!(config.sqlite_path(), Some(Path::new("./data/grantor.db")));
    assert!(!config.is_https());
    assert!(config.secrets.master_key().is_none());
    assert!(config.server.trusted_proxies.is_empty());
    assert_eq!(config.tokens.access_token_lifetime, Duration::from_hours(1));
    assert!(config.settings().iter().all(|s| s.source == Source::Default));
    assert!(given().file(schema::DEFAULTS).config().registration.enabled);
}

#[test]
fn examples_are_valid() {
    assert_eq!(given().file(DEVELOPMENT).config().passwords.bcrypt_cost, 4);
    let config = given()
        .file(PRODUCTION)
        .env("GRANTOR_DATABASE__URL", "postgres://u:pw@db/grantor")
        .env("GRANTOR_SECRETS__MASTER_KEY", KEY)
        .env("GRANTOR_MAIL__PASSWORD", "pw")
        .config();
    assert!(config.is_https());
    assert_eq!(config.sqlite_path(), None);
    let errors = given().file(PRODUCTION).errors();
    assert_eq!(errors.len(), 3, "only the secret files are missing: {errors:#?}");
}

#[test]
fn every_key_is_read_and_documented() {
    let schema = Schema::built_in().unwrap();
    for (key, default) in schema.defaults() {
        let name = key.replacen('.', "__", 1).to_uppercase();
        let start = format!("| `{key}` | `GRANTOR_{name}` | `{default}` | ");
        let row = DOCS.lines().find(|line| line.starts_with(&start));
        assert!(row.is_some(), "docs/configuration.md lacks {start}");
        let row = row.unwrap();
        let bad = match schema.kind(&key).unwrap() {
            schema::Kind::Integer => "9999999999",
            schema::Kind::Span => "40000d",
            _ => continue,
        };
        let error = flag_error(&key, bad);
        let (_, rest) = error.split_once("must be ").unwrap();
        let (range, _) = rest.split_once(", not").unwrap();
        assert!(row.contains(range), "{key} allows {range}, but: {row}");
        assert!(schema::DEFAULTS.contains(range), "{key}: {range}");
    }
}

#[test]
fn every_key_of_the_schema_is_used_by_a_section() {
    let schema = Schema::built_in().unwrap();
    let mut merged = layers::merge(&schema, Sources::default()).unwrap();
    let keys: Vec<String> = merged.entries.keys().cloned().collect();
    for key in keys.iter().filter(|key| !key.ends_with("_file")) {
        let entry = merged.entries.remove(key).unwrap();
        let mut reader = Reader::new(&merged.entries, Vec::new());
        Config::read(&mut reader);
        let problems = reader.into_problems();
        assert!(problems.iter().any(|p| p.key == *key), "{key} is not read");
        merged.entries.insert(key.clone(), entry);
    }
}
