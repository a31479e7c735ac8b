//! The flags that every command takes: most are settings by another name.

use std::path::PathBuf;

use super::failure::Failure;
use crate::config::{Flag, Sources};

/// Flags of every command.
#[derive(clap::Args)]
#[command(next_help_heading = "Settings")]
pub(super) struct Globals {
    /// Read settings from this file
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Keep the SQLite file and the master key in this folder [default: ./data]
    #[arg(long, global = true, value_name = "DIR")]
    data_dir: Option<String>,
    /// Use this database: postgres://… or sqlite://PATH
    #[arg(long, global = true, value_name = "URL")]
    database_url: Option<String>,
    /// Listen on this address [default: 127.0.0.1:8080]
    #[arg(long, global = true, value_name = "ADDRESS:PORT")]
    listen: Option<String>,
    /// The URL by which browsers and clients know the server: its issuer
    #[arg(long, global = true, value_name = "URL")]
    public_url: Option<String>,
    /// Set any setting; may be repeated
    #[arg(long, global = true, value_name = "SECTION.KEY=VALUE")]
    set: Vec<String>,
    /// Print one JSON document for machines
    #[arg(long, global = true, help_heading = None)]
    pub(super) json: bool,
}

impl Globals {
    /// What the settings are made from.
    pub(super) fn sources(&self) -> Result<Sources, Failure> {
        let named = [
            ("server.data_dir", "--data-dir", &self.data_dir),
            ("database.url", "--database-url", &self.database_url),
            ("server.listen", "--listen", &self.listen),
            ("server.public_url", "--public-url", &self.public_url),
        ];
        let mut flags = Vec::new();
        for text in typed_sets() {
            let (key, value) = text.split_once('=').filter(|(key, _)| key.contains('.')).ok_or_else(|| {
                Failure::new("--set takes SECTION.KEY=VALUE, such as --set tokens.access_token_lifetime=15m")
            })?;
            flags.push(Flag { key: key.to_owned(), value: value.to_owned(), flag: format!("--set {key}") });
        }
        for (key, flag, value) in named {
            if let Some(value) = value {
                flags.push(Flag { key: key.to_owned(), value: value.clone(), flag: flag.to_owned() });
            }
        }
        Ok(Sources::from_process(self.config.clone(), flags)?)
    }
}

/// Every `--set` as it was typed. Of those before and after a command's name clap keeps the latter alone; it has
/// checked that each has a value.
fn typed_sets() -> Vec<String> {
    let mut sets = Vec::new();
    let mut words = std::env::args_os().map(|word| word.to_string_lossy().into_owned()).take_while(|word| word != "--");
    while let Some(word) = words.next() {
        match word.strip_prefix("--set") {
            Some("") => sets.extend(words.next()),
            Some(rest) => sets.extend(rest.strip_prefix('=').map(str::to_owned)),
            None => {}
        }
    }
    sets
}
