//! `/admin/users` and `/admin/users/{id}`: people, and what belongs to one of them.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};

use super::dossier::{records, tables};
use super::{Desk, address, opened};
use crate::account::people::{self, Deed, Dossier, PeopleError};
use crate::core::country;
use crate::core::ids::{RoleName, UserId};
use crate::core::people::{Place, Search, Sort};
use crate::core::power::Power;
use crate::core::role::Role;
use crate::core::time::Time;
use crate::core::user::{Status, User};
use crate::http::body::Fields;
use crate::http::pages::html_for;
use crate::http::pages::views::admin::{ActLink, AdminUser, AdminUsers, PersonLine};
use crate::http::pages::views::{Column, Listing, Page, Pager, Pick, Select};
use crate::http::{block, context, faults};
use crate::store::{self, people::Found};

/// The section.
pub(super) const SECTION: &str = "/admin/users";
/// How many people one page shows.
const SHOWN: i64 = 50;

/// `GET /admin/users`
pub async fn list(req: HttpRequest) -> HttpResponse {
    match show_list(&req).await {
        Ok(response) | Err(response) => response,
    }
}

async fn show_list(req: &HttpRequest) -> Result<HttpResponse, HttpResponse> {
    let desk = opened(req, Power::ReadUsers).await?;
    let asked = asked(&desk.fields);
    let place = place(&desk.fields);
    let search = asked.clone();
    let found = block::run(&desk.app, context::request_id(req), move |app| {
        Ok::<_, store::Error>((people::search(app, &search, place, SHOWN)?, app.roles()?))
    });
    let (found, roles) = found.await.map_err(|error| faults::unavailable(req, &error))?;
    let (page, frame) = desk.page(req, SECTION);
    let view = AdminUsers {
        list: listing(&page, &asked, &roles),
        columns: columns(&page, &asked),
        pager: pager(&asked, place, &found),
        people: found.people.iter().map(|user| line(&page, user, &roles)).collect(),
        cut: found.cut,
        notice: done(&page, &desk.fields),
        page,
        frame,
    };
    Ok(html_for(&desk.app, &desk.browser, StatusCode::OK, &view, &[]))
}

/// What a query asks for; what is none of it is passed over.
fn asked(fields: &Fields) -> Search {
    let text = |name| fields.get(name).map(str::trim).filter(|text| !text.is_empty());
    Search {
        text: text("q").map(str::to_owned),
        role: text("role").map(RoleName::from),
        status: text("status").and_then(Status::named),
        sort: text("sort").and_then(Sort::named).unwrap_or_default(),
    }
}

fn place(fields: &Fields) -> Place {
    let person = |name| fields.get(name).and_then(|text| text.parse().ok()).map(UserId);
    match (person("after"), person("before")) {
        (Some(id), _) => Place::After(id),
        (None, Some(id)) => Place::Before(id),
        (None, None) => Place::Start,
    }
}

/// The address of the list with what is asked for, in another order or from another place on.
fn at(asked: &Search, sort: Sort, place: (&str, &str)) -> String {
    let role = asked.role.as_ref().map_or("", RoleName::as_str);
    let status = asked.status.map_or("", Status::as_str);
    let sort = if sort == Sort::default() { "" } else { sort.as_str() };
    let text = asked.text.as_deref().unwrap_or_default();
    address(SECTION, &[("q", text), ("role", role), ("status", status), ("sort", sort), place])
}

fn pager(asked: &Search, place: Place, found: &Found) -> Pager {
    let to = |name: &str, person: Option<&User>| {
        person.map(|user| at(asked, asked.sort, (name, user.id.to_string().as_str())))
    };
    let (earlier, later) = match place {
        Place::Start => (false, found.more),
        Place::After(_) => (true, found.more),
        Place::Before(_) => (found.more, true),
    };
    Pager {
        first: earlier.then(|| at(asked, asked.sort, ("", ""))),
        previous: to("before", found.people.first().filter(|_| earlier)),
        next: to("after", found.people.last().filter(|_| later)),
    }
}

fn listing(page: &Page, asked: &Search, roles: &[Role]) -> Listing {
    let role = asked.role.as_ref().map_or("", RoleName::as_str);
    let status = asked.status.map_or("", Status::as_str);
    let any = Pick::new("", page.t("admin-any"), "");
    let each = roles.iter().map(|known| Pick::new(known.name.as_str(), known.display_name.as_str(), role));
    let states = [
        Pick { selected: status.is_empty(), ..any.clone() },
        Pick::new(Status::Active.as_str(), page.t("admin-user-active"), status),
        Pick::new(Status::Disabled.as_str(), page.t("admin-user-disabled"), status),
    ];
    Listing {
        path: SECTION.to_owned(),
        q: asked.text.clone().unwrap_or_default(),
        sort: if asked.sort == Sort::default() { String::new() } else { asked.sort.as_str().to_owned() },
        filters: vec![
            Select {
                name: "role",
                label: page.t("admin-user-role"),
                choices: std::iter::once(Pick { selected: role.is_empty(), ..any }).chain(each).collect(),
            },
            Select { name: "status", label: page.t("admin-user-state"), choices: states.into() },
        ],
    }
}

fn columns(page: &Page, asked: &Search) -> Vec<Column> {
    let sorted = |label: String, first: Sort, second: Sort| {
        let order = [first, second].contains(&asked.sort);
        let order = order.then(|| if asked.sort.is_descending() { "descending" } else { "ascending" });
        let next = if asked.sort == first { second } else { first };
        Column { label, href: Some(at(asked, next, ("", ""))), order }
    };
    vec![
        Column::plain(page.t("admin-user-name")),
        sorted(page.t("admin-user-email"), Sort::Email, Sort::EmailReversed),
        Column::plain(page.t("admin-user-role")),
        Column::plain(page.t("admin-user-state")),
        sorted(page.t("admin-user-created"), Sort::Newest, Sort::Oldest),
        sorted(page.t("admin-user-last-login"), Sort::LastSeen, Sort::LongestUnseen),
    ]
}

fn line(page: &Page, user: &User, roles: &[Role]) -> PersonLine {
    PersonLine {
        href: path(user.id),
        name: user.name.whole(),
        username: user.username.clone(),
        email: user.email.clone(),
        is_verified: user.email_verified_at.is_some(),
        role: role_name(user, roles),
        is_active: user.status == Status::Active,
        created: page.date(user.created_at),
        last_login: moment(page, user.last_login_at),
    }
}

fn role_name(user: &User, roles: &[Role]) -> String {
    let role = roles.iter().find(|role| role.name == user.role);
    role.map_or_else(|| user.role.to_string(), |role| role.display_name.clone())
}

fn moment(page: &Page, time: Option<Time>) -> String {
    time.map_or_else(|| page.t("admin-never"), |time| page.date_time(time))
}

/// A person's address here.
pub(super) fn path(id: UserId) -> String {
    format!("{SECTION}/{id}")
}

/// The person in the address.
pub(super) fn person_in(req: &HttpRequest) -> Option<UserId> {
    context::path_id(req)?.parse().ok().map(UserId)
}

/// What was done just now, as the address says.
fn done(page: &Page, fields: &Fields) -> Option<String> {
    let id = match fields.get("done")? {
        "disable" => "admin-done-disable",
        "enable" => "admin-done-enable",
        "end-sessions" => "admin-done-end-sessions",
        "reset-second-factor" => "admin-done-reset-second-factor",
        "send-password-reset" => "admin-done-send-password-reset",
        "verify-email" => "admin-done-verify-email",
        "role" => "admin-done-role",
        "edit" => "admin-done-edit",
        "delete" => "admin-done-delete",
        _ => return None,
    };
    Some(page.t(id))
}

/// `GET /admin/users/{id}`
pub async fn show(req: HttpRequest) -> HttpResponse {
    match show_one(&req).await {
        Ok(response) | Err(response) => response,
    }
}

async fn show_one(req: &HttpRequest) -> Result<HttpResponse, HttpResponse> {
    let desk = opened(req, Power::ReadUsers).await?;
    let Some(id) = person_in(req) else { return Err(faults::not_found(req.clone()).await) };
    let (acting, with_events) = (desk.acting(), desk.may(Power::ReadAudit));
    let found = block::run(&desk.app, context::request_id(req), move |app| {
        let user = people::find(app, id)?;
        let dossier = people::dossier(app, id, with_events)?;
        let may = match acting.may_act_on(app, &user) {
            Ok(()) => true,
            Err(PeopleError::Above) => false,
            Err(error) => return Err(error),
        };
        Ok((user, dossier, may, app.roles()?))
    });
    let (user, dossier, may, roles) = match found.await {
        Ok(found) => found,
        Err(PeopleError::Gone) => return Err(faults::not_found(req.clone()).await),
        Err(PeopleError::Store(error)) => return Err(faults::unavailable(req, &error)),
        Err(other) => return Err(super::person::refused_page(req, &other)),
    };
    let (page, frame) = desk.page(req, SECTION);
    let writes = desk.may(Power::WriteUsers);
    let view = AdminUser {
        notice: done(&page, &desk.fields),
        path: path(id),
        name: user.name.whole(),
        is_active: user.status == Status::Active,
        data: data(&page, &user, &dossier, &roles),
        acts: if may { acts(&page, &desk, &user, &dossier) } else { Vec::new() },
        records: records(&page, &desk, id),
        hands_off: (writes && !may).then(|| page.t("admin-refused-above")),
        may_export: writes && may,
        tables: tables(&page, &dossier, with_events),
        page,
        frame,
    };
    Ok(html_for(&desk.app, &desk.browser, StatusCode::OK, &view, &[]))
}

fn data(page: &Page, user: &User, dossier: &Dossier, roles: &[Role]) -> Vec<(String, String)> {
    let factor = &dossier.second_factor;
    let factor = match (factor.totp, &factor.phone) {
        (true, Some(phone)) => page.t1("admin-factor-both", "phone", phone),
        (true, None) => page.t("admin-factor-totp"),
        (false, Some(phone)) => page.t1("admin-factor-sms", "phone", phone),
        (false, None) => page.t("admin-factor-none"),
    };
    let mut data = vec![
        (page.t("admin-user-id"), user.id.to_string()),
        (page.t("admin-user-username"), user.username.clone()),
        (page.t("admin-user-email"), user.email.clone()),
        (page.t("admin-user-verified"), moment(page, user.email_verified_at)),
        (page.t("admin-user-role"), role_name(user, roles)),
        (page.t("admin-user-factor"), factor),
        (page.t("admin-user-created"), page.date_time(user.created_at)),
        (page.t("admin-user-last-login"), moment(page, user.last_login_at)),
    ];
    let country = user.country_id.and_then(country::by_id).map(|known| known.called(page.lang));
    let more = [
        ("admin-user-birthday", &user.birthday),
        ("admin-user-phone", &user.phone),
        ("admin-user-address", &user.address),
        ("admin-user-country", &country.or_else(|| user.country.clone())),
    ];
    data.extend(more.into_iter().filter_map(|(id, value)| Some((page.t(id), value.clone()?))));
    data
}

fn acts(page: &Page, desk: &Desk, user: &User, dossier: &Dossier) -> Vec<ActLink> {
    let link = |name: &str, id: &str, is_danger| ActLink {
        href: format!("{}/{name}", path(user.id)),
        label: page.t(id),
        is_danger,
    };
    let is_self = user.id == desk.person.user.id;
    let mut acts = Vec::new();
    if desk.may(Power::WriteUsers) {
        acts.push(link("edit", "admin-user-edit", false));
        for deed in Deed::ALL {
            let fits = match deed {
                Deed::Disable => user.status == Status::Active && !is_self,
                Deed::Enable => user.status == Status::Disabled,
                Deed::EndSessions => !dossier.sessions.is_empty(),
                Deed::ResetSecondFactor => dossier.second_factor.is_on(),
                Deed::SendPasswordReset => user.status == Status::Active,
                Deed::VerifyEmail => user.email_verified_at.is_none(),
            };
            if fits {
                acts.push(link(deed.as_str(), super::person::words(deed).title, deed == Deed::Disable));
            }
        }
    }
    if desk.may(Power::WriteRoles) && !is_self {
        acts.push(link("role", "admin-role-give", false));
    }
    if desk.may(Power::WriteUsers) && !is_self {
        acts.push(link("delete", "admin-user-delete", true));
    }
    acts
}
