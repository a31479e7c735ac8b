//! How clients and scopes are shown to machines, by the names of RFC 7591 where it has one.

use serde_json::{Value, json};

use super::admin::{Listed, Secret, Shown};
use crate::core::client::Client;
use crate::core::scope::ScopeEntry;
use crate::core::secret::Plain;
use crate::core::time::{Time, rfc3339};

/// A client without its secrets.
pub fn client(client: &Client, verified_at: Option<Time>) -> Value {
    let (metadata, policy) = (&client.metadata, &client.policy);
    let mut shown = json!({
        "client_id": client.id,
        "client_name": metadata.client_name,
        "redirect_uris": metadata.redirect_uris,
        "grant_types": metadata.grant_types,
        "token_endpoint_auth_method": metadata.token_endpoint_auth_method,
        "scope": policy.scopes.as_ref().map(|names| names.join(" ")),
        "first_party": policy.first_party,
        "introspect": policy.may_introspect,
        "require_pkce": client.requires_pkce(),
        "token_format": policy.token_format,
        "access_token_signed_response_alg": policy.access_token_signed_response_alg,
        "access_token_lifetime": policy.access_token_lifetime,
        "refresh_grace": policy.refresh_grace,
        "built_in": policy.built_in,
        "owner_id": client.owner_id,
        "created_at": rfc3339(client.created_at),
        "updated_at": rfc3339(client.updated_at),
        "verified_at": verified_at.map(rfc3339),
        "disabled_at": client.disabled_at.map(rfc3339),
        "deleted_at": client.deleted_at.map(rfc3339),
    });
    set(&mut shown, "client_uri", metadata.client_uri.as_deref());
    shown
}

impl Listed {
    /// As a list shows it.
    pub fn to_json(&self) -> Value {
        client(&self.client, self.verified_at)
    }
}

impl Shown {
    /// With the secrets that work, of which nobody sees more than when they were made and end.
    pub fn to_json(&self) -> Value {
        let mut shown = client(&self.client, self.verified_at);
        set(&mut shown, "secrets", Some(self.secrets.iter().map(secret).collect::<Value>()));
        set(&mut shown, "seen", Some(self.seen.as_str()));
        shown
    }
}

/// A secret without the secret.
pub fn secret(secret: &Secret) -> Value {
    json!({
        "id": secret.id,
        "created_at": rfc3339(secret.created_at),
        "expires_at": secret.expires_at.map(rfc3339),
    })
}

/// A new client with its secret, which is shown this once.
pub fn created(made: &Client, secret: Option<&Plain>) -> Value {
    let mut shown = client(made, None);
    set(&mut shown, "client_secret", secret.map(Plain::expose));
    shown
}

/// A scope.
pub fn scope(entry: &ScopeEntry) -> Value {
    json!({
        "name": entry.name,
        "description": entry.description,
        "default": entry.is_default,
        "optional": entry.optional,
        "sensitive": entry.sensitive,
    })
}

fn set(json: &mut Value, name: &str, value: Option<impl Into<Value>>) {
    if let (Some(object), Some(value)) = (json.as_object_mut(), value) {
        object.insert(name.to_owned(), value.into());
    }
}
