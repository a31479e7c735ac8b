//! About making an account.

use super::mail;
use crate::core::text::{Language, Said};
use crate::mail::letter::{Letter, lifetime};

/// Leads to the page that shows that an address belongs to who registered it.
#[derive(Clone)]
pub struct EmailVerification {
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

mail!(EmailVerification, "email_verification", "mail-verification-subject");

impl EmailVerification {
    fn write(&self, letter: Letter) -> Letter {
        let made = Said::new("mail-verification-text").with("product", &self.product);
        letter
            .words(made.with("lifetime", lifetime(self.language, self.minutes)))
            .button(&self.url, "mail-verification-button")
            .words("mail-once")
            .words("mail-verification-not-you")
    }

    /// Realistic data.
    pub fn sample(language: Language) -> Self {
        Self {
            language,
            product: "Grantor".into(),
            name: "Ada Lovelace".into(),
            url: "https://id.example.com/email/verify?token=gra_ev_8Jt2pQ0vXm4nYb6c".into(),
            minutes: 1440,
        }
    }
}

/// Says that somebody tried to register with an address that has an account.
#[derive(Debug, Clone)]
pub struct AlreadyRegistered {
    /// The language of the person.
    pub language: Language,
    /// The name of this installation.
    pub product: String,
    /// The name of the person, as their account has it.
    pub name: String,
    /// The page where they sign in.
    pub login_url: String,
    /// The page where a new password can be asked for.
    pub forgot_url: String,
}

mail!(AlreadyRegistered, "already_registered", "mail-registered-subject");

impl AlreadyRegistered {
    fn write(&self, letter: Letter) -> Letter {
        letter
            .about("mail-registered-text")
            .words("mail-registered-sign-in")
            .button(&self.login_url, "login-title")
            .words("mail-registered-forgot")
            .button(&self.forgot_url, "mail-new-password")
            .words("mail-registered-not-you")
    }

    /// Realistic data.
    pub fn sample(language: Language) -> Self {
        Self {
            language,
            product: "Grantor".into(),
            name: "Ada Lovelace".into(),
            login_url: "https://id.example.com/login".into(),
            forgot_url: "https://id.example.com/password/forgot".into(),
        }
    }
}
