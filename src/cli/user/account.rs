//! `grantor user role`, `staff`, `export` and `delete`.

use std::sync::Arc;

use super::{find, person};
use crate::account::{ends, roles};
use crate::app::App;
use crate::cli::failure::Failure;
use crate::cli::reply::Reply;
use crate::core::audit::Actor;
use crate::core::ids::RoleName;
use crate::core::user::User;

pub(super) fn role(app: &Arc<App>, name: &str, role: &str) -> Result<Reply, Failure> {
    let user = find(app, name)?;
    let role = RoleName::from(role);
    roles::give(app, &Actor::Operator, &user, &role)?;
    let text = format!("{} has the role {role} now.", user.username);
    Ok(Reply::new(person(&User { role, ..user }), text))
}

pub(super) fn staff(app: &Arc<App>, name: &str, isp_id: Option<i64>, branch_id: Option<i64>) -> Result<Reply, Failure> {
    let user = find(app, name)?;
    roles::set_employer(app, &Actor::Operator, &user, isp_id, branch_id)?;
    let shown = |id: Option<i64>| id.map_or_else(|| "none".to_owned(), |id| id.to_string());
    let text = format!("{} works for ISP {}, branch {}.", user.username, shown(isp_id), shown(branch_id));
    Ok(Reply::new(person(&User { isp_id, branch_id, ..user }), text))
}

/// A document either way.
pub(super) fn export(app: &Arc<App>, name: &str) -> Result<Reply, Failure> {
    let document = ends::export(app, &Actor::Operator, &find(app, name)?)?;
    let text = format!("{document:#}");
    Ok(Reply::new(document, text))
}

pub(super) fn delete(app: &Arc<App>, name: &str, sure: bool) -> Result<Reply, Failure> {
    let user = find(app, name)?;
    if !sure {
        return Err(Failure::new(format!(
            "this deletes {} ({}) and all that is theirs for good: say --yes",
            user.username, user.email
        )));
    }
    ends::delete_by_operator(app, &Actor::Operator, &user)?;
    Ok(Reply::new(person(&user), format!("{} is gone, with all that was theirs.", user.username)))
}
