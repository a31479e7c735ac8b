//! OpenID Connect: sign-in for relying parties.

mod bad_hints;
mod bad_objects;
mod bad_requests;
mod id_token;
mod lifetimes;
mod logout;
mod logout_backchannel;
mod logout_delivery;
mod logout_frames;
mod logout_hint;
mod logout_left;
mod metadata;
mod openidconnect_crate;
mod prompts;
mod renewal;
mod request_object;
mod response_mode;
mod session_state;
mod userinfo;

use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde_json::Value;

use crate::support::browser::Answer;
use crate::support::flow::Flow;
use crate::support::server::TestServer;

/// Verifies a JWT of the server as a relying party does, and gives its claims.
pub(crate) async fn verified(server: &TestServer, flow: &Flow<'_>, jwt: &str, audience: &str) -> Value {
    let keys = flow.send(flow.request(reqwest::Method::GET, "/oauth/jwks")).await.json();
    let keys: JwkSet = serde_json::from_value(keys).expect("a JWK set");
    let header = decode_header(jwt).expect("a header");
    let key = keys.find(header.kid.as_deref().expect("a kid")).expect("the key is published");
    let mut validation = Validation::new(header.alg);
    assert!([Algorithm::ES256, Algorithm::RS256, Algorithm::EdDSA].contains(&header.alg));
    validation.set_audience(&[audience]);
    validation.set_issuer(&[server.app.config.issuer()]);
    validation.validate_exp = false;
    validation.required_spec_claims.clear();
    let key = DecodingKey::from_jwk(key).expect("a public key");
    decode::<Value>(jwt, &key, &validation).expect("it verifies").claims
}

/// The id_token of a token response.
pub(crate) fn id_token(answer: &Answer) -> String {
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()["id_token"].as_str().expect("an id_token").to_owned()
}

/// Authorizes with some parameters and redeems the code.
pub(crate) async fn redeemed(flow: &Flow<'_>, changes: &[(&str, &str)]) -> Answer {
    let answer = flow.authorize(changes).await;
    assert_eq!(answer.status, 302, "{}", answer.body);
    let code = answer.redirect_parameter("code").unwrap_or_else(|| panic!("{}", answer.header("location")));
    flow.redeem(&code, &[]).await
}
