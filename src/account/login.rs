//! Signing in with a password, and with a second factor where one is on.

use std::sync::Arc;

use super::audit::{self, Actor, Event, Object};
use super::failures;
use super::second_factor;
use super::throttle::{self, Act, Throttled};
use super::{attempts, devices, email, passkeys};
use crate::app::{App, Cx};
use crate::core::authentication::{Authentication, Methods};
use crate::core::failure::Reason;
use crate::core::ids::UserId;
use crate::core::secret::Plain;
use crate::core::statistic::Counter;
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
    /// A passkey, in the place of both steps or of the second one.
    Passkey(passkeys::Assertion),
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

/// A person whose password was just verified, and who is asked for no second factor or has just shown it; or who used a
/// passkey, which is both. Nothing is open to them yet: see [`Verified::confirm`].
#[derive(Debug)]
pub struct Verified {
    user: User,
    verified_at: Time,
    by: By,
}

/// By what somebody was verified.
#[derive(Debug)]
enum By {
    /// The password alone: enough as long as no second factor is on.
    Password,
    /// The password and a second factor.
    SecondFactor(Methods),
    /// A passkey.
    Passkey(passkeys::Used, Methods),
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
    /// No such passkey, one that does not verify, or a disabled account: nobody learns which.
    #[error("This passkey does not sign in here. Try another one, or sign in another way.")]
    Passkey,
    /// What a passkey was asked for is over.
    #[error("That took too long. Please try again.")]
    Late,
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

/// Takes one step of a sign-in, and counts it. Hashes, so it belongs under the bound on hashing; holds no connection
/// meanwhile.
///
/// # Errors
/// [`LoginError`]; [`LoginError::SecondFactor`] is the way to the next step.
pub fn enter(app: &Arc<App>, credentials: &Credentials, origin: &Origin) -> Result<Verified, LoginError> {
    if let Err(error) = count(app, credentials, origin) {
        if matches!(error, LoginError::Throttled(_)) {
            failures::note_sign_in(app, None, "too_many_attempts", Reason::TooManyAttempts);
            app.count(Counter::SignInsRefused);
        }
        return Err(error);
    }
    take(app, credentials, origin)
}

/// The first step alone: for those who were never asked for a second factor.
///
/// # Errors
/// As [`enter`].
pub fn verify(app: &Arc<App>, login: &str, password: &str, origin: &Origin) -> Result<Verified, LoginError> {
    let credentials = Credentials::Password { login: login.to_owned(), password: Plain::new(password) };
    enter(app, &credentials, origin)
}

fn count(app: &Arc<App>, credentials: &Credentials, origin: &Origin) -> Result<(), LoginError> {
    match credentials {
        Credentials::Password { login, .. } => {
            throttle::count(app, Act::SignIn, Some(&key(login)), &origin.address)?.map_err(LoginError::Throttled)
        }
        Credentials::SecondFactor { token, code } => second_factor::count(app, token, code.is_some(), origin),
        Credentials::Passkey(assertion) => passkeys::count(app, assertion, origin),
    }
}

fn take(app: &Arc<App>, credentials: &Credentials, origin: &Origin) -> Result<Verified, LoginError> {
    let (user, by) = match credentials {
        Credentials::Password { login, password } => {
            let user = prove(app, login, password.expose(), origin)?;
            if let Some(challenge) = second_factor::ask(app, &user, origin)? {
                return Err(LoginError::SecondFactor(challenge));
            }
            (user, By::Password)
        }
        Credentials::SecondFactor { token, code } => {
            let (user, methods) = second_factor::answer(app, token, code.as_deref(), origin)?;
            (user, By::SecondFactor(methods))
        }
        Credentials::Passkey(assertion) => {
            let (user, used) = passkeys::prove(app, assertion, origin)?;
            (user, By::Passkey(used, assertion.methods()))
        }
    };
    Ok(Verified { user, verified_at: app.now(), by })
}

/// Verifies a password; whether that is enough is not settled by it. Takes as long for people who do not exist. Hashes;
/// holds no connection meanwhile.
fn prove(app: &Arc<App>, login: &str, password: &str, origin: &Origin) -> Result<User, LoginError> {
    // PostgreSQL refuses the character, and nobody has it in a name.
    let login = if login.contains('\0') { "" } else { login };
    let user = app.read(|cx| store::users::by_login(cx.conn, login))?;
    let stored = user.as_ref().and_then(|user| user.password_hash.clone());
    let password = Plain::new(password);
    let right = app.hasher.verify(&password, stored.as_deref());
    let refused = |known, why| match note_refused(app, known, why, origin) {
        Ok(()) => LoginError::Credentials,
        Err(error) => error.into(),
    };
    // Asked for accounts that wait for their address too: both take as long.
    let unverified = email::is_needed_to_sign_in(app)
        && (!right || user.as_ref().is_none_or(|user| user.email_verified_at.is_none()))
        && attempts::was_made(app, login, &password)?;
    let known = user.as_ref().map(|user| user.id);
    if !right && unverified {
        note_refused(app, known, Reason::EmailUnverified, origin)?;
        return Err(LoginError::Unverified);
    }
    let (Some(mut user), Some(mut hash)) = (user, stored) else {
        return Err(refused(known, Reason::AccountUnknown));
    };
    if !right {
        return Err(refused(known, Reason::PasswordWrong));
    }
    admit(app, &user, origin, LoginError::Credentials)?;
    if app.hasher.is_outdated(&hash)
        && let Ok(fresh) = app.hasher.hash(&password)
    {
        let (id, old, new) = (user.id, hash.clone(), fresh.clone());
        if app.write_one(move |cx| store::users::rehash(cx.conn, id, &old, &new))? {
            hash = fresh;
        }
    }
    user.password_hash = Some(hash);
    Ok(user)
}

/// The gate that everybody comes through, whatever they proved themselves with. `closed` is said of a disabled account,
/// as of one that does not exist.
pub(super) fn admit(app: &Arc<App>, user: &User, origin: &Origin, closed: LoginError) -> Result<(), LoginError> {
    if user.status != Status::Active {
        note_refused(app, Some(user.id), Reason::AccountDisabled, origin)?;
        return Err(closed);
    }
    if user.email_verified_at.is_none() && email::is_needed_to_sign_in(app) {
        note_refused(app, Some(user.id), Reason::EmailUnverified, origin)?;
        return Err(LoginError::Unverified);
    }
    Ok(())
}

/// Notes that a sign-in was refused, for people who do not exist too: the time tells nothing. What was typed as the name
/// is not kept, for it may have been a password.
pub(crate) fn note_refused(app: &Arc<App>, user: Option<UserId>, reason: Reason, origin: &Origin) -> store::Result<()> {
    failures::note_sign_in(app, user, "invalid_credentials", reason);
    app.count(Counter::SignInsRefused);
    let reason = reason.as_str();
    log::info!("event=login outcome=refused reason={reason} ip={}", origin.address);
    let mut event = Event::new(Actor::Nobody, audit::Act::SignInRefused).refused().with("reason", reason);
    event.object = user.map(Object::from);
    app.write_one(move |cx| audit::record(cx, &event))
}

impl Verified {
    /// The person, as they were when they were verified.
    pub fn user(&self) -> &User {
        &self.user
    }

    /// By what they were verified, for the audit log.
    fn method(&self) -> &'static str {
        match self.by {
            By::Password => "password",
            By::SecondFactor(_) => "password, second factor",
            By::Passkey(..) => "passkey",
        }
    }

    /// Notes the sign-in and where it came from, in the transaction that opens what it opens. Fails if the account was
    /// disabled or its password changed since it was verified, if a second factor was turned on that was not asked for, or
    /// if the passkey was removed or used meanwhile.
    ///
    /// # Errors
    /// [`LoginError::Credentials`], [`LoginError::Passkey`] and [`LoginError::Store`].
    pub fn confirm(self, cx: &mut Cx<'_>, origin: &Origin) -> Result<(User, Authentication), LoginError> {
        if !store::users::record_login(cx.conn, self.user.id, self.user.password_hash.as_deref(), cx.now)? {
            return Err(LoginError::Credentials);
        }
        // Asked while the person's row is held: turning a factor on waits for it, or was seen here; so does the removal of
        // a passkey.
        match &self.by {
            By::Password if store::second_factors::is_on(cx.conn, self.user.id)? => {
                return Err(LoginError::Credentials);
            }
            By::Passkey(used, _) if !used.note(cx)? => return Err(LoginError::Passkey),
            By::Password | By::SecondFactor(_) | By::Passkey(..) => {}
        }
        for name in [&self.user.email, &self.user.username] {
            throttle::forgive(cx, Act::SignIn, &key(name))?;
        }
        devices::note(cx, &self.user, origin)?;
        let event = Event::new(self.user.id, audit::Act::SignIn).on(self.user.id);
        audit::record(cx, &event.with("method", self.method()))?;
        cx.app.count(Counter::SignIns);
        log::info!("event=login outcome=ok method={:?} user={}", self.method(), self.user.id);
        let methods = match self.by {
            By::Password => Methods::password(),
            By::SecondFactor(methods) | By::Passkey(_, methods) => methods,
        };
        Ok((self.user, Authentication::new(self.verified_at, methods)))
    }
}
