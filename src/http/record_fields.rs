//! What is looked for among records of what was done and of what failed, in forms and in JSON.

use super::body::Fields;
use crate::account::audit::{Act, Actor, Object, ObjectKind};
use crate::account::{Invalid, admin as people};
use crate::app::App;
use crate::core::audit;
use crate::core::failure::{self, Kind};
use crate::core::ids::UserId;
use crate::core::time::{Time, parse_moment};
use crate::store;

/// Why a search was not made.
#[derive(Debug)]
pub enum SearchError {
    /// Something that cannot be looked for.
    Invalid(Invalid),
    /// The database.
    Store(store::Error),
}

impl From<store::Error> for SearchError {
    fn from(error: store::Error) -> Self {
        Self::Store(error)
    }
}

impl From<Invalid> for SearchError {
    fn from(invalid: Invalid) -> Self {
        Self::Invalid(invalid)
    }
}

/// A text that is looked for; none when it is empty or unheard of.
fn text<'a>(fields: &'a Fields, name: &str, invalid: &mut Invalid) -> Option<&'a str> {
    let given = fields.text(name, invalid).map(str::trim).filter(|text| !text.is_empty())?;
    if given.len() > 254 || given.chars().any(char::is_control) {
        invalid.add(name, ("This cannot be looked for.", "field-kind"));
        return None;
    }
    Some(given)
}

/// A moment or a day. A day is its beginning or, where `whole` says so, its end.
fn moment(fields: &Fields, name: &str, whole: bool, invalid: &mut Invalid) -> Option<Time> {
    let given = text(fields, name, invalid)?;
    let found = parse_moment(given);
    if found.is_none() {
        invalid.add(name, ("Use YYYY-MM-DD or RFC 3339.", "field-date"));
    }
    let day = if whole && given.len() == 10 { chrono::TimeDelta::days(1) } else { chrono::TimeDelta::zero() };
    found.and_then(|time| time.checked_add_signed(day))
}

/// Somebody by e-mail address, username or identifier.
fn person(app: &App, name: &str, field: &str, invalid: &mut Invalid) -> store::Result<Option<UserId>> {
    // Those who are gone still have records.
    if let Ok(id) = name.parse() {
        return Ok(Some(UserId(id)));
    }
    let found = people::find(app, name)?.map(|user| user.id);
    if found.is_none() {
        invalid.add(field, ("There is nobody of this name.", "admin-nobody"));
    }
    Ok(found)
}

/// Which events of the audit log are asked for: `actor`, `object`, `act`, `request_id`, `from` and `until`.
///
/// # Errors
/// [`SearchError`].
pub fn events(app: &App, fields: &Fields) -> Result<audit::Filter, SearchError> {
    let mut invalid = Invalid::default();
    let mut filter = audit::Filter {
        from: moment(fields, "from", false, &mut invalid),
        until: moment(fields, "until", true, &mut invalid),
        ..audit::Filter::default()
    };
    if let Some(name) = text(fields, "act", &mut invalid) {
        filter.act = Act::parse(name);
        if filter.act.is_none() {
            invalid.add("act", ("There is no such act.", "field-choice"));
        }
    }
    filter.request_id = text(fields, "request_id", &mut invalid).map(str::to_ascii_lowercase);
    if let Some(name) = text(fields, "actor", &mut invalid) {
        let (kind, id) = name.split_once(':').unwrap_or((name, ""));
        filter.actor = match Actor::parse(kind, id) {
            Some(actor) => Some(actor),
            None => person(app, name, "actor", &mut invalid)?.map(Actor::Person),
        };
    }
    if let Some(name) = text(fields, "object", &mut invalid) {
        filter.object = match name.split_once(':') {
            Some((kind, id)) => ObjectKind::parse(kind).map(|kind| Object::new(kind, id)),
            None => person(app, name, "object", &mut invalid)?.map(Object::from),
        };
        if filter.object.is_none() && !invalid.0.contains_key("object") {
            invalid.add("object", ("Use KIND:ID, such as client:abc.", "field-kind"));
        }
    }
    invalid.check()?;
    Ok(filter)
}

/// Which failures are asked for: `client`, `user`, `kind`, `from` and `until`. A `request_id` is asked for alone.
///
/// # Errors
/// [`SearchError`].
pub fn failures(app: &App, fields: &Fields) -> Result<(failure::Filter, Option<String>), SearchError> {
    let mut invalid = Invalid::default();
    let mut filter = failure::Filter {
        client: text(fields, "client", &mut invalid).map(Into::into),
        from: moment(fields, "from", false, &mut invalid),
        until: moment(fields, "until", true, &mut invalid),
        ..failure::Filter::default()
    };
    if let Some(name) = text(fields, "kind", &mut invalid) {
        filter.kind = Kind::parse(name);
        if filter.kind.is_none() {
            invalid.add("kind", ("There is no such kind.", "field-choice"));
        }
    }
    if let Some(name) = text(fields, "user", &mut invalid) {
        filter.user = person(app, name, "user", &mut invalid)?;
    }
    let request = text(fields, "request_id", &mut invalid).map(str::to_owned);
    invalid.check()?;
    Ok((filter, request))
}
