//! The mail about a change of the second factor.

use super::mail;
use crate::core::text::Language;
use crate::mail::letter::Letter;

/// Says that a second factor was turned on or off.
#[derive(Clone)]
pub struct SecondFactorChanged {
    /// The language of the person.
    pub language: Language,
    /// The name of this installation.
    pub product: String,
    /// The name of the person.
    pub name: String,
    /// What was changed: the message that says it.
    pub what: &'static str,
    /// Where a new password can be asked for.
    pub forgot_url: String,
}

mail!(SecondFactorChanged, "second_factor_changed", "mail-second-factor-subject");

impl SecondFactorChanged {
    fn write(&self, letter: Letter) -> Letter {
        letter
            .about("mail-second-factor-text")
            .words(self.what)
            .words("mail-nothing-to-do")
            .about("mail-second-factor-not-you")
            .button(&self.forgot_url, "mail-new-password")
    }

    /// Realistic data.
    pub fn sample(language: Language) -> Self {
        Self {
            language,
            product: "Grantor".into(),
            name: "Ada Lovelace".into(),
            what: "mail-second-factor-app",
            forgot_url: "https://id.example.com/password/forgot".into(),
        }
    }
}
