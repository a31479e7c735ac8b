//! `/admin/new-client` and `/admin/clients/{id}/edit`: all settings of an app, in one form.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};

use super::clients::{self, PATH};
use super::{Desk, answered, answered_with, either, manage_failed};
use crate::account::Invalid;
use crate::core::client::{AuthMethod, TokenFormat};
use crate::core::power::Power;
use crate::core::scope::ScopeEntry;
use crate::core::signing::Algorithm;
use crate::core::text::Said;
use crate::http::pages::form::Trouble;
use crate::http::pages::views::{AdminForm, Field, Variant, Way};
use crate::http::{answer, block, client_fields, context, faults};
use crate::oauth::grants;
use crate::oauth::manage::ManageError;
use crate::oauth::manage::admin::{self, Change, Shown};

/// What a form is about.
enum About {
    /// A new client, which gets this identifier unless another is named.
    New(String),
    /// A client that is there.
    Old(Box<Shown>),
}

/// `GET /admin/new-client`.
pub async fn new(req: HttpRequest) -> HttpResponse {
    either(opened(&req, true).await)
}

/// `GET /admin/clients/{id}/edit`.
pub async fn edit(req: HttpRequest) -> HttpResponse {
    either(opened(&req, false).await)
}

async fn opened(req: &HttpRequest, is_new: bool) -> Result<HttpResponse, HttpResponse> {
    let desk = super::opened(req, Power::WriteClients).await?;
    desk.fresh(req).await?;
    let (about, change) = if is_new {
        let start = Change { require_pkce: Some(true), ..Change::default() };
        (About::New(desk.app.random().text::<16>()), start)
    } else {
        let shown = clients::find(req, &desk).await?;
        let change = Change::keeping(&shown.client);
        (About::Old(Box::new(shown)), change)
    };
    let view = form(req, &desk, &about, &change, Trouble::default()).await?;
    Ok(answered(&desk, &view))
}

/// `POST /admin/new-client`: the secret is on the answer, and nowhere after. Sent twice, the second one finds the client
/// that the first one made.
pub async fn create(req: HttpRequest, payload: web::Payload) -> HttpResponse {
    either(created(&req, payload).await)
}

async fn created(req: &HttpRequest, payload: web::Payload) -> Result<HttpResponse, HttpResponse> {
    let desk = super::sent(req, payload, Power::WriteClients).await?;
    desk.fresh(req).await?;
    let text = |name: &str| desk.fields.get(name).unwrap_or_default().trim().to_owned();
    let (nonce, named) = (text("nonce"), text("client_id"));
    let id = if named.is_empty() { nonce.clone() } else { named.clone() };
    let mut invalid = Invalid::default();
    let change = client_fields::whole(&desk.fields, &mut invalid);
    let (asked, actor, kept) = (change.clone(), desk.acting(), id.clone());
    let made = match invalid.check() {
        Ok(()) => {
            let work = move |app: &_| admin::create(app, &actor, asked.into_new(None, Some(kept)));
            block::run(&desk.app, context::request_id(req), work).await
        }
        Err(invalid) => Err(invalid.into()),
    };
    match made {
        Ok((client, secret)) => {
            let path = format!("{PATH}/{}?done=created", client.id);
            let Some(secret) = secret else { return Ok(answer::see_other(&path)) };
            shown_once(req, &desk, client.id.as_str(), "admin-client-done-created", secret.expose()).await
        }
        Err(ManageError::Invalid(invalid)) => {
            let taken =
                invalid.0.get("client_id").is_some_and(|said| said.iter().any(|one| one.text.contains("taken")));
            if taken && named.is_empty() {
                return Ok(answer::see_other(&format!("{PATH}/{id}?done=exists")));
            }
            let about = About::New(if nonce.is_empty() { desk.app.random().text::<16>() } else { nonce });
            refused(req, &desk, &about, &change, invalid).await
        }
        Err(error) => Err(manage_failed(req, error).await),
    }
}

/// The page of a client with its new secret on it.
pub(super) async fn shown_once(
    req: &HttpRequest,
    desk: &Desk,
    id: &str,
    done: &'static str,
    secret: &str,
) -> Result<HttpResponse, HttpResponse> {
    let id = id.to_owned();
    let found = block::run(&desk.app, context::request_id(req), move |app| admin::find(app, &id.as_str().into())).await;
    let shown = match found {
        Ok(shown) => shown,
        Err(error) => return Err(manage_failed(req, error).await),
    };
    let (page, frame) = desk.page(req, PATH);
    let notice = Some(done.into());
    Ok(answered(desk, &clients::view(desk, page, frame, &shown, notice, Some(secret.to_owned()))))
}

/// `POST /admin/clients/{id}/edit`.
pub async fn save(req: HttpRequest, payload: web::Payload) -> HttpResponse {
    either(saved(&req, payload).await)
}

async fn saved(req: &HttpRequest, payload: web::Payload) -> Result<HttpResponse, HttpResponse> {
    let desk = super::sent(req, payload, Power::WriteClients).await?;
    desk.fresh(req).await?;
    let shown = clients::find(req, &desk).await?;
    let mut invalid = Invalid::default();
    let change = client_fields::whole(&desk.fields, &mut invalid);
    let (asked, actor, id) = (change.clone(), desk.acting(), shown.client.id.clone());
    let path = format!("{PATH}/{id}?done=edited");
    let edited = match invalid.check() {
        Ok(()) => {
            let work = move |app: &_| admin::edit(app, &actor, &id, asked);
            block::run(&desk.app, context::request_id(req), work).await
        }
        Err(invalid) => Err(invalid.into()),
    };
    match edited {
        Ok(_) => Ok(answer::see_other(&path)),
        Err(ManageError::Invalid(invalid)) => refused(req, &desk, &About::Old(Box::new(shown)), &change, invalid).await,
        Err(error) => Err(manage_failed(req, error).await),
    }
}

async fn refused(
    req: &HttpRequest,
    desk: &Desk,
    about: &About,
    change: &Change,
    invalid: Invalid,
) -> Result<HttpResponse, HttpResponse> {
    let view = form(req, desk, about, change, invalid.into()).await?;
    Ok(answered_with(desk, StatusCode::UNPROCESSABLE_ENTITY, &view))
}

async fn form(
    req: &HttpRequest,
    desk: &Desk,
    about: &About,
    change: &Change,
    trouble: Trouble,
) -> Result<AdminForm, HttpResponse> {
    let known = block::run(&desk.app, context::request_id(req), |app| app.scopes()).await;
    let known = known.map_err(|error| faults::unavailable(req, &error))?;
    let (page, frame) = desk.page(req, PATH);
    let (title, back, action, submit) = match about {
        About::New(_) => {
            let back = Way::new(PATH, "admin-clients-title", false);
            ("admin-client-new", back, "/admin/new-client".to_owned(), "admin-client-create")
        }
        About::Old(shown) => {
            let path = format!("{PATH}/{}", shown.client.id);
            let back = Way::new(path.clone(), Said::verbatim(&*shown.client.metadata.client_name), false);
            ("admin-client-edit", back, format!("{path}/edit"), "admin-save")
        }
    };
    let mut fields = fields(change, &known);
    if let About::New(nonce) = about {
        let id = desk.fields.get("client_id").unwrap_or_default();
        fields.push(Field::text("client_id", "admin-client-id", id).hinted("admin-client-id-hint"));
        fields.push(Field::hidden("nonce", nonce.as_str()));
    }
    let (alert, errors) = (trouble.alert, trouble.errors);
    Ok(AdminForm {
        page,
        frame,
        title: title.into(),
        back,
        alert,
        errors,
        text: None,
        data: Vec::new(),
        action,
        fields,
        submit: submit.into(),
        is_danger: false,
    })
}

fn fields(change: &Change, known: &[ScopeEntry]) -> Vec<Field> {
    let lines = |list: &Option<Vec<String>>| list.as_deref().unwrap_or_default().join("\n");
    let number = |set: Option<Option<u64>>| set.flatten().map(|seconds| seconds.to_string()).unwrap_or_default();
    let is_ticked = |flag: Option<bool>| flag.unwrap_or_default();
    let grants =
        change.grant_types.clone().unwrap_or_else(|| vec!["authorization_code".into(), "refresh_token".into()]);
    let tick = |name: &str, list: &[String]| {
        let selected = list.iter().any(|one| one == name);
        Variant { value: name.to_owned(), label: Said::verbatim(name), selected }
    };
    let grant_types = grants::NAMES.map(|name| tick(name, &grants));
    let methods = AuthMethod::ALL.map(|method| {
        let chosen = change.auth_method.unwrap_or(AuthMethod::ClientSecretBasic).as_str();
        let said = match method {
            AuthMethod::None => Said::new("admin-client-auth-none"),
            other => Said::verbatim(other.as_str()),
        };
        Variant::new(method.as_str(), said, chosen)
    });
    let format = change.token_format.unwrap_or(TokenFormat::Jwt).as_str();
    let formats = [(TokenFormat::Jwt, "admin-client-format-jwt"), (TokenFormat::Opaque, "admin-client-format-opaque")];
    let formats = formats.map(|(one, said)| Variant::new(one.as_str(), said, format));
    let algorithm = change.access_token_signed_response_alg.unwrap_or_default().as_str();
    let algorithms = Algorithm::ALL.map(|one| Variant::new(one.as_str(), Said::verbatim(one.as_str()), algorithm));
    let allowed = change.scopes.clone().flatten();
    let mut names: Vec<String> = known.iter().map(|entry| entry.name.clone()).collect();
    names.extend(allowed.iter().flatten().filter(|name| !known.iter().any(|entry| entry.name == **name)).cloned());
    let scopes = names.iter().map(|name| tick(name, allowed.as_deref().unwrap_or_default())).collect();
    vec![
        Field::text("client_name", "admin-client-name", change.name.clone().unwrap_or_default()).required(),
        Field::text("redirect_uris", "admin-client-redirects", lines(&change.redirect_uris))
            .of("area")
            .hinted("admin-client-redirects-hint"),
        Field::text("client_uri", "admin-client-home", change.client_uri.clone().unwrap_or_default()).of("url"),
        Field::select("grant_types", "admin-client-grants", grant_types.into()).of("checks"),
        Field::select("token_endpoint_auth_method", "admin-client-auth", methods.into())
            .hinted("admin-client-auth-hint"),
        Field::check("every_scope", "admin-client-every-scope", allowed.is_none()).hinted("admin-client-scopes-hint"),
        Field::select("scope", "admin-client-scopes", scopes).of("checks"),
        Field::check("first_party", "admin-client-first-party", is_ticked(change.first_party))
            .hinted("admin-client-first-party-hint"),
        Field::check("introspect", "admin-client-introspect", is_ticked(change.may_introspect)),
        Field::check("require_pkce", "admin-client-pkce", is_ticked(change.require_pkce))
            .hinted("admin-client-pkce-hint"),
        Field::select("token_format", "admin-client-format", formats.into()),
        Field::select("access_token_signed_response_alg", "admin-client-token-alg", algorithms.into())
            .hinted("admin-client-token-alg-hint"),
        Field::text("access_token_lifetime", "admin-client-lifetime", number(change.access_token_lifetime))
            .hinted("admin-client-lifetime-hint"),
        Field::text("refresh_grace", "admin-client-grace", number(change.refresh_grace))
            .hinted("admin-client-grace-hint"),
    ]
}
