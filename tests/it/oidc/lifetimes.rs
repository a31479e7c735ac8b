//! Each lifetime that OpenID Connect brings, by a clock that stands still: a second before its end it works, at its end it
//! does not. Those of keys are in `keys/states.rs` and `keys/schedule.rs`, those of plain OAuth in `protocol/lifetimes.rs`.

use std::str::FromStr as _;

use chrono::TimeDelta;
use grantor::core::signing::{Algorithm, SigningKey};
use openidconnect::core::{CoreIdToken, CoreIdTokenVerifier, CoreJsonWebKeySet};
use openidconnect::{ClientId, IssuerUrl, Nonce};
use reqwest::Method;
use serde_json::{Value, json};

use super::logout::{claims, open, signed_in, with_bye};
use super::logout_delivery::{deliver, listening, settings, signed_out, told};
use super::{id_token, redeemed};
use crate::support::browser::{Answer, Browser};
use crate::support::database::{Database, on_both};
use crate::support::flow::{Flow, session_cookie};
use crate::support::gateway::GatewayServer;
use crate::support::server::{REDIRECT, Setup, TestServer};

const SECOND: TimeDelta = TimeDelta::seconds(1);
/// How long a key verifies after its successor began to sign, if nothing else is said.
const OVERLAP: TimeDelta = TimeDelta::minutes(31 * 24 * 60 + 10);

/// A server on which people stay signed in for longer than keys verify.
fn long_sessions() -> Setup {
    Setup::default().frozen().set("sessions.lifetime", "365d").set("sessions.idle_lifetime", "365d")
}

fn error(answer: &Answer) -> Option<String> {
    assert_eq!(answer.status, 302, "{}", answer.body);
    answer.redirect_parameter("error")
}

/// Where the sign-in page would lead back to.
fn sealed(answer: &Answer) -> String {
    assert_eq!(answer.status, 303, "{} {}", answer.header("location"), answer.body);
    let to = url::Url::parse("http://x").and_then(|base| base.join(answer.header("location"))).expect("a URL");
    to.query_pairs().find(|(name, _)| name == "return_to").expect("return_to").1.into_owned()
}

/// Whether the `openidconnect` crate takes an id_token, by the server's clock.
async fn is_taken(server: &TestServer, flow: &Flow<'_>, token: &str) -> bool {
    let keys = flow.send(flow.request(Method::GET, "/oauth/jwks")).await.body;
    let keys: CoreJsonWebKeySet = serde_json::from_str(&keys).expect("a JWK set");
    let issuer = IssuerUrl::new(server.app.config.issuer().to_owned()).expect("a URL");
    let now = server.app.now().and_utc();
    let verifier = CoreIdTokenVerifier::new_public_client(ClientId::new(flow.client.id.to_string()), issuer, keys);
    let verifier = verifier.set_allowed_algs([openidconnect::core::CoreJwsSigningAlgorithm::EcdsaP256Sha256]);
    let verifier = verifier.set_time_fn(move || now);
    let token = CoreIdToken::from_str(token).expect("a JWT");
    let any = |_: Option<&Nonce>| Ok(());
    match token.claims(&verifier, any) {
        Ok(_) => true,
        Err(why) => {
            assert!(why.to_string().contains("expired"), "{why}");
            false
        }
    }
}

/// Sends a request object that the client signed with these claims over the usual ones.
async fn ask(server: &TestServer, flow: &Flow<'_>, key: &SigningKey, change: &Value) -> Answer {
    let mut said = json!({
        "iss": flow.client.id, "aud": server.app.config.issuer(), "client_id": flow.client.id, "response_type": "code",
        "redirect_uri": REDIRECT, "scope": "openid", "code_challenge": crate::support::flow::challenge("v".repeat(43).as_str()),
        "code_challenge_method": "S256",
    });
    for (name, value) in change.as_object().expect("claims") {
        said[name] = value.clone();
    }
    let jwt = key.sign("oauth-authz-req+jwt", &said).expect("signed");
    let query = [
        ("client_id", flow.client.id.as_str()),
        ("response_type", "code"),
        ("redirect_uri", REDIRECT),
        ("request", &jwt),
    ];
    let request = flow.request(Method::GET, "/oauth/authorize").query(&query).header("accept", "text/html");
    flow.send(request.header("cookie", &flow.cookie)).await
}

/// Takes an id_token a second before its end, and does not at its end.
async fn an_id_token_works_for(server: &TestServer, lifetime: TimeDelta) {
    let flow = Flow::new(server, |_| {});
    let token = signed_in(&flow).await;
    server.advance(lifetime - SECOND);
    assert!(is_taken(server, &flow, &token).await);
    server.advance(SECOND);
    assert!(!is_taken(server, &flow, &token).await);
}

/// How often an app that never takes its logout token is asked, if it is given up after a while.
async fn requests_within(db: &Database, give_up_after: &str) -> usize {
    let party = GatewayServer::start();
    party.answer("500 Oops\r\n");
    let server = settings().frozen().set("logout.give_up_after", give_up_after).start(db);
    signed_out(&server, &party).await;
    for wait in [1, 5, 15, 60] {
        deliver(&server);
        server.advance(TimeDelta::minutes(wait));
    }
    party.asked().len()
}

on_both! {
    async fn an_id_token_works_for_an_hour(db: Database) {
        let server = Setup::default().frozen().start(&db);
        an_id_token_works_for(&server, TimeDelta::hours(1)).await;
    }

    async fn an_id_token_works_for_as_long_as_the_operator_says(db: Database) {
        let server = Setup::default().frozen().set("tokens.id_token_lifetime", "90s").start(&db);
        an_id_token_works_for(&server, TimeDelta::seconds(90)).await;
    }

    async fn userinfo_answers_as_long_as_the_access_token_works(db: Database) {
        let server = Setup::default().frozen().start(&db);
        let flow = Flow::new(&server, |_| {});
        for signed in [None, Some(Algorithm::Rs256)] {
            let flow = flow.with_client(&server, server.client(|new| {
                new.policy.first_party = true;
                new.policy.access_token_lifetime = Some(120);
                new.openid.userinfo_signed_response_alg = signed;
            }));
            let answer = redeemed(&flow, &[("scope", "openid")]).await.json();
            let token = answer["access_token"].as_str().expect("a token");
            let ask = async || flow.send(flow.request(Method::GET, "/oauth/userinfo").bearer_auth(token)).await;
            server.advance(TimeDelta::seconds(120) - SECOND);
            let claims = ask().await;
            assert_eq!(claims.status, 200, "{}", claims.body);
            server.advance(SECOND);
            assert_eq!(ask().await.status, 401, "{signed:?}");
        }
    }

    async fn a_hint_works_until_the_key_that_signed_it_is_gone_however_old_it_is(db: Database) {
        let server = long_sessions().start(&db);
        let flow = Flow::new(&server, with_bye);
        let hint = signed_in(&flow).await;
        let other = flow.with_session(&server, session_cookie(&server, "ada"));
        let asked = async || error(&flow.authorize(&[("prompt", "none"), ("scope", "openid"), ("id_token_hint", &hint)]).await);
        let signing_out = async || open(&other, &format!("/oauth/logout?id_token_hint={hint}")).await.status;
        server.advance(TimeDelta::days(100));
        assert_eq!((asked().await, signing_out().await), (None, 200), "expired for long");
        let rotation = grantor::app::Rotation { at_once: true, ..Default::default() };
        grantor::app::rotate(&server.app, &grantor::core::audit::Actor::Operator, &rotation).expect("rotated");
        server.advance(OVERLAP - SECOND);
        assert_eq!((asked().await, signing_out().await), (None, 200));
        server.advance(SECOND);
        assert_eq!((asked().await.as_deref(), signing_out().await), (Some("invalid_request"), 400));
        let anew = signed_in(&flow).await;
        assert_eq!(open(&other, &format!("/oauth/logout?id_token_hint={anew}")).await.status, 200, "one of the new key");
    }

    async fn a_sealed_request_comes_back_for_ten_minutes(db: Database) {
        let server = Setup::default().frozen().start(&db);
        let (key, _) = SigningKey::generate(Algorithm::Es256).expect("a key");
        let flow = Flow::new(&server, |new| {
            new.openid.jwks = Some(json!({ "keys": [key.jwk().expect("a JWK")] }));
        });
        let nobody = flow.with_session(&server, "");
        let soon = grantor::core::time::unix(server.app.now()) + 30;
        // The second one has been too old by itself for long when it comes back.
        let ways = [
            sealed(&flow.authorize(&[("prompt", "login"), ("scope", "openid")]).await),
            sealed(&ask(&server, &nobody, &key, &json!({ "exp": soon })).await),
        ];
        server.advance(TimeDelta::minutes(10) - SECOND);
        let late = flow.with_session(&server, session_cookie(&server, "ada"));
        for back in &ways {
            assert_eq!(error(&open(&late, back).await), None);
        }
        server.advance(SECOND);
        for back in &ways {
            assert_eq!(open(&late, back).await.status, 403);
        }
    }

    async fn who_chose_an_account_may_go_on_with_it_for_as_long_as_a_consent_page_is_open(db: Database) {
        let server = Setup::default().frozen().set("tokens.consent_lifetime", "2m").start(&db);
        let flow = Flow::new(&server, |_| {});
        let answer = flow.authorize(&[("prompt", "select_account"), ("scope", "openid")]).await;
        let page = open(&flow, answer.header("location")).await;
        let onward = page.body.split("href=\"").find_map(|part| part.strip_prefix("/oauth/authorize?resume=")).expect("a way on");
        let onward = format!("/oauth/authorize?resume={}", onward.split('"').next().unwrap_or_default());
        server.advance(TimeDelta::minutes(2) - SECOND);
        assert_eq!(error(&open(&flow, &onward).await), None);
        server.advance(SECOND);
        assert_eq!(open(&flow, &onward).await.status, 403);
    }

    async fn a_request_object_works_until_its_end_and_a_minute_for_clocks_that_differ(db: Database) {
        let server = Setup::default().frozen().start(&db);
        let (key, _) = SigningKey::generate(Algorithm::Es256).expect("a key");
        let flow = Flow::new(&server, |new| {
            new.openid.jwks = Some(json!({ "keys": [key.jwk().expect("a JWK")] }));
        });
        let now = || grantor::core::time::unix(server.app.now());
        let of = async |claims: Value| error(&ask(&server, &flow, &key, &claims).await);
        let refused = Some("invalid_request_object".to_owned());
        let end = now() + 300;
        server.advance(TimeDelta::seconds(300 + 60) - SECOND);
        assert_eq!(of(json!({ "exp": end })).await, None);
        server.advance(SECOND);
        assert_eq!(of(json!({ "exp": end })).await, refused);
        assert_eq!(of(json!({ "exp": now() + 3660 })).await, None, "an hour, and the minute");
        assert_eq!(of(json!({ "exp": now() + 3661 })).await, refused, "whoever steals one has it for no longer");
        for name in ["iat", "nbf"] {
            assert_eq!(of(json!({ "exp": now() + 300, name: now() + 60 })).await, None, "{name}");
            assert_eq!(of(json!({ "exp": now() + 300, name: now() + 61 })).await, refused, "{name}");
        }
    }

    async fn max_age_is_met_to_the_second(db: Database) {
        let server = Setup::default().frozen().start(&db);
        let flow = Flow::new(&server, |_| {});
        let by_default = flow.with_client(&server, server.client(|new| {
            new.policy.first_party = true;
            new.openid.default_max_age = Some(100);
        }));
        let sent = async || flow.authorize(&[("max_age", "100"), ("scope", "openid")]).await;
        let registered = async || by_default.authorize(&[("scope", "openid")]).await;
        server.advance(TimeDelta::seconds(100));
        assert_eq!((error(&sent().await), error(&registered().await)), (None, None));
        server.advance(SECOND);
        assert_eq!((sent().await.status, registered().await.status), (303, 303));
        let silent = flow.authorize(&[("max_age", "100"), ("scope", "openid"), ("prompt", "none")]).await;
        assert_eq!(error(&silent).as_deref(), Some("login_required"));
        let renewed = flow.with_session(&server, session_cookie(&server, "ada"));
        assert_eq!(error(&renewed.authorize(&[("max_age", "100"), ("scope", "openid")]).await), None);
    }

    async fn a_sid_is_one_for_as_long_as_the_session_and_no_longer(db: Database) {
        let party = GatewayServer::start();
        let server = settings().frozen().set("sessions.lifetime", "3d").set("sessions.idle_lifetime", "3d").start(&db);
        let flow = Flow::new(&server, |new| listening(new, &party));
        let first = redeemed(&flow, &[("scope", "openid")]).await;
        let before = claims(&id_token(&first));
        server.advance(TimeDelta::days(3) - SECOND);
        assert_eq!(claims(&signed_in(&flow).await)["sid"], before["sid"]);
        server.advance(SECOND);
        let over = flow.authorize(&[("scope", "openid"), ("prompt", "none")]).await;
        assert_eq!(error(&over).as_deref(), Some("login_required"));
        assert_eq!(deliver(&server), 0, "what merely runs out tells nobody");
        let refresh = first.json()["refresh_token"].as_str().expect("a refresh token").to_owned();
        let refreshed = flow.refresh(&refresh, &[]).await;
        assert_eq!(claims(&id_token(&refreshed))["sid"], before["sid"], "nor does it end what was granted in it");
        let renewed = flow.with_session(&server, session_cookie(&server, "ada"));
        assert_ne!(claims(&signed_in(&renewed).await)["sid"], before["sid"]);
    }

    async fn a_logout_token_works_for_two_minutes_from_when_it_is_sent(db: Database) {
        let party = GatewayServer::start();
        let server = settings().frozen().start(&db);
        signed_out(&server, &party).await;
        party.answer("500 Oops\r\n");
        for wait in [1, 5, 15] {
            let now = grantor::core::time::unix(server.app.now());
            assert_eq!(deliver(&server), 1);
            let token = claims(told(&party).last().expect("a token"));
            assert_eq!((token["iat"].as_i64(), token["exp"].as_i64()), (Some(now), Some(now + 120)));
            server.advance(TimeDelta::minutes(wait));
        }
    }

    async fn an_app_is_asked_again_before_it_is_given_up(db: Database) {
        assert_eq!(requests_within(&db, "361s").await, 3, "at once, after 1 and after 6 minutes");
    }

    async fn an_app_is_not_asked_again_when_it_is_given_up(db: Database) {
        assert_eq!(requests_within(&db, "360s").await, 2, "at once and after a minute");
    }

    async fn an_app_is_told_nothing_that_has_waited_for_too_long(db: Database) {
        let party = GatewayServer::start();
        let server = settings().frozen().start(&db);
        signed_out(&server, &party).await;
        server.advance(TimeDelta::days(1));
        assert_eq!((deliver(&server), party.asked().len()), (1, 0), "no server ran for a day");
    }

    async fn the_list_of_keys_is_kept_no_longer_than_a_new_key_waits(db: Database) {
        // The least that the settings allow.
        let server = Setup::default().frozen().set("cache.staleness", "10s").set("keys.publish_ahead", "310s").start(&db);
        server.advance(SECOND);
        let of_it = |app: &grantor::app::App| app.keys().expect("the keys").signer(Algorithm::Es256).id.clone();
        let answer = Browser::new(&server).get("/oauth/jwks").await;
        let kept_for = answer.header("cache-control").strip_prefix("public, max-age=").expect("an age").parse().expect("seconds");
        let (kept_for, staleness) = (TimeDelta::seconds(kept_for), TimeDelta::seconds(10));
        let old = of_it(&server.app);
        let rotation = grantor::app::Rotation::default();
        grantor::app::rotate(&server.app, &grantor::core::audit::Actor::Operator, &rotation).expect("rotated");
        // Another node may have given the old list away until its own copy was too old.
        server.advance(staleness + kept_for - SECOND);
        assert_eq!(of_it(&server.app), old, "whoever still keeps the old list can verify");
        server.advance(SECOND);
        assert_ne!(of_it(&server.app), old);
    }
}
