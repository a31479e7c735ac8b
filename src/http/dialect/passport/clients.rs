//! `/oauth/clients`: the clients that a person has registered.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, web};

use super::{Answer, view};
use crate::account::Invalid;
use crate::core::audit::Actor;
use crate::core::client::{AuthMethod, OpenIdMetadata, Policy};
use crate::core::page::Page;
use crate::http::body::Fields;
use crate::http::refusal::Refusal;
use crate::http::{answer, block, context};
use crate::oauth::applications;
use crate::oauth::manage::{self, ManageError, NewClient};

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
    let by = Actor::Person(user.id);
    let new = NewClient {
        openid: OpenIdMetadata::default(),
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
        Ok(manage::create_client(app, &by, new)?)
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
/// 401, 403, 404, 419, 422.
pub async fn update(req: HttpRequest, payload: web::Payload) -> Answer {
    let (app, user, fields) = super::user_and_fields(&req, payload).await?;
    let id = super::id(&req)?;
    let (name, redirect_uris, _) = parse(&fields)?;
    let updated = block::run(&app, context::request_id(&req), move |app| {
        manage::update_own_client(app, user.id, &id, &name, &redirect_uris)
    });
    Ok(answer::json(StatusCode::OK, &view::client(&updated.await?)))
}

/// Deletes a client: nothing of it works any more, its tokens included.
///
/// # Errors
/// 401, 403, 404, 419.
pub async fn delete(req: HttpRequest, payload: web::Payload) -> Answer {
    let (app, user, _) = super::user_and_fields(&req, payload).await?;
    let id = super::id(&req)?;
    let deleted = block::run(&app, context::request_id(&req), move |app| {
        let client = manage::own_client(app, user.id, &id)?;
        Ok::<_, ManageError>(manage::disable_client(app, &user.id.into(), client)?)
    });
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
