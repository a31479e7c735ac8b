//! The commands. Each answers with a [`reply::Reply`], printed for people or, with `--json`, for machines.

mod args;
mod audit;
mod check;
mod client;
mod config;
mod failure;
mod input;
mod keys;
mod logging;
mod migrate;
mod outbox;
mod purge;
mod recorder;
mod refused;
mod reply;
mod role;
mod rotation;
mod scope;
mod stats;
mod token;
mod user;

pub mod serve;

use std::process::ExitCode;
use std::sync::Arc;

use clap::{Parser, Subcommand};

use crate::app::{App, Surroundings};
use crate::config::{Config, Source};
use args::Globals;
use failure::Failure;
use reply::Reply;

/// An OAuth 2.0 authorization server. Without a command it serves.
#[derive(Parser)]
#[command(name = "grantor", version, arg_required_else_help = false, disable_help_subcommand = true)]
struct Cli {
    #[command(flatten)]
    globals: Globals,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Serve until told to stop (the default)
    Serve,
    /// Check settings, database and templates, and change nothing
    Check,
    /// Bring the database up to date, and make the keys, scopes and clients that every server has
    Migrate,
    /// People
    #[command(subcommand)]
    User(user::Command),
    /// What kinds of people there are
    #[command(subcommand)]
    Role(role::Command),
    /// The applications that people sign in to
    #[command(subcommand)]
    Client(client::Command),
    /// What clients may ask for
    #[command(subcommand)]
    Scope(scope::Command),
    /// Access tokens
    #[command(subcommand)]
    Token(token::Command),
    /// The keys that sign tokens
    #[command(subcommand)]
    Keys(keys::Command),
    /// The settings
    #[command(subcommand)]
    Config(config::Command),
    /// The mails and text messages to people, and how far they have come
    Outbox(outbox::Arguments),
    /// Who did what: the audit log
    #[command(subcommand)]
    Audit(audit::Command),
    /// Why sign-ins, authorizations and token requests were refused
    #[command(subcommand)]
    Failure(refused::Command),
    /// Figures of use
    Stats(stats::Arguments),
    /// Delete what has expired, now
    Purge,
}

/// Runs the command line.
pub fn main() -> ExitCode {
    let Cli { globals, command } = Cli::parse();
    let json = globals.json;
    match run(&globals, command.unwrap_or(Command::Serve)).and_then(|reply| reply.print(json)) {
        Ok(code) => code,
        Err(failure) => {
            failure.print();
            ExitCode::FAILURE
        }
    }
}

fn run(globals: &Globals, command: Command) -> Result<Reply, Failure> {
    match command {
        Command::Serve => serve::command(settings(globals, false)?, globals.json),
        Command::Check => check::command(globals),
        Command::Migrate => migrate::command(settings(globals, true)?),
        Command::User(command) => user::run(&open(globals)?, command),
        Command::Role(command) => role::run(&open(globals)?, command),
        Command::Client(command) => client::run(&open(globals)?, command),
        Command::Scope(command) => scope::run(&open(globals)?, command),
        Command::Token(command) => token::run(&open(globals)?, command),
        Command::Keys(command) => keys::run(&open(globals)?, command),
        Command::Config(config::Command::Show) => Ok(config::show(&settings(globals, true)?)),
        Command::Outbox(arguments) => outbox::run(&open(globals)?, &arguments),
        Command::Audit(command) => audit::run(&open(globals)?, command, globals.json),
        Command::Failure(command) => refused::run(&open(globals)?, command),
        Command::Stats(arguments) => stats::run(&open(globals)?, &arguments),
        Command::Purge => purge::command(&open(globals)?),
    }
}

/// The settings, with the log set up as they say.
fn settings(globals: &Globals, brief: bool) -> Result<Config, Failure> {
    let mut config = Config::load(globals.sources()?)?;
    // What a command did is its reply: unless asked for, the log adds only what is wrong.
    let asked_for =
        |config: &Config| config.settings().iter().any(|s| s.key == "log.level" && s.source != Source::Default);
    let filter = if brief && !asked_for(&config) { "warn" } else { &config.log.level };
    logging::init(filter);
    if brief {
        config.database.pool_size = 1;
    }
    Ok(config)
}

/// The app for a command that works beside servers.
fn open(globals: &Globals) -> Result<Arc<App>, Failure> {
    Ok(App::open(settings(globals, true)?, Surroundings::default())?)
}
