//! `/api/admin/v1/users`: people.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, web};
use serde_json::{Value, json};

use super::{Answer, Desk, Failure, list as items, one, opened, page, sent};
use crate::account::Invalid;
use crate::account::people::{self, Deed, Dossier, PeopleError};
use crate::account::profile::Details;
use crate::core::ids::{RoleName, UserId};
use crate::core::people::{Place, Search, Sort};
use crate::core::power::Power;
use crate::core::time::rfc3339;
use crate::core::user::{Status, User};
use crate::http::body::Fields;
use crate::http::refusal::Refusal;
use crate::http::{answer, block, context};

impl From<PeopleError> for Refusal {
    fn from(error: PeopleError) -> Self {
        let text = error.to_string();
        match error {
            PeopleError::Invalid(invalid) => Self::Invalid(invalid),
            PeopleError::Gone => Self::NotFound,
            PeopleError::Throttled(throttled) => Self::Throttled(text, throttled),
            PeopleError::Store(error) => Self::Store(error),
            _ => Self::Forbidden(text),
        }
    }
}

/// A person, without secrets.
pub fn person(user: &User) -> Value {
    json!({
        "id": user.id,
        "username": user.username,
        "email": user.email,
        "email_verified_at": user.email_verified_at.map(rfc3339),
        "name": user.name.whole(),
        "first_name": user.name.given,
        "last_name": user.name.family,
        "birthday": user.birthday,
        "phone": user.phone,
        "address": user.address,
        "country_id": user.country_id,
        "role": user.role.as_str(),
        "status": user.status.as_str(),
        "last_login_at": user.last_login_at.map(rfc3339),
        "created_at": rfc3339(user.created_at),
        "updated_at": rfc3339(user.updated_at),
    })
}

/// What belongs to a person; no token and no hash of one.
fn belongings(dossier: &Dossier, with_events: bool) -> Value {
    let factor = &dossier.second_factor;
    json!({
        "second_factor": { "totp": factor.totp, "sms": factor.phone, "recovery_codes_left": factor.recovery_codes },
        "sessions": dossier.sessions.iter().map(|session| json!({
            "kind": session.kind,
            "ip_address": session.ip_address,
            "user_agent": session.user_agent,
            "created_at": rfc3339(session.created_at),
            "last_seen_at": rfc3339(session.last_seen_at),
            "expires_at": rfc3339(session.expires_at),
        })).collect::<Vec<_>>(),
        "apps": dossier.apps.iter().map(|app| json!({
            "client_id": app.client_id,
            "name": app.name,
            "scopes": app.scope.names().collect::<Vec<_>>(),
            "created_at": rfc3339(app.created_at),
        })).collect::<Vec<_>>(),
        "tokens": dossier.tokens.iter().map(|standing| json!({
            "id": standing.token.id,
            "client_id": standing.token.client_id,
            "scopes": standing.token.scope.names().collect::<Vec<_>>(),
            "created_at": rfc3339(standing.token.created_at),
            "expires_at": rfc3339(standing.token.expires_at),
            "ended": standing.token.revoked_at.is_some() || standing.grant_ended_at.is_some(),
        })).collect::<Vec<_>>(),
        "events": with_events.then(|| dossier.events.iter().map(|event| event.to_json()).collect::<Vec<_>>()),
    })
}

/// Part of the list.
///
/// # Errors
/// 401, 403, 422.
pub async fn list(req: HttpRequest) -> Answer {
    let desk = opened(&req, Power::ReadUsers).await?;
    let page = page(&desk.fields)?;
    let search = search(&desk.fields)?;
    let place = match page.after.as_deref().map(str::parse) {
        None => Place::Start,
        Some(Ok(id)) => Place::After(UserId(id)),
        Some(Err(_)) => return Err(Invalid::one("after", "The after field is no place in this list.").into()),
    };
    let found =
        block::run(&desk.app, context::request_id(&req), move |app| people::search(app, &search, place, page.limit));
    let found = found.await?;
    let next = found.people.last().filter(|_| found.more).map(|user| user.id.to_string());
    Ok(items(found.people.iter().map(person).collect(), next))
}

fn search(fields: &Fields) -> Result<Search, Invalid> {
    let mut invalid = Invalid::default();
    let mut text = |name: &str| fields.text(name, &mut invalid).filter(|text| !text.is_empty());
    let (q, role, status, sort) = (text("q"), text("role"), text("status"), text("sort"));
    let found = Search {
        text: q.map(str::to_owned),
        role: role.map(RoleName::from),
        status: status.and_then(Status::named),
        sort: sort.and_then(Sort::named).unwrap_or_default(),
    };
    if status.is_some() && found.status.is_none() {
        invalid.add("status", "The selected status is invalid.");
    }
    if sort.is_some_and(|name| Sort::named(name).is_none()) {
        invalid.add("sort", "The selected sort is invalid.");
    }
    invalid.check().map(|()| found)
}

fn id(req: &HttpRequest) -> Result<UserId, Failure> {
    let id = super::id(req)?.parse().map_err(|_| Refusal::NotFound)?;
    Ok(UserId(id))
}

/// One person, and what belongs to them.
///
/// # Errors
/// 401, 403, 404.
pub async fn show(req: HttpRequest) -> Answer {
    let desk = opened(&req, Power::ReadUsers).await?;
    let (id, with_events) = (id(&req)?, desk.powers.has(Power::ReadAudit));
    let found = block::run(&desk.app, context::request_id(&req), move |app| {
        Ok::<_, PeopleError>((people::find(app, id)?, people::dossier(app, id, with_events)?))
    });
    let (user, dossier) = found.await?;
    let mut shown = person(&user);
    if let (Some(members), Value::Object(more)) = (shown.as_object_mut(), belongings(&dossier, with_events)) {
        members.extend(more);
    }
    Ok(one(&shown))
}

/// The person as they are now.
async fn now(req: &HttpRequest, desk: &Desk, id: UserId) -> Answer {
    let found = block::run(&desk.app, context::request_id(req), move |app| people::find(app, id));
    Ok(one(&person(&found.await?)))
}

/// Changes what a person says of themselves; what is not named stays.
///
/// # Errors
/// 401, 403, 404, 422.
pub async fn edit(req: HttpRequest, payload: web::Payload) -> Answer {
    let desk = sent(&req, payload, Power::WriteUsers).await?;
    let id = id(&req)?;
    let mut invalid = Invalid::default();
    let mut change = |name| desk.fields.change(name, &mut invalid).map(str::to_owned);
    let mut details = Details {
        first_name: change("first_name"),
        last_name: change("last_name"),
        birthday: change("birthday"),
        phone: change("phone"),
        address: change("address"),
        country_id: None,
        ..Details::default()
    };
    details.country_id = desk.fields.integer("country_id", &mut invalid);
    invalid.check()?;
    let acting = desk.acting();
    let edited = block::run(&desk.app, context::request_id(&req), move |app| people::edit(app, &acting, id, &details));
    Ok(one(&person(&edited.await?)))
}

/// Does something to a person.
///
/// # Errors
/// 401, 403, 404.
pub async fn act(req: HttpRequest, payload: web::Payload) -> Answer {
    let desk = sent(&req, payload, Power::WriteUsers).await?;
    let id = id(&req)?;
    let deed = req.match_info().get("deed").and_then(Deed::named).ok_or(Refusal::NotFound)?;
    let acting = desk.acting();
    let done = block::run(&desk.app, context::request_id(&req), move |app| people::act(app, &acting, id, deed));
    done.await?;
    now(&req, &desk, id).await
}

/// Gives a person a role.
///
/// # Errors
/// 401, 403, 404, 422.
pub async fn give_role(req: HttpRequest, payload: web::Payload) -> Answer {
    let desk = sent(&req, payload, Power::WriteRoles).await?;
    let id = id(&req)?;
    let mut invalid = Invalid::default();
    let role = RoleName::from(invalid_role(&desk.fields, &mut invalid));
    invalid.check()?;
    let acting = desk.acting();
    let done = block::run(&desk.app, context::request_id(&req), move |app| people::give_role(app, &acting, id, &role));
    done.await?;
    now(&req, &desk, id).await
}

fn invalid_role(fields: &Fields, invalid: &mut Invalid) -> String {
    let role = fields.text("role", invalid);
    invalid.required("role", role, 50)
}

/// Deletes a person and all that is theirs.
///
/// # Errors
/// 401, 403, 404.
pub async fn delete(req: HttpRequest, payload: web::Payload) -> Answer {
    let desk = sent(&req, payload, Power::WriteUsers).await?;
    let (id, acting) = (id(&req)?, desk.acting());
    let done = block::run(&desk.app, context::request_id(&req), move |app| people::delete(app, &acting, id));
    done.await?;
    Ok(answer::empty(StatusCode::NO_CONTENT))
}

/// All that the server has of a person.
///
/// # Errors
/// 401, 403, 404.
pub async fn export(req: HttpRequest) -> Answer {
    let desk = opened(&req, Power::WriteUsers).await?;
    let (id, acting) = (id(&req)?, desk.acting());
    let found = block::run(&desk.app, context::request_id(&req), move |app| people::export(app, &acting, id));
    Ok(one(&found.await?))
}
