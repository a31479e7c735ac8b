//! Clients: a record of their RFC 7591 metadata, and of what an admin allows them.

mod openid;

pub use openid::{OpenIdMetadata, SubjectType};

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::ids::{ClientId, UserId};
use super::redirect::{self, RedirectUri};
use super::scope::{self, Scope};
use super::secret::Hashed;
use super::signing::Algorithm;
use super::time::Time;

/// How a client proves who it is (RFC 7591 section 2, `token_endpoint_auth_method`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum AuthMethod {
    /// Not at all: a public client.
    #[default]
    None,
    /// HTTP Basic (RFC 6749 section 2.3.1).
    ClientSecretBasic,
    /// `client_secret` in the body (RFC 6749 section 2.3.1).
    ClientSecretPost,
}

impl AuthMethod {
    /// Every method, as the metadata lists them.
    pub const ALL: [Self; 3] = [Self::ClientSecretBasic, Self::ClientSecretPost, Self::None];

    /// The registered name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::ClientSecretBasic => "client_secret_basic",
            Self::ClientSecretPost => "client_secret_post",
        }
    }
}

/// What a client says of itself (RFC 7591 section 2).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Metadata {
    /// The name that people see.
    pub client_name: String,
    /// Where codes may be sent.
    #[serde(default)]
    pub redirect_uris: Vec<RedirectUri>,
    /// The grant types it may use.
    pub grant_types: Vec<String>,
    /// How it authenticates.
    pub token_endpoint_auth_method: AuthMethod,
    /// Its home page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_uri: Option<String>,
    /// The scopes it says it asks for, separated by spaces; whatever its policy allows when none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// What OpenID Connect adds.
    #[serde(flatten)]
    pub openid: OpenIdMetadata,
}

/// Within what a client knows people by the same pairwise identifiers (OpenID Connect Core section 8.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sector {
    /// The one host of its redirect URIs.
    Host(String),
    /// The client itself: loopback addresses and schemes of installed apps are nobody's.
    Own,
}

impl Metadata {
    /// The sector of a client that knows people by pairwise identifiers; none when its redirect URIs are of several hosts.
    pub fn sector(&self) -> Option<Sector> {
        let host = |uri: &RedirectUri| {
            let url = url::Url::parse(uri.as_str()).ok().filter(|url| url.scheme() == "https")?;
            url.host_str().map(str::to_owned)
        };
        let hosts: Option<Vec<String>> = self.redirect_uris.iter().map(host).collect();
        let Some(mut hosts) = hosts else { return Some(Sector::Own) };
        hosts.sort_unstable();
        hosts.dedup();
        match hosts.as_slice() {
            [] => Some(Sector::Own),
            [host] => Some(Sector::Host(host.clone())),
            _ => None,
        }
    }
}

impl Metadata {
    /// Whether people know it by the same: its name, its home page, and where it sends them and their sign-outs.
    pub fn is_known_as(&self, other: &Self) -> bool {
        let logout = |of: &OpenIdMetadata| {
            (
                of.post_logout_redirect_uris.clone(),
                of.backchannel_logout_uri.clone(),
                of.frontchannel_logout_uri.clone(),
            )
        };
        (&self.client_name, &self.redirect_uris, &self.client_uri)
            == (&other.client_name, &other.redirect_uris, &other.client_uri)
            && logout(&self.openid) == logout(&other.openid)
    }

    /// Whether it sends people to a host, or an installed app, to which `before` did not.
    pub fn leads_elsewhere_than(&self, before: &Self) -> bool {
        let targets = |of: &Self| of.redirect_uris.iter().map(|uri| redirect::target(uri.as_str())).collect::<Vec<_>>();
        let known = targets(before);
        targets(self).iter().any(|target| !known.contains(target))
    }
}

/// How access tokens are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum TokenFormat {
    /// A signed JWT (RFC 9068).
    #[default]
    Jwt,
    /// A random string that only introspection can read.
    Opaque,
}

impl TokenFormat {
    /// Its name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Jwt => "jwt",
            Self::Opaque => "opaque",
        }
    }
}

/// What an admin allows a client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Policy {
    /// The scopes it may ask for; when none are named, every scope but the one to manage the server.
    pub scopes: Option<Vec<String>>,
    /// One of the operator's own: may skip consent.
    pub first_party: bool,
    /// May ask about tokens of other clients (RFC 7662 section 2.1).
    pub may_introspect: bool,
    /// Whether PKCE is demanded; only a confidential client may be exempted.
    pub require_pkce: bool,
    /// How its access tokens are written.
    pub token_format: TokenFormat,
    /// What its access tokens are signed with, if they are signed.
    pub access_token_signed_response_alg: Algorithm,
    /// Seconds within which a repeated refresh gets the same successor; the server's setting when none.
    pub refresh_grace: Option<u64>,
    /// Seconds for which its access tokens work; the server's setting when none.
    pub access_token_lifetime: Option<u64>,
    /// Made by the server for itself: hidden from lists, used by no one else.
    pub built_in: bool,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            scopes: None,
            first_party: false,
            may_introspect: false,
            require_pkce: true,
            token_format: TokenFormat::Jwt,
            access_token_signed_response_alg: Algorithm::Es256,
            refresh_grace: None,
            access_token_lifetime: None,
            built_in: false,
        }
    }
}

/// A secret of a client, as kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientSecret {
    /// Identifier.
    pub id: String,
    /// Keyed hash.
    pub hash: Hashed,
    /// When it was made.
    pub created_at: Time,
    /// When it stops working; never when none. A rotated secret overlaps with its successor until then.
    pub expires_at: Option<Time>,
}

/// A registered client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Client {
    /// Its public identifier.
    pub id: ClientId,
    /// The person who registered it; none for those made by an admin's command.
    pub owner_id: Option<UserId>,
    /// The owner's name, for the consent page.
    pub owner_name: Option<String>,
    /// What it says of itself.
    pub metadata: Metadata,
    /// What an admin allows it.
    pub policy: Policy,
    /// Its secrets; none for a public client.
    pub secrets: Vec<ClientSecret>,
    /// The file of its logo.
    pub logo_file: Option<String>,
    /// When an admin vouched for it, as it is: a change of what people know it by takes the mark away.
    pub verified_at: Option<Time>,
    /// When it was disabled or deleted; nothing of it works after.
    pub disabled_at: Option<Time>,
    /// When it was made.
    pub created_at: Time,
    /// When it was last changed.
    pub updated_at: Time,
    /// What was issued to it until then does not work any more.
    pub tokens_ended_at: Option<Time>,
    /// When its owner deleted it, if it was not an admin who disabled it.
    pub deleted_at: Option<Time>,
    /// When it last came to send people to a place where it did not before.
    pub redirects_changed_at: Option<Time>,
}

impl Client {
    /// The same client, which says something else of itself since `now`.
    #[must_use]
    pub fn saying(self, metadata: Metadata, now: Time) -> Self {
        let elsewhere = metadata.leads_elsewhere_than(&self.metadata);
        let redirects_changed_at = if elsewhere { Some(now) } else { self.redirects_changed_at };
        Self { metadata, redirects_changed_at, updated_at: now, ..self }
    }

    /// Whether it cannot keep a secret (RFC 6749 section 2.1).
    pub fn is_public(&self) -> bool {
        self.metadata.token_endpoint_auth_method == AuthMethod::None
    }

    /// Whether a grant or token of `created_at` can still work: the client is not disabled, and what it had was not ended.
    pub fn honours(&self, created_at: Time) -> bool {
        self.disabled_at.is_none() && self.tokens_ended_at.is_none_or(|end| end < created_at)
    }

    /// Whether it may use a grant type.
    pub fn may_use(&self, grant_type: &str) -> bool {
        self.metadata.grant_types.iter().any(|allowed| allowed == grant_type)
    }

    /// Whether PKCE is demanded of it: always, of a public client.
    pub fn requires_pkce(&self) -> bool {
        self.is_public() || self.policy.require_pkce
    }

    /// Whether its allow list lets it ask for every name of `scope`.
    pub fn may_ask(&self, scope: &Scope) -> bool {
        scope.names().all(|name| self.may_have(name))
    }

    /// The part of `scope` that its allow list lets it have.
    pub fn allowed(&self, scope: &Scope) -> Scope {
        Scope::from_names(scope.names().filter(|name| self.may_have(name)).map(str::to_owned))
    }

    /// Whether its policy lets it have a scope, and it says that it asks for it.
    pub fn may_have(&self, name: &str) -> bool {
        let said = self.metadata.scope.as_deref();
        self.policy_allows(name) && said.is_none_or(|scope| scope.split(' ').any(|s| s == name))
    }

    /// Whether its policy lets it have a scope.
    pub fn policy_allows(&self, name: &str) -> bool {
        match &self.policy.scopes {
            None => name != scope::ADMIN,
            Some(allowed) => allowed.iter().any(|a| a == name),
        }
    }

    /// The registered redirect URI that a request means: the named one, or the only one (RFC 6749 section 3.1.2.3).
    pub fn redirect_uri<'a>(&'a self, asked: Option<&'a str>) -> Option<&'a str> {
        match (asked, self.metadata.redirect_uris.as_slice()) {
            (Some(asked), registered) => registered.iter().any(|uri| uri.accepts(asked)).then_some(asked),
            (None, [only]) => Some(only.as_str()),
            (None, _) => None,
        }
    }

    /// How long its access tokens work.
    pub fn access_token_lifetime(&self, default: Duration) -> Duration {
        self.policy.access_token_lifetime.map_or(default, Duration::from_secs)
    }

    /// Within which time a repeated refresh is forgiven.
    pub fn refresh_grace(&self, default: Duration) -> Duration {
        self.policy.refresh_grace.map_or(default, Duration::from_secs)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sector_is_a_host_that_is_somebodys() {
        let sector = |uris: &[&str]| {
            let redirect_uris = uris.iter().map(|uri| RedirectUri::parse(uri).unwrap()).collect();
            Metadata { redirect_uris, ..Metadata::default() }.sector()
        };
        let host = |name: &str| Some(Sector::Host(name.to_owned()));
        assert_eq!(sector(&["https://app.example/cb"]), host("app.example"));
        let all = ["https://app.example/cb", "https://app.example:8443/cb", "https://app.example/other"];
        assert_eq!(sector(&all), host("app.example"));
        assert_eq!(sector(&["https://a.example/", "https://b.example/", "https://a.example/x"]), None);
        // Everybody's: apps that have nothing to do with each other would know people by the same.
        for uri in
            ["http://127.0.0.1/cb", "http://localhost/cb", "http://[::1]/cb", "one://callback", "com.example.app:/cb"]
        {
            assert_eq!(sector(&[uri]), Some(Sector::Own), "{uri}");
            assert_eq!(sector(&["https://app.example/cb", uri]), Some(Sector::Own), "{uri}");
        }
        assert_eq!(sector(&[]), Some(Sector::Own));
    }
}
