//! Whether the person who is signed in, and how they signed in, is what a request asks for.

use chrono::TimeDelta;

use super::super::error::{Code as ErrorCode, Refusal};
use super::Request;
use crate::app::{self, App};
use crate::core::authentication::Level;
use crate::core::failure::Reason;
use crate::core::ids::UserId;
use crate::store::sessions::Session;
use crate::store::{self, passkeys, second_factors};

/// Whether a session is what a request wants.
pub(super) enum Standing {
    /// The request goes on with it.
    Enough,
    /// Somebody must sign in anew.
    Again,
    /// That would not help either.
    Never(Refusal),
}

/// Holds a session against what is asked of the sign-in (OpenID Connect Core section 3.1.2.1, RFC 9470 section 4). Asks
/// the database only whether a person who is to sign in more strongly can.
pub(super) fn of(app: &App, request: &Request, session: &Session) -> store::Result<Standing> {
    let (wishes, asked) = (&request.wishes, &request.asked);
    let met = asked.is_met_by(session);
    let unmet = || {
        let text = "the person cannot sign in as strongly as acr_values or claims asks";
        Standing::Never(Refusal::new(ErrorCode::UnmetAuthenticationRequirements, text).because(Reason::LevelUnmet))
    };
    let (levels, impossible) = wanted_levels(request);
    if impossible {
        return Ok(unmet());
    }
    if !is_expected(app, request, session) {
        let text = "somebody else is signed in than the request speaks of";
        let refusal = Refusal::new(ErrorCode::LoginRequired, text).because(Reason::LoginRequired);
        return Ok(if met { Standing::Never(refusal) } else { Standing::Again });
    }
    let has = session.authentication().methods.level();
    // The least of them will do: each stronger one is as good.
    if let Some(least) = levels.into_iter().min().filter(|least| has < *least) {
        let can = met || can_reach(app, UserId(session.user_id), least)?;
        return Ok(if met || !can { unmet() } else { Standing::Again });
    }
    let age = app.now() - session.auth_time;
    let too_old = wishes.max_age.and_then(TimeDelta::try_seconds).is_some_and(|most| age > most);
    let forced = wishes.max_age == Some(0) || wishes.prompt.login || too_old;
    let choice = wishes.prompt.select_account && !asked.chose(session);
    let chosen = asked.chose(session);
    let missing = forced || choice || !chosen && (wishes.prompt.create || asked.waits_beside(session));
    Ok(if missing && !met { Standing::Again } else { Standing::Enough })
}

/// The levels of which one will do, and whether none that is known here would.
pub(super) fn wanted_levels(request: &Request) -> (Vec<Level>, bool) {
    request.wishes.claims.wanted_levels(request.asked.parameters.get("acr_values"))
}

/// Whether it is the person that `id_token_hint` or the claim `sub` names.
fn is_expected(app: &App, request: &Request, session: &Session) -> bool {
    let subject = || app::subject(app, &request.client, UserId(session.user_id));
    let is_named = |named: &[String]| named.contains(&subject());
    request.wishes.hint.iter().all(|named| *named == subject())
        && request.wishes.claims.subjects.iter().all(|named| is_named(named))
}

/// Whether a person has what it takes to sign in at a level.
fn can_reach(app: &App, user: UserId, level: Level) -> store::Result<bool> {
    app.read(|cx| {
        Ok(match level {
            Level::OneFactor => true,
            Level::TwoFactors => second_factors::is_on(cx.conn, user)? || !passkeys::of_user(cx.conn, user)?.is_empty(),
            Level::PhishingResistant => !passkeys::of_user(cx.conn, user)?.is_empty(),
        })
    })
}
