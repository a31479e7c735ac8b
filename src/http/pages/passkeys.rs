//! The passkeys among a person's settings. Adding one takes the page's script: see
//! [`passkey_ceremonies`](super::passkey_ceremonies).

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};

use super::form::{self, Trouble};
use super::views::{Errors, PasskeyLine, Passkeys};
use super::{assets, html_for, page, scripted};
use crate::account::login::LoginError;
use crate::account::passkeys::{self, PasskeyError};
use crate::account::session::SignedIn;
use crate::account::{Invalid, fresh};
use crate::app::App;
use crate::core::secret::Plain;
use crate::core::text::{self, Language, Said};
use crate::http::body::Fields;
use crate::http::caller::Browser;
use crate::http::{answer, block, context, faults};

const LOGIN: &str = "/login?return_to=%2Faccount%2Fpasskeys";
/// The page, after something was done.
pub(super) const ADDED: &str = "/account/passkeys?done=added";
const RENAMED: &str = "/account/passkeys?done=renamed";
const REMOVED: &str = "/account/passkeys?done=removed";

/// Where the script is, for pages that use it; nowhere, when passkeys cannot be used here.
pub(super) fn script(app: &App) -> Option<String> {
    passkeys::are_available(app).then(|| assets::passkeys_path().to_owned())
}

/// `GET /account/passkeys`
pub async fn get(req: HttpRequest) -> HttpResponse {
    let (app, browser, query) = match form::opened(&req).await {
        Ok(opened) => opened,
        Err(response) => return response,
    };
    let Some(signed_in) = &browser.signed_in else { return answer::see_other(LOGIN) };
    let notice = match query.get("done") {
        Some("added") => Some(Said::new("passkeys-added")),
        Some("renamed") => Some(Said::new("passkeys-renamed")),
        Some("removed") => Some(Said::new("passkeys-removed")),
        _ => None,
    };
    show(&app, &req, &browser, signed_in, notice, &Typed::default(), Trouble::default()).await
}

/// `POST /account/passkeys/{id}/name`
pub async fn rename(req: HttpRequest, payload: web::Payload) -> HttpResponse {
    let (app, browser, fields) = match form::sent(&req, payload).await {
        Ok(sent) => sent,
        Err(response) => return response,
    };
    let Some(signed_in) = &browser.signed_in else { return answer::see_other(LOGIN) };
    let id = context::path_id(&req).unwrap_or_default();
    let typed = Typed { id: id.clone(), name: fields.get("name").unwrap_or_default().to_owned() };
    if !browser.sent_csrf(&app, &req, Some(&fields)) {
        return show(&app, &req, &browser, signed_in, None, &typed, Trouble::expired()).await;
    }
    let lang = page(&app, &req, &browser).lang;
    let (user, name) = (signed_in.user.id, typed.name.clone());
    let field = name_field(&id);
    let done = block::run(&app, context::request_id(&req), move |app| passkeys::rename(app, user, &id, &name)).await;
    match done {
        Ok(()) => answer::see_other(RENAMED),
        Err(PasskeyError::NotFound) => faults::not_found(req).await,
        Err(error) => {
            let mut trouble = trouble(lang, error);
            if let Some(text) = trouble.errors.first("name").map(str::to_owned) {
                trouble.errors = Errors::default().with(field, text);
            }
            show(&app, &req, &browser, signed_in, None, &typed, trouble).await
        }
    }
}

/// `POST /account/passkeys/{id}/delete`
pub async fn delete(req: HttpRequest, payload: web::Payload) -> HttpResponse {
    let (app, browser, fields) = match form::sent(&req, payload).await {
        Ok(sent) => sent,
        Err(response) => return response,
    };
    let Some(signed_in) = &browser.signed_in else { return answer::see_other(LOGIN) };
    let typed = Typed::default();
    if !browser.sent_csrf(&app, &req, Some(&fields)) {
        return show(&app, &req, &browser, signed_in, None, &typed, Trouble::expired()).await;
    }
    let lang = page(&app, &req, &browser).lang;
    let id = context::path_id(&req).unwrap_or_default();
    // Before a password is asked for: that it is somebody else's is not to be learnt from the question.
    let (user, own) = (signed_in.user.id, id.clone());
    let found = block::run(&app, context::request_id(&req), move |app| passkeys::list(app, user)).await;
    match found {
        Ok(list) if list.iter().all(|passkey| passkey.id != own) => return faults::not_found(req).await,
        Ok(_) => {}
        Err(error) => return faults::unavailable(&req, &error),
    }
    let field = password_field(&id);
    if let Err(trouble) = prove(&app, &req, lang, signed_in, &fields, &field).await {
        return show(&app, &req, &browser, signed_in, None, &typed, trouble).await;
    }
    let user = signed_in.user.clone();
    let done = block::run(&app, context::request_id(&req), move |app| passkeys::delete(app, &user, &id)).await;
    match done {
        Ok(()) => answer::see_other(REMOVED),
        Err(PasskeyError::NotFound) => faults::not_found(req).await,
        Err(error) => show(&app, &req, &browser, signed_in, None, &typed, trouble(lang, error)).await,
    }
}

/// Asks for the current password when the sign-in is old: counted first, then hashed under the bound. `field` is where
/// the form says what is wrong with it.
pub(super) async fn prove(
    app: &Arc<App>,
    req: &HttpRequest,
    lang: Language,
    signed_in: &SignedIn,
    fields: &Fields,
    field: &str,
) -> Result<(), Trouble> {
    if fresh::is_fresh(app, signed_in.session.auth_time) {
        return Ok(());
    }
    let user = signed_in.user.clone();
    if user.password_hash.is_none() {
        return Err(said(lang, StatusCode::FORBIDDEN, "passkeys-sign-in-again"));
    }
    let plain = Plain::new(fields.get("current_password").unwrap_or_default());
    if plain.expose().is_empty() {
        return Err(Invalid::one(field, say(lang, "passkeys-password-missing")).into());
    }
    let (counted, origin) = (user.clone(), context::origin(app, req));
    block::run(app, context::request_id(req), move |app| fresh::count(app, &counted, &origin)).await?;
    let right = block::hashing(app, context::request_id(req), move |app| {
        Ok::<_, LoginError>(fresh::knows_password(app, &user, &plain))
    });
    if right.await? { Ok(()) } else { Err(Invalid::one(field, say(lang, "passkeys-password-wrong")).into()) }
}

/// Why nothing came of it, in the language of the page.
pub(super) fn trouble(lang: Language, error: PasskeyError) -> Trouble {
    match error {
        PasskeyError::Invalid(invalid) => invalid.into(),
        PasskeyError::Unavailable => said(lang, StatusCode::UNPROCESSABLE_ENTITY, "passkeys-unavailable"),
        PasskeyError::Late => said(lang, StatusCode::GONE, "passkeys-late"),
        PasskeyError::Unverified => said(lang, StatusCode::UNPROCESSABLE_ENTITY, "passkeys-failed"),
        PasskeyError::Known => said(lang, StatusCode::CONFLICT, "passkeys-known"),
        PasskeyError::Full => said(lang, StatusCode::CONFLICT, "passkeys-full"),
        PasskeyError::Last => said(lang, StatusCode::CONFLICT, "passkeys-last"),
        PasskeyError::NotFound => said(lang, StatusCode::NOT_FOUND, "passkeys-failed"),
        PasskeyError::Changed => said(lang, StatusCode::CONFLICT, "passkeys-changed"),
        PasskeyError::Throttled(throttled) => Trouble {
            retry_after: Some(throttled.retry_after),
            ..said(lang, StatusCode::TOO_MANY_REQUESTS, "passkeys-throttled")
        },
        PasskeyError::Store(error) => error.into(),
    }
}

/// A message without arguments.
pub(super) fn say(lang: Language, id: &'static str) -> String {
    text::say(lang, id, &[])
}

fn said(lang: Language, status: StatusCode, id: &'static str) -> Trouble {
    Trouble { status, alert: Some(say(lang, id)), ..Trouble::default() }
}

fn name_field(id: &str) -> String {
    format!("name-{id}")
}

fn password_field(id: &str) -> String {
    format!("password-{id}")
}

/// What somebody typed as a passkey's new name.
#[derive(Default)]
struct Typed {
    id: String,
    name: String,
}

async fn show(
    app: &Arc<App>,
    req: &HttpRequest,
    browser: &Browser,
    signed_in: &SignedIn,
    notice: Option<Said>,
    typed: &Typed,
    trouble: Trouble,
) -> HttpResponse {
    let user = signed_in.user.id;
    let found = block::run(app, context::request_id(req), move |app| passkeys::list(app, user));
    let list = match found.await {
        Ok(list) => list,
        Err(error) => return faults::unavailable(req, &error),
    };
    let Trouble { status, alert, errors, retry_after } = trouble;
    let line = |kept: passkeys::Passkey| PasskeyLine {
        typed: if kept.id == typed.id { typed.name.clone() } else { kept.name.clone() },
        name_field: name_field(&kept.id),
        password_field: password_field(&kept.id),
        id: kept.id,
        name: kept.name,
        added_at: kept.created_at,
        used_at: kept.last_used_at,
    };
    let page = page(app, req, browser);
    let view = Passkeys {
        notice: notice.map(|notice| notice.text(page.lang)),
        page,
        alert,
        errors,
        ask_password: !fresh::is_fresh(app, signed_in.session.auth_time),
        script: script(app),
        full: i64::try_from(list.len()).unwrap_or(i64::MAX) >= passkeys::MOST,
        passkeys: list.into_iter().map(line).collect(),
    };
    form::answered(scripted(html_for(app, browser, status, &view, &[])), retry_after)
}
