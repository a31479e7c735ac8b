//! Signing keys and signed JWTs (RFC 7515, RFC 7517, RFC 9068), over parsed keys.

use std::fmt;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::jwk::{
    AlgorithmParameters, CommonParameters, EllipticCurve, EllipticCurveKeyParameters, EllipticCurveKeyType, Jwk,
    KeyAlgorithm, PublicKeyUse, ThumbprintHash,
};
use serde::{Deserialize, Serialize};

use super::ids::KeyId;

/// An algorithm that the server signs with (RFC 7518 section 3.1, RFC 8037 section 3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub enum Algorithm {
    /// ECDSA on P-256 with SHA-256.
    #[default]
    #[serde(rename = "ES256")]
    Es256,
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    #[serde(rename = "RS256")]
    Rs256,
    /// Ed25519.
    #[serde(rename = "EdDSA")]
    EdDsa,
}

impl Algorithm {
    /// Every algorithm, as the metadata lists them.
    pub const ALL: [Self; 3] = [Self::Es256, Self::Rs256, Self::EdDsa];

    /// The registered name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Es256 => "ES256",
            Self::Rs256 => "RS256",
            Self::EdDsa => "EdDSA",
        }
    }
}

/// What went wrong with a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// The crypto library made no key.
    #[error("no signing key could be made")]
    Generate,
    /// The stored key is damaged or of another kind.
    #[error("the signing key cannot be read")]
    Parse,
    /// The crypto library refused to sign.
    #[error("the token could not be signed")]
    Sign,
}

/// A signing key, parsed once and kept for every signature. ES256 (RFC 7518 section 3.4).
pub struct SigningKey {
    /// Its identifier: the RFC 7638 thumbprint.
    pub id: KeyId,
    pair: EcdsaKeyPair,
    random: SystemRandom,
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({})", self.id)
    }
}

impl SigningKey {
    /// Makes a new key and its PKCS#8 form, which must be sealed before it is kept.
    ///
    /// # Errors
    /// [`KeyError::Generate`].
    pub fn generate() -> Result<(Self, Vec<u8>), KeyError> {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).map_err(|_| KeyError::Generate)?;
        let der = pair.to_pkcs8v1().map_err(|_| KeyError::Generate)?.as_ref().to_vec();
        Ok((Self::new(pair)?, der))
    }

    /// Parses a PKCS#8 key.
    ///
    /// # Errors
    /// [`KeyError::Parse`].
    pub fn parse(pkcs8: &[u8]) -> Result<Self, KeyError> {
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8).map_err(|_| KeyError::Parse)?;
        Self::new(pair)
    }

    fn new(pair: EcdsaKeyPair) -> Result<Self, KeyError> {
        let id = jwk_of(&pair, None)?.thumbprint(ThumbprintHash::SHA256);
        let id = id.map_err(|_| KeyError::Parse)?;
        Ok(Self { id: id.into(), pair, random: SystemRandom::new() })
    }

    /// The public key as a JWK (RFC 7517).
    ///
    /// # Errors
    /// [`KeyError::Parse`].
    pub fn jwk(&self) -> Result<Jwk, KeyError> {
        jwk_of(&self.pair, Some(self.id.to_string()))
    }

    /// Signs `claims` as a compact JWS with `typ` in its header (RFC 7515 section 3.1).
    ///
    /// # Errors
    /// [`KeyError::Sign`].
    pub fn sign(&self, typ: &str, claims: &impl Serialize) -> Result<String, KeyError> {
        let header = Header { alg: "ES256", typ, kid: self.id.as_str() };
        let mut token = String::with_capacity(640);
        let json = serde_json::to_vec(&header).map_err(|_| KeyError::Sign)?;
        URL_SAFE_NO_PAD.encode_string(json, &mut token);
        token.push('.');
        let json = serde_json::to_vec(claims).map_err(|_| KeyError::Sign)?;
        URL_SAFE_NO_PAD.encode_string(json, &mut token);
        let signature = self.pair.sign(&self.random, token.as_bytes()).map_err(|_| KeyError::Sign)?;
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(signature.as_ref(), &mut token);
        Ok(token)
    }
}

#[derive(Serialize)]
struct Header<'a> {
    alg: &'a str,
    typ: &'a str,
    kid: &'a str,
}

fn jwk_of(pair: &EcdsaKeyPair, kid: Option<String>) -> Result<Jwk, KeyError> {
    // An uncompressed point: 0x04, x, y (SEC 1 section 2.3.3).
    let point = pair.public_key().as_ref();
    let (Some([4]), Some(x), Some(y)) = (point.get(..1), point.get(1..33), point.get(33..65)) else {
        return Err(KeyError::Parse);
    };
    Ok(Jwk {
        common: CommonParameters {
            public_key_use: kid.is_some().then_some(PublicKeyUse::Signature),
            key_algorithm: kid.is_some().then_some(KeyAlgorithm::ES256),
            key_id: kid,
            ..CommonParameters::default()
        },
        algorithm: AlgorithmParameters::EllipticCurve(EllipticCurveKeyParameters {
            key_type: EllipticCurveKeyType::EC,
            curve: EllipticCurve::P256,
            x: URL_SAFE_NO_PAD.encode(x),
            y: URL_SAFE_NO_PAD.encode(y),
        }),
    })
}
