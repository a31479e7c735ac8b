//! Whether a person at a signed-in browser is still the one who signed in: sensitive changes ask.

use std::sync::Arc;

use super::login::{LoginError, Origin};
use super::throttle::{self, Act};
use crate::app::App;
use crate::core::secret::Plain;
use crate::core::time::{Time, delta};
use crate::core::user::{User, key};

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
