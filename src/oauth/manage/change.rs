//! What is said of a client that is made or changed.

use super::NewClient;
use crate::core::client::{AuthMethod, Client, OpenIdMetadata, Policy, TokenFormat};
use crate::core::signing::Algorithm;
use crate::core::user::User;

/// What is changed of a client; what is none stays as it is.
#[derive(Debug, Clone, Default)]
pub struct Change {
    /// The name that people see.
    pub name: Option<String>,
    /// Where codes may be sent.
    pub redirect_uris: Option<Vec<String>>,
    /// The grant types.
    pub grant_types: Option<Vec<String>>,
    /// How it authenticates.
    pub auth_method: Option<AuthMethod>,
    /// Its home page; an empty one takes it away.
    pub client_uri: Option<String>,
    /// What OpenID Connect adds.
    pub openid: Option<OpenIdMetadata>,
    /// The scopes that it may ask for; the inner one is none for every scope.
    pub scopes: Option<Option<Vec<String>>>,
    /// One of the operator's own.
    pub first_party: Option<bool>,
    /// May ask about tokens of other clients.
    pub may_introspect: Option<bool>,
    /// Whether PKCE is demanded.
    pub require_pkce: Option<bool>,
    /// How its access tokens are written.
    pub token_format: Option<TokenFormat>,
    /// What its access tokens are signed with.
    pub access_token_signed_response_alg: Option<Algorithm>,
    /// Seconds within which a repeated refresh is forgiven; the inner one is none for the server's setting.
    pub refresh_grace: Option<Option<u64>>,
    /// Seconds for which its access tokens work; the inner one is none for the server's setting.
    pub access_token_lifetime: Option<Option<u64>>,
}

impl Change {
    pub(super) fn applied_to(self, client: &Client) -> NewClient {
        let (metadata, policy) = (&client.metadata, &client.policy);
        let uris = || metadata.redirect_uris.iter().map(ToString::to_string).collect();
        NewClient {
            name: self.name.unwrap_or_else(|| metadata.client_name.clone()),
            redirect_uris: self.redirect_uris.unwrap_or_else(uris),
            grant_types: self.grant_types.unwrap_or_else(|| metadata.grant_types.clone()),
            auth_method: self.auth_method.unwrap_or(metadata.token_endpoint_auth_method),
            client_uri: self.client_uri.or_else(|| metadata.client_uri.clone()),
            openid: self.openid.unwrap_or_else(|| metadata.openid.clone()),
            policy: Policy {
                scopes: self.scopes.unwrap_or_else(|| policy.scopes.clone()),
                first_party: self.first_party.unwrap_or(policy.first_party),
                may_introspect: self.may_introspect.unwrap_or(policy.may_introspect),
                require_pkce: self.require_pkce.unwrap_or(policy.require_pkce),
                token_format: self.token_format.unwrap_or(policy.token_format),
                access_token_signed_response_alg: self
                    .access_token_signed_response_alg
                    .unwrap_or(policy.access_token_signed_response_alg),
                refresh_grace: self.refresh_grace.unwrap_or(policy.refresh_grace),
                access_token_lifetime: self.access_token_lifetime.unwrap_or(policy.access_token_lifetime),
                built_in: false,
            },
            owner: None,
            id: Some(client.id.to_string()),
            secret: None,
        }
    }

    /// What keeps all that a client is: where a form begins.
    pub fn keeping(client: &Client) -> Self {
        let (metadata, policy) = (&client.metadata, &client.policy);
        Self {
            name: Some(metadata.client_name.clone()),
            redirect_uris: Some(metadata.redirect_uris.iter().map(ToString::to_string).collect()),
            grant_types: Some(metadata.grant_types.clone()),
            auth_method: Some(metadata.token_endpoint_auth_method),
            client_uri: metadata.client_uri.clone(),
            openid: Some(metadata.openid.clone()),
            scopes: Some(policy.scopes.clone()),
            first_party: Some(policy.first_party),
            may_introspect: Some(policy.may_introspect),
            require_pkce: Some(client.requires_pkce()),
            token_format: Some(policy.token_format),
            access_token_signed_response_alg: Some(policy.access_token_signed_response_alg),
            refresh_grace: Some(policy.refresh_grace),
            access_token_lifetime: Some(policy.access_token_lifetime),
        }
    }

    /// A new client of somebody or of nobody; what is none is as for every new one.
    pub fn into_new(self, owner: Option<User>, id: Option<String>) -> NewClient {
        let usual = Policy::default();
        NewClient {
            name: self.name.unwrap_or_default(),
            redirect_uris: self.redirect_uris.unwrap_or_default(),
            grant_types: self.grant_types.unwrap_or_default(),
            auth_method: self.auth_method.unwrap_or(AuthMethod::ClientSecretBasic),
            client_uri: self.client_uri,
            openid: self.openid.unwrap_or_default(),
            policy: Policy {
                scopes: self.scopes.flatten(),
                first_party: self.first_party.unwrap_or(usual.first_party),
                may_introspect: self.may_introspect.unwrap_or(usual.may_introspect),
                require_pkce: self.require_pkce.unwrap_or(usual.require_pkce),
                token_format: self.token_format.unwrap_or(usual.token_format),
                access_token_signed_response_alg: self.access_token_signed_response_alg.unwrap_or_default(),
                refresh_grace: self.refresh_grace.flatten(),
                access_token_lifetime: self.access_token_lifetime.flatten(),
                built_in: false,
            },
            owner,
            id,
            secret: None,
        }
    }
}
