//! A request as oxide-auth's machines see it: plain data, checked before.

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use oxide_auth::code_grant::{accesstoken, client_credentials, refresh};
use oxide_auth::primitives::grant::{Extensions, Grant};
use url::Url;

use crate::core::ids::ClientId;
use crate::core::scope::Scope;
use crate::oauth::error::{Code, Refusal};

/// Redirect URIs are compared by the grants, as strings; the machines compare this with itself.
const REDIRECT: &str = "https://redirect.invalid/";

/// The parts of a token request that the machines look at.
pub(super) struct View<'a> {
    pub(super) grant_type: &'static str,
    pub(super) client_id: &'a ClientId,
    pub(super) credential: &'a str,
    pub(super) scope: Option<&'a str>,
}

impl accesstoken::Request for View<'_> {
    fn valid(&self) -> bool {
        true
    }

    fn code(&self) -> Option<Cow<'_, str>> {
        Some(Cow::Borrowed(self.credential))
    }

    fn authorization(&self) -> accesstoken::Authorization<'_> {
        accesstoken::Authorization::Username(Cow::Borrowed(self.client_id.as_str()))
    }

    fn client_id(&self) -> Option<Cow<'_, str>> {
        None
    }

    fn redirect_uri(&self) -> Option<Cow<'_, str>> {
        Some(Cow::Borrowed(REDIRECT))
    }

    fn grant_type(&self) -> Option<Cow<'_, str>> {
        Some(Cow::Borrowed(self.grant_type))
    }

    fn extension(&self, _key: &str) -> Option<Cow<'_, str>> {
        None
    }
}

impl refresh::Request for View<'_> {
    fn valid(&self) -> bool {
        true
    }

    fn refresh_token(&self) -> Option<Cow<'_, str>> {
        Some(Cow::Borrowed(self.credential))
    }

    fn scope(&self) -> Option<Cow<'_, str>> {
        self.scope.map(Cow::Borrowed)
    }

    fn grant_type(&self) -> Option<Cow<'_, str>> {
        Some(Cow::Borrowed(self.grant_type))
    }

    /// Always there: the stock flow takes a public client's token from any other public client.
    fn authorization(&self) -> Option<(Cow<'_, str>, Cow<'_, [u8]>)> {
        Some((Cow::Borrowed(self.client_id.as_str()), Cow::Borrowed(b"")))
    }

    fn extension(&self, _key: &str) -> Option<Cow<'_, str>> {
        None
    }
}

impl client_credentials::Request for View<'_> {
    fn valid(&self) -> bool {
        true
    }

    fn authorization(&self) -> Option<(Cow<'_, str>, Cow<'_, [u8]>)> {
        Some((Cow::Borrowed(self.client_id.as_str()), Cow::Borrowed(b"")))
    }

    fn scope(&self) -> Option<Cow<'_, str>> {
        self.scope.map(Cow::Borrowed)
    }

    fn grant_type(&self) -> Option<Cow<'_, str>> {
        Some(Cow::Borrowed(self.grant_type))
    }

    fn extension(&self, _key: &str) -> Option<Cow<'_, str>> {
        None
    }
}

/// A recovered grant as the machines compare it: its client and its scope. It does not expire there.
pub(super) fn grant(client_id: String, scope: &Scope) -> Result<Box<Grant>, Refusal> {
    Ok(Box::new(Grant {
        owner_id: String::new(),
        client_id,
        scope: oxide_scope(scope)?,
        redirect_uri: Url::parse(REDIRECT).map_err(|e| stuck(&e.to_string()))?,
        until: DateTime::<Utc>::MAX_UTC,
        extensions: Extensions::new(),
    }))
}

pub(super) fn oxide_scope(scope: &Scope) -> Result<oxide_auth::primitives::scope::Scope, Refusal> {
    scope
        .to_string()
        .parse()
        .map_err(|_| Refusal::new(Code::InvalidScope, "the scope holds a character that is not allowed"))
}

/// The machine stands where it never should.
pub(super) fn stuck(what: &str) -> Refusal {
    log::error!("event=bridge outcome=stuck what={what:?}");
    Refusal::new(Code::ServerError, "the request could not be decided")
}
