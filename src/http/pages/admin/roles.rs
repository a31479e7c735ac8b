//! `/admin/roles`: what there are, and what each allows.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};

use super::person::{Outcome, either, failed, refusal};
use super::{Desk, opened, sent};
use crate::account::people::{self, PeopleError};
use crate::account::roles::{self, Description};
use crate::core::ids::RoleName;
use crate::core::power::Power;
use crate::core::role::{ADMIN, Role};
use crate::core::text::Said;
use crate::http::body::Fields;
use crate::http::pages::form::Trouble;
use crate::http::pages::html_for;
use crate::http::pages::views::Page;
use crate::http::pages::views::admin::{AdminConfirm, AdminRole, AdminRoles, RoleLine, Tick};
use crate::http::{answer, block, context, faults};

const SECTION: &str = "/admin/roles";

/// The message that names a power.
pub fn power_id(power: Power) -> &'static str {
    match power {
        Power::ReadUsers => "admin-power-read-users",
        Power::WriteUsers => "admin-power-write-users",
        Power::ReadClients => "admin-power-read-clients",
        Power::WriteClients => "admin-power-write-clients",
        Power::ReadScopes => "admin-power-read-scopes",
        Power::WriteScopes => "admin-power-write-scopes",
        Power::ReadRoles => "admin-power-read-roles",
        Power::WriteRoles => "admin-power-write-roles",
        Power::ReadKeys => "admin-power-read-keys",
        Power::WriteKeys => "admin-power-write-keys",
        Power::ReadAudit => "admin-power-read-audit",
        Power::ReadFailures => "admin-power-read-failures",
        Power::ReadOutbox => "admin-power-read-outbox",
        Power::ReadSettings => "admin-power-read-settings",
        Power::ReadStatistics => "admin-power-read-statistics",
    }
}

fn path(role: &RoleName) -> String {
    format!("{SECTION}/{role}")
}

fn name_in(req: &HttpRequest) -> Option<RoleName> {
    context::path_id(req).map(RoleName::from)
}

fn done(page: &Page, fields: &Fields) -> Option<String> {
    let id = match fields.get("done")? {
        "create" => "admin-done-role-create",
        "edit" => "admin-done-role-edit",
        "delete" => "admin-done-role-delete",
        _ => return None,
    };
    Some(page.t(id))
}

/// `GET /admin/roles`
pub async fn list(req: HttpRequest) -> HttpResponse {
    either(show_list(&req).await)
}

async fn show_list(req: &HttpRequest) -> Outcome {
    let desk = opened(req, Power::ReadRoles).await?;
    let found = block::run(&desk.app, context::request_id(req), |app| roles::list(app)).await;
    let found = found.map_err(|error| faults::unavailable(req, &error))?;
    let (page, frame) = desk.page(req, SECTION);
    let line = |role: &Role| {
        let (powers, permissions) = counts(role);
        RoleLine {
            href: path(&role.name),
            name: role.name.to_string(),
            display_name: role.display_name.clone(),
            description: role.description.clone(),
            powers,
            permissions,
        }
    };
    let view = AdminRoles {
        notice: done(&page, &desk.fields),
        may_create: desk.may(Power::WriteRoles),
        roles: found.iter().map(line).collect(),
        page,
        frame,
    };
    Ok(html_for(&desk.app, &desk.browser, StatusCode::OK, &view, &[]))
}

fn counts(role: &Role) -> (usize, usize) {
    let powers = Power::ALL.into_iter().filter(|power| role.may(*power)).count();
    (powers, role.permissions.iter().filter(|name| Power::named(name).is_none()).count())
}

/// What is in the form.
struct Filled {
    name: String,
    display_name: String,
    description: String,
    staff: bool,
    powers: Vec<Power>,
    permissions: String,
}

impl Filled {
    fn of(role: &Role) -> Self {
        let free = role.permissions.iter().filter(|name| Power::named(name).is_none());
        Self {
            name: role.name.to_string(),
            display_name: role.display_name.clone(),
            description: role.description.clone(),
            staff: role.staff,
            powers: Power::ALL.into_iter().filter(|power| role.may(*power)).collect(),
            permissions: free.map(String::as_str).collect::<Vec<_>>().join("\n"),
        }
    }

    fn empty() -> Self {
        Self {
            name: String::new(),
            display_name: String::new(),
            description: String::new(),
            staff: false,
            powers: Vec::new(),
            permissions: String::new(),
        }
    }

    fn sent(fields: &Fields) -> Self {
        let text = |name| fields.get(name).unwrap_or_default().to_owned();
        Self {
            name: text("name"),
            display_name: text("display_name"),
            description: text("description"),
            staff: fields.get("staff").is_some(),
            powers: fields.all("powers").into_iter().filter_map(Power::named).collect(),
            permissions: text("permissions"),
        }
    }

    /// What it asks for. The admins' role needs no powers: it has all of them.
    fn described(&self) -> Description {
        let free = self.permissions.split([' ', ',', '\r', '\n', '\t']).filter(|name| !name.is_empty());
        let powers = self.powers.iter().filter(|_| self.name != ADMIN).map(|power| power.as_str());
        Description {
            display_name: Some(self.display_name.clone()),
            description: Some(self.description.clone()),
            staff: Some(self.staff),
            permissions: Some(powers.chain(free).map(str::to_owned).collect()),
        }
    }
}

/// What a page of a role is for.
struct Purpose {
    is_new: bool,
    may_write: bool,
    may_delete: bool,
}

const NEW: Purpose = Purpose { is_new: true, may_write: true, may_delete: false };

/// What the page of a role is for to who is at the desk.
async fn purpose(req: &HttpRequest, desk: &Desk, role: &Role) -> Result<Purpose, HttpResponse> {
    let may_write = desk.may(Power::WriteRoles) && {
        let (acting, role) = (desk.acting(), role.clone());
        match block::run(&desk.app, context::request_id(req), move |app| acting.may_change(app, &role)).await {
            Ok(()) => true,
            Err(error @ PeopleError::Store(_)) => return Err(failed(req, error).await),
            Err(_) => false,
        }
    };
    Ok(Purpose { is_new: false, may_write, may_delete: may_write && !role.is_built_in() })
}

fn role_page(req: &HttpRequest, desk: &Desk, filled: &Filled, purpose: &Purpose, trouble: Trouble) -> HttpResponse {
    let (page, frame) = desk.page(req, SECTION);
    let action = if purpose.is_new { NEW_PATH.to_owned() } else { format!("{SECTION}/{}", filled.name) };
    // Only what they have can be ticked, or else what the role has is shown.
    let shown = Power::ALL.into_iter().filter(|power| desk.may(*power) || !purpose.may_write);
    let tick = |power: Power| Tick {
        value: power.as_str(),
        label: page.t(power_id(power)),
        on: filled.powers.contains(&power),
    };
    let view = AdminRole {
        notice: done(&page, &desk.fields),
        alert: trouble.alert,
        errors: trouble.errors,
        is_new: purpose.is_new,
        may_write: purpose.may_write,
        delete_href: purpose.may_delete.then(|| format!("{action}/delete")),
        action,
        name: filled.name.clone(),
        display_name: filled.display_name.clone(),
        description: filled.description.clone(),
        staff: filled.staff,
        powers: shown.map(tick).collect(),
        permissions: filled.permissions.clone(),
        page,
        frame,
    };
    html_for(&desk.app, &desk.browser, trouble.status, &view, &[])
}

const NEW_PATH: &str = "/admin/new-role";

fn trouble(error: PeopleError) -> Trouble {
    match error {
        PeopleError::Invalid(invalid) => invalid.into(),
        other => {
            let (status, id) = refusal(&other);
            Trouble { status, alert: Some(Said::new(id)), ..Trouble::default() }
        }
    }
}

/// `GET /admin/new-role`
pub async fn blank(req: HttpRequest) -> HttpResponse {
    either(show_blank(&req).await)
}

async fn show_blank(req: &HttpRequest) -> Outcome {
    let desk = opened(req, Power::WriteRoles).await?;
    desk.fresh(req).await?;
    Ok(role_page(req, &desk, &Filled::empty(), &NEW, Trouble::default()))
}

/// `POST /admin/new-role`
pub async fn create(req: HttpRequest, payload: web::Payload) -> HttpResponse {
    either(send_create(&req, payload).await)
}

async fn send_create(req: &HttpRequest, payload: web::Payload) -> Outcome {
    let desk = sent(req, payload, Power::WriteRoles).await?;
    desk.fresh(req).await?;
    let filled = Filled::sent(&desk.fields);
    let (acting, name, described) = (desk.acting(), filled.name.clone(), filled.described());
    let made = block::run(&desk.app, context::request_id(req), move |app| {
        people::create_role(app, &acting, &name, &described)
    });
    match made.await {
        Ok(role) => Ok(answer::see_other(&format!("{}?done=create", path(&role.name)))),
        Err(error @ PeopleError::Store(_)) => Err(failed(req, error).await),
        Err(error) => Ok(role_page(req, &desk, &filled, &NEW, trouble(error))),
    }
}

/// The role in the address.
async fn found(req: &HttpRequest, desk: &Desk) -> Result<Role, HttpResponse> {
    let Some(name) = name_in(req) else { return Err(faults::not_found(req.clone()).await) };
    let found = block::run(&desk.app, context::request_id(req), move |app| people::find_role(app, &name));
    match found.await {
        Ok(role) => Ok(role),
        Err(error) => Err(failed(req, error).await),
    }
}

/// `GET /admin/roles/{id}`
pub async fn show(req: HttpRequest) -> HttpResponse {
    either(show_one(&req).await)
}

async fn show_one(req: &HttpRequest) -> Outcome {
    let desk = opened(req, Power::ReadRoles).await?;
    let role = found(req, &desk).await?;
    let purpose = purpose(req, &desk, &role).await?;
    Ok(role_page(req, &desk, &Filled::of(&role), &purpose, Trouble::default()))
}

/// `POST /admin/roles/{id}`
pub async fn save(req: HttpRequest, payload: web::Payload) -> HttpResponse {
    either(send_save(&req, payload).await)
}

async fn send_save(req: &HttpRequest, payload: web::Payload) -> Outcome {
    let desk = sent(req, payload, Power::WriteRoles).await?;
    desk.fresh(req).await?;
    let role = found(req, &desk).await?;
    let filled = Filled { name: role.name.to_string(), ..Filled::sent(&desk.fields) };
    let (acting, name, described) = (desk.acting(), role.name.clone(), filled.described());
    let changed =
        block::run(&desk.app, context::request_id(req), move |app| people::edit_role(app, &acting, &name, described));
    match changed.await {
        Ok(role) => Ok(answer::see_other(&format!("{}?done=edit", path(&role.name)))),
        Err(error @ (PeopleError::Gone | PeopleError::Store(_))) => Err(failed(req, error).await),
        Err(error) => {
            let purpose = purpose(req, &desk, &role).await?;
            Ok(role_page(req, &desk, &filled, &purpose, trouble(error)))
        }
    }
}

/// `GET /admin/roles/{id}/delete`
pub async fn ask_delete(req: HttpRequest) -> HttpResponse {
    either(show_delete(&req).await)
}

async fn show_delete(req: &HttpRequest) -> Outcome {
    let desk = opened(req, Power::WriteRoles).await?;
    let role = found(req, &desk).await?;
    desk.fresh(req).await?;
    Ok(delete_page(req, &desk, &role, None))
}

fn delete_page(req: &HttpRequest, desk: &Desk, role: &Role, error: Option<&PeopleError>) -> HttpResponse {
    let (page, frame) = desk.page(req, SECTION);
    let refusal = error.map(refusal);
    let view = AdminConfirm {
        alert: refusal.map(|(_, id)| page.t(id)),
        title: page.t("admin-role-delete"),
        object: role.display_name.clone(),
        text: page.t("admin-role-delete-text"),
        select: None,
        action: format!("{}/delete", path(&role.name)),
        submit: page.t("admin-role-delete"),
        is_danger: true,
        back: path(&role.name),
        page,
        frame,
    };
    html_for(&desk.app, &desk.browser, refusal.map_or(StatusCode::OK, |(status, _)| status), &view, &[])
}

/// `POST /admin/roles/{id}/delete`
pub async fn delete(req: HttpRequest, payload: web::Payload) -> HttpResponse {
    either(send_delete(&req, payload).await)
}

async fn send_delete(req: &HttpRequest, payload: web::Payload) -> Outcome {
    let desk = sent(req, payload, Power::WriteRoles).await?;
    let role = found(req, &desk).await?;
    desk.fresh(req).await?;
    let (acting, name) = (desk.acting(), role.name.clone());
    let gone =
        block::run(&desk.app, context::request_id(req), move |app| people::delete_role(app, &acting, &name)).await;
    match gone {
        Ok(()) => Ok(answer::see_other(&format!("{SECTION}?done=delete"))),
        Err(error @ (PeopleError::Gone | PeopleError::Store(_))) => Err(failed(req, error).await),
        Err(error) => Ok(delete_page(req, &desk, &role, Some(&error))),
    }
}
