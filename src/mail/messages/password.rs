//! About passwords.

use super::mail;
use crate::core::text::{Language, Said, date_time};
use crate::core::time::{Time, from_unix};
use crate::mail::letter::{Letter, lifetime};

/// Leads to the page where a new password is chosen.
#[derive(Clone)]
pub struct PasswordResetLink {
    /// The language of the person.
    pub language: Language,
    /// The name of this installation.
    pub product: String,
    /// The name of the person.
    pub name: String,
    /// The link with its token.
    pub url: String,
    /// How long the link works.
    pub minutes: u32,
}

mail!(PasswordResetLink, "password_reset_link", "mail-reset-subject");

impl PasswordResetLink {
    fn write(&self, letter: Letter) -> Letter {
        let asked = Said::new("mail-reset-text").with("product", &self.product);
        letter
            .words(asked.with("lifetime", lifetime(self.language, self.minutes)))
            .button(&self.url, "mail-new-password")
            .words("mail-reset-once")
            .words("mail-reset-not-you")
    }

    /// Realistic data.
    pub fn sample(language: Language) -> Self {
        Self {
            language,
            product: "Grantor".into(),
            name: "Ada Lovelace".into(),
            url: "https://id.example.com/password/reset?token=grs_8Jt2pQ0vXm4nYb6c".into(),
            minutes: 60,
        }
    }
}

/// Carries a one-time password.
#[derive(Clone)]
pub struct OneTimePassword {
    /// The language of the person.
    pub language: Language,
    /// The name of this installation.
    pub product: String,
    /// The name of the person.
    pub name: String,
    /// The one-time password.
    pub code: String,
    /// How long it works.
    pub minutes: u32,
}

mail!(OneTimePassword, "one_time_password", "mail-otp-subject");

impl OneTimePassword {
    fn write(&self, letter: Letter) -> Letter {
        let works = Said::new("mail-otp-works").with("product", &self.product);
        letter
            .about("mail-otp-text")
            .code(&self.code)
            .words(works.with("lifetime", lifetime(self.language, self.minutes)))
            .words("mail-otp-not-you")
    }

    /// Realistic data.
    pub fn sample(language: Language) -> Self {
        Self { language, product: "Grantor".into(), name: "Ada Lovelace".into(), code: "402917".into(), minutes: 10 }
    }
}

/// Says that the password was changed.
#[derive(Debug, Clone)]
pub struct PasswordChanged {
    /// The language of the person.
    pub language: Language,
    /// The name of this installation.
    pub product: String,
    /// The name of the person.
    pub name: String,
    /// When it was changed.
    pub at: Time,
    /// How many passkeys still sign in: a new password does not stop them.
    pub passkeys: i64,
    /// Where their passkeys are listed.
    pub passkeys_url: String,
    /// The page where a new password can be asked for.
    pub forgot_url: String,
}

mail!(PasswordChanged, "password_changed", "mail-password-subject");

impl PasswordChanged {
    fn write(&self, letter: Letter) -> Letter {
        let changed = Said::new("mail-password-text").with("product", &self.product);
        let letter = letter
            .words(changed.with("when", date_time(self.language, self.at)))
            .words("mail-nothing-to-do")
            .words("mail-password-not-you")
            .button(&self.forgot_url, "mail-new-password");
        if self.passkeys == 0 {
            return letter;
        }
        letter
            .words(Said::new("mail-password-passkeys").with("count", self.passkeys))
            .button(&self.passkeys_url, "mail-passkey-button")
    }

    /// Realistic data.
    pub fn sample(language: Language) -> Self {
        Self {
            language,
            product: "Grantor".into(),
            name: "Ada Lovelace".into(),
            at: from_unix(1_772_600_767).unwrap_or_default(),
            passkeys: 2,
            passkeys_url: "https://id.example.com/account/passkeys".into(),
            forgot_url: "https://id.example.com/password/forgot".into(),
        }
    }
}
