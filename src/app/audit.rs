//! The audit log, written to by every layer above.

use super::Cx;
use crate::core::audit::{Event, next_id};
use crate::core::trace::Trace;
use crate::store::{self, audit_events};

/// Adds an event to the audit log, in the caller's transaction, so that there is never a deed without its event nor an
/// event without its deed. It names the request that this thread works for, and its address.
///
/// # Errors
/// As the database says.
pub fn record(cx: &mut Cx<'_>, event: &Event) -> store::Result<()> {
    let trace = Trace::current();
    let from = audit_events::From {
        request_id: trace.map(|trace| trace.request.to_string()),
        ip_address: trace.and_then(|trace| trace.address).map(|address| address.to_string()),
    };
    audit_events::insert(cx.conn, next_id(), event, from, cx.now)
}
