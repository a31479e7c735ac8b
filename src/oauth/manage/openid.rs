//! Checks of what a client says of itself for OpenID Connect.

use jsonwebtoken::jwk::{AlgorithmParameters, JwkSet};
use url::Url;

use crate::account::Invalid;
use crate::app::App;
use crate::core::client::{Metadata, OpenIdMetadata, SubjectType};
use crate::core::redirect::RedirectUri;
use crate::core::text::Said;

/// The most keys, and the most bytes of them.
const KEYS: usize = 10;
const KEYS_BYTES: usize = 16 * 1024;

pub(super) fn check(app: &App, invalid: &mut Invalid, openid: &OpenIdMetadata, redirect_uris: &[RedirectUri]) {
    let sector = Metadata { redirect_uris: redirect_uris.to_vec(), ..Metadata::default() }.sector();
    if openid.subject_type == SubjectType::Pairwise && sector.is_none() {
        let text = "A client with pairwise subjects needs redirect URIs of one host.";
        invalid.add("subject_type", (text, "field-client-sector"));
    }
    if openid.jwks.as_ref().is_some_and(|keys| !are_public_keys(keys)) {
        let text = "The jwks must be a JWK set of 1 to 10 public keys (RFC 7517).";
        invalid.add("jwks", (text, "field-client-keys"));
    }
    if openid.require_signed_request_object && openid.jwks.is_none() {
        let text = "Without keys in jwks no request could be signed.";
        invalid.add("require_signed_request_object", (text, "field-client-keys-missing"));
    }
    if openid.post_logout_redirect_uris.len() > 20 {
        let said = Said::new("field-at-most").with("max", 20);
        invalid.add("post_logout_redirect_uris", ("There may be 20 at the most.", said));
    }
    let backchannel = openid.backchannel_logout_uri.as_deref();
    for (name, uri) in [
        ("backchannel_logout_uri", backchannel),
        ("frontchannel_logout_uri", openid.frontchannel_logout_uri.as_deref()),
    ] {
        if uri.is_some_and(|uri| !is_fit(app, uri)) {
            let text = format!("The {name} must be an https URL without fragment.");
            invalid.add(name, (text, "field-https-url"));
        }
    }
}

/// Public keys alone, each of a kind that signs.
fn are_public_keys(keys: &serde_json::Value) -> bool {
    let secret = |key: &serde_json::Value| ["d", "k", "p", "q"].iter().any(|member| key.get(member).is_some());
    let listed = keys.get("keys").and_then(serde_json::Value::as_array);
    let Some(listed) = listed.filter(|listed| (1..=KEYS).contains(&listed.len())) else { return false };
    if listed.iter().any(secret) || keys.to_string().len() > KEYS_BYTES {
        return false;
    }
    let Ok(set) = serde_json::from_value::<JwkSet>(keys.clone()) else { return false };
    set.keys.iter().all(|key| !matches!(key.algorithm, AlgorithmParameters::OctetKey(_)))
}

/// `https`; plain `http` only where the server itself may be reached by it.
fn is_fit(app: &App, uri: &str) -> bool {
    let Ok(url) = Url::parse(uri) else { return false };
    let plain = app.config.issuer().starts_with("http://");
    let scheme = url.scheme() == "https" || url.scheme() == "http" && plain;
    scheme && uri.len() <= 2048 && url.host_str().is_some() && url.fragment().is_none() && url.username().is_empty()
}
