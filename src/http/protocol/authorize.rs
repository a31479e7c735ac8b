//! `GET`, `POST` and `DELETE /oauth/authorize`.

use std::sync::Arc;

use actix_web::http::{Method, StatusCode};
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::json;

use super::check;
use crate::account::session::{self, Session};
use crate::app::App;
use crate::core::failure::Kind;
use crate::core::scope::Scope;
use crate::core::secret::{Hashed, Plain};
use crate::http::caller::Browser;
use crate::http::faults::{Face, Fault};
use crate::http::pages;
use crate::http::{answer, block, body, context, cookies, faults};
use crate::oauth::authorize::{self, Decision, Refused, Request};
use crate::oauth::consent::{self, Shown};
use crate::oauth::error::{Error, Refusal};
use crate::oauth::failures;
use crate::oauth::parameters::Parameters;

/// What a request comes to before anybody is asked.
enum Step {
    Decided(Decision, Request),
    SignIn,
}

/// Examines the request; sends the browser to sign in, asks it, or sends the code on its way.
pub async fn get(req: HttpRequest) -> HttpResponse {
    let app = context::app(&req);
    let parameters = match body::query(&req) {
        Err(error) => return Fault::from(error).answer(&req),
        Ok(fields) => {
            let claimed = fields.get("client_id").map(str::to_owned);
            match check(&app, fields) {
                Err(refusal) => {
                    failures::note_claimed(&app, Kind::Authorization, claimed.as_deref(), &refusal);
                    return refused_page(&req, &refusal);
                }
                Ok(parameters) => parameters,
            }
        }
    };
    let session = cookies::get(&app, &req, cookies::Name::Session)
        .filter(session::is_session_cookie)
        .map(|cookie| app.secrets.hash(cookie.expose()));
    let asked = parameters.clone();
    let done = block::run(&app, context::request_id(&req), move |app| {
        Ok::<_, crate::store::Error>(step(app, &asked, session))
    });
    match done.await {
        Err(error) => faults::unavailable(&req, &error),
        Ok(Err(refused)) => refuse(&req, refused),
        Ok(Ok(Step::SignIn | Step::Decided(Decision::SignedOut, _))) => sign_in(&req),
        Ok(Ok(Step::Decided(Decision::Granted(location), _))) => answer::found(&location),
        Ok(Ok(Step::Decided(Decision::Unverified, request))) => unverified(&app, &req, &parameters, &request).await,
        Ok(Ok(Step::Decided(Decision::Ask(granted), request))) => {
            ask(&app, &req, &parameters, &request, &granted, None).await
        }
    }
}

fn step(app: &Arc<App>, parameters: &Parameters, session: Option<Hashed>) -> Result<Step, Refused> {
    let request = authorize::admit(app, parameters)?;
    let Some(session) = session else { return Ok(Step::SignIn) };
    let decision = authorize::decide(app, &request, &session).map_err(|e| Refused::Failed(Error::Store(e)))?;
    Ok(Step::Decided(decision, request))
}

/// Puts the request before the person; again with what they ticked when they did not confirm what is sensitive.
async fn ask(
    app: &Arc<App>,
    req: &HttpRequest,
    parameters: &Parameters,
    request: &Request,
    granted: &Scope,
    ticked: Option<&[String]>,
) -> HttpResponse {
    let browser = match Browser::of(app, req).await {
        Ok(browser) => browser,
        Err(error) => return faults::unavailable(req, &error),
    };
    let Some(signed_in) = &browser.signed_in else { return sign_in(req) };
    let known = match block::run(app, context::request_id(req), |app| app.scopes()).await {
        Ok(known) => known,
        Err(error) => return faults::unavailable(req, &error),
    };
    let confirm = consent::needs_confirmation(request, granted, &known);
    let Some(sealed) = consent::seal(app, parameters, request, confirm, &signed_in.session) else {
        return Fault::new(StatusCode::INTERNAL_SERVER_ERROR, ("Something went wrong on our side.", "error-failed"))
            .answer(req);
    };
    let asked = pages::consent::Asked { request, granted, known: &known, sealed, parameters, confirm, ticked };
    pages::consent::show(app, req, &browser, asked)
}

/// A person who must prove their e-mail address first is told how; the app is told if it wants no page shown.
async fn unverified(app: &Arc<App>, req: &HttpRequest, parameters: &Parameters, request: &Request) -> HttpResponse {
    log::info!("event=authorize outcome=refused reason=unverified client={}", request.client.id);
    let refusal = authorize::unverified(app, request);
    if parameters.get("prompt").is_some_and(|prompt| prompt.split(' ').any(|word| word == "none")) {
        let state = request.state.as_deref();
        return answer::found(&authorize::refusal_location(app, &request.redirect_uri, state, &refusal));
    }
    if Face::of(req) != Face::Html {
        let text = "Please verify your e-mail address first: follow the link in the mail that was sent to you.";
        return answer::json(StatusCode::FORBIDDEN, &json!({ "message": text }));
    }
    let browser = match Browser::of(app, req).await {
        Ok(browser) => browser,
        Err(error) => return faults::unavailable(req, &error),
    };
    let back = format!("{}?{}", req.path(), req.query_string());
    match pages::entrance::Goal::of(app, req, Some(&back)).await {
        Ok(goal) => pages::verify::needed(app, req, &browser, &goal),
        Err(error) => faults::unavailable(req, &error),
    }
}

/// The decision of the consent page: `POST` allows, `DELETE` (or `_method=DELETE` from a form) denies.
pub async fn decide(req: HttpRequest, payload: web::Payload) -> HttpResponse {
    let app = context::app(&req);
    let fields = match body::read(&app, &req, payload).await {
        Ok(fields) => fields,
        Err(error) => return Fault::from(error).answer(&req),
    };
    let browser = match Browser::of(&app, &req).await {
        Ok(browser) => browser,
        Err(error) => return faults::unavailable(&req, &error),
    };
    if !browser.sent_csrf(&app, &req, Some(&fields)) {
        return expired(&req, browser.signed_in.is_none());
    }
    let Some(signed_in) = &browser.signed_in else { return expired(&req, true) };
    let sealed = fields.get("auth_token").map(Plain::new);
    let Some(shown) = sealed.and_then(|sealed| consent::open(&app, &sealed, &signed_in.session)) else {
        return expired(&req, false);
    };
    let deny = req.method() == Method::DELETE
        || fields.get("_method").is_some_and(|method| method.eq_ignore_ascii_case("delete"));
    let ticked: Vec<String> = fields.all("scope").into_iter().map(str::to_owned).collect();
    let session = signed_in.session.clone();
    // A page asks people; a program that shows the request by itself asks in its own words.
    let unconfirmed = Face::of(&req) == Face::Html && shown.confirm && fields.get("confirm") != Some("yes");
    let answer = match (deny, unconfirmed) {
        (true, _) => Reply::Deny,
        (false, true) => Reply::Unconfirmed,
        (false, false) => Reply::Allow,
    };
    let done = block::run(&app, context::request_id(&req), move |app| {
        let concluded = conclude(app, &shown, &session, answer, &ticked);
        Ok::<_, crate::store::Error>((shown.parameters, ticked, concluded))
    });
    match done.await {
        Err(error) => faults::unavailable(&req, &error),
        Ok((_, _, Err(refused))) => refuse(&req, refused),
        Ok((_, _, Ok(Concluded::Expired))) => expired(&req, true),
        Ok((_, _, Ok(Concluded::Sent(location)))) => answer::found(&location),
        Ok((parameters, ticked, Ok(Concluded::AskAgain(request, granted)))) => {
            ask(&app, &req, &parameters, &request, &granted, Some(&ticked)).await
        }
    }
}

/// What a person said on the consent page.
#[derive(Clone, Copy)]
enum Reply {
    /// The app may have what is required, and of the optional scopes those that were ticked.
    Allow,
    /// The same, without confirming what is sensitive.
    Unconfirmed,
    Deny,
}

/// What that comes to.
enum Concluded {
    /// The browser goes back to the app.
    Sent(String),
    /// The page is shown again; this was granted before.
    AskAgain(Request, Scope),
    Expired,
}

/// The request is examined again: its client may have changed since the page was shown.
fn conclude(
    app: &Arc<App>,
    shown: &Shown,
    session: &Session,
    reply: Reply,
    ticked: &[String],
) -> Result<Concluded, Refused> {
    let request = authorize::admit(app, &shown.parameters)?;
    if !shown.is_still(&request) {
        return Ok(Concluded::Expired);
    }
    let failed = |error: crate::store::Error| Refused::Failed(Error::Store(error));
    let id = Hashed::from_stored(session.id.clone());
    match reply {
        Reply::Allow => {}
        Reply::Unconfirmed => {
            let granted = authorize::before(app, &request, &id).map_err(failed)?;
            return Ok(granted.map_or(Concluded::Expired, |granted| Concluded::AskAgain(request, granted)));
        }
        Reply::Deny => return Ok(Concluded::Sent(authorize::deny(app, &request, session))),
    }
    let scope = consent::consented(app, &request, ticked).map_err(failed)?;
    let sent = authorize::approve(app, request, id, scope).map_err(failed)?;
    Ok(sent.map_or(Concluded::Expired, Concluded::Sent))
}

/// A browser goes to sign in and comes back; a JSON caller is told.
fn sign_in(req: &HttpRequest) -> HttpResponse {
    if Face::of(req) != Face::Html {
        return answer::json(StatusCode::UNAUTHORIZED, &json!({ "message": "Unauthenticated." }));
    }
    let back = format!("{}?{}", req.path(), req.query_string());
    let query: String = url::form_urlencoded::Serializer::new(String::new()).append_pair("return_to", &back).finish();
    answer::see_other(&format!("/login?{query}"))
}

/// A form from another session, or one that was open for too long.
fn expired(req: &HttpRequest, signed_out: bool) -> HttpResponse {
    if signed_out && Face::of(req) != Face::Html {
        return answer::json(StatusCode::UNAUTHORIZED, &json!({ "message": "Unauthenticated." }));
    }
    let text = ("This page has expired. Go back to the app and start again.", "error-expired-app");
    Fault::new(StatusCode::FORBIDDEN, text).answer(req)
}

fn refuse(req: &HttpRequest, refused: Refused) -> HttpResponse {
    match refused {
        Refused::Redirect(location, _) => answer::found(&location),
        Refused::Page(refusal) => refused_page(req, &refusal),
        Refused::Failed(Error::Store(error)) => faults::unavailable(req, &error),
        Refused::Failed(error) => super::refused(req, &error),
    }
}

/// Neither client nor redirect URI can be trusted: the person is told, nobody is redirected.
fn refused_page(req: &HttpRequest, refusal: &Refusal) -> HttpResponse {
    log::info!("event=refused path={:?} error={} why={:?}", req.path(), refusal.code.as_str(), refusal.description);
    let fault = Fault {
        status: StatusCode::BAD_REQUEST,
        code: refusal.code.as_str(),
        message: (format!("The app that sent you here made a mistake: {}.", refusal.description), "error-app").into(),
        detail: Some(refusal.description.to_string()),
    };
    fault.answer(req)
}
