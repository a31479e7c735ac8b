//! The authorization code grant's second half (RFC 6749 section 4.1.3): a code becomes tokens, once.

use std::sync::Arc;

use super::{Grant as GrantType, Outcome};
use crate::account::audit::Act;
use crate::app::App;
use crate::core::client::Client;
use crate::core::failure::Reason;
use crate::core::grant::{EndReason, Grant, Refresh};
use crate::core::ids::GrantId;
use crate::core::secret::Plain;
use crate::core::time::{Time, delta, unix};
use crate::oauth::access_token::{Mint, Subject};
use crate::oauth::bridge::{self, CodeSteps};
use crate::oauth::code;
use crate::oauth::error::{Code, Error, Refusal, Result};
use crate::oauth::parameters::Parameters;
use crate::oauth::refresh_token::RefreshToken;
use crate::oauth::token::TokenResponse;
use crate::store::{exchanges, grants};

/// `authorization_code`.
#[derive(Debug)]
pub struct AuthorizationCode;

impl GrantType for AuthorizationCode {
    fn name(&self) -> &'static str {
        "authorization_code"
    }

    fn exchange(&self, app: &Arc<App>, client: &Arc<Client>, parameters: &Parameters) -> Result<TokenResponse> {
        let code = Plain::new(parameters.required("code")?);
        let grant_id = code::grant_of(code.expose()).ok_or_else(unknown_code)?;
        let mint = Mint::open(app, client)?;
        // Who loses a race looks again, and sees what the winner left.
        for _ in 0..LOOKS {
            let mut redemption = Redemption {
                app,
                client,
                mint: &mint,
                grant_id: &grant_id,
                code: &code,
                parameters,
                now: app.now(),
                found: None,
            };
            let outcome = bridge::authorization_code(&client.id, &mut redemption)?;
            if let Some(response) = outcome.into_result()? {
                return Ok(response);
            }
        }
        Err(invalid_code(Reason::CodeUsed).into())
    }
}

/// A code that was used once stays used, so that the second look decides.
const LOOKS: usize = 2;

/// One answer for all: who asks is not told which.
fn invalid_code(reason: Reason) -> Refusal {
    Refusal::new(Code::InvalidGrant, "the code is unknown, used or expired").because(reason)
}

fn unknown_code() -> Refusal {
    invalid_code(Reason::CodeUnknown)
}

struct Redemption<'a> {
    app: &'a Arc<App>,
    client: &'a Client,
    mint: &'a Mint,
    grant_id: &'a GrantId,
    code: &'a Plain,
    parameters: &'a Parameters,
    now: Time,
    found: Option<Grant>,
}

impl CodeSteps for Redemption<'_> {
    /// None when a rival was quicker.
    type Issued = Option<TokenResponse>;

    fn code(&self) -> &str {
        self.code.expose()
    }

    /// Finds the grant. Nothing is used up: who fails a check burns no code.
    fn recover(&mut self) -> Result<Outcome<String>> {
        let grant = self.app.read(|cx| grants::by_id(cx.conn, self.grant_id))?.ok_or_else(unknown_code)?;
        let code = grant.code.as_ref().ok_or_else(unknown_code)?;
        if !code.hash.matches(&self.app.secrets.hash(self.code.expose())) {
            return Err(unknown_code().into());
        }
        if code.used_at.is_some() {
            return self.end(&grant);
        }
        if grant.ended_at.is_some() || grant.client_id == self.client.id && !self.client.honours(grant.created_at) {
            return Err(invalid_code(Reason::GrantEnded).into());
        }
        let client_id = grant.client_id.to_string();
        self.found = Some(grant);
        Ok(Outcome::Granted(client_id))
    }

    fn check(&mut self) -> Result<()> {
        let grant = self.found.as_ref().ok_or_else(unknown_code)?;
        let code = grant.code.as_ref().ok_or_else(unknown_code)?;
        if code.expires_at <= self.now {
            return Err(invalid_code(Reason::CodeExpired).into());
        }
        check_redirect_uri(&code.redirect_uri, code.redirect_uri_sent, self.parameters.get("redirect_uri"))?;
        let refused = |text: &str, reason| Error::from(Refusal::new(Code::InvalidGrant, text).because(reason));
        match (&code.challenge, self.parameters.get("code_verifier")) {
            (Some(challenge), Some(verifier)) => {
                challenge.verify(verifier).map_err(|e| refused(&e.to_string(), Reason::PkceVerifierMismatch))
            }
            (Some(_), None) => Err(refused("code_verifier is missing", Reason::PkceVerifierMissing)),
            // RFC 9700 section 2.1.1: else a challenge could be taken out of the request on the way.
            (None, Some(_)) => {
                let text = "code_verifier was sent for a code without code_challenge";
                Err(refused(text, Reason::PkceVerifierUnexpected))
            }
            (None, None) => Ok(()),
        }
    }

    /// Marks the code as used and keeps the token: of many rivals one does.
    fn issue(&mut self) -> Result<Option<TokenResponse>> {
        let grant = self.found.take().ok_or_else(unknown_code)?;
        let (app, now) = (self.app, self.now);
        let refresh = self.client.may_use("refresh_token").then(|| RefreshToken::first(self.grant_id, app.random()));
        let started = refresh.as_ref().map(|token| Refresh {
            hash: token.hash(&app.secrets),
            generation: 0,
            rotated_at: now,
            expires_at: now + delta(app.config.tokens.refresh_token_lifetime),
        });
        let subject = Subject {
            grant_id: Some(grant.id.clone()),
            user_id: Some(grant.user_id),
            scope: grant.scope.clone(),
            authentication: grant.authentication.clone(),
            expires_at: None,
        };
        let (token, record) = self.mint.make(app, subject, now)?;
        let refresh = refresh.map(|token| token.expose(&app.secrets));
        let expires_in = unix(record.expires_at) - unix(record.created_at);
        let nonce = grant.openid.nonce.as_deref();
        let id_token = self.mint.id_token(app, &grant, &record.scope, &token, nonce)?;
        let response = TokenResponse::bearer(token, expires_in, refresh, &record.scope).with_id_token(id_token);
        let code = app.secrets.hash(self.code.expose());
        let redeemed =
            app.write_one(move |cx| exchanges::redeem(cx.conn, &grant.id, &code, started.as_ref(), now, &record))?;
        Ok(redeemed.then_some(response))
    }
}

impl Redemption<'_> {
    /// A code that was used before ends what came of its first use (RFC 6749 section 4.1.2).
    fn end<T>(&self, grant: &Grant) -> Result<Outcome<T>> {
        if self.app.write(super::ended_by_reuse(Act::CodeReuse, EndReason::CodeReplay, grant, &self.client.id))? {
            log::warn!(
                "event=code.replay grant={} client={} presented_by={}",
                grant.id,
                grant.client_id,
                self.client.id
            );
        }
        Ok(Outcome::Refused(invalid_code(Reason::CodeUsed)))
    }
}

/// Required, and the same string, if the authorization request named one (RFC 6749 section 4.1.3).
fn check_redirect_uri(kept: &str, was_sent: bool, sent: Option<&str>) -> Result<()> {
    let refused = |text: &str| {
        let refusal = Refusal::new(Code::InvalidGrant, text).because(Reason::CodeRedirectUri);
        Err(refusal.with("sent", sent.unwrap_or_default()).with("expected", kept).into())
    };
    match sent {
        None if was_sent => refused("redirect_uri is missing"),
        Some(sent) if sent != kept => refused("redirect_uri is not the one of the authorization request"),
        _ => Ok(()),
    }
}
