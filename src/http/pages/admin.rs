//! The pages of the administration: who may open them, and what their lists share.

pub mod audit;
pub mod client_acts;
pub mod client_forms;
pub mod clients;
pub mod dashboard;
mod dossier;
pub mod failures;
pub mod keys;
pub mod outbox;
pub mod people;
pub mod person;
mod records;
pub mod roles;
pub mod scopes;
pub mod settings;

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use url::form_urlencoded::Serializer;

use super::views::{Frame, NavLink, Page};
use super::{form, fresh, html_for, page};
use crate::account::people::Acting;
use crate::account::powers::Powers;
use crate::account::session::SignedIn;
use crate::app::App;
use crate::core::audit::Actor;
use crate::core::power::Power;
use crate::http::body::Fields;
use crate::http::caller::Browser;
use crate::http::faults::{self, Fault};
use crate::http::{answer, block, context};
use crate::oauth::manage::ManageError;

/// The sections: address, the message that names it, and the power that opens it.
pub const SECTIONS: [(&str, &str, Power); 10] = [
    ("/admin", "admin-nav-dashboard", Power::ReadStatistics),
    ("/admin/users", "admin-nav-users", Power::ReadUsers),
    ("/admin/clients", "admin-nav-clients", Power::ReadClients),
    ("/admin/scopes", "admin-nav-scopes", Power::ReadScopes),
    ("/admin/roles", "admin-nav-roles", Power::ReadRoles),
    ("/admin/keys", "admin-nav-keys", Power::ReadKeys),
    ("/admin/audit", "admin-nav-audit", Power::ReadAudit),
    ("/admin/failures", "admin-nav-failures", Power::ReadFailures),
    ("/admin/outbox", "admin-nav-outbox", Power::ReadOutbox),
    ("/admin/settings", "admin-nav-settings", Power::ReadSettings),
];

/// A person at a page of the administration that they may open.
#[derive(Debug)]
pub struct Desk {
    /// The server.
    pub app: Arc<App>,
    /// Their browser.
    pub browser: Browser,
    /// They.
    pub person: SignedIn,
    /// What they may do.
    pub powers: Powers,
    /// The query, or the fields of the form.
    pub fields: Fields,
}

/// A page of the administration that a browser opens.
///
/// # Errors
/// The way to sign in for who is not signed in; 404, as for an address that is not there, for who lacks the power.
pub async fn opened(req: &HttpRequest, power: Power) -> Result<Desk, HttpResponse> {
    opened_by(req, |powers| powers.has(power)).await
}

/// The same, for a page that is not for one power alone.
///
/// # Errors
/// As [`opened`].
pub async fn opened_by(req: &HttpRequest, may: impl FnOnce(&Powers) -> bool) -> Result<Desk, HttpResponse> {
    let (app, browser, fields) = form::opened(req).await?;
    let here = req.uri().path_and_query().map_or("/admin", |path| path.as_str()).to_owned();
    admitted(req, app, browser, fields, &here, may).await
}

/// A form of the administration that a browser sends, with its CSRF token.
///
/// # Errors
/// As [`opened`]; 403 without the CSRF token.
pub async fn sent(req: &HttpRequest, payload: web::Payload, power: Power) -> Result<Desk, HttpResponse> {
    sent_by(req, payload, |powers| powers.has(power)).await
}

/// The same, for a form that is not for one power alone.
///
/// # Errors
/// As [`sent`].
pub async fn sent_by(
    req: &HttpRequest,
    payload: web::Payload,
    may: impl FnOnce(&Powers) -> bool,
) -> Result<Desk, HttpResponse> {
    let (app, browser, fields) = form::sent(req, payload).await?;
    let desk = admitted(req, app, browser, fields, &page_of(req.path()), may).await?;
    if desk.browser.sent_csrf(&desk.app, req, Some(&desk.fields)) {
        Ok(desk)
    } else {
        Err(Fault::new(StatusCode::FORBIDDEN, ("Go back, load the page again and try once more.", "error-go-back"))
            .answer(req))
    }
}

async fn admitted(
    req: &HttpRequest,
    app: Arc<App>,
    browser: Browser,
    fields: Fields,
    here: &str,
    may: impl FnOnce(&Powers) -> bool,
) -> Result<Desk, HttpResponse> {
    let Some(person) = browser.signed_in.clone() else { return Err(elsewhere("/login", here)) };
    let user = person.user.clone();
    let powers = block::run(&app, context::request_id(req), move |app| Powers::of(app, &user)).await;
    let powers = powers.map_err(|error| faults::unavailable(req, &error))?;
    if !may(&powers) {
        return Err(faults::not_found(req.clone()).await);
    }
    Ok(Desk { app, browser, person, powers, fields })
}

/// Another page, from which one comes back here.
fn elsewhere(page: &str, here: &str) -> HttpResponse {
    answer::see_other(&format!("{page}?{}", Serializer::new(String::new()).append_pair("return_to", here).finish()))
}

/// The page that a form's address belongs to: no more than `/admin/users/1`.
fn page_of(path: &str) -> String {
    path.split('/').take(4).collect::<Vec<_>>().join("/")
}

impl Desk {
    /// What every page of a section shows.
    pub fn page(&self, req: &HttpRequest, section: &str) -> (Page, Frame) {
        let allowed = SECTIONS.iter().filter(|(_, _, power)| self.powers.has(*power));
        let link =
            |(href, id, _): &(&'static str, &'static str, Power)| NavLink { href, id, current: *href == section };
        let frame = Frame { links: allowed.map(link).collect(), name: self.person.user.name.whole() };
        (page(&self.app, req, &self.browser), frame)
    }

    /// Whether they may do this.
    pub fn may(&self, power: Power) -> bool {
        self.powers.has(power)
    }

    /// Who does what is done here.
    pub fn actor(&self) -> Actor {
        Actor::Person(self.person.user.id)
    }

    /// They, as they act on others.
    pub fn acting(&self) -> Acting {
        Acting::person(self.person.user.id, self.powers.clone())
    }

    /// Goes on when the person has signed in a short while ago.
    ///
    /// # Errors
    /// The way to show that it is still they, from which they come back to the page.
    pub async fn fresh(&self, req: &HttpRequest) -> Result<(), HttpResponse> {
        let needed = if req.method().is_safe() {
            fresh::required(&self.app, req, &self.browser)
        } else {
            fresh::required_for(&self.app, &self.browser, &page_of(req.path()))
        };
        needed.map_or(Ok(()), Err)
    }
}

/// The address of a list with its query; empty values are left out.
pub fn address(path: &str, pairs: &[(&str, &str)]) -> String {
    let mut query = Serializer::new(String::new());
    for (name, value) in pairs.iter().filter(|(_, value)| !value.is_empty()) {
        query.append_pair(name, value);
    }
    let query = query.finish();
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

/// A page, or what is answered in its place.
fn either(outcome: Result<HttpResponse, HttpResponse>) -> HttpResponse {
    outcome.unwrap_or_else(|refused| refused)
}

fn answered(desk: &Desk, view: &impl Template) -> HttpResponse {
    answered_with(desk, StatusCode::OK, view)
}

fn answered_with(desk: &Desk, status: StatusCode, view: &impl Template) -> HttpResponse {
    html_for(&desk.app, &desk.browser, status, view, &[])
}

/// Why nothing was done, where no form can say it.
async fn manage_failed(req: &HttpRequest, error: ManageError) -> HttpResponse {
    match error {
        ManageError::NotFound => faults::not_found(req.clone()).await,
        ManageError::Store(error) => faults::unavailable(req, &error),
        ManageError::NotAllowed => {
            Fault::new(StatusCode::FORBIDDEN, (error.to_string(), "admin-refused-power")).answer(req)
        }
        ManageError::AdminScope => {
            Fault::new(StatusCode::FORBIDDEN, (error.to_string(), "admin-refused-admin-scope")).answer(req)
        }
        ManageError::Invalid(_)
        | ManageError::Changed
        | ManageError::Throttled(_)
        | ManageError::File(_)
        | ManageError::Signing(_) => {
            let text = error.to_string();
            Fault::new(StatusCode::UNPROCESSABLE_ENTITY, text).answer(req)
        }
    }
}
