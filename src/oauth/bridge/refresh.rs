//! Drives `code_grant::refresh`.

use chrono::{DateTime, Utc};
use oxide_auth::code_grant::error::AccessTokenErrorType;
use oxide_auth::code_grant::refresh::{Error as MachineError, Input, Output, Refresh};
use oxide_auth::primitives::issuer::{RefreshedToken, TokenType};

use super::view::{View, grant, stuck};
use crate::core::failure::Reason;
use crate::core::ids::ClientId;
use crate::core::scope::Scope;
use crate::oauth::error::{Code, Refusal, Result};
use crate::oauth::grants::Outcome;

/// What the machine asks for while a token is refreshed, in its order.
pub trait RefreshSteps {
    /// What is issued.
    type Issued;

    /// Puts the successor in the place of the presented token, and says to which client and with
    /// which scope it was given.
    ///
    /// # Errors
    /// Refusals that leave the token as it was.
    fn recover(&mut self) -> Result<Outcome<(String, Scope)>>;

    /// Makes the tokens.
    ///
    /// # Errors
    /// When they cannot be made.
    fn issue(&mut self, scope: Scope) -> Result<Self::Issued>;
}

/// Refreshes for an authenticated client; `asked` may narrow the scope of the access token.
///
/// # Errors
/// Refusals, after which nothing of it is to be kept.
pub fn refresh_token<S: RefreshSteps>(
    client_id: &ClientId,
    asked: Option<&str>,
    steps: &mut S,
) -> Result<Outcome<S::Issued>> {
    let asked_scope = match asked {
        Some(text) => Some(Scope::parse(text).map_err(|e| malformed(text, &e.to_string()))?),
        None => None,
    };
    let view = View { grant_type: "refresh_token", client_id, credential: "presented", scope: asked };
    let mut machine = Refresh::new(&view);
    let mut input = Input::None;
    let mut granted = Scope::default();
    let mut issued = None;
    loop {
        input = match machine.advance(input) {
            Output::Unauthenticated { client, .. } if client == client_id.as_str() => {
                Input::Authenticated { scope: asked.map(Into::into) }
            }
            Output::Unauthenticated { .. } => return Err(stuck("another client").into()),
            Output::RecoverRefresh { .. } => match steps.recover()? {
                Outcome::Granted((owner, scope)) => {
                    let recovered = grant(owner, &scope)?;
                    granted = scope;
                    Input::Recovered { scope: asked.map(Into::into), grant: Some(recovered) }
                }
                Outcome::Refused(refusal) => return Ok(Outcome::Refused(refusal)),
            },
            Output::Refresh { .. } => {
                let scope = asked_scope.clone().unwrap_or_else(|| granted.clone());
                issued = Some(steps.issue(scope)?);
                Input::Refreshed(placeholder())
            }
            Output::Ok(_) => {
                return issued.map(Outcome::Granted).ok_or_else(|| stuck("nothing was issued").into());
            }
            Output::Err(error) => return Err(refusal(error).into()),
        };
    }
}

fn malformed(sent: &str, why: &str) -> Refusal {
    Refusal::new(Code::InvalidScope, why).because(Reason::ScopeMalformed).with("sent", sent)
}

fn placeholder() -> RefreshedToken {
    RefreshedToken {
        token: String::new(),
        refresh: None,
        until: DateTime::<Utc>::MAX_UTC,
        token_type: TokenType::Bearer,
    }
}

fn refusal(mut error: MachineError) -> Refusal {
    match error.description().map(|description| description.kind()) {
        Some(AccessTokenErrorType::InvalidGrant) => {
            let refusal = Refusal::new(Code::InvalidGrant, "the refresh token was not given to this client");
            refusal.because(Reason::RefreshTokenOfOther)
        }
        Some(AccessTokenErrorType::InvalidScope) => {
            Refusal::new(Code::InvalidScope, "the scope holds more than was granted").because(Reason::ScopeWider)
        }
        _ => stuck("the refresh machine"),
    }
}
