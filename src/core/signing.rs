//! Signing keys and signed JWTs (RFC 7515, RFC 7517, RFC 9068), over parsed keys.

mod published;

use std::fmt;

use aws_lc_rs::encoding::{AsDer as _, Pkcs8V1Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{self, KeySize};
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _, RSA_PKCS1_SHA256,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::DecodingKey;
use jsonwebtoken::jwk::{Jwk, PublicKeyUse, ThumbprintHash};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::ids::KeyId;
pub use published::{PublishedKey, kid_of};

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

    /// The algorithm of a registered name, if the server signs with it.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|algorithm| algorithm.as_str() == name)
    }

    fn library(self) -> jsonwebtoken::Algorithm {
        match self {
            Self::Es256 => jsonwebtoken::Algorithm::ES256,
            Self::Rs256 => jsonwebtoken::Algorithm::RS256,
            Self::EdDsa => jsonwebtoken::Algorithm::EdDSA,
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

/// The private key of an algorithm.
enum Pair {
    Es256(Box<EcdsaKeyPair>),
    Rs256(Box<rsa::KeyPair>),
    EdDsa(Box<Ed25519KeyPair>),
}

/// A signing key, parsed once and kept for every signature.
pub struct SigningKey {
    /// Its identifier: the RFC 7638 thumbprint.
    pub id: KeyId,
    pair: Pair,
    random: SystemRandom,
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({}, {})", self.algorithm().as_str(), self.id)
    }
}

impl SigningKey {
    /// Makes a new key and its PKCS#8 form, which must be sealed before it is kept. A key for RS256 has 2048 bits, and
    /// takes a tenth of a second or more to make.
    ///
    /// # Errors
    /// [`KeyError::Generate`].
    pub fn generate(algorithm: Algorithm) -> Result<(Self, Zeroizing<Vec<u8>>), KeyError> {
        let failed = |_| KeyError::Generate;
        let (pair, der) = match algorithm {
            Algorithm::Es256 => {
                let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).map_err(failed)?;
                let der = pair.to_pkcs8v1().map_err(failed)?.as_ref().to_vec();
                (Pair::Es256(pair.into()), der)
            }
            Algorithm::Rs256 => {
                let pair = rsa::KeyPair::generate(KeySize::Rsa2048).map_err(failed)?;
                let der: Pkcs8V1Der<'_> = pair.as_der().map_err(failed)?;
                let der = der.as_ref().to_vec();
                (Pair::Rs256(pair.into()), der)
            }
            Algorithm::EdDsa => {
                let pair = Ed25519KeyPair::generate().map_err(failed)?;
                let der = pair.to_pkcs8v1().map_err(failed)?.as_ref().to_vec();
                (Pair::EdDsa(pair.into()), der)
            }
        };
        Ok((Self::new(pair)?, Zeroizing::new(der)))
    }

    /// Parses a PKCS#8 key.
    ///
    /// # Errors
    /// [`KeyError::Parse`], also for a key of another algorithm.
    pub fn parse(algorithm: Algorithm, pkcs8: &[u8]) -> Result<Self, KeyError> {
        let damaged = |_| KeyError::Parse;
        Self::new(match algorithm {
            Algorithm::Es256 => {
                let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8);
                Pair::Es256(pair.map_err(damaged)?.into())
            }
            Algorithm::Rs256 => Pair::Rs256(rsa::KeyPair::from_pkcs8(pkcs8).map_err(damaged)?.into()),
            Algorithm::EdDsa => Pair::EdDsa(Ed25519KeyPair::from_pkcs8(pkcs8).map_err(damaged)?.into()),
        })
    }

    fn new(pair: Pair) -> Result<Self, KeyError> {
        let mut key = Self { id: KeyId::from(""), pair, random: SystemRandom::new() };
        let id = key.bare_jwk()?.thumbprint(ThumbprintHash::SHA256);
        key.id = id.map_err(|_| KeyError::Parse)?.into();
        Ok(key)
    }

    /// The algorithm it signs with, and no other.
    pub fn algorithm(&self) -> Algorithm {
        match self.pair {
            Pair::Es256(_) => Algorithm::Es256,
            Pair::Rs256(_) => Algorithm::Rs256,
            Pair::EdDsa(_) => Algorithm::EdDsa,
        }
    }

    fn bare_jwk(&self) -> Result<Jwk, KeyError> {
        let public = match &self.pair {
            Pair::Es256(pair) => DecodingKey::from_ec_der(pair.public_key().as_ref()),
            Pair::Rs256(pair) => DecodingKey::from_rsa_der(pair.public_key().as_ref()),
            Pair::EdDsa(pair) => DecodingKey::from_ed_der(pair.public_key().as_ref()),
        };
        Jwk::from_decoding_key(&public, Some(self.algorithm().library())).map_err(|_| KeyError::Parse)
    }

    /// The public key as a JWK (RFC 7517), with `alg`, `use` and `kid`.
    ///
    /// # Errors
    /// [`KeyError::Parse`].
    pub fn jwk(&self) -> Result<Jwk, KeyError> {
        let mut jwk = self.bare_jwk()?;
        jwk.common.public_key_use = Some(PublicKeyUse::Signature);
        jwk.common.key_id = Some(self.id.to_string());
        Ok(jwk)
    }

    /// Signs `claims` as a compact JWS with `typ` in its header (RFC 7515 section 3.1).
    ///
    /// # Errors
    /// [`KeyError::Sign`].
    pub fn sign(&self, typ: &str, claims: &impl Serialize) -> Result<String, KeyError> {
        let header = Header { alg: self.algorithm().as_str(), typ, kid: self.id.as_str() };
        let mut token = String::with_capacity(1024);
        let json = serde_json::to_vec(&header).map_err(|_| KeyError::Sign)?;
        URL_SAFE_NO_PAD.encode_string(json, &mut token);
        token.push('.');
        let json = serde_json::to_vec(claims).map_err(|_| KeyError::Sign)?;
        URL_SAFE_NO_PAD.encode_string(json, &mut token);
        let signature = self.signature(token.as_bytes())?;
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(signature, &mut token);
        Ok(token)
    }

    fn signature(&self, message: &[u8]) -> Result<Vec<u8>, KeyError> {
        let refused = |_| KeyError::Sign;
        Ok(match &self.pair {
            Pair::Es256(pair) => pair.sign(&self.random, message).map_err(refused)?.as_ref().to_vec(),
            Pair::EdDsa(pair) => pair.try_sign(message).map_err(refused)?.as_ref().to_vec(),
            Pair::Rs256(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &self.random, message, &mut signature).map_err(refused)?;
                signature
            }
        })
    }
}

#[derive(Serialize)]
struct Header<'a> {
    alg: &'a str,
    typ: &'a str,
    kid: &'a str,
}
