//! One step of a sign-in, as every dialect and page takes it: counted first, then let in where passwords are hashed,
//! so that attempts that are held back take no place there.

use std::sync::Arc;

use super::block;
use crate::account::login::{self, Credentials, LoginError, Origin, Verified};
use crate::app::App;
use crate::core::trace::RequestId;
use crate::store;

/// Takes the step, and does `then` for the person who comes in.
///
/// # Errors
/// [`LoginError`], what `then` says, and [`store::Error::Unavailable`] when it was not let in in time.
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
    let counted = block::run(app, request, move |app| login::admit(app, credentials, origin).map_err(E::from));
    let admitted = counted.await?;
    let hashes = admitted.hashes();
    let step = move |app: &Arc<App>| {
        let (verified, origin) = admitted.enter(app)?;
        then(app, verified, origin)
    };
    if hashes { block::hashing(app, request, step).await } else { block::run(app, request, step).await }
}
