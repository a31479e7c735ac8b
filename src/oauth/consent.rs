//! The consent page's memory: the request itself, sealed, bound to one person's one session, for a while.

use serde::{Deserialize, Serialize};

use super::asked::Asked;
use super::authorize::Request;
use super::parameters::Parameters;
use crate::app::App;
use crate::config::Remember;
use crate::core::client::Client;
use crate::core::scope::{Scope, ScopeEntry};
use crate::core::secret::Plain;
use crate::core::time::{Time, delta, from_unix, unix};
use crate::store;
use crate::store::consents::Consent;
use crate::store::sessions::Session;

const PURPOSE: &str = "consent";

#[derive(Serialize, Deserialize)]
struct Sealed {
    parameters: Vec<(String, String)>,
    /// Whether the client signed them.
    signed: bool,
    /// What the parameters came to when the page was shown.
    redirect_uri: String,
    scope: String,
    /// Whether the page asked to confirm what is sensitive.
    confirm: bool,
    session: String,
    user: i64,
    expires_at: i64,
}

/// What the person saw.
#[derive(Debug)]
pub struct Shown {
    /// The request.
    pub asked: Asked,
    /// Whether the page asked to confirm what is sensitive.
    pub confirm: bool,
    redirect_uri: String,
    scope: String,
}

impl Shown {
    /// Whether a request still means what the person saw: its client may have been changed meanwhile.
    pub fn is_still(&self, request: &Request) -> bool {
        self.redirect_uri == request.redirect_uri && self.scope == request.scope.to_string()
    }
}

/// Seals a request for the form of the consent page, which may ask to confirm what is sensitive. None only if sealing
/// fails.
pub fn seal(app: &App, request: &Request, confirm: bool, session: &Session) -> Option<String> {
    let sealed = Sealed {
        parameters: request.asked.parameters.pairs().to_vec(),
        signed: request.asked.signed,
        redirect_uri: request.redirect_uri.clone(),
        scope: request.scope.to_string(),
        confirm,
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
    let asked = Asked::opened(parameters, opened.signed);
    Some(Shown { asked, confirm: opened.confirm, redirect_uri: opened.redirect_uri, scope: opened.scope })
}

/// The scope that was consented to: every required one, and of the optional ones those that were ticked.
///
/// # Errors
/// As the database says.
pub fn consented(app: &App, request: &Request, ticked: &[String]) -> store::Result<Scope> {
    let known = app.scopes()?;
    let optional = |name: &str| known.iter().any(|entry| entry.name == name && entry.optional);
    let kept = request.scope.names().filter(|name| !optional(name) || ticked.iter().any(|t| t == name));
    Ok(Scope::from_names(kept.map(str::to_owned)))
}

/// Whether a person must say in so many words that an app may have what they cannot untick and is sensitive: once,
/// not again for what it has.
pub fn needs_confirmation(request: &Request, before: &Scope, known: &[ScopeEntry]) -> bool {
    let asked = |entry: &ScopeEntry| request.scope.contains(&entry.name) && !before.contains(&entry.name);
    known.iter().any(|entry| entry.sensitive && !entry.optional && asked(entry))
}

/// What a person allowed before that still counts: what is sensitive may count for a while only, and nothing does that
/// was allowed before the client came to send people elsewhere.
///
/// # Errors
/// As the database says.
pub fn before(app: &App, client: &Client, consent: Option<&Consent>, now: Time) -> store::Result<Scope> {
    match consent {
        None => Ok(Scope::default()),
        Some(consent) if was_elsewhere(app, client, consent) => Ok(Scope::default()),
        Some(consent) if counts(app, consent, now) => Ok(consent.scope.clone()),
        Some(consent) => Ok(consent.scope.without(&sensitive(app)?)),
    }
}

/// Whether a person was last asked when the client did not send people where it does now. For as long as a node may know
/// the client as it was, they may have been asked for what it was.
fn was_elsewhere(app: &App, client: &Client, consent: &Consent) -> bool {
    let known_since = client.redirects_changed_at.map(|at| at + delta(app.config.cache.staleness));
    known_since.is_some_and(|since| consent.updated_at < since)
}

/// Whether all that a person allowed counts, also what is sensitive.
fn counts(app: &App, consent: &Consent, now: Time) -> bool {
    let lifetime = delta(app.config.consent.remember_sensitive);
    let fresh = consent.sensitive_at.is_some_and(|since| now - since < lifetime);
    fresh || app.config.consent.remember != Remember::Sensitive
}

/// What is remembered after a person was asked for `asked` and allowed `allowed` of it, and since when what is
/// sensitive among it was allowed. What was unticked now is no longer granted, even if it was before.
pub fn kept(
    app: &App,
    client: &Client,
    consent: Option<&Consent>,
    (asked, allowed): (&Scope, &Scope),
    sensitive: &Scope,
    now: Time,
) -> (Scope, Option<Time>) {
    let consent = consent.filter(|consent| !was_elsewhere(app, client, consent));
    let mut carried = consent.map(|consent| consent.scope.without(asked)).unwrap_or_default();
    if consent.is_some_and(|consent| !counts(app, consent, now)) {
        carried = carried.without(sensitive);
    }
    let kept = carried.union(allowed);
    let holds = |scope: &Scope| scope.names().any(|name| sensitive.contains(name));
    let since = match consent {
        Some(consent) if holds(&carried) => consent.sensitive_at,
        _ => holds(&kept).then_some(now),
    };
    (kept, since)
}

/// The scopes that are sensitive.
///
/// # Errors
/// As the database says.
pub fn sensitive(app: &App) -> store::Result<Scope> {
    let known = app.scopes()?;
    Ok(Scope::from_names(known.iter().filter(|entry| entry.sensitive).map(|entry| entry.name.clone())))
}
