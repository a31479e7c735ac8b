//! `grantor role`.

use std::sync::Arc;

use clap::Subcommand;
use serde_json::{Value, json};

use super::failure::Failure;
use super::reply::{Reply, fields, stamp, table, yes};
use crate::account::roles::{self, Description};
use crate::app::App;
use crate::core::audit::Actor;
use crate::core::role::Role;

#[derive(Subcommand)]
pub(super) enum Command {
    /// List every role
    List,
    /// Make a role
    Create {
        /// The name by which people hold it and applications know it
        name: String,
        #[command(flatten)]
        described: Described,
    },
    /// Change a role, for all who have it; what is not named stays
    Edit {
        /// Which one
        name: String,
        #[command(flatten)]
        described: Described,
        /// Its holders do not sign in as staff
        #[arg(long, conflicts_with = "staff")]
        no_staff: bool,
        /// It allows nothing
        #[arg(long, conflicts_with = "permission")]
        no_permissions: bool,
    },
    /// Delete a role that nobody has
    Delete {
        /// Which one
        name: String,
    },
}

#[derive(clap::Args)]
pub(super) struct Described {
    /// The name as people read it
    #[arg(long, value_name = "TEXT")]
    display_name: Option<String>,
    /// What it is for
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,
    /// Its holders sign in as staff, through the envelope API
    #[arg(long)]
    staff: bool,
    /// What it allows in the applications behind this server; may be repeated, and replaces what it allowed
    #[arg(long, value_name = "NAME")]
    permission: Vec<String>,
}

impl From<Described> for Description {
    fn from(described: Described) -> Self {
        Self {
            display_name: described.display_name,
            description: described.description,
            staff: described.staff.then_some(true),
            permissions: Some(described.permission).filter(|names| !names.is_empty()),
        }
    }
}

pub(super) fn run(app: &Arc<App>, command: Command) -> Result<Reply, Failure> {
    match command {
        Command::List => list(app),
        Command::Create { name, described } => {
            Ok(show(&roles::create(app, &Actor::Operator, &name, &described.into())?))
        }
        Command::Edit { name, described, no_staff, no_permissions } => {
            let mut described = Description::from(described);
            if no_staff {
                described.staff = Some(false);
            }
            if no_permissions {
                described.permissions = Some(Vec::new());
            }
            Ok(show(&roles::edit(app, &Actor::Operator, &name.into(), described)?))
        }
        Command::Delete { name } => {
            let name = name.into();
            roles::delete(app, &Actor::Operator, &name)?;
            Ok(Reply::new(json!({ "deleted": name }), format!("The role {name} is gone.")))
        }
    }
}

fn list(app: &Arc<App>) -> Result<Reply, Failure> {
    let roles = roles::list(app)?;
    let rows = roles.iter().map(|role| {
        [
            role.id.to_string(),
            role.name.to_string(),
            role.display_name.clone(),
            yes(role.staff),
            role.permissions.join(" "),
            role.description.clone(),
        ]
    });
    let headings = ["ID", "NAME", "DISPLAY NAME", "STAFF", "PERMISSIONS", "DESCRIPTION"];
    Ok(Reply::new(roles.iter().map(json).collect(), table("No roles.", headings, rows.collect())))
}

fn show(role: &Role) -> Reply {
    let text = fields(&[
        ("ID", role.id.to_string()),
        ("Name", role.name.to_string()),
        ("Display name", role.display_name.clone()),
        ("Staff", yes(role.staff)),
        ("Permissions", role.permissions.join(" ")),
        ("Description", role.description.clone()),
    ]);
    Reply::new(json(role), text)
}

fn json(role: &Role) -> Value {
    json!({
        "id": role.id,
        "name": role.name,
        "display_name": role.display_name,
        "description": role.description,
        "staff": role.staff,
        "permissions": role.permissions,
        "created_at": stamp(role.created_at),
        "updated_at": stamp(role.updated_at),
    })
}
