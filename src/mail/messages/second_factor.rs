//! The mail about a change of the second factor.

use super::mail;

/// Says that a second factor was turned on or off.
#[derive(Clone)]
pub struct SecondFactorChanged {
    /// The name of this installation.
    pub product: String,
    /// The name of the person.
    pub name: String,
    /// What was changed, as a sentence.
    pub what: String,
    /// Where a new password can be asked for.
    pub forgot_url: String,
}

mail!(
    SecondFactorChanged,
    "second_factor_changed",
    "The two-factor authentication of your {} account was changed",
    "mail/second_factor_changed.txt",
    "mail/second_factor_changed.html"
);

impl SecondFactorChanged {
    /// Realistic data.
    pub fn sample() -> Self {
        Self {
            product: "Grantor".into(),
            name: "Ada Lovelace".into(),
            what: "Codes from an authenticator app were turned on.".into(),
            forgot_url: "https://id.example.com/password/forgot".into(),
        }
    }
}
