//! `grantor audit`.

use std::io::Write as _;
use std::sync::Arc;

use clap::Subcommand;
use serde_json::Value;

use super::failure::Failure;
use super::reply::{Reply, moment, table};
use crate::account::audit::{self, Act, Actor, Format, Object, ObjectKind};
use crate::app::App;
use crate::core::audit::{Filter, Recorded};
use crate::core::page::{MAX_PAGE, Page};
use crate::core::time::{Time, parse_moment};

#[derive(Subcommand)]
pub(super) enum Command {
    /// List events, the newest first
    List {
        #[command(flatten)]
        filters: Filters,
        /// Go on after this event: the last column of the last line
        #[arg(long, value_name = "PLACE")]
        after: Option<String>,
        /// How many at the most
        #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(i64).range(1..=MAX_PAGE))]
        limit: i64,
    },
    /// Write every event, the newest first: as CSV, or with --json as one JSON array
    Export {
        #[command(flatten)]
        filters: Filters,
        /// As CSV, which is the default
        #[arg(long, conflicts_with = "json")]
        csv: bool,
    },
}

/// Which events.
#[derive(clap::Args)]
#[command(next_help_heading = "Filters")]
pub(super) struct Filters {
    /// Who did it: person:ID, client:ID, operator, server or nobody
    #[arg(long, value_name = "KIND[:ID]", value_parser = actor)]
    actor: Option<Actor>,
    /// What it was done to: user:ID, client:ID, grant:ID, token:ID, scope:NAME, role:NAME or key:ID
    #[arg(long, value_name = "KIND:ID", value_parser = object)]
    object: Option<Object>,
    /// What was done, such as sign_in.refused or client.edit
    #[arg(long, value_name = "ACT", value_parser = act)]
    act: Option<Act>,
    /// In this request
    #[arg(long, value_name = "ID")]
    request: Option<String>,
    /// Not before: YYYY-MM-DD or RFC 3339
    #[arg(long, value_name = "TIME", value_parser = time)]
    from: Option<Time>,
    /// Before: YYYY-MM-DD or RFC 3339
    #[arg(long, value_name = "TIME", value_parser = time)]
    until: Option<Time>,
}

impl From<Filters> for Filter {
    fn from(filters: Filters) -> Self {
        Self {
            actor: filters.actor,
            object: filters.object,
            act: filters.act,
            request_id: filters.request,
            from: filters.from,
            until: filters.until,
        }
    }
}

fn actor(text: &str) -> Result<Actor, String> {
    let (kind, id) = text.split_once(':').unwrap_or((text, ""));
    Actor::parse(kind, id).ok_or_else(|| "use person:ID, client:ID, operator, server or nobody".to_owned())
}

fn object(text: &str) -> Result<Object, String> {
    let named = text.split_once(':').filter(|(_, id)| !id.is_empty());
    let found = named.and_then(|(kind, id)| Some(Object::new(ObjectKind::parse(kind)?, id)));
    found.ok_or_else(|| {
        let kinds: Vec<&str> = ObjectKind::ALL.iter().map(|kind| kind.as_str()).collect();
        format!("use KIND:ID, where KIND is one of {}", kinds.join(", "))
    })
}

fn act(text: &str) -> Result<Act, String> {
    Act::parse(text).ok_or_else(|| {
        let acts: Vec<&str> = Act::ALL.iter().map(|act| act.as_str()).collect();
        format!("use one of {}", acts.join(", "))
    })
}

/// A moment in the arguments of a command.
pub(super) fn time(text: &str) -> Result<Time, String> {
    parse_moment(text).ok_or_else(|| "use YYYY-MM-DD or RFC 3339, such as 2026-01-31T12:00:00Z".to_owned())
}

pub(super) fn run(app: &Arc<App>, command: Command, json: bool) -> Result<Reply, Failure> {
    match command {
        Command::List { filters, after, limit } => {
            let found = audit::search(app, &filters.into(), &Page { after, limit })?;
            Ok(Reply::new(found.iter().map(shown).collect(), lines(&found)))
        }
        Command::Export { filters, csv: _ } => {
            let format = if json { Format::Json } else { Format::Csv };
            let mut stdout = std::io::stdout().lock();
            audit::export_text(app, &Actor::Operator, &filters.into(), format, |piece| {
                let written = stdout.write_all(piece.as_bytes()).and_then(|()| stdout.flush());
                written.map_err(|error| Failure::new(format!("the output cannot be written: {error}")))
            })?;
            Ok(Reply::nothing())
        }
    }
}

/// With the place from which the next page goes on.
fn shown(event: &Recorded) -> Value {
    let mut json = event.to_json();
    if let Some(members) = json.as_object_mut() {
        members.insert("place".to_owned(), event.cursor().into());
    }
    json
}

fn lines(found: &[Recorded]) -> String {
    let rows = found.iter().map(|event| {
        let (actor, id) = (event.actor.kind(), event.actor.id());
        let details = Value::from(event.details.clone());
        [
            moment(event.created_at),
            if id.is_empty() { actor.to_owned() } else { format!("{actor}:{id}") },
            event.act.clone(),
            event.object.as_ref().map_or_else(|| "-".to_owned(), |(kind, id)| format!("{kind}:{id}")),
            event.outcome.clone(),
            event.ip_address.clone().unwrap_or_else(|| "-".to_owned()),
            event.request_id.clone().unwrap_or_else(|| "-".to_owned()),
            if event.details.is_empty() { "-".to_owned() } else { details.to_string() },
            event.cursor(),
        ]
    });
    let headings = ["TIME", "WHO", "WHAT", "ON WHAT", "OUTCOME", "FROM", "REQUEST", "DETAILS", "PLACE"];
    table("No events.", headings, rows.collect())
}
