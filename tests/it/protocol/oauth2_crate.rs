//! The whole flow with a client that we did not write: the `oauth2` crate, over real HTTP, through the real pages.

use oauth2::basic::BasicClient;
use oauth2::{
    AsyncHttpClient, AuthUrl, AuthorizationCode, ClientId, ClientSecret, CsrfToken, HttpClientError, HttpRequest,
    IntrospectionUrl, PkceCodeChallenge, RedirectUrl, RevocationUrl, Scope, StandardRevocableToken,
    TokenIntrospectionResponse, TokenResponse, TokenUrl,
};

use crate::support::browser::{Browser, parameter};
use crate::support::database::on_both;
use crate::support::server::{REDIRECT, TestServer};

/// The crate revokes over https alone; this stands in for the proxy that ends TLS.
fn behind_tls<'c>(
    http: &'c reqwest::Client,
) -> impl for<'r> AsyncHttpClient<'r, Error = HttpClientError<reqwest::Error>> + 'c {
    move |request: HttpRequest| {
        let url = request.uri().to_string().replace("https:", "http:");
        let (parts, body) = request.into_parts();
        let request = http.request(parts.method, url).headers(parts.headers).body(body);
        async move {
            let answer = request.send().await.map_err(|e| HttpClientError::Reqwest(Box::new(e)))?;
            let mut response = oauth2::http::Response::new(Vec::new());
            *response.status_mut() = answer.status();
            *response.body_mut() = answer.bytes().await.map_err(|e| HttpClientError::Reqwest(Box::new(e)))?.to_vec();
            Ok(response)
        }
    }
}

on_both! {
    async fn it_gets_tokens_calls_with_them_refreshes_and_revokes(db: Database) {
        let server = TestServer::start(&db);
        let (registered, secret) = server.client(|new| new.policy.may_introspect = true);
        let address = |path: &str| server.at(path);
        let client = BasicClient::new(ClientId::new(registered.id.to_string()))
            .set_client_secret(ClientSecret::new(secret))
            .set_auth_uri(AuthUrl::new(address("/oauth/authorize")).expect("a URL"))
            .set_token_uri(TokenUrl::new(address("/oauth/token")).expect("a URL"))
            .set_introspection_url(IntrospectionUrl::new(address("/oauth/introspect")).expect("a URL"))
            .set_revocation_url(RevocationUrl::new(address("/oauth/revoke").replace("http:", "https:")).expect("a URL"))
            .set_redirect_uri(RedirectUrl::new(REDIRECT.to_owned()).expect("a URL"));
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().expect("a client");

        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let (url, state) = client
            .authorize_url(CsrfToken::new_random)
            .add_scopes(["profile", "email"].map(|name| Scope::new(name.to_owned())))
            .set_pkce_challenge(challenge)
            .url();
        let callback = Browser::new(&server).register_and_allow(url.as_str(), &["email"]).await;
        assert_eq!(parameter(&callback, "state").as_deref(), Some(state.secret().as_str()));
        assert_eq!(parameter(&callback, "iss").as_deref(), Some(server.app.config.issuer()));

        let code = AuthorizationCode::new(parameter(&callback, "code").expect("a code"));
        let tokens = client.exchange_code(code).set_pkce_verifier(verifier).request_async(&http).await;
        let tokens = tokens.expect("the code becomes tokens");
        let scopes: Vec<&str> = tokens.scopes().expect("scopes").iter().map(|scope| scope.as_str()).collect();
        assert_eq!(scopes, ["profile", "email"]);

        let said = client.introspect(tokens.access_token()).request_async(&http).await.expect("an answer");
        assert!(said.active());
        let refresh = tokens.refresh_token().expect("a refresh token");
        let next = client.exchange_refresh_token(refresh).request_async(&http).await.expect("refreshed");
        assert_ne!(next.access_token().secret(), tokens.access_token().secret());
        let ended = StandardRevocableToken::from(next.refresh_token().expect("a refresh token").clone());
        client.revoke_token(ended).expect("a revocation").request_async(&behind_tls(&http)).await.expect("revoked");
        let said = client.introspect(next.access_token()).request_async(&http).await.expect("an answer");
        assert!(!said.active(), "the family has ended");

        let own = client.exchange_client_credentials().request_async(&http).await.expect("a token");
        assert_eq!(own.expires_in(), Some(std::time::Duration::from_secs(3600)));
    }
}
