//! The mail about a change of the passkeys.

use super::mail;

/// Says that a passkey was added or removed.
#[derive(Clone)]
pub struct PasskeyChanged {
    /// The name of this installation.
    pub product: String,
    /// The name of the person.
    pub name: String,
    /// What was changed, as a sentence.
    pub what: String,
    /// Where their passkeys are listed.
    pub passkeys_url: String,
    /// Where a new password can be asked for.
    pub forgot_url: String,
}

mail!(
    PasskeyChanged,
    "passkey_changed",
    "The passkeys of your {} account were changed",
    "mail/passkey_changed.txt",
    "mail/passkey_changed.html"
);

impl PasskeyChanged {
    /// Realistic data.
    pub fn sample() -> Self {
        Self {
            product: "Grantor".into(),
            name: "Ada Lovelace".into(),
            what: "A passkey was added: it signs in without your password.".into(),
            passkeys_url: "https://id.example.com/account/passkeys".into(),
            forgot_url: "https://id.example.com/password/forgot".into(),
        }
    }
}
