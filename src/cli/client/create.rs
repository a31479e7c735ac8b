//! `grantor client create`.

use std::sync::Arc;
use std::time::Duration;

use clap::builder::{PossibleValuesParser, TypedValueParser};

use super::super::failure::Failure;
use super::super::input::{algorithms, between, from_stdin};
use super::super::reply::Reply;
use super::super::user;
use super::show;
use crate::account::Invalid;
use crate::app::App;
use crate::core::audit::Actor;
use crate::core::client::{AuthMethod, OpenIdMetadata, Policy, TokenFormat};
use crate::core::signing::Algorithm;
use crate::oauth::grants;
use crate::oauth::manage::{self, view};

#[derive(clap::Args)]
pub(in super::super) struct Arguments {
    /// The name that people see
    #[arg(long)]
    name: String,
    /// Where codes may be sent; may be repeated
    #[arg(long = "redirect-uri", value_name = "URI")]
    redirect_uris: Vec<String>,
    /// It cannot keep a secret: an app on a device or in a browser
    #[arg(long, conflicts_with_all = ["auth_method", "secret_stdin"])]
    public: bool,
    /// One of your own: people are not asked for consent
    #[arg(long)]
    first_party: bool,
    /// It may ask about the tokens of every client
    #[arg(long)]
    introspect: bool,
    /// A grant that it may use; may be repeated [default: authorization_code and refresh_token]
    #[arg(long = "grant", value_name = "GRANT", value_parser = PossibleValuesParser::new(grants::NAMES))]
    grants: Vec<String>,
    /// A scope that it may ask for; may be repeated [default: every scope]
    #[arg(long = "scope", value_name = "SCOPE")]
    scopes: Vec<String>,
    /// How it proves who it is [default: client_secret_basic]
    #[arg(long, value_name = "METHOD", value_parser = auth_methods())]
    auth_method: Option<AuthMethod>,
    /// How its access tokens are written
    #[arg(long, default_value = "jwt", value_parser = token_formats())]
    token_format: TokenFormat,
    /// What its access tokens are signed with
    #[arg(long = "access-token-alg", value_name = "ALGORITHM", default_value = "ES256", value_parser = algorithms())]
    access_token_signed_response_alg: Algorithm,
    /// Do not demand PKCE of it; confidential clients only
    #[arg(long)]
    no_pkce: bool,
    /// Its identifier [default: a random one]
    #[arg(long)]
    id: Option<String>,
    /// Read its secret from standard input, instead of a random one
    #[arg(long)]
    secret_stdin: bool,
    /// Its home page
    #[arg(long, value_name = "URL")]
    client_uri: Option<String>,
    /// Whose it is: identifier, e-mail address or username
    #[arg(long, value_name = "NAME")]
    owner: Option<String>,
    /// How long its access tokens work [default: tokens.access_token_lifetime]
    #[arg(long, value_name = "TIME", value_parser = |text: &str| between(text, 60, 30 * 86_400))]
    access_token_lifetime: Option<Duration>,
    /// How long a repeated refresh is forgiven [default: tokens.refresh_grace]
    #[arg(long, value_name = "TIME", value_parser = |text: &str| between(text, 0, 60))]
    refresh_grace: Option<Duration>,
}

pub(super) fn auth_methods() -> impl TypedValueParser<Value = AuthMethod> {
    PossibleValuesParser::new(AuthMethod::ALL.map(AuthMethod::as_str)).try_map(|name| {
        AuthMethod::ALL.into_iter().find(|method| method.as_str() == name).ok_or("there is no such method")
    })
}

pub(super) fn token_formats() -> impl TypedValueParser<Value = TokenFormat> {
    PossibleValuesParser::new(["jwt", "opaque"]).map(|name| match name.as_str() {
        "opaque" => TokenFormat::Opaque,
        _ => TokenFormat::Jwt,
    })
}

pub(super) fn run(app: &Arc<App>, arguments: Arguments) -> Result<Reply, Failure> {
    let auth_method = match (arguments.public, arguments.auth_method) {
        (true, _) => AuthMethod::None,
        (false, given) => given.unwrap_or(AuthMethod::ClientSecretBasic),
    };
    if arguments.no_pkce && auth_method == AuthMethod::None {
        return Err(Failure::new("--no-pkce: PKCE is demanded of every public client"));
    }
    let policy = Policy {
        scopes: scopes(app, &arguments.scopes)?,
        first_party: arguments.first_party,
        may_introspect: arguments.introspect,
        require_pkce: !arguments.no_pkce,
        token_format: arguments.token_format,
        access_token_signed_response_alg: arguments.access_token_signed_response_alg,
        refresh_grace: arguments.refresh_grace.map(|span| span.as_secs()),
        access_token_lifetime: arguments.access_token_lifetime.map(|span| span.as_secs()),
        built_in: false,
    };
    let new = manage::NewClient {
        openid: OpenIdMetadata::default(),
        name: arguments.name,
        redirect_uris: arguments.redirect_uris,
        grant_types: arguments.grants,
        auth_method,
        client_uri: arguments.client_uri,
        policy,
        owner: arguments.owner.map(|name| user::find(app, &name)).transpose()?,
        id: arguments.id,
        secret: if arguments.secret_stdin { Some(from_stdin("secret")?) } else { None },
    };
    let (client, secret) = manage::create_client(app, &Actor::Operator, new)?;
    Ok(Reply::new(view::created(&client, secret.as_ref()), show::created_text(&client, secret.as_ref())))
}

/// The allow list; none when no scope is named.
fn scopes(app: &App, given: &[String]) -> Result<Option<Vec<String>>, Failure> {
    let known = app.scopes()?;
    let mut names: Vec<String> = Vec::new();
    let mut invalid = Invalid::default();
    for name in given.iter().flat_map(|text| text.split_whitespace()) {
        if !known.iter().any(|entry| entry.name == name) {
            invalid.add("scope", format!("There is no scope {name}; make it with `grantor scope create`."));
        }
        if !names.iter().any(|known| known == name) {
            names.push(name.to_owned());
        }
    }
    invalid.check()?;
    Ok((!given.is_empty()).then_some(names))
}
