//! Request objects that are refused: RFC 9101 sections 5, 6 and 10, RFC 7515 section 4.1, RFC 8725 section 3.

use serde_json::{Value, json};

use super::logout::signed_in;
use super::request_object::{ask, claims};
use crate::support::browser::Answer;
use crate::support::database::on_both;
use crate::support::flow::Flow;
use crate::support::gateway::GatewayServer;
use crate::support::jwt::{Signer, confused, faces, forged, part};
use crate::support::server::TestServer;

fn set(keys: &[&Value]) -> Option<Value> {
    Some(json!({ "keys": keys }))
}

fn header(alg: &str) -> Value {
    json!({ "alg": alg, "typ": "oauth-authz-req+jwt", "kid": alg })
}

fn with(header: &Value, member: &str, value: Value) -> Value {
    let mut header = header.clone();
    header[member] = value;
    header
}

fn assert_refused(what: &str, answer: &Answer) {
    assert_eq!(answer.status, 302, "{what}: {}", answer.body);
    assert_eq!(answer.redirect_parameter("error").as_deref(), Some("invalid_request_object"), "{what}");
    assert_eq!(answer.redirect_parameter("code"), None, "{what}");
}

on_both! {
    async fn the_registered_keys_decide_and_nothing_in_the_header(db: Database) {
        let server = TestServer::start(&db);
        let elsewhere = GatewayServer::start();
        let (own, rsa, foreign) = (Signer::of("ES256"), Signer::of("RS256"), Signer::of("ES256"));
        let flow = Flow::new(&server, |new| new.openid.jwks = set(&[&own.public, &rsa.public]));
        let said = claims(&server, &flow, |_| {});
        let es256 = header("ES256");
        assert!(ask(&flow, &own.jwt(&es256, &said), &[]).await.redirect_parameter("code").is_some(), "the good one");
        let also = with(&es256, "jwk", foreign.public.clone());
        assert!(ask(&flow, &own.jwt(&also, &said), &[]).await.redirect_parameter("code").is_some(), "a key in it is no key");
        let address = json!(format!("{}/keys", elsewhere.url));
        let mut cases = vec![
            ("its own key in the header", foreign.jwt(&with(&es256, "jwk", foreign.public.clone()), &said)),
            ("an address of keys", foreign.jwt(&with(&es256, "jku", address.clone()), &said)),
            ("an address of certificates", foreign.jwt(&with(&es256, "x5u", address), &said)),
            ("certificates", foreign.jwt(&with(&es256, "x5c", json!(["MIIB"])), &said)),
            ("a path as kid", own.jwt(&with(&es256, "kid", json!("../../master.key")), &said)),
            ("an unknown kid", own.jwt(&with(&es256, "kid", json!("other")), &said)),
            ("an empty kid", own.jwt(&with(&es256, "kid", json!("")), &said)),
            ("the kid of another key", own.jwt(&with(&es256, "kid", json!("RS256")), &said)),
            ("ES256 that says RS256", own.jwt(&header("RS256"), &said)),
            ("RS256 that says ES256", rsa.jwt(&header("ES256"), &said)),
            ("RS256 that says ES256, of the RSA key", rsa.jwt(&with(&es256, "kid", json!("RS256")), &said)),
            ("ES384 by a key of P-256", own.jwt(&with(&es256, "alg", json!("ES384")), &said)),
            ("crit", own.jwt(&with(&with(&es256, "crit", json!(["exp"])), "exp", json!(1)), &said)),
            ("an unencoded payload", own.jwt(&with(&with(&es256, "crit", json!(["b64"])), "b64", json!(false)), &said)),
            ("crit of nothing", own.jwt(&with(&es256, "crit", json!([])), &said)),
            ("crit that is no list", own.jwt(&with(&es256, "crit", json!("exp")), &said)),
            ("another typ", own.jwt(&with(&es256, "typ", json!("at+jwt")), &said)),
        ];
        let good = own.jwt(&es256, &said);
        let signature = good.rsplit('.').next().expect("a signature").to_owned();
        for none in ["none", "None", "NONE", "nOnE", "", "HS256", "HS512", "ES512", "dir"] {
            cases.push(("an algorithm that is none", forged(&header(none), &said, b"")));
            cases.push(("the same, signed", format!("{}.{}.{signature}", part(&header(none)), part(&said))));
        }
        for face in faces(&own.public).into_iter().chain(faces(&rsa.public)) {
            cases.push(("a MAC under the public key", confused(&header("HS256"), &said, &face)));
            cases.push(("the same under a kid", confused(&with(&es256, "alg", json!("HS256")), &said, &face)));
        }
        for (what, jwt) in cases {
            assert_refused(what, &ask(&flow, &jwt, &[]).await);
        }
        assert!(elsewhere.asked().is_empty(), "nobody is asked for keys");
    }

    async fn a_key_verifies_what_it_says_that_it_is_for(db: Database) {
        let server = TestServer::start(&db);
        let first = Flow::new(&server, |_| {});
        let (key, rsa) = (Signer::of("ES256"), Signer::of("PS256"));
        let cases = [
            ("for encryption", key.public_with("use", json!("enc")), &key, false),
            ("for signatures", key.public_with("use", json!("sig")), &key, true),
            ("to sign alone", key.public_with("key_ops", json!(["sign"])), &key, false),
            ("to verify", key.public_with("key_ops", json!(["verify"])), &key, true),
            ("of another algorithm", key.public_with("alg", json!("ES384")), &key, false),
            ("of its algorithm", key.public_with("alg", json!("ES256")), &key, true),
            ("RSA of another padding", rsa.public_with("alg", json!("RS256")), &rsa, false),
            ("RSA of its padding", rsa.public_with("alg", json!("PS256")), &rsa, true),
        ];
        for (what, public, signer, works) in cases {
            let flow = first.with_client(&server, server.client(|new| {
                new.policy.first_party = true;
                new.openid.jwks = set(&[&public]);
            }));
            let alg = public["kid"].as_str().expect("a kid").to_owned();
            let jwt = signer.jwt(&json!({ "alg": alg }), &claims(&server, &flow, |_| {}));
            let answer = ask(&flow, &jwt, &[]).await;
            assert_eq!(answer.redirect_parameter("code").is_some(), works, "{what}: {}", answer.header("location"));
        }
    }

    async fn a_request_of_another_client_is_none_of_this_one(db: Database) {
        let server = TestServer::start(&db);
        let (own, theirs) = (Signer::of("ES256"), Signer::of("ES256"));
        let flow = Flow::new(&server, |new| new.openid.jwks = set(&[&own.public]));
        let client = |keys: Value| server.client(|new| {
            new.policy.first_party = true;
            new.openid.jwks = set(&[&keys]);
        });
        let other = flow.with_client(&server, client(theirs.public.clone()));
        let (mine, its) = (claims(&server, &flow, |_| {}), claims(&server, &other, |_| {}));
        let es256 = header("ES256");
        assert!(ask(&other, &theirs.jwt(&es256, &its), &[]).await.redirect_parameter("code").is_some(), "its own");
        assert_refused("of another client", &ask(&flow, &theirs.jwt(&es256, &its), &[]).await);
        assert_refused("signed by another client", &ask(&flow, &theirs.jwt(&es256, &mine), &[]).await);
        assert_refused("of this one at the other", &ask(&other, &own.jwt(&es256, &mine), &[]).await);
        // Where two clients have the same key, what is said decides.
        let twin = flow.with_client(&server, client(own.public.clone()));
        assert_refused("of a client with the same key", &ask(&twin, &own.jwt(&es256, &mine), &[]).await);
        let without = flow.with_client(&server, server.client(|new| new.policy.first_party = true));
        let jwt = own.jwt(&es256, &claims(&server, &without, |_| {}));
        assert_refused("of a client without keys", &ask(&without, &jwt, &[]).await);
        // The server's public keys, registered as one's own: what the server signs speaks in the server's name.
        let ring = server.app.keys().expect("keys");
        let public = serde_json::to_value(ring.signer(Default::default()).jwk().expect("a key")).expect("JSON");
        let thief = flow.with_client(&server, client(public));
        for token in [signed_in(&thief).await, signed_in(&flow).await] {
            assert_refused("an id_token", &ask(&thief, &token, &[]).await);
        }
    }

    async fn what_is_said_twice_or_is_of_the_wrong_kind_is_refused(db: Database) {
        let server = TestServer::start(&db);
        let own = Signer::of("ES256");
        let flow = Flow::new(&server, |new| new.openid.jwks = set(&[&own.public]));
        let good = own.jwt(&header("ES256"), &claims(&server, &flow, |_| {}));
        assert_refused("request_uri beside", &ask(&flow, &good, &[("request_uri", "https://app.example/r")]).await);
        let wrong = [
            ("response_type", json!("id_token")), ("response_type", json!(["code"])), ("client_id", json!(7)), ("client_id", json!([])),
            ("client_id", Value::Null), ("redirect_uri", json!({})), ("scope", json!(true)), ("state", Value::Null), ("prompt", json!(["none"])),
            ("max_age", json!([0])), ("claims", json!([])), ("claims", json!(true)), ("exp", json!("9999999999")), ("exp", json!(1.5)),
            ("exp", json!(-1)), ("exp", json!(u64::MAX)), ("exp", Value::Null), ("nbf", json!("soon")), ("iat", json!({})),
            ("iss", json!(7)), ("iss", json!("")), ("aud", json!(7)), ("aud", json!([])), ("aud", json!(["https://other.example"])),
            ("request", json!("")), ("request", Value::Null), ("request_uri", json!("")),
        ];
        for (name, value) in wrong {
            let jwt = own.jwt(&header("ES256"), &claims(&server, &flow, |c| c[name] = value.clone()));
            assert_refused(&format!("{name}: {value}"), &ask(&flow, &jwt, &[]).await);
        }
        for name in ["iss", "aud", "exp", "client_id"] {
            let jwt = own.jwt(&header("ES256"), &claims(&server, &flow, |c| drop(c.as_object_mut().and_then(|c| c.remove(name)))));
            assert_refused(&format!("without {name}"), &ask(&flow, &jwt, &[]).await);
        }
        let nested = (0..200).fold(json!({}), |inner, _| json!({ "a": inner }));
        let nested = own.jwt(&header("ES256"), &claims(&server, &flow, |c| c["claims"] = nested));
        let [head, body, tail] = good.split('.').collect::<Vec<_>>().try_into().expect("three parts");
        for (what, jwt) in [
            ("nested deeply", nested),
            ("claims that are a list", own.jwt(&header("ES256"), &json!([]))),
            ("claims that are a text", own.jwt(&header("ES256"), &json!("x"))),
            ("two parts", format!("{head}.{body}")),
            ("four parts", format!("{good}.x")),
            ("five parts, as if encrypted", format!("{head}.{body}.{tail}.x.y")),
            ("no signature", format!("{head}.{body}.")),
            ("no payload", format!("{head}..{tail}")),
            ("padding", format!("{good}=")),
            ("a blank", format!("{good} ")),
            ("JSON", json!({ "payload": body, "protected": head, "signature": tail }).to_string()),
        ] {
            assert_refused(what, &ask(&flow, &jwt, &[]).await);
        }
        // What cannot be redirected to gets a page, whether it is signed or not.
        let elsewhere = claims(&server, &flow, |c| c["redirect_uri"] = "https://evil.example/".into());
        let page = ask(&flow, &own.jwt(&header("ES256"), &elsewhere), &[]).await;
        assert_eq!((page.status, page.header("location")), (400, ""));
    }

    async fn what_is_wrong_in_it_is_wrong_as_it_is_beside_it(db: Database) {
        let server = TestServer::start(&db);
        let own = Signer::of("ES256");
        let flow = Flow::new(&server, |new| new.openid.jwks = set(&[&own.public]));
        for (name, value) in [
            ("max_age", json!(-1)), ("max_age", json!(1.5)), ("max_age", json!(1e30)), ("prompt", json!("none login")),
            ("prompt", json!("nonsense")), ("response_mode", json!("jwt")), ("nonce", json!("n".repeat(513))),
            ("claims", json!({ "id_token": [] })), ("claims", json!("{")), ("code_challenge", json!("short")),
            ("code_challenge_method", json!("plain")), ("id_token_hint", json!("nonsense")),
        ] {
            let jwt = own.jwt(&header("ES256"), &claims(&server, &flow, |c| c[name] = value.clone()));
            let answer = ask(&flow, &jwt, &[]).await;
            assert_eq!(answer.redirect_parameter("error").as_deref(), Some("invalid_request"), "{name}: {value}");
        }
    }
}
