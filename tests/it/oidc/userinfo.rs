//! Userinfo: OpenID Connect Core section 5.3, RFC 6750.

use grantor::core::signing::Algorithm;
use reqwest::Method;

use super::{redeemed, verified};
use crate::support::database::on_both;
use crate::support::flow::Flow;
use crate::support::server::TestServer;

async fn token(flow: &Flow<'_>, scope: &str) -> String {
    redeemed(flow, &[("scope", scope)]).await.json()["access_token"].as_str().expect("a token").to_owned()
}

on_both! {
    async fn scopes_decide_what_it_says(db: Database) {
        let server = TestServer::start(&db);
        let flow = Flow::new(&server, |_| {});
        let of = async |scope: &str| {
            let token = token(&flow, scope).await;
            flow.send(flow.request(Method::GET, "/oauth/userinfo").bearer_auth(token)).await
        };
        let bare = of("openid").await;
        assert_eq!(bare.json(), serde_json::json!({ "sub": flow.user.id.to_string() }));
        assert_eq!(bare.header("cache-control"), "no-store");
        let email = of("openid email").await.json();
        assert_eq!(email["email"], "ada@example.com");
        assert_eq!((&email["email_verified"], email.get("name")), (&true.into(), None));
        let all = of("openid profile email phone address").await.json();
        for (claim, value) in [("name", "ada Example"), ("given_name", "ada"), ("preferred_username", "ada")] {
            assert_eq!(all[claim], value);
        }
        assert!(all["updated_at"].is_i64() && all.get("phone_number").is_none(), "what is not known is left out: {all}");
    }

    async fn it_is_asked_by_get_and_post_by_header_and_body_and_from_other_origins(db: Database) {
        let server = TestServer::start(&db);
        let flow = Flow::new(&server, |_| {});
        let token = token(&flow, "openid").await;
        let ways = [
            flow.request(Method::GET, "/oauth/userinfo").bearer_auth(&token),
            flow.request(Method::POST, "/oauth/userinfo").bearer_auth(&token),
            flow.request(Method::POST, "/oauth/userinfo").form(&[("access_token", &token)]),
        ];
        for way in ways {
            let answer = flow.send(way.header("origin", "https://spa.example")).await;
            assert_eq!(answer.status, 200, "{}", answer.body);
            assert_eq!(answer.json()["sub"], flow.user.id.to_string());
            assert_eq!(answer.header("access-control-allow-origin"), "*");
        }
        let in_query = flow.request(Method::GET, &format!("/oauth/userinfo?access_token={token}"));
        assert_eq!(flow.send(in_query).await.status, 401, "never in a URL (RFC 9700 section 4.3.2)");
        let twice = flow.request(Method::POST, "/oauth/userinfo").bearer_auth(&token).form(&[("access_token", &token)]);
        assert_eq!(flow.send(twice).await.status, 400);
    }

    async fn what_does_not_work_is_refused_as_rfc_6750_says(db: Database) {
        let server = TestServer::start(&db);
        let flow = Flow::new(&server, |_| {});
        let none = flow.send(flow.request(Method::GET, "/oauth/userinfo")).await;
        assert_eq!((none.status, none.header("www-authenticate")), (401, "Bearer realm=\"Grantor\""));
        let wrong = flow.send(flow.request(Method::GET, "/oauth/userinfo").bearer_auth("gra_at_x.y")).await;
        assert_eq!(wrong.status, 401);
        assert!(wrong.header("www-authenticate").contains("error=\"invalid_token\""));
        let without = token(&flow, "profile").await;
        let without = flow.send(flow.request(Method::GET, "/oauth/userinfo").bearer_auth(without)).await;
        assert_eq!(without.status, 403);
        assert!(without.header("www-authenticate").contains("error=\"insufficient_scope\""));
        assert!(without.header("www-authenticate").contains("scope=\"openid\""));
        let revoked = token(&flow, "openid").await;
        flow.revoke(&revoked).await;
        let revoked = flow.send(flow.request(Method::GET, "/oauth/userinfo").bearer_auth(revoked)).await;
        assert_eq!(revoked.status, 401);
    }

    async fn a_client_that_is_registered_for_it_gets_it_signed(db: Database) {
        let server = TestServer::start(&db);
        let flow = Flow::new(&server, |new| new.openid.userinfo_signed_response_alg = Some(Algorithm::Es256));
        let token = token(&flow, "openid email").await;
        let answer = flow.send(flow.request(Method::GET, "/oauth/userinfo").bearer_auth(token)).await;
        assert_eq!((answer.status, answer.header("content-type")), (200, "application/jwt"));
        let claims = verified(&server, &flow, &answer.body, flow.client.id.as_str()).await;
        assert_eq!((&claims["sub"], &claims["email"]), (&flow.user.id.to_string().into(), &"ada@example.com".into()));
    }
}
