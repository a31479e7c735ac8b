//! Request objects by value (RFC 9101, OpenID Connect Core section 6.1): an authorization request that the client signed.

use jsonwebtoken::jwk::{Jwk, JwkSet, KeyAlgorithm, KeyOperations, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde_json::{Map, Value};

use super::error::{Code, Refusal};
use super::parameters::Parameters;
use crate::app::App;
use crate::core::client::Client;
use crate::core::failure::Reason;
use crate::core::time::unix;

/// The algorithms that request objects may be signed with: none of a shared secret, and never `none`.
const ALGORITHMS: [(Algorithm, &str); 6] = [
    (Algorithm::ES256, "ES256"),
    (Algorithm::ES384, "ES384"),
    (Algorithm::RS256, "RS256"),
    (Algorithm::PS256, "PS256"),
    (Algorithm::EdDSA, "EdDSA"),
    (Algorithm::RS512, "RS512"),
];

/// The names of the algorithms, as the metadata lists them.
pub fn algorithms() -> Vec<&'static str> {
    ALGORITHMS.iter().map(|(_, name)| *name).collect()
}

/// Verifies a request object of `client` and gives the parameters that it holds, in the place of those beside it
/// (RFC 9101 section 6.3). `client_id` must be the same in both.
///
/// # Errors
/// `invalid_request_object`.
pub fn open(app: &App, client: &Client, outer: &Parameters, jwt: &str) -> Result<Parameters, Refusal> {
    let refused = |text: &str| Refusal::new(Code::InvalidRequestObject, text).because(Reason::RequestObject);
    let header =
        decode_header(jwt).map_err(|_| refused("request is not a JWT signed with an algorithm served here"))?;
    if !ALGORITHMS.iter().any(|(known, _)| *known == header.alg) {
        return Err(refused("request is signed with an algorithm that is not served here"));
    }
    // RFC 7515 section 4.1.11: no extension is understood here.
    if header.crit.is_some() {
        return Err(refused("request wants something understood (crit) that is not"));
    }
    // RFC 9101 section 5.
    if outer.get("request_uri").is_some() {
        return Err(refused("request and request_uri were both sent"));
    }
    let typ = header.typ.as_deref().unwrap_or("JWT").to_ascii_lowercase();
    if !["jwt", "oauth-authz-req+jwt", "application/oauth-authz-req+jwt"].contains(&typ.as_str()) {
        return Err(refused("the typ of request is not one of a request object"));
    }
    let claims = verified(app, client, jwt, header.alg, header.kid.as_deref()).map_err(|text| refused(&text))?;
    check_times(app, &claims).map_err(refused)?;
    for nested in ["request", "request_uri"] {
        if claims.contains_key(nested) {
            return Err(refused("a request object may not hold request or request_uri"));
        }
    }
    let told = [outer.get("client_id"), Some(client.id.as_str())];
    let says = claims.get("client_id").and_then(Value::as_str);
    if !told.contains(&says) {
        return Err(refused("the client_id of request is another"));
    }
    // OpenID Connect Core section 6.1: what OAuth wants beside the object must say the same.
    if let Some(sent) = outer.get("response_type")
        && claims.get("response_type").is_some_and(|inner| inner.as_str() != Some(sent))
    {
        return Err(refused("the response_type of request is another"));
    }
    Parameters::check(pairs(claims).map_err(refused)?, app.config.limits.parameter_bytes)
        .map_err(|refusal| refused(&refusal.description))
}

fn verified(
    app: &App,
    client: &Client,
    jwt: &str,
    algorithm: Algorithm,
    kid: Option<&str>,
) -> Result<Map<String, Value>, String> {
    let keys = client.metadata.openid.jwks.clone().ok_or("this client has registered no keys to sign requests with")?;
    let keys: JwkSet = serde_json::from_value(keys).map_err(|_| "the registered keys cannot be read")?;
    let mut validation = Validation::new(algorithm);
    // The clock is ours: see `check_times`.
    validation.validate_exp = false;
    validation.required_spec_claims.clear();
    validation.set_issuer(&[client.id.as_str()]);
    validation.set_audience(&[app.config.issuer()]);
    validation.required_spec_claims.extend(["iss".to_owned(), "aud".to_owned()]);
    let fits = |key: &&Jwk| (kid.is_none() || key.common.key_id.as_deref() == kid) && is_meant_for(key, algorithm);
    let mut why = "no registered key fits request".to_owned();
    for key in keys.keys.iter().filter(fits).take(10) {
        let Ok(decoding) = DecodingKey::from_jwk(key) else { continue };
        match decode::<Map<String, Value>>(jwt, &decoding, &validation) {
            Ok(decoded) => return Ok(decoded.claims),
            Err(error) => why = format!("request could not be verified: {error}"),
        }
    }
    Err(why)
}

/// Whether a key says of itself that it verifies signatures of an algorithm, or says nothing (RFC 7517 sections 4.2 to 4.4).
fn is_meant_for(key: &Jwk, algorithm: Algorithm) -> bool {
    let said = &key.common;
    let signs = said.public_key_use.as_ref().is_none_or(|used| *used == PublicKeyUse::Signature);
    let verifies = said.key_operations.as_ref().is_none_or(|operations| operations.contains(&KeyOperations::Verify));
    signs && verifies && said.key_algorithm.is_none_or(|known| known == KeyAlgorithm::from(algorithm))
}

fn check_times(app: &App, claims: &Map<String, Value>) -> Result<(), &'static str> {
    /// Seconds by which clocks may differ.
    const LEEWAY: i64 = 60;
    /// Seconds for which a request object may work at the most.
    const LONGEST: i64 = 3600;
    let now = unix(app.now());
    let time = |name: &str| match claims.get(name) {
        None => Ok(None),
        Some(value) => value.as_i64().map(Some).ok_or("exp, nbf and iat of request must be whole numbers"),
    };
    let end = time("exp")?.ok_or("exp of request is missing")?;
    if end <= now.saturating_sub(LEEWAY) {
        return Err("request has expired");
    }
    if end > now.saturating_add(LONGEST + LEEWAY) {
        return Err("exp of request is more than an hour away");
    }
    let early = |at: i64| at > now.saturating_add(LEEWAY);
    if time("nbf")?.is_some_and(early) || time("iat")?.is_some_and(early) {
        return Err("request is not valid yet");
    }
    Ok(())
}

/// The claims that are parameters, as the query would have carried them.
fn pairs(claims: Map<String, Value>) -> Result<Vec<(String, String)>, &'static str> {
    let own = ["iss", "aud", "exp", "nbf", "iat", "jti", "sub"];
    let parameters = claims.into_iter().filter(|(name, _)| !own.contains(&name.as_str()));
    parameters
        .map(|(name, value)| match value {
            Value::String(text) => Ok((name, text)),
            Value::Number(number) => Ok((name, number.to_string())),
            Value::Object(_) if name == "claims" => Ok((name, value.to_string())),
            _ => Err("the parameters in request must be texts, and claims an object"),
        })
        .collect()
}
