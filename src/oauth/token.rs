//! The token endpoint (RFC 6749 section 3.2): authenticates the client and hands it to the grant it asks for.

use std::sync::Arc;

use serde::Serialize;

use super::client_auth;
use super::error::{Code, Error, Refusal, Result};
use super::failures;
use super::grants;
use super::parameters::Parameters;
use crate::app::App;
use crate::core::failure::{Kind, Reason};
use crate::core::scope::Scope;
use crate::core::secret::Plain;
use crate::core::statistic::Counter;

/// A successful answer (RFC 6749 section 5.1).
#[derive(Debug, Serialize)]
pub struct TokenResponse {
    token_type: &'static str,
    expires_in: i64,
    #[serde(serialize_with = "exposed")]
    access_token: Plain,
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "exposed_if_any")]
    refresh_token: Option<Plain>,
    scope: String,
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "exposed_if_any")]
    id_token: Option<Plain>,
}

impl TokenResponse {
    /// An answer of a Bearer token that works for `expires_in` seconds.
    pub fn bearer(access_token: Plain, expires_in: i64, refresh_token: Option<Plain>, scope: &Scope) -> Self {
        Self { token_type: "Bearer", expires_in, access_token, refresh_token, scope: scope.to_string(), id_token: None }
    }

    /// The same with an id_token (OpenID Connect Core section 3.1.3.3).
    #[must_use]
    pub fn with_id_token(self, id_token: Option<Plain>) -> Self {
        Self { id_token, ..self }
    }
}

impl TokenResponse {
    /// The access token, the seconds for which it works, and the refresh token.
    pub fn parts(&self) -> (&Plain, i64, Option<&Plain>) {
        (&self.access_token, self.expires_in, self.refresh_token.as_ref())
    }
}

fn exposed_if_any<S: serde::Serializer>(secret: &Option<Plain>, to: S) -> std::result::Result<S::Ok, S::Error> {
    secret.as_ref().map(Plain::expose).serialize(to)
}

fn exposed<S: serde::Serializer>(secret: &Plain, to: S) -> std::result::Result<S::Ok, S::Error> {
    to.serialize_str(secret.expose())
}

/// Answers a token request.
///
/// # Errors
/// The refusals of RFC 6749 section 5.2.
pub fn exchange(app: &Arc<App>, authorization: Option<&str>, parameters: &Parameters) -> Result<TokenResponse> {
    let exchanged = exchange_unnoted(app, authorization, parameters);
    match &exchanged {
        Ok(_) if parameters.get("grant_type") == Some("refresh_token") => app.count(Counter::Refreshes),
        Ok(_) => app.count(Counter::Tokens),
        Err(Error::Refused(refusal)) => {
            let claimed = client_auth::claimed(authorization, parameters);
            failures::note_claimed(app, Kind::Token, claimed.as_deref(), refusal);
        }
        Err(_) => {}
    }
    exchanged
}

fn exchange_unnoted(app: &Arc<App>, authorization: Option<&str>, parameters: &Parameters) -> Result<TokenResponse> {
    let grant_type = parameters.required("grant_type")?;
    let client = client_auth::authenticate(app, authorization, parameters)?;
    let Some(grant) = grants::find(grant_type) else {
        let refusal = Refusal::new(Code::UnsupportedGrantType, "this grant_type is not served here");
        let refusal = refusal.because(Reason::GrantTypeUnknown).with("sent", grant_type);
        return Err(refusal.with("expected", grants::NAMES.to_vec()).into());
    };
    if !client.may_use(grant.name()) {
        let text = format!("this client is not registered for {}", grant.name());
        let refusal = Refusal::new(Code::UnauthorizedClient, text).because(Reason::GrantTypeNotAllowed);
        let refusal = refusal.with("sent", grant.name());
        return Err(refusal.with("expected", client.metadata.grant_types.clone()).into());
    }
    grant.exchange(app, &client, parameters)
}
