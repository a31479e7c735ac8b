//! The mail about a change of the passkeys.

use super::mail;
use crate::core::text::Language;
use crate::mail::letter::Letter;

/// Says that a passkey was added or removed.
#[derive(Clone)]
pub struct PasskeyChanged {
    /// The language of the person.
    pub language: Language,
    /// The name of this installation.
    pub product: String,
    /// The name of the person.
    pub name: String,
    /// What was changed: the message that says it.
    pub what: &'static str,
    /// Where their passkeys are listed.
    pub passkeys_url: String,
    /// Where a new password can be asked for.
    pub forgot_url: String,
}

mail!(PasskeyChanged, "passkey_changed", "mail-passkey-subject");

impl PasskeyChanged {
    fn write(&self, letter: Letter) -> Letter {
        letter
            .about("mail-passkey-text")
            .words(self.what)
            .words("mail-nothing-to-do")
            .words("mail-password-not-you")
            .button(&self.forgot_url, "mail-new-password")
            .about("mail-passkey-not-you")
            .button(&self.passkeys_url, "mail-passkey-button")
    }

    /// Realistic data.
    pub fn sample(language: Language) -> Self {
        Self {
            language,
            product: "Grantor".into(),
            name: "Ada Lovelace".into(),
            what: "mail-passkey-added",
            passkeys_url: "https://id.example.com/account/passkeys".into(),
            forgot_url: "https://id.example.com/password/forgot".into(),
        }
    }
}
