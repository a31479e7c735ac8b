//! Turning second factors on and off. Whether the person is asked for their password before is the caller's to decide:
//! see [`fresh`](crate::account::fresh).

use std::sync::Arc;

use super::step::recovery_hash;
use super::{Kind, Qr, code_hash, codes, number, phone, seal, send_code, shared_secret};
use crate::account::audit::{self, Actor, Event};
use crate::account::login::Origin;
use crate::account::throttle;
use crate::account::{Invalid, Throttled, letters, passkeys, post};
use crate::app::{App, Cx};
use crate::core::ids::UserId;
use crate::core::secret::Plain;
use crate::core::time::{delta, unix};
use crate::core::user::User;
use crate::mail::SecondFactorChanged;
use crate::store::second_factors::{self, Pending};
use crate::store::{self, sign_in_attempts, users};

/// Why a factor was not changed.
#[derive(Debug, thiserror::Error)]
pub enum FactorError {
    /// Fields that are missing or wrong.
    #[error("The given data was invalid.")]
    Invalid(Invalid),
    /// The code is wrong, too late, or was tried too often.
    #[error("The code is invalid or has expired.")]
    Code,
    /// The account was closed or its password changed meanwhile.
    #[error("The account has changed. Please sign in again.")]
    Changed,
    /// Too many text messages.
    #[error("Too many text messages. Please try again later.")]
    Throttled(Throttled),
    /// The database.
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// What an app needs to show codes. Shown this once.
#[derive(Debug)]
pub struct AppSetup {
    /// The secret in base 32, for typing.
    pub secret: Plain,
    /// The same as an `otpauth` URI.
    pub uri: Plain,
    /// The URI as a QR code.
    pub qr: Option<Qr>,
}

/// Which factors a person has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// Codes from an app are on.
    pub totp: bool,
    /// An app waits to be confirmed.
    pub totp_pending: bool,
    /// The telephone that codes go to, but for its last digits hidden.
    pub phone: Option<String>,
    /// A telephone that waits to be confirmed, hidden likewise.
    pub phone_pending: Option<String>,
    /// How many recovery codes are left.
    pub recovery_codes: i64,
}

impl Status {
    /// Whether a second factor is asked for, or waits to be confirmed.
    pub fn is_on(&self) -> bool {
        self.totp || self.totp_pending || self.phone.is_some() || self.phone_pending.is_some()
    }
}

/// The telephone as its owner gave it, for dialects that show it to them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Shown {
    /// The calling code.
    pub country_code: Option<u16>,
    /// The number without it.
    pub phone_national: Option<String>,
    /// Whether this telephone still waits to be confirmed.
    pub pending: bool,
    /// What is on: `totp`, `sms`.
    pub methods: Vec<&'static str>,
}

/// Which factors a person has.
///
/// # Errors
/// As the database says.
pub fn status(cx: &mut Cx<'_>, user: UserId) -> store::Result<Status> {
    let factors = second_factors::of_user(cx.conn, user, cx.now)?;
    let has = |kind, is_on| factors.iter().find(|factor| factor.kind == kind && factor.is_on == is_on);
    let masked = |is_on| match has(Kind::Sms, is_on) {
        Some(factor) => number(cx.app, user, factor).map(|e164| Some(phone::masked(&e164))),
        None => Ok(None),
    };
    Ok(Status {
        totp: has(Kind::Totp, true).is_some(),
        totp_pending: has(Kind::Totp, false).is_some(),
        phone: masked(true)?,
        phone_pending: masked(false)?,
        recovery_codes: second_factors::recovery_codes_left(cx.conn, user)?,
    })
}

/// The telephone of a person: the one that is on, or else the one that waits to be confirmed.
///
/// # Errors
/// As the database says.
pub fn shown(cx: &mut Cx<'_>, user: UserId) -> store::Result<Shown> {
    let factors = second_factors::of_user(cx.conn, user, cx.now)?;
    let methods = factors.iter().filter(|factor| factor.is_on).map(|factor| factor.kind.as_str()).collect();
    let telephone = |is_on| factors.iter().find(move |factor| factor.kind == Kind::Sms && factor.is_on == is_on);
    let Some(factor) = telephone(true).or_else(|| telephone(false)) else {
        return Ok(Shown { methods, ..Shown::default() });
    };
    let (country_code, national) = phone::parts(&number(cx.app, user, factor)?).unzip();
    Ok(Shown { country_code, phone_national: national, pending: !factor.is_on, methods })
}

/// Makes a secret for an app, to be confirmed by a code. What is on stays on until then.
///
/// # Errors
/// [`FactorError::Changed`] and [`FactorError::Store`].
pub fn begin_totp(app: &Arc<App>, user: &User) -> Result<AppSetup, FactorError> {
    let user = user.clone();
    app.write(move |cx| {
        hold(cx, &user)?;
        let secret = cx.random().bytes();
        let sealed = seal(cx.app, Kind::Totp, user.id, &secret)?;
        second_factors::set_pending(cx.conn, user.id, &pending(cx, Kind::Totp, sealed), cx.now)?;
        let secret = codes::base32(secret);
        let uri = otpauth_uri(&cx.app.config.server.name, &user.email, &secret);
        Ok(AppSetup { qr: Qr::of(&uri), secret: Plain::new(secret), uri: Plain::new(uri) })
    })
}

/// What an app reads from the QR code. Apps read a `+` as itself, so that a blank is `%20` everywhere.
fn otpauth_uri(issuer: &str, email: &str, secret: &str) -> String {
    let encode =
        |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20");
    let (issuer, email) = (encode(issuer), encode(email));
    format!("otpauth://totp/{issuer}:{email}?secret={secret}&issuer={issuer}")
}

/// Turns codes from an app on, if this is one of them; answers new recovery codes, which are shown this once.
///
/// # Errors
/// [`FactorError`].
pub fn confirm_totp(app: &Arc<App>, user: &User, code: &str) -> Result<Vec<Plain>, FactorError> {
    let (sealed, _) = spend_try(app, user, Kind::Totp)?;
    let secret = shared_secret(app, user.id, &sealed)?;
    let digits = digits(code)?;
    let step = codes::step_of(secret, &digits, unix(app.now())).ok_or(FactorError::Code)?;
    let user = user.clone();
    app.write(move |cx| {
        turn_on(cx, &user, Kind::Totp, &sealed, Some(step))?;
        Ok(make_recovery_codes(cx, &user)?)
    })
}

/// Sends a code to a telephone, to be confirmed by it. What is on stays on until then. `country_code` is the calling
/// code, `phone_number` the rest.
///
/// # Errors
/// [`FactorError`].
pub fn begin_sms(
    app: &Arc<App>,
    user: &User,
    country_code: &str,
    phone_number: &str,
    origin: &Origin,
) -> Result<(), FactorError> {
    let mut invalid = Invalid::default();
    let to = phone::read(&mut invalid, country_code, phone_number);
    invalid.check().map_err(FactorError::Invalid)?;
    let to = to.ok_or(FactorError::Code)?;
    let account = user.id.to_string();
    throttle::count(app, throttle::Act::TextMessage, Some(&account), &origin.address)?
        .map_err(FactorError::Throttled)?;
    let user = user.clone();
    app.write(move |cx| {
        hold(cx, &user)?;
        let sealed = seal(cx.app, Kind::Sms, user.id, to.as_bytes())?;
        let mut new = pending(cx, Kind::Sms, sealed);
        new.code = Some(send_code(cx, &user, &to, &bound_to(&user, &new.secret), new.expires_at)?);
        second_factors::set_pending(cx.conn, user.id, &new, cx.now)?;
        log::info!("event=second_factor.begin kind=sms user={}", user.id);
        Ok(())
    })
}

/// Turns codes by text message on, if this is the code that was sent.
///
/// # Errors
/// [`FactorError`].
pub fn confirm_sms(app: &Arc<App>, user: &User, code: &str) -> Result<(), FactorError> {
    let (sealed, sent) = spend_try(app, user, Kind::Sms)?;
    let hash = code_hash(app, &bound_to(user, &sealed), &digits(code)?);
    if !sent.is_some_and(|sent| sent.matches(&hash)) {
        return Err(FactorError::Code);
    }
    let user = user.clone();
    app.write(move |cx| turn_on(cx, &user, Kind::Sms, &sealed, None))
}

/// Turns one factor off. With the last one go the recovery codes.
///
/// # Errors
/// [`FactorError::Changed`] and [`FactorError::Store`].
pub fn turn_off(app: &Arc<App>, user: &User, kind: Kind) -> Result<(), FactorError> {
    let user = user.clone();
    app.write(move |cx| {
        hold(cx, &user)?;
        Ok(end(cx, &user.id.into(), &user, &[kind])?)
    })
}

/// Turns every factor off.
///
/// # Errors
/// [`FactorError::Changed`] and [`FactorError::Store`].
pub fn turn_off_all(app: &Arc<App>, user: &User) -> Result<(), FactorError> {
    let user = user.clone();
    app.write(move |cx| {
        hold(cx, &user)?;
        Ok(end(cx, &user.id.into(), &user, &[Kind::Totp, Kind::Sms])?)
    })
}

/// Calls off what waits to be confirmed, for somebody who showed no more than the password: while a factor is on, that is
/// not enough.
///
/// # Errors
/// [`FactorError::Changed`], also when a factor is on, and [`FactorError::Store`].
pub fn call_off(app: &Arc<App>, user: &User) -> Result<(), FactorError> {
    let user = user.clone();
    app.write(move |cx| {
        hold(cx, &user)?;
        if second_factors::is_on(cx.conn, user.id)? {
            return Err(FactorError::Changed);
        }
        Ok(end(cx, &user.id.into(), &user, &[Kind::Totp, Kind::Sms])?)
    })
}

/// Turns every factor off and removes every passkey, by an operator: for people who lost all of them, or whose account
/// somebody else got into, whatever state it is in. How many passkeys there were.
///
/// # Errors
/// As the database says.
pub fn reset(app: &Arc<App>, by: &Actor, user: &User) -> store::Result<usize> {
    let (by, user) = (by.clone(), user.clone());
    app.write(move |cx| {
        // For the order of the locks: a closed account is not held, and nobody is coming in there.
        users::hold(cx.conn, &user)?;
        reset_in(cx, &by, &user)
    })
}

/// As [`reset`], in a transaction that holds the person.
///
/// # Errors
/// The same.
pub fn reset_in(cx: &mut Cx<'_>, by: &Actor, user: &User) -> store::Result<usize> {
    end(cx, by, user, &[Kind::Totp, Kind::Sms])?;
    passkeys::delete_all(cx, by, user)
}

/// New recovery codes in the place of all older ones, shown this once; none while no factor is on.
///
/// # Errors
/// [`FactorError::Changed`] and [`FactorError::Store`].
pub fn new_recovery_codes(app: &Arc<App>, user: &User) -> Result<Vec<Plain>, FactorError> {
    let user = user.clone();
    app.write(move |cx| {
        hold(cx, &user)?;
        if !second_factors::is_on(cx.conn, user.id)? {
            return Ok(Vec::new());
        }
        Ok(make_recovery_codes(cx, &user)?)
    })
}

/// The person as they were when they asked: neither closed nor with another password. The row is held, so that who
/// signs in at this moment is asked for what is on afterwards.
fn hold(cx: &mut Cx<'_>, user: &User) -> Result<(), FactorError> {
    if users::hold(cx.conn, user)? { Ok(()) } else { Err(FactorError::Changed) }
}

fn pending(cx: &Cx<'_>, kind: Kind, secret: String) -> Pending {
    let settings = &cx.app.config.second_factor;
    Pending {
        kind,
        secret,
        code: None,
        tries: i64::from(settings.tries),
        expires_at: cx.now + delta(settings.lifetime),
    }
}

/// What the code of a telephone is bound to: the person, and this one message.
fn bound_to(user: &User, sealed: &str) -> String {
    format!("{}\n{sealed}", user.id)
}

fn digits(code: &str) -> Result<String, FactorError> {
    match codes::Typed::read(code) {
        Some(codes::Typed::Digits(digits)) => Ok(digits),
        _ => Err(FactorError::Code),
    }
}

/// Committed whatever comes of it: a wrong try is spent.
fn spend_try(
    app: &Arc<App>,
    user: &User,
    kind: Kind,
) -> Result<(String, Option<crate::core::secret::Hashed>), FactorError> {
    let id = user.id;
    let spent = app.write_one(move |cx| second_factors::spend_try(cx.conn, id, kind, cx.now))?;
    spent.ok_or(FactorError::Code)
}

fn turn_on(cx: &mut Cx<'_>, user: &User, kind: Kind, sealed: &str, step: Option<i64>) -> Result<(), FactorError> {
    hold(cx, user)?;
    if !second_factors::turn_on(cx.conn, user.id, kind, sealed, step, cx.now)? {
        return Err(FactorError::Code);
    }
    sign_in_attempts::end_all_of_user(cx.conn, user.id)?;
    let event = Event::new(user.id, audit::Act::SecondFactorOn).on(user.id);
    audit::record(cx, &event.with("kind", kind.as_str()))?;
    log::info!("event=second_factor.on kind={} user={}", kind.as_str(), user.id);
    let what = match kind {
        Kind::Totp => "mail-second-factor-app",
        Kind::Sms => "mail-second-factor-messages",
    };
    Ok(tell(cx, user, what)?)
}

fn end(cx: &mut Cx<'_>, by: &Actor, user: &User, kinds: &[Kind]) -> store::Result<()> {
    let was_on = second_factors::is_on(cx.conn, user.id)?;
    let mut ended = 0;
    for &kind in kinds {
        ended += second_factors::turn_off(cx.conn, user.id, kind)?;
    }
    if ended == 0 {
        return Ok(());
    }
    sign_in_attempts::end_all_of_user(cx.conn, user.id)?;
    let is_on = second_factors::is_on(cx.conn, user.id)?;
    if !is_on {
        second_factors::set_recovery_codes(cx.conn, user.id, &[], cx.now)?;
    }
    log::info!("event=second_factor.off user={} left={is_on}", user.id);
    if !was_on {
        return Ok(());
    }
    let kinds: Vec<&str> = kinds.iter().map(|kind| kind.as_str()).collect();
    let event = Event::new(by.clone(), audit::Act::SecondFactorOff).on(user.id);
    audit::record(cx, &event.with("kinds", kinds).with("left", is_on))?;
    let what = if is_on { "mail-second-factor-one-off" } else { "mail-second-factor-off" };
    tell(cx, user, what)
}

fn make_recovery_codes(cx: &mut Cx<'_>, user: &User) -> store::Result<Vec<Plain>> {
    let codes = codes::recovery_codes(cx.random());
    let hashes: Vec<_> = codes.iter().map(|code| recovery_hash(cx.app, user, code)).collect();
    second_factors::set_recovery_codes(cx.conn, user.id, &hashes, cx.now)?;
    audit::record(cx, &Event::new(user.id, audit::Act::RecoveryCodesMake).on(user.id))?;
    log::info!("event=second_factor.recovery_codes user={}", user.id);
    Ok(codes.iter().map(|code| Plain::new(codes::shown(code))).collect())
}

fn tell(cx: &mut Cx<'_>, user: &User, what: &'static str) -> store::Result<()> {
    let message = SecondFactorChanged {
        language: letters::language(cx.app, Some(user)),
        product: cx.app.config.server.name.clone(),
        name: user.name.whole(),
        what,
        forgot_url: letters::forgot_url(cx.app),
    };
    let until = letters::kept_until(cx.now);
    post::mail(cx, &user.email, &message, until)
}
