//! Client authentication (RFC 6749 section 2.3): `none`, `client_secret_basic`, `client_secret_post`.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::error::{Code, Refusal, Result};
use super::parameters::Parameters;
use crate::app::App;
use crate::core::client::Client;
use crate::core::failure::{Reason, beginning};
use crate::core::secret::Plain;

/// What a client says to prove who it is.
#[derive(Debug)]
struct Credentials {
    client_id: String,
    secret: Option<Plain>,
}

/// Authenticates the client of a request. Reads nothing from the database when the client is cached.
///
/// # Errors
/// `invalid_client`, and `invalid_request` for two methods at once.
pub fn authenticate(app: &App, authorization: Option<&str>, parameters: &Parameters) -> Result<Arc<Client>> {
    let credentials = credentials(authorization, parameters)?;
    let client = app.client(&credentials.client_id)?;
    // Hashed whether or not there is such a client, so that the time tells nothing.
    let sent = credentials.secret.as_ref().map(|secret| app.secrets.hash(secret.expose()));
    let now = app.now();
    let failed = |why: Reason| {
        log::info!("event=client_auth outcome=refused reason={} client={:?}", why.as_str(), credentials.client_id);
        let refusal = Refusal::new(Code::InvalidClient, "client authentication failed").because(why);
        refusal.with("sent", beginning(&credentials.client_id))
    };
    let client = client.ok_or_else(|| failed(Reason::ClientUnknown))?;
    if client.disabled_at.is_some() {
        return Err(failed(Reason::ClientDisabled).into());
    }
    match (client.is_public(), sent) {
        (true, None) => Ok(client),
        (true, Some(_)) => Err(failed(Reason::SecretOfPublic).into()),
        (false, None) => Err(failed(Reason::SecretMissing).into()),
        (false, Some(sent)) => {
            let live = |end: Option<_>| end.is_none_or(|end| now < end);
            // Every secret is compared: which of them matched takes no part in the time.
            let matching = client.secrets.iter().filter(|s| s.hash.matches(&sent) & live(s.expires_at)).count();
            if matching > 0 { Ok(client) } else { Err(failed(Reason::SecretWrong).into()) }
        }
    }
}

/// Who the client says it is, true or not.
pub fn claimed(authorization: Option<&str>, parameters: &Parameters) -> Option<String> {
    let by_header = authorization.and_then(|header| parse_basic(header).ok()).map(|basic| basic.client_id);
    by_header.or_else(|| parameters.get("client_id").map(str::to_owned))
}

fn credentials(authorization: Option<&str>, parameters: &Parameters) -> std::result::Result<Credentials, Refusal> {
    let in_body = (parameters.get("client_id"), parameters.get("client_secret"));
    let Some(header) = authorization else {
        return match in_body {
            (Some(id), secret) => Ok(Credentials { client_id: id.to_owned(), secret: secret.map(Plain::new) }),
            (None, _) => {
                let refusal =
                    Refusal::new(Code::InvalidClient, "the client did not authenticate: client_id is missing");
                Err(refusal.because(Reason::ClientAuthMissing))
            }
        };
    };
    let basic = parse_basic(header)?;
    match in_body {
        (_, Some(_)) => {
            let refusal =
                Refusal::new(Code::InvalidRequest, "use one method of client authentication, not two at once");
            Err(refusal.because(Reason::ClientAuthTwice))
        }
        (Some(id), None) if id != basic.client_id => {
            let refusal = Refusal::new(Code::InvalidRequest, "client_id is not the one in the Authorization header");
            Err(refusal.because(Reason::ClientAuthTwice))
        }
        _ => Ok(basic),
    }
}

/// User and password are form-urlencoded before they are joined (RFC 6749 section 2.3.1).
fn parse_basic(header: &str) -> std::result::Result<Credentials, Refusal> {
    let malformed = || {
        let text = "the Authorization header is not Basic with a client's id and secret";
        Refusal::new(Code::InvalidClient, text).because(Reason::ClientAuthMalformed)
    };
    let (scheme, encoded) = header.trim().split_once(' ').ok_or_else(malformed)?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return Err(malformed());
    }
    let bytes = STANDARD.decode(encoded.trim()).map_err(|_| malformed())?;
    let text = String::from_utf8(bytes).map_err(|_| malformed())?;
    let (id, secret) = text.split_once(':').ok_or_else(malformed)?;
    let decode = |text: &str| -> Option<String> {
        let pairs: Vec<(String, String)> =
            serde_urlencoded::from_str(&format!("v={}", text.replace('&', "%26"))).ok()?;
        pairs.into_iter().next().map(|(_, value)| value)
    };
    let (client_id, secret) = (decode(id).ok_or_else(malformed)?, decode(secret).ok_or_else(malformed)?);
    if client_id.is_empty() || client_id.contains('\0') {
        return Err(malformed());
    }
    let secret = (!secret.is_empty()).then(|| Plain::new(secret));
    Ok(Credentials { client_id, secret })
}
