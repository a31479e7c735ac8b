//! `grantor user list`, `edit`, and what is done to a person without saying more.

use std::sync::Arc;

use super::{find, person};
use crate::account::people::{self, Acting, Deed};
use crate::account::{admin, profile};
use crate::app::App;
use crate::cli::failure::Failure;
use crate::cli::reply::{Reply, moment, moment_or, table};
use crate::core::ids::{RoleName, UserId};
use crate::core::page::{MAX_PAGE, Page};
use crate::core::people::{Place, Search, Sort};
use crate::core::user::Status;

#[derive(clap::Args)]
pub(in crate::cli) struct Arguments {
    /// Only whose e-mail address, username, whole name or family name begins with this, or whose identifier it is
    #[arg(long, value_name = "TEXT")]
    search: Option<String>,
    /// Only who has this role
    #[arg(long)]
    role: Option<String>,
    /// Only accounts that are so: active or disabled
    #[arg(long, value_parser = status)]
    status: Option<Status>,
    /// The order: created_at, last_login_at or email; with a - before it from the end
    #[arg(long, value_parser = sort, allow_hyphen_values = true)]
    sort: Option<Sort>,
    /// Begin after this identifier
    #[arg(long, value_name = "ID")]
    after: Option<i64>,
    /// How many at the most
    #[arg(long, default_value_t = MAX_PAGE, value_parser = clap::value_parser!(i64).range(1..=MAX_PAGE))]
    limit: i64,
}

fn status(text: &str) -> Result<Status, String> {
    Status::named(text).ok_or_else(|| "it is active or disabled".to_owned())
}

fn sort(text: &str) -> Result<Sort, String> {
    Sort::named(text).ok_or_else(|| format!("it is one of {}", Sort::ALL.map(Sort::as_str).join(", ")))
}

/// Without a filter the order is that of the identifiers.
pub(super) fn list(app: &Arc<App>, asked: &Arguments) -> Result<Reply, Failure> {
    let is_plain = asked.search.is_none() && asked.role.is_none() && asked.status.is_none() && asked.sort.is_none();
    let users = if is_plain {
        admin::list(app, &Page { after: asked.after.map(|id| id.to_string()), limit: asked.limit })?
    } else {
        let search = Search {
            text: asked.search.clone(),
            role: asked.role.as_deref().map(RoleName::from),
            status: asked.status,
            sort: asked.sort.unwrap_or_default(),
        };
        let place = asked.after.map_or(Place::Start, |id| Place::After(UserId(id)));
        people::search(app, &search, place, asked.limit)?.people
    };
    let rows = users.iter().map(|user| {
        [
            user.id.to_string(),
            user.username.clone(),
            user.email.clone(),
            user.name.whole(),
            user.role.as_str().to_owned(),
            user.status.as_str().to_owned(),
            moment(user.created_at),
            moment_or(user.last_login_at, "never"),
        ]
    });
    let headings = ["ID", "USERNAME", "E-MAIL", "NAME", "ROLE", "STATUS", "CREATED", "LAST SIGN-IN"];
    let text = table("No people.", headings, rows.collect());
    Ok(Reply::new(users.iter().map(person).collect(), text))
}

#[derive(clap::Args)]
pub(in crate::cli) struct Details {
    /// First names
    #[arg(long, value_name = "TEXT")]
    first_name: Option<String>,
    /// The last name
    #[arg(long, value_name = "TEXT")]
    last_name: Option<String>,
    /// The date of birth
    #[arg(long, value_name = "YYYY-MM-DD")]
    birthday: Option<String>,
    /// The telephone number, with its country
    #[arg(long, value_name = "NUMBER")]
    phone: Option<String>,
    /// The postal address
    #[arg(long, value_name = "TEXT")]
    address: Option<String>,
    /// ISO 3166-1 numeric code of the country
    #[arg(long, value_name = "CODE")]
    country_id: Option<i64>,
}

pub(super) fn edit(app: &Arc<App>, name: &str, details: Details) -> Result<Reply, Failure> {
    let user = find(app, name)?;
    let details = profile::Details {
        first_name: details.first_name,
        last_name: details.last_name,
        birthday: details.birthday,
        phone: details.phone,
        address: details.address,
        country_id: details.country_id.map(Some),
        ..profile::Details::default()
    };
    let user = people::edit(app, &Acting::operator(), user.id, &details)?;
    Ok(Reply::new(person(&user), format!("{} was changed.", user.username)))
}

pub(super) fn act(app: &Arc<App>, name: &str, deed: Deed) -> Result<Reply, Failure> {
    let user = find(app, name)?;
    people::act(app, &Acting::operator(), user.id, deed)?;
    let text = match deed {
        Deed::EndSessions => format!("{} is signed out everywhere.", user.username),
        Deed::SendPasswordReset => format!("A link to choose a new password is on its way to {}.", user.email),
        Deed::VerifyEmail => format!("{} counts as the address of {} now.", user.email, user.username),
        Deed::Disable | Deed::Enable | Deed::ResetSecondFactor => format!("{} was changed.", user.username),
    };
    let user = people::find(app, user.id)?;
    Ok(Reply::new(person(&user), text))
}
