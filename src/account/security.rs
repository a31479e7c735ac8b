//! A person at a signed-in browser changes what they sign in with.

use std::sync::Arc;

use super::credentials::{self, Asker, NewCredentials};
use super::login::Origin;
use super::password::Spared;
use super::profile::ProfileError;
use super::session::{self, SignedIn};
use crate::app::App;
use crate::core::secret::Plain;
use crate::core::user::User;
use crate::store::users;

/// Sets another password for a person whose sign-in is fresh. Every other session and every token ends; the session of
/// the browser goes on under a new identifier, whose cookie is shown this once: a copy of the old one ends too. Hashes,
/// so it belongs under the bound on hashing.
///
/// # Errors
/// [`ProfileError`].
pub fn change_password(
    app: &Arc<App>,
    seen: &SignedIn,
    new: Plain,
    again: Plain,
    origin: Origin,
) -> Result<Plain, ProfileError> {
    let change =
        NewCredentials { password: Some(new), password_confirmation: Some(again), ..NewCredentials::default() };
    let spared = Spared { session: Some(seen.session.id.clone()), grant: None };
    let user = credentials::change(app, asker(seen, Some(spared), origin), &change)?;
    let before = seen.session.clone();
    app.write(move |cx| {
        if !users::hold(cx.conn, &user)? {
            return Err(ProfileError::Changed);
        }
        session::renew(cx, &before, &before.authentication())?.ok_or(ProfileError::Changed)
    })
}

/// Asks for another e-mail address, for a person whose sign-in is fresh: it is theirs when its link is opened.
///
/// # Errors
/// [`ProfileError`].
pub fn change_email(app: &Arc<App>, seen: &SignedIn, email: &str, origin: Origin) -> Result<(), ProfileError> {
    let change = NewCredentials { email: Some(email.to_owned()), ..NewCredentials::default() };
    credentials::change(app, asker(seen, None, origin), &change).map(|_| ())
}

/// Gives a person another name to sign in with.
///
/// # Errors
/// [`ProfileError`].
pub fn change_username(app: &Arc<App>, seen: &SignedIn, name: &str, origin: Origin) -> Result<User, ProfileError> {
    let change = NewCredentials { username: Some(name.to_owned()), ..NewCredentials::default() };
    credentials::change(app, asker(seen, None, origin), &change)
}

fn asker(seen: &SignedIn, spared: Option<Spared>, origin: Origin) -> Asker {
    Asker { user: seen.user.clone(), auth_time: Some(seen.session.auth_time), spared, origin }
}
