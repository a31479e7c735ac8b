//! Lists of people: filtered, sorted and read page by page, by an index whatever is asked for.

use std::cmp::Ordering;
use std::collections::{BTreeMap, HashMap};

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text, Timestamp};

use super::conn::on_backend;
use super::schema::users;
use super::users::UserRow;
use super::{Conn, Result};
use crate::core::ids::UserId;
use crate::core::people::{Place, Search, Sort};
use crate::core::role;
use crate::core::time::Time;
use crate::core::user::{Status, User};

/// How many people one index may find for a text: the work for a short one stays small.
const MOST_FOUND: i64 = 500;

/// What a text may be the beginning of.
const NAMES: [&str; 4] = ["email_key", "username_key", "name_key", "family_key"];

/// A part of a list.
#[derive(Debug, Clone, Default)]
pub struct Found {
    /// The people, in the order of the list.
    pub people: Vec<User>,
    /// Whether there are more, in the direction in which it was read.
    pub more: bool,
    /// Whether the text fits more people than are looked at.
    pub cut: bool,
}

/// What people are sorted by.
#[derive(Debug, Clone, QueryableByName, Queryable)]
struct Key {
    #[diesel(sql_type = BigInt)]
    id: i64,
    #[diesel(sql_type = Timestamp)]
    created_at: Time,
    #[diesel(sql_type = Nullable<Timestamp>)]
    last_login_at: Option<Time>,
    #[diesel(sql_type = Text)]
    email_key: String,
}

/// Part of a list of people; the first part when the person that it is to follow is gone.
///
/// # Errors
/// As the database says.
pub fn search(conn: &mut Conn, search: &Search, place: Place, limit: i64) -> Result<Found> {
    // PostgreSQL has no text with a null character, and nobody has a role of such a name.
    if search.role.as_ref().is_some_and(|role| !role::valid_name(role.as_str())) {
        return Ok(Found::default());
    }
    let (forward, anchor) = match place {
        Place::Start => (true, None),
        Place::After(id) => (true, key_of(conn, id)?),
        Place::Before(id) => (false, key_of(conn, id)?),
    };
    let forward = forward || anchor.is_none();
    let wanted = limit.saturating_add(1);
    let (mut rows, cut) = match (&search.text, search.key()) {
        (None, _) => (listed(conn, search, forward, anchor.as_ref(), wanted)?, false),
        (Some(_), None) => (Vec::new(), false),
        (Some(_), Some(text)) => {
            let (keys, cut) = named(conn, search, &text)?;
            let keys = part(keys, search.sort, forward, anchor.as_ref(), wanted);
            (by_ids(conn, &keys)?, cut)
        }
    };
    let size = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = rows.len() > size;
    rows.truncate(size);
    if !forward {
        rows.reverse();
    }
    let people = rows.into_iter().map(User::try_from).collect::<Result<_>>()?;
    Ok(Found { people, more, cut })
}

fn key_of(conn: &mut Conn, id: UserId) -> Result<Option<Key>> {
    let columns = (users::id, users::created_at, users::last_login_at, users::email_key);
    Ok(users::table.find(id.0).select(columns).first(conn).optional()?)
}

type Boxed<'a> = users::BoxedQuery<'a, <Conn as diesel::Connection>::Backend>;

/// Everybody whom the filters let through. What nearly all have in common must not choose the index on SQLite, which
/// does not know how many they are.
fn filtered<'a>(conn: &Conn, search: &'a Search) -> Boxed<'a> {
    let is_sqlite = matches!(conn, Conn::Sqlite(_));
    let mut query = users::table.into_boxed();
    match &search.role {
        Some(role) if is_sqlite && role.as_str() == role::USER => {
            query = query.filter(users::role.concat("").eq(role.as_str()));
        }
        Some(role) => query = query.filter(users::role.eq(role.as_str())),
        None => {}
    }
    match search.status {
        Some(Status::Active) if is_sqlite => query = query.filter(users::status.concat("").eq(Status::Active.as_str())),
        Some(status) => query = query.filter(users::status.eq(status.as_str())),
        None => {}
    }
    query
}

fn listed(conn: &mut Conn, search: &Search, forward: bool, anchor: Option<&Key>, limit: i64) -> Result<Vec<UserRow>> {
    let descending = search.sort.is_descending() == forward;
    let query = filtered(conn, search).limit(limit);
    let query = match search.sort {
        Sort::Newest | Sort::Oldest => by_age(query, anchor, descending),
        Sort::Email | Sort::EmailReversed => by_email(query, anchor, descending),
        Sort::LastSeen | Sort::LongestUnseen => return by_last_login(conn, search, forward, anchor, limit),
    };
    Ok(query.select(UserRow::as_select()).load(conn)?)
}

fn by_age<'a>(query: Boxed<'a>, anchor: Option<&Key>, descending: bool) -> Boxed<'a> {
    // The first condition bounds the range of the index; the second leaves out what was shown of that moment.
    match (anchor.map(|key| (key.created_at, key.id)), descending) {
        (Some((at, id)), true) => query
            .filter(users::created_at.le(at))
            .filter(users::created_at.lt(at).or(users::id.lt(id)))
            .order((users::created_at.desc(), users::id.desc())),
        (Some((at, id)), false) => query
            .filter(users::created_at.ge(at))
            .filter(users::created_at.gt(at).or(users::id.gt(id)))
            .order((users::created_at.asc(), users::id.asc())),
        (None, true) => query.order((users::created_at.desc(), users::id.desc())),
        (None, false) => query.order((users::created_at.asc(), users::id.asc())),
    }
}

fn by_email<'a>(query: Boxed<'a>, anchor: Option<&Key>, descending: bool) -> Boxed<'a> {
    let query = match (anchor.map(|key| key.email_key.clone()), descending) {
        (Some(email), true) => query.filter(users::email_key.lt(email)),
        (Some(email), false) => query.filter(users::email_key.gt(email)),
        (None, _) => query,
    };
    if descending { query.order(users::email_key.desc()) } else { query.order(users::email_key.asc()) }
}

/// Those who signed in, and then those who never did: PostgreSQL and SQLite do not agree where those belong.
fn by_last_login(
    conn: &mut Conn,
    search: &Search,
    forward: bool,
    anchor: Option<&Key>,
    limit: i64,
) -> Result<Vec<UserRow>> {
    let descending = search.sort.is_descending() == forward;
    let mut rows: Vec<UserRow> = Vec::new();
    for ever in [forward, !forward] {
        let here = anchor.filter(|key| key.last_login_at.is_some() == ever);
        // The first part comes before an anchor in the second.
        let is_past = ever == forward && anchor.is_some() && here.is_none();
        let left = limit.saturating_sub(i64::try_from(rows.len()).unwrap_or(limit));
        if is_past || left <= 0 {
            continue;
        }
        let query = filtered(conn, search).limit(left);
        let query = if ever { seen(query, here, descending) } else { never_seen(query, here, descending) };
        rows.extend(query.select(UserRow::as_select()).load::<UserRow>(conn)?);
    }
    Ok(rows)
}

fn seen<'a>(query: Boxed<'a>, anchor: Option<&Key>, descending: bool) -> Boxed<'a> {
    let query = query.filter(users::last_login_at.is_not_null());
    match (anchor.and_then(|key| Some((key.last_login_at?, key.id))), descending) {
        (Some((at, id)), true) => query
            .filter(users::last_login_at.le(at))
            .filter(users::last_login_at.assume_not_null().lt(at).or(users::id.lt(id)))
            .order((users::last_login_at.desc(), users::id.desc())),
        (Some((at, id)), false) => query
            .filter(users::last_login_at.ge(at))
            .filter(users::last_login_at.assume_not_null().gt(at).or(users::id.gt(id)))
            .order((users::last_login_at.asc(), users::id.asc())),
        (None, true) => query.order((users::last_login_at.desc(), users::id.desc())),
        (None, false) => query.order((users::last_login_at.asc(), users::id.asc())),
    }
}

fn never_seen<'a>(query: Boxed<'a>, anchor: Option<&Key>, descending: bool) -> Boxed<'a> {
    let query = query.filter(users::last_login_at.is_null());
    let query = match (anchor.map(|key| key.id), descending) {
        (Some(id), true) => query.filter(users::id.lt(id)),
        (Some(id), false) => query.filter(users::id.gt(id)),
        (None, _) => query,
    };
    if descending { query.order(users::id.desc()) } else { query.order(users::id.asc()) }
}

/// Everybody of whom a name begins with the text or whose identifier it is: one statement for each index. Whether there
/// are more.
fn named(conn: &mut Conn, search: &Search, text: &str) -> Result<(Vec<Key>, bool)> {
    let mut found = BTreeMap::new();
    let mut cut = false;
    for column in NAMES {
        let keys = beginning(conn, search, column, text)?;
        cut |= i64::try_from(keys.len()).unwrap_or(i64::MAX) >= MOST_FOUND;
        found.extend(keys.into_iter().map(|key| (key.id, key)));
    }
    if let Ok(id) = text.parse::<i64>() {
        let columns = (users::id, users::created_at, users::last_login_at, users::email_key);
        let keys: Vec<Key> = filtered(conn, search).filter(users::id.eq(id)).select(columns).load(conn)?;
        found.extend(keys.into_iter().map(|key| (key.id, key)));
    }
    Ok((found.into_values().collect(), cut))
}

fn beginning(conn: &mut Conn, search: &Search, column: &str, text: &str) -> Result<Vec<Key>> {
    let (bytes, all) = match conn {
        Conn::Pg(_) => ("COLLATE \"C\"", ""),
        Conn::Sqlite(_) => ("COLLATE BINARY", " || ''"),
    };
    let mut sql = format!(
        "SELECT id, created_at, last_login_at, email_key FROM users \
         WHERE {column} {bytes} >= $1 AND {column} {bytes} < $2"
    );
    // The last character there is: nobody's name goes on with it.
    let mut binds = vec![text.to_owned(), format!("{text}\u{10ffff}")];
    let role = search.role.as_ref().map(|role| ("role", role.as_str()));
    let status = search.status.map(|status| ("status", status.as_str()));
    for (name, value) in [role, status].into_iter().flatten() {
        binds.push(value.to_owned());
        sql.push_str(&format!(" AND {name}{all} = ${}", binds.len()));
    }
    sql.push_str(&format!(" ORDER BY {column} {bytes} LIMIT {MOST_FOUND}"));
    on_backend!(conn, |c| {
        let mut query = diesel::sql_query(sql).into_boxed();
        for value in binds {
            query = query.bind::<Text, _>(value);
        }
        Ok(query.load(c)?)
    })
}

/// The identifiers of that part of the people found, in the direction in which it is read.
fn part(mut keys: Vec<Key>, sort: Sort, forward: bool, anchor: Option<&Key>, limit: i64) -> Vec<i64> {
    let order = |a: &Key, b: &Key| {
        let order = compare(sort, a, b);
        if forward { order } else { order.reverse() }
    };
    keys.retain(|key| anchor.is_none_or(|anchor| order(key, anchor) == Ordering::Greater));
    keys.sort_by(order);
    keys.iter().map(|key| key.id).take(usize::try_from(limit).unwrap_or(usize::MAX)).collect()
}

/// The order of a list, read forward.
fn compare(sort: Sort, a: &Key, b: &Key) -> Ordering {
    let order = match sort {
        Sort::Newest | Sort::Oldest => (a.created_at, a.id).cmp(&(b.created_at, b.id)),
        Sort::Email | Sort::EmailReversed => a.email_key.cmp(&b.email_key),
        Sort::LastSeen | Sort::LongestUnseen => match (a.last_login_at, b.last_login_at) {
            (Some(_), None) => return Ordering::Less,
            (None, Some(_)) => return Ordering::Greater,
            (one, other) => (one, a.id).cmp(&(other, b.id)),
        },
    };
    if sort.is_descending() { order.reverse() } else { order }
}

fn by_ids(conn: &mut Conn, ids: &[i64]) -> Result<Vec<UserRow>> {
    let rows: Vec<UserRow> =
        users::table.filter(users::id.eq_any(ids.to_vec())).select(UserRow::as_select()).load(conn)?;
    let mut rows: BTreeMap<i64, UserRow> = rows.into_iter().map(|row| (row.id, row)).collect();
    Ok(ids.iter().filter_map(|id| rows.remove(id)).collect())
}

/// The whole names of people by identifier; of those who are there.
///
/// # Errors
/// As the database says.
pub fn names(conn: &mut Conn, ids: impl IntoIterator<Item = i64>) -> Result<HashMap<i64, String>> {
    let ids: Vec<i64> = ids.into_iter().collect();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let found: Vec<(i64, String)> =
        users::table.filter(users::id.eq_any(ids)).select((users::id, users::name)).load(conn)?;
    Ok(found.into_iter().collect())
}
