//! How an account stands: what its overview says.

use super::second_factor::{self, Status};
use super::session::{self, Session};
use crate::app::App;
use crate::core::ids::UserId;
use crate::core::page::Page;
use crate::store::{self, standing};

/// How an account stands.
#[derive(Debug, Clone)]
pub struct Standing {
    /// Which second factors are on.
    pub second_factor: Status,
    /// How many passkeys there are.
    pub passkeys: i64,
    /// How many apps may do something.
    pub apps: i64,
    /// Where the person is signed in: the sessions used last.
    pub sessions: Vec<Session>,
}

/// How the account of a person stands.
///
/// # Errors
/// As the database says.
pub fn of(app: &App, user: UserId) -> store::Result<Standing> {
    let sessions = session::page(app, user, &Page { after: None, limit: 3 })?;
    app.read(|cx| {
        Ok(Standing {
            second_factor: second_factor::status(cx, user)?,
            passkeys: standing::passkeys_of(cx.conn, user)?,
            apps: standing::apps_of(cx.conn, user)?,
            sessions,
        })
    })
}
