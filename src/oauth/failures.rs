//! Why requests of a client were refused: noted here, and told to its owner.

use crate::app::App;
use crate::core::failure::{Cause, Failure, Filter, Kind, Noted, Reason};
use crate::core::ids::{ClientId, UserId};
use crate::core::page::Page;
use crate::core::statistic::Counter;
use crate::oauth::error::Refusal;
use crate::oauth::manage::{self, ManageError};
use crate::store::failures;

/// The most rows that an owner sees at once.
const OWNER_PAGE: i64 = 100;

/// Why requests of a person's own client were refused, the newest first: without who signed in and from where.
///
/// # Errors
/// [`ManageError::NotFound`] when it is not theirs.
pub fn of_client(app: &App, owner: UserId, client: &str, page: &Page) -> Result<Vec<Noted>, ManageError> {
    let client = manage::own_client(app, owner, client)?;
    let page = Page { after: page.after.clone(), limit: page.limit.clamp(1, OWNER_PAGE) };
    let filter = Filter { client: Some(client.id), ..Filter::default() };
    let found = app.read(|cx| failures::search(cx.conn, &filter, &page))?;
    Ok(found.into_iter().map(Noted::for_owner).collect())
}

/// Notes a refused request.
pub fn note(app: &App, kind: Kind, client: Option<&ClientId>, user: Option<UserId>, refusal: &Refusal) {
    app.count(Counter::Failures);
    let cause = match &refusal.cause {
        Some(cause) => (**cause).clone(),
        None => Cause::new(Reason::Other).with("sent", refusal.description.as_str()),
    };
    app.note(Failure { kind, client: client.cloned(), user, code: refusal.code.as_str(), cause });
}

/// As [`note`], for a client that only says who it is: noted under its name if one of that name was seen before. No
/// database is asked.
pub fn note_claimed(app: &App, kind: Kind, claimed: Option<&str>, refusal: &Refusal) {
    let known = claimed.and_then(|id| app.remembered_client(id));
    note(app, kind, known.as_ref().map(|client| &client.id), None, refusal);
}
