//! Registering and changing clients, and taking tokens back.

pub mod admin;
mod change;
mod openid;
mod own;
pub mod scopes;
pub mod view;

use std::sync::Arc;
use std::time::Duration;

use crate::account::audit::{self, Act, Actor, Event};
use crate::account::people::{Acting, PeopleError};
use crate::account::{Invalid, Throttled};
use crate::app::{App, Cx, FIRST_PARTY_CLIENT, PERSONAL_CLIENT};
use crate::core::client::{AuthMethod, Client, Metadata, OpenIdMetadata, Policy};
use crate::core::ids::{ClientId, UserId};
use crate::core::page::Page;
use crate::core::redirect::RedirectUri;
use crate::core::scope::Scope;
use crate::core::secret::Plain;
use crate::core::text::{self, Said};
use crate::core::time::delta;
use crate::core::user::User;
use crate::store::{self, clients, users};

use own::check_name;
pub use own::{OwnChange, change_own_client, check_scopes, leads_elsewhere};
pub(super) use own::{delete_own_client, new_own_secret, with_own};

/// The most redirect URIs of one client.
const MAX_REDIRECT_URIS: usize = 20;
/// The most clients of one person.
const MAX_CLIENTS: i64 = 100;
/// The shortest secret that an operator may choose; those made here have 256 random bits.
const MIN_SECRET: usize = 32;

/// A client as it is asked for.
#[derive(Debug, Clone)]
pub struct NewClient {
    /// The name that people see.
    pub name: String,
    /// Where codes may be sent.
    pub redirect_uris: Vec<String>,
    /// The grant types; `authorization_code` and `refresh_token` when empty.
    pub grant_types: Vec<String>,
    /// How it authenticates.
    pub auth_method: AuthMethod,
    /// Its home page.
    pub client_uri: Option<String>,
    /// What OpenID Connect adds.
    pub openid: OpenIdMetadata,
    /// What an admin allows it.
    pub policy: Policy,
    /// Who registers it; none for an operator's command.
    pub owner: Option<User>,
    /// Its identifier; a random one when none.
    pub id: Option<String>,
    /// Its secret; a random one when none and one is needed.
    pub secret: Option<Plain>,
}

/// Why a client, scope or token was not made or changed.
#[derive(Debug, thiserror::Error)]
pub enum ManageError {
    /// Fields that are missing or wrong.
    #[error("The given data was invalid.")]
    Invalid(Invalid),
    /// No such thing, or somebody else's.
    #[error("Not found.")]
    NotFound,
    /// It is not what the caller has seen any more.
    #[error("It was changed meanwhile. Please look at it again.")]
    Changed,
    /// Too many changes.
    #[error("Too many attempts. Please try again in {} seconds.", .0.retry_after)]
    Throttled(Throttled),
    /// Who acts may not do this at all, any more.
    #[error("Your role does not allow this.")]
    NotAllowed,
    /// It may have the scope to manage the server, or is to have it, and who acts may not do everything.
    #[error("Only those who may do everything make and change an app that may have the scope admin.")]
    AdminScope,
    /// The database.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// A file could not be kept.
    #[error("a file: {0}")]
    File(String),
    /// A token could not be signed.
    #[error(transparent)]
    Signing(#[from] crate::core::signing::KeyError),
}

impl From<Invalid> for ManageError {
    fn from(invalid: Invalid) -> Self {
        Self::Invalid(invalid)
    }
}

impl From<PeopleError> for ManageError {
    fn from(error: PeopleError) -> Self {
        match error {
            PeopleError::Store(error) => Self::Store(error),
            PeopleError::Invalid(invalid) => Self::Invalid(invalid),
            _ => Self::NotAllowed,
        }
    }
}

/// Registers a client. The secret, if it has one, is shown this once.
///
/// # Errors
/// [`ManageError`].
pub fn create_client(app: &Arc<App>, by: &Actor, new: NewClient) -> Result<(Client, Option<Plain>), ManageError> {
    create_client_with(app, by, new, None)
}

/// The same for a client that says which scopes it asks for.
///
/// # Errors
/// [`ManageError`].
pub fn create_client_with(
    app: &Arc<App>,
    by: &Actor,
    new: NewClient,
    scope: Option<Scope>,
) -> Result<(Client, Option<Plain>), ManageError> {
    create_client_if(app, by, new, scope, |_| Ok(()))
}

/// The same if `may` says so in the transaction.
fn create_client_if(
    app: &Arc<App>,
    by: &Actor,
    new: NewClient,
    scope: Option<Scope>,
    may: impl FnOnce(&mut Cx<'_>) -> Result<(), ManageError> + Send + 'static,
) -> Result<(Client, Option<Plain>), ManageError> {
    let (id, mut metadata, policy) = check_new(app, &new)?;
    metadata.scope = scope.map(|scope| scope.to_string());
    let confidential = metadata.token_endpoint_auth_method != AuthMethod::None;
    let secret = confidential.then(|| new.secret.unwrap_or_else(|| Plain::random("gra_cs_", app.random())));
    let (shown, by) = (secret.clone(), by.clone());
    let client = app.write(move |cx| {
        may(cx)?;
        let owner_id = new.owner.as_ref().map(|user| user.id);
        if let Some(owner) = owner_id
            && has_enough(cx, owner)?
        {
            let said = Said::new("field-clients").with("max", MAX_CLIENTS);
            return Err(Invalid::one("name", (format!("You may have at most {MAX_CLIENTS} clients."), said)).into());
        }
        let client = Client {
            id: id.as_str().into(),
            owner_id,
            owner_name: new.owner.map(|user| user.name.whole()),
            metadata,
            policy,
            secrets: Vec::new(),
            logo_file: None,
            verified_at: None,
            disabled_at: None,
            created_at: cx.now,
            updated_at: cx.now,
            tokens_ended_at: None,
            deleted_at: None,
            redirects_changed_at: None,
        };
        match clients::insert(cx.conn, &client) {
            Err(store::Error::Unique(_)) => {
                return Err(Invalid::one("id", ("The id has already been taken.", "field-taken")).into());
            }
            other => other?,
        }
        if let Some(secret) = &secret {
            keep_secret(cx, &client.id, secret, None)?;
        }
        let event = Event::new(by, Act::ClientCreate).on(&client.id);
        audit::record(cx, &event.with("name", client.metadata.client_name.as_str()))?;
        log::info!("event=client.create client={} by={:?}", client.id, client.owner_id.map(|id| id.0));
        Ok::<_, ManageError>(client)
    })?;
    Ok((client, shown))
}

/// Whether a person may have no more clients. Their row is held: what comes to them at the same moment waits.
fn has_enough(cx: &mut Cx<'_>, owner: UserId) -> Result<bool, ManageError> {
    users::locked(cx.conn, owner)?.ok_or(ManageError::NotFound)?;
    Ok(clients::count_of(cx.conn, owner)? >= MAX_CLIENTS)
}

fn keep_secret(cx: &mut Cx<'_>, client: &ClientId, secret: &Plain, id: Option<String>) -> store::Result<()> {
    let id = id.unwrap_or_else(|| cx.random().text::<16>());
    let hash = cx.app.secrets.hash(secret.expose());
    clients::insert_secret(cx.conn, &id, client, &hash, cx.now)
}

fn check_new(app: &App, new: &NewClient) -> Result<(String, Metadata, Policy), Invalid> {
    let mut invalid = Invalid::default();
    let client_name = check_name(&mut invalid, &new.name);
    let mut grant_types = new.grant_types.clone();
    if grant_types.is_empty() {
        grant_types = vec!["authorization_code".to_owned(), "refresh_token".to_owned()];
    }
    for grant_type in &grant_types {
        if !super::grants::NAMES.contains(&grant_type.as_str()) {
            invalid.add(
                "grant_types",
                (format!("{grant_type} is not one of {}.", super::grants::NAMES.join(", ")), "field-choice"),
            );
        }
    }
    let needs_redirect = grant_types.iter().any(|name| name == "authorization_code");
    let redirect_uris = check_redirects(&mut invalid, &new.redirect_uris, needs_redirect);
    let public = new.auth_method == AuthMethod::None;
    if public && grant_types.iter().any(|name| name == "client_credentials") {
        invalid.add("grant_types", ("A public client cannot use client_credentials.", "field-client-public-grant"));
    }
    if public && new.secret.is_some() {
        invalid.add("secret", ("A public client has no secret.", "field-client-public-secret"));
    }
    if new.secret.as_ref().is_some_and(|secret| !(MIN_SECRET..=256).contains(&secret.expose().len())) {
        let said = Said::new("field-client-secret").with("min", MIN_SECRET).with("max", 256);
        invalid.add("secret", (format!("The secret must have {MIN_SECRET} to 256 characters."), said));
    }
    let id = new.id.clone().unwrap_or_else(|| app.random().text::<16>());
    if id.is_empty() || id.len() > 100 || !id.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~".contains(&b)) {
        invalid.add("id", ("The id may hold letters, digits, -, ., _ and ~, 100 at the most.", "field-client-id"));
    }
    let client_uri = check_client_uri(&mut invalid, new.client_uri.as_deref());
    check_lifetimes(&mut invalid, &new.policy);
    let policy = Policy { require_pkce: public || new.policy.require_pkce, built_in: false, ..new.policy.clone() };
    openid::check(app, &mut invalid, &new.openid, &redirect_uris);
    invalid.check()?;
    let metadata = Metadata {
        client_name,
        redirect_uris,
        grant_types,
        token_endpoint_auth_method: new.auth_method,
        client_uri,
        scope: None,
        openid: new.openid.clone(),
    };
    Ok((id, metadata, policy))
}

/// Grants are kept for as long as their refresh token works: no access token may outlive it, nor the key that signed it.
fn check_lifetimes(invalid: &mut Invalid, policy: &Policy) {
    const THIRTY_DAYS: u64 = 30 * 24 * 3600;
    if policy.access_token_lifetime.is_some_and(|seconds| !(60..=THIRTY_DAYS).contains(&seconds)) {
        invalid.add(
            "access_token_lifetime",
            ("The access token lifetime must be between 1 minute and 30 days.", "field-token-lifetime"),
        );
    }
    if policy.refresh_grace.is_some_and(|seconds| seconds > 60) {
        invalid.add("refresh_grace", ("The refresh grace may be 60 seconds at the most.", "field-refresh-grace"));
    }
}

fn check_client_uri(invalid: &mut Invalid, given: Option<&str>) -> Option<String> {
    let uri = invalid.optional("client_uri", given, 2048)?;
    match url::Url::parse(&uri) {
        Ok(url)
            if matches!(url.scheme(), "https" | "http")
                && url.username().is_empty()
                && url.password().is_none()
                && !uri.chars().any(text::deceives) =>
        {
            Some(uri)
        }
        _ => {
            invalid.add("client_uri", ("The client uri must be an http or https URL.", "field-http-url"));
            None
        }
    }
}

fn check_redirects(invalid: &mut Invalid, given: &[String], needed: bool) -> Vec<RedirectUri> {
    let mut checked: Vec<RedirectUri> = Vec::new();
    for text in given.iter().map(|text| text.trim()).filter(|text| !text.is_empty()) {
        match RedirectUri::parse(text) {
            Ok(uri) if checked.contains(&uri) => {}
            Ok(uri) => checked.push(uri),
            Err(error) => {
                let said = Said::new(error.message()).with("uri", text);
                invalid.add("redirect", (format!("The redirect {text} is not allowed: {error}."), said));
            }
        }
    }
    if given.len() > MAX_REDIRECT_URIS {
        let said = Said::new("field-redirects").with("max", MAX_REDIRECT_URIS);
        invalid.add("redirect", (format!("At most {MAX_REDIRECT_URIS} redirect URIs are allowed."), said));
    }
    if needed && checked.is_empty() && !invalid.0.contains_key("redirect") {
        invalid.add("redirect", ("The redirect field is required.", "field-required"));
    }
    checked
}

/// A person's own client.
///
/// # Errors
/// [`ManageError::NotFound`] when there is none, when it is somebody else's, and when it was deleted.
pub fn own_client(app: &App, owner: UserId, id: &str) -> Result<Client, ManageError> {
    let found = app.read(|cx| clients::by_id(cx.conn, &id.into()))?;
    found.filter(|client| own::is_own(client, owner)).ok_or(ManageError::NotFound)
}

/// A person's own clients, or every client when `owner` is none.
///
/// # Errors
/// As the database says.
pub fn list_clients(app: &App, owner: Option<UserId>, page: &Page) -> store::Result<Vec<Client>> {
    app.read(|cx| clients::list(cx.conn, owner, page))
}

/// Gives a client a new secret, shown this once; the old ones work for `overlap` more.
///
/// # Errors
/// [`ManageError::Invalid`] for a public client, and [`ManageError::NotFound`].
pub fn rotate_secret(
    app: &Arc<App>,
    by: &Acting,
    client: &ClientId,
    secret: Option<Plain>,
    overlap: Duration,
) -> Result<Plain, ManageError> {
    if secret.as_ref().is_some_and(|secret| !(MIN_SECRET..=256).contains(&secret.expose().len())) {
        let said = Said::new("field-client-secret").with("min", MIN_SECRET).with("max", 256);
        let text = format!("The secret must have {MIN_SECRET} to 256 characters.");
        return Err(Invalid::one("secret", (text, said)).into());
    }
    let secret = secret.unwrap_or_else(|| Plain::random("gra_cs_", app.random()));
    let (kept, actor) = (secret.clone(), by.actor());
    admin::with(app, by, client, move |cx, held, client| {
        admin::mind_admin_scope(held, &[&client.policy])?;
        replace_secret(cx, actor, &client, &kept, overlap, None)
    })?;
    Ok(secret)
}

/// Gives a client, whose row is held, a secret that is kept under an identifier, a random one when none.
fn replace_secret(
    cx: &mut Cx<'_>,
    by: Actor,
    client: &Client,
    secret: &Plain,
    overlap: Duration,
    kept_as: Option<String>,
) -> Result<(), ManageError> {
    if client.is_public() {
        return Err(Invalid::one("secret", ("A public client has no secret.", "field-client-public-secret")).into());
    }
    clients::expire_secrets(cx.conn, &client.id, cx.now + delta(overlap))?;
    keep_secret(cx, &client.id, secret, kept_as)?;
    let event = Event::new(by, Act::ClientSecret).on(&client.id).with("overlap_seconds", overlap.as_secs());
    audit::record(cx, &event)?;
    log::info!("event=client.rotate_secret client={}", client.id);
    Ok(())
}

/// Whether a client is one that the server made for itself.
pub fn is_built_in(id: &ClientId) -> bool {
    matches!(id.as_str(), FIRST_PARTY_CLIENT | PERSONAL_CLIENT)
}
