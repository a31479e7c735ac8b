//! Secrets: in the clear only while in hand, hashed or sealed where they are kept.

use std::fmt;

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use aws_lc_rs::{hkdf, hmac};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use subtle::ConstantTimeEq as _;
use zeroize::{Zeroize, ZeroizeOnDrop};

use super::random::Random;

/// A secret in the clear. It is shown to its owner once and never kept; `Debug` hides it.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct Plain(String);

impl Plain {
    /// Takes a secret that came from outside.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// A new secret of 256 random bits behind `prefix`, by which scanners know it.
    pub fn random(prefix: &str, random: &dyn Random) -> Self {
        Self(format!("{prefix}{}", random.text::<32>()))
    }

    /// The secret itself, to be handed to its owner or to be hashed.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Plain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Plain(***)")
    }
}

/// A keyed hash of a secret: what the database keeps.
#[derive(Clone, PartialEq, Eq)]
pub struct Hashed(String);

impl Hashed {
    /// A hash as read from the database.
    pub fn from_stored(text: String) -> Self {
        Self(text)
    }

    /// The hash as kept in the database.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether both hashes are equal, in constant time.
    pub fn matches(&self, other: &Self) -> bool {
        self.0.as_bytes().ct_eq(other.0.as_bytes()).into()
    }
}

impl fmt::Debug for Hashed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Hashed(***)")
    }
}

/// What a sealed text could not be opened for: another key, another purpose, or damage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the sealed text does not open under this master key")]
pub struct Unsealable;

/// The server's keys, all derived from the one master key (HKDF, RFC 5869).
pub struct Secrets {
    token: hmac::Key,
    mac: hmac::Key,
    successor: hmac::Key,
    seal: RandomizedNonceKey,
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secrets(***)")
    }
}

/// Why the server's keys could not be derived.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("the keys could not be derived from the master key")]
pub struct Underivable;

impl Secrets {
    /// Derives every key from the master key.
    ///
    /// # Errors
    /// When the crypto library refuses, which it has no reason to.
    pub fn derive(master: &[u8; 32]) -> Result<Self, Underivable> {
        let salt = hkdf::Salt::new(hkdf::HKDF_SHA256, b"grantor/1");
        let root = salt.extract(master);
        let key = |label: &str| -> Result<[u8; 32], Underivable> {
            let mut out = [0_u8; 32];
            let info = [label.as_bytes()];
            root.expand(&info, hkdf::HKDF_SHA256).and_then(|okm| okm.fill(&mut out)).map_err(|_| Underivable)?;
            Ok(out)
        };
        let seal = key("seal")?;
        Ok(Self {
            token: hmac::Key::new(hmac::HMAC_SHA256, &key("token hash")?),
            mac: hmac::Key::new(hmac::HMAC_SHA256, &key("mac")?),
            successor: hmac::Key::new(hmac::HMAC_SHA256, &key("refresh successor")?),
            seal: RandomizedNonceKey::new(&AES_256_GCM, &seal).map_err(|_| Underivable)?,
        })
    }

    /// The keyed hash under which a secret is kept.
    pub fn hash(&self, plain: &str) -> Hashed {
        self.hash_bytes(plain.as_bytes())
    }

    /// The keyed hash of a secret that is bytes.
    pub fn hash_bytes(&self, plain: &[u8]) -> Hashed {
        let tag = hmac::sign(&self.token, plain);
        Hashed(URL_SAFE_NO_PAD.encode(tag.as_ref()))
    }

    /// A tag that proves that this server said `parts`, for `purpose`; 32 bytes.
    pub fn mac(&self, purpose: &str, parts: &[&[u8]]) -> [u8; 32] {
        tag(&self.mac, purpose, parts)
    }

    /// Whether `tag` (the whole of it, or its first 16 bytes or more) proves `parts`; in constant time.
    pub fn proves(&self, purpose: &str, parts: &[&[u8]], tag: &[u8]) -> bool {
        let own = self.mac(purpose, parts);
        match own.get(..tag.len()) {
            Some(own) if tag.len() >= 16 => own.ct_eq(tag).into(),
            _ => false,
        }
    }

    /// The secret that follows `parts` in a chain: the same each time, and not to be had without the key.
    pub fn successor(&self, purpose: &str, parts: &[&[u8]]) -> [u8; 32] {
        tag(&self.successor, purpose, parts)
    }

    /// Seals a text for `purpose` (AES-256-GCM): readable only under this master key and that purpose.
    ///
    /// # Errors
    /// When the crypto library refuses, which it has no reason to.
    pub fn seal(&self, purpose: &str, text: &[u8]) -> Result<String, Unsealable> {
        let mut body = text.to_vec();
        let nonce =
            self.seal.seal_in_place_append_tag(Aad::from(purpose.as_bytes()), &mut body).map_err(|_| Unsealable)?;
        let mut out = nonce.as_ref().to_vec();
        out.append(&mut body);
        Ok(URL_SAFE_NO_PAD.encode(out))
    }

    /// Opens what [`Secrets::seal`] sealed for the same purpose.
    ///
    /// # Errors
    /// [`Unsealable`] when it was sealed under another key or purpose, or is damaged.
    pub fn open(&self, purpose: &str, sealed: &str) -> Result<Vec<u8>, Unsealable> {
        let bytes = URL_SAFE_NO_PAD.decode(sealed).map_err(|_| Unsealable)?;
        let (nonce, body) = bytes.split_at_checked(NONCE_LEN).ok_or(Unsealable)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| Unsealable)?;
        let mut body = body.to_vec();
        let plain = self.seal.open_in_place(nonce, Aad::from(purpose.as_bytes()), &mut body).map_err(|_| Unsealable)?;
        Ok(plain.to_vec())
    }
}

/// Each part is preceded by its length, so that no two lists of parts give the same bytes.
fn tag(key: &hmac::Key, purpose: &str, parts: &[&[u8]]) -> [u8; 32] {
    let mut context = hmac::Context::with_key(key);
    for part in std::iter::once(&purpose.as_bytes()).chain(parts) {
        context.update(&(part.len() as u64).to_be_bytes());
        context.update(part);
    }
    let mut out = [0_u8; 32];
    for (to, from) in out.iter_mut().zip(context.sign().as_ref()) {
        *to = *from;
    }
    out
}
