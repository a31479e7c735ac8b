//! The client credentials grant (RFC 6749 section 4.4): a client acts for itself. One statement.

use std::sync::Arc;

use super::{Grant, scope_for};
use crate::app::App;
use crate::core::client::Client;
use crate::core::failure::Reason;
use crate::core::time::unix;
use crate::oauth::access_token::{Mint, Subject};
use crate::oauth::bridge;
use crate::oauth::error::{Code, Refusal, Result};
use crate::oauth::parameters::Parameters;
use crate::oauth::token::TokenResponse;
use crate::store::access_tokens;

/// `client_credentials`.
#[derive(Debug)]
pub struct ClientCredentials;

impl Grant for ClientCredentials {
    fn name(&self) -> &'static str {
        "client_credentials"
    }

    fn exchange(&self, app: &Arc<App>, client: &Arc<Client>, parameters: &Parameters) -> Result<TokenResponse> {
        if client.is_public() {
            let refusal = Refusal::new(Code::UnauthorizedClient, "a public client cannot use client_credentials");
            let refusal = refusal.because(Reason::GrantTypeNotAllowed).with("sent", self.name());
            return Err(refusal.with("expected", client.metadata.grant_types.clone()).into());
        }
        let asked = parameters.get("scope");
        let scope = bridge::client_credentials(&client.id, asked, || scope_for(app, client, asked))?;
        let mint = Mint::open(app, client)?;
        let subject = Subject { grant_id: None, user_id: None, scope, authentication: None, expires_at: None };
        let (token, record) = mint.make(app, subject, app.now())?;
        let expires_in = unix(record.expires_at) - unix(record.created_at);
        let response = TokenResponse::bearer(token, expires_in, None, &record.scope);
        app.write_one(move |cx| access_tokens::insert(cx.conn, &record))?;
        Ok(response)
    }
}
