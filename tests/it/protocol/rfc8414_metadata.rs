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
            "scopes_supported": ["account", "address", "admin", "email", "offline_access", "openid", "phone", "profile"],
            "response_types_supported": ["code"],
            "response_modes_supported": ["query", "fragment", "form_post"],
            "grant_types_supported": ["authorization_code", "refresh_token", "client_credentials"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "none"],
            "introspection_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
            "revocation_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "none"],
            "code_challenge_methods_supported": ["S256"],
            "authorization_response_iss_parameter_supported": true,
            "end_session_endpoint": "https://id.example/oauth/logout",
            "check_session_iframe": "https://id.example/oauth/check_session",
            "backchannel_logout_supported": true,
            "backchannel_logout_session_supported": true,
            "frontchannel_logout_supported": true,
            "frontchannel_logout_session_supported": true,
            "userinfo_endpoint": "https://id.example/oauth/userinfo",
            "subject_types_supported": ["public", "pairwise"],
            "id_token_signing_alg_values_supported": ["ES256", "RS256", "EdDSA"],
            "userinfo_signing_alg_values_supported": ["ES256", "RS256", "EdDSA"],
            "request_object_signing_alg_values_supported": ["ES256", "ES384", "RS256", "PS256", "EdDSA", "RS512"],
            "request_parameter_supported": true,
            "request_uri_parameter_supported": false,
            "claims_parameter_supported": true,
            "claims_supported": [
                "iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "acr", "amr", "azp", "sid", "at_hash",
                "name", "given_name", "family_name", "preferred_username", "picture", "gender", "birthdate", "locale",
                "updated_at", "email", "email_verified", "phone_number", "phone_number_verified", "address",
            ],
            "claim_types_supported": ["normal"],
            "acr_values_supported": ["urn:grantor:1fa", "urn:grantor:2fa", "phr"],
            "prompt_values_supported": ["none", "login", "consent", "select_account", "create"],
            "display_values_supported": ["page"],
            "ui_locales_supported": ["en", "de", "fr"],
        });
        assert_eq!(answer.json(), expected);
        assert_eq!(answer.header("cache-control"), "public, max-age=300");
        let discovered = browser.get("/.well-known/openid-configuration").await;
        assert_eq!((discovered.status, discovered.json()), (200, expected), "one document for both");
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
