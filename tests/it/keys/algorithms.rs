//! Several algorithms at once, and signatures that are none of ours.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use grantor::app::App;
use grantor::core::signing::{Algorithm, SigningKey};
use serde_json::{Value, json};

use super::{by_jwks, client, jwks, kid, rotate, states, token};
use crate::support::database::on_both;
use crate::support::jwt::{confused, faces, forged};
use crate::support::server::{Setup, TestServer};

fn checked(app: &App, token: &str, typ: &str) -> Option<Value> {
    app.keys().expect("the keys").verify(token, typ)
}

on_both! {
    async fn every_algorithm_signs_what_the_published_keys_verify(db: Database) {
        let server = TestServer::start(&db);
        let members = |key: &Value| key.as_object().expect("a key").keys().cloned().collect::<Vec<_>>().join(" ");
        let published = jwks(&server).await.json();
        let of = |alg: &str| {
            let keys = published["keys"].as_array().expect("keys");
            keys.iter().find(|key| key["alg"] == alg).expect("one of each").clone()
        };
        assert_eq!(published["keys"].as_array().map(Vec::len), Some(3));
        assert_eq!(members(&of("ES256")), "alg crv kid kty use x y");
        assert_eq!(members(&of("RS256")), "alg e kid kty n use");
        assert_eq!(members(&of("EdDSA")), "alg crv kid kty use x");
        let modulus = URL_SAFE_NO_PAD.decode(of("RS256")["n"].as_str().expect("a modulus")).expect("base64url");
        assert!(modulus.len() == 256 && modulus[0] >= 0x80, "2048 bits");
        for algorithm in Algorithm::ALL {
            let (token, _) = token(&server, &client(&server, algorithm, None)).await;
            let header = jsonwebtoken::decode_header(&token).expect("a header");
            assert_eq!((format!("{:?}", header.alg).as_str(), header.typ.as_deref()), (algorithm.as_str(), Some("at+jwt")));
            assert_eq!(kid(&token), states(&server.app, algorithm)[0].0);
            let claims = by_jwks(&server, &token).await.expect("it verifies");
            assert_eq!(claims["iss"], server.app.config.issuer());
            assert_eq!(checked(&server.app, &token, "at+jwt"), Some(claims));
            assert_eq!(checked(&server.app, &token, "JWT"), None, "an access token is no id_token");
        }
        server.reset_statements();
        for algorithm in Algorithm::ALL {
            server.app.keys().expect("the keys").signer(algorithm).sign("JWT", &json!({})).expect("signed");
        }
        assert!(server.statements().is_empty());
    }

    async fn a_client_without_an_algorithm_is_of_es256(db: Database) {
        let server = TestServer::start(&db);
        let policy: grantor::core::client::Policy = serde_json::from_value(json!({ "require_pkce": true })).expect("a policy");
        assert_eq!(policy.access_token_signed_response_alg, Algorithm::Es256);
        let (client, _) = server.client(|_| {});
        assert_eq!(client.policy.access_token_signed_response_alg, Algorithm::Es256);
    }

    async fn nothing_but_our_own_signature_is_ours(db: Database) {
        let server = TestServer::start(&db);
        let app = &server.app;
        let ring = app.keys().expect("the keys");
        let claims = json!({ "sub": "1", "aud": "somebody", "exp": 1 });
        for algorithm in Algorithm::ALL {
            let own = ring.signer(algorithm).sign("JWT", &claims).expect("signed");
            assert_eq!(checked(app, &own, "JWT"), Some(claims.clone()), "expired or not is for the caller");
            assert_eq!(checked(app, &own, "at+jwt"), None);
            assert_eq!(checked(app, &own, "jwt"), None);
            let id = ring.signer(algorithm).id.as_str();
            let signature = URL_SAFE_NO_PAD.decode(own.rsplit('.').next().expect("a signature")).expect("base64url");
            let header = |alg: &str| json!({ "alg": alg, "typ": "JWT", "kid": id });
            assert_eq!(checked(app, &forged(&header(algorithm.as_str()), &json!({ "sub": "2" }), &signature), "JWT"), None);
            for other in ["none", "None", "HS256", "ES256", "RS256", "PS256", "EdDSA", "ES384", ""] {
                if other != algorithm.as_str() {
                    assert_eq!(checked(app, &forged(&header(other), &claims, &signature), "JWT"), None, "{other}");
                    assert_eq!(checked(app, &forged(&header(other), &claims, b""), "JWT"), None, "{other}");
                }
            }
            // The public key as the secret of an HMAC.
            let public = serde_json::to_value(ring.signer(algorithm).jwk().expect("a key")).expect("JSON");
            for face in faces(&public) {
                assert_eq!(checked(app, &confused(&header("HS256"), &claims, &face), "JWT"), None);
            }
            // The signature of a key of ours under the name of another.
            for other in Algorithm::ALL.into_iter().filter(|other| *other != algorithm) {
                let header = json!({ "alg": algorithm.as_str(), "typ": "JWT", "kid": ring.signer(other).id });
                assert_eq!(checked(app, &forged(&header, &claims, &signature), "JWT"), None);
            }
            // A key that was never ours.
            let (foreign, _) = SigningKey::generate(algorithm).expect("a key");
            let signed = foreign.sign("JWT", &claims).expect("signed");
            assert_eq!(checked(app, &signed, "JWT"), None);
            let signature = URL_SAFE_NO_PAD.decode(signed.rsplit('.').next().expect("a signature")).expect("base64url");
            assert_eq!(checked(app, &forged(&header(algorithm.as_str()), &claims, &signature), "JWT"), None);
        }
        for text in ["", ".", "..", "a.b.c", "e30.e30.", &"x".repeat(100_000)] {
            assert_eq!(checked(app, text, "JWT"), None);
        }
    }

    async fn a_key_is_read_as_its_own_kind_alone(db: Database) {
        drop(db);
        for algorithm in Algorithm::ALL {
            let (key, pkcs8) = SigningKey::generate(algorithm).expect("a key");
            let same = SigningKey::parse(algorithm, &pkcs8).expect("parsed");
            assert_eq!((&same.id, same.algorithm()), (&key.id, algorithm));
            for other in Algorithm::ALL.into_iter().filter(|other| *other != algorithm) {
                assert!(SigningKey::parse(other, &pkcs8).is_err());
            }
            assert!(SigningKey::parse(algorithm, &pkcs8[1..]).is_err());
            assert!(!format!("{key:?}").contains(&URL_SAFE_NO_PAD.encode(&*pkcs8)));
        }
    }

    async fn one_or_all_are_rotated_by_hand(db: Database) {
        let server = Setup::default().frozen().start(&db);
        server.advance(TimeDelta::seconds(1));
        let count = || Algorithm::ALL.map(|algorithm| states(&server.app, algorithm).len());
        assert_eq!(rotate(&server.app, Some(Algorithm::Rs256), false).len(), 1);
        assert_eq!(count(), [1, 2, 1]);
        assert_eq!(rotate(&server.app, None, true).len(), 3);
        assert_eq!(count(), [2, 3, 2]);
    }
}
