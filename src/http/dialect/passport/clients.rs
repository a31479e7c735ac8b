//! `/oauth/clients`: the clients that a person has registered.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, web};

use super::{Answer, view};
use crate::account::Invalid;
use crate::core::client::{AuthMethod, OpenIdMetadata, Policy};
use crate::core::page::Page;
use crate::http::body::Fields;
use crate::http::refusal::Refusal;
use crate::http::{answer, block, context, proof};
use crate::oauth::applications;
use crate::oauth::manage::{self, ManageError, NewClient, OpenIdChange, OwnChange};

/// Lists the person's own clients by name.
///
/// # Errors
/// 401, 403.
pub async fn list(req: HttpRequest) -> Answer {
    let (app, user) = super::user(&req).await?;
    let found = block::run(&app, context::request_id(&req), move |app| {
        manage::list_clients(app, Some(user.id), &Page::default())
    });
    let mut clients = found.await?;
    clients.sort_by(|a, b| (&a.metadata.client_name, &a.id).cmp(&(&b.metadata.client_name, &b.id)));
    Ok(answer::json(StatusCode::OK, &clients.iter().map(view::client).collect::<Vec<_>>()))
}

/// Registers a client; its secret is shown this once.
///
/// # Errors
/// 401, 403, 419, 422.
pub async fn create(req: HttpRequest, payload: web::Payload) -> Answer {
    let (app, user, fields) = super::user_and_fields(&req, payload).await?;
    let (name, redirect_uris, confidential) = parse(&fields)?;
    let new = NewClient {
        openid: OpenIdMetadata::default(),
        openid_change: OpenIdChange::default(),
        name,
        redirect_uris,
        grant_types: vec!["authorization_code".to_owned(), "refresh_token".to_owned()],
        auth_method: if confidential { AuthMethod::ClientSecretBasic } else { AuthMethod::None },
        client_uri: None,
        policy: Policy::default(),
        owner: Some(user),
        id: None,
        secret: None,
    };
    let made = block::run(&app, context::request_id(&req), move |app| {
        if let Some(owner) = &new.owner
            && !applications::may_register(app, owner)?
        {
            return Err(Refusal::Forbidden("You may not register applications here.".to_owned()));
        }
        Ok(applications::create(app, new, None)?)
    });
    let (client, secret) = made.await?;
    let mut shown = view::client(&client);
    if let Some(members) = shown.as_object_mut() {
        members.insert("secret".to_owned(), secret.as_ref().map(|secret| secret.expose()).into());
    }
    Ok(answer::json(StatusCode::CREATED, &shown))
}

/// Changes the name and the redirect URIs of a client.
///
/// # Errors
/// 401, 403, 404, 419, 422, also for other redirect URIs without `current_password` where the sign-in is not fresh; 429.
pub async fn update(req: HttpRequest, payload: web::Payload) -> Answer {
    let (app, person, fields) = super::person_and_fields(&req, payload).await?;
    let id = super::id(&req)?;
    let (name, redirect_uris, _) = parse(&fields)?;
    let (owner, of, uris) = (person.user.id, id.clone(), redirect_uris.clone());
    let leads_elsewhere = block::run(&app, context::request_id(&req), move |app| {
        Ok::<_, ManageError>(manage::leads_elsewhere(&manage::own_client(app, owner, &of)?, &uris))
    });
    let leads_elsewhere = leads_elsewhere.await?;
    if leads_elsewhere {
        proof::demand(&app, &req, person.user.clone(), person.auth_time, &fields).await?;
    }
    let user = person.user;
    let updated = block::run(&app, context::request_id(&req), move |app| {
        let change = OwnChange {
            name: Some(name),
            redirect_uris: Some(redirect_uris),
            unproven: !leads_elsewhere,
            ..OwnChange::default()
        };
        applications::change(app, user.id, &id, &change)
    });
    Ok(answer::json(StatusCode::OK, &view::client(&updated.await?)))
}

/// Deletes a client: nothing of it works any more, its tokens included.
///
/// # Errors
/// 401, 403, 404, 419, 422 without `current_password` where the sign-in is not fresh, 429.
pub async fn delete(req: HttpRequest, payload: web::Payload) -> Answer {
    let (app, person, fields) = super::person_and_fields(&req, payload).await?;
    let (id, owner) = (super::id(&req)?, person.user.id);
    // Before anything is asked for: that it is somebody else's is not to be learnt from the question.
    let of = id.clone();
    block::run(&app, context::request_id(&req), move |app| manage::own_client(app, owner, &of).map(drop)).await?;
    proof::demand(&app, &req, person.user.clone(), person.auth_time, &fields).await?;
    let user = person.user;
    let deleted = block::run(&app, context::request_id(&req), move |app| applications::delete(app, user.id, &id));
    deleted.await?;
    Ok(answer::empty(StatusCode::NO_CONTENT))
}

/// The name, the redirect URIs (several in `redirect` are separated by commas), and whether it keeps a secret.
fn parse(fields: &Fields) -> Result<(String, Vec<String>, bool), Invalid> {
    let mut invalid = Invalid::default();
    let name = fields.text("name", &mut invalid).unwrap_or_default().to_owned();
    let redirect = fields.text("redirect", &mut invalid).unwrap_or_default();
    let redirect_uris = match fields.list("redirect_uris", &mut invalid) {
        Some(list) => list.to_vec(),
        None => redirect.split(',').map(str::to_owned).collect(),
    };
    let confidential = fields.flag("confidential", &mut invalid).unwrap_or(true);
    invalid.check()?;
    Ok((name, redirect_uris, confidential))
}
