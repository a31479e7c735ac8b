//! Access tokens: signed JWTs (RFC 9068) or opaque strings, each with its row.

use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use crate::app::{App, KeyRing};
use crate::core::client::{Client, TokenFormat};
use crate::core::grant::AccessToken;
use crate::core::ids::{GrantId, TokenId, UserId};
use crate::core::scope::Scope;
use crate::core::secret::Plain;
use crate::core::signing::KeyError;
use crate::core::time::{Time, delta, unix};

const PREFIX: &str = "gra_at_";

/// What a token is made for.
#[derive(Debug, Clone)]
pub struct Subject {
    /// The grant it belongs to; none for client credentials.
    pub grant_id: Option<GrantId>,
    /// For whom it acts; none for client credentials.
    pub user_id: Option<UserId>,
    /// What it allows.
    pub scope: Scope,
    /// When the person last proved who they are.
    pub auth_time: Option<Time>,
    /// When it stops working; the client's lifetime decides when none.
    pub expires_at: Option<Time>,
}

/// What makes tokens, fetched before a transaction begins.
#[derive(Debug, Clone)]
pub struct Mint {
    keys: Option<Arc<KeyRing>>,
    client: Arc<Client>,
}

#[derive(Serialize)]
struct Claims<'a> {
    iss: &'a str,
    sub: &'a str,
    aud: &'a str,
    client_id: &'a str,
    scope: &'a str,
    jti: &'a str,
    iat: i64,
    exp: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    auth_time: Option<i64>,
}

impl Mint {
    /// The mint for a client's tokens.
    ///
    /// # Errors
    /// As the database says.
    pub fn open(app: &App, client: &Arc<Client>) -> crate::store::Result<Self> {
        let keys = match client.policy.token_format {
            TokenFormat::Jwt => Some(app.keys()?),
            TokenFormat::Opaque => None,
        };
        Ok(Self { keys, client: Arc::clone(client) })
    }

    /// How long its tokens work: not longer than the key that signs them verifies.
    pub fn lifetime(&self, app: &App) -> Duration {
        let lifetime = self.client.access_token_lifetime(app.config.tokens.access_token_lifetime);
        lifetime.min(app.config.keys.verify_after)
    }

    /// Makes a token and the row to keep of it.
    ///
    /// # Errors
    /// When it cannot be signed.
    pub fn make(&self, app: &App, subject: Subject, now: Time) -> Result<(Plain, AccessToken), KeyError> {
        let id = app.random().text::<16>();
        let expires_at = subject.expires_at.unwrap_or_else(|| now + delta(self.lifetime(app)));
        let token = match &self.keys {
            None => Plain::new(format!("{PREFIX}{id}.{}", app.random().text::<32>())),
            Some(keys) => {
                let user = subject.user_id.map(|id| id.to_string());
                let claims = Claims {
                    iss: app.config.issuer(),
                    // The client itself, where nobody else is behind it (RFC 9068 section 2.2).
                    sub: user.as_deref().unwrap_or_else(|| self.client.id.as_str()),
                    aud: app.config.issuer(),
                    client_id: self.client.id.as_str(),
                    scope: &subject.scope.to_string(),
                    jti: &id,
                    iat: unix(now),
                    exp: unix(expires_at),
                    auth_time: subject.auth_time.map(unix),
                };
                let algorithm = self.client.policy.access_token_signed_response_alg;
                Plain::new(keys.signer(algorithm).sign("at+jwt", &claims)?)
            }
        };
        let record = AccessToken {
            id: id.into(),
            hash: app.secrets.hash(token.expose()),
            grant_id: subject.grant_id,
            client_id: self.client.id.clone(),
            user_id: subject.user_id,
            scope: subject.scope,
            created_at: now,
            expires_at,
            revoked_at: None,
        };
        Ok((token, record))
    }
}

/// Finds the row that a presented token speaks of. It proves nothing: the hash of the whole token must match too.
pub fn locate(token: &str) -> Option<TokenId> {
    #[derive(Deserialize)]
    struct Located {
        jti: String,
    }
    let id = match token.strip_prefix(PREFIX) {
        Some(rest) => rest.split_once('.')?.0.to_owned(),
        None => {
            let mut parts = token.split('.');
            let (_, payload, _, None) = (parts.next()?, parts.next()?, parts.next()?, parts.next()) else {
                return None;
            };
            let json = URL_SAFE_NO_PAD.decode(payload).ok()?;
            serde_json::from_slice::<Located>(&json).ok()?.jti
        }
    };
    let fits = id.len() == 22 && id.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b));
    fits.then(|| id.into())
}
