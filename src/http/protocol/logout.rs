//! `GET` and `POST /oauth/logout` (OpenID Connect RP-Initiated Logout).

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};

use super::check;
use crate::account::session::{self, Session, SignedIn};
use crate::app::App;
use crate::core::redirect;
use crate::core::text::Said;
use crate::http::body::{self, Fields};
use crate::http::caller::Browser;
use crate::http::faults::{Face, Fault};
use crate::http::pages::{html_for, page, signed_out, unreferred, views};
use crate::http::{answer, block, context, faults};
use crate::oauth::parameters::Parameters;
use crate::oidc::logout::{self, Asked, Frame, Refused, Request};
use crate::store;

/// What a request may say.
const NAMES: [&str; 6] =
    ["id_token_hint", "logout_hint", "client_id", "post_logout_redirect_uri", "state", "ui_locales"];

/// Signs out whoever the hint shows to be meant; asks all others first.
pub async fn get(req: HttpRequest) -> HttpResponse {
    let app = context::app(&req);
    match body::query(&req) {
        Err(error) => Fault::from(error).answer(&req),
        Ok(fields) => serve(&app, &req, fields, false).await,
    }
}

/// The same by a form of an app, or the answer to the question.
pub async fn post(req: HttpRequest, payload: web::Payload) -> HttpResponse {
    let app = context::app(&req);
    let fields = match body::read(&app, &req, payload).await {
        Ok(fields) => fields,
        Err(error) => return Fault::from(error).answer(&req),
    };
    if fields.get("_token").is_some() {
        return serve(&app, &req, fields, true).await;
    }
    // A form of another site comes without the session's cookie; the redirect brings it.
    match check(&app, fields) {
        Err(refusal) => refused(&req, &refusal.description),
        Ok(parameters) => {
            let mut query = url::form_urlencoded::Serializer::new(String::new());
            query.extend_pairs(said(&parameters));
            answer::see_other(&format!("/oauth/logout?{}", query.finish()))
        }
    }
}

async fn serve(app: &Arc<App>, req: &HttpRequest, fields: Fields, answered: bool) -> HttpResponse {
    let browser = match Browser::of(app, req).await {
        Ok(browser) => browser,
        Err(error) => return faults::unavailable(req, &error),
    };
    let confirmed = answered && browser.sent_csrf(app, req, Some(&fields));
    let parameters = match check(app, fields) {
        Ok(parameters) => parameters,
        Err(refusal) => return refused_to(app, req, &browser, &refusal.description),
    };
    let asked = asked(&parameters);
    let examined = block::run(app, context::request_id(req), move |app| logout::examine(app, &asked));
    let request = match examined.await {
        Ok(request) => request,
        Err(Refused::Store(error)) => return faults::unavailable(req, &error),
        Err(other) => return refused_to(app, req, &browser, &other.to_string()),
    };
    let own = match signed_out::session_of(app, req, &browser).await {
        Ok(own) => own,
        Err(error) => return faults::unavailable(req, &error),
    };
    if let Some(own) = &own
        && !confirmed
        && (answered || !request.means(app, own))
    {
        let alert = answered.then(|| Said::new("error-expired"));
        return ask(app, req, &browser, &request, &parameters, alert);
    }
    match end(app, req, own, &request).await {
        Err(error) => faults::unavailable(req, &error),
        Ok(frames) => {
            let mut response = signed_out::answer(req, &frames, request.goal.as_deref());
            if session::is_session_cookie(&browser.cookie) {
                signed_out::forget(app, &mut response);
            }
            response
        }
    }
}

/// Ends the browser's session; where it has none, the one that the request means, unless somebody is signed in by it
/// elsewhere.
async fn end(app: &Arc<App>, req: &HttpRequest, own: Option<Session>, request: &Request) -> store::Result<Vec<Frame>> {
    let session = match own {
        Some(own) => Some(own),
        None => {
            let request = request.clone();
            block::run(app, context::request_id(req), move |app| request.left_behind(app)).await?
        }
    };
    match session {
        Some(session) => signed_out::end(app, req, session).await,
        None => Ok(Vec::new()),
    }
}

fn asked(parameters: &Parameters) -> Asked {
    let text = |name: &str| parameters.get(name).map(str::to_owned);
    Asked {
        id_token_hint: text("id_token_hint"),
        logout_hint: text("logout_hint"),
        client_id: text("client_id"),
        post_logout_redirect_uri: text("post_logout_redirect_uri"),
        state: text("state"),
    }
}

/// The parameters of the request, without what a form added.
fn said(parameters: &Parameters) -> Vec<(String, String)> {
    NAMES.iter().filter_map(|name| Some(((*name).to_owned(), parameters.get(name)?.to_owned()))).collect()
}

/// Asks the person, who may not know that they are to be signed out.
fn ask(
    app: &Arc<App>,
    req: &HttpRequest,
    browser: &Browser,
    request: &Request,
    parameters: &Parameters,
    alert: Option<Said>,
) -> HttpResponse {
    let status = if alert.is_some() { StatusCode::FORBIDDEN } else { StatusCode::OK };
    let is_other = |own: &SignedIn| request.seems_to_mean_another(app, &own.session, &own.user);
    let other = browser.signed_in.as_ref().is_some_and(is_other);
    let view = views::Logout {
        page: page(app, req, browser),
        alert,
        notice: other.then(|| Said::new("logout-other")),
        errors: views::Errors::default(),
        client_name: request.client.as_ref().map(|client| client.metadata.client_name.clone()),
        fields: said(parameters),
    };
    let targets: Vec<String> = request.goal.as_deref().and_then(redirect::csp_source).into_iter().collect();
    unreferred(html_for(app, browser, status, &view, &targets))
}

/// As [`refused`]; whoever is signed in can still sign out, which is what they came for: apps keep id_tokens for longer than
/// their keys verify.
fn refused_to(app: &Arc<App>, req: &HttpRequest, browser: &Browser, why: &str) -> HttpResponse {
    if browser.signed_in.is_none() || Face::of(req) != Face::Html {
        return refused(req, why);
    }
    log::info!("event=logout outcome=refused why={why:?}");
    let view = views::Logout {
        page: page(app, req, browser),
        alert: Some(Said::new("error-app")),
        notice: None,
        errors: views::Errors::default(),
        client_name: None,
        fields: Vec::new(),
    };
    unreferred(html_for(app, browser, StatusCode::BAD_REQUEST, &view, &[]))
}

/// Nobody is signed out, and nobody sent anywhere.
fn refused(req: &HttpRequest, why: &str) -> HttpResponse {
    log::info!("event=logout outcome=refused why={why:?}");
    let fault = Fault {
        status: StatusCode::BAD_REQUEST,
        code: "invalid_request",
        message: (format!("The app that sent you here made a mistake: {why}."), "error-app").into(),
        detail: Some(why.to_owned()),
        way: None,
    };
    fault.answer(req)
}
