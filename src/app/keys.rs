//! The signing keys: parsed once, rotated with overlap, published before they sign.
//!
//! A key's state follows from its times: before `activates_at` it is pending, then it signs until a
//! younger one of its algorithm does, and verifies until `retires_at`. No job has to move it along, so all nodes agree.

mod rotation;
mod withdrawal;

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, RwLock};

use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use zeroize::Zeroizing;

use super::App;
use super::caches::is_fresh;
use crate::core::ids::KeyId;
use crate::core::signing::{Algorithm, PublishedKey, SigningKey, kid_of};
use crate::core::time::{Time, rfc3339};
use crate::store::{self, signing_keys::StoredKey};
pub(super) use rotation::complete;
pub use rotation::{Rotation, rotate, rotate_due};
pub use withdrawal::{Withdrawal, withdraw};

/// What private keys are sealed for.
const SEALED_FOR: &str = "signing key";

/// The keys as of now.
pub struct KeyRing {
    es256: Arc<SigningKey>,
    rs256: Arc<SigningKey>,
    ed_dsa: Arc<SigningKey>,
    published: HashMap<KeyId, Arc<PublishedKey>>,
    /// The JWKS document (RFC 7517 section 5), made once.
    pub jwks: Arc<[u8]>,
    /// When another key begins to sign, or one is gone.
    next_change: Option<Time>,
}

impl KeyRing {
    /// The key that signs with an algorithm now. There is one of each, or there is no ring.
    pub fn signer(&self, algorithm: Algorithm) -> &SigningKey {
        match algorithm {
            Algorithm::Es256 => &self.es256,
            Algorithm::Rs256 => &self.rs256,
            Algorithm::EdDsa => &self.ed_dsa,
        }
    }

    /// The claims of a token that this server signed as a `typ`, with a key that is not gone. The key decides the
    /// algorithm, the token only names the key. Whether the claims still hold is for the caller to judge.
    pub fn verify<T: DeserializeOwned>(&self, token: &str, typ: &str) -> Option<T> {
        self.published.get(&kid_of(token)?)?.verify(token, typ)
    }

    /// Reads what is kept; of `old` is taken over what was parsed for it.
    fn build(app: &App, stored: &[StoredKey], old: Option<&Self>, now: Time) -> store::Result<Self> {
        let signer = |algorithm: Algorithm| {
            let key = signing(stored, algorithm.as_str(), now);
            let key = key.ok_or_else(|| corrupt(format!("there is no key for {}", algorithm.as_str())))?;
            let known = old.map(|ring| match algorithm {
                Algorithm::Es256 => &ring.es256,
                Algorithm::Rs256 => &ring.rs256,
                Algorithm::EdDsa => &ring.ed_dsa,
            });
            if let Some(known) = known.filter(|known| known.id.as_str() == key.id) {
                return Ok::<_, store::Error>(Arc::clone(known));
            }
            let pkcs8 = Zeroizing::new(app.secrets.open(SEALED_FOR, &key.private_key).map_err(corrupt)?);
            Ok(Arc::new(SigningKey::parse(algorithm, &pkcs8).map_err(corrupt)?))
        };
        let changes = stored.iter().flat_map(|key| [Some(key.activates_at), key.retires_at]).flatten();
        Ok(Self {
            es256: signer(Algorithm::Es256)?,
            rs256: signer(Algorithm::Rs256)?,
            ed_dsa: signer(Algorithm::EdDsa)?,
            published: published(stored, old)?,
            jwks: jwks(stored)?,
            next_change: changes.filter(|at| *at > now).min(),
        })
    }
}

impl fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyRing")
            .field("es256", &self.es256)
            .field("rs256", &self.rs256)
            .field("ed_dsa", &self.ed_dsa)
            .finish_non_exhaustive()
    }
}

fn published(stored: &[StoredKey], old: Option<&KeyRing>) -> store::Result<HashMap<KeyId, Arc<PublishedKey>>> {
    let mut published = HashMap::new();
    for key in stored {
        // One of a later version of the server is for that to verify with.
        let Some(algorithm) = Algorithm::named(&key.algorithm) else { continue };
        let id = KeyId::from(key.id.as_str());
        let parsed = match old.and_then(|ring| ring.published.get(&id)) {
            Some(known) => Arc::clone(known),
            None => Arc::new(PublishedKey::parse(algorithm, &key.public_jwk).map_err(corrupt)?),
        };
        published.insert(id, parsed);
    }
    Ok(published)
}

fn jwks(stored: &[StoredKey]) -> store::Result<Arc<[u8]>> {
    let keys: Result<Vec<Value>, _> = stored.iter().map(|key| serde_json::from_str(&key.public_jwk)).collect();
    Ok(serde_json::to_vec(&json!({ "keys": keys.map_err(corrupt)? })).map_err(corrupt)?.into())
}

/// The key that signs with an algorithm: the youngest of those whose time has come. One that was made later goes ahead of
/// one that was to sign from a later moment on. Where none's time has come, by a clock that is behind, it is the first.
fn signing<'a>(stored: &'a [StoredKey], algorithm: &str, now: Time) -> Option<&'a StoredKey> {
    let of_it = || stored.iter().filter(|key| key.algorithm == algorithm && key.retires_at.is_none_or(|end| end > now));
    let come = of_it().filter(|key| key.activates_at <= now);
    let youngest = come.max_by_key(|key| (key.created_at, key.retires_at.is_none(), key.activates_at));
    youngest.or_else(|| of_it().min_by_key(|key| key.activates_at))
}

pub(super) struct KeyCache(RwLock<Option<(Time, Arc<KeyRing>)>>);

impl KeyCache {
    pub(super) fn new() -> Self {
        Self(RwLock::new(None))
    }

    pub(super) fn fresh(&self, app: &App) -> Option<Arc<KeyRing>> {
        let kept = self.0.read().unwrap_or_else(|e| e.into_inner());
        let (made_at, ring) = kept.as_ref()?;
        let unchanged = ring.next_change.is_none_or(|at| app.now() < at);
        (is_fresh(app, *made_at) && unchanged).then(|| Arc::clone(ring))
    }

    pub(super) fn ring(&self, app: &App) -> store::Result<Arc<KeyRing>> {
        if let Some(ring) = self.fresh(app) {
            return Ok(ring);
        }
        let now = app.now();
        let stored = app.read(|cx| store::signing_keys::all(cx.conn, now))?;
        let old = self.0.read().unwrap_or_else(|e| e.into_inner()).as_ref().map(|(_, ring)| Arc::clone(ring));
        let ring = Arc::new(KeyRing::build(app, &stored, old.as_deref(), now)?);
        *self.0.write().unwrap_or_else(|e| e.into_inner()) = Some((now, Arc::clone(&ring)));
        Ok(ring)
    }

    fn forget(&self) {
        *self.0.write().unwrap_or_else(|e| e.into_inner()) = None;
    }
}

fn corrupt(what: impl fmt::Display) -> store::Error {
    store::Error::Corrupt { table: "signing_keys", what: what.to_string() }
}

/// What a key does at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyState {
    /// Published; it signs later.
    Pending,
    /// It signs.
    Active,
    /// It verifies what it signed.
    Retiring,
    /// It does nothing any more.
    Gone,
}

impl KeyState {
    /// Its name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Active => "active",
            Self::Retiring => "retiring",
            Self::Gone => "gone",
        }
    }
}

/// A signing key without what it signs with.
#[derive(Debug, Clone)]
pub struct KnownKey {
    /// Its `kid`.
    pub id: KeyId,
    /// Its algorithm (RFC 7518 section 3.1).
    pub algorithm: String,
    /// What it does now.
    pub state: KeyState,
    /// When it was made.
    pub created_at: Time,
    /// When it begins to sign.
    pub activates_at: Time,
    /// When it is gone, if a successor was made or it was withdrawn.
    pub retires_at: Option<Time>,
}

impl KnownKey {
    /// As the admin API and the command line show it.
    pub fn to_json(&self) -> Value {
        json!({
            "kid": self.id,
            "algorithm": self.algorithm,
            "state": self.state.as_str(),
            "created_at": rfc3339(self.created_at),
            "activates_at": rfc3339(self.activates_at),
            "retires_at": self.retires_at.map(rfc3339),
        })
    }
}

/// Every key that is kept, newest first: those that are gone too, until they are purged.
///
/// # Errors
/// As the database says.
pub fn signing_keys(app: &App) -> store::Result<Vec<KnownKey>> {
    let (now, kept) = (app.now(), app.read(|cx| store::signing_keys::every(cx.conn))?);
    // One that will never sign, as a younger one does already.
    let is_passed_over =
        |key: &StoredKey| signing(&kept, &key.algorithm, now).is_some_and(|signs| signs.created_at > key.created_at);
    let state = |key: &StoredKey| match key {
        key if key.retires_at.is_some_and(|end| end <= now) => KeyState::Gone,
        key if signing(&kept, &key.algorithm, now).is_some_and(|signs| signs.id == key.id) => KeyState::Active,
        key if key.activates_at > now && !is_passed_over(key) => KeyState::Pending,
        _ => KeyState::Retiring,
    };
    let states: Vec<_> = kept.iter().map(state).collect();
    let known = |(key, state): (StoredKey, KeyState)| KnownKey {
        state,
        id: key.id.into(),
        algorithm: key.algorithm,
        created_at: key.created_at,
        activates_at: key.activates_at,
        retires_at: key.retires_at,
    };
    Ok(kept.into_iter().zip(states).map(known).collect())
}
