//! `/account/clients` and `/account/clients/new`: my applications.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};

use super::super::account::Member;
use super::super::form::{self, Trouble};
use super::super::html_for;
use super::super::views::{AppFace, ClientLine, ClientList, ClientNew, Section};
use super::client;
use crate::core::client::{AuthMethod, Client, OpenIdMetadata, Policy};
use crate::core::page::Page;
use crate::core::scope;
use crate::http::{answer, block, context, faults};
use crate::oauth::applications;
use crate::oauth::manage::{self, ManageError, NewClient, OpenIdChange};

pub(super) const PATH: &str = "/account/clients";

pub(super) fn line(client: &Client) -> ClientLine {
    ClientLine {
        id: client.id.to_string(),
        face: AppFace::of(client),
        public: client.is_public(),
        created_at: client.created_at,
    }
}

/// `GET /account/clients`
pub async fn list(req: HttpRequest) -> HttpResponse {
    let member = match Member::opened(&req).await {
        Ok(member) => member,
        Err(response) => return response,
    };
    let user = member.user.clone();
    // A person has fewer applications than one page holds.
    let found = block::run(&member.app, context::request_id(&req), move |app| {
        let may = applications::may_register(app, &user)?;
        Ok::<_, crate::store::Error>((may, manage::list_clients(app, Some(user.id), &Page::default())?))
    });
    let (may_register, mut found) = match found.await {
        Ok(found) => found,
        Err(error) => return faults::unavailable(&req, &error),
    };
    found.sort_by_cached_key(|client| client.metadata.client_name.to_lowercase());
    let notice = match member.fields.get("done") {
        Some("deleted") => Some("clients-deleted"),
        Some("again") => Some("clients-once-only"),
        _ => None,
    };
    let view = ClientList {
        page: member.page(&req),
        nav: member.nav(Section::Clients),
        notice,
        may_register,
        clients: found.iter().map(line).collect(),
    };
    html_for(&member.app, &member.browser, StatusCode::OK, &view, &[])
}

/// `GET /account/clients/new`
pub async fn new(req: HttpRequest) -> HttpResponse {
    let member = match Member::opened(&req).await {
        Ok(member) => member,
        Err(response) => return response,
    };
    match allowed(&req, &member).await {
        Ok(()) => show(&req, &member, Trouble::default(), false).await.unwrap_or_else(|response| response),
        Err(response) => response,
    }
}

async fn allowed(req: &HttpRequest, member: &Member) -> Result<(), HttpResponse> {
    let user = member.user.clone();
    let may = block::run(&member.app, context::request_id(req), move |app| applications::may_register(app, &user));
    match may.await {
        Ok(true) => Ok(()),
        Ok(false) => Err(answer::see_other(PATH)),
        Err(error) => Err(faults::unavailable(req, &error)),
    }
}

/// The form, as it was filled in if it was `sent`.
async fn show(req: &HttpRequest, member: &Member, trouble: Trouble, sent: bool) -> Result<HttpResponse, HttpResponse> {
    let known = super::known(req, member).await?;
    let ticked = super::ticked(&member.fields);
    let typed = |name: &str| member.fields.get(name).filter(|_| sent);
    let redirect = typed("redirect").unwrap_or_default().to_owned();
    let Trouble { status, alert, errors, retry_after } = trouble;
    let view = ClientNew {
        page: member.page(req),
        nav: member.nav(Section::Clients),
        alert,
        errors,
        kind: typed("kind").unwrap_or("confidential").to_owned(),
        name: typed("name").unwrap_or_default().to_owned(),
        client_uri: typed("client_uri").unwrap_or_default().to_owned(),
        wrong_lines: super::wrong_lines(&redirect),
        redirect,
        scopes: super::ticks(
            &known,
            |name| name != scope::ADMIN,
            |entry| {
                if sent { ticked.contains(&entry.name) } else { entry.is_default }
            },
        ),
        form: typed("form").map_or_else(|| super::new_form(member), str::to_owned),
    };
    Ok(form::answered(html_for(&member.app, &member.browser, status, &view, &[]), retry_after))
}

/// `POST /account/clients/new`: registers an application and shows its secret. The same form sent again makes nothing.
pub async fn make(req: HttpRequest, payload: web::Payload) -> HttpResponse {
    let member = match Member::sent(&req, payload).await {
        Ok(member) => member,
        Err(response) => return response,
    };
    if !member.sent_csrf(&req) {
        return show(&req, &member, Trouble::expired(), true).await.unwrap_or_else(|response| response);
    }
    if let Err(response) = allowed(&req, &member).await {
        return response;
    }
    let text = |name: &str| member.fields.get(name).unwrap_or_default().to_owned();
    let auth_method = match text("kind").as_str() {
        "confidential" => AuthMethod::ClientSecretBasic,
        _ => AuthMethod::None,
    };
    let new = NewClient {
        openid: OpenIdMetadata::default(),
        openid_change: OpenIdChange::default(),
        name: text("name"),
        redirect_uris: super::lines(&text("redirect")),
        grant_types: vec!["authorization_code".to_owned(), "refresh_token".to_owned()],
        auth_method,
        client_uri: Some(text("client_uri")),
        policy: Policy::default(),
        owner: Some(member.user.clone()),
        id: None,
        secret: None,
    };
    let (scopes, form) = (super::ticked(&member.fields), text("form"));
    let made = block::run(&member.app, context::request_id(&req), move |app| {
        applications::register(app, new, Some(scopes), &form)
    });
    let error: ManageError = match made.await {
        Ok(None) => return answer::see_other(&format!("{PATH}?done=again")),
        Ok(Some((made, secret))) => {
            let secret = secret.map(|secret| secret.expose().to_owned());
            let shown = client::shown(&req, &member, &made, Some("clients-made"), secret, StatusCode::CREATED).await;
            return shown.unwrap_or_else(|response| response);
        }
        Err(error) => error,
    };
    let shown = match super::refused(&req, error).await {
        Ok(trouble) => show(&req, &member, trouble, true).await,
        Err(response) => Err(response),
    };
    shown.unwrap_or_else(|response| response)
}
