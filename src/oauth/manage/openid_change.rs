//! What is said of a client for OpenID Connect, when it is made or changed.

use serde_json::Value;

use super::parse_uris;
use crate::account::Invalid;
use crate::core::client::{OpenIdMetadata, SubjectType};
use crate::core::signing::Algorithm;

/// What is changed of what OpenID Connect adds; what is none stays as it is. Texts are as they were typed, and an empty one
/// takes away what was there.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OpenIdChange {
    /// How it knows people.
    pub subject_type: Option<SubjectType>,
    /// With what its id_tokens are signed.
    pub id_token_signed_response_alg: Option<Algorithm>,
    /// With what userinfo is signed; the inner one is none for plain JSON.
    pub userinfo_signed_response_alg: Option<Option<Algorithm>>,
    /// Its public keys, as the JSON text of a JWK set.
    pub jwks: Option<String>,
    /// Whether its authorization requests must be signed.
    pub require_signed_request_object: Option<bool>,
    /// Seconds after which people sign in again for it.
    pub default_max_age: Option<String>,
    /// Where people may be sent after they signed out.
    pub post_logout_redirect_uris: Option<Vec<String>>,
    /// Where it hears that a session ended.
    pub backchannel_logout_uri: Option<String>,
    /// Whether its logout tokens must say which session.
    pub backchannel_logout_session_required: Option<bool>,
    /// What the browser loads in a frame when a session ends.
    pub frontchannel_logout_uri: Option<String>,
    /// Whether that must say which session.
    pub frontchannel_logout_session_required: Option<bool>,
}

impl OpenIdChange {
    /// What keeps all that is there: where a form begins.
    pub fn keeping(openid: &OpenIdMetadata) -> Self {
        let keys = openid.jwks.as_ref().map(|keys| format!("{keys:#}"));
        Self {
            subject_type: Some(openid.subject_type),
            id_token_signed_response_alg: Some(openid.id_token_signed_response_alg),
            userinfo_signed_response_alg: Some(openid.userinfo_signed_response_alg),
            jwks: Some(keys.unwrap_or_default()),
            require_signed_request_object: Some(openid.require_signed_request_object),
            default_max_age: Some(openid.default_max_age.map(|seconds| seconds.to_string()).unwrap_or_default()),
            post_logout_redirect_uris: Some(openid.post_logout_redirect_uris.iter().map(ToString::to_string).collect()),
            backchannel_logout_uri: Some(openid.backchannel_logout_uri.clone().unwrap_or_default()),
            backchannel_logout_session_required: Some(openid.backchannel_logout_session_required),
            frontchannel_logout_uri: Some(openid.frontchannel_logout_uri.clone().unwrap_or_default()),
            frontchannel_logout_session_required: Some(openid.frontchannel_logout_session_required),
        }
    }

    /// What of it an app's owner may change.
    pub(super) fn by_owner(&self) -> Self {
        Self {
            jwks: self.jwks.clone(),
            post_logout_redirect_uris: self.post_logout_redirect_uris.clone(),
            backchannel_logout_uri: self.backchannel_logout_uri.clone(),
            frontchannel_logout_uri: self.frontchannel_logout_uri.clone(),
            ..Self::default()
        }
    }

    /// What was there with what is changed of it; what cannot be read is noted in `invalid`.
    pub(super) fn applied_to(&self, old: &OpenIdMetadata, invalid: &mut Invalid) -> OpenIdMetadata {
        let mut new = old.clone();
        set(&mut new.subject_type, self.subject_type);
        set(&mut new.id_token_signed_response_alg, self.id_token_signed_response_alg);
        set(&mut new.userinfo_signed_response_alg, self.userinfo_signed_response_alg);
        set(&mut new.require_signed_request_object, self.require_signed_request_object);
        set(&mut new.backchannel_logout_session_required, self.backchannel_logout_session_required);
        set(&mut new.frontchannel_logout_session_required, self.frontchannel_logout_session_required);
        set(&mut new.jwks, said(&self.jwks).map(|text| text.map(keys)));
        if let Some(text) = said(&self.default_max_age) {
            let digits = text.filter(|text| text.bytes().all(|b| b.is_ascii_digit()));
            new.default_max_age = digits.and_then(|digits| digits.parse().ok());
            if text.is_some() && new.default_max_age.is_none() {
                invalid.add("default_max_age", ("The default max age must be a number of seconds.", "field-kind"));
            }
        }
        if let Some(given) = &self.post_logout_redirect_uris {
            new.post_logout_redirect_uris = parse_uris(invalid, "post_logout_redirect_uris", given);
        }
        set(&mut new.backchannel_logout_uri, said(&self.backchannel_logout_uri).map(|uri| uri.map(str::to_owned)));
        set(&mut new.frontchannel_logout_uri, said(&self.frontchannel_logout_uri).map(|uri| uri.map(str::to_owned)));
        new
    }
}

fn set<T>(to: &mut T, new: Option<T>) {
    if let Some(new) = new {
        *to = new;
    }
}

/// A text that is changed, without what stands around it; the inner one is none when it is empty.
fn said(text: &Option<String>) -> Option<Option<&str>> {
    text.as_deref().map(|text| Some(text.trim()).filter(|text| !text.is_empty()))
}

/// The value of a JSON text. What is none is kept as the text, which no check takes for keys.
fn keys(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|_| Value::String(text.to_owned()))
}
