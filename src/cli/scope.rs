//! `grantor scope`.

use std::sync::Arc;

use clap::Subcommand;
use serde_json::{Value, json};

use super::failure::Failure;
use super::reply::{Reply, table, yes};
use crate::app::App;
use crate::core::audit::Actor;
use crate::core::scope::ScopeEntry;
use crate::oauth::manage;

#[derive(Subcommand)]
pub(super) enum Command {
    /// Make a scope
    Create {
        /// The name that clients ask for
        name: String,
        /// What it lets an app do, in words for the consent page
        #[arg(long, value_name = "TEXT")]
        description: String,
        /// A client that asks for no scope gets it
        #[arg(long)]
        default: bool,
        /// People may leave it out on the consent page
        #[arg(long)]
        optional: bool,
        /// The consent page marks it
        #[arg(long)]
        sensitive: bool,
    },
    /// List every scope
    List,
}

pub(super) fn run(app: &Arc<App>, command: Command) -> Result<Reply, Failure> {
    match command {
        Command::Create { name, description, default, optional, sensitive } => {
            let entry = ScopeEntry { name, description, is_default: default, optional, sensitive };
            manage::create_scope(app, &Actor::Operator, entry.clone())?;
            log::info!("event=scope.create scope={:?} by=operator", entry.name);
            Ok(Reply::new(json(&entry), format!("There is a scope {} now.", entry.name)))
        }
        Command::List => {
            let scopes = app.scopes()?;
            let rows = scopes.iter().map(|entry| {
                let [default, optional, sensitive] = [entry.is_default, entry.optional, entry.sensitive].map(yes);
                [entry.name.clone(), default, optional, sensitive, entry.description.clone()]
            });
            let headings = ["NAME", "DEFAULT", "OPTIONAL", "SENSITIVE", "DESCRIPTION"];
            Ok(Reply::new(scopes.iter().map(json).collect(), table("No scopes.", headings, rows.collect())))
        }
    }
}

fn json(entry: &ScopeEntry) -> Value {
    json!({
        "name": entry.name,
        "description": entry.description,
        "default": entry.is_default,
        "optional": entry.optional,
        "sensitive": entry.sensitive,
    })
}
