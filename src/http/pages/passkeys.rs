//! The passkeys among a person's settings. Adding one takes the page's script: see
//! [`passkey_ceremonies`](super::passkey_ceremonies).

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};

use super::account::Member;
use super::form::{self, Trouble};
use super::views::{Errors, PasskeyLine, Passkeys, Section};
use super::{assets, fresh, html_for, scripted};
use crate::account::passkeys::{self, PasskeyError};
use crate::app::App;
use crate::core::text::Said;
use crate::http::{answer, block, context, faults};

pub(super) const PAGE: &str = "/account/passkeys";
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
    let member = match Member::opened(&req).await {
        Ok(member) => member,
        Err(response) => return response,
    };
    let notice = match member.fields.get("done") {
        Some("added") => Some(Said::new("passkeys-added")),
        Some("renamed") => Some(Said::new("passkeys-renamed")),
        Some("removed") => Some(Said::new("passkeys-removed")),
        _ => None,
    };
    show(&req, &member, notice, &Typed::default(), Trouble::default()).await
}

/// A form of the page, of somebody who is signed in: others are led to the page, for a form is not sent again.
async fn sent(req: &HttpRequest, payload: web::Payload) -> Result<Member, HttpResponse> {
    let (app, browser, fields) = form::sent(req, payload).await?;
    if browser.signed_in.is_none() {
        return Err(answer::see_other(LOGIN));
    }
    Member::of(req, app, browser, fields).await
}

/// `POST /account/passkeys/{id}/name`
pub async fn rename(req: HttpRequest, payload: web::Payload) -> HttpResponse {
    let member = match sent(&req, payload).await {
        Ok(member) => member,
        Err(response) => return response,
    };
    let id = context::path_id(&req).unwrap_or_default();
    let typed = Typed { id: id.clone(), name: member.fields.get("name").unwrap_or_default().to_owned() };
    if !member.sent_csrf(&req) {
        return show(&req, &member, None, &typed, Trouble::expired()).await;
    }
    let (user, name, field) = (member.user.id, typed.name.clone(), name_field(&id));
    let renamed =
        block::run(&member.app, context::request_id(&req), move |app| passkeys::rename(app, user, &id, &name));
    match renamed.await {
        Ok(()) => answer::see_other(RENAMED),
        Err(PasskeyError::NotFound) => faults::not_found(req).await,
        Err(error) => {
            let mut trouble = trouble(error);
            if let Some(text) = trouble.errors.first("name").cloned() {
                trouble.errors = Errors::default().with(field, text);
            }
            show(&req, &member, None, &typed, trouble).await
        }
    }
}

/// `POST /account/passkeys/{id}/delete`
pub async fn delete(req: HttpRequest, payload: web::Payload) -> HttpResponse {
    let member = match sent(&req, payload).await {
        Ok(member) => member,
        Err(response) => return response,
    };
    let typed = Typed::default();
    if !member.sent_csrf(&req) {
        return show(&req, &member, None, &typed, Trouble::expired()).await;
    }
    let id = context::path_id(&req).unwrap_or_default();
    // Before a password is asked for: that it is somebody else's is not to be learnt from the question.
    let (user, own) = (member.user.id, id.clone());
    let found = block::run(&member.app, context::request_id(&req), move |app| passkeys::list(app, user)).await;
    match found {
        Ok(list) if list.iter().all(|passkey| passkey.id != own) => return faults::not_found(req).await,
        Ok(_) => {}
        Err(error) => return faults::unavailable(&req, &error),
    }
    if let Some(first) = fresh::required_for(&member.app, &member.browser, PAGE) {
        return first;
    }
    let user = member.user.clone();
    let deleted = block::run(&member.app, context::request_id(&req), move |app| passkeys::delete(app, &user, &id));
    match deleted.await {
        Ok(()) => answer::see_other(REMOVED),
        Err(PasskeyError::NotFound) => faults::not_found(req).await,
        Err(error) => show(&req, &member, None, &typed, trouble(error)).await,
    }
}

/// Why nothing came of it.
pub(super) fn trouble(error: PasskeyError) -> Trouble {
    let of = |status, said: &'static str| Trouble { status, alert: Some(said.into()), ..Trouble::default() };
    match error {
        PasskeyError::Invalid(invalid) => invalid.into(),
        PasskeyError::Unavailable => of(StatusCode::UNPROCESSABLE_ENTITY, "passkeys-unavailable"),
        PasskeyError::Late => of(StatusCode::GONE, "passkeys-late"),
        PasskeyError::Unverified => of(StatusCode::UNPROCESSABLE_ENTITY, "passkeys-failed"),
        PasskeyError::Known => of(StatusCode::CONFLICT, "passkeys-known"),
        PasskeyError::Full => of(StatusCode::CONFLICT, "passkeys-full"),
        PasskeyError::Last => of(StatusCode::CONFLICT, "passkeys-last"),
        PasskeyError::NotFound => of(StatusCode::NOT_FOUND, "passkeys-failed"),
        PasskeyError::Changed => of(StatusCode::CONFLICT, "passkeys-changed"),
        PasskeyError::Throttled(throttled) => Trouble {
            retry_after: Some(throttled.retry_after),
            ..of(StatusCode::TOO_MANY_REQUESTS, "passkeys-throttled")
        },
        PasskeyError::Store(error) => error.into(),
    }
}

fn name_field(id: &str) -> String {
    format!("name-{id}")
}

/// What somebody typed as a passkey's new name.
#[derive(Default)]
struct Typed {
    id: String,
    name: String,
}

async fn show(
    req: &HttpRequest,
    member: &Member,
    notice: Option<Said>,
    typed: &Typed,
    trouble: Trouble,
) -> HttpResponse {
    let (app, user) = (&member.app, member.user.id);
    let found = block::run(app, context::request_id(req), move |app| passkeys::list(app, user));
    let list = match found.await {
        Ok(list) => list,
        Err(error) => return faults::unavailable(req, &error),
    };
    let Trouble { status, alert, errors, retry_after } = trouble;
    let line = |kept: passkeys::Passkey| PasskeyLine {
        typed: if kept.id == typed.id { typed.name.clone() } else { kept.name.clone() },
        name_field: name_field(&kept.id),
        id: kept.id,
        name: kept.name,
        added_at: kept.created_at,
        used_at: kept.last_used_at,
    };
    let view = Passkeys {
        page: member.page(req),
        notice,
        nav: member.nav(Section::Passkeys),
        alert,
        errors,
        script: script(app),
        full: i64::try_from(list.len()).unwrap_or(i64::MAX) >= passkeys::MOST,
        passkeys: list.into_iter().map(line).collect(),
    };
    form::answered(scripted(html_for(app, &member.browser, status, &view, &[])), retry_after)
}
