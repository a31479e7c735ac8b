//! Whether a person at a signed-in browser is still the one who signed in: sensitive changes ask.

use std::sync::Arc;

use super::audit::{self, Event};
use super::login::{LoginError, Origin};
use super::session::{self, SignedIn};
use super::throttle::{self, Act, Throttled};
use crate::app::App;
use crate::core::authentication::{Authentication, Methods};
use crate::core::secret::Plain;
use crate::core::time::{Time, delta};
use crate::core::user::{User, key};
use crate::store::{self, users};

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

/// Why somebody did not prove who they are.
#[derive(Debug, thiserror::Error)]
pub enum ConfirmError {
    /// This is not their password.
    #[error("the password is wrong")]
    Password,
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
/// [`ConfirmError`].
pub fn confirm(app: &Arc<App>, seen: &SignedIn, password: &Plain, origin: &Origin) -> Result<Plain, ConfirmError> {
    let user = seen.user.clone();
    let account = key(&user.email);
    throttle::count(app, Act::SignIn, Some(&account), &origin.address)?.map_err(ConfirmError::Throttled)?;
    if !knows_password(app, &user, password) {
        log::info!("event=login.confirm outcome=refused user={} ip={}", user.id, origin.address);
        app.write(move |cx| audit::record(cx, &Event::new(user.id, audit::Act::SignInConfirm).on(user.id).refused()))?;
        return Err(ConfirmError::Password);
    }
    let before = seen.session.clone();
    app.write(move |cx| {
        // The person first: the order of the locks is that of a change of the password, which ends the session.
        if !users::hold(cx.conn, &user)? {
            return Err(ConfirmError::Ended);
        }
        let cookie = session::renew(cx, &before, &Authentication { time: cx.now, methods: Methods::password() })?
            .ok_or(ConfirmError::Ended)?;
        throttle::forgive(cx, Act::SignIn, &account)?;
        audit::record(cx, &Event::new(user.id, audit::Act::SignInConfirm).on(user.id))?;
        log::info!("event=login.confirm outcome=ok user={}", user.id);
        Ok(cookie)
    })
}
