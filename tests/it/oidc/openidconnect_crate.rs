//! The whole flow with a relying party that we did not write: the `openidconnect` crate, over real HTTP, through the
//! real pages.

use grantor::core::client::SubjectType;
use grantor::core::signing::Algorithm;
use openidconnect::core::{
    CoreAuthenticationFlow, CoreClient, CoreJwsSigningAlgorithm, CoreProviderMetadata, CoreTokenResponse,
    CoreUserInfoClaims,
};
use openidconnect::{
    AccessTokenHash, AuthorizationCode, ClientId, ClientSecret, CsrfToken, EndpointMaybeSet, EndpointNotSet,
    EndpointSet, IssuerUrl, Nonce, OAuth2TokenResponse, PkceCodeChallenge, RedirectUrl, Scope, TokenResponse,
    UserInfoResponseType,
};

use crate::support::browser::{Browser, parameter};
use crate::support::database::on_both;
use crate::support::server::{REDIRECT, TestServer};

/// A client as discovery makes it.
type Discovered =
    CoreClient<EndpointSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointMaybeSet, EndpointMaybeSet>;

struct RelyingParty {
    client: Discovered,
    http: openidconnect::reqwest::Client,
}

impl RelyingParty {
    /// A client that is registered for an algorithm; the document and the JWKS tell it the rest.
    async fn discover(server: &TestServer, algorithm: Algorithm) -> Self {
        let (registered, secret) = server.client(|new| {
            new.openid.id_token_signed_response_alg = algorithm;
            match algorithm {
                Algorithm::Es256 => {}
                // The crate takes signed userinfo with RS256 alone.
                Algorithm::Rs256 => new.openid.userinfo_signed_response_alg = Some(algorithm),
                Algorithm::EdDsa => new.openid.subject_type = SubjectType::Pairwise,
            }
        });
        let http = openidconnect::reqwest::Client::builder();
        let http = http.redirect(openidconnect::reqwest::redirect::Policy::none()).build().expect("a client");
        let issuer = IssuerUrl::new(server.app.config.issuer().to_owned()).expect("a URL");
        let metadata = CoreProviderMetadata::discover_async(issuer, &http).await.expect("the document and the keys");
        let (id, secret) = (ClientId::new(registered.id.to_string()), ClientSecret::new(secret));
        let client = CoreClient::from_provider_metadata(metadata, id, Some(secret))
            .set_redirect_uri(RedirectUrl::new(REDIRECT.to_owned()).expect("a URL"));
        Self { client, http }
    }

    /// A code by way of the browser, redeemed; with the nonce that its id_token is to hold.
    async fn sign_in(&self, browser: &Browser, known: bool) -> (CoreTokenResponse, Nonce) {
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let (url, state, nonce) = self
            .client
            .authorize_url(CoreAuthenticationFlow::AuthorizationCode, CsrfToken::new_random, Nonce::new_random)
            .add_scopes(["profile", "email"].map(|name| Scope::new(name.to_owned())))
            .set_pkce_challenge(challenge)
            .url();
        let callback = match known {
            true => browser.allow(url.as_str(), &["openid", "profile", "email"]).await,
            false => browser.register_and_allow(url.as_str(), &["openid", "profile", "email"]).await,
        };
        assert_eq!(parameter(&callback, "state").as_deref(), Some(state.secret().as_str()));
        let code = AuthorizationCode::new(parameter(&callback, "code").expect("a code"));
        let request = self.client.exchange_code(code).expect("a token endpoint").set_pkce_verifier(verifier);
        (request.request_async(&self.http).await.expect("the code becomes tokens"), nonce)
    }

    /// Verifies the id_token of an answer, and that it belongs to the answer's access token.
    fn verify(&self, tokens: &CoreTokenResponse, nonce: Option<&Nonce>, algorithm: Algorithm) -> String {
        let id_token = tokens.id_token().expect("an id_token");
        let verifier = self.client.id_token_verifier();
        let claims = match nonce {
            Some(nonce) => id_token.claims(&verifier, nonce),
            None => id_token.claims(&verifier, |held: Option<&Nonce>| {
                held.map_or(Ok(()), |_| Err("a refreshed one holds no nonce".to_owned()))
            }),
        };
        let claims = claims.expect("it verifies");
        let used = id_token.signing_alg().expect("an algorithm");
        let expected = match algorithm {
            Algorithm::Es256 => CoreJwsSigningAlgorithm::EcdsaP256Sha256,
            Algorithm::Rs256 => CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
            Algorithm::EdDsa => CoreJwsSigningAlgorithm::EdDsa,
        };
        assert_eq!(*used, expected);
        let key = id_token.signing_key(&verifier).expect("the key is published");
        let hash = AccessTokenHash::from_token(tokens.access_token(), used, key).expect("a hash");
        assert_eq!(claims.access_token_hash(), Some(&hash));
        claims.subject().to_string()
    }
}

on_both! {
    async fn it_discovers_signs_in_verifies_asks_for_claims_and_refreshes(db: Database) {
        let server = TestServer::start(&db);
        let browser = Browser::new(&server);
        for (number, algorithm) in Algorithm::ALL.into_iter().enumerate() {
            let party = RelyingParty::discover(&server, algorithm).await;
            let (tokens, nonce) = party.sign_in(&browser, number > 0).await;
            let subject = party.verify(&tokens, Some(&nonce), algorithm);
            let wrong = tokens.id_token().expect("an id_token");
            assert!(wrong.claims(&party.client.id_token_verifier(), &Nonce::new_random()).is_err());

            let expected = openidconnect::SubjectIdentifier::new(subject.clone());
            let request = party.client.user_info(tokens.access_token().clone(), Some(expected)).expect("an endpoint");
            let request = match algorithm {
                Algorithm::Rs256 => {
                    request.require_signed_response(true).set_response_type(UserInfoResponseType::Jwt)
                }
                _ => request.require_signed_response(false),
            };
            let person: CoreUserInfoClaims = request.request_async(&party.http).await.expect("the person's claims");
            assert_eq!(person.email().map(|email| email.as_str()), Some("ada@example.com"));
            let name = person.name().and_then(|name| name.get(None)).map(|name| name.as_str());
            assert_eq!(name, Some("Ada Lovelace"));

            let refresh = tokens.refresh_token().expect("a refresh token");
            let next = party.client.exchange_refresh_token(refresh).expect("a token endpoint");
            let next = next.request_async(&party.http).await.expect("refreshed");
            assert_eq!(party.verify(&next, None, algorithm), subject, "the same person");
            assert_ne!(next.access_token().secret(), tokens.access_token().secret());
        }
    }
}
