//! What is done to an app by one button, each on a page that asks first: `/admin/clients/{id}/{act}`.

use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};

use super::client_forms::shown_once;
use super::clients::{self, PATH};
use super::{Desk, answered, answered_with, either, manage_failed};
use crate::account::{Invalid, admin as people};
use crate::core::power::Power;
use crate::core::text::Said;
use crate::http::pages::form::Trouble;
use crate::http::pages::views::{AdminForm, Cell, Field, Page, Variant, Way};
use crate::http::{answer, block, context, faults};
use crate::oauth::manage::ManageError;
use crate::oauth::manage::admin::{self, Shown};

/// What can be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Act {
    Disable,
    Enable,
    Verify,
    Unverify,
    EndTokens,
    Owner,
    Secret,
}

impl Act {
    const ALL: [Self; 7] =
        [Self::Disable, Self::Enable, Self::Verify, Self::Unverify, Self::EndTokens, Self::Owner, Self::Secret];

    fn word(self) -> &'static str {
        match self {
            Self::Disable => "disable",
            Self::Enable => "enable",
            Self::Verify => "verify",
            Self::Unverify => "unverify",
            Self::EndTokens => "end-tokens",
            Self::Owner => "owner",
            Self::Secret => "secret",
        }
    }

    fn named(word: Option<&str>) -> Option<Self> {
        Self::ALL.into_iter().find(|act| Some(act.word()) == word)
    }

    /// What it is called, and what comes of it.
    fn said(self) -> (&'static str, &'static str) {
        match self {
            Self::Disable => ("admin-client-disable", "admin-client-disable-text"),
            Self::Enable => ("admin-client-enable", "admin-client-enable-text"),
            Self::Verify => ("admin-client-verify", "admin-client-verify-text"),
            Self::Unverify => ("admin-client-unverify", "admin-client-unverify-text"),
            Self::EndTokens => ("admin-client-end-tokens", "admin-client-end-tokens-text"),
            Self::Owner => ("admin-client-give", "admin-client-give-text"),
            Self::Secret => ("admin-client-secret", "admin-client-secret-text"),
        }
    }
}

/// How long old secrets may go on working: seconds, and what that is called.
const OVERLAPS: [(u64, &str); 4] = [
    (0, "admin-client-overlap-none"),
    (3_600, "admin-client-overlap-hour"),
    (86_400, "admin-client-overlap-day"),
    (604_800, "admin-client-overlap-week"),
];

/// `GET /admin/clients/{id}/{act}`.
pub async fn ask(req: HttpRequest) -> HttpResponse {
    either(asked(&req).await)
}

async fn asked(req: &HttpRequest) -> Result<HttpResponse, HttpResponse> {
    let desk = super::opened(req, Power::WriteClients).await?;
    let Some(act) = Act::named(req.match_info().get("act")) else { return Err(faults::not_found(req.clone()).await) };
    desk.fresh(req).await?;
    let shown = clients::find(req, &desk).await?;
    Ok(answered(&desk, &question(req, &desk, act, &shown, Trouble::default())))
}

/// What people know an app by: all that the mark stands beside.
fn known_by(desk: &Desk, page: &Page, shown: &Shown) -> Vec<(Said, Cell)> {
    let metadata = &shown.client.metadata;
    let logo = shown
        .client
        .logo_file
        .as_ref()
        .map(|file| Cell::link(page.t("admin-client-logo-show"), format!("/files/{file}")));
    vec![
        ("admin-client-name".into(), Cell::text(metadata.client_name.clone())),
        ("admin-client-owner".into(), clients::owner(desk, page, &shown.client)),
        ("admin-client-home".into(), Cell::text(metadata.client_uri.clone().unwrap_or_default())),
        ("admin-client-redirects".into(), Cell::default().with(metadata.redirect_uris.iter().map(ToString::to_string))),
        ("admin-client-logo".into(), logo.unwrap_or_else(|| Cell::text(page.t("admin-client-logo-none")))),
    ]
}

fn question(req: &HttpRequest, desk: &Desk, act: Act, shown: &Shown, trouble: Trouble) -> AdminForm {
    let (page, frame) = desk.page(req, PATH);
    let path = format!("{PATH}/{}", shown.client.id);
    let (title, text) = act.said();
    let was_deleted = act == Act::Enable && shown.client.deleted_at.is_some();
    let text = if was_deleted { "admin-client-enable-deleted" } else { text };
    let fields = match act {
        Act::Owner => {
            let owner = desk.fields.get("owner").unwrap_or_default();
            vec![Field::text("owner", "admin-client-owner", owner).hinted("admin-client-give-hint")]
        }
        Act::Secret => {
            let picks = OVERLAPS.map(|(seconds, said)| Variant::new(seconds.to_string(), said, "86400"));
            let newest = shown.secrets.first().map(|secret| secret.id.as_str()).unwrap_or_default();
            vec![Field::select("overlap", "admin-client-overlap", picks.into()), Field::hidden("newest", newest)]
        }
        Act::Verify => vec![Field::hidden("seen", &*shown.seen)],
        _ => Vec::new(),
    };
    AdminForm {
        title: title.into(),
        back: Way::new(path.clone(), Said::verbatim(&*shown.client.metadata.client_name), false),
        alert: trouble.alert,
        errors: trouble.errors,
        text: Some(text.into()),
        data: if act == Act::Verify { known_by(desk, &page, shown) } else { Vec::new() },
        action: format!("{path}/{}", act.word()),
        fields,
        submit: title.into(),
        is_danger: matches!(act, Act::Disable | Act::EndTokens),
        page,
        frame,
    }
}

/// `POST /admin/clients/{id}/{act}`.
pub async fn act(req: HttpRequest, payload: web::Payload) -> HttpResponse {
    either(acted(&req, payload).await)
}

async fn acted(req: &HttpRequest, payload: web::Payload) -> Result<HttpResponse, HttpResponse> {
    let desk = super::sent(req, payload, Power::WriteClients).await?;
    let Some(act) = Act::named(req.match_info().get("act")) else { return Err(faults::not_found(req.clone()).await) };
    desk.fresh(req).await?;
    let shown = clients::find(req, &desk).await?;
    if act == Act::Secret {
        return new_secret(req, &desk, &shown).await;
    }
    let (by, id) = (desk.acting(), shown.client.id.clone());
    let owner = desk.fields.get("owner").unwrap_or_default().trim().to_owned();
    let seen = desk.fields.get("seen").unwrap_or_default().to_owned();
    let done = block::run(&desk.app, context::request_id(req), move |app| match act {
        Act::Disable => admin::set_enabled(app, &by, &id, false),
        Act::Enable => admin::set_enabled(app, &by, &id, true),
        Act::Verify => admin::verify(app, &by, &id, &seen),
        Act::Unverify => admin::unverify(app, &by, &id),
        Act::EndTokens => admin::end_tokens(app, &by, &id),
        Act::Owner if owner.is_empty() => admin::set_owner(app, &by, &id, None),
        Act::Owner => {
            let nobody = || Invalid::one("owner", ("There is nobody of this name.", "admin-nobody"));
            let owner = people::find(app, &owner)?.ok_or_else(nobody)?;
            admin::set_owner(app, &by, &id, Some(&owner))
        }
        Act::Secret => Ok(()),
    });
    match done.await {
        Ok(()) => Ok(answer::see_other(&format!("{PATH}/{}?done={}", shown.client.id, act.word()))),
        Err(ManageError::Invalid(invalid)) => {
            let view = question(req, &desk, act, &shown, invalid.into());
            Ok(answered_with(&desk, StatusCode::UNPROCESSABLE_ENTITY, &view))
        }
        Err(ManageError::Changed) => {
            let shown = clients::find(req, &desk).await?;
            let trouble = Trouble { alert: Some("admin-client-changed-meanwhile".into()), ..Trouble::default() };
            Ok(answered_with(&desk, StatusCode::CONFLICT, &question(req, &desk, act, &shown, trouble)))
        }
        Err(error) => Err(manage_failed(req, error).await),
    }
}

/// Makes a secret, which is on the answer and nowhere after. A form that is sent twice makes one: it knows the newest
/// secret that there was.
async fn new_secret(req: &HttpRequest, desk: &Desk, shown: &Shown) -> Result<HttpResponse, HttpResponse> {
    let (by, id) = (desk.acting(), shown.client.id.clone());
    let asked = desk.fields.get("overlap").and_then(|text| text.parse().ok());
    let overlap =
        OVERLAPS.iter().map(|(seconds, _)| *seconds).find(|seconds| asked == Some(*seconds)).unwrap_or(86_400);
    let newest = desk.fields.get("newest").unwrap_or_default().to_owned();
    let path = format!("{PATH}/{id}?done=secret-made");
    let made = block::run(&desk.app, context::request_id(req), move |app| {
        admin::rotate_secret(app, &by, &id, Duration::from_secs(overlap), Some(&newest))
    });
    match made.await {
        Ok(Some(secret)) => {
            let id = shown.client.id.as_str();
            shown_once(req, desk, id, "admin-client-done-secret", secret.expose()).await
        }
        Ok(None) => Ok(answer::see_other(&path)),
        Err(ManageError::Invalid(invalid)) => {
            let view = question(req, desk, Act::Secret, shown, invalid.into());
            Ok(answered_with(desk, StatusCode::UNPROCESSABLE_ENTITY, &view))
        }
        Err(error) => Err(manage_failed(req, error).await),
    }
}

/// `GET /admin/clients/{id}/secrets/{secret}/end`.
pub async fn ask_end(req: HttpRequest) -> HttpResponse {
    either(asked_end(&req).await)
}

async fn asked_end(req: &HttpRequest) -> Result<HttpResponse, HttpResponse> {
    let desk = super::opened(req, Power::WriteClients).await?;
    desk.fresh(req).await?;
    let shown = clients::find(req, &desk).await?;
    let secret = req.match_info().get("secret").unwrap_or_default();
    if !shown.secrets.iter().any(|one| one.id == secret) {
        return Err(faults::not_found(req.clone()).await);
    }
    let (page, frame) = desk.page(req, PATH);
    let path = format!("{PATH}/{}", shown.client.id);
    let text = if shown.secrets.len() == 1 { "admin-client-secret-end-last" } else { "admin-client-secret-end-text" };
    let view = AdminForm {
        title: "admin-client-secret-end".into(),
        action: format!("{path}/secrets/{secret}/end"),
        back: Way::new(path, Said::verbatim(&*shown.client.metadata.client_name), false),
        alert: None,
        errors: Trouble::default().errors,
        text: Some(text.into()),
        data: Vec::new(),
        fields: Vec::new(),
        submit: "admin-client-secret-end".into(),
        is_danger: true,
        page,
        frame,
    };
    Ok(answered(&desk, &view))
}

/// `POST /admin/clients/{id}/secrets/{secret}/end`.
pub async fn end(req: HttpRequest, payload: web::Payload) -> HttpResponse {
    either(ended(&req, payload).await)
}

async fn ended(req: &HttpRequest, payload: web::Payload) -> Result<HttpResponse, HttpResponse> {
    let desk = super::sent(req, payload, Power::WriteClients).await?;
    desk.fresh(req).await?;
    let shown = clients::find(req, &desk).await?;
    let (by, id) = (desk.acting(), shown.client.id.clone());
    let secret = req.match_info().get("secret").unwrap_or_default().to_owned();
    let done = block::run(&desk.app, context::request_id(req), move |app| admin::end_secret(app, &by, &id, &secret));
    match done.await {
        // Sent twice, it ended the first time.
        Ok(()) | Err(ManageError::NotFound) => {
            Ok(answer::see_other(&format!("{PATH}/{}?done=secret-end", shown.client.id)))
        }
        Err(error) => Err(manage_failed(req, error).await),
    }
}
