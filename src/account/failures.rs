//! Why things were refused, for those who help: all of it. For the owner of a client see `oauth::failures`.

use crate::app::App;
use crate::core::failure::{Cause, Failure, Filter, Kind, Noted, Reason};
use crate::core::ids::UserId;
use crate::core::page::Page;
use crate::store::{self, failures};

/// Reasons, the newest first, page by page.
///
/// # Errors
/// As the database says.
pub fn search(app: &App, filter: &Filter, page: &Page) -> store::Result<Vec<Noted>> {
    app.read(|cx| failures::search(cx.conn, filter, page))
}

/// The reason of the refusal in this request, by the reference that the error page shows.
///
/// # Errors
/// As the database says.
pub fn by_request_id(app: &App, id: &str) -> store::Result<Option<Noted>> {
    let id = id.trim().to_ascii_lowercase();
    if id.is_empty() || id.len() > 100 || !id.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return Ok(None);
    }
    app.read(|cx| failures::by_id(cx.conn, &id))
}

/// Notes a refused sign-in.
pub(super) fn note_sign_in(app: &App, user: Option<UserId>, code: &'static str, reason: Reason) {
    app.note(Failure { kind: Kind::SignIn, client: None, user, code, cause: Cause::new(reason) });
}
