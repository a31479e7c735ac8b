//! Drives `code_grant::authorization`.

use std::borrow::Cow;

use oxide_auth::code_grant::authorization::{Authorization, Error as MachineError, Input, Output, Request};
use oxide_auth::primitives::grant::Extensions;
use oxide_auth::primitives::registrar::{BoundClient, ExactUrl, PreGrant, RegisteredUrl};

use super::view::{oxide_scope, stuck};
use crate::core::failure::Reason;
use crate::core::scope::Scope;
use crate::oauth::error::{Code, Refusal, Result};
use crate::oauth::parameters::Parameters;

/// What the machine asks for while an authorization request is examined, in its order.
pub trait AuthorizationSteps {
    /// The redirect URI that the request means, if the client is known and it is one of its own.
    ///
    /// # Errors
    /// Refusals that no redirect may carry.
    fn bind(&mut self) -> Result<String>;

    /// Checks all that may be refused by a redirect.
    ///
    /// # Errors
    /// Refusals that the client gets to see.
    fn check(&mut self) -> Result<()>;

    /// The scope that may be asked for.
    ///
    /// # Errors
    /// `invalid_scope`.
    fn negotiate(&mut self) -> Result<Scope>;
}

struct View<'a>(&'a Parameters);

impl View<'_> {
    fn get(&self, name: &str) -> Option<Cow<'_, str>> {
        self.0.get(name).map(Cow::Borrowed)
    }
}

impl Request for View<'_> {
    fn valid(&self) -> bool {
        true
    }

    fn client_id(&self) -> Option<Cow<'_, str>> {
        self.get("client_id")
    }

    /// The scope is negotiated by us, in the order in which it was asked for.
    fn scope(&self) -> Option<Cow<'_, str>> {
        None
    }

    /// Bound by us, as an exact string.
    fn redirect_uri(&self) -> Option<Cow<'_, str>> {
        None
    }

    fn state(&self) -> Option<Cow<'_, str>> {
        self.get("state")
    }

    fn response_type(&self) -> Option<Cow<'_, str>> {
        self.get("response_type")
    }

    fn extension(&self, name: &str) -> Option<Cow<'_, str>> {
        self.get(name)
    }
}

/// Examines an authorization request.
///
/// # Errors
/// What the steps say, and `unsupported_response_type`.
pub fn authorization(parameters: &Parameters, steps: &mut impl AuthorizationSteps) -> Result<Scope> {
    let view = View(parameters);
    let mut machine = Authorization::new(&view);
    let mut input = Input::None;
    let mut granted = None;
    loop {
        input = match machine.advance(input) {
            Output::Bind { client_id, .. } => {
                let uri = ExactUrl::new(steps.bind()?).map_err(|e| stuck(&e.to_string()))?;
                let bound_client = BoundClient {
                    client_id: Cow::Owned(client_id),
                    redirect_uri: Cow::Owned(RegisteredUrl::Exact(uri)),
                };
                Input::Bound { request: &view, bound_client }
            }
            Output::Extend => {
                steps.check()?;
                Input::Extended(Extensions::new())
            }
            Output::Negotiate { bound_client, .. } => {
                let scope = steps.negotiate()?;
                let pre_grant = PreGrant {
                    client_id: bound_client.client_id.to_string(),
                    redirect_uri: bound_client.redirect_uri.clone().into_owned(),
                    scope: oxide_scope(&scope)?,
                };
                granted = Some(scope);
                Input::Negotiated { pre_grant, state: None }
            }
            Output::Ok { .. } => return granted.ok_or_else(|| stuck("nothing was negotiated").into()),
            Output::Err(MachineError::Redirect(_)) => return Err(response_type(parameters).into()),
            Output::Err(MachineError::Ignore) => {
                let refusal = Refusal::new(Code::InvalidRequest, "client_id is missing");
                return Err(refusal.because(Reason::ParameterMissing).with("name", "client_id").into());
            }
            Output::Err(MachineError::PrimitiveError) => return Err(stuck("the authorization machine").into()),
        };
    }
}

/// The one thing that this machine still finds wrong by itself.
fn response_type(parameters: &Parameters) -> Refusal {
    match parameters.get("response_type") {
        None => Refusal::new(Code::InvalidRequest, "response_type is missing")
            .because(Reason::ParameterMissing)
            .with("name", "response_type"),
        Some(sent) => Refusal::new(Code::UnsupportedResponseType, "response_type must be code")
            .because(Reason::ResponseType)
            .with("sent", sent),
    }
}
