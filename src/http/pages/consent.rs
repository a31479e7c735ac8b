//! The consent page.

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};
use chrono::TimeDelta;
use serde_json::json;

use super::views::{Consent, Destination, Link, ScopeLine, Standing};
use super::{html_for, page};
use crate::app::App;
use crate::core::client::Client;
use crate::core::redirect;
use crate::core::scope::{Scope, ScopeEntry};
use crate::core::text::Said;
use crate::http::caller::Browser;
use crate::http::{answer, context};
use crate::oauth::asked::Asked as AskedFor;
use crate::oauth::authorize::Request;

/// A request as it is put before a person.
#[derive(Debug)]
pub struct Asked<'a> {
    /// The request.
    pub request: &'a Request,
    /// What the person let the app have before.
    pub granted: &'a Scope,
    /// Every scope there is.
    pub known: &'a [ScopeEntry],
    /// The request, sealed.
    pub sealed: String,
    /// Whether the person must confirm what is sensitive.
    pub confirm: bool,
    /// What they ticked, when they are asked again because they did not confirm it.
    pub ticked: Option<&'a [String]>,
}

/// Puts a request before the person; for a JSON caller, the same in JSON.
pub fn show(app: &Arc<App>, req: &HttpRequest, browser: &Browser, asked: Asked<'_>) -> HttpResponse {
    let Asked { request, granted, known, sealed, .. } = asked;
    let metadata = &request.client.metadata;
    if !context::wants_html(req) {
        let scopes: Vec<_> = lines(request, granted, known)
            .into_iter()
            .map(|line| json!({ "id": line.name, "description": line.description, "optional": line.optional }))
            .collect();
        let body = json!({
            "client": { "id": request.client.id, "name": metadata.client_name },
            "scopes": scopes,
            "auth_token": sealed,
        });
        return answer::json(StatusCode::OK, &body);
    }
    let status = if asked.ticked.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let mut scopes = lines(request, granted, known);
    if let Some(ticked) = asked.ticked {
        scopes.iter_mut().for_each(|line| line.checked = ticked.contains(&line.name));
    }
    let view = Consent {
        page: page(app, req, browser),
        client_name: metadata.client_name.clone(),
        owner_name: request.client.owner_name.clone(),
        homepage: metadata.client_uri.as_deref().map(|uri| Link::new(uri, Said::verbatim(redirect::target(uri).name))),
        logo: request.client.logo_file.as_deref().map(|file| format!("/files/{file}")),
        standing: standing(&request.client),
        is_new: is_new(app, &request.client),
        confirm: asked.confirm,
        unconfirmed: asked.ticked.is_some(),
        destination: destination(&request.redirect_uri),
        scopes,
        auth_token: sealed,
        return_to: return_to(app, req, browser, &request.asked),
    };
    let targets: Vec<String> = redirect::csp_source(&request.redirect_uri).into_iter().collect();
    html_for(app, browser, status, &view, &targets)
}

/// The request as a local path, to come back to as somebody else.
fn return_to(app: &App, req: &HttpRequest, browser: &Browser, asked: &AskedFor) -> String {
    if !req.query_string().is_empty() {
        return format!("{}?{}", req.path(), req.query_string());
    }
    if asked.signed {
        let session = browser.signed_in.as_ref().map(|signed_in| &signed_in.session);
        return asked.seal(app, session, false).unwrap_or_else(|| "/".to_owned());
    }
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    format!("{}?{}", req.path(), query.extend_pairs(asked.parameters.pairs()).finish())
}

/// How far this server vouches for a client.
fn standing(client: &Client) -> Standing {
    match client {
        client if client.policy.first_party => Standing::FirstParty,
        client if client.verified_at.is_some() => Standing::Verified,
        client if client.owner_id.is_none() => Standing::Known,
        _ => Standing::Unverified,
    }
}

/// Whether people are warned that few can have tried a client before them.
fn is_new(app: &App, client: &Client) -> bool {
    let days = TimeDelta::days(i64::from(app.config.consent.new_client_days));
    !client.policy.first_party && client.verified_at.is_none() && app.now() - client.created_at < days
}

fn destination(uri: &str) -> Destination {
    let target = redirect::target(uri);
    if target.loopback {
        Destination::Loopback(target.name)
    } else if target.name.ends_with(':') {
        Destination::App(target.name)
    } else {
        Destination::Web(target.name)
    }
}

fn lines(request: &Request, granted: &Scope, known: &[ScopeEntry]) -> Vec<ScopeLine> {
    let entry = |name: &str| known.iter().find(|entry| entry.name == name);
    request
        .scope
        .names()
        .map(|name| ScopeLine {
            name: name.to_owned(),
            description: entry(name).map(|entry| entry.description.clone()).unwrap_or_default(),
            optional: entry(name).is_some_and(|entry| entry.optional),
            checked: granted.contains(name) || !entry(name).is_some_and(|entry| entry.sensitive),
            new: !granted.contains(name),
            sensitive: entry(name).is_some_and(|entry| entry.sensitive),
        })
        .collect()
}
