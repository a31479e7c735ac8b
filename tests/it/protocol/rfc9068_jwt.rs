//! RFC 9068: JWT access tokens, verified by another library with the published keys.

use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header, jwk::JwkSet};

use crate::support::database::on_both;
use crate::support::flow::Flow;
use crate::support::server::TestServer;

on_both! {
    async fn a_resource_server_verifies_it_with_the_published_keys(db: Database) {
        let server = TestServer::start(&db);
        let flow = Flow::new(&server, |_| {});
        let tokens = flow.tokens().await;
        let keys: JwkSet = serde_json::from_value(
            flow.send(flow.request(reqwest::Method::GET, "/oauth/jwks")).await.json(),
        ).expect("a JWK set");
        let header = decode_header(&tokens.access).expect("a header");
        assert_eq!(header.typ.as_deref(), Some("at+jwt"));
        let key = keys.find(header.kid.as_deref().expect("a kid")).expect("the key");
        let mut validation = Validation::new(Algorithm::ES256);
        validation.set_audience(&[server.app.config.issuer()]);
        validation.set_issuer(&[server.app.config.issuer()]);
        validation.set_required_spec_claims(&["exp", "iss", "sub", "aud"]);
        let key = DecodingKey::from_jwk(key).expect("a public key");
        let claims = decode::<serde_json::Value>(&tokens.access, &key, &validation).expect("it verifies").claims;
        assert_eq!(claims["sub"], flow.user.id.to_string());
        assert_eq!(claims["client_id"], flow.client.id.as_str());
        assert_eq!(claims["scope"], "profile");
        assert_eq!(claims["exp"].as_i64().unwrap_or(0) - claims["iat"].as_i64().unwrap_or(0), 3600);
        assert_eq!(claims["jti"].as_str().map(str::len), Some(22));
        assert!(claims["auth_time"].is_i64());
    }
}
