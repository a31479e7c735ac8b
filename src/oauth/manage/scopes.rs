//! The scopes that clients may ask for.

use std::sync::Arc;

use super::ManageError;
use crate::account::Invalid;
use crate::account::audit::{self, Act, Actor, Event, Object, ObjectKind};
use crate::app::App;
use crate::core::scope::{self, ScopeEntry};
use crate::store::{self, scopes};

/// What is changed of a scope; what is none stays as it is.
#[derive(Debug, Clone, Default)]
pub struct Change {
    /// What it lets an app do, in words for the consent page.
    pub description: Option<String>,
    /// Whether a client that asks for no scope gets this one.
    pub is_default: Option<bool>,
    /// Whether a person may untick it on the consent page.
    pub optional: Option<bool>,
    /// Whether the consent page marks it as sensitive.
    pub sensitive: Option<bool>,
}

/// Every scope, by name.
///
/// # Errors
/// As the database says.
pub fn list(app: &App) -> store::Result<Vec<ScopeEntry>> {
    app.read(|cx| scopes::all(cx.conn))
}

/// The scope of this name.
///
/// # Errors
/// [`ManageError::NotFound`] and [`ManageError::Store`].
pub fn find(app: &App, name: &str) -> Result<ScopeEntry, ManageError> {
    list(app)?.into_iter().find(|entry| entry.name == name).ok_or(ManageError::NotFound)
}

/// Makes a scope that clients may ask for.
///
/// # Errors
/// [`ManageError::Invalid`].
pub fn create(app: &Arc<App>, by: &Actor, entry: ScopeEntry) -> Result<(), ManageError> {
    let mut invalid = Invalid::default();
    if !scope::valid_name(&entry.name) || entry.name.len() > 100 {
        invalid.add(
            "name",
            ("The name may hold printable ASCII characters except space, quote and backslash.", "field-scope-name"),
        );
    }
    invalid.required("description", Some(&entry.description), 255);
    guard(&mut invalid, &entry);
    invalid.check()?;
    let event = Event::new(by.clone(), Act::ScopeCreate).on(Object::new(ObjectKind::Scope, entry.name.as_str()));
    let made = app.write(move |cx| {
        scopes::insert(cx.conn, &entry)?;
        audit::record(cx, &event)
    });
    app.forget_scopes();
    match made {
        Err(store::Error::Unique(_)) => {
            Err(Invalid::one("name", ("The name has already been taken.", "field-taken")).into())
        }
        other => Ok(other?),
    }
}

/// Changes what a scope says and how it is asked for. What was granted stays granted.
///
/// # Errors
/// [`ManageError::Invalid`], [`ManageError::NotFound`] and [`ManageError::Store`].
pub fn edit(app: &Arc<App>, by: &Actor, name: &str, change: Change) -> Result<ScopeEntry, ManageError> {
    let (by, name) = (by.clone(), name.to_owned());
    let edited = app.write(move |cx| {
        let known = scopes::all(cx.conn)?.into_iter().find(|entry| entry.name == name);
        let old = known.ok_or(ManageError::NotFound)?;
        let mut invalid = Invalid::default();
        let new = ScopeEntry {
            name: old.name.clone(),
            description: match &change.description {
                Some(text) => invalid.required("description", Some(text), 255),
                None => old.description.clone(),
            },
            is_default: change.is_default.unwrap_or(old.is_default),
            optional: change.optional.unwrap_or(old.optional),
            sensitive: change.sensitive.unwrap_or(old.sensitive),
        };
        guard(&mut invalid, &new);
        invalid.check()?;
        if !scopes::update(cx.conn, &new)? {
            return Err(ManageError::NotFound);
        }
        let event = Event::new(by, Act::ScopeEdit)
            .on(Object::new(ObjectKind::Scope, new.name.as_str()))
            .changed("description", old.description, new.description.as_str())
            .changed("default", old.is_default, new.is_default)
            .changed("optional", old.optional, new.optional)
            .changed("sensitive", old.sensitive, new.sensitive);
        audit::record(cx, &event)?;
        Ok(new)
    });
    app.forget_scopes();
    edited
}

/// What opens the server itself, or a person's account, is asked for by name and stands out where it is asked for.
fn guard(invalid: &mut Invalid, entry: &ScopeEntry) {
    if ![scope::ADMIN, scope::ACCOUNT].contains(&entry.name.as_str()) {
        return;
    }
    if entry.is_default {
        invalid.add("default", ("No app gets this scope by default.", "admin-scope-not-default"));
    }
    if !entry.sensitive {
        invalid.add("sensitive", ("This scope stays sensitive.", "admin-scope-stays-sensitive"));
    }
}

/// Deletes a scope: nobody is granted it any more, and a refresh gives tokens without it. Tokens that have it keep it until
/// they expire.
///
/// # Errors
/// [`ManageError::Invalid`] for one that the server itself relies on, [`ManageError::NotFound`] and
/// [`ManageError::Store`].
pub fn delete(app: &Arc<App>, by: &Actor, name: &str) -> Result<(), ManageError> {
    if scope::is_built_in(name) {
        return Err(Invalid::one("name", ("The server itself needs this scope.", "admin-scope-fixed")).into());
    }
    let event = Event::new(by.clone(), Act::ScopeDelete).on(Object::new(ObjectKind::Scope, name));
    let kept = name.to_owned();
    let deleted = app.write(move |cx| {
        if !scopes::delete(cx.conn, &kept)? {
            return Err(ManageError::NotFound);
        }
        Ok(audit::record(cx, &event)?)
    });
    app.forget_scopes();
    deleted
}
