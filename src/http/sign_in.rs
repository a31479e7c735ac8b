//! How people come in, as every dialect and page has it. A step of a sign-in is let in where passwords are hashed, and
//! counted there: of a flood only so many reach the database at once as hash, and the rest of the server keeps it.

use std::sync::Arc;

use actix_web::{HttpRequest, web};

use super::refusal::Refusal;
use super::{block, body, context, credentials};
use crate::account::Invalid;
use crate::account::login::{self, Credentials, LoginError, Origin, Verified};
use crate::account::password::{self, Proof};
use crate::app::App;
use crate::core::trace::RequestId;
use crate::oauth::first_party::{SignInError, Tokens};
use crate::store;

/// Takes the step that the body of a request to one of the APIs asks for, and hands out what `then` says.
///
/// # Errors
/// [`Refusal`].
pub async fn by_body<F>(app: &Arc<App>, req: &HttpRequest, payload: web::Payload, then: F) -> Result<Tokens, Refusal>
where
    F: FnOnce(&Arc<App>, Verified, Origin) -> Result<Tokens, SignInError> + Send + 'static,
{
    let fields = body::read(app, req, payload).await?;
    let mut invalid = Invalid::default();
    let credentials = credentials::read(&fields, &mut invalid);
    invalid.check()?;
    let origin = context::origin(app, req);
    Ok(enter(app, context::request_id(req), credentials, origin, then).await?)
}

/// Sends a way to set a new password to the `email` of a body. The answer is the same for an address that is not known.
///
/// # Errors
/// [`Refusal`].
pub async fn send_proof(req: &HttpRequest, payload: web::Payload, proof: Proof) -> Result<(), Refusal> {
    let app = context::app(req);
    let fields = body::read(&app, req, payload).await?;
    let mut invalid = Invalid::default();
    let email = fields.text("email", &mut invalid).map(str::to_owned);
    invalid.check()?;
    let origin = context::origin(&app, req);
    let sent =
        block::run(&app, context::request_id(req), move |app| password::send(app, email.as_deref(), proof, &origin));
    Ok(sent.await?)
}

/// Takes the step, and does `then` for the person who comes in.
///
/// # Errors
/// [`LoginError`], what `then` says, and [`store::Error::Busy`] when it was not let in in time.
pub async fn enter<T, E, F>(
    app: &Arc<App>,
    request: RequestId,
    credentials: Credentials,
    origin: Origin,
    then: F,
) -> Result<T, E>
where
    T: Send + 'static,
    E: From<LoginError> + From<store::Error> + Send + 'static,
    F: FnOnce(&Arc<App>, Verified, Origin) -> Result<T, E> + Send + 'static,
{
    let hashes = matches!(credentials, Credentials::Password { .. });
    let step = move |app: &Arc<App>| {
        let verified = login::enter(app, &credentials, &origin)?;
        then(app, verified, origin)
    };
    if hashes { block::hashing(app, request, step).await } else { block::run(app, request, step).await }
}
