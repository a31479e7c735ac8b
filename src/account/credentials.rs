//! A signed-in person changes what they sign in with.

use std::sync::Arc;

use super::audit::{self, Event};
use super::fields::Invalid;
use super::login::Origin;
use super::password::{self, ResetError, Spared};
use super::profile::{ProfileError, edit};
use super::reserved::{self, Named};
use super::throttle::{self, Act};
use super::{email, fresh, profile};
use crate::app::App;
use crate::core::secret::Plain;
use crate::core::time::Time;
use crate::core::user::{User, key};

/// What is to be changed; none leaves it as it is.
#[derive(Debug, Default)]
pub struct NewCredentials {
    /// The name to sign in with.
    pub username: Option<String>,
    /// The e-mail address.
    pub email: Option<String>,
    /// The password.
    pub password: Option<Plain>,
    /// The password again.
    pub password_confirmation: Option<Plain>,
    /// The password of now.
    pub current_password: Option<Plain>,
}

/// Who asks for it.
#[derive(Debug)]
pub struct Asker {
    /// The person, as they were when they were let in.
    pub user: User,
    /// When they proved who they are to this server's own pages or API; none when a third party asks for them.
    pub auth_time: Option<Time>,
    /// The sign-in that outlives the change of the password; none when all of them end.
    pub spared: Option<Spared>,
    /// Where they are.
    pub origin: Origin,
}

/// Changes what a person signs in with. A new password ends every other sign-in; a new e-mail address takes effect
/// when its link is opened, and whether somebody has it already is told only there. Hashes, so it belongs under the
/// bound on hashing; holds no connection meanwhile.
///
/// # Errors
/// [`ProfileError`].
pub fn change(app: &Arc<App>, asker: Asker, new: &NewCredentials) -> Result<User, ProfileError> {
    let checked = check(&asker.user, new).map_err(ProfileError::Invalid)?;
    let is_sensitive = checked.email.is_some() || checked.password.is_some();
    let proven = is_sensitive && prove(app, &asker, new.current_password.as_ref())?;
    if checked.email.is_some() {
        count(app, Act::Reset, &asker)?;
    }
    let hash = checked.password.as_ref().map(|plain| hashed(app, plain)).transpose()?;
    let is_counted = checked.username.as_deref().is_some_and(|username| key(username) != key(&asker.user.username));
    if is_counted {
        profile::count_name(app, asker.user.id, &asker.origin)?;
    }
    let Asker { user: seen, spared, origin, .. } = asker;
    let (user, ()) = edit(app, seen.id, move |cx, user| {
        // Whoever changed the password meanwhile meant to end this sign-in too.
        if user.password_hash != seen.password_hash {
            return Err(ProfileError::Changed);
        }
        if let Some(username) = checked.username {
            if key(&username) != key(&user.username) && reserved::is_reserved(cx, Named::Username(&username))? {
                return Err(profile::refused("username"));
            }
            user.username = username;
        }
        if is_counted {
            profile::give_name_back(cx, user.id, &origin)?;
        }
        if proven {
            throttle::forgive(cx, Act::SignIn, &key(&user.email))?;
        }
        // The password first: its change calls off an address that was asked for before.
        if let Some(hash) = &hash {
            password::change_sparing(cx, user.id, hash, spared.as_ref())?;
            audit::record(cx, &Event::new(user.id, audit::Act::PasswordChange).on(user.id))?;
            user.password_hash = Some(hash.clone());
        }
        if let Some(address) = &checked.email {
            email::begin_change(cx, user, address)?;
        }
        Ok(())
    })?;
    log::info!("event=credentials.change outcome=ok user={}", user.id);
    Ok(user)
}

/// What was checked.
struct Checked {
    username: Option<String>,
    /// Only when it is another one.
    email: Option<String>,
    password: Option<Plain>,
}

fn check(user: &User, new: &NewCredentials) -> Result<Checked, Invalid> {
    let mut invalid = Invalid::default();
    let username = new.username.as_deref().map(|text| invalid.username("username", Some(text)));
    let email = new.email.as_deref().map(|text| invalid.email("email", Some(text)));
    let password = new.password.as_ref().map(|plain| {
        let confirmation = new.password_confirmation.as_ref().map(Plain::expose);
        Plain::new(invalid.new_password(Some(plain.expose()), "password_confirmation", confirmation))
    });
    invalid.check()?;
    Ok(Checked { username, email: email.filter(|email| key(email) != key(&user.email)), password })
}

/// Sees to it that the person is who they say: by a sign-in that is fresh, or by their password, and says whether it
/// was the latter. Hashes, so it belongs under the bound on hashing.
///
/// # Errors
/// [`ProfileError::Invalid`] on `current_password`, [`ProfileError::Throttled`] and [`ProfileError::Store`].
pub fn prove(app: &Arc<App>, asker: &Asker, current: Option<&Plain>) -> Result<bool, ProfileError> {
    let refused = |why: (&'static str, &'static str)| ProfileError::Invalid(Invalid::one("current_password", why));
    let Some(current) = current.filter(|plain| !plain.expose().is_empty()) else {
        return match asker.auth_time {
            Some(at) if fresh::is_fresh(app, at) => Ok(false),
            _ => Err(refused(("The current password field is required.", "field-required"))),
        };
    };
    count(app, Act::SignIn, asker)?;
    if fresh::knows_password(app, &asker.user, current) {
        Ok(true)
    } else {
        Err(refused(("The current password is incorrect.", "field-current-password")))
    }
}

/// As [`prove`], where the password alone proves nothing for a person who signs in with more than that: they sign in
/// again. Says whether the sign-in is fresh.
///
/// # Errors
/// As [`prove`].
pub fn prove_wholly(app: &Arc<App>, asker: &Asker, current: Option<&Plain>) -> Result<bool, ProfileError> {
    let is_fresh = asker.auth_time.is_some_and(|at| fresh::is_fresh(app, at));
    if !is_fresh && !app.read(|cx| fresh::password_suffices(cx, &asker.user))? {
        return Err(ProfileError::Invalid(fresh::sign_in_again()));
    }
    prove(app, asker, current).map(|_| is_fresh)
}

fn count(app: &Arc<App>, act: Act, asker: &Asker) -> Result<(), ProfileError> {
    let account = key(&asker.user.email);
    throttle::count(app, act, Some(&account), &asker.origin.address)?.map_err(profile::ProfileError::Throttled)
}

fn hashed(app: &App, plain: &Plain) -> Result<String, ProfileError> {
    password::hashed(app, plain.expose()).map_err(|error: ResetError| ProfileError::Failed(error.to_string()))
}
