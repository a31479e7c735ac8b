//! The refresh token grant (RFC 6749 section 6): rotated on every use (RFC 9700 section 4.14.2), forgiving the honest.

use std::sync::Arc;

use super::{Grant as GrantType, Outcome};
use crate::app::{App, Cx};
use crate::core::client::Client;
use crate::core::grant::{EndReason, Grant, Refresh};
use crate::core::scope::Scope;
use crate::core::time::{delta, unix};
use crate::oauth::access_token::{Mint, Subject};
use crate::oauth::authorize::purge_at;
use crate::oauth::bridge::{self, RefreshSteps};
use crate::oauth::error::{Code, Refusal, Result};
use crate::oauth::parameters::Parameters;
use crate::oauth::refresh_token::RefreshToken;
use crate::oauth::token::TokenResponse;
use crate::store::{access_tokens, grants};

/// `refresh_token`.
#[derive(Debug)]
pub struct RefreshTokenGrant;

impl GrantType for RefreshTokenGrant {
    fn name(&self) -> &'static str {
        "refresh_token"
    }

    fn exchange(&self, app: &Arc<App>, client: &Arc<Client>, parameters: &Parameters) -> Result<TokenResponse> {
        let text = parameters.required("refresh_token")?;
        let presented = RefreshToken::parse(text, &app.secrets).ok_or_else(invalid_token)?;
        let asked = parameters.get("scope").map(str::to_owned);
        let mint = Mint::open(app, client)?;
        let client = Arc::clone(client);
        app.write(move |cx| {
            let successor = presented.successor(&cx.app.secrets);
            let mut rotation = Rotation { cx, client: &client, mint, presented, successor, found: None };
            bridge::refresh_token(&client.id, asked.as_deref(), &mut rotation)
        })?
        .into_result()
    }
}

fn invalid_token() -> Refusal {
    Refusal::new(Code::InvalidGrant, "the refresh token is unknown, used, expired or revoked")
}

struct Rotation<'a, 'c> {
    cx: &'a mut Cx<'c>,
    client: &'a Client,
    mint: Mint,
    presented: RefreshToken,
    successor: RefreshToken,
    found: Option<Grant>,
}

impl RefreshSteps for Rotation<'_, '_> {
    type Issued = TokenResponse;

    /// Puts the successor in the place of the presented token: of many rivals one does; the others
    /// are forgiven within the grace and get the same successor.
    fn recover(&mut self) -> Result<Outcome<(String, Scope)>> {
        let (app, now) = (self.cx.app, self.cx.now);
        let lifetime = delta(app.config.tokens.refresh_token_lifetime);
        let next = Refresh {
            hash: self.successor.hash(&app.secrets),
            generation: self.successor.generation(),
            rotated_at: now,
            expires_at: now + lifetime,
        };
        let presented = self.presented.hash(&app.secrets);
        let rotated = grants::rotate(self.cx.conn, self.presented.grant(), &presented, &next, now, purge_at(app, now))?;
        let grant = match rotated {
            Some(grant) => grant,
            None => match self.forgive_or_end()? {
                Outcome::Granted(grant) => grant,
                Outcome::Refused(refusal) => return Ok(Outcome::Refused(refusal)),
            },
        };
        let answer = (grant.client_id.to_string(), grant.scope.clone());
        self.found = Some(grant);
        Ok(Outcome::Granted(answer))
    }

    fn issue(&mut self, scope: Scope) -> Result<TokenResponse> {
        let grant = self.found.take().ok_or_else(invalid_token)?;
        // What an admin has taken from the client since then is not handed out any more.
        let scope = self.client.allowed(&scope);
        let subject = Subject {
            grant_id: Some(grant.id),
            user_id: Some(grant.user_id),
            scope,
            auth_time: grant.auth_time,
            expires_at: None,
        };
        let (token, record) = self.mint.make(self.cx.app, subject, self.cx.now)?;
        access_tokens::insert(self.cx.conn, &record)?;
        let refresh = self.successor.expose(&self.cx.app.secrets);
        let expires_in = unix(record.expires_at) - unix(record.created_at);
        Ok(TokenResponse::bearer(token, expires_in, Some(refresh), &record.scope))
    }
}

impl Rotation<'_, '_> {
    /// The presented token is not the one that works. If it is the one before, its successor was not used yet,
    /// and the same client repeats it within the grace, that is an honest repeat; else it was stolen.
    fn forgive_or_end(&mut self) -> Result<Outcome<Grant>> {
        let Some(grant) = grants::by_id(self.cx.conn, self.presented.grant())? else {
            return Err(invalid_token().into());
        };
        let Some(refresh) = grant.refresh.as_ref().filter(|_| grant.ended_at.is_none()) else {
            return Err(invalid_token().into());
        };
        let secrets = &self.cx.app.secrets;
        if refresh.hash.matches(&self.presented.hash(secrets)) {
            // It is the one that works, but too old.
            return Err(invalid_token().into());
        }
        let grace = delta(self.client.refresh_grace(self.cx.app.config.tokens.refresh_grace));
        let age = self.cx.now - refresh.rotated_at;
        // A rival's moment may lie after ours, so that without grace even a negative age is no repeat.
        let honest = refresh.hash.matches(&self.successor.hash(secrets))
            && grant.client_id == self.client.id
            && !grace.is_zero()
            && age < grace;
        if honest {
            return Ok(Outcome::Granted(grant));
        }
        grants::end(self.cx.conn, &grant.id, EndReason::RefreshReplay, self.cx.now)?;
        log::warn!(
            "event=refresh.replay grant={} client={} presented_by={} generation={}",
            grant.id,
            grant.client_id,
            self.client.id,
            self.presented.generation()
        );
        Ok(Outcome::Refused(invalid_token()))
    }
}
