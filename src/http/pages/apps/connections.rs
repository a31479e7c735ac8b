//! `/account/connections`: the apps that a person let in, and taking that back.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};

use super::super::account::Member;
use super::super::html_for;
use super::super::views::{AppFace, ConnectionLine, ConnectionList, ConnectionPage, ScopeText, Section};
use crate::core::page::Page;
use crate::core::scope::ScopeEntry;
use crate::http::{answer, block, context, faults};
use crate::oauth::connections::{self, Connection};
use crate::oauth::manage::ManageError;

const PATH: &str = "/account/connections";
/// How many apps one page shows.
const PAGE: i64 = 50;

/// `GET /account/connections`
pub async fn list(req: HttpRequest) -> HttpResponse {
    match Member::opened(&req).await {
        Ok(member) => show_list(&req, &member).await.unwrap_or_else(|response| response),
        Err(response) => response,
    }
}

async fn show_list(req: &HttpRequest, member: &Member) -> Result<HttpResponse, HttpResponse> {
    let known = super::known(req, member).await?;
    let after = member.fields.get("after").filter(|after| after.len() <= 100).map(str::to_owned);
    let (user, page) = (member.user.id, Page { after: after.clone(), limit: PAGE });
    let found = block::run(&member.app, context::request_id(req), move |app| connections::list(app, user, &page));
    let (found, next) = found.await.map_err(|error| faults::unavailable(req, &error))?;
    let mut apps: Vec<_> = found.iter().map(|connection| line(connection, &known)).collect();
    apps.sort_by_cached_key(|app| app.face.name.to_lowercase());
    let view = ConnectionList {
        page: member.page(req),
        nav: member.nav(Section::Connections),
        notice: (member.fields.get("done") == Some("revoked")).then_some("connections-revoked"),
        apps,
        first_href: after.map(|_| PATH.to_owned()),
        next_href: next.map(|key| format!("{PATH}?after={key}")),
    };
    Ok(html_for(&member.app, &member.browser, StatusCode::OK, &view, &[]))
}

fn line(connection: &Connection, known: &[ScopeEntry]) -> ConnectionLine {
    ConnectionLine {
        href: format!("{PATH}/{}", connection.client.id),
        face: AppFace::of(&connection.client),
        since: connection.since,
        last_used: connection.last_used,
        scopes: ScopeText::all(&connection.scope, known),
    }
}

/// `GET /account/connections/{id}`
pub async fn get(req: HttpRequest) -> HttpResponse {
    let member = match Member::opened(&req).await {
        Ok(member) => member,
        Err(response) => return response,
    };
    let notice = (member.fields.get("done") == Some("scope")).then_some("connections-scope-taken");
    show(&req, &member, StatusCode::OK, notice, None).await.unwrap_or_else(|response| response)
}

async fn show(
    req: &HttpRequest,
    member: &Member,
    status: StatusCode,
    notice: Option<&'static str>,
    alert: Option<&'static str>,
) -> Result<HttpResponse, HttpResponse> {
    let Some(id) = context::path_id(req) else { return Err(faults::not_found(req.clone()).await) };
    let known = super::known(req, member).await?;
    let user = member.user.id;
    let found = block::run(&member.app, context::request_id(req), move |app| connections::one(app, user, &id)).await;
    let found = match found {
        Ok(found) => found,
        Err(error) => return Err(failed(req, error).await),
    };
    let view = ConnectionPage {
        page: member.page(req),
        nav: member.nav(Section::Connections),
        notice,
        alert,
        app: line(&found, &known),
    };
    Ok(html_for(&member.app, &member.browser, status, &view, &[]))
}

async fn failed(req: &HttpRequest, error: ManageError) -> HttpResponse {
    match error {
        ManageError::Store(error) => faults::unavailable(req, &error),
        _ => faults::not_found(req.clone()).await,
    }
}

/// `POST /account/connections/{id}`: takes one scope back, or everything.
pub async fn post(req: HttpRequest, payload: web::Payload) -> HttpResponse {
    let member = match Member::sent(&req, payload).await {
        Ok(member) => member,
        Err(response) => return response,
    };
    if !member.sent_csrf(&req) {
        let shown = show(&req, &member, StatusCode::FORBIDDEN, None, Some("error-expired")).await;
        return shown.unwrap_or_else(|response| response);
    }
    let Some(id) = context::path_id(&req) else { return faults::not_found(req).await };
    let (user, client) = (member.user.id, id.clone());
    let all = member.fields.get("revoke") == Some("all");
    let scope = member.fields.get("scope").unwrap_or_default().to_owned();
    let done = block::run(&member.app, context::request_id(&req), move |app| {
        if all {
            return connections::revoke(app, user, &client).map(|()| None);
        }
        connections::take_scope_back(app, user, &client, &scope)?;
        // It was the last one: there is no page to come back to.
        connections::one(app, user, &client).map(Some).or_else(|error| match error {
            ManageError::NotFound => Ok(None),
            other => Err(other),
        })
    });
    match done.await {
        Ok(Some(_)) => answer::see_other(&format!("{PATH}/{id}?done=scope")),
        Ok(None) => answer::see_other(&format!("{PATH}?done=revoked")),
        Err(error) => failed(&req, error).await,
    }
}
