//! `grantor config`.

use clap::Subcommand;
use serde_json::Value;

use super::reply::{Reply, table};
use crate::config::{Config, Setting};

#[derive(Subcommand)]
pub(super) enum Command {
    /// List every setting in force and where it comes from; of secrets only whether they are set
    Show,
}

pub(super) fn show(config: &Config) -> Reply {
    let value = |setting: &Setting| match setting.is_secret() {
        Some(true) => "set".to_owned(),
        Some(false) => "not set".to_owned(),
        None => setting.value.clone(),
    };
    let rows =
        config.settings().iter().map(|setting| [setting.key.clone(), value(setting), setting.source.to_string()]);
    let text = table("No settings.", ["KEY", "VALUE", "COMES FROM"], rows.collect());
    Reply::new(config.settings().iter().map(Setting::to_json).collect::<Value>(), text)
}
