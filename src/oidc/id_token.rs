//! The id_token (OpenID Connect Core sections 2 and 3.1.3.6).

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::app::{App, KeyRing, subject};
use crate::core::authentication::Authentication;
use crate::core::client::Client;
use crate::core::ids::UserId;
use crate::core::secret::Plain;
use crate::core::signing::{Algorithm, KeyError};
use crate::core::time::{Time, delta, unix};

/// What an id_token is made from.
#[derive(Debug)]
pub struct About<'a> {
    /// To whom it goes.
    pub client: &'a Client,
    /// Whom it is about.
    pub user: UserId,
    /// How they proved who they are.
    pub authentication: Option<&'a Authentication>,
    /// The session, as relying parties know it.
    pub sid: Option<&'a str>,
    /// The request's own word; only of a code's id_token.
    pub nonce: Option<&'a str>,
    /// The access token that goes with it.
    pub access_token: &'a Plain,
    /// Claims about the person that were asked for.
    pub claims: Map<String, Value>,
}

#[derive(Serialize)]
struct Claims<'a> {
    iss: &'a str,
    sub: &'a str,
    aud: &'a str,
    azp: &'a str,
    iat: i64,
    exp: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    auth_time: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    acr: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    amr: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    nonce: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sid: Option<&'a str>,
    at_hash: String,
    #[serde(flatten)]
    person: Map<String, Value>,
}

/// Signs an id_token with the algorithm that the client is registered for.
///
/// # Errors
/// When it cannot be signed.
pub fn sign(app: &App, keys: &KeyRing, about: About<'_>, now: Time) -> Result<Plain, KeyError> {
    let algorithm = about.client.metadata.openid.id_token_signed_response_alg;
    let client = about.client.id.as_str();
    let claims = Claims {
        iss: app.config.issuer(),
        sub: &subject(app, about.client, about.user),
        aud: client,
        azp: client,
        iat: unix(now),
        exp: unix(now + delta(app.config.tokens.id_token_lifetime)),
        auth_time: about.authentication.map(|proof| unix(proof.time)),
        acr: about.authentication.map(|proof| proof.level.as_str()),
        amr: about.authentication.map(|proof| proof.methods.names().collect()).unwrap_or_default(),
        nonce: about.nonce,
        sid: about.sid,
        at_hash: half_hash(algorithm, about.access_token.expose()),
        person: about.claims,
    };
    Ok(Plain::new(keys.signer(algorithm).sign("JWT", &claims)?))
}

/// The left half of a token's hash, by the hash function of the signature (section 3.1.3.6): SHA-512 for Ed25519.
fn half_hash(algorithm: Algorithm, token: &str) -> String {
    let function = match algorithm {
        Algorithm::Es256 | Algorithm::Rs256 => &digest::SHA256,
        Algorithm::EdDsa => &digest::SHA512,
    };
    let hash = digest::digest(function, token.as_bytes());
    let hash = hash.as_ref();
    URL_SAFE_NO_PAD.encode(hash.get(..hash.len() / 2).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn at_hash_is_the_one_of_the_specification() {
        // OpenID Connect Core, appendix A.3.
        let token = "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y";
        assert_eq!(half_hash(Algorithm::Rs256, token), "77QmUPtjPfzWtF2AnpK9RQ");
        assert_eq!(half_hash(Algorithm::EdDsa, token).len(), 43);
    }
}
