//! What is done to a person: each act has a page that asks, and a form.

use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, web};

use super::people::{SECTION, path, person_in};
use super::{Desk, opened, sent};
use crate::account::people::{self, Acting, Deed, PeopleError};
use crate::account::profile::Details;
use crate::core::country;
use crate::core::ids::RoleName;
use crate::core::power::Power;
use crate::core::user::User;
use crate::http::body::Fields;
use crate::http::faults::Fault;
use crate::http::pages::form::Trouble;
use crate::http::pages::html_for;
use crate::http::pages::views::admin::{AdminConfirm, AdminUserEdit, TextField};
use crate::http::pages::views::{Page, Pick, Select};
use crate::http::{answer, block, context, faults};
use crate::store;

pub(super) type Outcome = Result<HttpResponse, HttpResponse>;

pub(super) fn either(outcome: Outcome) -> HttpResponse {
    match outcome {
        Ok(response) | Err(response) => response,
    }
}

/// The messages that go with a deed.
pub(super) struct Words {
    /// What it is called.
    pub(super) title: &'static str,
    text: &'static str,
}

pub(super) fn words(deed: Deed) -> Words {
    let (title, text) = match deed {
        Deed::Disable => ("admin-deed-disable", "admin-deed-disable-text"),
        Deed::Enable => ("admin-deed-enable", "admin-deed-enable-text"),
        Deed::EndSessions => ("admin-deed-end-sessions", "admin-deed-end-sessions-text"),
        Deed::ResetSecondFactor => ("admin-deed-reset-second-factor", "admin-deed-reset-second-factor-text"),
        Deed::SendPasswordReset => ("admin-deed-send-password-reset", "admin-deed-send-password-reset-text"),
        Deed::VerifyEmail => ("admin-deed-verify-email", "admin-deed-verify-email-text"),
    };
    Words { title, text }
}

/// Why something was refused, as a message and a status.
pub(super) fn refusal(error: &PeopleError) -> (StatusCode, &'static str) {
    match error {
        PeopleError::Invalid(_) => (StatusCode::UNPROCESSABLE_ENTITY, "form-look-again"),
        PeopleError::Above => (StatusCode::FORBIDDEN, "admin-refused-above"),
        PeopleError::RoleAbove => (StatusCode::FORBIDDEN, "admin-refused-role-above"),
        PeopleError::NotAllowed => (StatusCode::FORBIDDEN, "admin-refused-power"),
        PeopleError::Throttled(_) => (StatusCode::TOO_MANY_REQUESTS, "admin-refused-throttled"),
        PeopleError::Yourself => (StatusCode::FORBIDDEN, "admin-refused-yourself"),
        PeopleError::LastAdmin => (StatusCode::CONFLICT, "admin-refused-last-admin"),
        PeopleError::Disabled => (StatusCode::CONFLICT, "admin-refused-disabled"),
        PeopleError::BuiltIn => (StatusCode::CONFLICT, "admin-refused-built-in"),
        PeopleError::Held => (StatusCode::CONFLICT, "admin-refused-held"),
        PeopleError::Gone | PeopleError::Store(_) => (StatusCode::NOT_FOUND, "admin-refused-gone"),
    }
}

/// A refusal without a form to show it on.
pub(super) fn refused_page(req: &HttpRequest, error: &PeopleError) -> HttpResponse {
    let (status, id) = refusal(error);
    Fault::new(status, (error.to_string(), id)).answer(req)
}

/// The person, if there is one on whom the one at the desk may act.
async fn object(req: &HttpRequest, desk: &Desk) -> Result<User, HttpResponse> {
    let Some(id) = person_in(req) else { return Err(faults::not_found(req.clone()).await) };
    let acting = desk.acting();
    let found = block::run(&desk.app, context::request_id(req), move |app| {
        let user = people::find(app, id)?;
        acting.may_act_on(app, &user).map(|()| user)
    });
    match found.await {
        Ok(user) => Ok(user),
        Err(error) => Err(failed(req, error).await),
    }
}

pub(super) async fn failed(req: &HttpRequest, error: PeopleError) -> HttpResponse {
    match error {
        PeopleError::Gone => faults::not_found(req.clone()).await,
        PeopleError::Store(error) => faults::unavailable(req, &error),
        other => refused_page(req, &other),
    }
}

fn deed_in(req: &HttpRequest) -> Option<Deed> {
    Deed::named(req.match_info().get("deed")?)
}

/// `GET /admin/users/{id}/{deed}`: asks.
pub async fn ask(req: HttpRequest) -> HttpResponse {
    either(show_ask(&req).await)
}

async fn show_ask(req: &HttpRequest) -> Outcome {
    let desk = opened(req, Power::WriteUsers).await?;
    let Some(deed) = deed_in(req) else { return Err(faults::not_found(req.clone()).await) };
    let user = object(req, &desk).await?;
    if deed.is_dangerous() {
        desk.fresh(req).await?;
    }
    Ok(confirm(req, &desk, &user, deed, None))
}

fn confirm(req: &HttpRequest, desk: &Desk, user: &User, deed: Deed, error: Option<&PeopleError>) -> HttpResponse {
    let Words { title, text } = words(deed);
    question(req, desk, user, error, |page, asked| AdminConfirm {
        title: page.t(title),
        text: page.t(text),
        submit: page.t(title),
        action: format!("{}/{}", path(user.id), deed.as_str()),
        is_danger: deed == Deed::Disable,
        ..asked
    })
}

/// A page that asks, and says why the last attempt was refused.
fn question(
    req: &HttpRequest,
    desk: &Desk,
    user: &User,
    error: Option<&PeopleError>,
    shape: impl FnOnce(&Page, AdminConfirm) -> AdminConfirm,
) -> HttpResponse {
    let (page, frame) = desk.page(req, SECTION);
    let refusal = error.map(refusal);
    let blank = AdminConfirm {
        alert: refusal.map(|(_, id)| page.t(id)),
        object: user.name.whole(),
        back: path(user.id),
        title: String::new(),
        text: String::new(),
        select: None,
        action: String::new(),
        submit: String::new(),
        is_danger: true,
        page: page.clone(),
        frame,
    };
    let view = shape(&page, blank);
    html_for(&desk.app, &desk.browser, refusal.map_or(StatusCode::OK, |(status, _)| status), &view, &[])
}

/// Does something to a person, and leads to what is there then; or says on `again` why not.
async fn done<F>(req: &HttpRequest, desk: &Desk, next: String, f: F) -> Result<HttpResponse, PeopleError>
where
    F: FnOnce(&std::sync::Arc<crate::app::App>, &Acting) -> Result<(), PeopleError> + Send + 'static,
{
    let acting = desk.acting();
    block::run(&desk.app, context::request_id(req), move |app| f(app, &acting)).await?;
    Ok(answer::see_other(&next))
}

/// `POST /admin/users/{id}/{deed}`: does it.
pub async fn act(req: HttpRequest, payload: web::Payload) -> HttpResponse {
    either(send_act(&req, payload).await)
}

async fn send_act(req: &HttpRequest, payload: web::Payload) -> Outcome {
    let desk = sent(req, payload, Power::WriteUsers).await?;
    let Some(deed) = deed_in(req) else { return Err(faults::not_found(req.clone()).await) };
    let user = object(req, &desk).await?;
    if deed.is_dangerous() {
        desk.fresh(req).await?;
    }
    let (id, next) = (user.id, format!("{}?done={}", path(user.id), deed.as_str()));
    match done(req, &desk, next, move |app, acting| people::act(app, acting, id, deed)).await {
        Err(error @ (PeopleError::Gone | PeopleError::Store(_))) => Err(failed(req, error).await),
        Err(error) => Ok(confirm(req, &desk, &user, deed, Some(&error))),
        Ok(response) => Ok(response),
    }
}

/// `GET /admin/users/{id}/role`
pub async fn role(req: HttpRequest) -> HttpResponse {
    either(show_role(&req).await)
}

async fn show_role(req: &HttpRequest) -> Outcome {
    let desk = opened(req, Power::WriteRoles).await?;
    let user = object(req, &desk).await?;
    desk.fresh(req).await?;
    role_page(req, &desk, &user, user.role.as_str(), None).await
}

async fn role_page(req: &HttpRequest, desk: &Desk, user: &User, chosen: &str, error: Option<&PeopleError>) -> Outcome {
    let roles = block::run(&desk.app, context::request_id(req), |app| app.roles());
    let roles = roles.await.map_err(|error: store::Error| faults::unavailable(req, &error))?;
    let choices = roles.iter().map(|role| Pick::new(role.name.as_str(), role.display_name.as_str(), chosen));
    let choices: Vec<Pick> = choices.collect();
    Ok(question(req, desk, user, error, |page, asked| AdminConfirm {
        title: page.t("admin-role-give"),
        text: page.t("admin-role-give-text"),
        select: Some(Select { name: "role", label: page.t("admin-user-role"), choices }),
        submit: page.t("admin-role-give"),
        action: format!("{}/role", path(user.id)),
        is_danger: false,
        ..asked
    }))
}

/// `POST /admin/users/{id}/role`
pub async fn give_role(req: HttpRequest, payload: web::Payload) -> HttpResponse {
    either(send_role(&req, payload).await)
}

async fn send_role(req: &HttpRequest, payload: web::Payload) -> Outcome {
    let desk = sent(req, payload, Power::WriteRoles).await?;
    let user = object(req, &desk).await?;
    desk.fresh(req).await?;
    let chosen = desk.fields.get("role").unwrap_or_default().to_owned();
    let (id, role) = (user.id, RoleName::from(chosen.as_str()));
    let next = format!("{}?done=role", path(id));
    match done(req, &desk, next, move |app, acting| people::give_role(app, acting, id, &role)).await {
        Err(error @ (PeopleError::Gone | PeopleError::Store(_))) => Err(failed(req, error).await),
        Err(error) => role_page(req, &desk, &user, &chosen, Some(&error)).await,
        Ok(response) => Ok(response),
    }
}

/// `GET /admin/users/{id}/delete`
pub async fn ask_delete(req: HttpRequest) -> HttpResponse {
    either(show_delete(&req).await)
}

async fn show_delete(req: &HttpRequest) -> Outcome {
    let desk = opened(req, Power::WriteUsers).await?;
    let user = object(req, &desk).await?;
    desk.fresh(req).await?;
    Ok(delete_page(req, &desk, &user, None))
}

fn delete_page(req: &HttpRequest, desk: &Desk, user: &User, error: Option<&PeopleError>) -> HttpResponse {
    question(req, desk, user, error, |page, asked| AdminConfirm {
        title: page.t("admin-user-delete"),
        text: page.t("admin-user-delete-text"),
        submit: page.t("admin-user-delete"),
        action: format!("{}/delete", path(user.id)),
        ..asked
    })
}

/// `POST /admin/users/{id}/delete`
pub async fn delete(req: HttpRequest, payload: web::Payload) -> HttpResponse {
    either(send_delete(&req, payload).await)
}

async fn send_delete(req: &HttpRequest, payload: web::Payload) -> Outcome {
    let desk = sent(req, payload, Power::WriteUsers).await?;
    let user = object(req, &desk).await?;
    desk.fresh(req).await?;
    let (id, next) = (user.id, format!("{SECTION}?done=delete"));
    match done(req, &desk, next, move |app, acting| people::delete(app, acting, id)).await {
        Err(error @ (PeopleError::Gone | PeopleError::Store(_))) => Err(failed(req, error).await),
        Err(error) => Ok(delete_page(req, &desk, &user, Some(&error))),
        Ok(response) => Ok(response),
    }
}

/// `POST /admin/users/{id}/export`: all that is kept of a person, as a file.
pub async fn export(req: HttpRequest, payload: web::Payload) -> HttpResponse {
    either(send_export(&req, payload).await)
}

async fn send_export(req: &HttpRequest, payload: web::Payload) -> Outcome {
    let desk = sent(req, payload, Power::WriteUsers).await?;
    let id = object(req, &desk).await?.id;
    desk.fresh(req).await?;
    let acting = desk.acting();
    let found = block::run(&desk.app, context::request_id(req), move |app| people::export(app, &acting, id)).await;
    match found {
        Ok(document) => {
            let mut response = answer::json(StatusCode::OK, &document);
            let name = format!("attachment; filename=\"person-{id}.json\"");
            if let Ok(name) = header::HeaderValue::from_str(&name) {
                response.headers_mut().insert(header::CONTENT_DISPOSITION, name);
            }
            Ok(response)
        }
        Err(error) => Err(failed(req, error).await),
    }
}

/// `GET /admin/users/{id}/edit`
pub async fn edit(req: HttpRequest) -> HttpResponse {
    either(show_edit(&req).await)
}

async fn show_edit(req: &HttpRequest) -> Outcome {
    let desk = opened(req, Power::WriteUsers).await?;
    let user = object(req, &desk).await?;
    let kept = |value: &Option<String>| value.clone().unwrap_or_default();
    let values = [
        user.name.given.clone(),
        user.name.family.clone(),
        kept(&user.birthday),
        kept(&user.phone),
        kept(&user.address),
        user.country_id.map(|id| id.to_string()).unwrap_or_default(),
    ];
    Ok(edit_page(req, &desk, &user, values, Trouble::default()))
}

/// The fields of the form, in order; the country comes last.
const FIELDS: [&str; 6] = ["first_name", "last_name", "birthday", "phone", "address", "country_id"];

fn edit_page(req: &HttpRequest, desk: &Desk, user: &User, values: [String; 6], trouble: Trouble) -> HttpResponse {
    let (page, frame) = desk.page(req, SECTION);
    let [given, family, birthday, phone, address, country] = values;
    let field = |name, id: &str, hint: &str, kind, value, required| TextField {
        name,
        label: page.t(id),
        hint: if hint.is_empty() { String::new() } else { page.t(hint) },
        kind,
        value,
        required,
    };
    let none = Pick::new("", page.t("admin-none"), &country);
    let choices = country::called(page.lang);
    let choices = choices.into_iter().map(|(known, name)| Pick::new(known.id.to_string(), name, &country));
    let view = AdminUserEdit {
        alert: trouble.alert,
        errors: trouble.errors,
        path: path(user.id),
        name: user.name.whole(),
        fields: vec![
            field("first_name", "admin-user-given-name", "", "text", given, true),
            field("last_name", "admin-user-family-name", "", "text", family, false),
            field("birthday", "admin-user-birthday", "admin-user-birthday-hint", "text", birthday, false),
            field("phone", "admin-user-phone", "admin-user-phone-hint", "tel", phone, false),
            field("address", "admin-user-address", "", "text", address, false),
        ],
        country: Select {
            name: "country_id",
            label: page.t("admin-user-country"),
            choices: std::iter::once(none).chain(choices).collect(),
        },
        page,
        frame,
    };
    html_for(&desk.app, &desk.browser, trouble.status, &view, &[])
}

/// `POST /admin/users/{id}/edit`
pub async fn save(req: HttpRequest, payload: web::Payload) -> HttpResponse {
    either(send_edit(&req, payload).await)
}

async fn send_edit(req: &HttpRequest, payload: web::Payload) -> Outcome {
    let desk = sent(req, payload, Power::WriteUsers).await?;
    let user = object(req, &desk).await?;
    let values = FIELDS.map(|name| desk.fields.get(name).unwrap_or_default().to_owned());
    let (id, next) = (user.id, format!("{}?done=edit", path(user.id)));
    let details = details(&desk.fields);
    match done(req, &desk, next, move |app, acting| people::edit(app, acting, id, &details).map(drop)).await {
        Err(PeopleError::Invalid(invalid)) => Ok(edit_page(req, &desk, &user, values, invalid.into())),
        Err(error) => Err(failed(req, error).await),
        Ok(response) => Ok(response),
    }
}

fn details(fields: &Fields) -> Details {
    let text = |name| Some(fields.get(name).unwrap_or_default().to_owned());
    let country = fields.get("country_id").unwrap_or_default();
    let country = if country.is_empty() { None } else { Some(country.parse::<i64>().unwrap_or(-1)) };
    Details {
        first_name: text("first_name"),
        last_name: text("last_name"),
        birthday: text("birthday"),
        phone: text("phone"),
        address: text("address"),
        country_id: Some(country),
        ..Details::default()
    }
}
