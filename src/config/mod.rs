//! The settings of the server: read once at start, checked as a whole.
//!
//! Four layers are laid over each other, later ones winning: the built-in
//! `config/default.toml`, a file, the environment, flags. This is the only
//! module that reads the process environment.

mod audit;
mod branding;
mod cache;
mod consent;
mod database;
mod error;
mod files;
mod keys;
mod layers;
mod limits;
mod log;
mod logout;
mod mail;
mod net;
mod passwords;
mod purge;
mod reader;
mod registration;
mod schema;
mod second_factor;
mod secret;
mod secrets;
mod server;
mod sessions;
mod settings;
mod sms;
mod sources;
mod tokens;
mod ui;

#[cfg(test)]
mod tests;

use std::net::SocketAddr;
use std::path::Path;

pub use audit::{Audit, Failures, Statistics};
pub use branding::{Branding, Logo};
pub use cache::Cache;
pub use consent::{Consent, Remember};
pub use database::{Database, Synchronous};
pub use error::{ConfigError, Problem, Source};
pub use files::{Files, Storage};
pub use keys::Keys;
pub use limits::Limits;
pub use log::Log;
pub use logout::Logout;
pub use mail::{Mail, Security, Sender, Smtp};
pub use net::{IpBlock, TrustedProxies};
pub use passwords::Passwords;
pub use purge::Purge;
pub use registration::{EmailVerification, Registrars, Registration};
pub use second_factor::SecondFactor;
pub use secret::{MasterKey, Secret};
pub use secrets::Secrets;
pub use server::Server;
pub use sessions::Sessions;
pub use settings::Setting;
pub use sms::{Format, Gateway, Sms};
pub use sources::{Flag, Sources};
pub use tokens::Tokens;
pub use ui::Ui;

use reader::Reader;
use schema::Schema;

/// Every setting of the server, checked.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where the server listens and who it says it is.
    pub server: Server,
    /// Where the data is kept.
    pub database: Database,
    /// Keys that must not be seen.
    pub secrets: Secrets,
    /// How much one caller may ask for.
    pub limits: Limits,
    /// How long tokens, codes and consent pages last.
    pub tokens: Tokens,
    /// How long people stay signed in.
    pub sessions: Sessions,
    /// How passwords are hashed and replaced.
    pub passwords: Passwords,
    /// How people prove a second time that it is they who sign in.
    pub second_factor: SecondFactor,
    /// How people make and end accounts.
    pub registration: Registration,
    /// When people are asked whether an app may act for them.
    pub consent: Consent,
    /// How pages and mails speak.
    pub ui: Ui,
    /// How pages look.
    pub branding: Branding,
    /// How mails are sent.
    pub mail: Mail,
    /// How text messages are sent.
    pub sms: Sms,
    /// Where files that people upload are kept.
    pub files: Files,
    /// How long copies of rows are kept in memory.
    pub cache: Cache,
    /// The keys that sign tokens.
    pub keys: Keys,
    /// How apps hear that a session has ended.
    pub logout: Logout,
    /// When expired rows are removed.
    pub purge: Purge,
    /// The audit log.
    pub audit: Audit,
    /// The reasons of refusals.
    pub failures: Failures,
    /// The figures of use.
    pub statistics: Statistics,
    /// What is logged.
    pub log: Log,
    issuer: String,
    settings: Vec<Setting>,
}

impl Config {
    /// Reads and checks all layers.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] holds every problem found, in all layers, not only the
    /// first one.
    pub fn load(sources: Sources) -> Result<Self, ConfigError> {
        let schema = Schema::built_in()?;
        let merged = layers::merge(&schema, sources)?;
        let mut reader = Reader::new(&merged.entries, merged.problems);
        let config = Self::read(&mut reader);
        ConfigError::unless_empty(reader.into_problems())?;
        Ok(config)
    }

    fn read(reader: &mut Reader<'_>) -> Self {
        let server = Server::read(reader);
        let issuer = server.issuer();
        let (tokens, cache, keys) = (Tokens::read(reader), Cache::read(reader), Keys::read(reader));
        keys.validate(reader, cache.staleness, &tokens);
        Self {
            database: Database::read(reader, &server.data_dir),
            secrets: Secrets::read(reader),
            limits: Limits::read(reader),
            tokens,
            sessions: Sessions::read(reader),
            passwords: Passwords::read(reader),
            second_factor: SecondFactor::read(reader),
            registration: Registration::read(reader),
            consent: Consent::read(reader),
            ui: Ui::read(reader),
            branding: Branding::read(reader),
            mail: Mail::read(reader),
            sms: Sms::read(reader),
            files: Files::read(reader),
            cache,
            keys,
            logout: Logout::read(reader),
            purge: Purge::read(reader),
            audit: Audit::read(reader),
            failures: Failures::read(reader),
            statistics: Statistics::read(reader),
            log: Log::read(reader),
            settings: settings::list(reader.entries()),
            issuer,
            server,
        }
    }

    /// The URL this server is known by, without a trailing slash:
    /// `server.public_url`, or `http://` and the listening address.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// The path of the issuer, below which everything is served: empty, or such as `/auth`.
    #[must_use]
    pub fn root(&self) -> &str {
        self.issuer.get(self.origin().len()..).unwrap_or_default()
    }

    /// The origin of the issuer: its URL without the path.
    #[must_use]
    pub fn origin(&self) -> &str {
        let host = self.issuer.find("://").map_or(0, |scheme| scheme + 3);
        let path = self.issuer.get(host..).and_then(|rest| rest.find('/'));
        path.and_then(|path| self.issuer.get(..host + path)).unwrap_or(&self.issuer)
    }

    /// Whether the issuer is an `https` URL, so that cookies must be `Secure`.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.issuer.starts_with("https://")
    }

    /// Tells which address was bound, for when port 0 was asked for. Changes
    /// the issuer unless `server.public_url` is set.
    pub fn set_bound_address(&mut self, address: SocketAddr) {
        self.server.listen = address;
        self.issuer = self.server.issuer();
    }

    /// The database that is used: `database.url`, or the file `grantor.db` in
    /// the data directory.
    #[must_use]
    pub fn database_url(&self) -> &Secret {
        &self.database.url
    }

    /// The database file, or `None` when the database is PostgreSQL.
    #[must_use]
    pub fn sqlite_path(&self) -> Option<&Path> {
        self.database.sqlite_path.as_deref()
    }

    /// Every key with its value, secrets hidden, and where it came from,
    /// sorted by key.
    #[must_use]
    pub fn settings(&self) -> &[Setting] {
        &self.settings
    }
}
