//! What the administration shows of one person.

use crate::account::names::Names;
use crate::account::{audit, second_factor, session};
use crate::app::App;
use crate::core::audit::{Filter, Recorded};
use crate::core::ids::UserId;
use crate::core::page::Page;
use crate::core::scope::Scope;
use crate::core::time::{Time, delta};
use crate::store::access_tokens::Standing;
use crate::store::sessions::Session;
use crate::store::{self, access_tokens, consents, sessions};

/// How many of the newest tokens and events are shown.
const SHOWN: i64 = 20;

/// What belongs to a person: no secret, no hash of one.
#[derive(Debug)]
pub struct Dossier {
    /// Where they are signed in, the last used first.
    pub sessions: Vec<Session>,
    /// What they let apps do.
    pub apps: Vec<Connected>,
    /// Their newest tokens.
    pub tokens: Vec<Standing>,
    /// Their second factors.
    pub second_factor: second_factor::Status,
    /// What was last done to them; none for who may not read the audit log.
    pub events: Vec<Recorded>,
    /// Who did it.
    pub names: Names,
}

/// An app that a person lets do something.
#[derive(Debug)]
pub struct Connected {
    /// Its identifier.
    pub client_id: String,
    /// Its name.
    pub name: String,
    /// What it may do.
    pub scope: Scope,
    /// Since when.
    pub created_at: Time,
}

/// Reads what belongs to a person; the audit log only for who may read it.
///
/// # Errors
/// As the database says.
pub fn dossier(app: &App, user: UserId, with_events: bool) -> store::Result<Dossier> {
    let idle = delta(app.config.sessions.idle_lifetime);
    let (sessions, given, tokens, second_factor) = app.read(|cx| {
        Ok::<_, store::Error>((
            sessions::of_user(cx.conn, user, cx.now, cx.now - idle, None, session::MOST)?,
            consents::of_user(cx.conn, user)?,
            access_tokens::list(cx.conn, Some(user), None, SHOWN)?,
            second_factor::status(cx, user)?,
        ))
    })?;
    let mut apps = Vec::with_capacity(given.len());
    for consent in given {
        let client = app.client(consent.client_id.as_str())?;
        let name = client.map(|client| client.metadata.client_name.clone()).unwrap_or_default();
        let client_id = consent.client_id.to_string();
        apps.push(Connected { client_id, name, scope: consent.scope, created_at: consent.created_at });
    }
    let events = if with_events {
        let filter = Filter { object: Some(user.into()), ..Filter::default() };
        audit::search(app, &filter, &Page { after: None, limit: SHOWN })?
    } else {
        Vec::new()
    };
    let names = Names::of_events(app, &events)?;
    Ok(Dossier { sessions, apps, tokens, second_factor, events, names })
}
