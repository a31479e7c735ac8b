//! The log: one line an event on stderr, `key=value` all through.

use std::fmt::{self, Write as _};
use std::io::Write as _;

use env_logger::{Builder, Target, WriteStyle};
use log::{Level, Record};

use super::reply::moves;
use crate::core::time::{Clock as _, SystemClock, Time, rfc3339};
use crate::core::trace::RequestId;

/// Starts to log what the filter lets through. The first call wins.
pub(super) fn init(filter: &str) {
    // How a web server starts its threads is no news, unless somebody debugs it.
    let filter = if filter == "info" { "info,actix_server=warn" } else { filter };
    let started = Builder::new()
        .parse_filters(filter)
        .target(Target::Stderr)
        .write_style(WriteStyle::Never)
        .format(|out, record| {
            if tells_contents(record.target(), record.level()) {
                return Ok(());
            }
            let line = line(record, SystemClock.now(), RequestId::current());
            writeln!(out, "{line}")
        })
        .try_init();
    if started.is_err() {
        log::debug!("event=log outcome=started_before");
    }
}

/// Whether a record may hold what is sent to people: at the level trace this crate logs requests as they are.
fn tells_contents(target: &str, level: Level) -> bool {
    target.starts_with("ureq") && level > Level::Info
}

/// One line, whatever the message holds.
fn line(record: &Record<'_>, now: Time, request: Option<RequestId>) -> String {
    let mut line = format!("ts={} level={}", rfc3339(now), record.level().as_str().to_ascii_lowercase());
    if let Some(request) = request {
        let _ = write!(line, " req={request}");
    }
    let _ = write!(line, " target={} ", record.target());
    // Ours are pairs already; those of others are sentences.
    let _ = if record.target().starts_with("grantor") {
        write!(Escaped(&mut line), "{}", record.args())
    } else {
        write!(line, "msg={:?}", record.args().to_string())
    };
    line
}

/// Writes what would end a line, or move the cursor of whoever reads it, as an escape.
struct Escaped<'a>(&'a mut String);

impl fmt::Write for Escaped<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for c in text.chars() {
            if moves(c) {
                self.0.extend(c.escape_default());
            } else {
                self.0.push(c);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::trace::Trace;

    fn logged(target: &str, message: &str) -> String {
        let now = crate::core::time::from_unix(1_772_600_767).unwrap_or_default();
        line(&Record::builder().level(Level::Info).target(target).args(format_args!("{message}")).build(), now, None)
    }

    #[test]
    fn a_message_cannot_forge_a_line() {
        let line = logged("grantor::x", "event=login ip=1\nts=2026 level=error \u{1b}[2J\u{85}\u{2028}");
        assert_eq!(
            line,
            "ts=2026-03-04T05:06:07.000000Z level=info target=grantor::x \
             event=login ip=1\\nts=2026 level=error \\u{1b}[2J\\u{85}\\u{2028}"
        );
    }

    #[test]
    fn what_is_sent_to_people_is_not_logged() {
        assert!(tells_contents("ureq_proto::util", Level::Trace) && tells_contents("ureq::run", Level::Debug));
        assert!(!tells_contents("ureq::run", Level::Warn) && !tells_contents("grantor::account::post", Level::Debug));
    }

    #[test]
    fn sentences_of_others_are_quoted() {
        assert!(logged("actix", "starting \"2\"\nworkers").ends_with(r#"target=actix msg="starting \"2\"\nworkers""#));
    }

    #[test]
    fn a_line_names_the_request() {
        let id = RequestId::next();
        let line = Trace::within(Some(Trace::of(id)), || {
            line(&Record::builder().args(format_args!("event=x")).build(), Time::default(), RequestId::current())
        });
        assert!(line.contains(&format!(" req={id} ")), "{line}");
    }
}
