//! What waits between the two halves of a ceremony: kept in the database, so that any node finishes what another began.

use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::corrupt;
use crate::app::{App, Cx};
use crate::core::ids::UserId;
use crate::core::secret::{Hashed, Plain};
use crate::core::time::delta;
use crate::store::{self, passkeys};

pub(super) use crate::store::passkeys::Purpose;

/// How long a ceremony waits for its end.
pub(super) const LIFETIME: Duration = Duration::from_secs(5 * 60);

/// A ceremony that a browser is to go on with.
#[derive(Debug, Clone)]
pub struct Begun {
    /// What the browser brings back. It works once, and in this browser only.
    pub token: Plain,
    /// What `navigator.credentials` is asked for, as JSON.
    pub options: Value,
}

/// Keeps what the library wants to see again.
pub(super) fn keep(
    cx: &mut Cx<'_>,
    purpose: Purpose,
    user: Option<UserId>,
    browser: &Plain,
    (options, state): (Value, &impl Serialize),
) -> store::Result<Begun> {
    let token = Plain::random("gra_pk_", cx.random());
    let new = passkeys::Ceremony {
        id: &id(cx.app, &token, browser),
        purpose,
        user,
        state: &super::written(state)?,
        expires_at: cx.now + delta(LIFETIME),
    };
    passkeys::begin(cx.conn, &new, cx.now)?;
    Ok(Begun { token, options })
}

/// Takes a ceremony up again, once. None when it is over, or not this person's or browser's.
pub(super) fn take<S: DeserializeOwned>(
    cx: &mut Cx<'_>,
    purpose: Purpose,
    user: Option<UserId>,
    token: &Plain,
    browser: &Plain,
) -> store::Result<Option<S>> {
    let taken = passkeys::take(cx.conn, &id(cx.app, token, browser), purpose, cx.now)?;
    let Some((_, state)) = taken.filter(|(of, _)| *of == user) else { return Ok(None) };
    serde_json::from_str(&state).map(Some).map_err(|error| corrupt("passkey_ceremonies", &error))
}

/// Bound to the browser by its own cookie.
fn id(app: &App, token: &Plain, browser: &Plain) -> Hashed {
    app.secrets.hash(&format!("passkey ceremony\n{}\n{}", token.expose(), browser.expose()))
}
