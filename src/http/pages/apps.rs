//! Apps on the pages of an account: those that a person let in, their personal access tokens, their own applications.

pub mod client;
pub mod clients;
pub mod connections;
pub mod failures;
pub mod sample;
pub mod secrets;
pub mod tokens;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};

use super::account::Member;
use super::form::Trouble;
use super::views::ScopeText;
use crate::core::redirect::RedirectUri;
use crate::core::scope::ScopeEntry;
use crate::core::text::Said;
use crate::http::body::Fields;
use crate::http::faults::Fault;
use crate::http::{block, context, faults};
use crate::oauth::manage::ManageError;

/// What a form is told, or the page that says that there is no such thing.
async fn refused(req: &HttpRequest, error: ManageError) -> Result<Trouble, HttpResponse> {
    match error {
        ManageError::Invalid(invalid) => Ok(invalid.into()),
        ManageError::NotFound => Err(faults::not_found(req.clone()).await),
        ManageError::Store(error) => Ok(error.into()),
        error @ (ManageError::NotAllowed | ManageError::AdminScope) => {
            Err(Fault::new(StatusCode::FORBIDDEN, error.to_string()).answer(req))
        }
        ManageError::Throttled(throttled) => Ok(Trouble::throttled(throttled, "error-attempts")),
        ManageError::Changed | ManageError::File(_) | ManageError::Signing(_) => {
            log::error!("event=request outcome=failed cause={:?}", error.to_string());
            let alert = Some(Said::new("error-failed"));
            Ok(Trouble { status: StatusCode::INTERNAL_SERVER_ERROR, alert, ..Trouble::default() })
        }
    }
}

/// Every scope, in their order.
async fn known(req: &HttpRequest, member: &Member) -> Result<std::sync::Arc<Vec<ScopeEntry>>, HttpResponse> {
    let found = block::run(&member.app, context::request_id(req), |app| app.scopes()).await;
    found.map_err(|error| faults::unavailable(req, &error))
}

/// Scopes to tick: those that may be chosen, as they were ticked.
fn ticks(known: &[ScopeEntry], may: impl Fn(&str) -> bool, ticked: impl Fn(&ScopeEntry) -> bool) -> Vec<ScopeText> {
    known.iter().filter(|entry| may(&entry.name)).map(|entry| ScopeText::of(entry, ticked(entry))).collect()
}

/// The scopes that a form ticked.
fn ticked(fields: &Fields) -> Vec<String> {
    fields.all("scopes").into_iter().map(str::to_owned).collect()
}

/// The lines of a field with one redirect URI on each.
fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

/// What is wrong with which line of a field with one redirect URI on each.
fn wrong_lines(text: &str) -> Vec<(usize, Said)> {
    let numbered = text.lines().map(str::trim).enumerate().filter(|(_, line)| !line.is_empty());
    let wrong = |(at, line): (usize, &str)| {
        let error = RedirectUri::parse(line).err()?;
        Some((at + 1, Said::new(error.message()).with("uri", line.chars().take(200).collect::<String>())))
    };
    numbered.filter_map(wrong).collect()
}

/// A fresh name for a form, so that it does its work once.
fn new_form(member: &Member) -> String {
    member.app.random().text::<16>()
}
