//! Authorization server metadata (RFC 8414), made from the registries.

use serde_json::{Value, json};

use super::answer::ResponseMode;
use super::{grants, request_object};
use crate::app::App;
use crate::core::authentication::Level;
use crate::core::client::{AuthMethod, SubjectType};
use crate::core::scope::ScopeEntry;
use crate::core::signing::Algorithm;
use crate::core::text::Language;
use crate::oidc::claims;
use crate::oidc::prompt::Prompt;

/// The document of `/.well-known/openid-configuration` (OpenID Connect Discovery section 3), and of
/// `/.well-known/oauth-authorization-server`: one for both.
pub fn document(app: &App, scopes: &[ScopeEntry]) -> Value {
    let issuer = app.config.issuer();
    let methods: Vec<&str> = AuthMethod::ALL.iter().map(|method| method.as_str()).collect();
    let secret_methods: Vec<&str> = methods.iter().copied().filter(|name| *name != "none").collect();
    let scopes: Vec<&str> = scopes.iter().map(|entry| entry.name.as_str()).collect();
    let signing = Algorithm::ALL.map(Algorithm::as_str);
    // Where nobody may register, a request for it leads to the sign-in page.
    let may_register = app.config.registration.enabled;
    let prompts: Vec<&str> = Prompt::NAMES.into_iter().filter(|name| may_register || *name != "create").collect();
    let mut document = json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/oauth/authorize"),
        "token_endpoint": format!("{issuer}/oauth/token"),
        "userinfo_endpoint": format!("{issuer}/oauth/userinfo"),
        "end_session_endpoint": format!("{issuer}/oauth/logout"),
        "jwks_uri": format!("{issuer}/oauth/jwks"),
        "introspection_endpoint": format!("{issuer}/oauth/introspect"),
        "revocation_endpoint": format!("{issuer}/oauth/revoke"),
        "scopes_supported": scopes,
        "response_types_supported": ["code"],
        "response_modes_supported": ResponseMode::NAMES,
        "grant_types_supported": grants::NAMES,
        "token_endpoint_auth_methods_supported": methods,
        "introspection_endpoint_auth_methods_supported": secret_methods,
        "revocation_endpoint_auth_methods_supported": methods,
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": true,
        "subject_types_supported": SubjectType::ALL.map(SubjectType::as_str),
        "id_token_signing_alg_values_supported": signing,
        "userinfo_signing_alg_values_supported": signing,
        "request_object_signing_alg_values_supported": request_object::algorithms(),
        "request_parameter_supported": true,
        "request_uri_parameter_supported": false,
        "claims_parameter_supported": true,
        "claims_supported": claims::supported(),
        "claim_types_supported": ["normal"],
        "acr_values_supported": Level::ALL.map(Level::as_str),
        "prompt_values_supported": prompts,
        "display_values_supported": ["page"],
        "backchannel_logout_supported": true,
        "backchannel_logout_session_supported": true,
        "frontchannel_logout_supported": true,
        "frontchannel_logout_session_supported": true,
        "ui_locales_supported": Language::ALL.map(Language::tag),
    });
    if let (true, Some(members)) = (app.config.logout.session_management, document.as_object_mut()) {
        members.insert("check_session_iframe".to_owned(), format!("{issuer}/oauth/check_session").into());
    }
    document
}
