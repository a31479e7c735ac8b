//! The grid of checks of an authorization request: one function a rule, in the order in which they are made.

use super::answer::ResponseMode;
use super::asked::Asked;
use super::error::{Code, Refusal};
use crate::core::client::Client;
use crate::core::failure::Reason;
use crate::core::pkce::Challenge;
use crate::oidc::claims;
use crate::oidc::hint::Hint;
use crate::oidc::prompt::Prompt;

/// What a check looks at and what it leaves for the next ones.
#[derive(Debug)]
pub struct Examined<'a> {
    /// The request.
    pub asked: &'a Asked,
    /// Who asks.
    pub client: &'a Client,
    /// What its `id_token_hint` says, if that is an id_token of this server.
    pub hint: Option<Hint>,
    /// The PKCE challenge, once checked.
    pub challenge: Option<Challenge>,
    /// What is asked of the sign-in, once checked.
    pub wishes: Wishes,
}

/// What a request wants of the sign-in and of the id_token.
#[derive(Debug, Clone, Default)]
pub struct Wishes {
    /// Which pages are to be shown, or none.
    pub prompt: Prompt,
    /// How many seconds ago the person may have signed in.
    pub max_age: Option<i64>,
    /// Which claims are wanted.
    pub claims: claims::Asked,
    /// Returned in the id_token.
    pub nonce: Option<String>,
    /// Whom the `id_token_hint` speaks of.
    pub hint: Option<String>,
}

type Check = fn(&mut Examined<'_>) -> Result<(), Refusal>;

/// All checks whose refusal the client gets to see by a redirect.
pub const CHECKS: [(&str, Check); 7] = [
    ("RFC 6749 section 2.1: the client may use this grant", grant_is_allowed),
    ("OpenID Connect Core section 6.2: no requests by reference", no_request_uri),
    ("RFC 9101 section 10.5: signed, if it must be", is_signed),
    ("OAuth 2.0 Multiple Response Types section 2.1: how the answer is sent", response_mode),
    ("OpenID Connect Core section 3.1.2.1: what is asked of the sign-in", authentication),
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

fn no_request_uri(examined: &mut Examined<'_>) -> Result<(), Refusal> {
    match examined.asked.parameters.get("request_uri") {
        None => Ok(()),
        Some(_) => {
            let refusal = Refusal::new(Code::RequestUriNotSupported, "request_uri is not supported");
            Err(refusal.because(Reason::RequestUri))
        }
    }
}

fn is_signed(examined: &mut Examined<'_>) -> Result<(), Refusal> {
    if examined.asked.signed || !examined.client.metadata.openid.require_signed_request_object {
        return Ok(());
    }
    let text = "this client must sign its requests: request is missing";
    Err(Refusal::new(Code::InvalidRequest, text).because(Reason::RequestObject))
}

fn response_mode(examined: &mut Examined<'_>) -> Result<(), Refusal> {
    let sent = examined.asked.parameters.get("response_mode");
    if ResponseMode::parse(sent).is_some() {
        return Ok(());
    }
    let refusal = Refusal::new(Code::InvalidRequest, "response_mode must be query, fragment or form_post");
    Err(refusal.because(Reason::ResponseMode).with("sent", sent.unwrap_or_default()))
}

fn authentication(examined: &mut Examined<'_>) -> Result<(), Refusal> {
    let parameters = &examined.asked.parameters;
    let refused = |name: &str, text: &str| {
        let refusal = Refusal::new(Code::InvalidRequest, text).because(Reason::ParameterMalformed);
        refusal.with("name", name)
    };
    let prompt = Prompt::parse(parameters.get("prompt")).map_err(|text| refused("prompt", text))?;
    let max_age = match parameters.get("max_age") {
        None => examined.client.metadata.openid.default_max_age.map(i64::from),
        Some(text) => {
            let digits = Some(text).filter(|text| text.bytes().all(|b| b.is_ascii_digit()));
            let seconds = digits.and_then(|digits| digits.parse::<u32>().ok());
            Some(i64::from(seconds.ok_or_else(|| refused("max_age", "max_age must be a number of seconds"))?))
        }
    };
    let claims = claims::Asked::parse(parameters.get("claims")).map_err(|text| refused("claims", text))?;
    let nonce = parameters.get("nonce").map(str::to_owned);
    if nonce.as_ref().is_some_and(|nonce| nonce.len() > 512) {
        return Err(refused("nonce", "nonce may be 512 bytes long at the most"));
    }
    let hint = examined.hint.take().filter(|hint| hint.is_for(examined.client)).map(|hint| hint.subject);
    if hint.is_none() && parameters.get("id_token_hint").is_some() {
        return Err(refused(
            "id_token_hint",
            "id_token_hint is not an id_token that this server issued to this client",
        ));
    }
    examined.wishes = Wishes { prompt, max_age, claims, nonce, hint };
    Ok(())
}

fn challenge(examined: &mut Examined<'_>) -> Result<(), Refusal> {
    let method = examined.asked.parameters.get("code_challenge_method");
    let refused = |text: String| {
        let refusal = Refusal::new(Code::InvalidRequest, text).because(Reason::PkceChallenge);
        refusal.with("sent", method.unwrap_or("plain"))
    };
    examined.challenge = match examined.asked.parameters.get("code_challenge") {
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
