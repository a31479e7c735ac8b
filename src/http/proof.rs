//! What the pages ask “Confirm it is you” for, asked of a program: a fresh sign-in, or the person's password.

use std::sync::Arc;

use actix_web::HttpRequest;

use super::body::Fields;
use super::refusal::Refusal;
use super::{block, context};
use crate::account::Invalid;
use crate::account::credentials::{self, Asker};
use crate::app::App;
use crate::core::secret::Plain;
use crate::core::time::Time;
use crate::core::user::User;

/// Lets nobody on but the person themselves, who signed in at `auth_time`: by a sign-in that is fresh, or by
/// `current_password` among the fields where the password is all that they sign in with. Says whether the sign-in is fresh.
///
/// # Errors
/// 422 on `current_password`, 429.
pub async fn demand(
    app: &Arc<App>,
    req: &HttpRequest,
    user: User,
    auth_time: Option<Time>,
    fields: &Fields,
) -> Result<bool, Refusal> {
    let mut invalid = Invalid::default();
    let current = fields.text("current_password", &mut invalid).map(Plain::new);
    invalid.check()?;
    let asker = Asker { user, auth_time, spared: None, origin: context::origin(app, req) };
    let work = move |app: &Arc<App>| credentials::prove_wholly(app, &asker, current.as_ref());
    Ok(block::hashing(app, context::request_id(req), work).await?)
}
