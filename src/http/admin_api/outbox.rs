//! `/api/admin/v1/outbox`: how far messages have come. What they say is not part of it: it opens accounts.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, web};
use serde_json::{Value, json};

use super::{Answer, Desk, dated_page, list as items, opened, sent};
use crate::account::Invalid;
use crate::account::post::{self, Message, State};
use crate::core::audit::cursor;
use crate::core::page::Page;
use crate::core::power::Power;
use crate::core::time::rfc3339;
use crate::http::refusal::Refusal;
use crate::http::{answer, block, context};

/// Whom a message goes to is hidden from those who may not help people.
fn message(message: &Message, may_write: bool) -> Value {
    let recipient = if may_write { message.recipient.clone() } else { post::masked(&message.recipient) };
    json!({
        "id": message.id,
        "channel": message.channel,
        "kind": message.kind,
        "recipient": recipient,
        "state": message.state().as_str().replace(' ', "_"),
        "attempts": message.attempts,
        "next_attempt_at": message.next_attempt_at.map(rfc3339),
        "sent_at": message.sent_at.map(rfc3339),
        "created_at": rfc3339(message.created_at),
        "expires_at": rfc3339(message.expires_at),
    })
}

/// Part of the list, the newest first.
///
/// # Errors
/// 401, 403, 422.
pub async fn list(req: HttpRequest) -> Answer {
    let desk = opened(&req, Power::ReadOutbox).await?;
    let asked = dated_page(&desk.fields)?;
    let state = match desk.fields.get("state").filter(|name| !name.is_empty()).map(State::named) {
        None => None,
        Some(Some(state)) => Some(state),
        Some(None) => return Err(Invalid::one("state", "The selected state is invalid.").into()),
    };
    let part = Page { limit: asked.limit + 1, ..asked.clone() };
    let found = block::run(&desk.app, context::request_id(&req), move |app| post::list(app, state, &part));
    let mut found = found.await?;
    let size = usize::try_from(asked.limit).unwrap_or(usize::MAX);
    let more = found.len() > size;
    found.truncate(size);
    let next = found.last().filter(|_| more).map(|last| cursor(last.created_at, &last.id));
    let may_write = desk.powers.has(Power::WriteUsers);
    Ok(items(found.iter().map(|one| message(one, may_write)).collect(), next))
}

/// Who may see messages and help people.
async fn acting(req: &HttpRequest, payload: web::Payload) -> Result<Desk, super::Failure> {
    let desk = sent(req, payload, Power::ReadOutbox).await?;
    if desk.powers.has(Power::WriteUsers) {
        Ok(desk)
    } else {
        Err(Refusal::Forbidden("Your role does not allow this.".to_owned()).into())
    }
}

/// Lets a message that waits be sent now.
///
/// # Errors
/// 401, 403, 404 for one that does not wait.
pub async fn retry(req: HttpRequest, payload: web::Payload) -> Answer {
    let desk = acting(&req, payload).await?;
    let (id, by) = (super::id(&req)?, desk.acting());
    let acted = block::run(&desk.app, context::request_id(&req), move |app| post::hurry(app, &by, &id));
    if acted.await? { Ok(answer::empty(StatusCode::NO_CONTENT)) } else { Err(Refusal::NotFound.into()) }
}

/// Gives up a message that waits.
///
/// # Errors
/// 401, 403, 404 for one that does not wait.
pub async fn give_up(req: HttpRequest, payload: web::Payload) -> Answer {
    let desk = acting(&req, payload).await?;
    let (id, by) = (super::id(&req)?, desk.acting());
    let acted = block::run(&desk.app, context::request_id(&req), move |app| post::give_up(app, &by, &id));
    if acted.await? { Ok(answer::empty(StatusCode::NO_CONTENT)) } else { Err(Refusal::NotFound.into()) }
}
