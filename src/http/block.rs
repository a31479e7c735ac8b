//! The way from async to sync: first be let in, then one blocking call, never a wait on a worker.

use std::sync::Arc;

use actix_web::web;

use crate::app::{Admission, App};
use crate::core::trace::{RequestId, Trace};
use crate::store;

/// Runs a use-case that uses the database.
///
/// # Errors
/// What `f` says; [`store::Error::Busy`] when it was not let in in time.
pub async fn run<T, E, F>(app: &Arc<App>, request: RequestId, f: F) -> Result<T, E>
where
    T: Send + 'static,
    E: From<store::Error> + Send + 'static,
    F: FnOnce(&Arc<App>) -> Result<T, E> + Send + 'static,
{
    admitted(app, &app.database_admission, request, f).await
}

/// Runs a use-case that hashes a password. It has its own bound, so that a flood of sign-ins takes
/// nothing from the rest.
///
/// # Errors
/// As [`run`].
pub async fn hashing<T, E, F>(app: &Arc<App>, request: RequestId, f: F) -> Result<T, E>
where
    T: Send + 'static,
    E: From<store::Error> + Send + 'static,
    F: FnOnce(&Arc<App>) -> Result<T, E> + Send + 'static,
{
    admitted(app, &app.hash_admission, request, f).await
}

/// Runs what takes long to compute and needs no database, such as decoding a picture. It has its own bound.
///
/// # Errors
/// As [`run`].
pub async fn picturing<T, E, F>(app: &Arc<App>, request: RequestId, f: F) -> Result<T, E>
where
    T: Send + 'static,
    E: From<store::Error> + Send + 'static,
    F: FnOnce(&Arc<App>) -> Result<T, E> + Send + 'static,
{
    admitted(app, &app.picture_admission, request, f).await
}

async fn admitted<T, E, F>(app: &Arc<App>, admission: &Admission, request: RequestId, f: F) -> Result<T, E>
where
    T: Send + 'static,
    E: From<store::Error> + Send + 'static,
    F: FnOnce(&Arc<App>) -> Result<T, E> + Send + 'static,
{
    let trace = Trace::of(request);
    let permit = admission.enter().await.map_err(|_| store::Error::Busy)?;
    let app = Arc::clone(app);
    let done = web::block(move || {
        // Given back when the work is done, even if the caller went away meanwhile.
        let _permit = permit;
        Trace::within(Some(trace), || f(&app))
    });
    match done.await {
        Ok(outcome) => outcome,
        Err(_) => Err(store::Error::Unavailable("the work was given up".to_owned()).into()),
    }
}
