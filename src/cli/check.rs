//! `grantor check`: what would go wrong at a start, found without starting.

use serde_json::{Value, json};

use super::args::Globals;
use super::failure::Failure;
use super::migrate::survey;
use super::reply::{Reply, fields};
use super::{logging, settings};
use crate::account::courier;
use crate::app::{App, Surroundings};
use crate::config::{Config, Source};
use crate::core::text::Language;
use crate::http::pages::views;
use crate::mail;
use crate::store::{Backend, Survey};

pub(super) fn command(globals: &Globals) -> Result<Reply, Failure> {
    let config = match settings(globals, true) {
        Ok(config) => config,
        Err(failure) => {
            logging::init("warn");
            return Ok(refused(failure, globals.json));
        }
    };
    let mut problems = Vec::new();
    let templates = templates(&mut problems);
    let database = database(&config, &mut problems);
    problems.extend(courier::problems(&config).iter().map(ToString::to_string));
    let changed = config.settings().iter().filter(|setting| setting.source != Source::Default).count();
    let json = json!({
        "ok": problems.is_empty(),
        "problems": &problems,
        "issuer": config.issuer(),
        "database": database,
        "templates": templates,
        "settings": config.settings(),
    });
    let mut text = fields(&[
        ("Settings", format!("{} keys, {changed} of them set", config.settings().len())),
        ("Issuer", config.issuer().to_owned()),
        ("Database", describe(&config, &database)),
        ("Templates", format!("{templates} rendered")),
    ]);
    text.push_str(if problems.is_empty() { "\nAll is well." } else { "" });
    let reply = Reply::new(json, text);
    Ok(report(reply, problems, globals.json))
}

/// The settings cannot be used: there is nothing else to check.
fn refused(failure: Failure, json: bool) -> Reply {
    let problems = failure.into_lines();
    report(Reply::new(json!({ "ok": false, "problems": &problems, "settings": [] }), ""), problems, json)
}

/// Problems are in the JSON document; people read them on stderr.
fn report(reply: Reply, problems: Vec<String>, json: bool) -> Reply {
    if problems.is_empty() {
        return reply;
    }
    if !json {
        problems.into_iter().for_each(|problem| Failure::new(problem).print());
    }
    reply.failed()
}

/// How many pages and mails there are, if all of them render in this language.
fn samples(language: Language) -> Result<usize, askama::Error> {
    Ok(views::samples(language)?.len() + mail::samples(language)?.len())
}

fn templates(problems: &mut Vec<String>) -> usize {
    let rendered = Language::ALL.into_iter().map(samples).try_fold(0, |most, one| one.map(|one| one.max(most)));
    rendered.unwrap_or_else(|error| {
        problems.push(format!("a template does not render: {error}"));
        0
    })
}

fn database(config: &Config, problems: &mut Vec<String>) -> Value {
    let survey = match survey(config) {
        Ok(survey) => survey,
        Err(error) => {
            problems.push(error.to_string());
            return Value::Null;
        }
    };
    if !survey.unknown.is_empty() {
        problems.push(format!(
            "the database was migrated by a later version: this one does not know {}",
            survey.unknown.join(", ")
        ));
    }
    problems.extend(key_problem(config, &survey));
    let backend = match survey.backend {
        Backend::Postgres => "postgresql",
        Backend::Sqlite => "sqlite",
    };
    json!({
        "backend": backend,
        "path": config.sqlite_path(),
        "migrations_current": survey.pending.is_empty() && survey.unknown.is_empty(),
        "pending_migrations": survey.pending,
        "is_set_up": survey.is_made,
    })
}

/// Whether the master key is there and opens what the first node sealed.
fn key_problem(config: &Config, survey: &Survey) -> Option<String> {
    if !survey.is_made {
        return None;
    }
    let file = config.server.data_dir.join("master.key");
    if config.secrets.master_key().is_none() && !file.exists() {
        return Some(format!(
            "the database was made under a master key, but there is none in {} and secrets.master_key is not set",
            file.display()
        ));
    }
    if !survey.pending.is_empty() || !survey.unknown.is_empty() {
        return None;
    }
    // With all of it there, to open changes nothing.
    App::open(config.clone(), Surroundings::default()).err().map(|error| error.to_string())
}

fn describe(config: &Config, database: &Value) -> String {
    let name =
        config.sqlite_path().map_or_else(|| "PostgreSQL".to_owned(), |path| format!("SQLite, {}", path.display()));
    let pending = database["pending_migrations"].as_array().map_or(0, Vec::len);
    let state = match (database.is_null(), database["is_set_up"].as_bool(), pending) {
        (true, ..) => "not usable".to_owned(),
        (_, Some(false), _) => "empty; a start or `grantor migrate` makes what is missing".to_owned(),
        (_, _, 0) => "up to date".to_owned(),
        (_, _, count) => format!("{count} migrations to run; a start or `grantor migrate` runs them"),
    };
    format!("{name}: {state}")
}
