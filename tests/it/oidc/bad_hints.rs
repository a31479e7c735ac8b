//! What is no `id_token_hint`, at the authorization endpoint and at sign-out: OpenID Connect Core section 3.1.2.2,
//! RP-Initiated Logout section 4, RFC 8725 section 3.

use grantor::core::signing::{Algorithm, SigningKey};
use grantor::store::client_admin;
use serde_json::{Value, json};

use super::logout::{claims, is_signed_in, open, signed, with_bye};
use super::{id_token, redeemed};
use crate::support::database::on_both;
use crate::support::flow::{Flow, session_cookie};
use crate::support::jwt::{Signer, confused, faces, forged, part};
use crate::support::server::{Setup, TestServer};

/// An id_token of the flow's client, and what goes for one that is none.
async fn hints(server: &TestServer, flow: &Flow<'_>) -> (String, Vec<(&'static str, String)>) {
    let tokens = redeemed(flow, &[("scope", "openid"), ("claims", r#"{"id_token":{"email":null}}"#)]).await.json();
    let text = |name: &str| tokens[name].as_str().expect("a token").to_owned();
    let good = text("id_token");
    let said = claims(&good);
    let [head, body, tail] = good.split('.').collect::<Vec<_>>().try_into().expect("three parts");
    let ring = server.app.keys().expect("keys");
    let kid = |algorithm: Algorithm| ring.signer(algorithm).id.to_string();
    let header = |alg: &str, kid: &str| json!({ "alg": alg, "typ": "JWT", "kid": kid });
    let other = |name: &str, value: Value| {
        let mut other = said.clone();
        other[name] = value;
        other
    };
    let without = |name: &str| {
        let mut other = said.clone();
        other.as_object_mut().and_then(|claims| claims.remove(name)).expect("it was there");
        other
    };
    let (es256, rs256) = (kid(Algorithm::Es256), kid(Algorithm::Rs256));
    let foreign = Signer::of("ES256");
    let also = |member: &str, value: Value| {
        let mut header = header("ES256", &es256);
        header[member] = value;
        header
    };
    let (unknown, _) = SigningKey::generate(Algorithm::Es256).expect("a key");
    let rsa = ring.signer(Algorithm::Rs256).sign("JWT", &said).expect("a JWT");
    let [_, _, rsa] = rsa.split('.').collect::<Vec<_>>().try_into().expect("three parts");
    let changed = part(&other("sub", json!("1")));
    let mut bad = vec![
        ("of another server", unknown.sign("JWT", &said).expect("a JWT")),
        ("of a foreign key under a kid of ours", foreign.jwt(&header("ES256", &es256), &said)),
        ("with its own key", foreign.jwt(&also("jwk", foreign.public.clone()), &said)),
        ("with an address of keys", foreign.jwt(&also("jku", json!("https://evil.example/keys")), &said)),
        ("not signed", forged(&json!({ "alg": "none", "typ": "JWT", "kid": es256 }), &said, b"")),
        ("signed with none", format!("{}.{body}.{tail}", part(&header("none", &es256)))),
        ("changed", format!("{head}.{changed}.{tail}")),
        ("without its signature", format!("{head}.{body}.")),
        ("cut short", good[..good.len() - 4].to_owned()),
        ("with a fourth part", format!("{good}.x")),
        ("without kid", format!("{}.{body}.{tail}", part(&json!({ "alg": "ES256", "typ": "JWT" })))),
        ("ES256 that says RS256", format!("{}.{body}.{tail}", part(&header("RS256", &es256)))),
        ("of RS256 that says ES256", format!("{}.{body}.{rsa}", part(&header("ES256", &rs256)))),
        ("of RS256 under the kid of ES256", format!("{}.{body}.{rsa}", part(&header("RS256", &es256)))),
        ("of another issuer", signed(server, "JWT", &other("iss", json!("https://evil.example")))),
        ("of no issuer", signed(server, "JWT", &without("iss"))),
        ("for several", signed(server, "JWT", &other("aud", json!([said["aud"], "other"])))),
        ("for one, by another", signed(server, "JWT", &other("azp", json!("other")))),
        ("of nobody", signed(server, "JWT", &without("sub"))),
        ("without an end", signed(server, "JWT", &without("exp"))),
        ("an access token", text("access_token")),
        ("a refresh token", text("refresh_token")),
        ("an access token in form", signed(server, "at+jwt", &said)),
        ("a logout token", signed(server, "logout+jwt", &said)),
        ("a request object", signed(server, "oauth-authz-req+jwt", &said)),
        ("userinfo", signed(server, "JWT", &json!({ "iss": said["iss"], "sub": said["sub"], "aud": said["aud"] }))),
        ("nonsense", "nonsense".to_owned()),
        ("no JSON", "a.b.c".to_owned()),
        ("only dots", "..".to_owned()),
    ];
    for algorithm in Algorithm::ALL {
        let public = serde_json::to_value(ring.signer(algorithm).jwk().expect("a key")).expect("JSON");
        let header = header("HS256", &kid(algorithm));
        bad.extend(faces(&public).iter().map(|face| ("a MAC under a public key", confused(&header, &said, face))));
    }
    (good, bad)
}

on_both! {
    async fn what_is_no_id_token_of_this_server_hints_at_nobody(db: Database) {
        let server = TestServer::start(&db);
        let flow = Flow::new(&server, with_bye);
        let (good, bad) = hints(&server, &flow).await;
        for silent in ["none", "login"] {
            for (what, hint) in &bad {
                let answer = flow.authorize(&[("scope", "openid"), ("prompt", silent), ("id_token_hint", hint)]).await;
                assert_eq!(answer.redirect_parameter("error").as_deref(), Some("invalid_request"), "{what}");
            }
        }
        let nobody = flow.with_session(&server, "");
        for (what, hint) in &bad {
            for flow in [&flow, &nobody] {
                let answer = open(flow, &format!("/oauth/logout?id_token_hint={hint}")).await;
                assert_eq!((answer.status, answer.header("location")), (400, ""), "{what}");
                assert!(!answer.body.contains(hint.as_str()) || hint.len() < 20, "{what}: it is not repeated");
            }
        }
        assert!(is_signed_in(&flow).await);
        let answer = flow.authorize(&[("scope", "openid"), ("prompt", "none"), ("id_token_hint", &good)]).await;
        assert!(answer.redirect_parameter("code").is_some());
        assert_eq!(open(&flow, &format!("/oauth/logout?id_token_hint={good}")).await.status, 200);
        assert!(!is_signed_in(&flow).await, "the good one");
    }

    async fn a_hint_of_a_client_that_is_gone_ends_nothing(db: Database) {
        let server = Setup::default().set("cache.staleness", "0s").start(&db);
        let flow = Flow::new(&server, with_bye);
        let hint = id_token(&redeemed(&flow, &[("scope", "openid")]).await);
        let id = flow.client.id.clone();
        server.app.write(move |cx| client_admin::set_enabled(cx.conn, &id, false, cx.now)).expect("disabled");
        assert_eq!(open(&flow, &format!("/oauth/logout?id_token_hint={hint}")).await.status, 400);
        assert!(is_signed_in(&flow).await);
    }

    async fn a_hint_of_somebody_else_ends_nothing_unasked_and_lets_nobody_else_in(db: Database) {
        let server = TestServer::start(&db);
        let flow = Flow::new(&server, with_bye);
        let hint = id_token(&redeemed(&flow, &[("scope", "openid")]).await);
        server.user("eve");
        let eve = flow.with_session(&server, session_cookie(&server, "eve"));
        let page = open(&eve, &format!("/oauth/logout?id_token_hint={hint}")).await;
        assert_eq!((page.status, page.text_of("h1").as_str()), (200, "Sign out?"));
        assert!(is_signed_in(&eve).await && is_signed_in(&flow).await);
        let both = [("scope", "openid"), ("prompt", "none"), ("id_token_hint", hint.as_str())];
        assert_eq!(eve.authorize(&both).await.redirect_parameter("error").as_deref(), Some("login_required"));
        // A claim beside it that names the one who is signed in does not outweigh it.
        let said = claims(&id_token(&redeemed(&eve, &[("scope", "openid")]).await));
        let named = json!({ "id_token": { "sub": { "value": said["sub"] } } }).to_string();
        let both = [("scope", "openid"), ("prompt", "none"), ("id_token_hint", hint.as_str()), ("claims", &named)];
        assert_eq!(eve.authorize(&both).await.redirect_parameter("error").as_deref(), Some("login_required"));
    }
}
