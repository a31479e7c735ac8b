//! Checks of what a client says of itself for OpenID Connect.

use jsonwebtoken::jwk::{AlgorithmParameters, JwkSet, ThumbprintHash};
use serde_json::{Value, json};

use crate::account::Invalid;
use crate::account::audit::Event;
use crate::app::App;
use crate::core::client::{Client, Metadata, OpenIdMetadata, SubjectType};
use crate::core::redirect::{self, RedirectUri};
use crate::core::signing::Algorithm;
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
        // Where no policy of the browser can name the origin, its frame would never be loaded.
        let nameable = |uri| redirect::csp_source(uri).is_some_and(|source| source.contains("://"));
        if uri.is_some_and(|uri| !is_fit(app, uri) || name.starts_with("frontchannel") && !nameable(uri)) {
            let text = format!("The {name} must be an https URL without fragment.");
            invalid.add(name, (text, "field-https-url"));
        }
    }
    if !invalid.0.contains_key("frontchannel_logout_uri") && !is_at_home(openid, redirect_uris) {
        let text = "The frontchannel_logout_uri must have the scheme, host and port of a redirect URI.";
        invalid.add("frontchannel_logout_uri", (text, "field-client-frontchannel"));
    }
}

/// The same for what an owner changes, each told beside a field that they have.
pub(super) fn check_own(app: &App, invalid: &mut Invalid, old: &Client, metadata: &Metadata) {
    let (before, openid) = (&old.metadata.openid, &metadata.openid);
    check(app, invalid, openid, &metadata.redirect_uris);
    // Only other redirect URIs change that, which are told of it.
    invalid.0.remove("subject_type");
    if let Some(missing) = invalid.0.remove("require_signed_request_object") {
        invalid.0.entry("jwks".to_owned()).or_default().extend(missing);
    }
    let changed = [
        ("jwks", before.jwks != openid.jwks),
        ("post_logout_redirect_uris", before.post_logout_redirect_uris != openid.post_logout_redirect_uris),
        ("backchannel_logout_uri", before.backchannel_logout_uri != openid.backchannel_logout_uri),
        ("frontchannel_logout_uri", before.frontchannel_logout_uri != openid.frontchannel_logout_uri),
    ];
    // It asks nobody, so that an admin must know where it sends people.
    for (name, _) in changed.into_iter().filter(|(_, is)| *is && old.policy.first_party) {
        let text = "Only an administrator changes this of an app of this server's operator.";
        invalid.add(name, (text, "field-openid-first-party"));
    }
}

/// Whether what a browser loads in a frame is where codes may be sent: of one scheme, host and port with a redirect URI
/// (Front-Channel Logout section 2).
pub(super) fn is_at_home(openid: &OpenIdMetadata, redirect_uris: &[RedirectUri]) -> bool {
    openid.frontchannel_logout_uri.as_deref().is_none_or(|uri| {
        let origin = redirect::web_origin(uri);
        origin.is_some() && redirect_uris.iter().any(|own| redirect::web_origin(own.as_str()) == origin)
    })
}

/// Public keys alone, each of a kind that signs.
fn are_public_keys(keys: &Value) -> bool {
    let secret = |key: &Value| ["d", "k", "p", "q"].iter().any(|member| key.get(member).is_some());
    let listed = keys.get("keys").and_then(Value::as_array);
    let Some(listed) = listed.filter(|listed| (1..=KEYS).contains(&listed.len())) else { return false };
    if listed.iter().any(secret) || keys.to_string().len() > KEYS_BYTES {
        return false;
    }
    let Ok(set) = serde_json::from_value::<JwkSet>(keys.clone()) else { return false };
    set.keys.iter().all(|key| !matches!(key.algorithm, AlgorithmParameters::OctetKey(_)))
}

/// An address of `https` by the rules of redirect URIs; plain `http`, to any host, only where the server itself may be
/// reached by it.
fn is_fit(app: &App, uri: &str) -> bool {
    let plain = uri.strip_prefix("http://").filter(|_| app.config.issuer().starts_with("http://"));
    let https = plain.map_or_else(|| uri.to_owned(), |rest| format!("https://{rest}"));
    https.starts_with("https://") && RedirectUri::parse(&https).is_ok()
}

/// Adds to an event what of it was and became, where that differs: of keys, their thumbprints (RFC 7638).
pub(super) fn differences(event: Event, old: &OpenIdMetadata, new: &OpenIdMetadata) -> Event {
    let uris = |of: &OpenIdMetadata| of.post_logout_redirect_uris.iter().map(ToString::to_string).collect::<Vec<_>>();
    let userinfo = |of: &OpenIdMetadata| of.userinfo_signed_response_alg.map(Algorithm::as_str);
    let (id_token, renewed) = (old.id_token_signed_response_alg, new.id_token_signed_response_alg);
    let (back, front) = ("backchannel_logout_session_required", "frontchannel_logout_session_required");
    let event = event
        .changed("subject_type", old.subject_type.as_str(), new.subject_type.as_str())
        .changed("id_token_signed_response_alg", id_token.as_str(), renewed.as_str())
        .changed("userinfo_signed_response_alg", userinfo(old), userinfo(new))
        .changed("require_signed_request_object", old.require_signed_request_object, new.require_signed_request_object)
        .changed("default_max_age", old.default_max_age, new.default_max_age)
        .changed("post_logout_redirect_uris", uris(old), uris(new))
        .changed("backchannel_logout_uri", old.backchannel_logout_uri.clone(), new.backchannel_logout_uri.clone())
        .changed(back, old.backchannel_logout_session_required, new.backchannel_logout_session_required)
        .changed("frontchannel_logout_uri", old.frontchannel_logout_uri.clone(), new.frontchannel_logout_uri.clone())
        .changed(front, old.frontchannel_logout_session_required, new.frontchannel_logout_session_required);
    // Keys of the same thumbprints may differ in what else is said of them, which is a change too.
    if old.jwks == new.jwks {
        return event;
    }
    event.with("jwks", json!({ "old": thumbprints(old.jwks.as_ref()), "new": thumbprints(new.jwks.as_ref()) }))
}

fn thumbprints(keys: Option<&Value>) -> Vec<String> {
    let set = keys.and_then(|keys| serde_json::from_value::<JwkSet>(keys.clone()).ok());
    set.iter().flat_map(|set| &set.keys).filter_map(|key| key.thumbprint(ThumbprintHash::SHA256).ok()).collect()
}
