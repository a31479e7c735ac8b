//! Whether a person at a signed-in browser is still the one who signed in: sensitive changes ask.

use std::sync::Arc;

use super::audit::{self, Event};
use super::fields::Invalid;
use super::login::{Challenge, LoginError, Origin};
use super::passkeys::{self, Assertion, Step};
use super::second_factor;
use super::session::{self, SignedIn};
use super::throttle::{self, Act, Throttled};
use crate::app::{App, Cx};
use crate::core::authentication::{Authentication, Methods};
use crate::core::secret::Plain;
use crate::core::time::{Time, delta};
use crate::core::user::{User, key};
use crate::store::{self, second_factors, users};

/// Whether a sign-in at `auth_time` is so recent that nobody asks for the password again.
pub fn is_fresh(app: &App, auth_time: Time) -> bool {
    app.now() - auth_time <= delta(app.config.sessions.fresh_login)
}

/// Counts a try at the current password, before it is let in where passwords are hashed.
///
/// # Errors
/// [`LoginError::Throttled`] and [`LoginError::Store`].
pub fn count(app: &Arc<App>, user: &User, origin: &Origin) -> Result<(), LoginError> {
    throttle::count(app, Act::SignIn, Some(&key(&user.email)), &origin.address)?.map_err(LoginError::Throttled)
}

/// Whether this is the person's password. [`count`] comes first; hashes, so it belongs under the bound on hashing.
pub fn knows_password(app: &App, user: &User, plain: &Plain) -> bool {
    let hash = user.password_hash.as_deref();
    app.hasher.verify(plain, hash) && hash.is_some()
}

/// Whether the password is all that a person signs in with, so that it also shows that they are still there. It is not
/// where a second factor is on, nor where there is no password.
///
/// # Errors
/// As the database says.
pub fn password_suffices(cx: &mut Cx<'_>, user: &User) -> store::Result<bool> {
    Ok(user.password_hash.is_some() && !second_factors::is_on(cx.conn, user.id)?)
}

/// What a program is told whose person cannot prove who they are by their password.
pub(super) fn sign_in_again() -> Invalid {
    let message = "Please sign in again first: the password alone does not confirm this.";
    Invalid::one("current_password", (message, "field-sign-in-again"))
}

/// Why somebody did not prove who they are.
#[derive(Debug, thiserror::Error)]
pub enum ConfirmError {
    /// This is not their password.
    #[error("the password is wrong")]
    Password,
    /// It is; a second factor is asked for.
    #[error("a second factor is asked for")]
    SecondFactor(Challenge),
    /// The session has ended, or the account changed, meanwhile.
    #[error("the session has ended")]
    Ended,
    /// Too many attempts.
    #[error("too many attempts")]
    Throttled(Throttled),
    /// The database.
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// Makes the sign-in of a browser fresh by the person's password: the session goes on under a new identifier, whose
/// cookie is shown this once. Counted as a sign-in is. Hashes, so it belongs under the bound on hashing.
///
/// # Errors
/// [`ConfirmError`]; where a second factor is on, [`ConfirmError::SecondFactor`] is the way to it, and the session is as
/// old as before until the second step.
pub fn confirm(app: &Arc<App>, seen: &SignedIn, password: &Plain, origin: &Origin) -> Result<Plain, ConfirmError> {
    let user = seen.user.clone();
    let account = key(&user.email);
    throttle::count(app, Act::SignIn, Some(&account), &origin.address)?.map_err(ConfirmError::Throttled)?;
    if !knows_password(app, &user, password) {
        log::info!("event=login.confirm outcome=refused user={} ip={}", user.id, origin.address);
        app.write(move |cx| audit::record(cx, &Event::new(user.id, audit::Act::SignInConfirm).on(user.id).refused()))?;
        return Err(ConfirmError::Password);
    }
    match second_factor::ask(app, &user, origin) {
        Ok(None) => {}
        Ok(Some(challenge)) => return Err(ConfirmError::SecondFactor(challenge)),
        Err(LoginError::Store(error)) => return Err(error.into()),
        Err(_) => return Err(ConfirmError::Ended),
    }
    let before = seen.session.clone();
    app.write(move |cx| {
        // The person first: the order of the locks is that of a change of the password, which ends the session. While
        // they are held no second factor is turned on.
        if !users::hold(cx.conn, &user)? || !password_suffices(cx, &user)? {
            return Err(ConfirmError::Ended);
        }
        let cookie = session::renew(cx, &before, &Authentication::new(cx.now, Methods::password()))?
            .ok_or(ConfirmError::Ended)?;
        throttle::forgive(cx, Act::SignIn, &account)?;
        audit::record(cx, &Event::new(user.id, audit::Act::SignInConfirm).on(user.id).with("method", "password"))?;
        log::info!("event=login.confirm outcome=ok method=password user={}", user.id);
        Ok(cookie)
    })
}

/// As [`confirm`], by a passkey of the person's own: it is two factors in one, so it is enough whatever else is on.
///
/// # Errors
/// [`LoginError`]; [`LoginError::Late`] when the session has ended meanwhile.
pub fn confirm_by_passkey(
    app: &Arc<App>,
    seen: &SignedIn,
    assertion: &Assertion,
    origin: &Origin,
) -> Result<Plain, LoginError> {
    // Another person's passkey would be theirs to sign in with, not this session's to go on with.
    if !matches!(assertion.step, Step::Confirm(id) if id == seen.user.id) {
        return Err(LoginError::Passkey);
    }
    passkeys::count(app, assertion, origin)?;
    let (user, used) = passkeys::prove(app, assertion, origin)?;
    let methods = assertion.methods();
    let before = seen.session.clone();
    app.write(move |cx| {
        if !users::hold(cx.conn, &user)? {
            return Err(LoginError::Late);
        }
        if !used.note(cx)? {
            return Err(LoginError::Passkey);
        }
        let proof = Authentication::new(cx.now, methods);
        let cookie = session::renew(cx, &before, &proof)?.ok_or(LoginError::Late)?;
        audit::record(cx, &Event::new(user.id, audit::Act::SignInConfirm).on(user.id).with("method", "passkey"))?;
        log::info!("event=login.confirm outcome=ok method=passkey user={}", user.id);
        Ok(cookie)
    })
}
