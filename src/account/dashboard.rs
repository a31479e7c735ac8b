//! What an admin sees at a glance.

use chrono::TimeDelta;

use super::statistics::{self, Series, Step};
use crate::app::{App, FIRST_PARTY_CLIENT, PERSONAL_CLIENT};
use crate::core::time::Time;
use crate::store::{self, clients, messages, signing_keys, users};

/// Figures of use.
#[derive(Debug, Clone)]
pub struct Dashboard {
    /// How many accounts there are.
    pub people: i64,
    /// How many clients there are, but for those that every server has.
    pub clients: i64,
    /// How many messages wait to be sent.
    pub waiting: i64,
    /// When another key begins to sign; none when none is made.
    pub next_key_at: Option<Time>,
    /// What was counted.
    pub series: Vec<Series>,
}

/// How far back it is counted.
fn span(step: Step) -> TimeDelta {
    match step {
        Step::Hour => TimeDelta::hours(47),
        Step::Day => TimeDelta::days(29),
    }
}

/// Reads all of it: the last 48 hours or the last 30 days.
///
/// # Errors
/// As the database says.
pub fn read(app: &App, step: Step) -> store::Result<Dashboard> {
    let now = app.now();
    let series = statistics::of(app, step, now - span(step), now)?;
    app.read(|cx| {
        let keys = signing_keys::all(cx.conn, cx.now)?;
        Ok(Dashboard {
            people: users::count(cx.conn)?,
            clients: clients::count(cx.conn, &[FIRST_PARTY_CLIENT, PERSONAL_CLIENT])?,
            waiting: messages::waiting(cx.conn)?,
            next_key_at: keys.iter().map(|key| key.activates_at).filter(|at| *at > now).min(),
            series,
        })
    })
}
