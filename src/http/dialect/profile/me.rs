//! `GET /api/me` and `PATCH /api/me/details`.

use actix_web::{HttpRequest, web};

use super::view::{self, Sight};
use super::{Answer, data};
use crate::account::Invalid;
use crate::account::profile::{self, Details};
use crate::core::country;
use crate::http::body::{self, Fields};
use crate::http::{block, context};

/// Shows the person; with `include=role,country` these too.
///
/// # Errors
/// 401, 403.
pub async fn get(req: HttpRequest) -> Answer {
    let (app, caller) = super::reader(&req).await?;
    let query = body::query(&req)?;
    let wanted: Vec<&str> = query.get("include").unwrap_or_default().split(',').map(str::trim).collect();
    let sight = Sight::of(&caller);
    let user = caller.user;
    let (role, factors) = super::parts(&app, &req, user.clone()).await?;
    let mut shown = view::user(&app, &user, &role, &factors, &sight);
    if let Some(members) = shown.as_object_mut() {
        if wanted.contains(&"role") {
            members.insert("role".to_owned(), view::role(&role));
        }
        if wanted.contains(&"country") {
            let country = user.country_id.filter(|_| sight.address).and_then(country::by_id);
            members.insert("country".to_owned(), country.as_ref().map(view::country).into());
        }
    }
    Ok(data(&shown))
}

/// Changes what the person says of themselves: whatever of it is there.
///
/// # Errors
/// 401, 403, 422, 429.
pub async fn change(req: HttpRequest, payload: web::Payload) -> Answer {
    let (app, caller, fields) = super::writer_and_fields(&req, payload).await?;
    let sight = Sight::of(&caller);
    let details = details(&fields)?;
    let origin = context::origin(&app, &req);
    let changed = block::run(&app, context::request_id(&req), move |app| {
        profile::change_details(app, &caller.user, &details, origin)
    });
    super::shown(&app, &req, changed.await?, sight).await
}

fn details(fields: &Fields) -> Result<Details, Invalid> {
    let mut invalid = Invalid::default();
    let mut text = |name: &str| fields.change(name, &mut invalid).map(str::to_owned);
    let details = Details {
        first_name: text("first_name"),
        last_name: text("last_name"),
        birthday: text("birthday"),
        phone: text("phone"),
        address: text("address"),
        country_id: fields.integer("country_id", &mut invalid),
        ..Details::default()
    };
    invalid.check()?;
    Ok(details)
}
