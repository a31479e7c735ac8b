//! RFC 8414: the metadata.

use crate::support::browser::Browser;
use crate::support::database::on_both;
use crate::support::server::{Setup, TestServer};

on_both! {
    async fn the_metadata_is_what_the_registries_say(db: Database) {
        let server = Setup::default().set("server.public_url", "https://id.example").start(&db);
        let browser = Browser::new(&server);
        let answer = browser.get("/.well-known/oauth-authorization-server").await;
        assert_eq!(answer.status, 200);
        let expected = serde_json::json!({
            "issuer": "https://id.example",
            "authorization_endpoint": "https://id.example/oauth/authorize",
            "token_endpoint": "https://id.example/oauth/token",
            "jwks_uri": "https://id.example/oauth/jwks",
            "introspection_endpoint": "https://id.example/oauth/introspect",
            "revocation_endpoint": "https://id.example/oauth/revoke",
            "scopes_supported": ["account", "address", "admin", "email", "phone", "profile"],
            "response_types_supported": ["code"],
            "response_modes_supported": ["query"],
            "grant_types_supported": ["authorization_code", "refresh_token", "client_credentials"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "none"],
            "introspection_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
            "revocation_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "none"],
            "code_challenge_methods_supported": ["S256"],
            "authorization_response_iss_parameter_supported": true,
        });
        assert_eq!(answer.json(), expected);
        assert_eq!(answer.header("cache-control"), "public, max-age=300");
    }

    async fn the_issuer_never_follows_the_host_header(db: Database) {
        let server = TestServer::start(&db);
        let browser = Browser::new(&server);
        let request = browser
            .request(reqwest::Method::GET, "/.well-known/oauth-authorization-server")
            .header("host", "evil.example")
            .header("x-forwarded-host", "evil.example");
        assert!(!browser.send(request).await.body.contains("evil.example"));
    }
}
