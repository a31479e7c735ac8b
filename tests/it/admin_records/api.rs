//! Apps, scopes, keys and the audit log as JSON.

use reqwest::Method;
use serde_json::json;

use super::{Api, acts, staff};
use crate::support::database::on_both;
use crate::support::server::TestServer;

on_both! {
    async fn a_client_is_made_changed_and_looked_after(db: Database) {
        let server = TestServer::start(&db);
        let api = Api::of(&server, "root", "admin").await;
        staff(&server, "bob", "user");
        let new = json!({ "client_name": "Engine", "redirect_uris": ["https://engine.example/cb"], "client_id": "engine", "scope": "profile email" });
        let made = api.send(Method::POST, "/clients", new.clone()).await;
        let secret = made.json()["client_secret"].as_str().expect("a secret").to_owned();
        assert_eq!((made.status, &made.json()["scope"]), (201, &json!("profile email")));
        assert_eq!(api.send(Method::POST, "/clients", new).await.json()["errors"]["client_id"][0], "The id has already been taken.");
        let shown = api.get("/clients/engine").await;
        assert_eq!(shown.json()["secrets"].as_array().map(Vec::len), Some(1));
        assert!(!shown.body.contains(&secret) && !shown.body.contains("hash"));
        let changed = api.send(Method::PATCH, "/clients/engine", json!({ "scope": null, "first_party": true, "access_token_lifetime": 600 })).await.json();
        assert_eq!((&changed["scope"], &changed["first_party"], &changed["access_token_lifetime"]), (&json!(null), &json!(true), &json!(600)));
        assert_eq!(changed["client_name"], "Engine", "what is not named stays");
        let refused = api.send(Method::PATCH, "/clients/engine", json!({ "token_endpoint_auth_method": "none", "require_pkce": false })).await;
        assert!(refused.status == 422 && refused.json()["errors"]["require_pkce"].is_array());
        let seen = changed["seen"].clone();
        for (deed, field, is) in [("verify", "verified_at", true), ("unverify", "verified_at", false), ("disable", "disabled_at", true), ("enable", "disabled_at", false)] {
            let done = api.send(Method::POST, &format!("/clients/engine/{deed}"), json!({ "seen": seen })).await;
            assert_eq!((done.status, done.json()[field].is_string()), (200, is), "{deed}");
        }
        assert_eq!(api.send(Method::POST, "/clients/engine/end-tokens", json!({})).await.status, 200);
        assert_eq!(api.send(Method::POST, "/clients/engine/explode", json!({})).await.status, 404);
        assert!(api.send(Method::PUT, "/clients/engine/owner", json!({ "owner": "bob" })).await.json()["owner_id"].is_i64());
        assert_eq!(api.send(Method::PUT, "/clients/engine/owner", json!({})).await.status, 422);
        assert_eq!(api.send(Method::PUT, "/clients/engine/owner", json!({ "owner": null })).await.json()["owner_id"], json!(null));
        let rotated = api.send(Method::POST, "/clients/engine/secrets", json!({ "overlap_seconds": 60 })).await;
        assert!(rotated.status == 201 && rotated.json()["client_secret"] != json!(secret));
        assert_eq!(api.send(Method::POST, "/clients/engine/secrets", json!({ "overlap_seconds": 99_999_999 })).await.status, 422);
        let id = api.get("/clients/engine").await.json()["secrets"][0]["id"].as_str().expect("an identifier").to_owned();
        assert_eq!(api.send(Method::DELETE, &format!("/clients/engine/secrets/{id}"), json!({})).await.status, 204);
        assert_eq!(api.send(Method::DELETE, &format!("/clients/engine/secrets/{id}"), json!({})).await.status, 404);
        let public = api.send(Method::PATCH, "/clients/engine", json!({ "token_endpoint_auth_method": "none" })).await.json();
        assert_eq!(public["secrets"], json!([]), "a public client has none");
        assert_eq!(api.send(Method::POST, "/clients/engine/secrets", json!({})).await.status, 422);
        for id in ["first-party", "personal-access", "nothing"] {
            assert_eq!(api.get(&format!("/clients/{id}")).await.status, 404);
            assert_eq!(api.send(Method::PATCH, &format!("/clients/{id}"), json!({ "client_name": "x" })).await.status, 404);
            assert_eq!(api.send(Method::POST, &format!("/clients/{id}/disable"), json!({})).await.status, 404);
        }
        let engine = grantor::core::ids::ClientId::from("engine");
        assert!(acts(&server, &engine).contains(&"client.end_tokens".to_owned()));
    }

    async fn clients_are_listed_and_wrong_filters_named(db: Database) {
        let server = TestServer::start(&db);
        let api = Api::of(&server, "root", "admin").await;
        for name in ["one", "two", "three"] {
            server.client(|new| new.name = name.to_owned());
        }
        let page = api.get("/clients?q=t&limit=1").await.json();
        assert_eq!(page["items"].as_array().map(Vec::len), Some(1));
        let next = page["next"].as_str().expect("a next page");
        assert_eq!(api.get(&format!("/clients?q=two&after={next}")).await.json()["next"], json!(null));
        assert_eq!(api.get("/clients?owner=nobody").await.json()["items"], json!([]));
        for (query, field) in [("verified=perhaps", "verified"), ("sort=odd", "sort"), ("limit=0", "limit")] {
            let refused = api.get(&format!("/clients?{query}")).await;
            assert!(refused.status == 422 && refused.json()["errors"][field].is_array(), "{query}");
        }
    }

    async fn scopes_and_keys_are_looked_after(db: Database) {
        let server = TestServer::start(&db);
        let api = Api::of(&server, "root", "admin").await;
        let made = api.send(Method::POST, "/scopes", json!({ "name": "a/b%+:c", "description": "Odd", "optional": true })).await;
        assert_eq!((made.status, &made.json()["optional"]), (201, &json!(true)));
        let at = "/scopes/a%2Fb%25%2B:c";
        assert_eq!(api.get(at).await.json()["name"], "a/b%+:c");
        let changed = api.send(Method::PATCH, at, json!({ "sensitive": true })).await.json();
        assert_eq!((&changed["sensitive"], &changed["optional"], &changed["description"]), (&json!(true), &json!(true), &json!("Odd")));
        assert_eq!(api.send(Method::DELETE, at, json!({})).await.status, 204);
        assert_eq!(api.send(Method::DELETE, at, json!({})).await.status, 404);
        assert_eq!(api.send(Method::DELETE, "/scopes/admin", json!({})).await.status, 422);
        assert_eq!(api.send(Method::PATCH, "/scopes/admin", json!({ "default": true })).await.status, 422);
        let made = api.send(Method::POST, "/keys", json!({ "at_once": true, "algorithm": "RS256" })).await;
        let key = &made.json()["items"][0];
        assert_eq!((made.status, &key["state"], &key["algorithm"]), (201, &json!("active"), &json!("RS256")));
        let keys = api.get("/keys").await;
        assert_eq!(keys.json()["items"].as_array().map(Vec::len), Some(4));
        assert!(!keys.body.contains("private"));
        let events = api.get("/audit?act=key.rotate&limit=1").await.json();
        assert_eq!(events["items"][0]["object"]["id"], key["kid"]);
        assert_eq!(events["items"][0]["details"], json!({ "algorithm": "RS256", "at_once": true }));
        let all = api.send(Method::POST, "/keys", json!({})).await.json();
        assert_eq!(all["items"].as_array().map(Vec::len), Some(3));
        let at = format!("/keys/{}", key["kid"].as_str().expect("a kid"));
        for status in [204, 404] {
            assert_eq!(api.send(Method::DELETE, &at, json!({})).await.status, status, "{at}");
        }
        assert!(!api.get("/keys").await.json()["items"].as_array().expect("keys").iter().any(|one| one["kid"] == key["kid"] && one["state"] != "gone"));
        for unknown in ["/keys/nobody", "/keys/a%2Fb"] {
            assert_eq!(api.send(Method::DELETE, unknown, json!({})).await.status, 404, "{unknown}");
        }
        let refused = api.send(Method::POST, "/keys", json!({ "algorithm": "none" })).await;
        assert!(refused.status == 422 && refused.json()["errors"]["algorithm"].is_array(), "{}", refused.body);
        assert_eq!(api.get("/audit?act=odd").await.status, 422);
    }
}
