//! How a client is shown.

use serde_json::{Value, json};

use super::super::reply::{fields, moment, moment_or, stamp, yes};
use crate::core::client::{Client, TokenFormat};
use crate::core::secret::Plain;
use crate::core::time::Time;

/// For machines, by the names of RFC 7591 where it has one.
pub(super) fn json(client: &Client) -> Value {
    let (metadata, policy) = (&client.metadata, &client.policy);
    let mut json = json!({
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
        "access_token_lifetime": policy.access_token_lifetime,
        "refresh_grace": policy.refresh_grace,
        "built_in": policy.built_in,
        "owner_id": client.owner_id,
        "created_at": stamp(client.created_at),
        "updated_at": stamp(client.updated_at),
        "disabled_at": stamp(client.disabled_at),
    });
    set(&mut json, "client_uri", metadata.client_uri.as_deref());
    json
}

/// As [`json`], with the secret that is shown this once.
pub(super) fn created(client: &Client, secret: Option<&Plain>) -> Value {
    let mut json = json(client);
    set(&mut json, "client_secret", secret.map(Plain::expose));
    json
}

/// As [`json`], with the ends of the secrets that work.
pub(super) fn with_secrets(client: &Client, now: Time) -> Value {
    let mut json = json(client);
    let secrets: Vec<Value> = live_secrets(client, now).map(|end| json!({ "expires_at": stamp(end) })).collect();
    set(&mut json, "secrets", Some(secrets));
    json
}

fn set(json: &mut Value, name: &str, value: Option<impl Into<Value>>) {
    if let (Some(object), Some(value)) = (json.as_object_mut(), value) {
        object.insert(name.to_owned(), value.into());
    }
}

fn live_secrets(client: &Client, now: Time) -> impl Iterator<Item = Option<Time>> {
    client.secrets.iter().map(|secret| secret.expires_at).filter(move |end| end.is_none_or(|end| now < end))
}

/// In a word, what may be done with it.
pub(super) fn state(client: &Client) -> &'static str {
    match (client.policy.built_in, client.disabled_at) {
        (true, _) => "built-in",
        (_, Some(_)) => "disabled",
        _ => "active",
    }
}

/// For people.
pub(super) fn text(client: &Client, now: Time) -> String {
    let secrets: Vec<String> = live_secrets(client, now)
        .map(|end| end.map_or("no end".to_owned(), |end| format!("until {}", moment(end))))
        .collect();
    let mut pairs = described(client);
    if !client.is_public() {
        pairs.push(("Secrets", if secrets.is_empty() { "none".to_owned() } else { secrets.join("; ") }));
    }
    pairs.push(("State", state(client).to_owned()));
    pairs.push(("Created", moment(client.created_at)));
    pairs.push(("Disabled", moment_or(client.disabled_at, "no")));
    fields(&pairs)
}

/// For the person who made it.
pub(super) fn created_text(client: &Client, secret: Option<&Plain>) -> String {
    let mut pairs = described(client);
    if let Some(secret) = secret {
        pairs.insert(1, ("Client secret", secret.expose().to_owned()));
        pairs.insert(2, ("", "The secret is shown this once.".to_owned()));
    }
    fields(&pairs)
}

fn described(client: &Client) -> Vec<(&'static str, String)> {
    let (metadata, policy) = (&client.metadata, &client.policy);
    let seconds = |set: Option<u64>| set.map_or("the server's setting".to_owned(), |seconds| format!("{seconds}s"));
    let format = match policy.token_format {
        TokenFormat::Jwt => "jwt",
        TokenFormat::Opaque => "opaque",
    };
    let mut pairs = vec![
        ("Client ID", client.id.to_string()),
        ("Name", metadata.client_name.clone()),
        ("Authenticates by", metadata.token_endpoint_auth_method.as_str().to_owned()),
        ("Grants", metadata.grant_types.join(" ")),
    ];
    pairs.extend(metadata.redirect_uris.iter().map(|uri| ("Redirect URI", uri.to_string())));
    pairs.extend(metadata.client_uri.iter().map(|uri| ("Home page", uri.clone())));
    pairs.extend([
        ("Scopes", policy.scopes.as_ref().map_or("every scope".to_owned(), |names| names.join(" "))),
        ("First party", yes(policy.first_party)),
        ("May introspect", yes(policy.may_introspect)),
        ("PKCE demanded", yes(client.requires_pkce())),
        ("Access tokens", format!("{format}, lifetime: {}", seconds(policy.access_token_lifetime))),
        ("Refresh grace", seconds(policy.refresh_grace)),
    ]);
    pairs.extend(client.owner_name.iter().map(|name| ("Owner", name.clone())));
    pairs
}
