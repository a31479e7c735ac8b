//! Proof Key for Code Exchange (RFC 7636). Only `S256`: `plain` protects nothing.

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use subtle::ConstantTimeEq as _;

/// A checked `code_challenge`, method `S256`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Challenge(String);

/// What is wrong with a challenge or a verifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PkceError {
    /// The challenge is not 43 characters of base64url.
    #[error("code_challenge must be 43 characters of base64url: the SHA-256 of the verifier")]
    Challenge,
    /// The method is not `S256`.
    #[error("code_challenge_method must be S256")]
    Method,
    /// The verifier's length or alphabet is wrong.
    #[error("code_verifier must be 43 to 128 characters from A-Z a-z 0-9 - . _ ~")]
    Verifier,
    /// The verifier is not the challenge's.
    #[error("code_verifier does not match the code_challenge")]
    Mismatch,
}

impl Challenge {
    /// Checks a challenge and its method (RFC 7636 section 4.3); a missing method means `plain` and is refused.
    ///
    /// # Errors
    /// [`PkceError::Method`] and [`PkceError::Challenge`].
    pub fn parse(challenge: &str, method: Option<&str>) -> Result<Self, PkceError> {
        if method != Some("S256") {
            return Err(PkceError::Method);
        }
        match URL_SAFE_NO_PAD.decode(challenge) {
            Ok(bytes) if bytes.len() == 32 => Ok(Self(challenge.to_owned())),
            _ => Err(PkceError::Challenge),
        }
    }

    /// The challenge of a verifier.
    pub fn of(verifier: &str) -> Self {
        Self(URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, verifier.as_bytes()).as_ref()))
    }

    /// A challenge as read from the database.
    pub fn from_stored(text: String) -> Self {
        Self(text)
    }

    /// The challenge as it was sent.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Checks that `verifier` is the one this challenge was made from (RFC 7636 section 4.6).
    ///
    /// # Errors
    /// [`PkceError::Verifier`] and [`PkceError::Mismatch`].
    pub fn verify(&self, verifier: &str) -> Result<(), PkceError> {
        let unreserved = |b: u8| b.is_ascii_alphanumeric() || b"-._~".contains(&b);
        if !(43..=128).contains(&verifier.len()) || !verifier.bytes().all(unreserved) {
            return Err(PkceError::Verifier);
        }
        let made = Self::of(verifier);
        if bool::from(made.0.as_bytes().ct_eq(self.0.as_bytes())) { Ok(()) } else { Err(PkceError::Mismatch) }
    }
}
