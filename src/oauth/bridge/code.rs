//! Drives `code_grant::accesstoken`.

use chrono::{DateTime, Utc};
use oxide_auth::code_grant::accesstoken::{AccessToken, Error as MachineError, Input, Output};
use oxide_auth::primitives::grant::Extensions;
use oxide_auth::primitives::issuer::{IssuedToken, TokenType};

use super::view::{View, grant, stuck};
use crate::core::failure::Reason;
use crate::core::ids::ClientId;
use crate::core::scope::Scope;
use crate::oauth::error::{Code, Refusal, Result};
use crate::oauth::grants::Outcome;

/// What the machine asks for while a code is redeemed, in its order.
pub trait CodeSteps {
    /// What is issued.
    type Issued;

    /// The code.
    fn code(&self) -> &str;

    /// Uses the code up and says to which client it was given.
    ///
    /// # Errors
    /// Refusals that leave the code as it was.
    fn recover(&mut self) -> Result<Outcome<String>>;

    /// Checks what binds the code: its age, the redirect URI, PKCE.
    ///
    /// # Errors
    /// Refusals that leave the code as it was.
    fn check(&mut self) -> Result<()>;

    /// Makes the tokens.
    ///
    /// # Errors
    /// When they cannot be made.
    fn issue(&mut self) -> Result<Self::Issued>;
}

/// Redeems a code for an authenticated client.
///
/// # Errors
/// Refusals, after which nothing of it is to be kept.
pub fn authorization_code<S: CodeSteps>(client_id: &ClientId, steps: &mut S) -> Result<Outcome<S::Issued>> {
    let code = steps.code().to_owned();
    let view = View { grant_type: "authorization_code", client_id, credential: &code, scope: None };
    let mut machine = AccessToken::new(&view);
    let mut input = Input::None;
    let mut issued = None;
    loop {
        input = match machine.advance(input) {
            Output::Authenticate { client, .. } if client == client_id.as_str() => Input::Authenticated,
            Output::Authenticate { .. } => return Err(stuck("another client").into()),
            Output::Recover { .. } => match steps.recover()? {
                Outcome::Granted(owner) => Input::Recovered(Some(grant(owner, &Scope::default())?)),
                Outcome::Refused(refusal) => return Ok(Outcome::Refused(refusal)),
            },
            Output::Extend { .. } => {
                steps.check()?;
                Input::Extended { access_extensions: Extensions::new() }
            }
            Output::Issue { .. } => {
                issued = Some(steps.issue()?);
                Input::Issued(placeholder())
            }
            Output::Ok(_) => {
                return issued.map(Outcome::Granted).ok_or_else(|| stuck("nothing was issued").into());
            }
            Output::Err(error) => return Err(refusal(*error).into()),
        };
    }
}

/// The token core makes the answer; the machine only needs to see that there is one.
fn placeholder() -> IssuedToken {
    IssuedToken { token: String::new(), refresh: None, until: DateTime::<Utc>::MAX_UTC, token_type: TokenType::Bearer }
}

/// The one thing that this machine still finds wrong by itself: the code is another client's.
fn refusal(error: MachineError) -> Refusal {
    match error {
        MachineError::Invalid(_) => {
            Refusal::new(Code::InvalidGrant, "the code was not given to this client").because(Reason::CodeOfOther)
        }
        MachineError::Unauthorized(..) | MachineError::Primitive(_) => stuck("the access token machine"),
    }
}
