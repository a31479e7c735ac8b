//! The pages of an account: whoever is signed in sees their own, and nobody else's.

pub mod data;
pub mod overview;
mod picture;
pub mod profile;
pub mod security;
pub mod sessions;

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};

use super::entrance::Goal;
use super::form::{self, Trouble};
use super::views::{Nav, Page, Section};
use crate::account::powers::Powers;
use crate::account::profile::ProfileError;
use crate::account::session::{Session, SignedIn};
use crate::app::App;
use crate::core::text::Said;
use crate::core::user::{Avatar, User};
use crate::http::body::Fields;
use crate::http::caller::Browser;
use crate::http::{answer, block, context, faults};

/// A signed-in browser at a page of its person's account. What it is shown and what it changes is found by this person,
/// never by an identifier from the request alone.
#[derive(Debug)]
pub struct Member {
    /// The server.
    pub app: Arc<App>,
    /// The browser.
    pub browser: Browser,
    /// Its session.
    pub session: Session,
    /// The person.
    pub user: User,
    /// The query of a page that is opened, the fields of a form that is sent.
    pub fields: Fields,
    admin: bool,
}

impl Member {
    /// A page that a browser opens.
    ///
    /// # Errors
    /// The way to the sign-in and back, or what went wrong.
    pub async fn opened(req: &HttpRequest) -> Result<Self, HttpResponse> {
        let (app, browser, fields) = form::opened(req).await?;
        Self::of(req, app, browser, fields).await
    }

    /// A form that a browser sends. Whether it brought the CSRF token is not checked yet.
    ///
    /// # Errors
    /// The way to the sign-in and from there to the form, or what went wrong.
    pub async fn sent(req: &HttpRequest, payload: web::Payload) -> Result<Self, HttpResponse> {
        let (app, browser, fields) = form::sent(req, payload).await?;
        Self::of(req, app, browser, fields).await
    }

    /// A browser whose request was read already.
    ///
    /// # Errors
    /// As [`Member::opened`].
    pub async fn of(req: &HttpRequest, app: Arc<App>, browser: Browser, fields: Fields) -> Result<Self, HttpResponse> {
        let Some(SignedIn { session, user }) = browser.signed_in.clone() else {
            return Err(answer::see_other(&Goal::local(&place(req)).through("/login")));
        };
        let seen = user.clone();
        let powers = block::run(&app, context::request_id(req), move |app| Powers::of(app, &seen)).await;
        let admin = !powers.map_err(|error| faults::unavailable(req, &error))?.is_empty();
        Ok(Self { app, browser, session, user, fields, admin })
    }

    /// Whether the form brought this browser's CSRF token.
    pub fn sent_csrf(&self, req: &HttpRequest) -> bool {
        self.browser.sent_csrf(&self.app, req, Some(&self.fields))
    }

    /// What every page shows.
    pub fn page(&self, req: &HttpRequest) -> Page {
        super::page(&self.app, req, &self.browser)
    }

    /// The person at this browser, as they were let in.
    pub fn signed_in(&self) -> SignedIn {
        SignedIn { session: self.session.clone(), user: self.user.clone() }
    }

    /// The way to the other pages.
    pub fn nav(&self, current: Section) -> Nav {
        Nav { current, admin: self.admin }
    }
}

/// The path that a request asks for, with its query. A form is not sent again: its page is opened.
pub(super) fn place(req: &HttpRequest) -> String {
    match req.query_string() {
        "" => req.path().to_owned(),
        query => format!("{}?{query}", req.path()),
    }
}

/// The way to the page that says that something was done: a form is answered with it, so that loading the page anew
/// sends nothing again.
fn done(section: Section, what: &str) -> HttpResponse {
    answer::see_other(&format!("{}?done={what}", section.path()))
}

/// What is wrong with a form that changes what an account says of its person.
fn trouble(error: ProfileError) -> Trouble {
    let of = |status, said: Said| Trouble { status, alert: Some(said), ..Trouble::default() };
    match error {
        ProfileError::Invalid(invalid) => invalid.into(),
        ProfileError::Changed => of(StatusCode::CONFLICT, Said::new("account-changed")),
        ProfileError::Throttled(throttled) => Trouble {
            retry_after: Some(throttled.retry_after),
            ..of(StatusCode::TOO_MANY_REQUESTS, Said::new("confirm-throttled").with("count", throttled.retry_after))
        },
        ProfileError::Store(error) => error.into(),
        ProfileError::File(_) | ProfileError::Failed(_) => {
            log::error!("event=request outcome=failed cause={:?}", error.to_string());
            of(StatusCode::INTERNAL_SERVER_ERROR, Said::new("account-failed"))
        }
    }
}

/// Where this server has the picture of a person, if it was uploaded: pages show nothing from elsewhere.
fn picture_of(user: &User) -> Option<String> {
    match &user.avatar {
        Some(Avatar::File(name)) => Some(format!("/files/{name}")),
        Some(Avatar::External(_)) | None => None,
    }
}
