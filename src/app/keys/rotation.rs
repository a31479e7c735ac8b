//! New keys: the first ones, and those that take the place of others.

use std::sync::Arc;

use chrono::TimeDelta;

use super::super::{App, Cx};
use super::{SEALED_FOR, corrupt};
use crate::core::audit::{Act, Actor, Event, Object, ObjectKind};
use crate::core::ids::KeyId;
use crate::core::signing::{Algorithm, SigningKey};
use crate::core::time::{Time, delta};
use crate::store::{self, signing_keys::StoredKey};

/// What a key verifies beyond `keys.verify_after`: another node may sign with it until it has heard of the next one
/// (`cache.staleness`, 5 minutes at most), for a request that is on its way (`limits.request_timeout`, 5 minutes at most).
const SLACK: TimeDelta = TimeDelta::minutes(10);

/// Which keys are to be replaced, and how soon.
#[derive(Debug, Clone, Default)]
pub struct Rotation {
    /// Only the key of this algorithm.
    pub algorithm: Option<Algorithm>,
    /// The new ones sign at once, though other nodes and clients do not know them yet: for keys that leaked.
    pub at_once: bool,
    /// Only keys that are among these: who asks has not seen what was made meanwhile.
    pub instead_of: Option<Vec<KeyId>>,
}

/// A new key that nobody has seen.
pub(super) struct Fresh {
    pub(super) id: KeyId,
    pub(super) algorithm: Algorithm,
    sealed: String,
    jwk: String,
}

impl Fresh {
    pub(super) fn make(app: &App, algorithm: Algorithm) -> store::Result<Self> {
        let (key, pkcs8) = SigningKey::generate(algorithm).map_err(corrupt)?;
        let jwk = key.jwk().map_err(corrupt)?;
        Ok(Self {
            algorithm,
            sealed: app.secrets.seal(SEALED_FOR, &pkcs8).map_err(corrupt)?,
            jwk: serde_json::to_string(&jwk).map_err(corrupt)?,
            id: key.id,
        })
    }

    /// As it is kept, to sign from `activates_at` on.
    pub(super) fn stored(self, activates_at: Time, now: Time) -> StoredKey {
        StoredKey {
            id: self.id.to_string(),
            algorithm: self.algorithm.as_str().to_owned(),
            private_key: self.sealed,
            public_jwk: self.jwk,
            created_at: now,
            activates_at,
            retires_at: None,
        }
    }
}

/// Makes a key of each algorithm that there is none of. It signs at once, as nothing else could. Of several nodes that
/// start, each may try.
///
/// # Errors
/// As the database says.
pub fn complete(app: &Arc<App>) -> store::Result<()> {
    let there = app.read(|cx| store::signing_keys::algorithms(cx.conn))?;
    let missing = Algorithm::ALL.into_iter().filter(|algorithm| !there.iter().any(|name| name == algorithm.as_str()));
    let now = app.now();
    for algorithm in missing {
        let key = Fresh::make(app, algorithm)?.stored(now, now);
        let kept = app.write_one(move |cx| store::signing_keys::insert(cx.conn, &key).map(|()| key.id));
        match kept {
            Ok(id) => log::info!("event=key.make kid={id} algorithm={}", algorithm.as_str()),
            // Another node was quicker.
            Err(store::Error::Unique(_)) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Makes a new key for one algorithm or for each, published at once. It signs after `keys.publish_ahead`, or at once; the
/// one before it goes on verifying for `keys.verify_after`. The identifiers of those made: of several who rotate at once,
/// one does.
///
/// # Errors
/// As the database says.
pub fn rotate(app: &Arc<App>, by: &Actor, rotation: &Rotation) -> store::Result<Vec<KeyId>> {
    replace(app, by, rotation.at_once, |key| {
        let is_meant = rotation.algorithm.is_none_or(|algorithm| algorithm.as_str() == key.algorithm);
        let is_known = rotation.instead_of.as_ref().is_none_or(|known| known.iter().any(|id| id.as_str() == key.id));
        is_meant && is_known
    })
}

/// Makes a successor of each key that has signed for `keys.rotate_every` when the successor begins to. Of several nodes,
/// one does.
///
/// # Errors
/// As the database says.
pub fn rotate_due(app: &Arc<App>) -> store::Result<Vec<KeyId>> {
    let settings = &app.config.keys;
    if settings.rotate_every.is_zero() {
        return Ok(Vec::new());
    }
    let latest = app.now() + delta(settings.publish_ahead) - delta(settings.rotate_every);
    replace(app, &Actor::Server, false, |key| key.activates_at <= latest)
}

fn replace(
    app: &Arc<App>,
    by: &Actor,
    at_once: bool,
    is_meant: impl Fn(&StoredKey) -> bool,
) -> store::Result<Vec<KeyId>> {
    let mut successors = Vec::new();
    for old in app.read(|cx| store::signing_keys::newest(cx.conn))?.into_iter().filter(is_meant) {
        if let Some(algorithm) = Algorithm::named(&old.algorithm) {
            // An RSA key takes its time: not inside the transaction.
            successors.push((old.id, Fresh::make(app, algorithm)?));
        }
    }
    if successors.is_empty() {
        return Ok(Vec::new());
    }
    let by = by.clone();
    let made = app.write(move |cx| {
        let mut made = Vec::new();
        for (old, fresh) in successors {
            made.extend(succeed(cx, &by, &old, fresh, at_once)?);
        }
        Ok::<_, store::Error>(made)
    })?;
    app.keys.forget();
    for (id, algorithm) in &made {
        log::info!("event=key.rotate kid={id} algorithm={} at_once={at_once}", algorithm.as_str());
    }
    Ok(made.into_iter().map(|(id, _)| id).collect())
}

/// Puts a key in the place of another, unless somebody else did.
fn succeed(
    cx: &mut Cx<'_>,
    by: &Actor,
    old: &str,
    fresh: Fresh,
    at_once: bool,
) -> store::Result<Option<(KeyId, Algorithm)>> {
    let settings = &cx.app.config.keys;
    let activates_at = if at_once { cx.now } else { cx.now + delta(settings.publish_ahead) };
    if !store::signing_keys::retire(cx.conn, old, activates_at + delta(settings.verify_after) + SLACK)? {
        return Ok(None);
    }
    let (id, algorithm) = (fresh.id.clone(), fresh.algorithm);
    store::signing_keys::insert(cx.conn, &fresh.stored(activates_at, cx.now))?;
    super::super::record(cx, &made(by, &id, algorithm, at_once))?;
    Ok(Some((id, algorithm)))
}

/// What the audit log says of a new key.
pub(super) fn made(by: &Actor, id: &KeyId, algorithm: Algorithm, at_once: bool) -> Event {
    let event = Event::new(by.clone(), Act::KeyRotate).on(Object::new(ObjectKind::Key, id.as_str()));
    event.with("algorithm", algorithm.as_str()).with("at_once", at_once)
}
