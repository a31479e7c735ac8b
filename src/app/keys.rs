//! The signing keys: parsed once, rotated with overlap, published before they sign.
//!
//! A key's state follows from its times: before `activates_at` it is pending, then it signs until a
//! younger one does, and verifies until `retires_at`. No job has to move it along, so all nodes agree.

use std::fmt;
use std::sync::{Arc, RwLock};

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::App;
use super::caches::is_fresh;
use crate::core::audit::{Act, Actor, Event, Object, ObjectKind};
use crate::core::ids::KeyId;
use crate::core::signing::{Algorithm, SigningKey};
use crate::core::time::{Time, rfc3339};
use crate::store::{self, signing_keys::StoredKey};

/// How long a new key is published before it signs: the time for which clients may keep the JWKS.
pub const PUBLISH_AHEAD: TimeDelta = TimeDelta::minutes(10);
/// How long a key verifies after its successor began to sign: longer than any token that it signed.
const VERIFY_AFTER: TimeDelta = TimeDelta::days(31);
/// What private keys are sealed for.
const SEALED_FOR: &str = "signing key";

/// The keys as of now.
pub struct KeyRing {
    active: Arc<SigningKey>,
    /// The JWKS document (RFC 7517 section 5), made once.
    pub jwks: Arc<[u8]>,
    /// When another key begins to sign.
    next_change: Option<Time>,
}

impl KeyRing {
    /// The key that signs with an algorithm now.
    pub fn signer(&self, _algorithm: Algorithm) -> &SigningKey {
        &self.active
    }
}

impl fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyRing").field("active", &self.active).finish_non_exhaustive()
    }
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
        let ring = Arc::new(build(app, &stored, now)?);
        *self.0.write().unwrap_or_else(|e| e.into_inner()) = Some((now, Arc::clone(&ring)));
        Ok(ring)
    }
}

fn corrupt(what: impl fmt::Display) -> store::Error {
    store::Error::Corrupt { table: "signing_keys", what: what.to_string() }
}

fn build(app: &App, stored: &[StoredKey], now: Time) -> store::Result<KeyRing> {
    let active = stored.iter().filter(|key| key.activates_at <= now).max_by_key(|key| key.activates_at);
    let active = active.ok_or_else(|| corrupt("there is no key that signs"))?;
    let pkcs8 = app.secrets.open(SEALED_FOR, &active.private_key).map_err(corrupt)?;
    let keys: Vec<serde_json::Value> =
        stored.iter().map(|key| serde_json::from_str(&key.public_jwk)).collect::<Result<_, _>>().map_err(corrupt)?;
    let jwks = serde_json::to_vec(&serde_json::json!({ "keys": keys })).map_err(corrupt)?;
    Ok(KeyRing {
        active: Arc::new(SigningKey::parse(&pkcs8).map_err(corrupt)?),
        jwks: jwks.into(),
        next_change: stored.iter().map(|key| key.activates_at).filter(|at| *at > now).min(),
    })
}

/// A new key that signs from `activates_at` on, ready to be kept.
pub(super) fn generate(app: &App, activates_at: Time, now: Time) -> store::Result<StoredKey> {
    let (key, pkcs8) = SigningKey::generate().map_err(corrupt)?;
    let jwk = key.jwk().map_err(corrupt)?;
    Ok(StoredKey {
        id: key.id.to_string(),
        algorithm: "ES256".to_owned(),
        private_key: app.secrets.seal(SEALED_FOR, &pkcs8).map_err(corrupt)?,
        public_jwk: serde_json::to_string(&jwk).map_err(corrupt)?,
        created_at: now,
        activates_at,
        retires_at: None,
    })
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
    /// When it is gone, if a successor was made.
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
    let is_gone = |key: &StoredKey| key.retires_at.is_some_and(|end| end <= now);
    // Of those that may sign, the youngest does.
    let signs = kept.iter().filter(|key| key.activates_at <= now && !is_gone(key)).max_by_key(|key| key.activates_at);
    let signs = signs.map(|key| key.id.clone());
    let state = |key: &StoredKey| match key {
        key if is_gone(key) => KeyState::Gone,
        key if key.activates_at > now => KeyState::Pending,
        key if signs.as_ref() == Some(&key.id) => KeyState::Active,
        _ => KeyState::Retiring,
    };
    let known = |key: StoredKey| KnownKey {
        state: state(&key),
        id: key.id.into(),
        algorithm: key.algorithm,
        created_at: key.created_at,
        activates_at: key.activates_at,
        retires_at: key.retires_at,
    };
    Ok(kept.into_iter().map(known).collect())
}

/// Makes a new signing key, published at once. It signs after [`PUBLISH_AHEAD`], or `at_once`; the
/// present ones go on verifying for 31 days after that.
///
/// # Errors
/// As the database says.
pub fn rotate(app: &Arc<App>, by: &Actor, at_once: bool) -> store::Result<KeyId> {
    let by = by.clone();
    let fresh = app.write(move |cx| {
        let activates_at = if at_once { cx.now } else { cx.now + PUBLISH_AHEAD };
        let key = generate(cx.app, activates_at, cx.now)?;
        store::signing_keys::retire_all(cx.conn, activates_at + VERIFY_AFTER)?;
        store::signing_keys::insert(cx.conn, &key)?;
        let event = Event::new(by, Act::KeyRotate).on(Object::new(ObjectKind::Key, key.id.as_str()));
        super::record(cx, &event.with("at_once", at_once))?;
        Ok::<_, store::Error>(key.id)
    })?;
    *app.keys.0.write().unwrap_or_else(|e| e.into_inner()) = None;
    log::info!("event=key.rotate kid={fresh} at_once={at_once}");
    Ok(fresh.into())
}
