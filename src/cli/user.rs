//! `grantor user`.

mod account;
mod search;

use std::sync::Arc;

use clap::Subcommand;
use serde_json::{Value, json};

use super::failure::Failure;
use super::input::Password;
use super::reply::{Reply, fields, stamp, yes};
use crate::account::people::Deed;
use crate::account::{admin, register::Registration, roles, second_factor};
use crate::app::App;
use crate::core::audit::Actor;
use crate::core::ids::UserId;
use crate::core::user::{Status, User};
use crate::store;

#[derive(Subcommand)]
pub(super) enum Command {
    /// Make an account
    Create(Create),
    /// Set a password; every session and token of the person ends
    SetPassword {
        /// Identifier, e-mail address or username
        name: String,
        #[command(flatten)]
        password: Password,
    },
    /// List people by identifier, or those who are searched for
    List(search::Arguments),
    /// Change what a person says of themselves; what is not named stays, an empty text clears a field
    Edit {
        /// Identifier, e-mail address or username
        name: String,
        #[command(flatten)]
        details: search::Details,
    },
    /// Sign a person out everywhere; what they let apps do goes on
    EndSessions {
        /// Identifier, e-mail address or username
        name: String,
    },
    /// Mail a person a link to choose a new password
    SendPasswordReset {
        /// Identifier, e-mail address or username
        name: String,
    },
    /// Take a person's e-mail address as theirs
    VerifyEmail {
        /// Identifier, e-mail address or username
        name: String,
    },
    /// Turn a person's two-factor authentication off and remove their passkeys; their password alone signs them in again
    ResetSecondFactor {
        /// Identifier, e-mail address or username
        name: String,
    },
    /// Close an account, but for the last admin's; every session and token of the person ends
    Disable {
        /// Identifier, e-mail address or username
        name: String,
    },
    /// Open a closed account again
    Enable {
        /// Identifier, e-mail address or username
        name: String,
    },
    /// Give a person a role
    Role {
        /// Identifier, e-mail address or username
        name: String,
        /// The name of the role
        role: String,
    },
    /// Say whom a person works for; what is not named is none
    Staff {
        /// Identifier, e-mail address or username
        name: String,
        /// The internet service provider
        #[arg(long, value_name = "ID")]
        isp_id: Option<i64>,
        /// The branch
        #[arg(long, value_name = "ID")]
        branch_id: Option<i64>,
    },
    /// Print all that the server has of a person, as JSON
    Export {
        /// Identifier, e-mail address or username
        name: String,
    },
    /// Delete an account and all that is theirs, for good
    Delete {
        /// Identifier, e-mail address or username
        name: String,
        /// Do it
        #[arg(long)]
        yes: bool,
    },
}

#[derive(clap::Args)]
pub(super) struct Create {
    /// E-mail address
    #[arg(long)]
    email: String,
    /// Full name
    #[arg(long)]
    name: String,
    /// Name to sign in with
    #[arg(long)]
    username: String,
    /// Make an admin
    #[arg(long, conflicts_with = "role")]
    admin: bool,
    /// Give them this role
    #[arg(long, value_name = "ROLE")]
    role: Option<String>,
    /// Take the e-mail address as theirs without asking
    #[arg(long)]
    verified: bool,
    #[command(flatten)]
    password: Password,
}

pub(super) fn run(app: &Arc<App>, command: Command) -> Result<Reply, Failure> {
    match command {
        Command::Create(arguments) => create(app, arguments),
        Command::SetPassword { name, password } => {
            let user = find(app, &name)?;
            admin::set_password(app, &Actor::Operator, &user, password.read()?.expose())?;
            let text =
                format!("The password of {} was set; every session and token of theirs has ended.", user.username);
            Ok(Reply::new(person(&user), text))
        }
        Command::List(arguments) => search::list(app, &arguments),
        Command::Edit { name, details } => search::edit(app, &name, details),
        Command::EndSessions { name } => search::act(app, &name, Deed::EndSessions),
        Command::SendPasswordReset { name } => search::act(app, &name, Deed::SendPasswordReset),
        Command::VerifyEmail { name } => search::act(app, &name, Deed::VerifyEmail),
        Command::ResetSecondFactor { name } => {
            let user = find(app, &name)?;
            let removed = second_factor::reset(app, &Actor::Operator, &user)?;
            let passkeys = match removed {
                0 => String::new(),
                1 => " Their passkey was removed.".to_owned(),
                some => format!(" Their {some} passkeys were removed."),
            };
            let text = format!("Two-factor authentication of {} is off.{passkeys}", user.username);
            Ok(Reply::new(person(&user), text))
        }
        Command::Disable { name } => set_status(app, &name, Status::Disabled),
        Command::Enable { name } => set_status(app, &name, Status::Active),
        Command::Role { name, role } => account::role(app, &name, &role),
        Command::Staff { name, isp_id, branch_id } => account::staff(app, &name, isp_id, branch_id),
        Command::Export { name } => account::export(app, &name),
        Command::Delete { name, yes } => account::delete(app, &name, yes),
    }
}

fn create(app: &Arc<App>, arguments: Create) -> Result<Reply, Failure> {
    let password = Some(arguments.password.read()?.expose().to_owned());
    let registration = Registration {
        name: Some(arguments.name),
        username: Some(arguments.username),
        email: Some(arguments.email),
        password_confirmation: password.clone(),
        password,
        ..Registration::default()
    };
    let role = arguments.role.map(|name| roles::find(app, &name.into())).transpose()?;
    let user = admin::create(app, &Actor::Operator, &registration, |mut new| {
        if arguments.admin {
            new = new.admin();
        }
        if let Some(role) = role {
            new = new.role(role.name);
        }
        if arguments.verified { new.verified() } else { new }
    })?;
    let text = fields(&[
        ("ID", user.id.to_string()),
        ("Username", user.username.clone()),
        ("E-mail", user.email.clone()),
        ("Verified", yes(user.email_verified_at.is_some())),
        ("Role", user.role.as_str().to_owned()),
    ]);
    Ok(Reply::new(person(&user), text))
}

fn set_status(app: &Arc<App>, name: &str, status: Status) -> Result<Reply, Failure> {
    let user = find(app, name)?;
    let was = user.status;
    admin::set_status(app, &Actor::Operator, &user, status)?;
    let text = match (was == status, status) {
        (true, _) => format!("{} was {} already.", user.username, status.as_str()),
        (_, Status::Disabled) => format!("{} is disabled; every session and token of theirs has ended.", user.username),
        (_, Status::Active) => format!("{} is active again.", user.username),
    };
    Ok(Reply::new(person(&User { status, ..user }), text))
}

/// The person that an operator means. A username of digits may be another's identifier: then nobody is meant.
pub(super) fn find(app: &App, name: &str) -> Result<User, Failure> {
    let named = admin::find(app, name)?;
    let numbered = match name.parse() {
        Ok(id) => app.read(|cx| store::users::by_id(cx.conn, UserId(id)))?,
        Err(_) => None,
    };
    match (named, numbered) {
        (Some(named), Some(numbered)) if named.id != numbered.id => Err(Failure::new(format!(
            "{name} is the username of one person and the identifier of another: use their e-mail address ({} or {})",
            named.email, numbered.email
        ))),
        (Some(user), _) | (None, Some(user)) => Ok(user),
        (None, None) => Err(Failure::new(format!("there is no person {name}"))),
    }
}

fn person(user: &User) -> Value {
    json!({
        "id": user.id,
        "username": user.username,
        "email": user.email,
        "email_verified_at": stamp(user.email_verified_at),
        "name": user.name.whole(),
        "role": user.role.as_str(),
        "isp_id": user.isp_id,
        "branch_id": user.branch_id,
        "status": user.status.as_str(),
        "last_login_at": stamp(user.last_login_at),
        "created_at": stamp(user.created_at),
    })
}
