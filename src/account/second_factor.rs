//! The second factor: codes of an app (TOTP, RFC 6238), codes by text message, and recovery codes for the day on which
//! neither is at hand. [`login`](super::login) asks for it; here is what it asks.

mod codes;
mod manage;
mod phone;
mod qr;
mod step;

pub use manage::{
    AppSetup, FactorError, Shown, Status, begin_sms, begin_totp, call_off, confirm_sms, confirm_totp,
    new_recovery_codes, reset, reset_in, shown, status, turn_off, turn_off_all,
};
pub use qr::Qr;
pub use step::challenge;
pub(super) use step::{answer, ask, count, owner, pass};

pub use crate::store::second_factors::Kind;

use crate::app::{App, Cx};
use crate::core::ids::UserId;
use crate::core::secret::Hashed;
use crate::core::text::Said;
use crate::core::time::Time;
use crate::core::user::User;
use crate::store::second_factors::Factor;
use crate::store::{self, Error};

/// What the secret of a factor is sealed for: that of one person opens for nobody else.
fn purpose(kind: Kind, user: UserId) -> String {
    format!("second factor\n{}\n{user}", kind.as_str())
}

fn seal(app: &App, kind: Kind, user: UserId, secret: &[u8]) -> store::Result<String> {
    app.secrets.seal(&purpose(kind, user), secret).map_err(|error| corrupt(&error))
}

fn open(app: &App, kind: Kind, user: UserId, sealed: &str) -> store::Result<Vec<u8>> {
    app.secrets.open(&purpose(kind, user), sealed).map_err(|error| corrupt(&error))
}

fn corrupt(what: &impl ToString) -> Error {
    Error::Corrupt { table: "second_factors", what: what.to_string() }
}

/// The telephones of a person that codes go to, as E.164. One is proved to be theirs by the first code.
pub(super) fn telephones(cx: &mut Cx<'_>, user: UserId) -> store::Result<Vec<String>> {
    let factors = crate::store::second_factors::of_user(cx.conn, user, cx.now)?;
    let proved = factors.iter().filter(|factor| factor.kind == Kind::Sms && factor.is_on);
    proved.map(|factor| number(cx.app, user, factor)).collect()
}

/// The telephone number of a factor, as E.164.
fn number(app: &App, user: UserId, factor: &Factor) -> store::Result<String> {
    String::from_utf8(open(app, Kind::Sms, user, &factor.secret)?).map_err(|error| corrupt(&error))
}

/// The secret that a factor shares with the app.
fn shared_secret(app: &App, user: UserId, sealed: &str) -> store::Result<codes::Secret> {
    open(app, Kind::Totp, user, sealed)?.try_into().map_err(|_| corrupt(&"length"))
}

/// Six digits are few: the hash is keyed, and bound to what the code is for.
fn code_hash(app: &App, bound_to: &str, code: &str) -> Hashed {
    app.secrets.hash(&format!("second factor code\n{bound_to}\n{code}"))
}

/// Writes a text message with a new code, and answers what is kept of it.
fn send_code(cx: &mut Cx<'_>, user: &User, to: &str, bound_to: &str, expires_at: Time) -> store::Result<Hashed> {
    let code = codes::six_digits(cx.random());
    let minutes = (expires_at - cx.now).num_minutes().max(1);
    let said = Said::new("sms-code").with("code", &code).with("product", &cx.app.config.server.name);
    let text = said.with("count", minutes).text(super::letters::language(cx.app, Some(user)));
    super::post::sms(cx, "second_factor_code", to, text, expires_at)?;
    Ok(code_hash(cx.app, bound_to, &code))
}
