//! The authorization code grant's second half (RFC 6749 section 4.1.3): a code becomes tokens, once.

use std::sync::Arc;

use super::{Grant as GrantType, Outcome};
use crate::app::{App, Cx};
use crate::core::client::Client;
use crate::core::grant::{EndReason, Grant, Refresh};
use crate::core::ids::GrantId;
use crate::core::secret::Plain;
use crate::core::time::{delta, unix};
use crate::oauth::access_token::{Mint, Subject};
use crate::oauth::bridge::{self, CodeSteps};
use crate::oauth::code;
use crate::oauth::error::{Code, Error, Refusal, Result};
use crate::oauth::parameters::Parameters;
use crate::oauth::refresh_token::RefreshToken;
use crate::oauth::token::TokenResponse;
use crate::store::{access_tokens, grants};

/// `authorization_code`.
#[derive(Debug)]
pub struct AuthorizationCode;

impl GrantType for AuthorizationCode {
    fn name(&self) -> &'static str {
        "authorization_code"
    }

    fn exchange(&self, app: &Arc<App>, client: &Arc<Client>, parameters: &Parameters) -> Result<TokenResponse> {
        let code = Plain::new(parameters.required("code")?);
        let grant_id = code::grant_of(code.expose()).ok_or_else(invalid_code)?;
        let mint = Mint::open(app, client)?;
        let client = Arc::clone(client);
        let redirect_uri = parameters.get("redirect_uri").map(str::to_owned);
        let verifier = parameters.get("code_verifier").map(Plain::new);
        app.write(move |cx| {
            let mut redemption =
                Redemption { cx, client: &client, mint, grant_id, redirect_uri, verifier, code, found: None };
            // Dropped with an `Err`, the transaction leaves the code as it was: who fails here burns nothing.
            let outcome = bridge::authorization_code(&client.id, &mut redemption)?;
            Ok::<_, Error>(outcome)
        })?
        .into_result()
    }
}

fn invalid_code() -> Refusal {
    Refusal::new(Code::InvalidGrant, "the code is unknown, used or expired")
}

struct Redemption<'a, 'c> {
    cx: &'a mut Cx<'c>,
    client: &'a Client,
    mint: Mint,
    grant_id: GrantId,
    redirect_uri: Option<String>,
    verifier: Option<Plain>,
    code: Plain,
    found: Option<(Grant, Option<RefreshToken>)>,
}

impl CodeSteps for Redemption<'_, '_> {
    type Issued = TokenResponse;

    fn code(&self) -> &str {
        self.code.expose()
    }

    /// Marks the code as used before anything else is known of it: of many rivals one goes on.
    fn recover(&mut self) -> Result<Outcome<String>> {
        let secrets = &self.cx.app.secrets;
        let hash = secrets.hash(self.code.expose());
        let refresh =
            self.client.may_use("refresh_token").then(|| RefreshToken::first(&self.grant_id, self.cx.app.random()));
        let started = refresh.as_ref().map(|token| Refresh {
            hash: token.hash(secrets),
            generation: 0,
            rotated_at: self.cx.now,
            expires_at: self.cx.now + delta(self.cx.app.config.tokens.refresh_token_lifetime),
        });
        let redeemed = grants::redeem(self.cx.conn, &self.grant_id, &hash, started.as_ref(), self.cx.now)?;
        let Some(grant) = redeemed else {
            return self.refuse_used(&hash);
        };
        let client_id = grant.client_id.to_string();
        self.found = Some((grant, refresh));
        Ok(Outcome::Granted(client_id))
    }

    fn check(&mut self) -> Result<()> {
        let (grant, _) = self.found.as_ref().ok_or_else(invalid_code)?;
        let code = grant.code.as_ref().ok_or_else(invalid_code)?;
        if code.expires_at <= self.cx.now {
            return Err(invalid_code().into());
        }
        check_redirect_uri(&code.redirect_uri, code.redirect_uri_sent, self.redirect_uri.as_deref())?;
        match (&code.challenge, &self.verifier) {
            (Some(challenge), Some(verifier)) => {
                challenge.verify(verifier.expose()).map_err(|e| Error::refused(Code::InvalidGrant, e.to_string()))
            }
            (Some(_), None) => Err(Error::refused(Code::InvalidGrant, "code_verifier is missing")),
            // RFC 9700 section 2.1.1: else a challenge could be taken out of the request on the way.
            (None, Some(_)) => {
                Err(Error::refused(Code::InvalidGrant, "code_verifier was sent for a code without code_challenge"))
            }
            (None, None) => Ok(()),
        }
    }

    fn issue(&mut self) -> Result<TokenResponse> {
        let (grant, refresh) = self.found.take().ok_or_else(invalid_code)?;
        let subject = Subject {
            grant_id: Some(grant.id),
            user_id: Some(grant.user_id),
            scope: grant.scope,
            auth_time: grant.auth_time,
            expires_at: None,
        };
        let (token, record) = self.mint.make(self.cx.app, subject, self.cx.now)?;
        access_tokens::insert(self.cx.conn, &record)?;
        let refresh = refresh.map(|token| token.expose(&self.cx.app.secrets));
        let expires_in = unix(record.expires_at) - unix(record.created_at);
        Ok(TokenResponse::bearer(token, expires_in, refresh, &record.scope))
    }
}

impl Redemption<'_, '_> {
    /// A code that was used before ends what came of its first use (RFC 6749 section 4.1.2).
    fn refuse_used<T>(&mut self, hash: &crate::core::secret::Hashed) -> Result<Outcome<T>> {
        let Some(grant) = grants::by_id(self.cx.conn, &self.grant_id)? else {
            return Err(invalid_code().into());
        };
        let replayed = grant.code.is_some_and(|code| code.used_at.is_some() && code.hash.matches(hash));
        if !replayed {
            return Err(invalid_code().into());
        }
        if grants::end(self.cx.conn, &grant.id, EndReason::CodeReplay, self.cx.now)? {
            log::warn!(
                "event=code.replay grant={} client={} presented_by={}",
                grant.id,
                grant.client_id,
                self.client.id
            );
        }
        Ok(Outcome::Refused(invalid_code()))
    }
}

/// Required, and the same string, if the authorization request named one (RFC 6749 section 4.1.3).
fn check_redirect_uri(kept: &str, was_sent: bool, sent: Option<&str>) -> Result<()> {
    match sent {
        None if was_sent => Err(Error::refused(Code::InvalidGrant, "redirect_uri is missing")),
        Some(sent) if sent != kept => {
            Err(Error::refused(Code::InvalidGrant, "redirect_uri is not the one of the authorization request"))
        }
        _ => Ok(()),
    }
}
