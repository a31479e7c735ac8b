//! What our own signatures are checked with.

use std::fmt;

use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{DecodingKey, Validation, decode, decode_header};
use serde::de::DeserializeOwned;

use super::{Algorithm, KeyError};
use crate::core::ids::KeyId;

/// The public half of a key of ours, bound to the one algorithm that it is for.
pub struct PublishedKey {
    key: DecodingKey,
    checks: Validation,
}

impl fmt::Debug for PublishedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PublishedKey").field("algorithms", &self.checks.algorithms).finish_non_exhaustive()
    }
}

/// The key that a token says it was signed with; it proves nothing.
pub fn kid_of(token: &str) -> Option<KeyId> {
    decode_header(token).ok()?.kid.map(KeyId::from)
}

impl PublishedKey {
    /// Reads a JWK that verifies for `algorithm` and for nothing else, whatever a token's header says.
    ///
    /// # Errors
    /// [`KeyError::Parse`].
    pub fn parse(algorithm: Algorithm, jwk: &str) -> Result<Self, KeyError> {
        let jwk: Jwk = serde_json::from_str(jwk).map_err(|_| KeyError::Parse)?;
        let key = DecodingKey::from_jwk(&jwk).map_err(|_| KeyError::Parse)?;
        let mut checks = Validation::new(algorithm.library());
        // What the claims mean is for the caller to judge, by the server's own clock.
        checks.required_spec_claims.clear();
        checks.validate_exp = false;
        checks.validate_nbf = false;
        checks.validate_aud = false;
        Ok(Self { key, checks })
    }

    /// The claims of a token that this key signed, if its header has this `typ` (RFC 8725 section 3.11).
    pub fn verify<T: DeserializeOwned>(&self, token: &str, typ: &str) -> Option<T> {
        let token = decode::<T>(token, &self.key, &self.checks).ok()?;
        (token.header.typ.as_deref() == Some(typ)).then_some(token.claims)
    }
}
