//! Values as Passport's JSON shows them.

use serde_json::{Value, json};

use crate::core::client::Client;
use crate::core::grant::AccessToken;
use crate::core::secret::Plain;
use crate::core::time::{Time, rfc3339};
use crate::core::user::User;
use crate::oauth::first_party::Tokens;
use crate::store::access_tokens::Listed;

/// A person, as their own sign-in shows them.
pub(super) fn user(user: &User) -> Value {
    json!({
        "id": user.id,
        "name": user.name.whole(),
        "username": user.username,
        "email": user.email,
        "email_verified_at": user.email_verified_at.map(rfc3339),
        "mobile": user.phone,
        "dob": user.birthday,
        "gender": user.gender,
        "country": user.country,
        "created_at": rfc3339(user.created_at),
        "updated_at": rfc3339(user.updated_at),
    })
}

/// What a sign-in hands out.
pub(super) fn tokens(tokens: &Tokens) -> Value {
    json!({
        "token_type": "Bearer",
        "expires_in": tokens.expires_in,
        "access_token": tokens.access_token.expose(),
        "refresh_token": tokens.refresh_token.as_ref().map(Plain::expose),
        "user": user(&tokens.user),
    })
}

/// A client; its secret is never part of it.
pub(super) fn client(client: &Client) -> Value {
    let redirect_uris: Vec<&str> = client.metadata.redirect_uris.iter().map(|uri| uri.as_str()).collect();
    json!({
        "id": client.id,
        "user_id": client.owner_id,
        "name": client.metadata.client_name,
        "redirect": redirect_uris.join(","),
        "redirect_uris": redirect_uris,
        "personal_access_client": false,
        "password_client": false,
        "revoked": client.disabled_at.is_some(),
        "confidential": !client.is_public(),
        "created_at": rfc3339(client.created_at),
        "updated_at": rfc3339(client.updated_at),
    })
}

/// An access token; the token itself is never part of it.
pub(super) fn token(token: &AccessToken, name: Option<&str>, updated_at: Time) -> Value {
    json!({
        "id": token.id,
        "user_id": token.user_id,
        "client_id": token.client_id,
        "name": name,
        "scopes": token.scope.names().collect::<Vec<_>>(),
        "revoked": token.revoked_at.is_some(),
        "created_at": rfc3339(token.created_at),
        "updated_at": rfc3339(updated_at),
        "expires_at": rfc3339(token.expires_at),
    })
}

/// An access token of a list.
pub(super) fn listed(listed: &Listed) -> Value {
    token(&listed.token, listed.name.as_deref(), listed.updated_at)
}

/// An access token of a list, with the client that holds it.
pub(super) fn authorized((token, holder): &(Listed, std::sync::Arc<Client>)) -> Value {
    let mut value = listed(token);
    if let Some(members) = value.as_object_mut() {
        members.insert("client".to_owned(), client(holder));
    }
    value
}
