//! How and when a person proved who they are: `auth_time`, `amr` and `acr` (OpenID Connect Core section 2, RFC 8176).

use serde::{Deserialize, Serialize};

use super::time::Time;

/// Authentication method reference values (RFC 8176 section 2), separated by blanks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Methods(String);

impl Methods {
    /// A password alone.
    pub fn password() -> Self {
        Self("pwd".to_owned())
    }

    /// A password and a one-time password: of an app, or a recovery code.
    pub fn one_time_password() -> Self {
        Self("pwd otp mfa".to_owned())
    }

    /// A password and a code that a text message brought.
    pub fn text_message() -> Self {
        Self("pwd sms mfa".to_owned())
    }

    /// A passkey that verified its user: two factors in one, that nobody can be tricked out of.
    pub fn passkey() -> Self {
        Self("pop user mfa".to_owned())
    }

    /// A password, and a passkey as the second factor.
    pub fn password_and_passkey() -> Self {
        Self("pwd pop user mfa".to_owned())
    }

    /// What the database holds.
    pub fn from_stored(text: String) -> Self {
        Self(text)
    }

    /// As the database holds them.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Each of them: the `amr` claim.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.split(' ').filter(|name| !name.is_empty())
    }

    /// How much they prove.
    pub fn level(&self) -> Level {
        let has = |name| self.names().any(|known| known == name);
        match (has("pop"), has("mfa")) {
            (true, _) => Level::PhishingResistant,
            (false, true) => Level::TwoFactors,
            (false, false) => Level::OneFactor,
        }
    }
}

/// An authentication context class, the weakest first (OpenID Connect Core section 2, `acr`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Level {
    /// A password.
    #[serde(rename = "urn:grantor:1fa")]
    OneFactor,
    /// Two factors.
    #[serde(rename = "urn:grantor:2fa")]
    TwoFactors,
    /// A passkey: phishing-resistant (OpenID Extended Authentication Profile, ACR values).
    #[serde(rename = "phr")]
    PhishingResistant,
}

impl Level {
    /// Every class, as the metadata lists them.
    pub const ALL: [Self; 3] = [Self::OneFactor, Self::TwoFactors, Self::PhishingResistant];

    /// The value of `acr`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::OneFactor => "urn:grantor:1fa",
            Self::TwoFactors => "urn:grantor:2fa",
            Self::PhishingResistant => "phr",
        }
    }

    /// The class of a value.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.as_str() == text)
    }
}

/// A proof of who somebody is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authentication {
    /// When it was given.
    pub time: Time,
    /// By what.
    pub methods: Methods,
    /// The class that is said of it: the one that was asked for, if it is met, or what the methods prove. Whoever
    /// asks for a class looks for that very value (OpenID Connect Core section 5.5.1.1, RFC 9470 section 4).
    pub level: Level,
}

impl Authentication {
    /// A proof by some methods, which is said to be as much as it is.
    pub fn new(time: Time, methods: Methods) -> Self {
        let level = methods.level();
        Self { time, methods, level }
    }

    /// What the database holds.
    pub fn from_stored(time: Time, methods: String, level: Option<String>) -> Self {
        let proof = Self::new(time, Methods::from_stored(methods));
        Self { level: level.as_deref().and_then(Level::parse).unwrap_or(proof.level), ..proof }
    }

    /// The same for somebody who asks for one of `wanted`: of those that it meets, the strongest.
    #[must_use]
    pub fn said_to(self, wanted: &[Level]) -> Self {
        let met = wanted.iter().copied().filter(|level| *level <= self.methods.level()).max();
        Self { level: met.unwrap_or(self.level), ..self }
    }
}
