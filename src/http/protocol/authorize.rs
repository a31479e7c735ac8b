//! `GET`, `POST` and `DELETE /oauth/authorize`.

use std::sync::Arc;

use actix_web::http::{Method, StatusCode};
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::json;

use super::{check, single_texts};
use crate::account::session::{self, Session};
use crate::app::App;
use crate::core::failure::{Kind, Reason};
use crate::core::redirect;
use crate::core::scope::Scope;
use crate::core::secret::{Hashed, Plain};
use crate::core::text::Said;
use crate::http::body::Fields;
use crate::http::caller::Browser;
use crate::http::faults::{Face, Fault};
use crate::http::pages;
use crate::http::{answer, block, body, browser_state, context, cookies, faults};
use crate::oauth::answer::Answer;
use crate::oauth::asked::Asked;
use crate::oauth::authorize::{self, Decision, Refused, Request};
use crate::oauth::consent::{self, Shown};
use crate::oauth::error::{Code, Error, Refusal};
use crate::oauth::failures;

/// The longest request by a form that is passed on as a query, in bytes: about what browsers and proxies take.
const MAX_QUERY: usize = 32 * 1024;

/// Examines the request; sends the browser to sign in, asks it, or sends the code on its way.
pub async fn get(req: HttpRequest) -> HttpResponse {
    let app = context::app(&req);
    let fields = match body::query(&req) {
        Err(error) => return Fault::from(error).answer(&req),
        Ok(fields) => fields,
    };
    let claimed = fields.get("client_id").map(str::to_owned);
    let mut asked = match single_texts(fields).and_then(|pairs| Asked::take(&app, pairs)) {
        Ok(Some(asked)) => asked,
        Ok(None) => return expired(&req, false),
        Err(refusal) => {
            failures::note_claimed(&app, Kind::Authorization, claimed.as_deref(), &refusal);
            return refused_page(&req, &refusal);
        }
    };
    asked.browser = Some(browser_state::without_session(&app, &req));
    let session = cookies::get(&app, &req, cookies::Name::Session)
        .filter(session::is_session_cookie)
        .map(|cookie| app.secrets.hash(cookie.expose()));
    let done =
        block::run(&app, context::request_id(&req), move |app| Ok::<_, crate::store::Error>(step(app, asked, session)));
    match done.await {
        Err(error) => faults::unavailable(&req, &error),
        Ok(Err(refused)) => refuse(&req, refused),
        Ok(Ok((Decision::SignIn(session), request))) => sign_in(&app, &req, &request, session.as_ref()),
        Ok(Ok((Decision::Answered(answer), _))) => send(&req, &answer),
        Ok(Ok((Decision::Unverified(session), request))) => unverified(&app, &req, &request, &session).await,
        Ok(Ok((Decision::Ask(granted), request))) => ask(&app, &req, &request, &granted, None).await,
    }
}

fn step(app: &Arc<App>, asked: Asked, session: Option<Hashed>) -> Result<(Decision, Request), Refused> {
    let request = authorize::admit(app, asked)?;
    let decision = authorize::decide(app, &request, session)?;
    Ok((decision, request))
}

/// Sends an answer on its way: by a redirect, or by a page whose form the browser posts.
fn send(req: &HttpRequest, answer: &Answer) -> HttpResponse {
    let mut response = match answer.location() {
        Some(location) => answer::found(&location),
        None => pages::form_post::show(req, answer),
    };
    if let Some(state) = &answer.browser {
        browser_state::set(&context::app(req), &mut response, state);
    }
    response
}

/// Puts the request before the person; again with what they ticked when they did not confirm what is sensitive.
async fn ask(
    app: &Arc<App>,
    req: &HttpRequest,
    request: &Request,
    granted: &Scope,
    ticked: Option<&[String]>,
) -> HttpResponse {
    let browser = match Browser::of(app, req).await {
        Ok(browser) => browser,
        Err(error) => return faults::unavailable(req, &error),
    };
    let Some(signed_in) = &browser.signed_in else { return sign_in(app, req, request, None) };
    let known = match block::run(app, context::request_id(req), |app| app.scopes()).await {
        Ok(known) => known,
        Err(error) => return faults::unavailable(req, &error),
    };
    let confirm = consent::needs_confirmation(request, granted, &known);
    let Some(sealed) = consent::seal(app, request, confirm, &signed_in.session) else {
        return Fault::new(StatusCode::INTERNAL_SERVER_ERROR, ("Something went wrong on our side.", "error-failed"))
            .answer(req);
    };
    let asked = pages::consent::Asked { request, granted, known: &known, sealed, confirm, ticked };
    pages::consent::show(app, req, &browser, asked)
}

/// A person who must prove their e-mail address first is told how; the app is told if it wants no page shown.
async fn unverified(app: &Arc<App>, req: &HttpRequest, request: &Request, session: &Session) -> HttpResponse {
    log::info!("event=authorize outcome=refused reason=unverified client={}", request.client.id);
    let refusal = authorize::unverified(app, request);
    if request.wishes.prompt.none {
        return send(req, &request.refusal(app, Some(session), &refusal));
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

/// A request by a form of the client's (OpenID Connect Core section 3.1.2.1), or the decision of the consent page. A
/// browser sends no session along with a form of another site, so a request goes on as `GET`, which changes nothing.
pub async fn post(req: HttpRequest, payload: web::Payload) -> HttpResponse {
    let app = context::app(&req);
    let fields = match body::read(&app, &req, payload).await {
        Ok(fields) => fields,
        Err(error) => return Fault::from(error).answer(&req),
    };
    if fields.get("auth_token").is_some() || fields.get("client_id").is_none() {
        return decided(&app, &req, &fields).await;
    }
    let claimed = fields.get("client_id").map(str::to_owned);
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    let refusal = match check(&app, fields) {
        Ok(parameters) => {
            let query = query.extend_pairs(parameters.pairs()).finish();
            if query.len() <= MAX_QUERY {
                return answer::see_other(&format!("{}?{query}", req.path()));
            }
            Refusal::new(Code::InvalidRequest, "the request is too long").because(Reason::ParameterMalformed)
        }
        Err(refusal) => refusal,
    };
    failures::note_claimed(&app, Kind::Authorization, claimed.as_deref(), &refusal);
    refused_page(&req, &refusal)
}

/// `DELETE` denies, on the consent page.
pub async fn delete(req: HttpRequest, payload: web::Payload) -> HttpResponse {
    let app = context::app(&req);
    let fields = match body::read(&app, &req, payload).await {
        Ok(fields) => fields,
        Err(error) => return Fault::from(error).answer(&req),
    };
    decided(&app, &req, &fields).await
}

/// The decision of the consent page: `POST` allows, `DELETE` (or `_method=DELETE` from a form) denies.
async fn decided(app: &Arc<App>, req: &HttpRequest, fields: &Fields) -> HttpResponse {
    let browser = match Browser::of(app, req).await {
        Ok(browser) => browser,
        Err(error) => return faults::unavailable(req, &error),
    };
    if !browser.sent_csrf(app, req, Some(fields)) {
        return expired(req, browser.signed_in.is_none());
    }
    let Some(signed_in) = &browser.signed_in else { return expired(req, true) };
    let sealed = fields.get("auth_token").map(Plain::new);
    let Some(shown) = sealed.and_then(|sealed| consent::open(app, &sealed, &signed_in.session)) else {
        return expired(req, false);
    };
    let deny = req.method() == Method::DELETE
        || fields.get("_method").is_some_and(|method| method.eq_ignore_ascii_case("delete"));
    let ticked: Vec<String> = fields.all("scope").into_iter().map(str::to_owned).collect();
    let session = signed_in.session.clone();
    // A page asks people; a program that shows the request by itself asks in its own words.
    let unconfirmed = Face::of(req) == Face::Html && shown.confirm && fields.get("confirm") != Some("yes");
    let answer = match (deny, unconfirmed) {
        (true, _) => Reply::Deny,
        (false, true) => Reply::Unconfirmed,
        (false, false) => Reply::Allow,
    };
    let done = block::run(app, context::request_id(req), move |app| {
        let concluded = conclude(app, &shown, &session, answer, &ticked);
        Ok::<_, crate::store::Error>((ticked, concluded))
    });
    match done.await {
        Err(error) => faults::unavailable(req, &error),
        Ok((_, Err(refused))) => refuse(req, refused),
        Ok((_, Ok(Concluded::Expired))) => expired(req, true),
        Ok((_, Ok(Concluded::Sent(answer)))) => send(req, &answer),
        Ok((ticked, Ok(Concluded::AskAgain(request, granted)))) => {
            ask(app, req, &request, &granted, Some(&ticked)).await
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
    Sent(Answer),
    /// The page is shown again; this was granted before.
    AskAgain(Box<Request>, Scope),
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
    let request = authorize::admit(app, shown.asked.clone())?;
    if !shown.is_still(&request) {
        return Ok(Concluded::Expired);
    }
    let id = Hashed::from_stored(session.id.clone());
    match reply {
        Reply::Allow => {}
        Reply::Unconfirmed => {
            let granted = authorize::before(app, &request, &id)?;
            return Ok(granted.map_or(Concluded::Expired, |granted| Concluded::AskAgain(Box::new(request), granted)));
        }
        Reply::Deny => return Ok(Concluded::Sent(authorize::deny(app, &request, session))),
    }
    let scope = consent::consented(app, &request, ticked)?;
    let sent = authorize::approve(app, request, id, scope)?;
    Ok(sent.map_or(Concluded::Expired, Concluded::Sent))
}

/// A browser goes to sign in and comes back; a JSON caller is told. What a new sign-in must be told apart from, or the
/// client signed, comes back sealed.
fn sign_in(app: &App, req: &HttpRequest, request: &Request, session: Option<&Session>) -> HttpResponse {
    if Face::of(req) != Face::Html {
        return answer::json(StatusCode::UNAUTHORIZED, &json!({ "message": "Unauthenticated." }));
    }
    let prompt = request.wishes.prompt;
    let plain = session.is_none() && !request.asked.signed && !(prompt.login || prompt.select_account || prompt.create);
    let plain = plain && request.wishes.max_age != Some(0);
    let back = if plain {
        Some(format!("{}?{}", req.path(), req.query_string()))
    } else {
        request.asked.seal(app, session, false)
    };
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(back.map(|back| ("return_to", back)));
    let page = if prompt.create && app.config.registration.enabled { "/register" } else { "/login" };
    answer::see_other(&format!("{page}?{}", query.finish()))
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
        Refused::Answer(answer, _) => send(req, &answer),
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
        way: home_of(req),
    };
    fault.answer(req)
}

/// The home page that the app registered, if it is one that is known and works; nothing of the request goes there.
fn home_of(req: &HttpRequest) -> Option<(String, Said)> {
    let query = body::query(req).ok()?;
    let client = context::app(req).remembered_client(query.get("client_id")?)?;
    let home = client.metadata.client_uri.clone().filter(|_| client.disabled_at.is_none())?;
    let host = redirect::target(&home).name;
    Some((home, Said::new("error-app-home").with("host", host)))
}
