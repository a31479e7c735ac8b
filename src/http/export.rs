//! The audit log as a file: written as it is read, piece by piece, and never whole in memory.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use actix_web::body::{BodySize, MessageBody};
use actix_web::http::{StatusCode, header};
use actix_web::web::{self, Bytes};
use actix_web::{HttpRequest, HttpResponse};
use tokio::sync::mpsc::{self, Receiver, Sender, error::TrySendError};

use super::{block, context};
use crate::account::audit::{self, Actor, Format};
use crate::app::App;
use crate::core::audit::Filter;
use crate::core::trace::Trace;
use crate::store;

/// How many are written at once; each holds a thread, and a connection only while it reads a batch.
const MOST: usize = 4;
/// How long one waits for who reads it, again and again: half a minute in all.
const PAUSE: Duration = Duration::from_millis(5);
const PAUSES: u32 = 6_000;

static RUNNING: AtomicUsize = AtomicUsize::new(0);

/// Stands for one that is being written.
struct Turn;

impl Turn {
    fn take() -> Option<Self> {
        let more = |running: usize| (running < MOST).then_some(running + 1);
        RUNNING.fetch_update(Ordering::AcqRel, Ordering::Acquire, more).ok().map(|_| Self)
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        RUNNING.fetch_sub(1, Ordering::AcqRel);
    }
}

/// What is sent: the pieces as they come, or that it broke off.
struct Pieces(Receiver<Result<Bytes, std::io::Error>>);

impl MessageBody for Pieces {
    type Error = std::io::Error;

    fn size(&self) -> BodySize {
        BodySize::Stream
    }

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Self::Error>>> {
        self.get_mut().0.poll_recv(cx)
    }
}

/// Answers with the events as a file. That they were handed out is an event itself.
///
/// # Errors
/// As the database says before anything is sent; [`store::Error::Busy`] when too many are written already.
pub async fn answer(
    app: &Arc<App>,
    req: &HttpRequest,
    by: Actor,
    filter: Filter,
    format: Format,
) -> store::Result<HttpResponse> {
    let turn = Turn::take().ok_or(store::Error::Busy)?;
    let trace = Trace::of(context::request_id(req));
    // Whether the database answers is known before the answer begins.
    let probe = filter.clone();
    block::run(app, context::request_id(req), move |app| {
        audit::search(app, &probe, &crate::core::page::Page { after: None, limit: 1 })
    })
    .await?;
    let (sender, pieces) = mpsc::channel(2);
    let app = Arc::clone(app);
    drop(web::block(move || {
        let _turn = turn;
        let written =
            Trace::within(Some(trace), || audit::export_text(&app, &by, &filter, format, |piece| push(&sender, piece)));
        if let Err(Stopped(cause)) = written {
            log::warn!("event=audit.export outcome=stopped cause={cause:?}");
            let _ = sender.try_send(Err(std::io::Error::other("the export broke off")));
        }
    }));
    let (kind, name) = match format {
        Format::Csv => ("text/csv; charset=utf-8", "attachment; filename=\"audit.csv\""),
        Format::Json => ("application/json", "attachment; filename=\"audit.json\""),
    };
    Ok(HttpResponse::build(StatusCode::OK)
        .insert_header((header::CONTENT_TYPE, kind))
        .insert_header((header::CONTENT_DISPOSITION, name))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .body(Pieces(pieces)))
}

/// Why it was not written to its end.
struct Stopped(String);

impl From<store::Error> for Stopped {
    fn from(error: store::Error) -> Self {
        Self(error.to_string())
    }
}

fn push(sender: &Sender<Result<Bytes, std::io::Error>>, piece: &str) -> Result<(), Stopped> {
    if piece.is_empty() {
        return Ok(());
    }
    let mut piece = Ok(Bytes::copy_from_slice(piece.as_bytes()));
    for _ in 0..PAUSES {
        piece = match sender.try_send(piece) {
            Ok(()) => return Ok(()),
            Err(TrySendError::Closed(_)) => return Err(Stopped("nobody reads it".to_owned())),
            Err(TrySendError::Full(piece)) => piece,
        };
        std::thread::sleep(PAUSE);
    }
    Err(Stopped("it is read too slowly".to_owned()))
}

/// The format of this name.
pub fn format(name: Option<&str>) -> Option<Format> {
    match name {
        Some("csv") => Some(Format::Csv),
        Some("json") => Some(Format::Json),
        _ => None,
    }
}
