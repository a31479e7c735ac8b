//! `/account/sessions`: where a person is signed in.

use actix_web::{HttpRequest, HttpResponse, web};

use super::{Member, done};
use crate::account::session::{self, Ended, Session};
use crate::core::agent::Agent;
use crate::core::page;
use crate::http::pages::form::{self, Trouble};
use crate::http::pages::html_for;
use crate::http::pages::views::{AccountSessions, Page, Section, SessionLine};
use crate::http::{block, context, faults};

/// How many are on one page.
const ON_A_PAGE: i64 = 25;

/// `GET /account/sessions`
pub async fn get(req: HttpRequest) -> HttpResponse {
    match Member::opened(&req).await {
        Ok(member) => show(&req, &member, Trouble::default()).await,
        Err(response) => response,
    }
}

/// `POST /account/sessions`: ends one, or all others.
pub async fn post(req: HttpRequest, payload: web::Payload) -> HttpResponse {
    let member = match Member::sent(&req, payload).await {
        Ok(member) => member,
        Err(response) => return response,
    };
    if !member.sent_csrf(&req) {
        return show(&req, &member, Trouble::expired()).await;
    }
    let user = member.user.id;
    match member.fields.get("action") {
        Some("end") => {
            let id = member.fields.get("id").unwrap_or_default().to_owned();
            let ended = block::run(&member.app, context::request_id(&req), move |app| {
                if id.contains('\0') { Ok(Ended::Unknown) } else { session::end_listed(app, user, &id) }
            });
            match ended.await {
                // Asked for twice, it was ended all the same.
                Ok(Ended::Now | Ended::Before) => done(Section::Sessions, "ended"),
                Ok(Ended::Unknown) => faults::not_found(req).await,
                Err(error) => faults::unavailable(&req, &error),
            }
        }
        Some("end_others") => {
            let spared = member.session.id.clone();
            let ended =
                block::run(&member.app, context::request_id(&req), move |app| session::end_others(app, user, &spared));
            match ended.await {
                Ok(_) => done(Section::Sessions, "others"),
                Err(error) => faults::unavailable(&req, &error),
            }
        }
        _ => show(&req, &member, Trouble::expired()).await,
    }
}

/// What people call what a session is used with.
pub(in crate::http::pages) fn device(page: &Page, user_agent: Option<&str>) -> String {
    let agent = user_agent.map(Agent::parse).unwrap_or_default();
    match (agent.browser, agent.platform) {
        (Some(browser), Some(platform)) => page.t2("sessions-device", "browser", browser, "platform", platform),
        (Some(one), None) | (None, Some(one)) => one,
        (None, None) => page.t("sessions-device-unknown"),
    }
}

/// What a list says of a session.
pub(super) fn line(page: &Page, member: &Member, session: &Session) -> SessionLine {
    SessionLine {
        id: session.id.clone(),
        device: device(page, session.user_agent.as_deref()),
        is_api: session.kind == "api",
        is_this: session.id == member.session.id,
        address: session.ip_address.clone(),
        created_at: session.created_at,
        last_seen_at: session.last_seen_at,
    }
}

async fn show(req: &HttpRequest, member: &Member, trouble: Trouble) -> HttpResponse {
    let user = member.user.id;
    let after = member.fields.get("after").map(str::to_owned);
    let wanted = page::Page { after: after.clone(), limit: ON_A_PAGE + 1 };
    let found = block::run(&member.app, context::request_id(req), move |app| session::page(app, user, &wanted));
    let mut found = match found.await {
        Ok(found) => found,
        Err(error) => return faults::unavailable(req, &error),
    };
    let is_more = found.len() > usize::try_from(ON_A_PAGE).unwrap_or(usize::MAX);
    if is_more {
        found.pop();
    }
    let next = found.last().filter(|_| is_more).map(|last| format!("/account/sessions?after={}", session::place(last)));
    let page = member.page(req);
    let notice = match member.fields.get("done") {
        Some("ended") => Some("sessions-ended"),
        Some("others") => Some("sessions-others-ended"),
        _ => None,
    };
    let Trouble { status, alert, errors, retry_after } = trouble;
    let view = AccountSessions {
        nav: member.nav(Section::Sessions),
        notice: notice.map(Into::into),
        alert,
        errors,
        sessions: found.iter().map(|session| line(&page, member, session)).collect(),
        first: after.map(|_| "/account/sessions".to_owned()),
        next,
        page,
    };
    form::answered(html_for(&member.app, &member.browser, status, &view, &[]), retry_after)
}
