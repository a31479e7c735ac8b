//! About making an account.

use super::mail;
use crate::mail::words;

/// Leads to the page that shows that an address belongs to who registered it.
#[derive(Clone)]
pub struct EmailVerification {
    /// The name of this installation.
    pub product: String,
    /// The name of the person.
    pub name: String,
    /// The link with its token.
    pub url: String,
    /// How long the link works.
    pub minutes: u32,
}

mail!(
    EmailVerification,
    "email_verification",
    "Confirm your e-mail address for {}",
    "mail/email_verification.txt",
    "mail/email_verification.html"
);

impl EmailVerification {
    fn lifetime(&self) -> String {
        words::lifetime(self.minutes)
    }

    /// Realistic data.
    pub fn sample() -> Self {
        Self {
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
    /// The name of this installation.
    pub product: String,
    /// The name of the person, as their account has it.
    pub name: String,
    /// The page where they sign in.
    pub login_url: String,
    /// The page where a new password can be asked for.
    pub forgot_url: String,
}

mail!(
    AlreadyRegistered,
    "already_registered",
    "You already have an account at {}",
    "mail/already_registered.txt",
    "mail/already_registered.html"
);

impl AlreadyRegistered {
    /// Realistic data.
    pub fn sample() -> Self {
        Self {
            product: "Grantor".into(),
            name: "Ada Lovelace".into(),
            login_url: "https://id.example.com/login".into(),
            forgot_url: "https://id.example.com/password/forgot".into(),
        }
    }
}
