//! How a client is shown.

use super::super::reply::{fields, moment, moment_or, yes};
use crate::core::client::{Client, Policy, TokenFormat};
use crate::core::secret::Plain;
use crate::oauth::manage::admin::{Secret, Shown};

/// In a word, what may be done with it.
pub(super) fn state(client: &Client) -> &'static str {
    match (client.policy.built_in, client.disabled_at) {
        (true, _) => "built-in",
        (_, Some(_)) if client.deleted_at.is_some() => "deleted by its owner",
        (_, Some(_)) => "disabled",
        _ => "active",
    }
}

/// For people.
pub(super) fn text(shown: &Shown) -> String {
    let client = &shown.client;
    let secret = |secret: &Secret| {
        let end = secret.expires_at.map_or("no end".to_owned(), |end| format!("until {}", moment(end)));
        format!("{} of {}, {end}", secret.id, moment(secret.created_at))
    };
    let mut pairs = described(client);
    if !client.is_public() && shown.secrets.is_empty() {
        pairs.push(("Secrets", "none".to_owned()));
    }
    pairs.extend(shown.secrets.iter().map(|one| ("Secret", secret(one))));
    pairs.push(("Verified", moment_or(shown.verified_at, "no")));
    pairs.push(("State", state(client).to_owned()));
    pairs.push(("Created", moment(client.created_at)));
    pairs.push(("Disabled", moment_or(client.disabled_at, "no")));
    fields(&pairs)
}

/// What people know it by.
pub(super) fn known_by(client: &Client) -> String {
    let metadata = &client.metadata;
    let mut pairs = vec![("Name", metadata.client_name.clone())];
    pairs.extend(metadata.redirect_uris.iter().map(|uri| ("Redirect URI", uri.to_string())));
    pairs.extend(metadata.client_uri.iter().map(|uri| ("Home page", uri.clone())));
    pairs.extend(client.owner_name.iter().map(|name| ("Owner", name.clone())));
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

/// How access tokens are written, and what signs them.
fn access_tokens(policy: &Policy) -> String {
    match policy.token_format {
        TokenFormat::Jwt => format!("jwt by {}", policy.access_token_signed_response_alg.as_str()),
        TokenFormat::Opaque => "opaque".to_owned(),
    }
}

fn described(client: &Client) -> Vec<(&'static str, String)> {
    let (metadata, policy) = (&client.metadata, &client.policy);
    let seconds = |set: Option<u64>| set.map_or("the server's setting".to_owned(), |seconds| format!("{seconds}s"));
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
        ("Access tokens", format!("{}, lifetime: {}", access_tokens(policy), seconds(policy.access_token_lifetime))),
        ("Refresh grace", seconds(policy.refresh_grace)),
    ]);
    pairs.extend(client.owner_name.iter().map(|name| ("Owner", name.clone())));
    pairs
}
