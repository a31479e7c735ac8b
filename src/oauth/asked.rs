//! An authorization request as it was asked, and as it comes back from a page that it led to first.
//!
//! A request that needs a new sign-in, or was signed by the client, goes on its way to the sign-in page and back as one
//! sealed text: what was signed cannot be changed on the way nor grow too old for it, and a new sign-in is told from the one
//! before.

use serde::{Deserialize, Serialize};

use super::error::Refusal;
use super::parameters::Parameters;
use crate::app::App;
use crate::core::secret::Plain;
use crate::core::time::{Time, delta, from_unix, unix};
use crate::oidc::session_state::BrowserState;
use crate::store::sessions::Session;

const PURPOSE: &str = "authorization request";
/// The parameter that carries it.
pub const RESUME: &str = "resume";

const UI_LOCALES: &str = "ui_locales";

/// An authorization request.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// Its parameters; of a request object, what it holds.
    pub parameters: Parameters,
    /// Whether the client signed them.
    pub signed: bool,
    /// The session that was not enough, if a sign-in was asked for.
    before: Option<String>,
    /// When a sign-in was asked for, in microseconds.
    since: Option<i64>,
    /// The session that the person chose to go on with.
    chosen: Option<String>,
    /// What the browser that brought it stands for, if no session goes on in it and apps may know.
    pub browser: Option<BrowserState>,
}

#[derive(Serialize, Deserialize)]
struct Sealed {
    parameters: Vec<(String, String)>,
    signed: bool,
    before: Option<String>,
    chosen: Option<String>,
    since: i64,
    expires_at: i64,
}

impl From<Parameters> for Asked {
    fn from(parameters: Parameters) -> Self {
        Self { parameters, ..Self::default() }
    }
}

impl Asked {
    /// Parameters that were opened from a seal.
    pub fn opened(parameters: Parameters, signed: bool) -> Self {
        Self { parameters, signed, ..Self::default() }
    }

    /// Takes a request as it came: opens what [`Asked::seal`] made, which holds a whole request and so is as long as one,
    /// or checks its parameters. None when what was sealed is too old or was not sealed here.
    ///
    /// # Errors
    /// `invalid_request`, when a parameter comes twice or is too long.
    pub fn take(app: &App, pairs: Vec<(String, String)>) -> Result<Option<Self>, Refusal> {
        match pairs.as_slice() {
            [(name, sealed), rest @ ..] if name == RESUME && rest.iter().all(|(name, _)| name == UI_LOCALES) => {
                Ok(Self::open(app, &Plain::new(sealed)))
            }
            _ => Parameters::check(pairs, app.config.limits.parameter_bytes).map(|checked| Some(checked.into())),
        }
    }

    fn open(app: &App, sealed: &Plain) -> Option<Self> {
        let json = app.secrets.open(PURPOSE, sealed.expose()).ok()?;
        let opened: Sealed = serde_json::from_slice(&json).ok()?;
        if from_unix(opened.expires_at).is_none_or(|end| app.now() >= end) {
            return None;
        }
        let parameters = Parameters::check(opened.parameters, app.config.limits.parameter_bytes).ok()?;
        Some(Self {
            parameters,
            signed: opened.signed,
            before: opened.before,
            since: Some(opened.since),
            chosen: opened.chosen,
            browser: None,
        })
    }

    /// Whether a session shows the new sign-in that was asked for: one that was begun since, or the one that was not enough,
    /// if its person has proved since who they are. The text may be opened in any browser, so that being another session
    /// is not enough; a session that only got a new cookie is as old as before.
    pub fn is_met_by(&self, session: &Session) -> bool {
        let Some(since) = self.since else { return false };
        let proved = micros(session.auth_time);
        if self.before.as_ref() == Some(&session.sid) { proved > since } else { proved >= since }
    }

    /// Whether a sign-in was asked for that this session is not.
    pub fn waits_beside(&self, session: &Session) -> bool {
        self.since.is_some() && !self.is_met_by(session)
    }

    /// Whether the person chose to go on with this session.
    pub fn chose(&self, session: &Session) -> bool {
        self.chosen.as_ref() == Some(&session.sid)
    }

    /// The path of the request's second coming, after somebody signed in anew; `chosen`: after they chose to go on as
    /// who they are. None only if sealing fails.
    pub fn seal(&self, app: &App, session: Option<&Session>, chosen: bool) -> Option<String> {
        let sid = session.map(|session| session.sid.clone());
        let sealed = Sealed {
            parameters: self.parameters.pairs().to_vec(),
            signed: self.signed,
            before: sid.clone(),
            chosen: sid.filter(|_| chosen),
            // The clock of another node may be ahead: no session is newer than itself.
            since: micros(session.map_or(app.now(), |session| app.now().max(session.auth_time))),
            expires_at: unix(app.now() + delta(app.config.tokens.consent_lifetime)),
        };
        let json = serde_json::to_vec(&sealed).ok()?;
        let sealed = app.secrets.seal(PURPOSE, &json).ok()?;
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.append_pair(RESUME, &sealed);
        // Beside it, for the pages on the way to speak it.
        query.extend_pairs(self.parameters.get(UI_LOCALES).map(|tags| (UI_LOCALES, tags)));
        Some(format!("/oauth/authorize?{}", query.finish()))
    }
}

fn micros(time: Time) -> i64 {
    time.and_utc().timestamp_micros()
}
