//! Forgotten passwords: by a link that comes by mail, or by a one-time password.

use std::sync::Arc;

use super::fields::Invalid;
use super::login::Origin;
use super::post;
use super::throttle::{self, Act, Throttled};
use crate::app::{App, Cx};
use crate::core::grant::EndReason;
use crate::core::ids::UserId;
use crate::core::password;
use crate::core::secret::{Hashed, Plain};
use crate::core::time::delta;
use crate::core::user::{Status, User, key};
use crate::mail;
use crate::store::one_time::Purpose;
use crate::store::{self, grants, one_time, sessions, sign_in_attempts, users};

/// Why a password was not reset.
#[derive(Debug, thiserror::Error)]
pub enum ResetError {
    /// Fields that are missing or wrong.
    #[error("The given data was invalid.")]
    Invalid(Invalid),
    /// The link or the one-time password does not work: unknown, used, expired or tried too often.
    #[error("This password reset link or code is invalid or has expired.")]
    Proof,
    /// Too many attempts.
    #[error("Too many attempts. Please try again later.")]
    Throttled(Throttled),
    /// The password could not be hashed.
    #[error("the password could not be hashed")]
    Hash,
    /// The database.
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// How a person is to prove that the account is theirs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proof {
    /// A link to the reset page.
    Link,
    /// Six digits.
    OneTimePassword,
}

/// Sends a proof by mail, if there is such a person: answers alike if there is not.
///
/// # Errors
/// [`ResetError::Invalid`], [`ResetError::Throttled`] and [`ResetError::Store`].
pub fn send(app: &Arc<App>, email: Option<&str>, proof: Proof, origin: &Origin) -> Result<(), ResetError> {
    let mut invalid = Invalid::default();
    let email = invalid.email("email", email);
    invalid.check().map_err(ResetError::Invalid)?;
    throttle::count(app, Act::Reset, Some(&key(&email)), &origin.address)?.map_err(ResetError::Throttled)?;
    app.write(move |cx| {
        let user = users::by_email(cx.conn, &email)?.filter(|user| user.status == Status::Active);
        log::info!("event=password.{} outcome={}", proof.name(), if user.is_some() { "sent" } else { "unknown" });
        match (user, proof) {
            (None, _) => Ok(()),
            (Some(user), Proof::Link) => Ok(send_link(cx, &user)?),
            (Some(user), Proof::OneTimePassword) => Ok(send_one_time_password(cx, &user)?),
        }
    })
}

impl Proof {
    fn name(self) -> &'static str {
        match self {
            Self::Link => "link",
            Self::OneTimePassword => "one_time_password",
        }
    }
}

fn send_link(cx: &mut Cx<'_>, user: &User) -> store::Result<()> {
    let lifetime = cx.app.config.passwords.reset_link_lifetime;
    let token = Plain::random("gra_pr_", cx.random());
    let expires_at = cx.now + delta(lifetime);
    let hash = cx.app.secrets.hash(token.expose());
    one_time::insert_token(cx.conn, &hash, Purpose::PasswordReset, Some(user.id), None, cx.now, expires_at)?;
    let message = mail::PasswordResetLink {
        product: "Grantor".to_owned(),
        name: user.name.whole(),
        url: format!("{}/password/reset?token={}", cx.app.config.issuer(), token.expose()),
        minutes: minutes(lifetime),
    };
    post::mail(cx, &user.email, &message, expires_at)
}

fn send_one_time_password(cx: &mut Cx<'_>, user: &User) -> store::Result<()> {
    let settings = &cx.app.config.passwords;
    let (lifetime, tries) = (settings.one_time_password_lifetime, i64::from(settings.one_time_password_tries));
    let code = format!("{:06}", cx.random().below(1_000_000));
    let expires_at = cx.now + delta(lifetime);
    let hash = one_time_hash(cx.app, user.id, &code);
    one_time::set_password(cx.conn, user.id, &hash, tries, cx.now, expires_at)?;
    let message = mail::OneTimePassword {
        product: "Grantor".to_owned(),
        name: user.name.whole(),
        code,
        minutes: minutes(lifetime),
    };
    post::mail(cx, &user.email, &message, expires_at)
}

fn minutes(lifetime: std::time::Duration) -> u32 {
    u32::try_from(lifetime.as_secs() / 60).unwrap_or(u32::MAX).max(1)
}

/// Six digits are few: the hash is keyed, and bound to the person.
fn one_time_hash(app: &App, user: UserId, code: &str) -> Hashed {
    app.secrets.hash(&format!("one-time password\n{user}\n{code}"))
}

/// Whose password a link to the reset page changes, if it works; does not use it up.
///
/// # Errors
/// As the database says.
pub fn link_owner(cx: &mut Cx<'_>, token: &Plain) -> store::Result<Option<User>> {
    let hash = cx.app.secrets.hash(token.expose());
    let link = one_time::peek_token(cx.conn, &hash, Purpose::PasswordReset, cx.now)?;
    match link.and_then(|link| link.user_id) {
        Some(user) => users::by_id(cx.conn, user),
        None => Ok(None),
    }
}

/// Sets a new password by a link: every session and token of the person ends. Hashes, so it belongs
/// under the bound on hashing.
///
/// # Errors
/// [`ResetError`].
pub fn reset_by_link(
    app: &Arc<App>,
    token: &Plain,
    new: Option<&str>,
    confirmation: Option<&str>,
    origin: &Origin,
) -> Result<(), ResetError> {
    let plain = checked(new, confirmation)?;
    throttle::count(app, Act::Reset, None, &origin.address)?.map_err(ResetError::Throttled)?;
    let owner = app.read(|cx| link_owner(cx, token))?.ok_or(ResetError::Proof)?;
    let hash = hashed(app, &plain)?;
    let token = app.secrets.hash(token.expose());
    app.write(move |cx| {
        // The person first: the order of the locks is that of `change`.
        if !users::hold(cx.conn, &owner)? {
            return Err(ResetError::Proof);
        }
        one_time::take_token(cx.conn, &token, Purpose::PasswordReset, cx.now)?.ok_or(ResetError::Proof)?;
        Ok(change(cx, owner.id, &hash)?)
    })
}

/// Sets a new password by a one-time password: every session and token of the person ends. Hashes,
/// so it belongs under the bound on hashing.
///
/// # Errors
/// [`ResetError`].
pub fn reset_by_one_time_password(
    app: &Arc<App>,
    email: Option<&str>,
    code: Option<&str>,
    new: Option<&str>,
    confirmation: Option<&str>,
    origin: &Origin,
) -> Result<(), ResetError> {
    let mut invalid = Invalid::default();
    let email = invalid.email("email", email);
    let code = invalid.required("otp", code, 16);
    let plain = invalid.new_password(new, "password_confirmation", confirmation);
    invalid.check().map_err(ResetError::Invalid)?;
    let acts = [Act::OneTimePassword, Act::OneTimePasswordDay];
    throttle::count_each(app, &acts, Some(&key(&email)), &origin.address)?.map_err(ResetError::Throttled)?;
    let proved = app.write(move |cx| {
        let Some(user) = users::by_email(cx.conn, &email)? else { return Ok(None) };
        // Committed whatever comes of it: a wrong try is spent.
        let Some(stored) = one_time::spend_try(cx.conn, user.id, cx.now)? else { return Ok(None) };
        let right = stored.matches(&one_time_hash(cx.app, user.id, &code));
        Ok::<_, store::Error>(right.then_some((user, stored)))
    })?;
    // Hashed for right and wrong codes alike: the time tells nothing.
    let hash = hashed(app, &plain)?;
    let Some((user, stored)) = proved.filter(|(user, _)| user.status == Status::Active) else {
        log::info!("event=password.reset outcome=refused reason=one_time_password");
        return Err(ResetError::Proof);
    };
    app.write(move |cx| {
        if !users::hold(cx.conn, &user)? || !one_time::take_password(cx.conn, user.id, &stored)? {
            return Err(ResetError::Proof);
        }
        throttle::give_back(cx, Act::OneTimePasswordDay, &key(&user.email))?;
        Ok(change(cx, user.id, &hash)?)
    })
}

fn checked(new: Option<&str>, confirmation: Option<&str>) -> Result<String, ResetError> {
    let mut invalid = Invalid::default();
    let plain = invalid.new_password(new, "password_confirmation", confirmation);
    invalid.check().map_err(ResetError::Invalid)?;
    Ok(plain)
}

/// Hashes a new password at the cost of the settings.
///
/// # Errors
/// [`ResetError::Hash`].
pub fn hashed(app: &App, plain: &str) -> Result<String, ResetError> {
    password::hash(plain, app.config.passwords.bcrypt_cost, app.random()).map_err(|_| ResetError::Hash)
}

/// Changes a password and ends every session, token, open link, one-time password and unfinished sign-in of the
/// person. The order (person, sessions, grants) is that of the locks: what is being opened at this moment is waited for, and ended too.
///
/// # Errors
/// As the database says.
pub fn change(cx: &mut Cx<'_>, user: UserId, hash: &str) -> store::Result<()> {
    users::set_password(cx.conn, user, hash, cx.now)?;
    sessions::end_all_of_user(cx.conn, user, cx.now)?;
    grants::end_all_of_user(cx.conn, user, EndReason::PasswordChanged, cx.now)?;
    one_time::end_tokens(cx.conn, Some(user), Purpose::PasswordReset, cx.now)?;
    one_time::end_password(cx.conn, user)?;
    sign_in_attempts::end_all_of_user(cx.conn, user)?;
    log::info!("event=password.change outcome=ok user={user}");
    Ok(())
}
