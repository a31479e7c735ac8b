//! `grantor scope`.

use std::sync::Arc;

use clap::Subcommand;
use serde_json::json;

use super::failure::Failure;
use super::reply::{Reply, table, yes};
use crate::app::App;
use crate::core::audit::Actor;
use crate::core::scope::ScopeEntry;
use crate::oauth::manage::scopes::{self, Change};
use crate::oauth::manage::{ManageError, view};

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
    /// Change a scope; what is not named stays as it is
    Edit {
        /// Its name
        name: String,
        /// What it lets an app do, in words for the consent page
        #[arg(long, value_name = "TEXT")]
        description: Option<String>,
        /// Whether a client that asks for no scope gets it
        #[arg(long, value_name = "YES")]
        default: Option<bool>,
        /// Whether people may leave it out on the consent page
        #[arg(long, value_name = "YES")]
        optional: Option<bool>,
        /// Whether the consent page marks it
        #[arg(long, value_name = "YES")]
        sensitive: Option<bool>,
    },
    /// Delete a scope: it is not granted any more, and refreshed tokens lose it
    Delete {
        /// Its name
        name: String,
    },
}

pub(super) fn run(app: &Arc<App>, command: Command) -> Result<Reply, Failure> {
    match command {
        Command::Create { name, description, default, optional, sensitive } => {
            let entry = ScopeEntry { name, description, is_default: default, optional, sensitive };
            scopes::create(app, &Actor::Operator, entry.clone())?;
            log::info!("event=scope.create scope={:?} by=operator", entry.name);
            Ok(Reply::new(view::scope(&entry), format!("There is a scope {} now.", entry.name)))
        }
        Command::List => {
            let known = app.scopes()?;
            let rows = known.iter().map(|entry| {
                let [default, optional, sensitive] = [entry.is_default, entry.optional, entry.sensitive].map(yes);
                [entry.name.clone(), default, optional, sensitive, entry.description.clone()]
            });
            let headings = ["NAME", "DEFAULT", "OPTIONAL", "SENSITIVE", "DESCRIPTION"];
            Ok(Reply::new(known.iter().map(view::scope).collect(), table("No scopes.", headings, rows.collect())))
        }
        Command::Edit { name, description, default, optional, sensitive } => {
            let change = Change { description, is_default: default, optional, sensitive };
            let entry = scopes::edit(app, &Actor::Operator, &name, change).map_err(|error| named(error, &name))?;
            Ok(Reply::new(view::scope(&entry), format!("The scope {name} is changed.")))
        }
        Command::Delete { name } => {
            scopes::delete(app, &Actor::Operator, &name).map_err(|error| named(error, &name))?;
            Ok(Reply::new(json!({ "name": name }), format!("There is no scope {name} any more.")))
        }
    }
}

fn named(error: ManageError, name: &str) -> Failure {
    match error {
        ManageError::NotFound => Failure::new(format!("there is no scope {name}")),
        other => other.into(),
    }
}
