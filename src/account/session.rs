//! Sessions: of browsers, and sign-ins to the server's own API.

use std::sync::Arc;

use chrono::TimeDelta;

use super::audit::{self, Act, Event};
use super::login::{LoginError, Origin, Verified};
use super::logout;
use crate::app::{App, Cx};
use crate::core::authentication::Authentication;
use crate::core::grant::EndReason;
use crate::core::ids::UserId;
use crate::core::page::Page;
use crate::core::secret::{Hashed, Plain};
use crate::core::time::{Time, delta};
use crate::core::user::User;
use crate::store::{self, grants, logouts, sessions, users};

pub use crate::store::sessions::Session;

/// A session and its person.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// The session.
    pub session: Session,
    /// The person.
    pub user: User,
}

/// A browser that somebody has just signed in at.
#[derive(Debug)]
pub struct Entered {
    /// Its new cookie, shown this once.
    pub cookie: Plain,
    /// Whether the session that it had goes on.
    pub goes_on: bool,
}

/// What every session's cookie begins with; a browser that is not signed in has another kind.
const PREFIX: &str = "gra_ss_";

/// Whether a cookie is one of a session, so that the database is worth asking.
pub fn is_session_cookie(cookie: &Plain) -> bool {
    cookie.expose().starts_with(PREFIX)
}

/// Signs a person in at a browser; the cookie is shown this once, and is a new one in any case. `before` is the session that
/// the browser has: the same person's goes on, so that relying parties notice nothing; another person's ends.
///
/// # Errors
/// [`LoginError`] when the person may no longer come in.
pub fn sign_in(
    app: &Arc<App>,
    verified: Verified,
    origin: Origin,
    before: Option<Session>,
) -> Result<Entered, LoginError> {
    app.write(move |cx| {
        let (user, proof) = verified.confirm(cx, &origin)?;
        match before {
            Some(before) if before.user_id == user.id.0 => {
                if let Some(cookie) = renew(cx, &before, &proof)? {
                    return Ok(Entered { cookie, goes_on: true });
                }
            }
            Some(before) => finish(cx, &before.id)?,
            None => {}
        }
        Ok(Entered { cookie: begin(cx, &user, proof, origin)?, goes_on: false })
    })
}

/// Begins a session for a person who has just proved who they are. The caller holds the person's row
/// (it was written in this transaction), so that an end of all their sessions cannot miss this one.
///
/// # Errors
/// As the database says.
pub fn begin(cx: &mut Cx<'_>, user: &User, proof: Authentication, origin: Origin) -> store::Result<Plain> {
    let cookie = Plain::random(PREFIX, cx.random());
    let session = Session {
        id: cx.app.secrets.hash(cookie.expose()).as_str().to_owned(),
        kind: "browser".to_owned(),
        sid: cx.random().text::<16>(),
        user_id: user.id.0,
        auth_time: proof.time,
        amr: proof.methods.as_str().to_owned(),
        ip_address: Some(origin.address),
        user_agent: origin.user_agent,
        created_at: cx.now,
        last_seen_at: cx.now,
        expires_at: cx.now + delta(cx.app.config.sessions.lifetime),
        ended_at: None,
    };
    sessions::insert(cx.conn, &session)?;
    Ok(cookie)
}

/// Goes on with a session of a browser under a new identifier, so that who has the old one has nothing; none when it has
/// ended. `proof` is the last that its person gave of who they are. The caller holds the person's row.
///
/// # Errors
/// As the database says.
pub fn renew(cx: &mut Cx<'_>, before: &Session, proof: &Authentication) -> store::Result<Option<Plain>> {
    // Judged by this: of two at once one goes on.
    if sessions::end(cx.conn, &before.id, cx.now)?.is_none() {
        return Ok(None);
    }
    let cookie = Plain::random(PREFIX, cx.random());
    let session = Session {
        id: cx.app.secrets.hash(cookie.expose()).as_str().to_owned(),
        auth_time: proof.time,
        amr: proof.methods.as_str().to_owned(),
        last_seen_at: cx.now,
        expires_at: cx.now + delta(cx.app.config.sessions.lifetime),
        ..before.clone()
    };
    sessions::insert(cx.conn, &session)?;
    // By these it is known whom to tell of its end.
    logouts::keep_grants(cx.conn, UserId(session.user_id), &session.sid, session.expires_at)?;
    Ok(Some(cookie))
}

/// Notes a sign-in to the server's own API, so that it is listed among the person's sessions; its identifier. The
/// caller holds the person's row.
///
/// # Errors
/// As the database says.
pub fn begin_api(
    cx: &mut Cx<'_>,
    user: &User,
    proof: &Authentication,
    origin: Origin,
    expires_at: Time,
) -> store::Result<String> {
    let id = cx.random().text::<24>();
    let session = Session {
        id: id.clone(),
        kind: "api".to_owned(),
        sid: cx.random().text::<16>(),
        user_id: user.id.0,
        auth_time: proof.time,
        amr: proof.methods.as_str().to_owned(),
        ip_address: Some(origin.address),
        user_agent: origin.user_agent,
        created_at: cx.now,
        last_seen_at: cx.now,
        expires_at,
        ended_at: None,
    };
    sessions::insert(cx.conn, &session)?;
    Ok(id)
}

/// Ends a session and what was signed in to with it; whether it was still going.
///
/// # Errors
/// As the database says.
pub fn end(cx: &mut Cx<'_>, user: UserId, id: &str) -> store::Result<bool> {
    let ended = sessions::end(cx.conn, id, cx.now)?;
    let grants = grants::end_first_party_of_session(cx.conn, user, id, cx.now)?;
    if let Some(ended) = &ended {
        logout::after(cx, user, std::slice::from_ref(&ended.sid))?;
    }
    Ok(ended.is_some() || grants > 0)
}

/// As [`end`], by a person who signs out of it.
///
/// # Errors
/// As the database says.
pub fn sign_out_of(cx: &mut Cx<'_>, user: UserId, id: &str) -> store::Result<bool> {
    let ended = end(cx, user, id)?;
    if ended {
        audit::record(cx, &Event::new(user, Act::SignOut).on(user))?;
    }
    Ok(ended)
}

/// The most sessions that one list holds.
pub(super) const MOST: i64 = 1000;

/// The sessions of a person, the last used first.
///
/// # Errors
/// As the database says.
pub fn list(app: &App, user: UserId) -> store::Result<Vec<Session>> {
    page(app, user, &Page { after: None, limit: MOST })
}

/// As [`list`], page by page.
///
/// # Errors
/// As the database says.
pub fn page(app: &App, user: UserId, page: &Page) -> store::Result<Vec<Session>> {
    let idle = delta(app.config.sessions.idle_lifetime);
    let after = page.after.as_deref().and_then(parse_place);
    app.read(|cx| sessions::of_user(cx.conn, user, cx.now, cx.now - idle, after, page.limit))
}

/// The place of a session in a list: [`Page::after`] of the next page.
pub fn place(session: &Session) -> String {
    format!("{}.{}", session.last_seen_at.and_utc().timestamp_micros(), session.id)
}

fn parse_place(text: &str) -> Option<(Time, &str)> {
    let (micros, id) = text.split_once('.')?;
    let moment = chrono::DateTime::from_timestamp_micros(micros.parse().ok()?)?;
    let fits = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
    ((1..=100).contains(&id.len()) && id.bytes().all(fits)).then_some((moment.naive_utc(), id))
}

/// How a session of a person was ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// Now.
    Now,
    /// It was over already.
    Before,
    /// It is not theirs, or there is none.
    Unknown,
}

/// As [`end_own`], for somebody who may ask twice.
///
/// # Errors
/// As the database says.
pub fn end_listed(app: &Arc<App>, user: UserId, id: &str) -> store::Result<Ended> {
    if end_own(app, user, id)? {
        return Ok(Ended::Now);
    }
    let own = app.read(|cx| sessions::is_of_user(cx.conn, user, id))?;
    Ok(if own { Ended::Before } else { Ended::Unknown })
}

/// Ends every session of a person but the one of the browser that asks for it; how many there were.
///
/// # Errors
/// As the database says.
pub fn end_others(app: &Arc<App>, user: UserId, spared: &str) -> store::Result<usize> {
    let spared = spared.to_owned();
    app.write(move |cx| {
        // The person first: who is signing in at this moment is waited for, and ended too.
        if users::locked(cx.conn, user)?.is_none() {
            return Ok(0);
        }
        let ended = end_all(cx, user, Some(&spared))?;
        grants::end_first_party_of_user(cx.conn, user, cx.now)?;
        if ended > 0 {
            let event = Event::new(user, Act::SessionEndAll).on(user).with("sessions", ended).with("others", true);
            audit::record(cx, &event)?;
            log::info!("event=session.end_all user={user} sessions={ended}");
        }
        Ok(ended)
    })
}

/// Ends every session of a person but the one that is spared, and lets relying parties know; how many there were. The caller
/// holds the person's row.
///
/// # Errors
/// As the database says.
pub(super) fn end_all(cx: &mut Cx<'_>, user: UserId, spared: Option<&str>) -> store::Result<usize> {
    let sids = sessions::end_all_of_user(cx.conn, user, spared, cx.now)?;
    logout::after(cx, user, &sids)?;
    Ok(sids.len())
}

/// Ends a session of a person and what was signed in to with it; whether it was theirs and still going.
///
/// # Errors
/// As the database says.
pub fn end_own(app: &Arc<App>, user: UserId, id: &str) -> store::Result<bool> {
    let id = id.to_owned();
    app.write(move |cx| {
        let ended = sessions::end_of_user(cx.conn, user, &id, cx.now)?;
        if let Some(ended) = &ended {
            grants::end_first_party_of_session(cx.conn, user, &id, cx.now)?;
            logout::after(cx, user, std::slice::from_ref(&ended.sid))?;
            audit::record(cx, &Event::new(user, Act::SessionEnd).on(user))?;
            log::info!("event=session.end user={user}");
        }
        Ok(ended.is_some())
    })
}

/// The session of a cookie, if it still works.
///
/// # Errors
/// As the database says.
pub fn find(cx: &mut Cx<'_>, cookie: &Plain) -> store::Result<Option<SignedIn>> {
    by_id(cx, &cx.app.secrets.hash(cookie.expose()))
}

/// The session with this identifier, if it still works.
///
/// # Errors
/// As the database says.
pub fn by_id(cx: &mut Cx<'_>, id: &Hashed) -> store::Result<Option<SignedIn>> {
    let idle_since = cx.now - delta(cx.app.config.sessions.idle_lifetime);
    let found = sessions::live(cx.conn, id, cx.now, idle_since)?;
    Ok(found.map(|(session, user)| SignedIn { session, user }))
}

/// Notes that a session is used, if the last note is older than a minute: not each page view writes.
///
/// # Errors
/// As the database says.
pub fn keep_alive(app: &Arc<App>, id: &str, last_seen_at: Time) -> store::Result<()> {
    if app.now() - last_seen_at < TimeDelta::minutes(1) {
        return Ok(());
    }
    let id = id.to_owned();
    app.write_one(move |cx| sessions::touch(cx.conn, &id, cx.now)).map(|_| ())
}

/// A session that a browser's cookie leads to and that was never ended, though nobody is signed in by it any more: apps may
/// still be, and hear of it when its person signs out.
///
/// # Errors
/// As the database says.
pub fn left(app: &App, cookie: &Plain) -> store::Result<Option<Session>> {
    if !is_session_cookie(cookie) {
        return Ok(None);
    }
    app.read(|cx| sessions::unended(cx.conn, &cx.app.secrets.hash(cookie.expose())))
}

/// As [`left`], by what relying parties know the session by: none that somebody is still signed in by.
///
/// # Errors
/// As the database says.
pub fn left_behind(app: &App, sid: &str) -> store::Result<Option<Session>> {
    let idle = delta(app.config.sessions.idle_lifetime);
    app.read(|cx| sessions::left_behind(cx.conn, sid, cx.now, cx.now - idle))
}

/// Ends a session at its person's wish, be it one that still works or one that ran out, and lets relying parties know.
///
/// # Errors
/// As the database says.
pub fn sign_out(app: &Arc<App>, session: &Session) -> store::Result<()> {
    let id = session.id.clone();
    app.write(move |cx| finish(cx, &id))
}

fn finish(cx: &mut Cx<'_>, id: &str) -> store::Result<()> {
    if let Some(ended) = sessions::end(cx.conn, id, cx.now)? {
        let user = UserId(ended.user_id);
        logout::after(cx, user, std::slice::from_ref(&ended.sid))?;
        audit::record(cx, &Event::new(user, Act::SignOut).on(user))?;
        log::info!("event=logout outcome=ok user={user}");
    }
    Ok(())
}

/// The most sessions that one transaction ends because they ran out.
const BATCH: i64 = 500;

/// Ends sessions of browsers that have run out, and what was not meant to outlast them; whether there may be more. Nobody
/// is told: relying parties keep sessions of their own, and say themselves how long.
///
/// # Errors
/// As the database says.
pub fn end_run_out(app: &Arc<App>) -> store::Result<bool> {
    app.write(|cx| {
        let ended = sessions::end_run_out(cx.conn, cx.now, BATCH)?;
        for session in &ended {
            let (user, sid) = (UserId(session.user_id), std::slice::from_ref(&session.sid));
            logouts::end_grants(cx.conn, user, sid, EndReason::SessionExpired, cx.now)?;
        }
        Ok(!ended.is_empty())
    })
}
