//! `/account/tokens`: personal access tokens. A token is shown in the answer to the form that made it, and nowhere else.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use chrono::TimeDelta;

use super::super::account::Member;
use super::super::form::{self, Trouble};
use super::super::views::{ScopeText, Section, TokenLine, TokenList, TokenMade, TokenNew};
use super::super::{fresh, html_for, verify};
use crate::core::grant::GrantKind;
use crate::core::scope::{self, ScopeEntry};
use crate::core::text::Said;
use crate::core::time::rfc3339;
use crate::http::pages::entrance::Goal;
use crate::http::{answer, block, context, faults};
use crate::oauth::error::Error;
use crate::oauth::manage::ManageError;
use crate::oauth::tokens::{self, NewPersonal, PersonalError};

const PATH: &str = "/account/tokens";
const NEW: &str = "/account/tokens/new";
/// For how many days a token may be asked for.
const DAYS: [u64; 4] = [7, 30, 90, 365];

/// `GET /account/tokens`
pub async fn list(req: HttpRequest) -> HttpResponse {
    let member = match Member::opened(&req).await {
        Ok(member) => member,
        Err(response) => return response,
    };
    let notice = match member.fields.get("done") {
        Some("revoked") => Some("tokens-revoked"),
        Some("again") => Some("tokens-once-only"),
        _ => None,
    };
    show_list(&req, &member, StatusCode::OK, notice, None).await.unwrap_or_else(|response| response)
}

async fn show_list(
    req: &HttpRequest,
    member: &Member,
    status: StatusCode,
    notice: Option<&'static str>,
    alert: Option<&'static str>,
) -> Result<HttpResponse, HttpResponse> {
    let known = super::known(req, member).await?;
    let user = member.user.id;
    let found =
        block::run(&member.app, context::request_id(req), move |app| tokens::list(app, user, GrantKind::Personal));
    let found = found.await.map_err(|error| faults::unavailable(req, &error))?;
    let line = |listed: tokens::Listed| TokenLine {
        id: listed.token.id.to_string(),
        name: listed.name.unwrap_or_default(),
        scopes: ScopeText::all(&listed.token.scope, &known),
        created_at: listed.token.created_at,
        expires_at: listed.token.expires_at,
        last_used: listed.last_used_at,
    };
    let view = TokenList {
        page: member.page(req),
        nav: member.nav(Section::Tokens),
        notice,
        alert,
        tokens: found.into_iter().map(line).collect(),
    };
    Ok(html_for(&member.app, &member.browser, status, &view, &[]))
}

/// `POST /account/tokens`: takes a token back.
pub async fn revoke(req: HttpRequest, payload: web::Payload) -> HttpResponse {
    let member = match Member::sent(&req, payload).await {
        Ok(member) => member,
        Err(response) => return response,
    };
    if !member.sent_csrf(&req) {
        let shown = show_list(&req, &member, StatusCode::FORBIDDEN, None, Some("error-expired")).await;
        return shown.unwrap_or_else(|response| response);
    }
    let id = member.fields.get("id").filter(|id| id.len() <= 100).unwrap_or_default().to_owned();
    let user = member.user.id;
    let done = block::run(&member.app, context::request_id(&req), move |app| {
        tokens::take_back(app, user, &id, GrantKind::Personal)
    });
    match done.await {
        Ok(()) => answer::see_other(&format!("{PATH}?done=revoked")),
        Err(ManageError::Store(error)) => faults::unavailable(&req, &error),
        Err(_) => faults::not_found(req).await,
    }
}

/// `GET /account/tokens/new`
pub async fn new(req: HttpRequest) -> HttpResponse {
    let member = match Member::opened(&req).await {
        Ok(member) => member,
        Err(response) => return response,
    };
    if let Some(elsewhere) = fresh::required(&member.app, &req, &member.browser) {
        return elsewhere;
    }
    show_form(&req, &member, Trouble::default(), false).await.unwrap_or_else(|response| response)
}

/// The form, as it was filled in if it was `sent`.
async fn show_form(
    req: &HttpRequest,
    member: &Member,
    trouble: Trouble,
    sent: bool,
) -> Result<HttpResponse, HttpResponse> {
    let known = super::known(req, member).await?;
    let may = |name: &str| name != scope::ADMIN || member.is_admin();
    let ticked = super::ticked(&member.fields);
    let ticks = super::ticks(&known, may, |entry: &ScopeEntry| sent && ticked.contains(&entry.name));
    let longest = member.app.config.tokens.personal_access_token_lifetime.as_secs() / 86_400;
    let mut days: Vec<u64> = DAYS.into_iter().filter(|days| *days <= longest).collect();
    if days.is_empty() {
        days.push(longest.max(1));
    }
    let typed = |name: &str| member.fields.get(name).filter(|_| sent);
    let Trouble { status, alert, errors, retry_after } = trouble;
    let view = TokenNew {
        page: member.page(req),
        nav: member.nav(Section::Tokens),
        alert,
        errors,
        name: typed("name").unwrap_or_default().to_owned(),
        scopes: ticks,
        days,
        chosen: typed("days").and_then(|days| days.parse().ok()).unwrap_or(30),
        form: typed("form").map_or_else(|| super::new_form(member), str::to_owned),
    };
    Ok(form::answered(html_for(&member.app, &member.browser, status, &view, &[]), retry_after))
}

/// `POST /account/tokens/new`: makes a token and shows it. The same form sent again makes and shows nothing.
pub async fn make(req: HttpRequest, payload: web::Payload) -> HttpResponse {
    let member = match Member::sent(&req, payload).await {
        Ok(member) => member,
        Err(response) => return response,
    };
    if !member.sent_csrf(&req) {
        return show_form(&req, &member, Trouble::expired(), true).await.unwrap_or_else(|response| response);
    }
    if let Some(elsewhere) = fresh::required_for(&member.app, &member.browser, NEW) {
        return elsewhere;
    }
    let text = |name: &str| member.fields.get(name).unwrap_or_default().to_owned();
    let Some(days) = text("days").parse().ok().filter(|days: &i64| (1..=3650).contains(days)) else {
        let trouble = Trouble::at("expires_at", "field-choice");
        return show_form(&req, &member, trouble, true).await.unwrap_or_else(|response| response);
    };
    let longest = crate::core::time::delta(tokens::longest(&member.app, &super::ticked(&member.fields)));
    let lifetime = TimeDelta::days(days);
    // A day is the least that can be chosen, and the operator may allow less.
    let lifetime = if days == 1 { lifetime.min(longest) } else { lifetime };
    let new = NewPersonal {
        name: Some(text("name")),
        scopes: super::ticked(&member.fields),
        expires_at: Some(rfc3339(member.app.now() + lifetime)),
        form: Some(text("form")).filter(|form| !form.is_empty()),
    };
    let user = member.user.clone();
    let made = block::run(&member.app, context::request_id(&req), move |app| tokens::make_personal(app, &user, &new));
    let trouble = match made.await {
        Ok(made) => return shown(&req, &member, &made),
        Err(PersonalError::Repeated) => return answer::see_other(&format!("{PATH}?done=again")),
        Err(PersonalError::SignedOut) => return answer::see_other(&Goal::local(NEW).through("/login")),
        Err(PersonalError::Unverified) => return verify::needed(&member.app, &req, &member.browser, &Goal::local(NEW)),
        Err(PersonalError::Invalid(invalid)) => invalid.into(),
        Err(PersonalError::Failed(Error::Store(error))) => error.into(),
        Err(PersonalError::Failed(error)) => {
            log::error!("event=request outcome=failed cause={error:?}");
            let alert = Some(Said::new("error-failed"));
            Trouble { status: StatusCode::INTERNAL_SERVER_ERROR, alert, ..Trouble::default() }
        }
    };
    show_form(&req, &member, trouble, true).await.unwrap_or_else(|response| response)
}

fn shown(req: &HttpRequest, member: &Member, made: &tokens::Personal) -> HttpResponse {
    let view = TokenMade {
        page: member.page(req),
        nav: member.nav(Section::Tokens),
        name: made.name.clone(),
        token: made.plain.expose().to_owned(),
        expires_at: made.token.expires_at,
        try_at: format!("{}/api/me", member.app.config.issuer()),
    };
    html_for(&member.app, &member.browser, StatusCode::CREATED, &view, &[])
}
