//! The id_token: OpenID Connect Core sections 2, 3.1.3 and 12.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use grantor::core::client::{SubjectType, TokenFormat};
use grantor::core::signing::Algorithm;

use super::{id_token, redeemed, verified};
use crate::support::database::on_both;
use crate::support::flow::Flow;
use crate::support::second_factor::{sign_in_with_code, turn_on_totp};
use crate::support::server::{Setup, TestServer};

on_both! {
    async fn it_says_who_signed_in_when_how_and_for_whom(db: Database) {
        let server = Setup::default().frozen().start(&db);
        let flow = Flow::new(&server, |_| {});
        let signed_in_at = grantor::core::time::unix(server.app.now());
        server.advance(TimeDelta::seconds(30));
        let answer = redeemed(&flow, &[("scope", "openid email"), ("nonce", "n-0S6_WzA2Mj")]).await;
        let claims = verified(&server, &flow, &id_token(&answer), flow.client.id.as_str()).await;
        assert_eq!(claims["iss"], server.app.config.issuer());
        assert_eq!(claims["sub"], flow.user.id.to_string());
        assert_eq!(claims["aud"], flow.client.id.as_str());
        assert_eq!(claims["azp"], flow.client.id.as_str());
        assert_eq!(claims["nonce"], "n-0S6_WzA2Mj");
        assert_eq!(claims["auth_time"], signed_in_at);
        assert_eq!(claims["iat"], signed_in_at + 30);
        assert_eq!(claims["exp"], signed_in_at + 30 + 3600);
        assert_eq!((&claims["acr"], &claims["amr"]), (&"urn:grantor:1fa".into(), &serde_json::json!(["pwd"])));
        assert_eq!(claims["sid"].as_str().map(str::len), Some(22));
        assert!(claims.get("email").is_none(), "claims of scopes are userinfo's in this flow (section 5.4)");
        let access = answer.json()["access_token"].as_str().expect("a token").to_owned();
        let hash = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, access.as_bytes());
        assert_eq!(claims["at_hash"], URL_SAFE_NO_PAD.encode(&hash.as_ref()[..16]));
    }

    async fn without_the_scope_openid_there_is_none(db: Database) {
        let server = TestServer::start(&db);
        let flow = Flow::new(&server, |_| {});
        let answer = redeemed(&flow, &[("nonce", "x")]).await;
        assert!(answer.json().get("id_token").is_none(), "{}", answer.body);
    }

    async fn a_refresh_brings_a_new_one_of_the_same_sign_in_without_the_nonce(db: Database) {
        let server = Setup::default().frozen().start(&db);
        let flow = Flow::new(&server, |_| {});
        let first = redeemed(&flow, &[("scope", "openid profile"), ("nonce", "once")]).await;
        let before = verified(&server, &flow, &id_token(&first), flow.client.id.as_str()).await;
        server.advance(TimeDelta::hours(1));
        let refresh = first.json()["refresh_token"].as_str().expect("a refresh token").to_owned();
        let second = flow.refresh(&refresh, &[]).await;
        let after = verified(&server, &flow, &id_token(&second), flow.client.id.as_str()).await;
        for same in ["iss", "sub", "aud", "azp", "auth_time", "sid", "acr"] {
            assert_eq!(before[same], after[same], "{same}");
        }
        assert_eq!(after["iat"].as_i64(), before["iat"].as_i64().map(|iat| iat + 3600));
        assert!(after.get("nonce").is_none());
        let refresh = second.json()["refresh_token"].as_str().expect("a refresh token").to_owned();
        let narrowed = flow.refresh(&refresh, &[("scope", "profile")]).await;
        assert!(narrowed.json().get("id_token").is_none(), "{}", narrowed.body);
    }

    async fn claims_that_are_asked_for_in_it_are_in_it_if_their_scope_is_granted(db: Database) {
        let server = TestServer::start(&db);
        let flow = Flow::new(&server, |new| {
            new.policy.scopes = Some(vec!["openid".into(), "profile".into(), "email".into()]);
        });
        let asked = r#"{"id_token":{"email":{"essential":true},"phone_number":null,"name":null},"userinfo":{"locale":null}}"#;
        let answer = redeemed(&flow, &[("scope", "openid"), ("claims", asked)]).await;
        assert_eq!(answer.json()["scope"], "openid profile email", "a claim is granted by its scope");
        let claims = verified(&server, &flow, &id_token(&answer), flow.client.id.as_str()).await;
        assert_eq!((&claims["email"], &claims["name"]), (&"ada@example.com".into(), &"ada Example".into()));
        assert!(claims.get("phone_number").is_none() && claims.get("preferred_username").is_none(), "{claims}");
    }

    async fn a_claim_by_name_takes_the_consent_to_the_scope_that_holds_it(db: Database) {
        let server = TestServer::start(&db);
        let flow = Flow::new(&server, |new| new.policy.first_party = false).allowed(&server, "openid");
        let email = r#"{"id_token":{"email":{"essential":true}},"userinfo":{"phone_number":null}}"#;
        assert_eq!(flow.authorize(&[("scope", "openid")]).await.status, 302, "this much was allowed");
        let page = flow.authorize(&[("scope", "openid"), ("claims", email)]).await;
        assert_eq!(page.status, 200, "{}", page.body);
        assert!(page.body.contains("name=\"scope\" value=\"email\"") && page.body.contains("name=\"scope\" value=\"phone\""));
        let fields = [("_token", page.input("_token").expect("a token")), ("auth_token", page.input("auth_token").expect("a request"))];
        let request = flow.request(reqwest::Method::POST, "/oauth/authorize").header("accept", "text/html");
        let allowed = flow.send(request.header("cookie", &flow.cookie).form(&fields)).await;
        let answer = flow.redeem(&allowed.redirect_parameter("code").expect("a code"), &[]).await;
        let claims = verified(&server, &flow, &id_token(&answer), flow.client.id.as_str()).await;
        assert!(claims.get("email").is_none(), "it was not ticked: {claims}");
        assert_eq!(answer.json()["scope"], "openid");
        let token = answer.json()["access_token"].as_str().expect("a token").to_owned();
        let info = flow.send(flow.request(reqwest::Method::GET, "/oauth/userinfo").bearer_auth(&token)).await.json();
        assert!(info.get("email").is_none() && info.get("phone_number").is_none(), "{info}");
    }

    async fn pairwise_subjects_differ_by_sector_and_are_the_same_everywhere_within(db: Database) {
        let server = TestServer::start(&db);
        let pairwise = |uri: &'static str| move |new: &mut grantor::oauth::manage::NewClient| {
            new.redirect_uris = vec![uri.to_owned()];
            new.openid.subject_type = SubjectType::Pairwise;
        };
        let flow = Flow::new(&server, |new| new.openid.subject_type = SubjectType::Pairwise);
        let answer = redeemed(&flow, &[("scope", "openid")]).await;
        let claims = verified(&server, &flow, &id_token(&answer), flow.client.id.as_str()).await;
        let sub = claims["sub"].as_str().expect("a sub").to_owned();
        assert_ne!(sub, flow.user.id.to_string());
        let access = answer.json()["access_token"].as_str().expect("a token").to_owned();
        let in_token = verified(&server, &flow, &access, server.app.config.issuer()).await;
        let userinfo = flow.send(flow.request(reqwest::Method::GET, "/oauth/userinfo").bearer_auth(&access)).await;
        let refresh = answer.json()["refresh_token"].as_str().expect("a token").to_owned();
        assert_eq!(in_token["sub"], sub.as_str());
        assert_eq!(userinfo.json()["sub"], sub.as_str());
        assert_eq!(flow.introspect(&access).await["sub"], sub.as_str());
        assert_eq!(flow.introspect(&refresh).await["sub"], sub.as_str());
        let refused = flow.send(flow.request(reqwest::Method::GET, "/api/me").bearer_auth(&access)).await;
        assert_eq!(refused.status, 403);
        let more = redeemed(&flow, &[("scope", "openid profile account")]).await;
        let more = more.json()["access_token"].as_str().expect("a token").to_owned();
        for (path, id) in [("/api/me", "/data/id"), ("/api/me/sessions", "/data/0/user_id")] {
            let shown = flow.send(flow.request(reqwest::Method::GET, path).bearer_auth(&more)).await;
            assert_eq!(shown.json().pointer(id), Some(&sub.as_str().into()), "{}", shown.body);
            assert!(!shown.body.contains(&flow.user.id.to_string()), "{}", shown.body);
        }
        let subject = |shape: &dyn Fn(&mut grantor::oauth::manage::NewClient)| {
            let (client, _) = server.client(shape);
            grantor::app::subject(&server.app, &client, flow.user.id)
        };
        assert_eq!(subject(&pairwise("https://app.example/elsewhere")), sub, "one sector");
        assert_ne!(subject(&pairwise("https://other.example/cb")), sub);
        let mixed = server.app.clone();
        let new = grantor::oauth::manage::NewClient {
            redirect_uris: vec!["https://a.example/cb".into(), "https://b.example/cb".into()],
            openid: grantor::core::client::OpenIdMetadata { subject_type: SubjectType::Pairwise, ..Default::default() },
            openid_change: grantor::oauth::manage::OpenIdChange::default(),
            name: "Mixed".into(),
            grant_types: Vec::new(),
            auth_method: grantor::core::client::AuthMethod::ClientSecretBasic,
            client_uri: None,
            policy: Default::default(),
            owner: None,
            id: None,
            secret: None,
        };
        let made = grantor::oauth::manage::create_client(&mixed, &grantor::core::audit::Actor::Operator, new);
        assert!(made.is_err(), "redirect URIs of two hosts are of no one sector");
    }

    async fn each_client_gets_the_algorithm_that_it_is_registered_for(db: Database) {
        let server = TestServer::start(&db);
        let first = Flow::new(&server, |_| {});
        for algorithm in Algorithm::ALL {
            let flow = first.with_client(&server, server.client(|new| {
                new.openid.id_token_signed_response_alg = algorithm;
                new.policy.token_format = TokenFormat::Opaque;
                new.policy.first_party = true;
            }));
            let answer = redeemed(&flow, &[("scope", "openid")]).await;
            let token = id_token(&answer);
            let header = jsonwebtoken::decode_header(&token).expect("a header");
            assert_eq!(format!("{:?}", header.alg), algorithm.as_str());
            verified(&server, &flow, &token, flow.client.id.as_str()).await;
        }
    }

    async fn two_factors_are_told_in_amr_and_acr_everywhere(db: Database) {
        let server = Setup::default().frozen().start(&db);
        let flow = Flow::new(&server, |_| {});
        let (app, _) = turn_on_totp(&server, &flow.user);
        server.advance(TimeDelta::seconds(30));
        let flow = flow.with_session(&server, sign_in_with_code(&server, "ada", &app.code(&server, 0)));
        let answer = redeemed(&flow, &[("scope", "openid")]).await;
        let claims = verified(&server, &flow, &id_token(&answer), flow.client.id.as_str()).await;
        assert_eq!((&claims["acr"], &claims["amr"]), (&"urn:grantor:2fa".into(), &serde_json::json!(["pwd", "otp", "mfa"])));
        let access = answer.json()["access_token"].as_str().expect("a token").to_owned();
        let in_token = verified(&server, &flow, &access, server.app.config.issuer()).await;
        assert_eq!((&in_token["acr"], &in_token["auth_time"]), (&claims["acr"], &claims["auth_time"]));
        let looked_at = flow.introspect(&access).await;
        assert_eq!((&looked_at["acr"], &looked_at["auth_time"]), (&claims["acr"], &claims["auth_time"]), "RFC 9470");
    }
}
