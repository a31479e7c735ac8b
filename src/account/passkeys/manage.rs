//! The passkeys among a person's settings.

use std::sync::Arc;

use super::{LONGEST_NAME, PasskeyError};
use crate::account::audit::{self, Act, Actor, Event};
use crate::account::{Invalid, letters, post};
use crate::app::{App, Cx};
use crate::core::ids::UserId;
use crate::core::user::User;
use crate::mail::PasskeyChanged;
use crate::store::passkeys::{self, Passkey};
use crate::store::{self, users};

/// The passkeys of a person, the oldest first.
///
/// # Errors
/// As the database says.
pub fn list(app: &App, user: UserId) -> store::Result<Vec<Passkey>> {
    app.read(|cx| passkeys::of_user(cx.conn, user))
}

/// Gives a passkey of a person another name.
///
/// # Errors
/// [`PasskeyError::Invalid`], [`PasskeyError::NotFound`] and [`PasskeyError::Store`].
pub fn rename(app: &Arc<App>, user: UserId, id: &str, name: &str) -> Result<(), PasskeyError> {
    let mut invalid = Invalid::default();
    let name = invalid.required("name", Some(name), LONGEST_NAME);
    invalid.check().map_err(PasskeyError::Invalid)?;
    let id = id.to_owned();
    app.write(move |cx| {
        if !passkeys::rename(cx.conn, user, &id, &name)? {
            return Err(PasskeyError::NotFound);
        }
        log::info!("event=passkey.rename user={user}");
        Ok(audit::record(cx, &Event::new(user, Act::PasskeyRename).on(user).with("name", name))?)
    })
}

/// Removes a passkey of a person, and tells them by mail. The last one of a person without a password stays.
///
/// # Errors
/// [`PasskeyError::NotFound`], [`PasskeyError::Last`], [`PasskeyError::Changed`] and [`PasskeyError::Store`].
pub fn delete(app: &Arc<App>, user: &User, id: &str) -> Result<(), PasskeyError> {
    let (user, id) = (user.clone(), id.to_owned());
    app.write(move |cx| {
        // Held, so that of two at once, which each leave the other one, only the first goes through.
        if !users::hold(cx.conn, &user)? {
            return Err(PasskeyError::Changed);
        }
        if !passkeys::delete(cx.conn, user.id, &id)? {
            return Err(PasskeyError::NotFound);
        }
        if user.password_hash.is_none() && passkeys::count_of(cx.conn, user.id)? == 0 {
            return Err(PasskeyError::Last);
        }
        Ok(removed(cx, &user.id.into(), &user, 1)?)
    })
}

/// Removes every passkey of a person, and tells them by mail; how many there were. The caller holds the person's row.
pub(in crate::account) fn delete_all(cx: &mut Cx<'_>, by: &Actor, user: &User) -> store::Result<usize> {
    let how_many = passkeys::delete_all_of_user(cx.conn, user.id)?;
    if how_many > 0 {
        removed(cx, by, user, how_many)?;
    }
    Ok(how_many)
}

/// Notes that passkeys were removed, and tells the person by mail.
fn removed(cx: &mut Cx<'_>, by: &Actor, user: &User, how_many: usize) -> store::Result<()> {
    log::info!("event=passkey.remove user={} removed={how_many}", user.id);
    audit::record(cx, &Event::new(by.clone(), Act::PasskeyRemove).on(user.id).with("removed", how_many))?;
    tell(cx, user, if how_many == 1 { "mail-passkey-removed" } else { "mail-passkeys-removed" })
}

/// Notes that a passkey was added, and tells the person by mail.
pub(super) fn added(cx: &mut Cx<'_>, user: &User, name: &str) -> store::Result<()> {
    log::info!("event=passkey.add outcome=ok user={}", user.id);
    audit::record(cx, &Event::new(user.id, Act::PasskeyAdd).on(user.id).with("name", name))?;
    tell(cx, user, "mail-passkey-added")
}

/// What a person calls a passkey is in no mail: whoever added it could have others read what they like.
fn tell(cx: &mut Cx<'_>, user: &User, what: &'static str) -> store::Result<()> {
    let message = PasskeyChanged {
        language: letters::language(cx.app, Some(user)),
        product: cx.app.config.server.name.clone(),
        name: user.name.whole(),
        what,
        passkeys_url: letters::passkeys_url(cx.app),
        forgot_url: letters::forgot_url(cx.app),
    };
    let until = letters::kept_until(cx.now);
    post::mail(cx, &user.email, &message, until)
}
