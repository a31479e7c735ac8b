//! About passwords.

use super::mail;
use crate::core::time::{Time, from_unix};
use crate::mail::words;

/// Leads to the page where a new password is chosen.
#[derive(Clone)]
pub struct PasswordResetLink {
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
    PasswordResetLink,
    "password_reset_link",
    "Choose a new password for {}",
    "mail/password_reset_link.txt",
    "mail/password_reset_link.html"
);

impl PasswordResetLink {
    fn lifetime(&self) -> String {
        words::lifetime(self.minutes)
    }

    /// Realistic data.
    pub fn sample() -> Self {
        Self {
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
    /// The name of this installation.
    pub product: String,
    /// The name of the person.
    pub name: String,
    /// The one-time password.
    pub code: String,
    /// How long it works.
    pub minutes: u32,
}

mail!(
    OneTimePassword,
    "one_time_password",
    "Your one-time password for {}",
    "mail/one_time_password.txt",
    "mail/one_time_password.html"
);

impl OneTimePassword {
    fn lifetime(&self) -> String {
        words::lifetime(self.minutes)
    }

    /// Realistic data.
    pub fn sample() -> Self {
        Self { product: "Grantor".into(), name: "Ada Lovelace".into(), code: "402917".into(), minutes: 10 }
    }
}

/// Says that the password was changed.
#[derive(Debug, Clone)]
pub struct PasswordChanged {
    /// The name of this installation.
    pub product: String,
    /// The name of the person.
    pub name: String,
    /// When it was changed.
    pub at: Time,
    /// The page where a new password can be asked for.
    pub forgot_url: String,
}

mail!(
    PasswordChanged,
    "password_changed",
    "Your {} password was changed",
    "mail/password_changed.txt",
    "mail/password_changed.html"
);

impl PasswordChanged {
    fn when(&self) -> String {
        words::moment(self.at)
    }

    /// Realistic data.
    pub fn sample() -> Self {
        Self {
            product: "Grantor".into(),
            name: "Ada Lovelace".into(),
            at: from_unix(1_772_600_767).unwrap_or_default(),
            forgot_url: "https://id.example.com/password/forgot".into(),
        }
    }
}
