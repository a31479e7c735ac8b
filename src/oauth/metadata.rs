//! Authorization server metadata (RFC 8414), made from the registries.

use serde_json::{Value, json};

use super::grants;
use crate::app::App;
use crate::core::client::AuthMethod;
use crate::core::scope::ScopeEntry;

/// The document of `/.well-known/oauth-authorization-server`.
pub fn document(app: &App, scopes: &[ScopeEntry]) -> Value {
    let issuer = app.config.issuer();
    let methods: Vec<&str> = AuthMethod::ALL.iter().map(|method| method.as_str()).collect();
    let secret_methods: Vec<&str> = methods.iter().copied().filter(|name| *name != "none").collect();
    let scopes: Vec<&str> = scopes.iter().map(|entry| entry.name.as_str()).collect();
    json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/oauth/authorize"),
        "token_endpoint": format!("{issuer}/oauth/token"),
        "jwks_uri": format!("{issuer}/oauth/jwks"),
        "introspection_endpoint": format!("{issuer}/oauth/introspect"),
        "revocation_endpoint": format!("{issuer}/oauth/revoke"),
        "scopes_supported": scopes,
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": grants::NAMES,
        "token_endpoint_auth_methods_supported": methods,
        "introspection_endpoint_auth_methods_supported": secret_methods,
        "revocation_endpoint_auth_methods_supported": methods,
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": true,
    })
}
