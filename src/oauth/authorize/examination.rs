//! A request held against the grid of checks.

use std::sync::Arc;

use super::super::answer::{Answer, ResponseMode};
use super::super::asked::Asked;
use super::super::bridge::{self, AuthorizationSteps};
use super::super::checks::{CHECKS, Examined, Wishes};
use super::super::error::{Code as ErrorCode, Error, Refusal, Result};
use super::super::grants::scope_for;
use super::super::request_object;
use super::{Refused, Request};
use crate::app::App;
use crate::core::client::Client;
use crate::core::failure::{self, Reason};
use crate::core::pkce::Challenge;
use crate::core::redirect::RedirectUri;
use crate::core::scope::Scope;
use crate::oidc::hint::Hint;
use crate::{oidc, store};

/// Examines a request. Reads nothing from the database when client and scopes are cached.
///
/// # Errors
/// [`Refused`].
pub fn examine(app: &App, asked: Asked) -> std::result::Result<Request, Refused> {
    let (asked, object) = unwrapped(app, asked)?;
    let mut examination =
        Examination { app, asked: &asked, object, bound: None, challenge: None, wishes: Wishes::default() };
    let outcome = bridge::authorization(&asked.parameters, &mut examination);
    let Examination { bound, challenge, wishes, .. } = examination;
    let parameters = &asked.parameters;
    let mode = ResponseMode::parse(parameters.get("response_mode")).unwrap_or_default();
    match (outcome, bound) {
        (Ok(scope), Some((client, redirect_uri))) => Ok(Request {
            client,
            redirect_uri,
            redirect_uri_sent: parameters.get("redirect_uri").is_some(),
            mode,
            scope,
            state: parameters.get("state").map(str::to_owned),
            challenge,
            wishes,
            asked,
        }),
        (Err(Error::Refused(refusal)), Some((client, redirect_uri))) => {
            log::info!("event=authorize outcome=refused error={} client={}", refusal.code.as_str(), client.id);
            let answer = Answer::refusal(app, (&redirect_uri, mode), parameters.get("state"), &refusal);
            Err(Refused::Answer(Box::new(answer), refusal))
        }
        (Err(Error::Refused(refusal)), None) => {
            log::info!("event=authorize outcome=refused error={} client=unknown", refusal.code.as_str());
            Err(Refused::Page(refusal))
        }
        (Err(error), _) => Err(Refused::Failed(error)),
        (Ok(_), None) => Err(Refused::Page(Refusal::new(ErrorCode::InvalidRequest, "client_id is missing"))),
    }
}

/// The request with the parameters that its request object holds; if that is not to be trusted, as it came, and why.
fn unwrapped(app: &App, asked: Asked) -> store::Result<(Asked, Option<Refusal>)> {
    let (Some(jwt), false) = (asked.parameters.get("request"), asked.signed) else { return Ok((asked, None)) };
    let client = match asked.parameters.get("client_id") {
        Some(id) => app.client(id)?,
        None => None,
    };
    // Without a client nothing is verified; that there is none is said where it is looked for.
    let Some(client) = client else { return Ok((asked, None)) };
    match request_object::open(app, &client, &asked.parameters, jwt) {
        Ok(parameters) => Ok((Asked::opened(parameters, true), None)),
        Err(refusal) => Ok((asked, Some(refusal))),
    }
}

struct Examination<'a> {
    app: &'a App,
    asked: &'a Asked,
    object: Option<Refusal>,
    bound: Option<(Arc<Client>, String)>,
    challenge: Option<Challenge>,
    wishes: Wishes,
}

impl AuthorizationSteps for Examination<'_> {
    fn bind(&mut self) -> Result<String> {
        let parameters = &self.asked.parameters;
        let id = parameters.required("client_id")?;
        let found = self.app.client(id)?;
        let unusable = if found.is_some() { Reason::ClientDisabled } else { Reason::ClientUnknown };
        let client = found.filter(|client| client.disabled_at.is_none() && !client.policy.built_in);
        let client = client.ok_or_else(|| {
            let refusal = Refusal::new(ErrorCode::InvalidClient, "this app is not registered here");
            refusal.because(unusable).with("sent", failure::beginning(id))
        })?;
        let asked = parameters.get("redirect_uri");
        let uri = client.redirect_uri(asked).map(str::to_owned);
        let object = self.object.clone();
        let uri = uri.ok_or_else(|| {
            if let Some(refusal) = object {
                return refusal;
            }
            let (text, reason) = match asked {
                Some(_) => ("the redirect_uri is not one that this app has registered", Reason::RedirectUriMismatch),
                None => {
                    ("redirect_uri is missing, and the app has not registered exactly one", Reason::RedirectUriMissing)
                }
            };
            let registered: Vec<&str> = client.metadata.redirect_uris.iter().map(RedirectUri::as_str).collect();
            let refusal = Refusal::new(ErrorCode::InvalidRequest, text).because(reason);
            refusal.with("sent", asked.unwrap_or_default()).with("expected", registered)
        })?;
        self.bound = Some((client, uri.clone()));
        Ok(uri)
    }

    fn check(&mut self) -> Result<()> {
        let (client, _) = self.bound.as_ref().ok_or_else(|| Error::refused(ErrorCode::ServerError, "not bound"))?;
        if let Some(refusal) = self.object.take() {
            return Err(refusal.into());
        }
        let hint = match self.asked.parameters.get("id_token_hint") {
            Some(token) => Hint::read(self.app, token)?,
            None => None,
        };
        let mut examined = Examined { asked: self.asked, client, hint, challenge: None, wishes: Wishes::default() };
        for (_, check) in CHECKS {
            check(&mut examined)?;
        }
        (self.challenge, self.wishes) = (examined.challenge, examined.wishes);
        Ok(())
    }

    fn negotiate(&mut self) -> Result<Scope> {
        let (client, _) = self.bound.as_ref().ok_or_else(|| Error::refused(ErrorCode::ServerError, "not bound"))?;
        let scope = scope_for(self.app, client, self.asked.parameters.get("scope"))?;
        if !scope.contains(oidc::OPENID) {
            return Ok(scope);
        }
        // A claim asked for by name is granted by the scope that holds it, through the same question.
        let claimed = self.wishes.claims.scopes().filter(|name| client.may_have(name)).map(str::to_owned);
        let known = self.app.scopes()?;
        let claimed = claimed.filter(|name| known.iter().any(|entry| entry.name == *name));
        Ok(scope.union(&Scope::from_names(claimed)))
    }
}
