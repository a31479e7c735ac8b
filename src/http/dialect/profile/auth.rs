//! `PATCH /api/me/details/auth`.

use actix_web::{HttpRequest, web};

use super::Answer;
use super::view::Sight;
use crate::account::Invalid;
use crate::account::credentials::{self, Asker, NewCredentials};
use crate::account::password::Spared;
use crate::core::secret::Plain;
use crate::http::body::Fields;
use crate::http::{block, context};
use crate::oauth::bearer::Caller;

/// Changes what the person signs in with: whatever of it is there.
///
/// # Errors
/// 401, 403, 422, 429.
pub async fn change(req: HttpRequest, payload: web::Payload) -> Answer {
    let (app, caller, fields) = super::writer_and_fields(&req, payload).await?;
    let new = parse(&fields)?;
    let sight = Sight::of(&caller);
    let Caller { user, token, first_party, sign_in, .. } = caller;
    let spared = token.grant_id.map(|grant| Spared { session: sign_in.session.map(|(id, _)| id), grant: Some(grant) });
    let asker = Asker {
        user,
        auth_time: sign_in.auth_time.filter(|_| first_party),
        spared: spared.filter(|_| first_party),
        origin: context::origin(&app, &req),
    };
    let changed = block::hashing(&app, context::request_id(&req), move |app| credentials::change(app, asker, &new));
    super::shown(&app, &req, changed.await?, sight).await
}

fn parse(fields: &Fields) -> Result<NewCredentials, Invalid> {
    let mut invalid = Invalid::default();
    let mut text = |name: &str| fields.text(name, &mut invalid).map(str::to_owned);
    let new = NewCredentials {
        username: text("username"),
        email: text("email"),
        password: text("password").map(Plain::new),
        password_confirmation: text("password_confirmation").map(Plain::new),
        current_password: text("current_password").map(Plain::new),
    };
    invalid.check()?;
    Ok(new)
}
