//! `/account/clients/{id}/secrets`: the secrets of one of my applications. A new one is shown in the answer to the form
//! that made it, and nowhere else.

use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};

use super::super::account::Member;
use super::super::form::{self, Trouble};
use super::super::views::{ClientSecrets, SecretLine, Section};
use super::super::{fresh, html_for};
use super::client::{opened, own, path};
use super::clients::line;
use crate::core::client::Client;
use crate::http::{answer, block, context, faults};
use crate::oauth::applications;

/// For how many hours the old secrets may work on.
const OVERLAPS: [u64; 5] = [0, 1, 24, 7 * 24, 30 * 24];

/// `GET /account/clients/{id}/secrets`
pub async fn get(req: HttpRequest) -> HttpResponse {
    let shown = async {
        let (member, client) = opened(&req).await?;
        if client.is_public() {
            return Err(faults::not_found(req.clone()).await);
        }
        let notice = match member.fields.get("done") {
            Some("ended") => Some("clients-secret-ended"),
            Some("again") => Some("clients-secret-once-only"),
            _ => None,
        };
        Ok(show(&req, &member, &client, Trouble::default(), notice, None))
    };
    shown.await.unwrap_or_else(|response: HttpResponse| response)
}

fn show(
    req: &HttpRequest,
    member: &Member,
    client: &Client,
    trouble: Trouble,
    notice: Option<&'static str>,
    secret: Option<String>,
) -> HttpResponse {
    let now = member.app.now();
    let live = client.secrets.iter().filter(|secret| secret.expires_at.is_none_or(|end| end > now));
    let Trouble { status, alert, errors, retry_after } = trouble;
    let view = ClientSecrets {
        page: member.page(req),
        nav: member.nav(Section::Clients),
        notice,
        alert,
        errors,
        client: line(client),
        secret,
        secrets: live
            .map(|secret| SecretLine {
                id: secret.id.clone(),
                created_at: secret.created_at,
                expires_at: secret.expires_at,
            })
            .collect(),
        overlaps: OVERLAPS.to_vec(),
        form: super::new_form(member),
    };
    form::answered(html_for(&member.app, &member.browser, status, &view, &[]), retry_after)
}

/// `POST /account/clients/{id}/secrets`: makes a new secret, or ends an old one.
pub async fn post(req: HttpRequest, payload: web::Payload) -> HttpResponse {
    change(&req, payload).await.unwrap_or_else(|response| response)
}

async fn change(req: &HttpRequest, payload: web::Payload) -> Result<HttpResponse, HttpResponse> {
    let member = Member::sent(req, payload).await?;
    let client = own(req, &member).await?;
    if client.is_public() {
        return Err(faults::not_found(req.clone()).await);
    }
    if !member.sent_csrf(req) {
        return Ok(show(req, &member, &client, Trouble::expired(), None, None));
    }
    let here = path(&client, "/secrets");
    if let Some(elsewhere) = fresh::required_for(&member.app, &member.browser, &here) {
        return Err(elsewhere);
    }
    let text = |name: &str| member.fields.get(name).unwrap_or_default().to_owned();
    let (owner, id, request) = (member.user.id, client.id.to_string(), context::request_id(req));
    let end = text("end");
    if !end.is_empty() {
        let ended = block::run(&member.app, request, move |app| applications::end_secret(app, owner, &id, &end));
        return match ended.await {
            Ok(()) => Ok(answer::see_other(&format!("{here}?done=ended"))),
            Err(error) => Ok(show(req, &member, &client, super::refused(req, error).await?, None, None)),
        };
    }
    let Some(hours) = text("overlap").parse().ok().filter(|hours| OVERLAPS.contains(hours)) else {
        return Ok(show(req, &member, &client, Trouble::at("secret", "field-choice"), None, None));
    };
    let (overlap, form) = (Duration::from_secs(hours * 3600), text("form"));
    let made = block::run(&member.app, request, move |app| {
        let made = applications::new_secret(app, owner, &id, overlap, &form)?;
        Ok::<_, crate::oauth::manage::ManageError>((made, crate::oauth::manage::own_client(app, owner, &id)?))
    });
    match made.await {
        Ok((None, _)) => Ok(answer::see_other(&format!("{here}?done=again"))),
        Ok((Some(secret), client)) => {
            let (secret, made) =
                (Some(secret.expose().to_owned()), Trouble { status: StatusCode::CREATED, ..Trouble::default() });
            Ok(show(req, &member, &client, made, Some("clients-secret-made"), secret))
        }
        Err(error) => Ok(show(req, &member, &client, super::refused(req, error).await?, None, None)),
    }
}
