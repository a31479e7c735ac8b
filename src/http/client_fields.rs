//! What is said of clients in forms and in JSON: what is looked for, and what is changed.

use super::body::Fields;
use crate::account::{Invalid, admin as people};
use crate::app::App;
use crate::core::client::{AuthMethod, TokenFormat};
use crate::core::page::Page;
use crate::core::signing::Algorithm;
use crate::oauth::manage::admin::{self, Change, Listed, Query, Sort};
use crate::store;

/// What is looked for among the clients.
#[derive(Debug, Clone, Default)]
pub struct Search {
    /// How a name begins, or an identifier.
    pub text: String,
    /// Whose they are: identifier, e-mail address or username.
    pub owner: String,
    /// What else.
    pub query: Query,
}

impl Search {
    /// What a query asks for; what cannot be is noted in `invalid`.
    pub fn of(fields: &Fields, invalid: &mut Invalid) -> Self {
        let text = |name: &str, invalid: &mut Invalid| {
            let given = fields.text(name, invalid).map(str::to_owned);
            invalid.optional(name, given.as_deref(), 254).unwrap_or_default()
        };
        let sort = match fields.text("sort", invalid) {
            None | Some("" | "name") => Sort::Name,
            Some("newest") => Sort::Newest,
            Some(_) => {
                invalid.add("sort", ("The sort must be name or newest.", "field-choice"));
                Sort::Name
            }
        };
        let query = Query {
            verified: choice(fields, "verified", invalid),
            disabled: choice(fields, "disabled", invalid),
            first_party: choice(fields, "first_party", invalid),
            public: choice(fields, "public", invalid),
            sort,
            ..Query::default()
        };
        Self { text: text("q", invalid), owner: text("owner", invalid), query }
    }

    /// What there is of it, and where the next page begins.
    ///
    /// # Errors
    /// As the database says.
    pub fn run(&self, app: &App, page: &Page) -> store::Result<(Vec<Listed>, Option<String>)> {
        let mut query = self.query.clone();
        if !self.owner.is_empty() {
            let Some(owner) = people::find(app, &self.owner)? else { return Ok((Vec::new(), None)) };
            query.owner = Some(owner.id);
        }
        admin::search(app, &self.text, &query, page)
    }
}

/// Yes, no, or whichever.
fn choice(fields: &Fields, name: &str, invalid: &mut Invalid) -> Option<bool> {
    if fields.get(name) == Some("") { None } else { fields.flag(name, invalid) }
}

/// What a form says of a client: all of it.
pub fn whole(fields: &Fields, invalid: &mut Invalid) -> Change {
    let text = |name: &str| fields.get(name).unwrap_or_default().to_owned();
    let list = |name: &str| fields.all(name).into_iter().map(str::to_owned).collect::<Vec<_>>();
    let is_ticked = |name: &str| Some(fields.get(name) == Some("1"));
    Change {
        openid: None,
        name: Some(text("client_name")),
        redirect_uris: Some(text("redirect_uris").lines().map(str::to_owned).collect()),
        grant_types: Some(list("grant_types")),
        auth_method: Some(auth_method(fields, invalid).unwrap_or(AuthMethod::ClientSecretBasic)),
        client_uri: Some(text("client_uri")),
        scopes: Some((fields.get("every_scope") != Some("1")).then(|| list("scope"))),
        first_party: is_ticked("first_party"),
        may_introspect: is_ticked("introspect"),
        require_pkce: is_ticked("require_pkce"),
        token_format: token_format(fields, invalid),
        access_token_signed_response_alg: algorithm(fields, "access_token_signed_response_alg", invalid),
        refresh_grace: Some(seconds(fields, "refresh_grace", invalid).flatten()),
        access_token_lifetime: Some(seconds(fields, "access_token_lifetime", invalid).flatten()),
    }
}

/// What JSON says of a client: what is not named stays as it is.
pub fn partial(fields: &Fields, invalid: &mut Invalid) -> Change {
    let names = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    let scopes = fields.change("scope", invalid).map(|text| Some(names(text)).filter(|names| !names.is_empty()));
    Change {
        openid: None,
        name: fields.text("client_name", invalid).map(str::to_owned),
        redirect_uris: fields.list("redirect_uris", invalid).map(<[String]>::to_vec),
        grant_types: fields.list("grant_types", invalid).map(<[String]>::to_vec),
        auth_method: auth_method(fields, invalid),
        client_uri: fields.change("client_uri", invalid).map(str::to_owned),
        scopes,
        first_party: fields.flag("first_party", invalid),
        may_introspect: fields.flag("introspect", invalid),
        require_pkce: fields.flag("require_pkce", invalid),
        token_format: token_format(fields, invalid),
        access_token_signed_response_alg: algorithm(fields, "access_token_signed_response_alg", invalid),
        refresh_grace: seconds(fields, "refresh_grace", invalid),
        access_token_lifetime: seconds(fields, "access_token_lifetime", invalid),
    }
}

fn auth_method(fields: &Fields, invalid: &mut Invalid) -> Option<AuthMethod> {
    let name = fields.text("token_endpoint_auth_method", invalid)?;
    let found = AuthMethod::ALL.into_iter().find(|method| method.as_str() == name);
    if found.is_none() {
        invalid.add("token_endpoint_auth_method", ("There is no such method of authentication.", "field-choice"));
    }
    found
}

fn token_format(fields: &Fields, invalid: &mut Invalid) -> Option<TokenFormat> {
    let name = fields.text("token_format", invalid)?;
    let found = [TokenFormat::Jwt, TokenFormat::Opaque].into_iter().find(|format| format.as_str() == name);
    if found.is_none() {
        invalid.add("token_format", ("The token format must be jwt or opaque.", "field-choice"));
    }
    found
}

/// An algorithm that the server signs with, by its registered name.
pub fn algorithm(fields: &Fields, field: &str, invalid: &mut Invalid) -> Option<Algorithm> {
    let name = fields.text(field, invalid)?;
    let found = Algorithm::named(name);
    if found.is_none() {
        invalid.add(field, ("The algorithm must be ES256, RS256 or EdDSA.", "field-algorithm"));
    }
    found
}

fn seconds(fields: &Fields, name: &str, invalid: &mut Invalid) -> Option<Option<u64>> {
    let number = fields.integer(name, invalid)?;
    Some(number.and_then(|number| u64::try_from(number).ok()))
}
