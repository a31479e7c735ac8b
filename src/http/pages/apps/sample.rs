//! Code to try an application with: its own identifier, its own redirect URI, a PKCE verifier of its own.

use super::super::views::{Sample, ScopeText};
use crate::app::App;
use crate::core::client::Client;
use crate::core::pkce::Challenge;

/// The sample of a client; none where it cannot use codes.
pub(super) fn of(app: &App, client: &Client, scopes: &[ScopeText]) -> Option<Sample> {
    if !client.may_use("authorization_code") {
        return None;
    }
    let redirect_uri = client.metadata.redirect_uris.first()?.as_str();
    let (issuer, id) = (app.config.issuer(), client.id.as_str());
    let scope = scopes.iter().find(|scope| !scope.sensitive).map_or("", |scope| scope.name.as_str());
    let verifier = app.random().text::<32>();
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.append_pair("response_type", "code").append_pair("client_id", id).append_pair("redirect_uri", redirect_uri);
    if !scope.is_empty() {
        query.append_pair("scope", scope);
    }
    query.append_pair("state", "try").append_pair("code_challenge", Challenge::of(&verifier).as_str());
    let authorize = format!("{issuer}/oauth/authorize?{}", query.append_pair("code_challenge_method", "S256").finish());
    let public = client.is_public();
    let who = if public {
        format!("-d {}", quoted(&format!("client_id={id}")))
    } else {
        format!("-u {}", quoted(&format!("{id}:YOUR_SECRET")))
    };
    let curl = format!(
        "curl {} {who} \\\n  -d grant_type=authorization_code -d code=THE_CODE \\\n  --data-urlencode {} \\\n  -d {}",
        quoted(&format!("{issuer}/oauth/token")),
        quoted(&format!("redirect_uri={redirect_uri}")),
        quoted(&format!("code_verifier={verifier}")),
    );
    Some(Sample { authorize, curl, library: library(issuer, id, redirect_uri, scope, public) })
}

/// The whole way with Authlib, a library for Python. Nothing in it holds a quote or a backslash.
fn library(issuer: &str, id: &str, redirect_uri: &str, scope: &str, public: bool) -> String {
    let how = if public { "token_endpoint_auth_method=\"none\"" } else { "client_secret=\"YOUR_SECRET\"" };
    format!(
        "# pip install authlib requests\n\
         from authlib.common.security import generate_token\n\
         from authlib.integrations.requests_client import OAuth2Session\n\
         \n\
         client = OAuth2Session(\"{id}\", {how}, scope=\"{scope}\",\n    \
             redirect_uri=\"{redirect_uri}\", code_challenge_method=\"S256\")\n\
         verifier = generate_token(48)\n\
         url, state = client.create_authorization_url(\"{issuer}/oauth/authorize\", code_verifier=verifier)\n\
         print(\"Open\", url)\n\
         token = client.fetch_token(\"{issuer}/oauth/token\", code_verifier=verifier, state=state,\n    \
             authorization_response=input(\"Where did it send you? \"))\n\
         print(client.get(\"{issuer}/api/me\").json())\n"
    )
}

/// A word for a shell.
fn quoted(word: &str) -> String {
    format!("'{}'", word.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn a_word_stays_one_word() {
        assert_eq!(quoted("a b$c"), "'a b$c'");
        assert_eq!(quoted("it's"), "'it'\\''s'");
    }
}
