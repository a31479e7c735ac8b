//! What OpenID Connect adds to a client's metadata (Dynamic Client Registration section 2, the logout specifications).

use serde::{Deserialize, Serialize};

use crate::core::redirect::RedirectUri;
use crate::core::signing::Algorithm;

/// How a client knows people (OpenID Connect Core section 8).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum SubjectType {
    /// By the identifier that all clients get.
    #[default]
    Public,
    /// By one that clients of another sector do not get.
    Pairwise,
}

impl SubjectType {
    /// Every type, as the metadata lists them.
    pub const ALL: [Self; 2] = [Self::Public, Self::Pairwise];

    /// Its name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Pairwise => "pairwise",
        }
    }
}

/// What a client says of itself for OpenID Connect.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct OpenIdMetadata {
    /// How it knows people.
    #[serde(default)]
    pub subject_type: SubjectType,
    /// With what its id_tokens are signed.
    #[serde(default)]
    pub id_token_signed_response_alg: Algorithm,
    /// With what userinfo is signed; plain JSON when none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub userinfo_signed_response_alg: Option<Algorithm>,
    /// Its public keys (RFC 7517), with which it signs request objects.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jwks: Option<serde_json::Value>,
    /// Whether its authorization requests must be signed (RFC 9101 section 10.5).
    #[serde(default)]
    pub require_signed_request_object: bool,
    /// Seconds after which people sign in again for it, when a request does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_max_age: Option<u32>,
    /// Where people may be sent after they signed out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub post_logout_redirect_uris: Vec<RedirectUri>,
    /// Where it hears by a logout token that a session ended (Back-Channel Logout section 2.2).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub backchannel_logout_uri: Option<String>,
    /// Whether its logout tokens must say which session.
    #[serde(default)]
    pub backchannel_logout_session_required: bool,
    /// What the browser loads in a frame when a session ends (Front-Channel Logout section 2).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub frontchannel_logout_uri: Option<String>,
    /// Whether that must say which session.
    #[serde(default)]
    pub frontchannel_logout_session_required: bool,
}
