//! JWTs as nobody honest would make them.

use aws_lc_rs::signature::{ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use grantor::core::signing::{Algorithm, SigningKey};
use jsonwebtoken::EncodingKey;
use jsonwebtoken::jwk::Jwk;
use serde_json::{Value, json};

/// A part of a JWT.
pub fn part(json: &Value) -> String {
    URL_SAFE_NO_PAD.encode(json.to_string())
}

/// A JWT of any header and claims with this signature, whatever it is one of.
pub fn forged(header: &Value, claims: &Value, signature: &[u8]) -> String {
    format!("{}.{}.{}", part(header), part(claims), URL_SAFE_NO_PAD.encode(signature))
}

/// The same with the MAC of its text under a key that is no secret.
pub fn confused(header: &Value, claims: &Value, public: &[u8]) -> String {
    let text = format!("{}.{}", part(header), part(claims));
    let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, public);
    let mac = aws_lc_rs::hmac::sign(&key, text.as_bytes());
    format!("{text}.{}", URL_SAFE_NO_PAD.encode(mac.as_ref()))
}

/// The bytes of a public key that somebody may take for a secret: as a JWK, and each of its members.
pub fn faces(public: &Value) -> Vec<Vec<u8>> {
    let mut faces = vec![public.to_string().into_bytes(), json!({ "keys": [public] }).to_string().into_bytes()];
    for name in ["x", "y", "n"] {
        if let Some(text) = public[name].as_str() {
            faces.push(text.as_bytes().to_vec());
            faces.push(URL_SAFE_NO_PAD.decode(text).expect("base64url"));
        }
    }
    faces
}

/// A private key that signs any header.
pub struct Signer {
    key: EncodingKey,
    algorithm: jsonwebtoken::Algorithm,
    /// Its public half, named as the algorithm and saying nothing more of itself.
    pub public: Value,
}

impl Signer {
    /// A new key of an algorithm.
    pub fn of(name: &str) -> Self {
        let (key, mut public) = match name {
            "ES384" => {
                let pair = EcdsaKeyPair::generate(&ECDSA_P384_SHA384_FIXED_SIGNING).expect("a key");
                let key = EncodingKey::from_ec_der(pair.to_pkcs8v1().expect("PKCS #8").as_ref());
                let public = Jwk::from_encoding_key(&key, jsonwebtoken::Algorithm::ES384).expect("a JWK");
                (key, public)
            }
            _ => {
                let kind = Algorithm::named(name).unwrap_or(Algorithm::Rs256);
                let (key, pkcs8) = SigningKey::generate(kind).expect("a key");
                let private = match kind {
                    Algorithm::Es256 => EncodingKey::from_ec_der(&pkcs8),
                    // What is inside of PKCS #8: RFC 8017 appendix A.1.2.
                    Algorithm::Rs256 => EncodingKey::from_rsa_der(&pkcs8[26..]),
                    Algorithm::EdDsa => EncodingKey::from_ed_der(&pkcs8),
                };
                (private, key.jwk().expect("a JWK"))
            }
        };
        public.common.key_algorithm = None;
        public.common.public_key_use = None;
        public.common.key_id = Some(name.to_owned());
        let public = serde_json::to_value(public).expect("JSON");
        Self { key, algorithm: name.parse().expect("an algorithm"), public }
    }

    /// Its public half with more said of it.
    pub fn public_with(&self, member: &str, value: Value) -> Value {
        let mut public = self.public.clone();
        public[member] = value;
        public
    }

    /// Signs claims under a header, whatever that says.
    pub fn jwt(&self, header: &Value, claims: &Value) -> String {
        let text = format!("{}.{}", part(header), part(claims));
        let signature = jsonwebtoken::crypto::sign(text.as_bytes(), &self.key, self.algorithm).expect("signed");
        format!("{text}.{signature}")
    }
}
