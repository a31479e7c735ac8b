//! The audit log: who did what, on what, from where, and how it ended. An event is written in the transaction that does
//! the thing, so that there is never one without the other.

mod csv;

use std::sync::Arc;

use chrono::TimeDelta;

use crate::app::App;
use crate::core::audit::{Filter, Recorded};
use crate::core::page::Page;
use crate::core::time::Time;
use crate::store::{self, audit_events};

pub use crate::app::record;
pub use crate::core::audit::{Act, Actor, Event, Object, ObjectKind};

/// Events, the newest first, page by page.
///
/// # Errors
/// As the database says.
pub fn search(app: &App, filter: &Filter, page: &Page) -> store::Result<Vec<Recorded>> {
    app.read(|cx| audit_events::search(cx.conn, filter, page))
}

/// How many events one step of an export reads.
const EXPORT_BATCH: i64 = 500;

/// Hands out every event, the newest first, batch by batch: no connection is held while `sink` writes.
///
/// # Errors
/// As the database and `sink` say.
pub fn export<E: From<store::Error>>(
    app: &App,
    filter: &Filter,
    mut sink: impl FnMut(Vec<Recorded>) -> Result<(), E>,
) -> Result<(), E> {
    let mut page = Page { after: None, limit: EXPORT_BATCH };
    // What is added meanwhile is not part of it.
    let until = filter.until.unwrap_or(Time::MAX).min(app.now() + TimeDelta::microseconds(1));
    let filter = Filter { until: Some(until), ..filter.clone() };
    loop {
        let batch = search(app, &filter, &page)?;
        let Some(last) = batch.last() else { return Ok(()) };
        page.after = Some(last.cursor());
        sink(batch)?;
    }
}

/// How an export is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Comma-separated values (RFC 4180), with a line of headings.
    Csv,
    /// One JSON array.
    Json,
}

/// Writes every event, the newest first, to `sink` piece by piece. That it was done, and by whom, is an event itself.
///
/// # Errors
/// As the database and `sink` say.
pub fn export_text<E: From<store::Error>>(
    app: &Arc<App>,
    by: &Actor,
    filter: &Filter,
    format: Format,
    mut sink: impl FnMut(&str) -> Result<(), E>,
) -> Result<(), E> {
    let event = Event::new(by.clone(), Act::AuditExport).with("filter", filter.described());
    app.write(move |cx| record(cx, &event))?;
    let mut first = true;
    sink(match format {
        Format::Csv => csv::HEADINGS,
        Format::Json => "[",
    })?;
    export(app, filter, |batch| {
        let mut text = String::new();
        for event in &batch {
            match format {
                Format::Csv => text.push_str(&csv::line(event)),
                Format::Json => {
                    text.push_str(if first { "\n" } else { ",\n" });
                    text.push_str(&event.to_json().to_string());
                }
            }
            first = false;
        }
        sink(&text)
    })?;
    sink(match format {
        Format::Csv => "",
        Format::Json => "\n]\n",
    })
}
