//! Passkeys (Web Authentication, level 3): a person signs in with their device, which asks for a finger, a face or a PIN
//! before it signs. That is two factors in one, so a passkey is enough alone; and it serves as the second step after a
//! password.

mod ceremony;
mod manage;
mod register;
mod sign_in;

pub use ceremony::Begun;
pub(super) use manage::delete_all;
pub use manage::{delete, list, rename};
pub use register::{Registration, begin as begin_registration, finish as finish_registration};
pub use sign_in::{
    Assertion, Step, answers_second_step, are_of, begin as begin_sign_in, begin_confirm, begin_second_step,
};
pub(super) use sign_in::{Used, count, prove};

pub use crate::store::passkeys::Passkey;

use url::Url;
use webauthn_rs::prelude::Uuid;
use webauthn_rs::{Webauthn, WebauthnBuilder};

use super::{Invalid, Throttled};
use crate::app::App;
use crate::core::ids::UserId;
use crate::core::secret::Hashed;
use crate::store;

/// How many passkeys a person may have.
pub const MOST: i64 = 20;

/// How many bytes a browser's answer has at the most: with a chain of certificates, which nobody asked for, some thousands.
const LONGEST_ANSWER: usize = 16 * 1024;

/// How many characters a passkey's name has at the most.
pub const LONGEST_NAME: usize = 64;

/// Why nothing became of it.
#[derive(Debug, thiserror::Error)]
pub enum PasskeyError {
    /// A name that is wrong.
    #[error("The given data was invalid.")]
    Invalid(Invalid),
    /// The host of the public URL is no name, so that no browser makes a passkey for it.
    #[error("Passkeys cannot be used at this address.")]
    Unavailable,
    /// The ceremony was finished, has expired, or is another browser's.
    #[error("That took too long. Please try again.")]
    Late,
    /// What the browser sent does not verify.
    #[error("This passkey could not be verified. Please try again.")]
    Unverified,
    /// Somebody has this passkey already.
    #[error("This passkey is known here already.")]
    Known,
    /// The person has as many as one may have.
    #[error("You have {MOST} passkeys: remove one first.")]
    Full,
    /// Without it there would be no way in.
    #[error("This passkey is your only way to sign in: add another one or set a password first.")]
    Last,
    /// No such passkey, or somebody else's.
    #[error("Not found.")]
    NotFound,
    /// The account was closed or its password changed meanwhile.
    #[error("The account has changed. Please sign in again.")]
    Changed,
    /// Too many attempts.
    #[error("Too many attempts. Please try again in {} seconds.", .0.retry_after)]
    Throttled(Throttled),
    /// The database.
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// Whether passkeys can be used: browsers bind them to a host that is a name, not a number.
pub fn are_available(app: &App) -> bool {
    relying_party(app).is_some()
}

/// This server as passkeys know it: the host of its public URL, and that one origin.
fn relying_party(app: &App) -> Option<Webauthn> {
    let origin = Url::parse(app.config.origin()).ok()?;
    let host = origin.domain()?;
    let builder = WebauthnBuilder::new(host, &origin).ok()?;
    builder.rp_name(&app.config.server.name).timeout(ceremony::LIFETIME).build().ok()
}

/// What an authenticator knows a person by: it says nothing of them, and is the same for all of their passkeys.
fn handle(app: &App, user: UserId) -> Uuid {
    let tag = app.secrets.mac("passkey user handle", &[&user.0.to_be_bytes()]);
    let mut bytes = [0_u8; 16];
    for (to, from) in bytes.iter_mut().zip(tag) {
        *to = from;
    }
    Uuid::from_bytes(bytes)
}

/// The key under which a credential is kept.
fn id(app: &App, credential_id: &[u8]) -> Hashed {
    let mut bytes = b"passkey\n".to_vec();
    bytes.extend_from_slice(credential_id);
    app.secrets.hash_bytes(&bytes)
}

/// A passkey as the library knows it.
fn open(kept: &Passkey) -> store::Result<webauthn_rs::prelude::Passkey> {
    serde_json::from_str(&kept.credential).map_err(|error| corrupt("passkeys", &error))
}

/// What a browser brought, if it is what the library reads, and no longer than it need be.
fn read<T: serde::de::DeserializeOwned>(credential: &str) -> Option<T> {
    if credential.len() > LONGEST_ANSWER { None } else { serde_json::from_str(credential).ok() }
}

fn written(value: &impl serde::Serialize) -> store::Result<String> {
    serde_json::to_string(value).map_err(|error| corrupt("passkeys", &error))
}

fn corrupt(table: &'static str, what: &impl ToString) -> store::Error {
    store::Error::Corrupt { table, what: what.to_string() }
}
