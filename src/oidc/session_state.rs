//! What a browser stands for, and by what an app watches whether that changes (OpenID Connect Session Management 1.0).
//!
//! The state of the browser is a cookie that the page of `check_session_iframe` reads. It follows from the session, and
//! the session not from it. An app never gets to see it: it gets `session_state`, a salted hash that is of use to its own
//! origin alone, and asks the page whether that is still so. A browser without a session has a state too, which nobody
//! can guess: what the page answers tells nothing to whoever was not given a `session_state` for the very same state.

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::app::App;
use crate::core::ids::ClientId;
use crate::core::redirect;
use crate::core::secret::Plain;
use crate::core::time::{Time, delta};
use crate::store::sessions::Session;

const PURPOSE: &str = "browser state";

/// What a browser stands for: it changes when somebody signs in or out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BrowserState {
    value: String,
    ends_at: Option<Time>,
}

impl BrowserState {
    /// That of a browser with a session; it stays when the session's cookie is renewed.
    pub fn of_session(app: &App, session: &Session) -> Self {
        let idle_end = app.now() + delta(app.config.sessions.idle_lifetime);
        Self { value: tag(app, "session", &session.sid), ends_at: Some(session.expires_at.min(idle_end)) }
    }

    /// That of a browser whose cookie is of no session that goes on.
    pub fn of_cookie(app: &App, cookie: &Plain) -> Self {
        Self { value: tag(app, "cookie", cookie.expose()), ends_at: None }
    }

    /// That of a browser of which nothing else is known: as it was, for a browser keeps the cookie of a session back
    /// from requests of other sites; else a new one.
    pub fn kept(app: &App, before: Option<&Plain>) -> Self {
        let fits =
            |value: &&str| value.len() == 43 && value.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b));
        let before = before.map(Plain::expose).filter(fits);
        Self { value: before.map_or_else(|| app.random().text::<32>(), str::to_owned), ends_at: None }
    }

    /// What stands in the cookie.
    pub fn value(&self) -> &str {
        &self.value
    }

    /// When its session runs out at the latest unless it is used; none when it has none.
    pub fn ends_at(&self) -> Option<Time> {
        self.ends_at
    }

    /// The `session_state` for a client (Session Management sections 2 and 3.2): of use to the origin of `redirect_uri`
    /// alone. None when that has no origin: no page of an installed app can ask.
    pub fn seen_by(&self, app: &App, client: &ClientId, redirect_uri: &str) -> Option<String> {
        let origin = redirect::web_origin(redirect_uri)?;
        let salt = app.random().text::<16>();
        let said = format!("{client} {origin} {} {salt}", self.value);
        let hash = digest::digest(&digest::SHA256, said.as_bytes());
        Some(format!("{}.{salt}", URL_SAFE_NO_PAD.encode(hash)))
    }
}

fn tag(app: &App, of: &str, what: &str) -> String {
    URL_SAFE_NO_PAD.encode(app.secrets.mac(PURPOSE, &[of.as_bytes(), what.as_bytes()]))
}
