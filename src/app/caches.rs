//! Copies of what is read by many requests and written rarely: clients, scopes and roles.

use std::sync::{Arc, RwLock};

use quick_cache::sync::Cache;

use super::App;
use crate::core::client::Client;
use crate::core::ids::ClientId;
use crate::core::role::Role;
use crate::core::scope::ScopeEntry;
use crate::core::time::{Time, delta};
use crate::store;

/// A copy and when it was made.
type Dated<T> = (Time, Arc<T>);

pub(super) struct Caches {
    clients: Cache<ClientId, Dated<Client>>,
    scopes: RwLock<Option<Dated<Vec<ScopeEntry>>>>,
    roles: RwLock<Option<Dated<Vec<Role>>>>,
}

impl Caches {
    pub(super) fn new(clients: usize) -> Self {
        Self { clients: Cache::new(clients), scopes: RwLock::new(None), roles: RwLock::new(None) }
    }

    /// Unknown identifiers are not remembered: whoever asks for many of them fills nothing.
    pub(super) fn client(&self, app: &App, id: &str) -> store::Result<Option<Arc<Client>>> {
        let id = ClientId::from(id);
        if let Some((made_at, client)) = self.clients.get(&id)
            && is_fresh(app, made_at)
        {
            return Ok(Some(client));
        }
        let made_at = app.now();
        let Some(client) = app.read(|cx| store::clients::by_id(cx.conn, &id))? else {
            self.clients.remove(&id);
            return Ok(None);
        };
        let client = Arc::new(client);
        self.clients.insert(id, (made_at, Arc::clone(&client)));
        Ok(Some(client))
    }

    /// The copy of a client, however old.
    pub(super) fn remembered_client(&self, id: &str) -> Option<Arc<Client>> {
        self.clients.get(&ClientId::from(id)).map(|(_, client)| client)
    }

    pub(super) fn forget_client(&self, id: &ClientId) {
        self.clients.remove(id);
    }

    pub(super) fn fresh_scopes(&self, app: &App) -> Option<Arc<Vec<ScopeEntry>>> {
        let kept = self.scopes.read().unwrap_or_else(|e| e.into_inner());
        kept.as_ref().filter(|(made_at, _)| is_fresh(app, *made_at)).map(|(_, scopes)| Arc::clone(scopes))
    }

    pub(super) fn scopes(&self, app: &App) -> store::Result<Arc<Vec<ScopeEntry>>> {
        if let Some(scopes) = self.fresh_scopes(app) {
            return Ok(scopes);
        }
        let made_at = app.now();
        let scopes = Arc::new(app.read(|cx| store::scopes::all(cx.conn))?);
        *self.scopes.write().unwrap_or_else(|e| e.into_inner()) = Some((made_at, Arc::clone(&scopes)));
        Ok(scopes)
    }

    pub(super) fn roles(&self, app: &App) -> store::Result<Arc<Vec<Role>>> {
        let kept = self.roles.read().unwrap_or_else(|e| e.into_inner()).clone();
        if let Some((made_at, roles)) = kept
            && is_fresh(app, made_at)
        {
            return Ok(roles);
        }
        let made_at = app.now();
        let roles = Arc::new(app.read(|cx| store::roles::all(cx.conn))?);
        *self.roles.write().unwrap_or_else(|e| e.into_inner()) = Some((made_at, Arc::clone(&roles)));
        Ok(roles)
    }

    pub(super) fn forget_roles(&self) {
        *self.roles.write().unwrap_or_else(|e| e.into_inner()) = None;
    }

    pub(super) fn forget_scopes(&self) {
        *self.scopes.write().unwrap_or_else(|e| e.into_inner()) = None;
    }
}

/// Whether a copy made at `made_at` may still be used; a clock set back makes it stale.
pub(super) fn is_fresh(app: &App, made_at: Time) -> bool {
    let age = app.now() - made_at;
    age >= chrono::TimeDelta::zero() && age < delta(app.config.cache.staleness)
}
