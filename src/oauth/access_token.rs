//! Access tokens: signed JWTs (RFC 9068) or opaque strings, each with its row.

use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use super::error::Result;
use crate::app::{self, App, KeyRing};
use crate::core::authentication::{Authentication, Level};
use crate::core::client::{Client, TokenFormat};
use crate::core::grant::{AccessToken, Grant};
use crate::core::ids::{GrantId, TokenId, UserId};
use crate::core::scope::Scope;
use crate::core::secret::Plain;
use crate::core::signing::KeyError;
use crate::core::time::{Time, delta, unix};
use crate::oidc::id_token::{self, About};
use crate::oidc::{self, claims};
use crate::store::users;

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
    /// How and when the person proved who they are.
    pub authentication: Option<Authentication>,
    /// When it stops working; the client's lifetime decides when none.
    pub expires_at: Option<Time>,
}

/// What makes tokens, fetched before a transaction begins.
#[derive(Debug, Clone)]
pub struct Mint {
    keys: Arc<KeyRing>,
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
    #[serde(skip_serializing_if = "Option::is_none")]
    acr: Option<Level>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    amr: Vec<&'a str>,
}

impl Mint {
    /// The mint for a client's tokens.
    ///
    /// # Errors
    /// As the database says.
    pub fn open(app: &App, client: &Arc<Client>) -> crate::store::Result<Self> {
        Ok(Self { keys: app.keys()?, client: Arc::clone(client) })
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
    pub fn make(&self, app: &App, subject: Subject, now: Time) -> std::result::Result<(Plain, AccessToken), KeyError> {
        let id = app.random().text::<16>();
        let expires_at = subject.expires_at.unwrap_or_else(|| now + delta(self.lifetime(app)));
        let token = match self.client.policy.token_format {
            TokenFormat::Opaque => Plain::new(format!("{PREFIX}{id}.{}", app.random().text::<32>())),
            TokenFormat::Jwt => {
                let proof = subject.authentication.as_ref();
                let user = subject.user_id.map(|id| app::subject(app, &self.client, id));
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
                    auth_time: proof.map(|proof| unix(proof.time)),
                    acr: proof.map(|proof| proof.level),
                    amr: proof.map(|proof| proof.methods.names().collect()).unwrap_or_default(),
                };
                let algorithm = self.client.policy.access_token_signed_response_alg;
                Plain::new(self.keys.signer(algorithm).sign("at+jwt", &claims)?)
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

    /// The id_token that goes with an access token of `scope`; none when nobody asked who somebody is. `nonce`: only of a
    /// code's (OpenID Connect Core section 12.2). Reads the database only if claims about the person were asked for in it.
    ///
    /// # Errors
    /// When it cannot be signed, and as the database says.
    pub fn id_token(
        &self,
        app: &App,
        grant: &Grant,
        scope: &Scope,
        access_token: &Plain,
        nonce: Option<&str>,
    ) -> Result<Option<Plain>> {
        if !scope.contains(oidc::OPENID) {
            return Ok(None);
        }
        let asked = Scope::from_stored(grant.openid.claims.as_deref().unwrap_or_default());
        let person = match asked.names().next() {
            Some(_) => app.read(|cx| users::by_id(cx.conn, grant.user_id))?,
            None => None,
        };
        let holds =
            |claim: &str| asked.contains(claim) && claims::scope_of(claim).is_some_and(|name| scope.contains(name));
        let about = About {
            client: &self.client,
            user: grant.user_id,
            authentication: grant.authentication.as_ref(),
            sid: grant.openid.sid.as_deref(),
            nonce,
            access_token,
            claims: person.map(|person| claims::of(app, &person, holds)).unwrap_or_default(),
        };
        Ok(Some(id_token::sign(app, &self.keys, about, app.now())?))
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
