//! `/admin`: figures of use, drawn on the server.

use std::fmt::Write as _;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};

use super::person::{Outcome, either};
use super::{Desk, SECTIONS, opened_by};
use crate::account::dashboard::{self, Dashboard};
use crate::account::statistics::{Series, Step};
use crate::core::power::Power;
use crate::core::statistic::Counter;
use crate::core::text::Argument as _;
use crate::core::time::Time;
use crate::http::pages::html_for;
use crate::http::pages::views::Page;
use crate::http::pages::views::admin::{AdminDashboard, Chart, Table};
use crate::http::{answer, block, context, faults};

/// `GET /admin`: who may not see it is led to what they may.
pub async fn get(req: HttpRequest) -> HttpResponse {
    either(show(&req).await)
}

async fn show(req: &HttpRequest) -> Outcome {
    let desk = opened_by(req, |powers| !powers.is_empty()).await?;
    if !desk.may(Power::ReadStatistics) {
        return Err(elsewhere(req, &desk).await);
    }
    let by_hour = desk.fields.get("step") == Some("hour");
    let step = if by_hour { Step::Hour } else { Step::Day };
    let found = block::run(&desk.app, context::request_id(req), move |app| dashboard::read(app, step)).await;
    let found = found.map_err(|error| faults::unavailable(req, &error))?;
    let (page, frame) = desk.page(req, "/admin");
    let view = AdminDashboard {
        figures: figures(&page, &found),
        by_hour,
        charts: found.series.iter().map(|series| chart(&page, &desk, series, by_hour)).collect(),
        page,
        frame,
    };
    Ok(html_for(&desk.app, &desk.browser, StatusCode::OK, &view, &[]))
}

async fn elsewhere(req: &HttpRequest, desk: &Desk) -> HttpResponse {
    match SECTIONS.iter().find(|(_, _, power)| desk.may(*power)) {
        Some((href, _, _)) => answer::see_other(href),
        None => faults::not_found(req.clone()).await,
    }
}

fn figures(page: &Page, found: &Dashboard) -> Vec<(String, String)> {
    let number = |count: i64| page.t1("admin-number", "number", count.value());
    let next = found.next_key_at.map_or_else(|| page.t("admin-none-planned"), |at| page.date_time(at));
    vec![
        (page.t("admin-figure-people"), number(found.people)),
        (page.t("admin-figure-clients"), number(found.clients)),
        (page.t("admin-figure-waiting"), number(found.waiting)),
        (page.t("admin-figure-key"), next),
    ]
}

fn title_id(counter: Counter) -> &'static str {
    match counter {
        Counter::SignIns => "admin-count-sign-ins",
        Counter::SignInsRefused => "admin-count-sign-ins-refused",
        Counter::Authorizations => "admin-count-authorizations",
        Counter::Tokens => "admin-count-tokens",
        Counter::Refreshes => "admin-count-refreshes",
        Counter::Introspections => "admin-count-introspections",
        Counter::Failures => "admin-count-failures",
        Counter::Registrations => "admin-count-registrations",
    }
}

/// Where each of what was counted is told, and to whom.
fn records(counter: Counter) -> Option<(&'static str, Power)> {
    match counter {
        Counter::SignIns => Some(("/admin/audit?act=sign_in", Power::ReadAudit)),
        Counter::SignInsRefused => Some(("/admin/failures?kind=sign_in", Power::ReadFailures)),
        Counter::Failures => Some(("/admin/failures", Power::ReadFailures)),
        Counter::Registrations => Some(("/admin/audit?act=user.register", Power::ReadAudit)),
        Counter::Authorizations | Counter::Tokens | Counter::Refreshes | Counter::Introspections => None,
    }
}

fn chart(page: &Page, desk: &Desk, series: &Series, by_hour: bool) -> Chart {
    let most = series.points.iter().map(|(_, count)| *count).max().unwrap_or(0);
    let title = page.t(title_id(series.counter));
    let moment = |at: Time| if by_hour { page.date_time(at) } else { page.date(at) };
    let rows = series.points.iter().rev().filter(|(_, count)| *count > 0);
    Chart {
        id: series.counter.as_str(),
        description: page.t2("admin-chart-description", "total", series.total(), "most", most),
        width: series.points.len().max(1) * 10,
        bars: bars(series, most),
        table: Table {
            title: title.clone(),
            id: format!("{}-table", series.counter.as_str()).into(),
            heads: vec![page.t("admin-event-when"), page.t("admin-chart-count")],
            rows: rows.map(|(at, count)| vec![moment(*at), count.to_string()]).collect(),
            none: page.t("admin-chart-none"),
        },
        records: records(series.counter).filter(|(_, power)| desk.may(*power)).map(|(href, _)| href),
        title,
    }
}

/// A bar for each point, ten wide with the gap, a hundred high at the most; what was counted at all is seen.
fn bars(series: &Series, most: i64) -> String {
    let mut path = String::new();
    for (at, (_, count)) in series.points.iter().enumerate().filter(|(_, (_, count))| *count > 0) {
        let height = (i128::from(*count) * 100 / i128::from(most.max(1))).clamp(1, 100);
        let _ = write!(path, "M{} 100v-{height}h8v{height}z", at * 10 + 1);
    }
    path
}
