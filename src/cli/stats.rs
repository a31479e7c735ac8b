//! `grantor stats`.

use std::sync::Arc;

use serde_json::{Value, json};

use super::failure::Failure;
use super::reply::{Reply, fields, moment_or, stamp};
use crate::account::dashboard;
use crate::account::statistics::Step;
use crate::app::App;

#[derive(clap::Args)]
pub(super) struct Arguments {
    /// The last 48 hours by the hour, not the last 30 days by the day
    #[arg(long)]
    hourly: bool,
}

pub(super) fn run(app: &Arc<App>, arguments: &Arguments) -> Result<Reply, Failure> {
    let step = if arguments.hourly { Step::Hour } else { Step::Day };
    let found = dashboard::read(app, step)?;
    let mut lines = vec![
        ("People", found.people.to_string()),
        ("Clients", found.clients.to_string()),
        ("Messages that wait", found.waiting.to_string()),
        ("Next key signs from", moment_or(found.next_key_at, "none planned")),
    ];
    lines.extend(found.series.iter().map(|series| (series.counter.as_str(), series.total().to_string())));
    let series = found.series.iter().map(|series| {
        let points = series.points.iter().map(|(at, count)| json!({ "at": stamp(*at), "count": count }));
        json!({ "name": series.counter.as_str(), "points": points.collect::<Vec<_>>() })
    });
    let whole = json!({
        "people": found.people,
        "clients": found.clients,
        "messages_waiting": found.waiting,
        "next_key_at": stamp(found.next_key_at),
        "series": series.collect::<Value>(),
    });
    Ok(Reply::new(whole, fields(&lines)))
}
