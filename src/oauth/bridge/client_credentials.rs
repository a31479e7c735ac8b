//! Drives `code_grant::client_credentials`.

use std::borrow::Cow;

use oxide_auth::code_grant::client_credentials::{ClientCredentials, Input, Output};
use oxide_auth::primitives::grant::Extensions;
use oxide_auth::primitives::registrar::{BoundClient, ExactUrl, PreGrant, RegisteredUrl};

use super::view::{View, oxide_scope, stuck};
use crate::core::ids::ClientId;
use crate::core::scope::Scope;
use crate::oauth::error::{Code, Refusal, Result};

/// Decides a client credentials request of an authenticated client; `negotiate` says which scope it gets.
///
/// # Errors
/// What `negotiate` says.
pub fn client_credentials(
    client_id: &ClientId,
    asked: Option<&str>,
    negotiate: impl FnOnce() -> Result<Scope>,
) -> Result<Scope> {
    let view = View { grant_type: "client_credentials", client_id, credential: "", scope: asked };
    let mut machine = ClientCredentials::new(&view);
    let mut input = Input::None;
    let mut negotiate = Some(negotiate);
    let mut granted = None;
    loop {
        input = match machine.advance(input) {
            Output::Authenticate { client, .. } if client == client_id.as_str() => Input::Authenticated,
            Output::Authenticate { .. } => return Err(stuck("another client").into()),
            Output::Binding { client_id } => Input::Bound { bound_client: bound(client_id)? },
            Output::Extend => Input::Extended { extensions: Extensions::new() },
            Output::Negotiate { bound_client, .. } => {
                let negotiate = negotiate.take().ok_or_else(|| stuck("negotiated twice"))?;
                let scope = negotiate()?;
                let pre_grant = PreGrant {
                    client_id: bound_client.client_id.to_string(),
                    redirect_uri: bound_client.redirect_uri.clone().into_owned(),
                    scope: oxide_scope(&scope)?,
                };
                granted = Some(scope);
                Input::Negotiated { pre_grant }
            }
            Output::Ok { .. } => return granted.ok_or_else(|| stuck("nothing was negotiated").into()),
            // All that it finds wrong by itself is a scope that cannot be parsed.
            Output::Err(_) => {
                return Err(Refusal::new(Code::InvalidScope, "the scope holds a character that is not allowed").into());
            }
        };
    }
}

/// The machine wants a redirect URI although nothing is redirected.
fn bound(client_id: &str) -> Result<BoundClient<'static>> {
    let nowhere = ExactUrl::new("https://redirect.invalid/".to_owned()).map_err(|e| stuck(&e.to_string()))?;
    Ok(BoundClient {
        client_id: Cow::Owned(client_id.to_owned()),
        redirect_uri: Cow::Owned(RegisteredUrl::Exact(nowhere)),
    })
}
