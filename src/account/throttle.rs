//! How often something may be tried, per account and per address, counted by all nodes together.

use std::sync::Arc;
use std::time::Duration;

use crate::app::{App, Cx};
use crate::core::network::network;
use crate::core::time::delta;
use crate::store::{self, throttles::Counter};

/// Too many attempts: the next one may be made at this moment (HTTP 429 with `Retry-After`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Throttled {
    /// Seconds until then, 1 or more.
    pub retry_after: i64,
}

/// What is tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// Signing in with a password.
    SignIn,
    /// Entering a code of a second factor.
    SecondFactor,
    /// Entering codes of a second factor for a whole day: each sign-in allows several tries.
    SecondFactorDay,
    /// Having a text message sent.
    TextMessage,
    /// Asking for or using a way to reset a password.
    Reset,
    /// Having somebody sent a link to choose a new password. Counted apart from what anybody may ask for: else anybody
    /// could keep them from being helped.
    ResetSent,
    /// Entering a one-time password: each that was asked for allows several tries.
    OneTimePassword,
    /// Entering one-time passwords for a whole day. Counted apart from second factors: else anybody could keep a
    /// person from their second step, who needs no more than their address for it.
    OneTimePasswordDay,
    /// Making an account, and asking for a name that is taken.
    Register,
    /// Asking for a link that proves an e-mail address.
    Verification,
    /// Uploading a picture.
    Picture,
    /// Making, changing or deleting an application of one's own, its secrets and its logo.
    App,
    /// Registering an application, for a whole day: it leaves a row that stays.
    NewApp,
    /// Asking for a passkey, to add one or to sign in: each page for signing in does, before anybody touches it.
    Passkey,
}

/// How often, in which window.
struct Limits {
    per_account: u32,
    per_address: Option<u32>,
    window: Duration,
}

/// How many passkeys may be asked for, for each attempt to sign in: a page asks again every few minutes.
const PASSKEYS_ASKED: u32 = 5;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

impl Act {
    fn name(self) -> &'static str {
        match self {
            Self::SignIn => "sign-in",
            Self::SecondFactor => "second-factor",
            Self::SecondFactorDay => "second-factor-day",
            Self::TextMessage => "text-message",
            Self::Reset => "reset",
            Self::ResetSent => "reset-sent",
            Self::OneTimePassword => "one-time-password",
            Self::OneTimePasswordDay => "one-time-password-day",
            Self::Register => "register",
            Self::Verification => "verification",
            Self::Picture => "picture",
            Self::App => "app",
            Self::NewApp => "new-app",
            Self::Passkey => "passkey",
        }
    }

    fn limits(self, app: &App) -> Limits {
        let limits = &app.config.limits;
        let (per_account, per_address, window) = match self {
            Self::SignIn => (limits.sign_in_attempts, limits.sign_in_attempts_per_address, limits.sign_in_window),
            Self::SecondFactor => {
                (limits.second_factor_attempts, limits.second_factor_attempts_per_address, limits.second_factor_window)
            }
            Self::TextMessage => (limits.text_messages, limits.text_messages_per_address, limits.text_message_window),
            Self::Reset => (limits.reset_attempts, limits.reset_attempts_per_address, limits.reset_window),
            Self::ResetSent => {
                let (per_account, window) = (limits.reset_attempts, limits.reset_window);
                return Limits { per_account, per_address: None, window };
            }
            Self::OneTimePassword => {
                let tries = limits.reset_attempts.saturating_mul(app.config.passwords.one_time_password_tries);
                (tries, limits.reset_attempts_per_address, limits.reset_window)
            }
            Self::Verification => {
                (limits.verification_attempts, limits.verification_attempts_per_address, limits.verification_window)
            }
            Self::Picture => (limits.pictures, limits.pictures_per_address, limits.picture_window),
            Self::Passkey => {
                let each = |attempts: u32| attempts.saturating_mul(PASSKEYS_ASKED);
                (each(limits.sign_in_attempts), each(limits.sign_in_attempts_per_address), limits.sign_in_window)
            }
            Self::Register => {
                (limits.registrations_per_address, limits.registrations_per_address, limits.registration_window)
            }
            Self::App => {
                return Limits { per_account: limits.app_changes, per_address: None, window: limits.app_change_window };
            }
            Self::NewApp => return Limits { per_account: limits.new_apps_per_day, per_address: None, window: DAY },
            Self::SecondFactorDay | Self::OneTimePasswordDay => {
                return Limits { per_account: limits.code_attempts_per_day, per_address: None, window: DAY };
            }
        };
        Limits { per_account, per_address: Some(per_address), window }
    }
}

/// Counts an attempt and says whether it may go on. It is counted before it is made, so that many
/// at once are not more than many in a row.
///
/// # Errors
/// As the database says.
pub fn count(app: &Arc<App>, act: Act, account: Option<&str>, address: &str) -> store::Result<Result<(), Throttled>> {
    count_each(app, &[act], account, address)
}

/// As [`count`], for an attempt that several limits hold for.
///
/// # Errors
/// As the database says.
pub fn count_each(
    app: &Arc<App>,
    acts: &[Act],
    account: Option<&str>,
    address: &str,
) -> store::Result<Result<(), Throttled>> {
    let mut counted = Vec::with_capacity(2 * acts.len());
    for &act in acts {
        let Limits { per_account, per_address, window } = act.limits(app);
        if let Some(limit) = per_address {
            counted.push((key(app, act, "address", &network(address)), limit, window));
        }
        if let Some(account) = account {
            counted.push((key(app, act, "account", account), per_account, window));
        }
    }
    app.write(move |cx| {
        for (id, limit, window) in counted {
            let Counter { attempts, resets_at } =
                store::throttles::count(cx.conn, &id, cx.now, cx.now + delta(window))?;
            // An address that is held back counts against nobody's account: else it could lock out everybody.
            if attempts > i64::from(limit) {
                return Ok(Err(Throttled { retry_after: (resets_at - cx.now).num_seconds().max(1) }));
            }
        }
        Ok(Ok(()))
    })
}

/// As [`count`] for an account alone, inside the transaction of what is counted: of what comes to nothing nothing counts.
///
/// # Errors
/// As the database says.
pub fn count_in(cx: &mut Cx<'_>, act: Act, account: &str) -> store::Result<Result<(), Throttled>> {
    let Limits { per_account, window, .. } = act.limits(cx.app);
    let id = key(cx.app, act, "account", account);
    let Counter { attempts, resets_at } = store::throttles::count(cx.conn, &id, cx.now, cx.now + delta(window))?;
    let retry_after = (resets_at - cx.now).num_seconds().max(1);
    Ok(if attempts > i64::from(per_account) { Err(Throttled { retry_after }) } else { Ok(()) })
}

/// Forgets the attempts at an account: its owner came in.
///
/// # Errors
/// As the database says.
pub fn forgive(cx: &mut Cx<'_>, act: Act, account: &str) -> store::Result<()> {
    let id = key(cx.app, act, "account", account);
    store::throttles::reset(cx.conn, &id)
}

/// Takes an attempt at an account back: it was right, and only wrong ones are to count.
///
/// # Errors
/// As the database says.
pub fn give_back(cx: &mut Cx<'_>, act: Act, account: &str) -> store::Result<()> {
    let id = key(cx.app, act, "account", account);
    store::throttles::give_back(cx.conn, &id)
}

/// As [`give_back`], for the address too.
///
/// # Errors
/// As the database says.
pub fn give_all_back(cx: &mut Cx<'_>, act: Act, account: &str, address: &str) -> store::Result<()> {
    let id = key(cx.app, act, "address", &network(address));
    store::throttles::give_back(cx.conn, &id)?;
    give_back(cx, act, account)
}

/// Hashed, so that the table names nobody.
fn key(app: &App, act: Act, kind: &str, subject: &str) -> String {
    let subject = crate::core::user::key(subject);
    app.secrets.hash(&format!("throttle\n{}\n{kind}\n{subject}", act.name())).as_str().to_owned()
}
