//! Userinfo: what an access token lets its holder know of a person (OpenID Connect Core section 5.3).

use std::sync::Arc;

use serde_json::{Map, Value};

use super::bearer;
use super::error::Result;
use crate::app::{self, App};
use crate::core::secret::Plain;
use crate::oidc::{self, claims};

/// What userinfo comes to.
#[derive(Debug)]
pub enum Userinfo {
    /// The claims.
    Json(Map<String, Value>),
    /// The claims, signed for a client that is registered for it.
    Signed(Plain),
    /// The token does not work.
    Unknown,
    /// The token works, and is none for this.
    Insufficient,
}

/// The claims that the scopes of a token hold: one statement, as for each call with a token.
///
/// # Errors
/// As the database says, and when the answer cannot be signed.
pub fn answer(app: &Arc<App>, token: &Plain) -> Result<Userinfo> {
    let Some(caller) = bearer::authenticate(app, token)? else { return Ok(Userinfo::Unknown) };
    let scope = &caller.token.scope;
    if !scope.contains(oidc::OPENID) {
        return Ok(Userinfo::Insufficient);
    }
    let Some(client) = app.client(caller.token.client_id.as_str())? else { return Ok(Userinfo::Unknown) };
    let held = |claim: &str| claims::scope_of(claim).is_some_and(|name| scope.contains(name));
    let mut said = Map::new();
    said.insert("sub".to_owned(), app::subject(app, &client, caller.user.id).into());
    said.extend(claims::of(app, &caller.user, held));
    let Some(algorithm) = client.metadata.openid.userinfo_signed_response_alg else { return Ok(Userinfo::Json(said)) };
    said.insert("iss".to_owned(), app.config.issuer().into());
    said.insert("aud".to_owned(), client.id.as_str().into());
    Ok(Userinfo::Signed(Plain::new(app.keys()?.signer(algorithm).sign("JWT", &said)?)))
}
