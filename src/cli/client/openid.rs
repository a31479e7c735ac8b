//! What OpenID Connect adds to `grantor client create` and `edit`.

use std::path::Path;

use clap::builder::{PossibleValuesParser, TypedValueParser};

use super::super::failure::Failure;
use super::super::input::{algorithms, seconds, text_of};
use crate::core::client::SubjectType;
use crate::core::signing::Algorithm;
use crate::oauth::manage::OpenIdChange;

#[derive(clap::Args)]
#[group(skip)]
#[command(next_help_heading = "OpenID Connect")]
pub(super) struct Arguments {
    /// By which identifiers it knows people: of its own, or those of every client
    #[arg(long, value_name = "TYPE", value_parser = subject_types())]
    subject_type: Option<SubjectType>,
    /// What its id_tokens are signed with
    #[arg(long = "id-token-alg", value_name = "ALGORITHM", value_parser = algorithms())]
    id_token_signed_response_alg: Option<Algorithm>,
    /// What userinfo is signed with; none for plain JSON
    #[arg(long = "userinfo-alg", value_name = "ALGORITHM", value_parser = algorithm_or_none)]
    userinfo_signed_response_alg: Option<Signed>,
    /// How long after a sign-in people sign in again for it, when a request does not say; none for ever
    #[arg(long, value_name = "TIME", value_parser = max_age)]
    default_max_age: Option<String>,
    /// A file with its public keys as a JWK set; empty for none
    #[arg(long, value_name = "FILE")]
    jwks: Option<String>,
    /// Whether its authorization requests must be signed
    #[arg(long, value_name = "YES")]
    require_signed_request_object: Option<bool>,
    /// Where people may be sent after they signed out, in the place of all that were; may be repeated, empty for none
    #[arg(long = "post-logout-redirect-uri", value_name = "URI")]
    post_logout_redirect_uris: Vec<String>,
    /// Where it hears that a session ended; empty for none
    #[arg(long, value_name = "URL")]
    backchannel_logout_uri: Option<String>,
    /// Whether its logout tokens must say which session
    #[arg(long, value_name = "YES")]
    backchannel_logout_session_required: Option<bool>,
    /// What the browser loads in a frame when a session ends; empty for none
    #[arg(long, value_name = "URL")]
    frontchannel_logout_uri: Option<String>,
    /// Whether that must say which session
    #[arg(long, value_name = "YES")]
    frontchannel_logout_session_required: Option<bool>,
}

/// An algorithm, or none for plain JSON.
#[derive(Clone, Copy)]
struct Signed(Option<Algorithm>);

fn subject_types() -> impl TypedValueParser<Value = SubjectType> {
    PossibleValuesParser::new(SubjectType::ALL.map(SubjectType::as_str))
        .try_map(|name| SubjectType::ALL.into_iter().find(|one| one.as_str() == name).ok_or("there is no such type"))
}

fn algorithm_or_none(text: &str) -> Result<Signed, String> {
    if text == "none" {
        return Ok(Signed(None));
    }
    let found = Algorithm::named(text).ok_or_else(|| "use ES256, RS256, EdDSA or none".to_owned())?;
    Ok(Signed(Some(found)))
}

fn max_age(text: &str) -> Result<String, String> {
    if text == "none" { Ok(String::new()) } else { seconds(text).map(|span| span.as_secs().to_string()) }
}

impl Arguments {
    /// What is said; what is not named stays.
    pub(super) fn read(self) -> Result<OpenIdChange, Failure> {
        let read = |path: String| match path.as_str() {
            "" => Ok(path),
            path => text_of(Path::new(path), &format!("the file of keys {path}")),
        };
        let uris = self.post_logout_redirect_uris;
        Ok(OpenIdChange {
            subject_type: self.subject_type,
            id_token_signed_response_alg: self.id_token_signed_response_alg,
            userinfo_signed_response_alg: self.userinfo_signed_response_alg.map(|Signed(algorithm)| algorithm),
            jwks: self.jwks.map(read).transpose()?,
            require_signed_request_object: self.require_signed_request_object,
            default_max_age: self.default_max_age,
            post_logout_redirect_uris: (!uris.is_empty()).then_some(uris),
            backchannel_logout_uri: self.backchannel_logout_uri,
            backchannel_logout_session_required: self.backchannel_logout_session_required,
            frontchannel_logout_uri: self.frontchannel_logout_uri,
            frontchannel_logout_session_required: self.frontchannel_logout_session_required,
        })
    }
}
