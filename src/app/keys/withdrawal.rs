//! A key that leaked is taken out at once: it is in the JWKS no more, signs nothing and verifies nothing.

use std::sync::Arc;

use super::super::{App, Cx, record};
use super::rotation::{Fresh, made};
use super::{KeyState, signing};
use crate::core::audit::{Act, Actor, Event, Object, ObjectKind};
use crate::core::ids::KeyId;
use crate::core::signing::Algorithm;
use crate::store::{self, signing_keys, signing_keys::StoredKey};

/// What came of withdrawing a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Withdrawal {
    /// It is gone. If it signed, this one signs in its place.
    Done(Option<KeyId>),
    /// It was gone already.
    Already,
    /// There is no such key.
    Unknown,
}

/// How often it is looked again when a key was changed by somebody else meanwhile.
const LOOKS: usize = 5;

/// Lets a key be gone now, and another sign if it did: the one that waits to, or else a new one. Other nodes know it after
/// `cache.staleness`, clients that keep the list when they fetch it again.
///
/// # Errors
/// As the database says.
pub fn withdraw(app: &Arc<App>, by: &Actor, id: &KeyId) -> store::Result<Withdrawal> {
    for _ in 0..LOOKS {
        let kept = app.read(|cx| signing_keys::every(cx.conn))?;
        let Some(key) = kept.into_iter().find(|key| key.id == id.as_str()) else { return Ok(Withdrawal::Unknown) };
        if key.retires_at.is_some_and(|end| end <= app.now()) {
            return Ok(Withdrawal::Already);
        }
        // Made before it is known whether it is needed: an RSA key takes its time, and not inside the transaction.
        let spare = Algorithm::named(&key.algorithm).map(|algorithm| Fresh::make(app, algorithm)).transpose()?;
        let by = by.clone();
        let done = app.write(move |cx| take_out(cx, &by, &key, spare))?;
        app.keys.forget();
        if let Some(successor) = done {
            log::info!("event=key.withdraw kid={id} successor={}", successor.as_ref().map_or("none", KeyId::as_str));
            return Ok(Withdrawal::Done(successor));
        }
    }
    Err(store::Error::Busy)
}

/// The key that signs in the place of the one that is gone, if it did; none if that is not as it was seen any more.
fn take_out(
    cx: &mut Cx<'_>,
    by: &Actor,
    key: &StoredKey,
    spare: Option<Fresh>,
) -> store::Result<Option<Option<KeyId>>> {
    // Who rotates or withdraws another key of the algorithm waits.
    signing_keys::hold(cx.conn, &key.algorithm)?;
    let mut live = signing_keys::all(cx.conn, cx.now)?;
    live.retain(|one| one.algorithm == key.algorithm);
    if !signing_keys::withdraw(cx.conn, &key.id, key.retires_at, cx.now)? {
        return Ok(None);
    }
    let signer = signing(&live, &key.algorithm, cx.now).map(|one| one.id.as_str());
    let newest = live.iter().find(|one| one.retires_at.is_none()).map(|one| one.id.as_str());
    let (signed, is_newest) = (signer == Some(&key.id), newest == Some(&key.id));
    let (was, successor) = match (signed, is_newest) {
        (true, _) => {
            let next = match (newest.filter(|_| !is_newest), spare) {
                (Some(waiting), _) => Some(activate(cx, waiting)?),
                (None, Some(spare)) => Some(begin(cx, by, spare)?),
                (None, None) => None,
            };
            (KeyState::Active, next)
        }
        (false, true) => {
            // The one that signs has no successor any more.
            signer.map(|signer| signing_keys::keep(cx.conn, signer)).transpose()?;
            (KeyState::Pending, None)
        }
        (false, false) => (KeyState::Retiring, None),
    };
    let event = Event::new(by.clone(), Act::KeyWithdraw).on(Object::new(ObjectKind::Key, key.id.as_str()));
    let event = event.with("algorithm", key.algorithm.as_str()).with("state", was.as_str());
    let event = match &successor {
        Some(successor) => event.with("successor", successor.as_str()),
        None => event,
    };
    record(cx, &event)?;
    Ok(Some(successor))
}

/// A new key signs from now on.
fn begin(cx: &mut Cx<'_>, by: &Actor, fresh: Fresh) -> store::Result<KeyId> {
    let (id, algorithm) = (fresh.id.clone(), fresh.algorithm);
    signing_keys::insert(cx.conn, &fresh.stored(cx.now, cx.now))?;
    record(cx, &made(by, &id, algorithm, true))?;
    Ok(id)
}

/// The key that waits signs from now on.
fn activate(cx: &mut Cx<'_>, waiting: &str) -> store::Result<KeyId> {
    signing_keys::activate(cx.conn, waiting, cx.now)?;
    Ok(KeyId::from(waiting))
}
