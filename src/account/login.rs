//! Signing in with a password.

use std::sync::Arc;

use super::throttle::{self, Act, Throttled};
use super::{attempts, devices, email};
use crate::app::{App, Cx};
use crate::core::password;
use crate::core::secret::Plain;
use crate::core::time::Time;
use crate::core::user::{Status, User, key};
use crate::store;

/// Who asks: for throttling, for lists of sessions.
#[derive(Debug, Clone, Default)]
pub struct Origin {
    /// The address of the caller.
    pub address: String,
    /// The `User-Agent`, cut to a length that fits.
    pub user_agent: Option<String>,
}

/// What somebody presents to come in.
#[derive(Debug)]
pub enum Credentials {
    /// The first step.
    Password {
        /// E-mail address or username.
        login: String,
        /// The password.
        password: Plain,
    },
    /// The second step.
    SecondFactor {
        /// What the first step handed out.
        token: Plain,
        /// A code from the app, from the text message, or a recovery code. Without one, a code is sent once more.
        code: Option<String>,
    },
}

/// The password was right; a second factor is asked for.
#[derive(Debug, Clone)]
pub struct Challenge {
    /// Stands for the first step in the second one.
    pub token: Plain,
    /// Seconds for which it works.
    pub expires_in: i64,
    /// What answers it: `totp`, `sms`, `recovery_code`.
    pub methods: Vec<&'static str>,
}

/// A person whose password was just verified. Nothing is open to them yet: see [`Verified::confirm`].
#[derive(Debug)]
pub struct Verified {
    user: User,
    hash: String,
    verified_at: Time,
}

/// Why a sign-in failed.
#[derive(Debug, thiserror::Error)]
pub enum LoginError {
    /// No such person, another password, or a disabled account: nobody learns which.
    #[error("These credentials do not match our records.")]
    Credentials,
    /// A second factor is asked for.
    #[error("Two-factor authentication is required.")]
    SecondFactor(Challenge),
    /// The code of the second step is wrong, used or too late.
    #[error("The two-factor code is invalid or has expired.")]
    Code,
    /// The e-mail address must be verified first.
    #[error("Please verify your e-mail address first: follow the link in the mail that was sent to you.")]
    Unverified,
    /// Too many attempts.
    #[error("Too many login attempts. Please try again in {} seconds.", .0.retry_after)]
    Throttled(Throttled),
    /// The database.
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// Takes one step of a sign-in. Hashes, so it belongs under the bound on hashing; holds no connection meanwhile.
///
/// # Errors
/// [`LoginError`]; [`LoginError::SecondFactor`] is the way to the next step.
pub fn enter(app: &Arc<App>, credentials: &Credentials, origin: &Origin) -> Result<Verified, LoginError> {
    match credentials {
        Credentials::Password { login, password } => verify(app, login, password.expose(), origin),
        Credentials::SecondFactor { .. } => Err(LoginError::Code),
    }
}

/// Verifies a password. Takes as long for people who do not exist. Hashes, so it belongs under the
/// bound on hashing; holds no connection meanwhile.
///
/// # Errors
/// [`LoginError`].
pub fn verify(app: &Arc<App>, login: &str, password: &str, origin: &Origin) -> Result<Verified, LoginError> {
    throttle::count(app, Act::SignIn, Some(&key(login)), &origin.address)?.map_err(LoginError::Throttled)?;
    // PostgreSQL refuses the character, and nobody has it in a name.
    let login = if login.contains('\0') { "" } else { login };
    let user = app.read(|cx| store::users::by_login(cx.conn, login))?;
    let cost = app.config.passwords.bcrypt_cost;
    let stored = user.as_ref().and_then(|user| user.password_hash.clone());
    let right = password::verify(password, &stored.clone().unwrap_or_else(|| password::dummy(cost)));
    let refused = |why: &str| {
        log::info!("event=login outcome=refused reason={why} ip={}", origin.address);
        LoginError::Credentials
    };
    if !right && let Some(hash) = &stored {
        password::spend_rest(hash, cost);
    }
    // Asked for accounts that wait for their address too: both take as long.
    let unverified = email::is_needed_to_sign_in(app)
        && (!right || user.as_ref().is_none_or(|user| user.email_verified_at.is_none()))
        && attempts::was_made(app, login, password)?;
    if !right && unverified {
        return Err(LoginError::Unverified);
    }
    let (Some(user), Some(mut hash)) = (user, stored) else {
        return Err(refused("unknown"));
    };
    if !right {
        return Err(refused("password"));
    }
    if user.status != Status::Active {
        return Err(refused("disabled"));
    }
    if user.email_verified_at.is_none() && email::is_needed_to_sign_in(app) {
        log::info!("event=login outcome=refused reason=unverified user={} ip={}", user.id, origin.address);
        return Err(LoginError::Unverified);
    }
    if password::needs_rehash(&hash, cost)
        && let Ok(fresh) = password::hash(password, cost, app.random())
    {
        let (id, old, new) = (user.id, hash.clone(), fresh.clone());
        if app.write_one(move |cx| store::users::rehash(cx.conn, id, &old, &new))? {
            hash = fresh;
        }
    }
    Ok(Verified { user, hash, verified_at: app.now() })
}

impl Verified {
    /// Notes the sign-in and where it came from, in the transaction that opens what it opens. Fails if the account was
    /// disabled or its password changed since it was verified.
    ///
    /// # Errors
    /// [`LoginError::Credentials`] and [`LoginError::Store`].
    pub fn confirm(self, cx: &mut Cx<'_>, origin: &Origin) -> Result<(User, Time), LoginError> {
        if !store::users::record_login(cx.conn, self.user.id, &self.hash, cx.now)? {
            return Err(LoginError::Credentials);
        }
        for name in [&self.user.email, &self.user.username] {
            throttle::forgive(cx, Act::SignIn, &key(name))?;
        }
        devices::note(cx, &self.user, origin)?;
        log::info!("event=login outcome=ok user={}", self.user.id);
        Ok((self.user, self.verified_at))
    }
}
