//! `/admin/scopes`: what apps may ask for. A scope's name may hold what a path cannot: it is named in the query.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};

use super::{Desk, address, answered, answered_with, either, manage_failed};
use crate::core::power::Power;
use crate::core::scope::{self, ScopeEntry};
use crate::core::text::Said;
use crate::http::pages::form::Trouble;
use crate::http::pages::views::{AdminForm, AdminRecords, Cell, Errors, Field, Head, Page, Tag, Way};
use crate::http::{answer, block, context, faults};
use crate::oauth::manage::ManageError;
use crate::oauth::manage::scopes::{self, Change};

const PATH: &str = "/admin/scopes";
const EDIT: &str = "/admin/scopes/edit";
const DELETE: &str = "/admin/scopes/delete";
const NEW: &str = "/admin/new-scope";

/// `GET /admin/scopes`.
pub async fn list(req: HttpRequest) -> HttpResponse {
    either(listed(&req).await)
}

async fn listed(req: &HttpRequest) -> Result<HttpResponse, HttpResponse> {
    let desk = super::opened(req, Power::ReadScopes).await?;
    let found = block::run(&desk.app, context::request_id(req), |app| scopes::list(app)).await;
    let found = found.map_err(|error| faults::unavailable(req, &error))?;
    let (page, frame) = desk.page(req, PATH);
    let writes = desk.may(Power::WriteScopes);
    let notice = match desk.fields.get("done") {
        Some("created") => Some("admin-scope-done-created".into()),
        Some("edited") => Some("admin-scope-done-edited".into()),
        Some("deleted") => Some("admin-scope-done-deleted".into()),
        _ => None,
    };
    let mut heads: Vec<Head> = ["admin-scope-name", "admin-scope-description"].map(Head::plain).into();
    if writes {
        heads.push(Head::plain("admin-scope-act"));
    }
    let view = AdminRecords {
        title: "admin-scopes-title".into(),
        lead: "admin-scopes-lead".into(),
        notice,
        acts: if writes { vec![Way::new(NEW, "admin-scope-new", false)] } else { Vec::new() },
        path: PATH,
        filters: Vec::new(),
        errors: Errors::default(),
        columns: heads,
        rows: found.iter().map(|entry| row(&page, entry, writes)).collect(),
        none: "admin-scopes-none".into(),
        first: None,
        next: None,
        export: None,
        page,
        frame,
    };
    Ok(answered(&desk, &view))
}

fn row(page: &Page, entry: &ScopeEntry, writes: bool) -> Vec<Cell> {
    let name = if writes {
        Cell::link(entry.name.as_str(), address(EDIT, &[("name", &entry.name)]))
    } else {
        Cell::text(entry.name.as_str())
    };
    let marks = [
        (entry.is_default, "on", "admin-scope-default"),
        (entry.optional, "new", "admin-scope-optional"),
        (entry.sensitive, "waiting", "admin-scope-sensitive"),
        (scope::is_built_in(&entry.name), "", "admin-scope-built-in"),
    ];
    let tags = marks.into_iter().filter(|(is, ..)| *is).map(|(_, kind, id)| Tag::new(kind, id));
    let mut cells = vec![name.tagged(tags), Cell::text(entry.description.as_str())];
    if writes {
        let to = (!scope::is_built_in(&entry.name)).then(|| address(DELETE, &[("name", &entry.name)]));
        cells.push(to.map_or_else(Cell::default, |to| Cell::link(page.t("admin-scope-delete-link"), to)));
    }
    cells
}

/// `GET /admin/new-scope`.
pub async fn new(req: HttpRequest) -> HttpResponse {
    either(opened(&req, true).await)
}

/// `GET /admin/scopes/edit`.
pub async fn edit(req: HttpRequest) -> HttpResponse {
    either(opened(&req, false).await)
}

async fn opened(req: &HttpRequest, is_new: bool) -> Result<HttpResponse, HttpResponse> {
    let desk = super::opened(req, Power::WriteScopes).await?;
    let entry = if is_new { nothing() } else { find(req, &desk).await? };
    Ok(answered(&desk, &form(req, &desk, &entry, is_new, Trouble::default())))
}

fn nothing() -> ScopeEntry {
    let [name, description] = [const { String::new() }; 2];
    ScopeEntry { name, description, is_default: false, optional: false, sensitive: false }
}

async fn find(req: &HttpRequest, desk: &Desk) -> Result<ScopeEntry, HttpResponse> {
    let name = desk.fields.get("name").unwrap_or_default().to_owned();
    match block::run(&desk.app, context::request_id(req), move |app| scopes::find(app, &name)).await {
        Ok(entry) => Ok(entry),
        Err(error) => Err(manage_failed(req, error).await),
    }
}

fn form(req: &HttpRequest, desk: &Desk, entry: &ScopeEntry, is_new: bool, trouble: Trouble) -> AdminForm {
    let (page, frame) = desk.page(req, PATH);
    let name = Field::text("name", "admin-scope-name", entry.name.as_str());
    let name = if is_new { name.required().hinted("admin-scope-name-hint") } else { name.of("hidden") };
    let fields = vec![
        name,
        Field::text("description", "admin-scope-description", entry.description.as_str())
            .required()
            .hinted("admin-scope-description-hint"),
        Field::check("default", "admin-scope-default-long", entry.is_default),
        Field::check("optional", "admin-scope-optional-long", entry.optional),
        Field::check("sensitive", "admin-scope-sensitive-long", entry.sensitive),
    ];
    let titles = if is_new { ("admin-scope-new", NEW) } else { ("admin-scope-edit", EDIT) };
    AdminForm {
        title: if is_new { titles.0.into() } else { Said::new("admin-scope-edit").with("scope", entry.name.as_str()) },
        back: Way::new(PATH, "admin-scopes-title", false),
        alert: trouble.alert,
        errors: trouble.errors,
        text: None,
        data: Vec::new(),
        action: titles.1.to_owned(),
        fields,
        submit: "admin-save".into(),
        is_danger: false,
        page,
        frame,
    }
}

/// `POST /admin/new-scope`.
pub async fn create(req: HttpRequest, payload: web::Payload) -> HttpResponse {
    either(saved(&req, payload, true).await)
}

/// `POST /admin/scopes/edit`.
pub async fn save(req: HttpRequest, payload: web::Payload) -> HttpResponse {
    either(saved(&req, payload, false).await)
}

async fn saved(req: &HttpRequest, payload: web::Payload, is_new: bool) -> Result<HttpResponse, HttpResponse> {
    let desk = super::sent(req, payload, Power::WriteScopes).await?;
    let text = |name: &str| desk.fields.get(name).unwrap_or_default().to_owned();
    let is_ticked = |name: &str| desk.fields.get(name) == Some("1");
    let entry = ScopeEntry {
        name: text("name"),
        description: text("description"),
        is_default: is_ticked("default"),
        optional: is_ticked("optional"),
        sensitive: is_ticked("sensitive"),
    };
    let (asked, by) = (entry.clone(), desk.actor());
    let done = block::run(&desk.app, context::request_id(req), move |app| {
        if is_new {
            return scopes::create(app, &by, asked);
        }
        let change = Change {
            description: Some(asked.description),
            is_default: Some(asked.is_default),
            optional: Some(asked.optional),
            sensitive: Some(asked.sensitive),
        };
        scopes::edit(app, &by, &asked.name, change).map(|_| ())
    });
    match done.await {
        Ok(()) => Ok(answer::see_other(&format!("{PATH}?done={}", if is_new { "created" } else { "edited" }))),
        Err(ManageError::Invalid(invalid)) => {
            let view = form(req, &desk, &entry, is_new, invalid.into());
            Ok(answered_with(&desk, StatusCode::UNPROCESSABLE_ENTITY, &view))
        }
        Err(error) => Err(manage_failed(req, error).await),
    }
}

/// `GET /admin/scopes/delete`.
pub async fn ask(req: HttpRequest) -> HttpResponse {
    either(asked(&req).await)
}

async fn asked(req: &HttpRequest) -> Result<HttpResponse, HttpResponse> {
    let desk = super::opened(req, Power::WriteScopes).await?;
    desk.fresh(req).await?;
    let entry = find(req, &desk).await?;
    Ok(answered(&desk, &question(req, &desk, &entry, Trouble::default())))
}

fn question(req: &HttpRequest, desk: &Desk, entry: &ScopeEntry, trouble: Trouble) -> AdminForm {
    let (page, frame) = desk.page(req, PATH);
    let alert = trouble.alert.or_else(|| trouble.errors.first("name").cloned());
    AdminForm {
        title: Said::new("admin-scope-delete").with("scope", entry.name.as_str()),
        back: Way::new(PATH, "admin-scopes-title", false),
        alert,
        errors: Errors::default(),
        text: Some("admin-scope-delete-text".into()),
        data: Vec::new(),
        action: DELETE.to_owned(),
        fields: vec![Field::hidden("name", entry.name.as_str())],
        submit: "admin-scope-delete-do".into(),
        is_danger: true,
        page,
        frame,
    }
}

/// `POST /admin/scopes/delete`.
pub async fn delete(req: HttpRequest, payload: web::Payload) -> HttpResponse {
    either(deleted(&req, payload).await)
}

async fn deleted(req: &HttpRequest, payload: web::Payload) -> Result<HttpResponse, HttpResponse> {
    let desk = super::sent(req, payload, Power::WriteScopes).await?;
    desk.fresh(req).await?;
    let (name, by) = (desk.fields.get("name").unwrap_or_default().to_owned(), desk.actor());
    let asked = name.clone();
    match block::run(&desk.app, context::request_id(req), move |app| scopes::delete(app, &by, &asked)).await {
        Ok(()) => Ok(answer::see_other(&format!("{PATH}?done=deleted"))),
        Err(ManageError::Invalid(invalid)) => {
            let view = question(req, &desk, &ScopeEntry { name, ..nothing() }, invalid.into());
            Ok(answered_with(&desk, StatusCode::UNPROCESSABLE_ENTITY, &view))
        }
        Err(error) => Err(manage_failed(req, error).await),
    }
}
