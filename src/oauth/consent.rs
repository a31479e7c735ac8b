//! The consent page's memory: the request itself, sealed, bound to one person's one session, for a while.

use serde::{Deserialize, Serialize};

use super::authorize::Request;
use super::parameters::Parameters;
use crate::app::App;
use crate::core::scope::Scope;
use crate::core::secret::Plain;
use crate::core::time::{delta, from_unix, unix};
use crate::store::sessions::Session;

const PURPOSE: &str = "consent";

#[derive(Serialize, Deserialize)]
struct Sealed {
    parameters: Vec<(String, String)>,
    /// What the parameters came to when the page was shown.
    redirect_uri: String,
    scope: String,
    session: String,
    user: i64,
    expires_at: i64,
}

/// What the person saw.
#[derive(Debug)]
pub struct Shown {
    /// The parameters of the request.
    pub parameters: Parameters,
    redirect_uri: String,
    scope: String,
}

impl Shown {
    /// Whether a request still means what the person saw: its client may have been changed meanwhile.
    pub fn is_still(&self, request: &Request) -> bool {
        self.redirect_uri == request.redirect_uri && self.scope == request.scope.to_string()
    }
}

/// Seals a request for the form of the consent page. None only if sealing fails.
pub fn seal(app: &App, parameters: &Parameters, request: &Request, session: &Session) -> Option<String> {
    let sealed = Sealed {
        parameters: parameters.pairs().to_vec(),
        redirect_uri: request.redirect_uri.clone(),
        scope: request.scope.to_string(),
        session: session.id.clone(),
        user: session.user_id,
        expires_at: unix(app.now() + delta(app.config.tokens.consent_lifetime)),
    };
    let json = serde_json::to_vec(&sealed).ok()?;
    app.secrets.seal(PURPOSE, &json).ok()
}

/// Opens what a form of the consent page brought back; none when it is another session's, another
/// person's, too old, or was never sealed here.
pub fn open(app: &App, sealed: &Plain, session: &Session) -> Option<Shown> {
    let json = app.secrets.open(PURPOSE, sealed.expose()).ok()?;
    let opened: Sealed = serde_json::from_slice(&json).ok()?;
    let theirs = opened.session == session.id && opened.user == session.user_id;
    let live = from_unix(opened.expires_at).is_some_and(|end| app.now() < end);
    if !theirs || !live {
        return None;
    }
    let parameters = Parameters::check(opened.parameters, app.config.limits.parameter_bytes).ok()?;
    Some(Shown { parameters, redirect_uri: opened.redirect_uri, scope: opened.scope })
}

/// The scope that was consented to: every required one, and of the optional ones those that were ticked.
///
/// # Errors
/// As the database says.
pub fn consented(app: &App, request: &Request, ticked: &[String]) -> crate::store::Result<Scope> {
    let known = app.scopes()?;
    let optional = |name: &str| known.iter().any(|entry| entry.name == name && entry.optional);
    let kept = request.scope.names().filter(|name| !optional(name) || ticked.iter().any(|t| t == name));
    Ok(Scope::from_names(kept.map(str::to_owned)))
}
