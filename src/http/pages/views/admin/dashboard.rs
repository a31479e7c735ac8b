//! The figures, for the administration.

use askama::Template;

use super::{Frame, Table};
use crate::http::pages::views::Page;

/// The figures.
#[derive(Debug, Clone, Template)]
#[template(path = "pages/admin/dashboard.html")]
pub struct AdminDashboard {
    /// What every page needs.
    pub page: Page,
    /// What the administration needs.
    pub frame: Frame,
    /// Single figures: what each is, and how much.
    pub figures: Vec<(String, String)>,
    /// Whether the charts are by the hour.
    pub by_hour: bool,
    /// The charts.
    pub charts: Vec<Chart>,
}

/// A chart of bars.
#[derive(Debug, Clone)]
pub struct Chart {
    /// Identifies it on the page.
    pub id: &'static str,
    /// What was counted.
    pub title: String,
    /// What is to be seen, in words.
    pub description: String,
    /// Ten for each bar; it is a hundred high.
    pub width: usize,
    /// The bars, for the attribute `d` of a path.
    pub bars: String,
    /// The same as a table.
    pub table: Table,
    /// Where each of it is told.
    pub records: Option<&'static str>,
}

impl AdminDashboard {
    /// One chart.
    pub fn sample() -> Self {
        Self {
            page: Page::sample_signed_in(),
            frame: Frame::sample("/admin"),
            figures: vec![("Grantor".into(), "1,204".into())],
            by_hour: false,
            charts: vec![Chart {
                id: "sign_ins",
                title: "Grantor".into(),
                description: "Grantor".into(),
                width: 30,
                bars: "M1 100v-40h8v40zM11 100v-100h8v100z".into(),
                table: Table::sample("sign_ins-table", "Grantor", &["Grantor"], &[&["2026-03-04 05:06:07 UTC", "12"]]),
                records: Some("/admin/audit?act=sign_in"),
            }],
        }
    }
}
