//! The grants: a file each, and this registry, from which the metadata follows.

pub mod authorization_code;
pub mod client_credentials;
pub mod refresh_token;

use std::sync::Arc;

use super::error::{Code, Refusal, Result};
use super::parameters::Parameters;
use super::token::TokenResponse;
use crate::account::audit::{self, Act, Actor, Event, Object, ObjectKind};
use crate::app::{App, Cx};
use crate::core::client::Client;
use crate::core::failure::Reason;
use crate::core::grant::{EndReason, Grant as GrantRow};
use crate::core::ids::ClientId;
use crate::core::scope::Scope;
use crate::store;

/// A way to get a token.
pub trait Grant: Sync {
    /// The `grant_type`.
    fn name(&self) -> &'static str;

    /// Answers an authenticated client that may use this grant.
    ///
    /// # Errors
    /// The refusals of RFC 6749 section 5.2.
    fn exchange(&self, app: &Arc<App>, client: &Arc<Client>, parameters: &Parameters) -> Result<TokenResponse>;
}

const REGISTRY: [&dyn Grant; 3] =
    [&authorization_code::AuthorizationCode, &refresh_token::RefreshTokenGrant, &client_credentials::ClientCredentials];

/// The names of all grants.
pub const NAMES: [&str; 3] = ["authorization_code", "refresh_token", "client_credentials"];

/// The grant of a name.
pub fn find(name: &str) -> Option<&'static dyn Grant> {
    REGISTRY.into_iter().find(|grant| grant.name() == name)
}

/// What comes of a transaction that must be kept even when the answer is a refusal.
#[derive(Debug)]
pub enum Outcome<T> {
    /// Granted.
    Granted(T),
    /// Refused, and what was written on the way stays.
    Refused(Refusal),
}

impl<T> Outcome<T> {
    /// The answer.
    ///
    /// # Errors
    /// The refusal.
    pub fn into_result(self) -> Result<T> {
        match self {
            Self::Granted(value) => Ok(value),
            Self::Refused(refusal) => Err(refusal.into()),
        }
    }
}

/// The part of a scope that is still there and that its client may still have.
///
/// # Errors
/// As the database says.
pub fn still_allowed(app: &App, client: &Client, scope: &Scope) -> Result<Scope> {
    let (known, allowed) = (app.scopes()?, client.allowed(scope));
    let is_there = |name: &&str| known.iter().any(|entry| entry.name == **name);
    Ok(Scope::from_names(allowed.names().filter(is_there).map(str::to_owned)))
}

/// Ends a grant one of whose secrets came twice, and notes who brought it; whether it was still going.
fn ended_by_reuse(
    act: Act,
    reason: EndReason,
    grant: &GrantRow,
    presented_by: &ClientId,
) -> impl FnOnce(&mut Cx<'_>) -> store::Result<bool> + Send + 'static {
    let event = Event::new(Actor::Client(presented_by.clone()), act)
        .refused()
        .on(Object::new(ObjectKind::Grant, grant.id.as_str()))
        .with("client", grant.client_id.as_str())
        .with("user", grant.user_id.to_string());
    let id = grant.id.clone();
    move |cx| {
        let ended = store::grants::end(cx.conn, &id, reason, cx.now)?;
        if ended {
            audit::record(cx, &event)?;
        }
        Ok(ended)
    }
}

/// The scope of a request: what is asked for, or the defaults, checked against what exists and what
/// the client may have (RFC 6749 section 3.3).
///
/// # Errors
/// `invalid_scope`.
pub fn scope_for(app: &App, client: &Client, asked: Option<&str>) -> Result<Scope> {
    let known = app.scopes()?;
    let Some(asked) = asked else {
        let defaults = known.iter().filter(|entry| entry.is_default).map(|entry| entry.name.clone());
        let allowed = |name: &String| client.may_ask(&Scope::from_names([name.clone()]));
        return Ok(Scope::from_names(defaults.filter(allowed)));
    };
    let refused = |text: String, reason| Refusal::new(Code::InvalidScope, text).because(reason).with("sent", asked);
    let scope = Scope::parse(asked).map_err(|e| refused(e.to_string(), Reason::ScopeMalformed))?;
    if let Some(name) = scope.names().find(|name| !known.iter().any(|entry| entry.name == *name)) {
        return Err(refused(format!("there is no scope {name}"), Reason::ScopeUnknown).with("name", name).into());
    }
    if !client.may_ask(&scope) {
        let text = "this client may not ask for one of these scopes".to_owned();
        let allowed = known.iter().map(|entry| entry.name.clone());
        let allowed: Vec<String> = allowed.filter(|name| client.may_ask(&Scope::from_names([name.clone()]))).collect();
        return Err(refused(text, Reason::ScopeNotAllowed).with("expected", allowed).into());
    }
    Ok(scope)
}
