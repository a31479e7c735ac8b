//! `/account/clients/{id}`: one of my applications: how it is, how it is changed, its logo, its end.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};

use super::super::account::Member;
use super::super::form::{self, Trouble};
use super::super::views::{ClientDelete, ClientEdit, ClientOpenId, ClientPage, ScopeText, Section};
use super::super::{fresh, html_for};
use super::clients::{PATH, line};
use super::sample;
use crate::account::avatar;
use crate::account::profile::ProfileError;
use crate::core::client::Client;
use crate::core::scope::Scope;
use crate::core::text::Said;
use crate::http::body::Fields;
use crate::http::caller::Browser;
use crate::http::faults::Fault;
use crate::http::{answer, block, context, faults, multipart};
use crate::oauth::applications;
use crate::oauth::manage::{self, ManageError, OpenIdChange, OwnChange};
use crate::store;

/// The person's own client that the path names.
pub(super) async fn own(req: &HttpRequest, member: &Member) -> Result<Client, HttpResponse> {
    let Some(id) = context::path_id(req) else { return Err(faults::not_found(req.clone()).await) };
    let owner = member.user.id;
    match block::run(&member.app, context::request_id(req), move |app| manage::own_client(app, owner, &id)).await {
        Ok(client) => Ok(client),
        Err(ManageError::Store(error)) => Err(faults::unavailable(req, &error)),
        Err(_) => Err(faults::not_found(req.clone()).await),
    }
}

/// Where a part of an application's pages is.
pub(super) fn path(client: &Client, part: &str) -> String {
    format!("{PATH}/{}{part}", client.id)
}

/// A part of an application's pages that a browser opens, to which only a fresh sign-in leads.
pub(super) async fn opened(req: &HttpRequest) -> Result<(Member, Client), HttpResponse> {
    let member = Member::opened(req).await?;
    let client = own(req, &member).await?;
    match fresh::required(&member.app, req, &member.browser) {
        Some(elsewhere) => Err(elsewhere),
        None => Ok((member, client)),
    }
}

/// `GET /account/clients/{id}`
pub async fn get(req: HttpRequest) -> HttpResponse {
    let shown = async {
        let member = Member::opened(&req).await?;
        let client = own(&req, &member).await?;
        let notice = (member.fields.get("done") == Some("saved")).then_some("clients-saved");
        shown(&req, &member, &client, notice, None, StatusCode::OK).await
    };
    shown.await.unwrap_or_else(|response| response)
}

/// An application as it is; its secret in the answer to the form that made it.
pub(super) async fn shown(
    req: &HttpRequest,
    member: &Member,
    client: &Client,
    notice: Option<&'static str>,
    secret: Option<String>,
    status: StatusCode,
) -> Result<HttpResponse, HttpResponse> {
    let known = super::known(req, member).await?;
    let may = known.iter().map(|entry| entry.name.clone()).filter(|name| client.may_have(name));
    let scopes = ScopeText::all(&Scope::from_names(may), &known);
    let view = ClientPage {
        page: member.page(req),
        nav: member.nav(Section::Clients),
        notice,
        secret,
        client: line(client),
        redirect_uris: client.metadata.redirect_uris.iter().map(ToString::to_string).collect(),
        sample: sample::of(&member.app, client, &scopes),
        scopes,
    };
    Ok(html_for(&member.app, &member.browser, status, &view, &[]))
}

/// `GET /account/clients/{id}/edit`
pub async fn edit(req: HttpRequest) -> HttpResponse {
    let shown = async {
        let (member, client) = opened(&req).await?;
        show_form(&req, &member, &client, Trouble::default(), false).await
    };
    shown.await.unwrap_or_else(|response| response)
}

/// The form, as it was filled in if it was `sent`.
async fn show_form(
    req: &HttpRequest,
    member: &Member,
    client: &Client,
    trouble: Trouble,
    sent: bool,
) -> Result<HttpResponse, HttpResponse> {
    let known = super::known(req, member).await?;
    let ticked = super::ticked(&member.fields);
    let text =
        |name: &str, kept: String| if sent { member.fields.get(name).unwrap_or_default().to_owned() } else { kept };
    let uris: Vec<&str> = client.metadata.redirect_uris.iter().map(|uri| uri.as_str()).collect();
    let redirect = text("redirect", uris.join("\n"));
    let Trouble { status, alert, errors, retry_after } = trouble;
    let view = ClientEdit {
        page: member.page(req),
        nav: member.nav(Section::Clients),
        alert,
        errors,
        client: line(client),
        name: text("name", client.metadata.client_name.clone()),
        client_uri: text("client_uri", client.metadata.client_uri.clone().unwrap_or_default()),
        wrong_lines: super::wrong_lines(&redirect),
        redirect,
        openid: openid_as_it_is(client, text),
        scopes: super::ticks(
            &known,
            |name| client.policy_allows(name),
            |entry| {
                if sent { ticked.contains(&entry.name) } else { client.may_have(&entry.name) }
            },
        ),
    };
    Ok(form::answered(html_for(&member.app, &member.browser, status, &view, &[]), retry_after))
}

/// The part of the form about OpenID Connect.
fn openid_as_it_is(client: &Client, text: impl Fn(&str, String) -> String) -> ClientOpenId {
    let kept = OpenIdChange::keeping(&client.metadata.openid);
    let line = |name: &str, kept: Option<String>| text(name, kept.unwrap_or_default());
    let uris = kept.post_logout_redirect_uris.map(|uris| uris.join("\n"));
    ClientOpenId {
        jwks: line("jwks", kept.jwks),
        post_logout: line("post_logout_redirect_uris", uris),
        backchannel: line("backchannel_logout_uri", kept.backchannel_logout_uri),
        frontchannel: line("frontchannel_logout_uri", kept.frontchannel_logout_uri),
    }
}

/// What the form says of it: what it does not have stays.
fn openid_change(fields: &Fields) -> OpenIdChange {
    let text = |name: &str| fields.get(name).map(str::to_owned);
    OpenIdChange {
        jwks: text("jwks"),
        post_logout_redirect_uris: text("post_logout_redirect_uris").map(|text| super::lines(&text)),
        backchannel_logout_uri: text("backchannel_logout_uri"),
        frontchannel_logout_uri: text("frontchannel_logout_uri"),
        ..OpenIdChange::default()
    }
}

/// `POST /account/clients/{id}/edit`
pub async fn save(req: HttpRequest, payload: web::Payload) -> HttpResponse {
    let done = async {
        let member = Member::sent(&req, payload).await?;
        let client = own(&req, &member).await?;
        if !member.sent_csrf(&req) {
            return show_form(&req, &member, &client, Trouble::expired(), true).await;
        }
        if let Some(elsewhere) = fresh::required_for(&member.app, &member.browser, &path(&client, "/edit")) {
            return Err(elsewhere);
        }
        let text = |name: &str| member.fields.get(name).unwrap_or_default().to_owned();
        let change = OwnChange {
            name: Some(text("name")),
            redirect_uris: Some(super::lines(&text("redirect"))),
            client_uri: Some(text("client_uri")),
            scopes: Some(super::ticked(&member.fields)),
            unproven: false,
            openid: openid_change(&member.fields),
        };
        let (owner, id) = (member.user.id, client.id.to_string());
        let changed = block::run(&member.app, context::request_id(&req), move |app| {
            applications::change(app, owner, &id, &change)
        });
        match changed.await {
            Ok(client) => Ok(answer::see_other(&path(&client, "?done=saved"))),
            Err(error) => show_form(&req, &member, &client, super::refused(&req, error).await?, true).await,
        }
    };
    done.await.unwrap_or_else(|response| response)
}

/// `POST /account/clients/{id}/logo`: the picture and the CSRF token, as a multipart form.
pub async fn logo(req: HttpRequest, payload: web::Payload) -> HttpResponse {
    upload(&req, payload).await.unwrap_or_else(|response| response)
}

async fn upload(req: &HttpRequest, payload: web::Payload) -> Result<HttpResponse, HttpResponse> {
    let app = context::app(req);
    let browser = Browser::of(&app, req).await.map_err(|error| faults::unavailable(req, &error))?;
    // Before the body: only for the owner of an application is so much read.
    let member = Member::of(req, app, browser, Fields::default()).await?;
    let client = own(req, &member).await?;
    let (app, id) = (&member.app, context::request_id(req));
    if let Some(elsewhere) = fresh::required_for(app, &member.browser, &path(&client, "/edit")) {
        return Err(elsewhere);
    }
    let (owner, origin) = (member.user.id, context::origin(app, req));
    let counted = block::run(app, id, move |app| avatar::count_upload(app, owner, &origin)).await;
    if let Err(error) = counted {
        return show_form(req, &member, &client, picture_trouble(error), false).await;
    }
    let place = app.upload_admission.enter().await;
    let _place = place.map_err(|_| faults::unavailable(req, &store::Error::Busy))?;
    let multipart::Upload { file: bytes, token } = multipart::upload(app, req, payload, "file", avatar::MAX_BYTES)
        .await
        .map_err(|error| Fault::from(error).answer(req))?;
    if !token.is_some_and(|token| member.browser.proves_csrf(app, &token)) {
        return show_form(req, &member, &client, Trouble::expired(), false).await;
    }
    let Some(bytes) = bytes else {
        return show_form(req, &member, &client, Trouble::at("file", "field-required"), false).await;
    };
    let file = match block::picturing(app, id, move |app| avatar::prepare_logo(app, &bytes)).await {
        Ok(file) => file,
        Err(error) => return show_form(req, &member, &client, picture_trouble(error), false).await,
    };
    keep_logo(req, &member, &client, Some(file)).await
}

fn picture_trouble(error: ProfileError) -> Trouble {
    match error {
        ProfileError::Invalid(invalid) => invalid.into(),
        ProfileError::Throttled(throttled) => Trouble {
            status: StatusCode::TOO_MANY_REQUESTS,
            alert: Some(Said::new("error-attempts")),
            retry_after: Some(throttled.retry_after),
            ..Trouble::default()
        },
        ProfileError::Store(error) => error.into(),
        other => {
            log::error!("event=request outcome=failed cause={:?}", other.to_string());
            let alert = Some(Said::new("error-failed"));
            Trouble { status: StatusCode::INTERNAL_SERVER_ERROR, alert, ..Trouble::default() }
        }
    }
}

/// `POST /account/clients/{id}/logo/delete`
pub async fn remove_logo(req: HttpRequest, payload: web::Payload) -> HttpResponse {
    let done = async {
        let member = Member::sent(&req, payload).await?;
        let client = own(&req, &member).await?;
        if !member.sent_csrf(&req) {
            return show_form(&req, &member, &client, Trouble::expired(), false).await;
        }
        if let Some(elsewhere) = fresh::required_for(&member.app, &member.browser, &path(&client, "/edit")) {
            return Err(elsewhere);
        }
        keep_logo(&req, &member, &client, None).await
    };
    done.await.unwrap_or_else(|response| response)
}

async fn keep_logo(
    req: &HttpRequest,
    member: &Member,
    client: &Client,
    file: Option<crate::account::files::NewFile>,
) -> Result<HttpResponse, HttpResponse> {
    let (owner, id) = (member.user.id, client.id.to_string());
    let kept =
        block::run(&member.app, context::request_id(req), move |app| applications::set_logo(app, owner, &id, file));
    match kept.await {
        Ok(()) => Ok(answer::see_other(&path(client, "?done=saved"))),
        Err(error) => show_form(req, member, client, super::refused(req, error).await?, false).await,
    }
}

/// `GET /account/clients/{id}/delete`
pub async fn ask_delete(req: HttpRequest) -> HttpResponse {
    match opened(&req).await {
        Ok((member, client)) => show_delete(&req, &member, &client, Trouble::default()),
        Err(response) => response,
    }
}

fn show_delete(req: &HttpRequest, member: &Member, client: &Client, trouble: Trouble) -> HttpResponse {
    let Trouble { status, alert, retry_after, .. } = trouble;
    let view = ClientDelete { page: member.page(req), nav: member.nav(Section::Clients), alert, client: line(client) };
    form::answered(html_for(&member.app, &member.browser, status, &view, &[]), retry_after)
}

/// `POST /account/clients/{id}/delete`
pub async fn delete(req: HttpRequest, payload: web::Payload) -> HttpResponse {
    let done = async {
        let member = Member::sent(&req, payload).await?;
        let client = own(&req, &member).await?;
        if !member.sent_csrf(&req) {
            return Ok(show_delete(&req, &member, &client, Trouble::expired()));
        }
        if let Some(elsewhere) = fresh::required_for(&member.app, &member.browser, &path(&client, "/delete")) {
            return Err(elsewhere);
        }
        let (owner, id) = (member.user.id, client.id.to_string());
        let deleted =
            block::run(&member.app, context::request_id(&req), move |app| applications::delete(app, owner, &id));
        match deleted.await {
            Ok(()) => Ok(answer::see_other(&format!("{PATH}?done=deleted"))),
            Err(error) => Ok(show_delete(&req, &member, &client, super::refused(&req, error).await?)),
        }
    };
    done.await.unwrap_or_else(|response| response)
}
