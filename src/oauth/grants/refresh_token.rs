//! The refresh token grant (RFC 6749 section 6): rotated on every use (RFC 9700 section 4.14.2), forgiving the honest.

use std::sync::Arc;

use super::{Grant as GrantType, Outcome};
use crate::account::audit::Act;
use crate::app::App;
use crate::core::client::Client;
use crate::core::failure::Reason;
use crate::core::grant::{EndReason, Grant, GrantKind, Refresh};
use crate::core::scope::Scope;
use crate::core::time::{Time, delta, unix};
use crate::oauth::access_token::{Mint, Subject};
use crate::oauth::authorize::purge_at;
use crate::oauth::bridge::{self, RefreshSteps};
use crate::oauth::error::{Code, Refusal, Result};
use crate::oauth::parameters::Parameters;
use crate::oauth::refresh_token::RefreshToken;
use crate::oauth::token::TokenResponse;
use crate::store::{access_tokens, exchanges, grants, sessions};

/// `refresh_token`.
#[derive(Debug)]
pub struct RefreshTokenGrant;

impl GrantType for RefreshTokenGrant {
    fn name(&self) -> &'static str {
        "refresh_token"
    }

    fn exchange(&self, app: &Arc<App>, client: &Arc<Client>, parameters: &Parameters) -> Result<TokenResponse> {
        let text = parameters.required("refresh_token")?;
        let presented = RefreshToken::parse(text, &app.secrets).ok_or_else(unknown_token)?;
        let successor = presented.successor(&app.secrets);
        let asked = parameters.get("scope");
        let mint = Mint::open(app, client)?;
        // Who loses a race looks again, and sees what the winner left.
        for _ in 0..LOOKS {
            let (presented, successor) = (&presented, &successor);
            let mut rotation = Rotation { app, client, mint: &mint, presented, successor, now: app.now(), found: None };
            if let Some(response) = bridge::refresh_token(&client.id, asked, &mut rotation)?.into_result()? {
                return Ok(response);
            }
        }
        Err(invalid_token(Reason::RefreshTokenUsed).into())
    }
}

/// A token that was rotated once is never again the one that works, so that the second look decides.
const LOOKS: usize = 2;

/// One answer for all: who asks is not told which.
fn invalid_token(reason: Reason) -> Refusal {
    Refusal::new(Code::InvalidGrant, "the refresh token is unknown, used, expired or revoked").because(reason)
}

fn unknown_token() -> Refusal {
    invalid_token(Reason::RefreshTokenUnknown)
}

struct Rotation<'a> {
    app: &'a Arc<App>,
    client: &'a Client,
    mint: &'a Mint,
    presented: &'a RefreshToken,
    successor: &'a RefreshToken,
    now: Time,
    found: Option<(Grant, Found)>,
}

/// What the presented token is to its grant.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Found {
    /// The one that works.
    Current,
    /// The one before, presented again in good faith.
    Repeated,
}

impl RefreshSteps for Rotation<'_> {
    /// None when a rival was quicker.
    type Issued = Option<TokenResponse>;

    /// Finds the grant. Nothing is locked: whether the token still works is decided when the successor takes its place.
    fn recover(&mut self) -> Result<Outcome<(String, Scope)>> {
        let grant = self.app.read(|cx| grants::by_id(cx.conn, self.presented.grant()))?;
        let grant = grant.ok_or_else(unknown_token)?;
        if grant.ended_at.is_some() {
            return Err(invalid_token(Reason::GrantEnded).into());
        };
        let refresh = grant.refresh.as_ref().ok_or_else(unknown_token)?;
        let found = if refresh.hash.matches(&self.presented.hash(&self.app.secrets)) {
            if refresh.expires_at <= self.now {
                return Err(invalid_token(Reason::RefreshTokenExpired).into());
            }
            Found::Current
        } else if self.is_honest_repeat(&grant, refresh) {
            Found::Repeated
        } else {
            return self.end(&grant);
        };
        // Of another client it says so below.
        if grant.client_id == self.client.id && !self.client.honours(grant.created_at) {
            return Err(invalid_token(Reason::GrantEnded).into());
        }
        let answer = (grant.client_id.to_string(), grant.scope.clone());
        self.found = Some((grant, found));
        Ok(Outcome::Granted(answer))
    }

    /// Puts the successor in the place of the presented token: of many rivals one does; the others are forgiven
    /// within the grace and get the same successor.
    fn issue(&mut self, scope: Scope) -> Result<Option<TokenResponse>> {
        let (grant, found) = self.found.take().ok_or_else(unknown_token)?;
        let (app, now) = (self.app, self.now);
        // What an admin has taken from the client since then, or deleted, is not handed out any more.
        let scope = super::still_allowed(app, self.client, &scope)?;
        let subject = Subject {
            grant_id: Some(grant.id.clone()),
            user_id: Some(grant.user_id),
            scope,
            authentication: grant.authentication.clone(),
            expires_at: None,
        };
        let (token, record) = self.mint.make(app, subject, now)?;
        let expires_in = unix(record.expires_at) - unix(record.created_at);
        let id_token = self.mint.id_token(app, &grant, &record.scope, &token, None)?;
        let successor = self.successor.expose(&app.secrets);
        let response = TokenResponse::bearer(token, expires_in, Some(successor), &record.scope).with_id_token(id_token);
        if found == Found::Repeated {
            app.write_one(move |cx| access_tokens::insert(cx.conn, &record))?;
            return Ok(Some(response));
        }
        let presented = self.presented.hash(&app.secrets);
        let next = Refresh {
            hash: self.successor.hash(&app.secrets),
            generation: self.successor.generation(),
            rotated_at: now,
            expires_at: now + delta(app.config.tokens.refresh_token_lifetime),
        };
        let Some(session) = grant.session_id.clone().filter(|_| grant.kind == GrantKind::FirstParty) else {
            let rotated = app.write_one(move |cx| {
                exchanges::rotate(cx.conn, &grant.id, &presented, &next, now, purge_at(cx.app, &grant, now), &record)
            })?;
            return Ok(rotated.then_some(response));
        };
        let rotated = app.write(move |cx| {
            // A sign-in to the server's own API is listed among the sessions, for as long as it can go on.
            sessions::prolong(cx.conn, &session, now, next.expires_at)?;
            exchanges::rotate(cx.conn, &grant.id, &presented, &next, now, purge_at(cx.app, &grant, now), &record)
        })?;
        Ok(rotated.then_some(response))
    }
}

impl Rotation<'_> {
    /// The presented token is not the one that works. If it is the one before, its successor was not used yet,
    /// and the same client repeats it within the grace, that is an honest repeat; else it was stolen.
    fn is_honest_repeat(&self, grant: &Grant, refresh: &Refresh) -> bool {
        let grace = delta(self.client.refresh_grace(self.app.config.tokens.refresh_grace));
        let age = self.now - refresh.rotated_at;
        // A rival's moment may lie after ours, so that without grace even a negative age is no repeat.
        refresh.hash.matches(&self.successor.hash(&self.app.secrets))
            && grant.client_id == self.client.id
            && !grace.is_zero()
            && age < grace
    }

    /// A used token came again: the whole family ends.
    fn end<T>(&self, grant: &Grant) -> Result<Outcome<T>> {
        self.app.write(super::ended_by_reuse(Act::RefreshReuse, EndReason::RefreshReplay, grant, &self.client.id))?;
        log::warn!(
            "event=refresh.replay grant={} client={} presented_by={} generation={}",
            grant.id,
            grant.client_id,
            self.client.id,
            self.presented.generation()
        );
        Ok(Outcome::Refused(invalid_token(Reason::RefreshTokenUsed)))
    }
}
