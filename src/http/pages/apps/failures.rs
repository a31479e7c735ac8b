//! `/account/clients/{id}/failures`: why requests of one of my applications were refused, and what to mend.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};

use super::super::account::Member;
use super::super::html_for;
use super::super::views::{ClientFailures, FailureLine, Section};
use super::client::{own, path};
use super::clients::line;
use crate::core::failure::Noted;
use crate::core::page::Page;
use crate::core::text::Language;
use crate::http::{block, context, faults};
use crate::oauth::failures;
use crate::oauth::manage::ManageError;

/// How many refusals one page shows.
const PAGE: i64 = 50;

/// `GET /account/clients/{id}/failures`
pub async fn get(req: HttpRequest) -> HttpResponse {
    show(&req).await.unwrap_or_else(|response| response)
}

async fn show(req: &HttpRequest) -> Result<HttpResponse, HttpResponse> {
    let member = Member::opened(req).await?;
    let client = own(req, &member).await?;
    let after = member.fields.get("after").filter(|after| after.len() <= 200).map(str::to_owned);
    let (owner, id, page) = (member.user.id, client.id.to_string(), Page { after: after.clone(), limit: PAGE });
    let found =
        block::run(&member.app, context::request_id(req), move |app| failures::of_client(app, owner, &id, &page));
    let found = match found.await {
        Ok(found) => found,
        Err(ManageError::Store(error)) => return Err(faults::unavailable(req, &error)),
        Err(_) => return Err(faults::not_found(req.clone()).await),
    };
    let full = i64::try_from(found.len()).is_ok_and(|count| count == PAGE);
    let here = path(&client, "/failures");
    let next = found.last().filter(|_| full).map(|last| format!("{here}?after={}", last.cursor()));
    let page = member.page(req);
    let view = ClientFailures {
        failures: found.iter().map(|noted| refusal(noted, page.lang)).collect(),
        page,
        nav: member.nav(Section::Clients),
        client: line(&client),
        first_href: after.map(|_| here),
        next_href: next,
    };
    Ok(html_for(&member.app, &member.browser, StatusCode::OK, &view, &[]))
}

fn refusal(noted: &Noted, language: Language) -> FailureLine {
    let explained = noted.explain();
    FailureLine {
        code: noted.code.clone(),
        why: explained.why(language),
        mend: explained.mend(language),
        at: noted.created_at,
        id: noted.id.clone(),
    }
}
