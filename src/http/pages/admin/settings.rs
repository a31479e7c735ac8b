//! `/admin/settings`: the settings in force, and where each comes from.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};

use super::opened;
use super::person::{Outcome, either};
use crate::config::{Setting, Source};
use crate::core::power::Power;
use crate::http::pages::html_for;
use crate::http::pages::views::Page;
use crate::http::pages::views::admin::{AdminSettings, Table};

/// `GET /admin/settings`
pub async fn get(req: HttpRequest) -> HttpResponse {
    either(show(&req).await)
}

async fn show(req: &HttpRequest) -> Outcome {
    let desk = opened(req, Power::ReadSettings).await?;
    let (page, frame) = desk.page(req, "/admin/settings");
    let heads = ["admin-setting-key", "admin-setting-value", "admin-setting-source"];
    let mut sections: Vec<Table> = Vec::new();
    for setting in desk.app.config.settings() {
        let (section, key) = setting.key.split_once('.').unwrap_or(("", &setting.key));
        if sections.last().is_none_or(|table| table.title != section) {
            sections.push(Table {
                title: section.to_owned(),
                id: section.to_owned().into(),
                heads: heads.iter().map(|id| page.t(id)).collect(),
                rows: Vec::new(),
                none: String::new(),
            });
        }
        let row = vec![key.to_owned(), value(&page, setting), source(&page, &setting.source)];
        if let Some(table) = sections.last_mut() {
            table.rows.push(row);
        }
    }
    let view = AdminSettings { page, frame, sections };
    Ok(html_for(&desk.app, &desk.browser, StatusCode::OK, &view, &[]))
}

/// A secret is said to be set, and no more.
fn value(page: &Page, setting: &Setting) -> String {
    match setting.is_secret() {
        Some(true) => page.t("admin-setting-set"),
        Some(false) => page.t("admin-setting-not-set"),
        None => setting.value.clone(),
    }
}

fn source(page: &Page, source: &Source) -> String {
    match source {
        Source::Default => page.t("admin-source-default"),
        Source::File(path) => page.t1("admin-source-file", "path", path.display().to_string()),
        Source::Environment(name) => page.t1("admin-source-environment", "name", name.escape_debug().to_string()),
        Source::Flag(name) => page.t1("admin-source-flag", "name", name.escape_debug().to_string()),
        Source::SecretFile { path, .. } => page.t1("admin-source-secret", "path", path.display().to_string()),
    }
}
