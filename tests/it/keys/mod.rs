//! The signing keys: what becomes of each, and of what it signed.

mod algorithms;
mod nodes;
mod schedule;
mod states;
mod withdrawal;

use chrono::TimeDelta;
use grantor::app::{App, KnownKey, Rotation, signing_keys};
use grantor::core::audit::Actor;
use grantor::core::client::Client;
use grantor::core::ids::KeyId;
use grantor::core::signing::Algorithm;
use jsonwebtoken::{DecodingKey, Validation, decode, decode_header, jwk::JwkSet};
use serde_json::Value;
use std::sync::Arc;

use crate::support::browser::{Answer, Browser};
use crate::support::server::TestServer;

/// The least that a clock can move.
const INSTANT: TimeDelta = TimeDelta::microseconds(1);
/// `keys.publish_ahead`, if nothing else is said.
const AHEAD: TimeDelta = TimeDelta::minutes(10);
/// `keys.verify_after`, if nothing else is said, and what is added to it.
const OVERLAP: TimeDelta = TimeDelta::minutes(31 * 24 * 60 + 10);

/// Rotates one algorithm or each, and answers the new keys.
fn rotate(app: &Arc<App>, algorithm: Option<Algorithm>, at_once: bool) -> Vec<KeyId> {
    let rotation = Rotation { algorithm, at_once, instead_of: None };
    grantor::app::rotate(app, &Actor::Operator, &rotation).expect("rotated")
}

/// The keys of an algorithm, newest first, with their states.
fn states(app: &App, algorithm: Algorithm) -> Vec<(KeyId, &'static str)> {
    let keys = signing_keys(app).expect("the keys").into_iter();
    let of_it = keys.filter(|key: &KnownKey| key.algorithm == algorithm.as_str());
    of_it.map(|key| (key.id, key.state.as_str())).collect()
}

/// The published keys.
async fn jwks(server: &TestServer) -> Answer {
    let answer = Browser::new(server).get("/oauth/jwks").await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer
}

/// The claims of a token by the published keys, as a resource server reads them that knows no clock.
async fn by_jwks(server: &TestServer, token: &str) -> Option<Value> {
    let keys: JwkSet = serde_json::from_str(&jwks(server).await.body).expect("a JWK set");
    let header = decode_header(token).expect("a header");
    let key = keys.find(header.kid.as_deref().expect("a kid"))?;
    let mut validation = Validation::new(header.alg);
    assert_eq!(key.common.key_algorithm.map(|alg| alg.to_string()), Some(format!("{:?}", header.alg)));
    validation.validate_exp = false;
    // Nodes of a test have an address each.
    validation.validate_aud = false;
    let key = DecodingKey::from_jwk(key).expect("a public key");
    Some(decode::<Value>(token, &key, &validation).expect("it verifies").claims)
}

/// A client whose tokens are signed with an algorithm.
fn client(server: &TestServer, algorithm: Algorithm, lifetime: Option<u64>) -> (Client, String) {
    server.client(|new| {
        new.policy.access_token_signed_response_alg = algorithm;
        new.policy.access_token_lifetime = lifetime;
    })
}

/// A new access token of a client for itself, and for how many seconds it works.
async fn token(server: &TestServer, (client, secret): &(Client, String)) -> (String, i64) {
    let browser = Browser::new(server);
    let request = browser.request(reqwest::Method::POST, "/oauth/token");
    let request = request.basic_auth(client.id.as_str(), Some(secret)).form(&[("grant_type", "client_credentials")]);
    let answer = browser.send(request).await.json();
    let token = answer["access_token"].as_str().expect("a token").to_owned();
    (token, answer["expires_in"].as_i64().expect("a lifetime"))
}

/// The `kid` in the header of a token.
fn kid(token: &str) -> KeyId {
    decode_header(token).expect("a header").kid.expect("a kid").into()
}
