//! The mails about an account, and the decoys of them: whom they go to, where their links lead.

use std::time::Duration;

use chrono::TimeDelta;

use super::login::Origin;
use super::post;
use crate::app::{App, Cx};
use crate::core::ids::UserId;
use crate::core::text::Language;
use crate::core::time::Time;
use crate::core::user::{User, key};
use crate::mail;
use crate::store::{self, passkeys};

/// Nobody's identifier.
pub(super) const NOBODY: UserId = UserId(0);

/// For how long a mail that carries no secret is kept.
const NOTICE_DAYS: i64 = 7;

/// The identifier under which what works once is kept for an address that is nobody's: always the same for the same
/// address, and never a person's, for those are positive.
pub(super) fn decoy_id(app: &App, email: &str) -> UserId {
    let tag = app.secrets.mac("decoy person", &[key(email).as_bytes()]);
    let number = tag.iter().take(6).fold(0_i64, |number, byte| (number << 8) | i64::from(*byte));
    UserId(-1 - number)
}

/// Where a letter to a person goes; nowhere, when there is none.
pub(super) fn address(user: Option<&User>) -> &str {
    user.map_or("", |user| &user.email)
}

/// How a letter calls a person.
pub(super) fn name(user: Option<&User>) -> String {
    user.map(|user| user.name.whole()).unwrap_or_default()
}

/// The language of what is written to a person: the one that they set, or the server's own.
pub(super) fn language(app: &App, user: Option<&User>) -> Language {
    user.and_then(|user| user.locale).unwrap_or(app.config.ui.default_locale)
}

/// A page of this server, with the token that opens it.
pub(super) fn link(app: &App, path: &str, token: &str) -> String {
    format!("{}{path}?token={token}", app.config.issuer())
}

/// How long something works, for people.
pub(super) fn minutes(lifetime: Duration) -> u32 {
    u32::try_from(lifetime.as_secs() / 60).unwrap_or(u32::MAX).max(1)
}

/// Where a new password can be asked for.
pub(super) fn forgot_url(app: &App) -> String {
    format!("{}/password/forgot", app.config.issuer())
}

/// Where a person's passkeys are listed.
pub(super) fn passkeys_url(app: &App) -> String {
    format!("{}/account/passkeys", app.config.issuer())
}

/// Until when a mail that carries no secret is kept.
pub(super) fn kept_until(now: Time) -> Time {
    now + TimeDelta::days(NOTICE_DAYS)
}

/// Tells the owner of an address that somebody wanted to take it; a decoy when there is no owner.
///
/// # Errors
/// As the database says.
pub(super) fn already_registered(cx: &mut Cx<'_>, owner: Option<&User>) -> store::Result<()> {
    let message = mail::AlreadyRegistered {
        language: language(cx.app, owner),
        product: cx.app.config.server.name.clone(),
        name: name(owner),
        login_url: format!("{}/login", cx.app.config.issuer()),
        forgot_url: forgot_url(cx.app),
    };
    let until = kept_until(cx.now);
    post::mail(cx, address(owner), &message, until)
}

/// Tells a person that their password was changed, and what signs in without it: whoever took an account back is to see
/// what an intruder may have left.
///
/// # Errors
/// As the database says.
pub(super) fn password_changed(cx: &mut Cx<'_>, user: &User) -> store::Result<()> {
    let message = mail::PasswordChanged {
        language: language(cx.app, Some(user)),
        product: cx.app.config.server.name.clone(),
        name: user.name.whole(),
        at: cx.now,
        passkeys: passkeys::count_of(cx.conn, user.id)?,
        passkeys_url: passkeys_url(cx.app),
        forgot_url: forgot_url(cx.app),
    };
    let until = kept_until(cx.now);
    post::mail(cx, &user.email, &message, until)
}

/// Tells a person of a sign-in from a place that is new.
///
/// # Errors
/// As the database says.
pub(super) fn new_sign_in(cx: &mut Cx<'_>, user: &User, origin: &Origin) -> store::Result<()> {
    let (browser, platform) = browser(origin.user_agent.as_deref().unwrap_or_default());
    let message = mail::NewSignIn {
        language: language(cx.app, Some(user)),
        product: cx.app.config.server.name.clone(),
        name: user.name.whole(),
        at: cx.now,
        browser: browser.to_owned(),
        platform: platform.to_owned(),
        address: origin.address.clone(),
        forgot_url: forgot_url(cx.app),
    };
    let until = kept_until(cx.now);
    post::mail(cx, &user.email, &message, until)
}

/// The browser and the system that a `User-Agent` names, of those that most people have; the more special names come
/// first, for most browsers name others too.
fn browser(agent: &str) -> (&'static str, &'static str) {
    let named = |known: &[(&str, &'static str)]| {
        known.iter().find(|(mark, _)| agent.contains(mark)).map_or("", |(_, name)| *name)
    };
    let browsers =
        [("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari")];
    let systems = [
        ("Android", "Android"),
        ("iPhone", "iOS"),
        ("iPad", "iOS"),
        ("Windows", "Windows"),
        ("Mac OS X", "macOS"),
        ("Linux", "Linux"),
    ];
    (named(&browsers), named(&systems))
}

/// What somebody signs in with, in a few words: `Firefox on Windows`.
pub(super) fn device(origin: &Origin) -> String {
    match browser(origin.user_agent.as_deref().unwrap_or_default()) {
        ("", "") => "Passkey".to_owned(),
        ("", platform) => platform.to_owned(),
        (browser, "") => browser.to_owned(),
        (browser, platform) => format!("{browser} on {platform}"),
    }
}

/// Leads to the page that shows that an address is theirs; to nobody, when there is no such person.
///
/// # Errors
/// As the database says.
pub(super) fn verification(cx: &mut Cx<'_>, user: Option<&User>, link: &Mailed) -> store::Result<()> {
    let message = mail::EmailVerification {
        language: language(cx.app, user),
        product: cx.app.config.server.name.clone(),
        name: name(user),
        url: link.url.clone(),
        minutes: link.minutes,
    };
    post::mail(cx, address(user), &message, link.expires_at)
}

/// A link on its way.
pub(super) struct Mailed {
    /// The link with its token.
    pub(super) url: String,
    /// How long it works.
    pub(super) minutes: u32,
    /// When it stops working.
    pub(super) expires_at: Time,
}

/// Leads to the page that gives a person another address, to which it goes.
///
/// # Errors
/// As the database says.
pub(super) fn change(cx: &mut Cx<'_>, user: &User, new_email: &str, link: &Mailed) -> store::Result<()> {
    let message = mail::EmailChange {
        language: language(cx.app, Some(user)),
        product: cx.app.config.server.name.clone(),
        name: user.name.whole(),
        url: link.url.clone(),
        minutes: link.minutes,
    };
    post::mail(cx, new_email, &message, link.expires_at)
}

/// Tells a person at their address that another was asked for.
///
/// # Errors
/// As the database says.
pub(super) fn change_notice(cx: &mut Cx<'_>, user: &User, new_email: &str) -> store::Result<()> {
    let message = mail::EmailChangeNotice {
        language: language(cx.app, Some(user)),
        product: cx.app.config.server.name.clone(),
        name: user.name.whole(),
        new_email: new_email.to_owned(),
        forgot_url: forgot_url(cx.app),
    };
    let until = kept_until(cx.now);
    post::mail(cx, &user.email, &message, until)
}

/// Tells a person at the address they had that they have another one.
///
/// # Errors
/// As the database says.
pub(super) fn changed(cx: &mut Cx<'_>, before: &User, new_email: &str) -> store::Result<()> {
    let message = mail::EmailChanged {
        language: language(cx.app, Some(before)),
        product: cx.app.config.server.name.clone(),
        name: before.name.whole(),
        new_email: new_email.to_owned(),
        at: cx.now,
    };
    let until = kept_until(cx.now);
    post::mail(cx, &before.email, &message, until)
}
