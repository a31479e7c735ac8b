//! Request objects by value: RFC 9101, OpenID Connect Core section 6.1.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use grantor::core::signing::SigningKey;
use serde_json::{Value, json};

use super::prompts::{follow, return_to};
use crate::support::database::on_both;
use crate::support::flow::{Flow, VERIFIER, challenge, session_cookie};
use crate::support::server::{REDIRECT, Setup, TestServer};

fn keys(key: &SigningKey) -> Value {
    json!({ "keys": [key.jwk().expect("a JWK")] })
}

/// The claims of a request of `flow`, changed by `change`.
pub(super) fn claims(server: &TestServer, flow: &Flow<'_>, change: impl FnOnce(&mut Value)) -> Value {
    let now = grantor::core::time::unix(server.app.now());
    let mut claims = json!({
        "iss": flow.client.id, "aud": server.app.config.issuer(), "exp": now + 60, "iat": now,
        "client_id": flow.client.id, "response_type": "code", "redirect_uri": REDIRECT, "scope": "openid",
        "state": "signed", "nonce": "n", "code_challenge": challenge(VERIFIER), "code_challenge_method": "S256",
        "max_age": 600,
    });
    change(&mut claims);
    claims
}

pub(super) async fn ask(flow: &Flow<'_>, request: &str, outer: &[(&str, &str)]) -> crate::support::browser::Answer {
    let mut query = vec![("client_id", flow.client.id.as_str()), ("response_type", "code"), ("redirect_uri", REDIRECT)];
    query.extend_from_slice(outer);
    query.push(("request", request));
    let asked = flow.request(reqwest::Method::GET, "/oauth/authorize").query(&query).header("accept", "text/html");
    flow.send(asked.header("cookie", &flow.cookie)).await
}

on_both! {
    async fn what_the_client_signed_is_what_counts(db: Database) {
        let server = TestServer::start(&db);
        let (key, _) = SigningKey::generate(Default::default()).expect("a key");
        let flow = Flow::new(&server, |new| new.openid.jwks = Some(keys(&key)));
        let jwt = key.sign("oauth-authz-req+jwt", &claims(&server, &flow, |_| {})).expect("signed");
        let answer = ask(&flow, &jwt, &[("state", "outer"), ("scope", "openid email"), ("code_challenge", "x")]).await;
        assert_eq!(answer.status, 302, "{}", answer.body);
        assert_eq!(answer.redirect_parameter("state").as_deref(), Some("signed"), "{}", answer.header("location"));
        let tokens = flow.redeem(&answer.redirect_parameter("code").expect("a code"), &[]).await;
        assert_eq!(tokens.json()["scope"], "openid");
        let nobody = flow.with_session(&server, "");
        let to_login = ask(&nobody, &jwt, &[]).await;
        assert_eq!(to_login.status, 303);
        assert!(to_login.header("location").contains("resume"), "it comes back sealed: it may be too old by then");
    }

    async fn what_cannot_be_trusted_is_refused(db: Database) {
        let server = TestServer::start(&db);
        let (key, _) = SigningKey::generate(Default::default()).expect("a key");
        let (foreign, _) = SigningKey::generate(Default::default()).expect("a key");
        let flow = Flow::new(&server, |new| new.openid.jwks = Some(keys(&key)));
        let sign = |change: fn(&mut Value)| key.sign("JWT", &claims(&server, &flow, change)).expect("signed");
        let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let body = encode(&claims(&server, &flow, |_| {}));
        let hmac = {
            let secret = jsonwebtoken::EncodingKey::from_secret(keys(&key).to_string().as_bytes());
            let header = jsonwebtoken::Header::new(jsonwebtoken::Algorithm::HS256);
            jsonwebtoken::encode(&header, &claims(&server, &flow, |_| {}), &secret).expect("a MAC")
        };
        let server_key = server.app.keys().expect("keys");
        let own = server_key.signer(Default::default()).sign("JWT", &claims(&server, &flow, |_| {})).expect("signed");
        let cases: Vec<(&str, String)> = vec![
            ("alg none", format!("{}.{body}.", encode(&json!({ "alg": "none" })))),
            ("a MAC of the public key", hmac),
            ("a foreign key", foreign.sign("JWT", &claims(&server, &flow, |_| {})).expect("signed")),
            ("the server's key", own),
            ("another typ", key.sign("at+jwt", &claims(&server, &flow, |_| {})).expect("signed")),
            ("not a JWT", "x.y.z".to_owned()),
            ("another client", sign(|c| c["client_id"] = "somebody".into())),
            ("no client", sign(|c| { c.as_object_mut().map(|c| c.remove("client_id")); })),
            ("another issuer", sign(|c| c["iss"] = "somebody".into())),
            ("another audience", sign(|c| c["aud"] = "https://other.example".into())),
            ("no audience", sign(|c| { c.as_object_mut().map(|c| c.remove("aud")); })),
            ("expired", sign(|c| c["exp"] = 1_000_000_000.into())),
            ("no end", sign(|c| { c.as_object_mut().map(|c| c.remove("exp")); })),
            ("an end far away", sign(|c| c["exp"] = 9_999_999_999_i64.into())),
            ("not yet", sign(|c| c["nbf"] = 9_999_999_999_i64.into())),
            ("a request in the request", sign(|c| c["request"] = "x".into())),
            ("a reference in the request", sign(|c| c["request_uri"] = "https://app.example/r".into())),
            ("another response type", sign(|c| c["response_type"] = "token".into())),
            ("a list as a parameter", sign(|c| c["scope"] = json!(["openid"]))),
        ];
        for (what, jwt) in cases {
            let answer = ask(&flow, &jwt, &[]).await;
            assert_eq!(answer.status, 302, "{what}: {}", answer.body);
            assert_eq!(answer.redirect_parameter("error").as_deref(), Some("invalid_request_object"), "{what}");
        }
        let big = key.sign("JWT", &claims(&server, &flow, |c| c["claims"] = json!({ "x": "y".repeat(40_000) })));
        let big = ask(&flow, &big.expect("signed"), &[]).await;
        assert!([400, 413, 414, 431].contains(&big.status), "{}", big.status);
    }

    async fn what_was_signed_goes_to_the_sign_in_page_and_back_as_it_was(db: Database) {
        let server = Setup::default().frozen().start(&db);
        let (key, _) = SigningKey::generate(Default::default()).expect("a key");
        let flow = Flow::new(&server, |new| {
            new.openid.jwks = Some(keys(&key));
            new.openid.require_signed_request_object = true;
            new.policy.first_party = false;
        });
        let wish = |claims: &mut Value| {
            claims["prompt"] = "login".into();
            claims["scope"] = "openid account".into();
        };
        let jwt = key.sign("JWT", &claims(&server, &flow, wish)).expect("signed");
        let sent = ask(&flow, &jwt, &[]).await;
        let resume = return_to(&sent);
        server.advance(TimeDelta::minutes(5));
        let renewed = flow.with_session(&server, session_cookie(&server, "ada"));
        let page = follow(&renewed, &resume).await;
        assert_eq!(page.status, 200, "the JWT is too old by now, what was sealed is not: {}", page.body);
        let fields = [("_token", page.input("_token").expect("a token")), ("auth_token", page.input("auth_token").expect("a request"))];
        let request = renewed.request(reqwest::Method::POST, "/oauth/authorize").header("accept", "text/html");
        let again = renewed.send(request.header("cookie", &renewed.cookie).form(&fields)).await;
        assert_eq!(again.status, 422, "{}", again.body);
        let other = again.input("return_to").expect("a way to go on as somebody else");
        assert!(other.starts_with("/oauth/authorize?resume="), "{other}");
        server.advance(TimeDelta::seconds(1));
        let somebody = flow.with_session(&server, session_cookie(&server, "ada"));
        assert_eq!(follow(&somebody, &other).await.status, 200, "it is signed still");
        let request = renewed.request(reqwest::Method::POST, "/oauth/authorize").header("accept", "text/html");
        let confirmed = [&fields[..], &[("confirm", "yes".to_owned())]].concat();
        let allowed = renewed.send(request.header("cookie", &renewed.cookie).form(&confirmed)).await;
        assert_eq!(allowed.status, 302, "{}", allowed.body);
        let tokens = renewed.redeem(&allowed.redirect_parameter("code").expect("a code"), &[]).await;
        assert_eq!(tokens.json()["scope"], "openid account");
        server.advance(TimeDelta::minutes(5));
        let late = flow.with_session(&server, session_cookie(&server, "ada"));
        assert_eq!(follow(&late, &resume).await.status, 403, "the seal grows old too");
    }

    async fn a_client_that_must_sign_is_not_served_without(db: Database) {
        let server = TestServer::start(&db);
        let (key, _) = SigningKey::generate(Default::default()).expect("a key");
        let flow = Flow::new(&server, |new| {
            new.openid.jwks = Some(keys(&key));
            new.openid.require_signed_request_object = true;
        });
        let answer = flow.authorize(&[("scope", "openid")]).await;
        assert_eq!(answer.redirect_parameter("error").as_deref(), Some("invalid_request"));
        let jwt = key.sign("JWT", &claims(&server, &flow, |_| {})).expect("signed");
        assert!(ask(&flow, &jwt, &[]).await.redirect_parameter("code").is_some());
    }

    async fn the_consent_page_goes_on_with_what_was_signed(db: Database) {
        let server = TestServer::start(&db);
        let (key, _) = SigningKey::generate(Default::default()).expect("a key");
        let flow = Flow::new(&server, |new| {
            new.openid.jwks = Some(keys(&key));
            new.openid.require_signed_request_object = true;
            new.policy.first_party = false;
        });
        let jwt = key.sign("JWT", &claims(&server, &flow, |_| {})).expect("signed");
        let page = ask(&flow, &jwt, &[]).await;
        assert_eq!(page.status, 200, "{}", page.body);
        let fields = [
            ("_token", page.input("_token").expect("a token")),
            ("auth_token", page.input("auth_token").expect("a seal")),
        ];
        let allow = flow.request(reqwest::Method::POST, "/oauth/authorize").form(&fields);
        let done = flow.send(allow.header("cookie", &flow.cookie).header("accept", "text/html")).await;
        assert_eq!(done.redirect_parameter("state").as_deref(), Some("signed"), "{} {}", done.status, done.body);
    }
}
