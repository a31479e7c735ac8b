//! Forgotten passwords: by a link that comes by mail, or by a one-time password.

use std::sync::Arc;

use super::audit::{self, Actor, Event, Object};
use super::fields::Invalid;
use super::login::Origin;
use super::throttle::{self, Act, Throttled};
use super::{letters, post, session};
use crate::app::{App, Cx};
use crate::core::grant::EndReason;
use crate::core::ids::{GrantId, UserId};
use crate::core::secret::{Hashed, Plain};
use crate::core::time::delta;
use crate::core::user::{Status, User, key};
use crate::mail;
use crate::store::one_time::Purpose;
use crate::store::{self, grants, one_time, sign_in_attempts, users};

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
        match proof {
            Proof::Link => Ok(send_link(cx, user.as_ref())?),
            Proof::OneTimePassword => Ok(send_one_time_password(cx, user.as_ref(), &email)?),
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

/// For nobody a link and a mail are written too, which are of no use.
pub(super) fn send_link(cx: &mut Cx<'_>, user: Option<&User>) -> store::Result<()> {
    let lifetime = cx.app.config.passwords.reset_link_lifetime;
    let token = Plain::random("gra_pr_", cx.random());
    let expires_at = cx.now + delta(lifetime);
    let hash = cx.app.secrets.hash(token.expose());
    let purpose = Purpose::PasswordReset;
    match user {
        Some(user) => {
            let email = Some(user.email.as_str());
            one_time::insert_token(cx.conn, &hash, purpose, Some(user.id), email, cx.now, expires_at)?;
        }
        None => one_time::insert_decoy(cx.conn, &hash, purpose, letters::NOBODY, cx.now, expires_at)?,
    }
    let message = mail::PasswordResetLink {
        language: letters::language(cx.app, user),
        product: cx.app.config.server.name.clone(),
        name: letters::name(user),
        url: letters::link(cx.app, "/password/reset", token.expose()),
        minutes: letters::minutes(lifetime),
    };
    post::mail(cx, letters::address(user), &message, expires_at)
}

/// For nobody a one-time password and a mail are written too, which are of no use.
fn send_one_time_password(cx: &mut Cx<'_>, user: Option<&User>, email: &str) -> store::Result<()> {
    let settings = &cx.app.config.passwords;
    let (lifetime, tries) = (settings.one_time_password_lifetime, i64::from(settings.one_time_password_tries));
    let code = format!("{:06}", cx.random().below(1_000_000));
    let expires_at = cx.now + delta(lifetime);
    let owner = user.map_or_else(|| letters::decoy_id(cx.app, email), |user| user.id);
    let hash = one_time_hash(cx.app, owner, email, &code);
    one_time::set_password(cx.conn, owner, &hash, tries, cx.now, expires_at)?;
    let message = mail::OneTimePassword {
        language: letters::language(cx.app, user),
        product: cx.app.config.server.name.clone(),
        name: letters::name(user),
        code,
        minutes: letters::minutes(lifetime),
    };
    post::mail(cx, letters::address(user), &message, expires_at)
}

/// Six digits are few: the hash is keyed, and bound to the person. To the address too: one on its way to an address
/// that the person gives up at this moment proves nothing afterwards.
fn one_time_hash(app: &App, user: UserId, email: &str, code: &str) -> Hashed {
    app.secrets.hash(&format!("one-time password\n{user}\n{}\n{code}", key(email)))
}

/// Whose password a link to the reset page changes, if it works; does not use it up. It works for as long as the
/// address that it went to is theirs.
///
/// # Errors
/// As the database says.
pub fn link_owner(cx: &mut Cx<'_>, token: &Plain) -> store::Result<Option<User>> {
    let hash = cx.app.secrets.hash(token.expose());
    link_owner_of(cx, &hash)
}

fn link_owner_of(cx: &mut Cx<'_>, token: &Hashed) -> store::Result<Option<User>> {
    let link = one_time::peek_token(cx.conn, token, Purpose::PasswordReset, cx.now)?;
    let Some((id, email)) = link.and_then(|link| link.user_id.zip(link.email)) else { return Ok(None) };
    Ok(users::by_id(cx.conn, id)?.filter(|user| key(&user.email) == key(&email)))
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
        if !users::hold(cx.conn, &owner)? || link_owner_of(cx, &token)?.is_none() {
            return Err(ResetError::Proof);
        }
        one_time::take_token(cx.conn, &token, Purpose::PasswordReset, cx.now)?.ok_or(ResetError::Proof)?;
        note_reset(cx, owner.id, Proof::Link)?;
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
        let user = users::by_email(cx.conn, &email)?.filter(|user| user.status == Status::Active);
        let owner = user.as_ref().map_or_else(|| letters::decoy_id(cx.app, &email), |user| user.id);
        // Committed whatever comes of it: a wrong try is spent.
        let Some(stored) = one_time::spend_try(cx.conn, owner, cx.now)? else { return Ok(None) };
        let right = stored.matches(&one_time_hash(cx.app, owner, &email, &code));
        if !right {
            // For nobody too: the time tells nothing.
            let mut event = Event::new(Actor::Nobody, audit::Act::PasswordReset).refused();
            event.object = user.as_ref().map(|user| Object::from(user.id));
            audit::record(cx, &event.with("method", Proof::OneTimePassword.name()))?;
        }
        Ok::<_, store::Error>(user.filter(|_| right).map(|user| (user, stored)))
    })?;
    // Hashed for right and wrong codes alike: the time tells nothing.
    let hash = hashed(app, &plain)?;
    let Some((user, stored)) = proved else {
        log::info!("event=password.reset outcome=refused reason=one_time_password");
        return Err(ResetError::Proof);
    };
    app.write(move |cx| {
        if !users::hold(cx.conn, &user)? || !one_time::take_password(cx.conn, user.id, &stored)? {
            return Err(ResetError::Proof);
        }
        throttle::give_back(cx, Act::OneTimePasswordDay, &key(&user.email))?;
        note_reset(cx, user.id, Proof::OneTimePassword)?;
        Ok(change(cx, user.id, &hash)?)
    })
}

fn note_reset(cx: &mut Cx<'_>, user: UserId, proof: Proof) -> store::Result<()> {
    audit::record(cx, &Event::new(user, audit::Act::PasswordReset).on(user).with("method", proof.name()))
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
    app.hasher.hash(&Plain::new(plain)).map_err(|_| ResetError::Hash)
}

/// Changes a password and ends every session, token, open link, one-time password and unfinished sign-in of the person;
/// an address they were about to take is not theirs either. The order (person, sessions, grants) is that of the locks:
/// what is being opened at this moment is waited for, and ended too. The person is told by mail.
///
/// # Errors
/// As the database says.
pub fn change(cx: &mut Cx<'_>, user: UserId, hash: &str) -> store::Result<()> {
    change_sparing(cx, user, hash, None)
}

/// The sign-in by which a person changes their own password, which goes on.
#[derive(Debug, Clone)]
pub struct Spared {
    /// Its session, if it has one.
    pub session: Option<String>,
    /// Its grant, if it has one.
    pub grant: Option<GrantId>,
}

/// As [`change`], but for the sign-in that is spared.
///
/// # Errors
/// As the database says.
pub fn change_sparing(cx: &mut Cx<'_>, user: UserId, hash: &str, spared: Option<&Spared>) -> store::Result<()> {
    users::set_password(cx.conn, user, hash, cx.now)?;
    let spared_session = spared.and_then(|spared| spared.session.as_deref());
    session::end_all(cx, user, spared_session)?;
    let grant = spared.and_then(|spared| spared.grant.as_ref());
    grants::end_all_of_user(cx.conn, user, grant, EndReason::PasswordChanged, cx.now)?;
    end_proofs(cx, user)?;
    sign_in_attempts::end_all_of_user(cx.conn, user)?;
    log::info!("event=password.change outcome=ok user={user}");
    match users::by_id(cx.conn, user)? {
        Some(user) => letters::password_changed(cx, &user),
        None => Ok(()),
    }
}

/// Ends the open links and the one-time password by which a person could take a password or an address.
pub(super) fn end_proofs(cx: &mut Cx<'_>, user: UserId) -> store::Result<()> {
    for purpose in [Purpose::PasswordReset, Purpose::EmailChange] {
        one_time::end_tokens(cx.conn, Some(user), purpose, cx.now)?;
    }
    one_time::end_password(cx.conn, user)
}
