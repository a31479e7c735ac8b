//! Signing in with a passkey: alone, or after the password.

use std::sync::Arc;

use serde_json::{Value, json};
use webauthn_rs::Webauthn;
use webauthn_rs::prelude::{PublicKeyCredential, WebauthnError};

use super::ceremony::{self, Begun, Purpose};
use super::{PasskeyError, corrupt, handle, id, open, read, relying_party, written};
use crate::account::login::{self, LoginError, Origin};
use crate::account::second_factor;
use crate::account::throttle::{self, Act};
use crate::app::{App, Cx};
use crate::core::authentication::Methods;
use crate::core::failure::Reason;
use crate::core::secret::Plain;
use crate::core::user::User;
use crate::store::passkeys::{self, Passkey};
use crate::store::{self, users};

/// The library's name for a sign-in that names no credential.
type State = webauthn_rs::prelude::DiscoverableAuthentication;

/// What a browser brings from a passkey.
#[derive(Debug)]
pub struct Assertion {
    /// What [`begin`] or [`begin_second_step`] handed out.
    pub token: Plain,
    /// The browser's own cookie.
    pub browser: Plain,
    /// The credential, as JSON.
    pub credential: String,
    /// What the first step handed out, if this is the second one.
    pub first_step: Option<Plain>,
}

impl Assertion {
    /// What it proves, once it is verified.
    pub(in crate::account) fn methods(&self) -> Methods {
        if self.first_step.is_some() { Methods::password_and_passkey() } else { Methods::passkey() }
    }
}

/// A passkey whose signature was verified just now.
#[derive(Debug)]
pub(in crate::account) struct Used {
    /// As it was.
    verified: Passkey,
    /// What is to be kept of it: the counter has moved on.
    credential: String,
}

impl Used {
    /// Notes the use, in the transaction that opens what it opens; whether the passkey is still as it was. The caller holds
    /// the person's row, so that whoever removes the passkey at this moment is seen here or waits.
    pub(in crate::account) fn note(&self, cx: &mut Cx<'_>) -> store::Result<bool> {
        passkeys::note_use(cx.conn, &self.verified, &self.credential, cx.now)
    }
}

/// Asks a browser for a passkey, whosever it is. Nobody is named, so that nobody learns who has one.
///
/// # Errors
/// [`PasskeyError::Unavailable`], [`PasskeyError::Throttled`] and [`PasskeyError::Store`].
pub fn begin(app: &Arc<App>, browser: &Plain, origin: &Origin) -> Result<Begun, PasskeyError> {
    let relying_party = relying_party(app).ok_or(PasskeyError::Unavailable)?;
    throttle::count(app, Act::Passkey, None, &origin.address)?.map_err(PasskeyError::Throttled)?;
    let (options, state) = challenge(&relying_party, &[])?;
    let browser = browser.clone();
    Ok(app.write(move |cx| ceremony::keep(cx, Purpose::SignIn, None, &browser, (options, &state)))?)
}

/// Asks the browser of a person whose password was right for a passkey of theirs.
///
/// # Errors
/// As [`begin`], and [`PasskeyError::Late`] when the attempt is over.
pub fn begin_second_step(
    app: &Arc<App>,
    first_step: &Plain,
    browser: &Plain,
    origin: &Origin,
) -> Result<Begun, PasskeyError> {
    let relying_party = relying_party(app).ok_or(PasskeyError::Unavailable)?;
    let user = second_factor::owner(app, first_step)?.ok_or(PasskeyError::Late)?;
    let account = user.id.to_string();
    throttle::count(app, Act::Passkey, Some(&account), &origin.address)?.map_err(PasskeyError::Throttled)?;
    let browser = browser.clone();
    app.write(move |cx| {
        let known = passkeys::of_user(cx.conn, user.id)?;
        let (options, state) = challenge(&relying_party, &known)?;
        Ok(ceremony::keep(cx, Purpose::SecondStep, Some(user.id), &browser, (options, &state))?)
    })
}

/// Whether the person whom a second step waits for could take it with a passkey.
///
/// # Errors
/// As the database says.
pub fn answers_second_step(app: &App, first_step: &Plain) -> store::Result<bool> {
    if !super::are_available(app) {
        return Ok(false);
    }
    match second_factor::owner(app, first_step)? {
        Some(user) => app.read(|cx| Ok(passkeys::count_of(cx.conn, user.id)? > 0)),
        None => Ok(false),
    }
}

/// What the browser is asked for: one of these, or whichever it has.
fn challenge(relying_party: &Webauthn, these: &[Passkey]) -> store::Result<(Value, State)> {
    let failed = |error: &dyn std::fmt::Display| corrupt("passkeys", &error.to_string());
    let (challenge, state) = relying_party.start_discoverable_authentication().map_err(|error| failed(&error))?;
    let mut options = serde_json::to_value(&challenge).map_err(|error| failed(&error))?;
    let mut allowed = Vec::with_capacity(these.len());
    for passkey in these {
        let kept: Value = serde_json::from_str(&passkey.credential).map_err(|error| failed(&error))?;
        let part = |name: &str| kept.pointer(name).cloned().unwrap_or_default();
        let mut one = json!({ "type": "public-key", "id": part("/cred/cred_id") });
        if let (Some(one), transports @ Value::Array(_)) = (one.as_object_mut(), part("/cred/transports")) {
            one.insert("transports".to_owned(), transports);
        }
        allowed.push(one);
    }
    if let Some(public_key) = options.get_mut("publicKey").and_then(Value::as_object_mut) {
        public_key.insert("allowCredentials".to_owned(), allowed.into());
    }
    Ok((options, state))
}

/// Counts an attempt.
pub(in crate::account) fn count(app: &Arc<App>, assertion: &Assertion, origin: &Origin) -> Result<(), LoginError> {
    match &assertion.first_step {
        Some(token) => second_factor::count(app, token, true, origin),
        None => throttle::count(app, Act::SignIn, None, &origin.address)?.map_err(LoginError::Throttled),
    }
}

/// Verifies what a passkey signed. Holds no connection meanwhile.
pub(in crate::account) fn prove(
    app: &Arc<App>,
    assertion: &Assertion,
    origin: &Origin,
) -> Result<(User, Used), LoginError> {
    let first_step = assertion.first_step.as_ref();
    let expected = match first_step {
        Some(token) => Some(second_factor::owner(app, token)?.ok_or(LoginError::Late)?),
        None => None,
    };
    let purpose = if first_step.is_some() { Purpose::SecondStep } else { Purpose::SignIn };
    let (token, browser) = (assertion.token.clone(), assertion.browser.clone());
    let owner = expected.as_ref().map(|user| user.id);
    // Committed whatever comes of it: a ceremony works once.
    let state: Option<State> = app.write_one(move |cx| ceremony::take(cx, purpose, owner, &token, &browser))?;
    let state = state.ok_or(LoginError::Late)?;
    let (user, used) = match verify(app, state, &assertion.credential, expected) {
        Ok(verified) => verified,
        Err(Refused::Store(error)) => return Err(error.into()),
        Err(Refused::Because(why)) => {
            log::info!("event=login.passkey outcome=refused why={why:?}");
            login::note_refused(app, owner, Reason::PasskeyRefused, origin)?;
            return Err(LoginError::Passkey);
        }
    };
    login::admit(app, &user, origin, LoginError::Passkey)?;
    if let Some(token) = first_step {
        second_factor::pass(app, token, &user)?;
    }
    Ok((user, used))
}

/// Why a signature is worth nothing here: for the log, for nobody is told more than that.
enum Refused {
    Because(String),
    Store(store::Error),
}

impl From<store::Error> for Refused {
    fn from(error: store::Error) -> Self {
        Self::Store(error)
    }
}

impl From<WebauthnError> for Refused {
    fn from(error: WebauthnError) -> Self {
        Self::Because(format!("{error:?}"))
    }
}

/// The steps of Web Authentication section 7.2 that are the caller's, around the library's.
fn verify(app: &App, state: State, credential: &str, expected: Option<User>) -> Result<(User, Used), Refused> {
    let because = |why: &str| Refused::Because(why.to_owned());
    let relying_party = relying_party(app).ok_or_else(|| because("unavailable"))?;
    let presented: PublicKeyCredential = read(credential).ok_or_else(|| because("unreadable"))?;
    let id = id(app, presented.get_credential_id());
    let (kept, owner) = app.read(|cx| {
        let kept = passkeys::find(cx.conn, &id)?;
        let owner = match &kept {
            Some(kept) => users::by_id(cx.conn, crate::core::ids::UserId(kept.user_id))?,
            None => None,
        };
        Ok::<_, store::Error>((kept, owner))
    })?;
    let (Some(kept), Some(owner)) = (kept, owner) else { return Err(because("unknown")) };
    // The passkey says whose it is, unless that was known before; then it need not.
    match (presented.get_user_unique_id(), &expected) {
        (Some(said), _) if said != handle(app, owner.id).as_bytes() => return Err(because("user handle")),
        (None, None) => return Err(because("no user handle")),
        _ => {}
    }
    if expected.is_some_and(|expected| expected.id != owner.id) {
        return Err(because("somebody else's"));
    }
    let mut passkey = open(&kept)?;
    let result = match relying_party.finish_discoverable_authentication_v2(&presented, state, &passkey) {
        Err(WebauthnError::CredentialPossibleCompromise) => {
            log::warn!("event=passkey.counter outcome=refused user={} passkey={}", owner.id, kept.id);
            return Err(WebauthnError::CredentialPossibleCompromise.into());
        }
        outcome => outcome?,
    };
    if !result.user_verified() {
        return Err(because("user not verified"));
    }
    passkey.update_credential(&result);
    let used = Used { credential: written(&passkey)?, verified: kept };
    Ok((owner, used))
}
