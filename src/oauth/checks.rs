//! The grid of checks of an authorization request: one function a rule, in the order in which they are made.

use super::error::{Code, Refusal};
use super::parameters::Parameters;
use crate::core::client::Client;
use crate::core::failure::Reason;
use crate::core::pkce::Challenge;

/// What a check looks at and what it leaves for the next ones.
#[derive(Debug)]
pub struct Examined<'a> {
    /// The request.
    pub parameters: &'a Parameters,
    /// Who asks.
    pub client: &'a Client,
    /// The PKCE challenge, once checked.
    pub challenge: Option<Challenge>,
}

type Check = fn(&mut Examined<'_>) -> Result<(), Refusal>;

/// All checks whose refusal the client gets to see by a redirect.
pub const CHECKS: [(&str, Check); 5] = [
    ("RFC 6749 section 2.1: the client may use this grant", grant_is_allowed),
    ("RFC 9101 section 5: no request objects yet", no_request_object),
    ("OpenID Connect Core section 3.1.2.1: how the answer is sent", response_mode),
    ("RFC 7636 section 4.3: the challenge", challenge),
    ("RFC 9700 section 2.1.1: PKCE for everyone", pkce_is_used),
];

fn grant_is_allowed(examined: &mut Examined<'_>) -> Result<(), Refusal> {
    if examined.client.may_use("authorization_code") {
        return Ok(());
    }
    let refusal = Refusal::new(Code::UnauthorizedClient, "this client is not registered for authorization_code");
    let refusal = refusal.because(Reason::GrantTypeNotAllowed).with("sent", "authorization_code");
    Err(refusal.with("expected", examined.client.metadata.grant_types.clone()))
}

fn no_request_object(examined: &mut Examined<'_>) -> Result<(), Refusal> {
    for name in ["request", "request_uri"] {
        if examined.parameters.get(name).is_some() {
            let refusal = Refusal::new(Code::InvalidRequest, format!("{name} is not supported"));
            return Err(refusal.because(Reason::RequestObject).with("name", name));
        }
    }
    Ok(())
}

fn response_mode(examined: &mut Examined<'_>) -> Result<(), Refusal> {
    match examined.parameters.get("response_mode") {
        None | Some("query") => Ok(()),
        Some(sent) => {
            let refusal = Refusal::new(Code::InvalidRequest, "response_mode must be query");
            Err(refusal.because(Reason::ResponseMode).with("sent", sent))
        }
    }
}

fn challenge(examined: &mut Examined<'_>) -> Result<(), Refusal> {
    let method = examined.parameters.get("code_challenge_method");
    let refused = |text: String| {
        let refusal = Refusal::new(Code::InvalidRequest, text).because(Reason::PkceChallenge);
        refusal.with("sent", method.unwrap_or("plain"))
    };
    examined.challenge = match examined.parameters.get("code_challenge") {
        Some(text) => Some(Challenge::parse(text, method).map_err(|e| refused(e.to_string()))?),
        None if method.is_some() => {
            return Err(refused("code_challenge_method was sent without code_challenge".to_owned()));
        }
        None => None,
    };
    Ok(())
}

fn pkce_is_used(examined: &mut Examined<'_>) -> Result<(), Refusal> {
    if examined.challenge.is_some() || !examined.client.requires_pkce() {
        return Ok(());
    }
    let refusal = Refusal::new(Code::InvalidRequest, "code_challenge is missing: this client must use PKCE with S256");
    Err(refusal.because(Reason::PkceMissing))
}
