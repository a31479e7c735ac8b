//! `grantor failure`.

use std::sync::Arc;

use clap::Subcommand;

use super::audit::time;
use super::failure::Failure;
use super::reply::{Reply, fields, moment, table};
use super::user;
use crate::account::failures;
use crate::app::App;
use crate::core::failure::{Filter, Kind, Noted};
use crate::core::page::{MAX_PAGE, Page};
use crate::core::text::Language;
use crate::core::time::Time;

#[derive(Subcommand)]
pub(super) enum Command {
    /// List what was refused, the newest first
    List {
        /// Requests of this client
        #[arg(long, value_name = "ID")]
        client: Option<String>,
        /// Of this person: identifier, e-mail address or username
        #[arg(long, value_name = "NAME")]
        user: Option<String>,
        /// Of this kind: authorization, token or sign_in
        #[arg(long, value_name = "KIND", value_parser = kind)]
        kind: Option<Kind>,
        /// Not before: YYYY-MM-DD or RFC 3339
        #[arg(long, value_name = "TIME", value_parser = time)]
        from: Option<Time>,
        /// Before: YYYY-MM-DD or RFC 3339
        #[arg(long, value_name = "TIME", value_parser = time)]
        until: Option<Time>,
        /// How many at the most
        #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(i64).range(1..=MAX_PAGE))]
        limit: i64,
    },
    /// Say why a request was refused, and what to mend
    Show {
        /// The reference that the error page shows; the header X-Request-Id of the answer
        reference: String,
    },
}

pub(super) fn run(app: &Arc<App>, command: Command) -> Result<Reply, Failure> {
    match command {
        Command::List { client, user, kind, from, until, limit } => {
            let user = user.map(|name| user::find(app, &name)).transpose()?.map(|user| user.id);
            let filter = Filter { client: client.map(Into::into), user, kind, from, until };
            let found = failures::search(app, &filter, &Page { after: None, limit })?;
            Ok(Reply::new(found.iter().map(Noted::to_json).collect(), lines(&found)))
        }
        Command::Show { reference } => {
            let found = failures::by_request_id(app, &reference)?;
            let noted = found.ok_or_else(|| {
                Failure::new(format!(
                    "nothing is noted under {reference}: it may be too old, or it was not refused by this server"
                ))
            })?;
            Ok(Reply::new(noted.to_json(), show(&noted)))
        }
    }
}

fn kind(text: &str) -> Result<Kind, String> {
    Kind::parse(text).ok_or_else(|| "use authorization, token or sign_in".to_owned())
}

fn lines(found: &[Noted]) -> String {
    let rows = found.iter().map(|noted| {
        [
            moment(noted.created_at),
            noted.id.clone(),
            noted.kind.clone(),
            noted.client.as_ref().map_or_else(|| "-".to_owned(), ToString::to_string),
            noted.user.map_or_else(|| "-".to_owned(), |id| id.to_string()),
            noted.code.clone(),
            noted.reason.clone(),
        ]
    });
    let headings = ["TIME", "REFERENCE", "WHAT", "CLIENT", "USER", "ERROR", "REASON"];
    table("Nothing was refused.", headings, rows.collect())
}

fn show(noted: &Noted) -> String {
    let explained = noted.explain();
    let mut pairs = vec![
        ("Reference", noted.id.clone()),
        ("Time", moment(noted.created_at)),
        ("What", noted.kind.clone()),
        ("Error", noted.code.clone()),
        ("Reason", noted.reason.clone()),
    ];
    pairs.extend(noted.client.as_ref().map(|id| ("Client", id.to_string())));
    pairs.extend(noted.user.map(|id| ("User", id.to_string())));
    pairs.extend(noted.ip_address.clone().map(|address| ("From", address)));
    pairs.push(("Why", explained.why(Language::English)));
    pairs.push(("Mend", explained.mend(Language::English)));
    fields(&pairs)
}
