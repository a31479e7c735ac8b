//! The second step of a sign-in.

use std::sync::Arc;

use super::codes::{self, Typed};
use super::{Kind, code_hash, number, send_code, shared_secret};
use crate::account::audit::{self, Event};
use crate::account::failures;
use crate::account::login::{Challenge, LoginError, Origin};
use crate::account::throttle::{self, Act};
use crate::app::{App, Cx};
use crate::core::authentication::Methods;
use crate::core::failure::Reason;
use crate::core::secret::{Hashed, Plain};
use crate::core::statistic::Counter;
use crate::core::time::{Time, delta, unix};
use crate::core::user::User;
use crate::store::second_factors::{self, Factor};
use crate::store::sign_in_attempts::{self, Attempt};
use crate::store::{self, users};

/// Asks a person whose password was right for their second factor: opens an attempt, and sends a code where the
/// telephone is all they have. None when no factor is on.
pub(in crate::account) fn ask(app: &Arc<App>, user: &User, origin: &Origin) -> Result<Option<Challenge>, LoginError> {
    let id = user.id;
    let on = app.read(|cx| factors(cx, id))?;
    if on.is_empty() {
        return Ok(None);
    }
    // Where too many were sent the attempt is opened all the same: a recovery code still answers it.
    let send =
        telephone_alone(&on) && throttle::count(app, Act::TextMessage, Some(&id.to_string()), &origin.address)?.is_ok();
    let user = user.clone();
    app.write(move |cx| {
        // A change of the password at this moment waits for this, and ends it, or is seen here.
        if !users::hold(cx.conn, &user)? {
            return Err(LoginError::Credentials);
        }
        let on = factors(cx, id)?;
        if on.is_empty() {
            return Ok(None);
        }
        let token = Plain::random("gra_2f_", cx.random());
        let attempt = cx.app.secrets.hash(token.expose());
        let expires_at = cx.now + delta(cx.app.config.second_factor.lifetime);
        let code = match telephone(&on).filter(|_| send && telephone_alone(&on)) {
            Some(phone) => Some(text(cx, &user, phone, &attempt, expires_at)?),
            None => None,
        };
        let tries = i64::from(cx.app.config.second_factor.tries);
        sign_in_attempts::insert(cx.conn, &attempt, &Attempt { user_id: id, code, expires_at }, tries, cx.now)?;
        log::info!("event=login outcome=second_factor user={id}");
        Ok(Some(describe(cx, &user, &on, token, expires_at)?))
    })
}

/// Counts a try at the second step, or a text message that is asked for.
pub(in crate::account) fn count(
    app: &Arc<App>,
    token: &Plain,
    has_code: bool,
    origin: &Origin,
) -> Result<(), LoginError> {
    let id = app.secrets.hash(token.expose());
    let attempt = app.read(|cx| sign_in_attempts::peek(cx.conn, &id, cx.now))?;
    let account = attempt.map(|attempt| attempt.user_id.to_string());
    let acts: &[Act] = if has_code { &[Act::SecondFactor, Act::SecondFactorDay] } else { &[Act::TextMessage] };
    throttle::count_each(app, acts, account.as_deref(), &origin.address)?.map_err(LoginError::Throttled)
}

/// Takes the second step: the person, if the code is right. Without a code another is sent.
pub(in crate::account) fn answer(
    app: &Arc<App>,
    token: &Plain,
    code: Option<&str>,
    origin: &Origin,
) -> Result<(User, Methods), LoginError> {
    let id = app.secrets.hash(token.expose());
    let Some(code) = code else {
        let token = token.clone();
        return Err(LoginError::SecondFactor(app.write(move |cx| send_again(cx, &id, token))?));
    };
    // Committed whatever comes of it: a wrong try is spent.
    let (attempt, asked) = (id.clone(), id.clone());
    let spent = app.write_one(move |cx| sign_in_attempts::spend_try(cx.conn, &attempt, cx.now))?;
    let outcome = match Typed::read(code).filter(|_| spent) {
        Some(typed) => app.write(move |cx| redeem(cx, &id, &typed)),
        None => Err(LoginError::Code),
    };
    if matches!(outcome, Err(LoginError::Code)) {
        app.count(Counter::SignInsRefused);
        log::info!("event=login outcome=refused reason=second_factor ip={}", origin.address);
        app.write(move |cx| note_failed(cx, &asked))?;
    }
    outcome
}

/// Whom a second step waits for, if it still does; nothing is spent.
///
/// # Errors
/// As the database says.
pub(in crate::account) fn owner(app: &App, token: &Plain) -> store::Result<Option<User>> {
    let id = app.secrets.hash(token.expose());
    app.read(|cx| match sign_in_attempts::peek(cx.conn, &id, cx.now)? {
        Some(attempt) => users::by_id(cx.conn, attempt.user_id),
        None => Ok(None),
    })
}

/// Uses up the attempt of a person who took the second step with something else than a code.
///
/// # Errors
/// [`LoginError::Late`] when it is over, and [`LoginError::Store`].
pub(in crate::account) fn pass(app: &Arc<App>, token: &Plain, user: &User) -> Result<(), LoginError> {
    let (id, user) = (app.secrets.hash(token.expose()), user.clone());
    app.write(move |cx| {
        if !users::hold(cx.conn, &user)? {
            return Err(LoginError::Late);
        }
        let attempt = sign_in_attempts::take(cx.conn, &id, cx.now)?.ok_or(LoginError::Late)?;
        if attempt.user_id != user.id {
            return Err(LoginError::Late);
        }
        Ok(right(cx, &user)?)
    })
}

/// Takes back what was counted of a second step that was right.
fn right(cx: &mut Cx<'_>, user: &User) -> store::Result<()> {
    let account = user.id.to_string();
    throttle::forgive(cx, Act::SecondFactor, &account)?;
    throttle::give_back(cx, Act::SecondFactorDay, &account)
}

/// Notes a wrong code, if it is known whose it should have been.
fn note_failed(cx: &mut Cx<'_>, id: &Hashed) -> store::Result<()> {
    let Some(owner) = sign_in_attempts::owner(cx.conn, id)? else { return Ok(()) };
    failures::note_sign_in(cx.app, Some(owner), "invalid_code", Reason::SecondFactorWrong);
    audit::record(cx, &Event::new(audit::Actor::Nobody, audit::Act::SecondFactorFailed).on(owner).refused())
}

/// Uses up the attempt and the code, or neither.
fn redeem(cx: &mut Cx<'_>, id: &Hashed, typed: &Typed) -> Result<(User, Methods), LoginError> {
    let owner = sign_in_attempts::owner(cx.conn, id)?.ok_or(LoginError::Code)?;
    let user = users::by_id(cx.conn, owner)?.ok_or(LoginError::Code)?;
    // The person first: the order of the locks is that of a change of the password, which ends the attempt.
    if !users::hold(cx.conn, &user)? {
        return Err(LoginError::Code);
    }
    let attempt = sign_in_attempts::take(cx.conn, id, cx.now)?.ok_or(LoginError::Code)?;
    let methods = proven(cx, &user, id, &attempt, typed)?.ok_or(LoginError::Code)?;
    right(cx, &user)?;
    Ok((user, methods))
}

/// What a code proves; none when it is wrong.
fn proven(
    cx: &mut Cx<'_>,
    user: &User,
    id: &Hashed,
    attempt: &Attempt,
    typed: &Typed,
) -> store::Result<Option<Methods>> {
    let on = factors(cx, user.id)?;
    let digits = match typed {
        Typed::Digits(digits) => digits,
        Typed::Recovery(code) => {
            let hash = recovery_hash(cx.app, user, code);
            if on.is_empty() || !second_factors::use_recovery_code(cx.conn, user.id, &hash, cx.now)? {
                return Ok(None);
            }
            audit::record(cx, &Event::new(user.id, audit::Act::RecoveryCodeUse).on(user.id))?;
            return Ok(Some(Methods::one_time_password()));
        }
    };
    let sent = attempt.code.as_ref().filter(|_| telephone(&on).is_some());
    if sent.is_some_and(|sent| sent.matches(&code_hash(cx.app, id.as_str(), digits))) {
        return Ok(Some(Methods::text_message()));
    }
    let Some(factor) = on.iter().find(|factor| factor.kind == Kind::Totp) else { return Ok(None) };
    let secret = shared_secret(cx.app, user.id, &factor.secret)?;
    match codes::step_of(secret, digits, unix(cx.now)) {
        Some(step) if second_factors::use_step(cx.conn, user.id, step)? => Ok(Some(Methods::one_time_password())),
        Some(_) | None => Ok(None),
    }
}

/// Sends a new code in the place of the one before, if the telephone is on.
fn send_again(cx: &mut Cx<'_>, id: &Hashed, token: Plain) -> Result<Challenge, LoginError> {
    let attempt = sign_in_attempts::peek(cx.conn, id, cx.now)?.ok_or(LoginError::Code)?;
    let user = users::by_id(cx.conn, attempt.user_id)?.ok_or(LoginError::Code)?;
    if !users::hold(cx.conn, &user)? {
        return Err(LoginError::Code);
    }
    let on = factors(cx, user.id)?;
    if let Some(phone) = telephone(&on) {
        let code = text(cx, &user, phone, id, attempt.expires_at)?;
        if !sign_in_attempts::set_code(cx.conn, id, &code, cx.now)? {
            return Err(LoginError::Code);
        }
    }
    Ok(describe(cx, &user, &on, token, attempt.expires_at)?)
}

/// What a sign-in waits for, if it still does; nothing is sent or spent.
///
/// # Errors
/// As the database says.
pub fn challenge(app: &App, token: &Plain) -> store::Result<Option<Challenge>> {
    app.read(|cx| {
        let id = cx.app.secrets.hash(token.expose());
        let Some(attempt) = sign_in_attempts::peek(cx.conn, &id, cx.now)? else { return Ok(None) };
        let Some(user) = users::by_id(cx.conn, attempt.user_id)? else { return Ok(None) };
        let on = factors(cx, user.id)?;
        Ok(Some(describe(cx, &user, &on, token.clone(), attempt.expires_at)?))
    })
}

fn describe(cx: &mut Cx<'_>, user: &User, on: &[Factor], token: Plain, expires_at: Time) -> store::Result<Challenge> {
    let mut methods: Vec<&'static str> = on.iter().map(|factor| factor.kind.as_str()).collect();
    if second_factors::recovery_codes_left(cx.conn, user.id)? > 0 {
        methods.push("recovery_code");
    }
    Ok(Challenge { token, expires_in: unix(expires_at) - unix(cx.now), methods })
}

/// The factors that are on.
fn factors(cx: &mut Cx<'_>, user: crate::core::ids::UserId) -> store::Result<Vec<Factor>> {
    let mut factors = second_factors::of_user(cx.conn, user, cx.now)?;
    factors.retain(|factor| factor.is_on);
    Ok(factors)
}

fn telephone(on: &[Factor]) -> Option<&Factor> {
    on.iter().find(|factor| factor.kind == Kind::Sms)
}

fn telephone_alone(on: &[Factor]) -> bool {
    !on.is_empty() && on.iter().all(|factor| factor.kind == Kind::Sms)
}

fn text(cx: &mut Cx<'_>, user: &User, phone: &Factor, id: &Hashed, expires_at: Time) -> store::Result<Hashed> {
    let to = number(cx.app, user.id, phone)?;
    send_code(cx, user, &to, id.as_str(), expires_at)
}

/// The hash of a recovery code: keyed, and bound to the person.
pub(super) fn recovery_hash(app: &App, user: &User, code: &str) -> Hashed {
    app.secrets.hash(&format!("recovery code\n{}\n{code}", user.id))
}
