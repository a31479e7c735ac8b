//! `grantor client edit`.

use std::sync::Arc;
use std::time::Duration;

use clap::builder::PossibleValuesParser;

use super::super::failure::Failure;
use super::super::input::{algorithms, between};
use super::super::reply::Reply;
use super::create::{auth_methods, token_formats};
use super::show;
use crate::account::people::Acting;
use crate::app::App;
use crate::core::client::{AuthMethod, TokenFormat};
use crate::core::signing::Algorithm;
use crate::oauth::grants;
use crate::oauth::manage::admin::{self, Change};

/// What is not named stays as it is.
#[derive(clap::Args)]
pub(in super::super) struct Arguments {
    /// Its identifier
    #[arg(allow_hyphen_values = true)]
    id: String,
    /// The name that people see
    #[arg(long)]
    name: Option<String>,
    /// Where codes may be sent, in the place of all that were; may be repeated
    #[arg(long = "redirect-uri", value_name = "URI")]
    redirect_uris: Vec<String>,
    /// A grant that it may use, in the place of all that it might; may be repeated
    #[arg(long = "grant", value_name = "GRANT", value_parser = PossibleValuesParser::new(grants::NAMES))]
    grants: Vec<String>,
    /// How it proves who it is; a client that becomes public loses its secrets
    #[arg(long, value_name = "METHOD", value_parser = auth_methods())]
    auth_method: Option<AuthMethod>,
    /// Its home page; empty for none
    #[arg(long, value_name = "URL")]
    client_uri: Option<String>,
    /// A scope that it may ask for, in the place of all that it might; may be repeated
    #[arg(long = "scope", value_name = "SCOPE", conflicts_with = "every_scope")]
    scopes: Vec<String>,
    /// It may ask for every scope but the one to manage the server
    #[arg(long)]
    every_scope: bool,
    /// Whether it is one of your own: people are not asked for consent
    #[arg(long, value_name = "YES")]
    first_party: Option<bool>,
    /// Whether it may ask about the tokens of every client
    #[arg(long, value_name = "YES")]
    introspect: Option<bool>,
    /// Whether PKCE is demanded of it
    #[arg(long, value_name = "YES")]
    require_pkce: Option<bool>,
    /// How its access tokens are written
    #[arg(long, value_name = "FORMAT", value_parser = token_formats())]
    token_format: Option<TokenFormat>,
    /// What its access tokens are signed with
    #[arg(long = "access-token-alg", value_name = "ALGORITHM", value_parser = algorithms())]
    access_token_signed_response_alg: Option<Algorithm>,
    /// How long its access tokens work
    #[arg(long, value_name = "TIME", value_parser = |text: &str| or_default(text, 60, 30 * 86_400))]
    access_token_lifetime: Option<Span>,
    /// How long a repeated refresh is forgiven
    #[arg(long, value_name = "TIME", value_parser = |text: &str| or_default(text, 0, 60))]
    refresh_grace: Option<Span>,
}

/// A time, or `default` for the server's setting.
#[derive(Clone, Copy)]
struct Span(Option<Duration>);

impl Span {
    fn seconds(self) -> Option<u64> {
        self.0.map(|span| span.as_secs())
    }
}

fn or_default(text: &str, least: u64, most: u64) -> Result<Span, String> {
    if text == "default" { Ok(Span(None)) } else { between(text, least, most).map(|span| Span(Some(span))) }
}

pub(super) fn run(app: &Arc<App>, given: Arguments) -> Result<Reply, Failure> {
    let client = super::changeable(app, &given.id)?;
    let some = |list: Vec<String>| (!list.is_empty()).then_some(list);
    let names = given.scopes.iter().flat_map(|text| text.split_whitespace()).map(str::to_owned).collect();
    let change = Change {
        openid: None,
        name: given.name,
        redirect_uris: some(given.redirect_uris),
        grant_types: some(given.grants),
        auth_method: given.auth_method,
        client_uri: given.client_uri,
        scopes: if given.every_scope { Some(None) } else { some(names).map(Some) },
        first_party: given.first_party,
        may_introspect: given.introspect,
        require_pkce: given.require_pkce,
        token_format: given.token_format,
        access_token_signed_response_alg: given.access_token_signed_response_alg,
        refresh_grace: given.refresh_grace.map(Span::seconds),
        access_token_lifetime: given.access_token_lifetime.map(Span::seconds),
    };
    admin::edit(app, &Acting::operator(), &client.id, change)?;
    let shown = super::shown(app, &given.id)?;
    Ok(Reply::new(shown.to_json(), show::text(&shown)))
}
