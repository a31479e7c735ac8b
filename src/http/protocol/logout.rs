//! `GET` and `POST /oauth/logout` (OpenID Connect RP-Initiated Logout).

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};

use super::check;
use crate::account::session::SignedIn;
use crate::app::App;
use crate::core::redirect;
use crate::core::text::Said;
use crate::http::body::{self, Fields};
use crate::http::caller::Browser;
use crate::http::faults::Fault;
use crate::http::pages::{html_for, page, signed_out, unreferred, views};
use crate::http::{answer, block, context, faults};
use crate::oauth::parameters::Parameters;
use crate::oidc::logout::{self, Asked, Refused, Request};

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
        Err(refusal) => return refused(req, &refusal.description),
    };
    let asked = asked(&parameters);
    let examined = block::run(app, context::request_id(req), move |app| logout::examine(app, &asked));
    let request = match examined.await {
        Ok(request) => request,
        Err(Refused::Store(error)) => return faults::unavailable(req, &error),
        Err(other) => return refused(req, &other.to_string()),
    };
    let Some(signed_in) = &browser.signed_in else {
        return signed_out::answer(req, &[], request.goal.as_deref());
    };
    if !confirmed && (answered || !request.means(&signed_in.session)) {
        let alert = answered.then(|| Said::new("error-expired"));
        return ask(app, req, (&browser, signed_in), &request, &parameters, alert);
    }
    match signed_out::end(app, req, &browser.cookie, &signed_in.session).await {
        Err(error) => faults::unavailable(req, &error),
        Ok(frames) => {
            let mut response = signed_out::answer(req, &frames, request.goal.as_deref());
            signed_out::forget(app, &mut response);
            response
        }
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
    (browser, signed_in): (&Browser, &SignedIn),
    request: &Request,
    parameters: &Parameters,
    alert: Option<Said>,
) -> HttpResponse {
    let status = if alert.is_some() { StatusCode::FORBIDDEN } else { StatusCode::OK };
    let other = request.seems_to_mean_another(app, &signed_in.session, &signed_in.user);
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
