//! Adding a passkey. Whether the person is asked for their password before is the caller's to decide: see
//! [`fresh`](crate::account::fresh).

use std::sync::Arc;

use serde_json::{Value, json};
use webauthn_rs::Webauthn;
use webauthn_rs::prelude::{CreationChallengeResponse, PasskeyRegistration, RegisterPublicKeyCredential};

use super::ceremony::{self, Begun, Purpose};
use super::{LONGEST_NAME, MOST, PasskeyError, corrupt, handle, id, manage, open, read, relying_party, written};
use crate::account::login::Origin;
use crate::account::throttle::{self, Act};
use crate::account::{Invalid, letters};
use crate::app::App;
use crate::core::secret::Plain;
use crate::core::user::User;
use crate::store::passkeys::{self, Passkey};
use crate::store::{self, users};

/// A new passkey, as the browser brings it.
#[derive(Debug)]
pub struct Registration {
    /// What [`begin`] handed out.
    pub token: Plain,
    /// The browser's own cookie.
    pub browser: Plain,
    /// The credential, as JSON.
    pub credential: String,
    /// What the person calls it; empty for a name that follows from their browser.
    pub name: String,
}

/// Asks the browser of a person who is signed in for a new passkey.
///
/// # Errors
/// [`PasskeyError`].
pub fn begin(app: &Arc<App>, user: &User, browser: &Plain, origin: &Origin) -> Result<Begun, PasskeyError> {
    let relying_party = relying_party(app).ok_or(PasskeyError::Unavailable)?;
    let account = user.id.to_string();
    throttle::count(app, Act::Passkey, Some(&account), &origin.address)?.map_err(PasskeyError::Throttled)?;
    let (user, browser) = (user.clone(), browser.clone());
    app.write(move |cx| {
        let known = passkeys::of_user(cx.conn, user.id)?;
        if i64::try_from(known.len()).unwrap_or(i64::MAX) >= MOST {
            return Err(PasskeyError::Full);
        }
        let (options, state) = challenge(cx.app, &relying_party, &user, &known)?;
        Ok(ceremony::keep(cx, Purpose::Registration, Some(user.id), &browser, (options, &state))?)
    })
}

fn challenge(
    app: &App,
    relying_party: &Webauthn,
    user: &User,
    known: &[Passkey],
) -> store::Result<(Value, PasskeyRegistration)> {
    let known = known.iter().map(|passkey| Ok(open(passkey)?.cred_id().clone())).collect::<store::Result<Vec<_>>>()?;
    let whole = user.name.whole();
    let shown = if whole.is_empty() { &user.username } else { &whole };
    let (challenge, state) = relying_party
        .start_passkey_registration(handle(app, user.id), &user.email, shown, Some(known))
        .map_err(|error| corrupt("passkeys", &error))?;
    Ok((discoverable(&challenge)?, state))
}

/// The library leaves it to the browser whether the passkey can be found without the person being named; here they never
/// are.
fn discoverable(challenge: &CreationChallengeResponse) -> store::Result<Value> {
    let mut options = serde_json::to_value(challenge).map_err(|error| corrupt("passkeys", &error))?;
    if let Some(selection) = options.pointer_mut("/publicKey/authenticatorSelection").and_then(Value::as_object_mut) {
        selection.insert("residentKey".to_owned(), json!("required"));
        selection.insert("requireResidentKey".to_owned(), json!(true));
    }
    Ok(options)
}

/// Keeps a new passkey, and tells the person by mail.
///
/// # Errors
/// [`PasskeyError`].
pub fn finish(app: &Arc<App>, user: &User, new: Registration, origin: &Origin) -> Result<Passkey, PasskeyError> {
    let relying_party = relying_party(app).ok_or(PasskeyError::Unavailable)?;
    let Registration { token, browser, credential, name } = new;
    let mut invalid = Invalid::default();
    let name = invalid.optional("name", Some(&name), LONGEST_NAME).unwrap_or_else(|| letters::device(origin));
    invalid.check().map_err(PasskeyError::Invalid)?;
    let owner = user.id;
    // Committed whatever comes of it: a ceremony works once.
    let state: Option<PasskeyRegistration> =
        app.write_one(move |cx| ceremony::take(cx, Purpose::Registration, Some(owner), &token, &browser))?;
    let state = state.ok_or(PasskeyError::Late)?;
    let refused = |why: String| {
        log::info!("event=passkey.add outcome=refused reason={why:?} user={owner}");
        PasskeyError::Unverified
    };
    let credential: RegisterPublicKeyCredential = read(&credential).ok_or_else(|| refused("unreadable".to_owned()))?;
    let verified = relying_party
        .finish_passkey_registration(&credential, &state)
        .map_err(|error| refused(format!("{error:?}")))?;
    let (id, verified) = (id(app, verified.cred_id()), written(&verified)?);
    let user = user.clone();
    app.write(move |cx| {
        if !users::hold(cx.conn, &user)? {
            return Err(PasskeyError::Changed);
        }
        // Counted while the person's row is held: many at once are not more than many in a row.
        if passkeys::count_of(cx.conn, user.id)? >= MOST {
            return Err(PasskeyError::Full);
        }
        let new = Passkey {
            id: id.as_str().to_owned(),
            user_id: user.id.0,
            name,
            credential: verified,
            created_at: cx.now,
            last_used_at: None,
        };
        if !passkeys::insert(cx.conn, &new)? {
            return Err(PasskeyError::Known);
        }
        manage::added(cx, &user, &new.name)?;
        Ok(new)
    })
}
