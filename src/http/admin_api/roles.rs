//! `/api/admin/v1/roles`: roles and what they allow.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, web};
use serde_json::{Value, json};

use super::{Answer, Failure, list as items, one, opened, sent};
use crate::account::Invalid;
use crate::account::people;
use crate::account::roles::{self, Description};
use crate::core::ids::RoleName;
use crate::core::power::Power;
use crate::core::role::Role;
use crate::core::time::rfc3339;
use crate::http::body::Fields;
use crate::http::{answer, block, context};

fn role(role: &Role) -> Value {
    json!({
        "name": role.name,
        "id": role.id,
        "display_name": role.display_name,
        "description": role.description,
        "staff": role.staff,
        "built_in": role.is_built_in(),
        "permissions": role.permissions,
        "created_at": rfc3339(role.created_at),
        "updated_at": rfc3339(role.updated_at),
    })
}

fn name(req: &HttpRequest) -> Result<RoleName, Failure> {
    Ok(RoleName::from(super::id(req)?))
}

fn described(fields: &Fields, invalid: &mut Invalid) -> Description {
    Description {
        display_name: fields.change("display_name", invalid).map(str::to_owned),
        description: fields.change("description", invalid).map(str::to_owned),
        staff: fields.flag("staff", invalid),
        permissions: fields.list("permissions", invalid).map(<[String]>::to_vec),
    }
}

/// Every role.
///
/// # Errors
/// 401, 403.
pub async fn list(req: HttpRequest) -> Answer {
    let desk = opened(&req, Power::ReadRoles).await?;
    let found = block::run(&desk.app, context::request_id(&req), |app| roles::list(app)).await?;
    Ok(items(found.iter().map(role).collect(), None))
}

/// One role.
///
/// # Errors
/// 401, 403, 404.
pub async fn show(req: HttpRequest) -> Answer {
    let desk = opened(&req, Power::ReadRoles).await?;
    let name = name(&req)?;
    let found = block::run(&desk.app, context::request_id(&req), move |app| people::find_role(app, &name));
    Ok(one(&role(&found.await?)))
}

/// Makes a role.
///
/// # Errors
/// 401, 403, 422.
pub async fn create(req: HttpRequest, payload: web::Payload) -> Answer {
    let desk = sent(&req, payload, Power::WriteRoles).await?;
    let mut invalid = Invalid::default();
    let name = desk.fields.text("name", &mut invalid);
    let name = invalid.required("name", name, 50);
    let described = described(&desk.fields, &mut invalid);
    invalid.check()?;
    let acting = desk.acting();
    let made = block::run(&desk.app, context::request_id(&req), move |app| {
        people::create_role(app, &acting, &name, &described)
    });
    Ok(answer::json(StatusCode::CREATED, &role(&made.await?)))
}

/// Changes a role; what is not named stays.
///
/// # Errors
/// 401, 403, 404, 422.
pub async fn edit(req: HttpRequest, payload: web::Payload) -> Answer {
    let desk = sent(&req, payload, Power::WriteRoles).await?;
    let name = name(&req)?;
    let mut invalid = Invalid::default();
    let described = described(&desk.fields, &mut invalid);
    invalid.check()?;
    let acting = desk.acting();
    let changed =
        block::run(&desk.app, context::request_id(&req), move |app| people::edit_role(app, &acting, &name, described));
    Ok(one(&role(&changed.await?)))
}

/// Deletes a role that nobody has.
///
/// # Errors
/// 401, 403, 404.
pub async fn delete(req: HttpRequest, payload: web::Payload) -> Answer {
    let desk = sent(&req, payload, Power::WriteRoles).await?;
    let (name, acting) = (name(&req)?, desk.acting());
    let gone = block::run(&desk.app, context::request_id(&req), move |app| people::delete_role(app, &acting, &name));
    gone.await?;
    Ok(answer::empty(StatusCode::NO_CONTENT))
}
