//! Proving an e-mail address, and taking another one.

use std::sync::Arc;

use super::audit::{self, Event};
use super::fields::Invalid;
use super::letters::{self, Mailed};
use super::login::Origin;
use super::reserved::{self, Named};
use super::throttle::{self, Act, Throttled};
use crate::app::{App, Cx};
use crate::config::EmailVerification;
use crate::core::ids::UserId;
use crate::core::secret::{Hashed, Plain};
use crate::core::time::delta;
use crate::core::user::{Status, User, key};
use crate::store::one_time::{self, Purpose};
use crate::store::{self, Error as StoreError, users};

/// What the token of a link that proves the address of an account begins with.
const VERIFICATION: &str = "gra_ev_";
/// What the token of a link that proves another address begins with.
const CHANGE: &str = "gra_ec_";

/// Why an address was not proved.
#[derive(Debug, thiserror::Error)]
pub enum EmailError {
    /// Fields that are missing or wrong.
    #[error("The given data was invalid.")]
    Invalid(Invalid),
    /// The link does not work: unknown, used, expired, or of an address that is no longer theirs.
    #[error("This link is invalid or has expired.")]
    Link,
    /// Somebody else took the address meanwhile.
    #[error("This e-mail address belongs to another account.")]
    Taken,
    /// Too many attempts.
    #[error("Too many attempts. Please try again later.")]
    Throttled(Throttled),
    /// The database.
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// What a link proves.
#[derive(Debug, Clone)]
pub struct Pending {
    /// Whose link it is.
    pub user: User,
    /// The address that it proves.
    pub email: String,
    /// Whether it is an address that the person does not have yet.
    pub is_change: bool,
}

/// Whether nobody may sign in before their address is proved, so that registering opens nothing.
pub fn is_needed_to_sign_in(app: &App) -> bool {
    app.config.registration.email_verification == EmailVerification::SignIn
}

/// Whether a person must prove their address before they let an app in. Asks the database only where that is needed.
///
/// # Errors
/// As the database says.
pub fn is_missing_to_consent(cx: &mut Cx<'_>, user: UserId) -> store::Result<bool> {
    if cx.app.config.registration.email_verification != EmailVerification::Consent {
        return Ok(false);
    }
    Ok(users::by_id(cx.conn, user)?.is_none_or(|user| user.email_verified_at.is_none()))
}

/// Sends a link that proves the address of a person.
///
/// # Errors
/// As the database says.
pub fn send_verification(cx: &mut Cx<'_>, user: &User) -> store::Result<()> {
    send(cx, Some(user))
}

/// Sends the link once more to whoever has this e-mail address or username, if it still has to be proved: answers
/// alike, and does the same work, if there is no such person.
///
/// # Errors
/// [`EmailError::Invalid`], [`EmailError::Throttled`] and [`EmailError::Store`].
pub fn send_again(app: &Arc<App>, login: Option<&str>, origin: &Origin) -> Result<(), EmailError> {
    let mut invalid = Invalid::default();
    let login = invalid.required("email", login, 254);
    invalid.check().map_err(EmailError::Invalid)?;
    throttle::count(app, Act::Verification, Some(&key(&login)), &origin.address)?.map_err(EmailError::Throttled)?;
    app.write(move |cx| {
        let user = users::by_login(cx.conn, &login)?
            .filter(|user| user.status == Status::Active && user.email_verified_at.is_none());
        log::info!("event=email.verification outcome={}", if user.is_some() { "sent" } else { "not_needed" });
        Ok(send(cx, user.as_ref())?)
    })
}

/// For nobody a link and a mail are written too, which are of no use.
fn send(cx: &mut Cx<'_>, user: Option<&User>) -> store::Result<()> {
    let (hash, link) = new_link(cx, VERIFICATION);
    let purpose = Purpose::EmailVerification;
    match user {
        Some(user) => {
            let email = Some(user.email.as_str());
            one_time::insert_token(cx.conn, &hash, purpose, Some(user.id), email, cx.now, link.expires_at)?;
        }
        None => one_time::insert_decoy(cx.conn, &hash, purpose, letters::NOBODY, cx.now, link.expires_at)?,
    }
    letters::verification(cx, user, &link)
}

/// Does the work of [`send_verification`] for an address that is taken: its owner hears of it.
///
/// # Errors
/// As the database says.
pub(super) fn send_already_registered(cx: &mut Cx<'_>, owner: Option<&User>) -> store::Result<()> {
    let (hash, link) = new_link(cx, VERIFICATION);
    one_time::insert_decoy(cx.conn, &hash, Purpose::EmailVerification, letters::NOBODY, cx.now, link.expires_at)?;
    letters::already_registered(cx, owner)
}

fn new_link(cx: &Cx<'_>, prefix: &str) -> (Hashed, Mailed) {
    let lifetime = cx.app.config.registration.verification_link_lifetime;
    let token = Plain::random(prefix, cx.random());
    let link = Mailed {
        url: letters::link(cx.app, "/email/verify", token.expose()),
        minutes: letters::minutes(lifetime),
        expires_at: cx.now + delta(lifetime),
    };
    (cx.app.secrets.hash(token.expose()), link)
}

/// Begins to give a person another e-mail address, which the caller has checked: a link goes to it, a notice to the
/// one they have. It takes effect when the link is used. If somebody else has the address they hear of it instead, and
/// the person learns nothing. The caller throttles: each call sends two mails.
///
/// # Errors
/// As the database says.
pub fn begin_change(cx: &mut Cx<'_>, user: &User, new_email: &str) -> store::Result<()> {
    let owner = users::by_email(cx.conn, new_email)?.filter(|owner| owner.id != user.id);
    let is_free = !reserved::is_reserved(cx, Named::Email(new_email))? && owner.is_none();
    let (hash, link) = new_link(cx, CHANGE);
    let (purpose, until) = (Purpose::EmailChange, link.expires_at);
    if is_free {
        one_time::insert_token(cx.conn, &hash, purpose, Some(user.id), Some(new_email), cx.now, until)?;
        letters::change(cx, user, new_email, &link)?;
    } else {
        one_time::insert_decoy(cx.conn, &hash, purpose, user.id, cx.now, until)?;
        let owner = owner.filter(|owner| owner.status == Status::Active);
        letters::already_registered(cx, owner.as_ref())?;
    }
    audit::record(cx, &Event::new(user.id, audit::Act::EmailChangeAsked).on(user.id))?;
    log::info!("event=email.change outcome=begun user={}", user.id);
    letters::change_notice(cx, user, new_email)
}

/// What a link proves, if it works; does not use it up.
///
/// # Errors
/// As the database says.
pub fn pending(cx: &mut Cx<'_>, token: &Plain) -> store::Result<Option<Pending>> {
    let hash = cx.app.secrets.hash(token.expose());
    let purpose = purpose_of(token);
    let link = one_time::peek_token(cx.conn, &hash, purpose, cx.now)?;
    let Some((id, email)) = link.and_then(|link| link.user_id.zip(link.email)) else { return Ok(None) };
    let user = users::by_id(cx.conn, id)?.filter(|user| user.status == Status::Active);
    let is_change = purpose == Purpose::EmailChange;
    let pending = user.map(|user| Pending { user, email, is_change });
    Ok(pending.filter(|pending| pending.is_change || key(&pending.user.email) == key(&pending.email)))
}

/// By its beginning, which its bearer could forge: the database is asked for a link of just that purpose.
fn purpose_of(token: &Plain) -> Purpose {
    if token.expose().starts_with(CHANGE) { Purpose::EmailChange } else { Purpose::EmailVerification }
}

/// Uses a link: the address is the person's, and was shown to be. Signs nobody in.
///
/// # Errors
/// [`EmailError::Link`], [`EmailError::Taken`] and [`EmailError::Store`].
pub fn confirm(app: &Arc<App>, token: &Plain) -> Result<Pending, EmailError> {
    let pending = app.read(|cx| pending(cx, token))?.ok_or(EmailError::Link)?;
    let (hash, purpose) = (app.secrets.hash(token.expose()), purpose_of(token));
    app.write(move |cx| {
        // The person first: the order of the locks is that of a change of the password.
        if !users::hold(cx.conn, &pending.user)? {
            return Err(EmailError::Link);
        }
        one_time::take_token(cx.conn, &hash, purpose, cx.now)?.ok_or(EmailError::Link)?;
        if pending.is_change {
            change(cx, &pending)?;
        } else if !users::verify_email(cx.conn, pending.user.id, &pending.email, cx.now)? {
            return Err(EmailError::Link);
        }
        let act = if pending.is_change { audit::Act::EmailChange } else { audit::Act::EmailVerify };
        audit::record(cx, &Event::new(pending.user.id, act).on(pending.user.id))?;
        log::info!("event=email.verify outcome=ok user={} change={}", pending.user.id, pending.is_change);
        Ok(pending)
    })
}

/// What was sent to the old address proves nothing any more.
fn change(cx: &mut Cx<'_>, pending: &Pending) -> Result<(), EmailError> {
    let id = pending.user.id;
    let before = users::by_id(cx.conn, id)?.ok_or(EmailError::Link)?;
    if reserved::is_reserved(cx, Named::Email(&pending.email))? {
        return Err(EmailError::Taken);
    }
    match users::change_email(cx.conn, id, &pending.email, cx.now) {
        Ok(true) => {}
        Ok(false) => return Err(EmailError::Link),
        Err(StoreError::Unique(_)) => return Err(EmailError::Taken),
        Err(error) => return Err(error.into()),
    }
    for purpose in [Purpose::PasswordReset, Purpose::EmailVerification, Purpose::EmailChange] {
        one_time::end_tokens(cx.conn, Some(id), purpose, cx.now)?;
    }
    one_time::end_password(cx.conn, id)?;
    Ok(letters::changed(cx, &before, &pending.email)?)
}
