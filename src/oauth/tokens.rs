//! A person's tokens: handed out at sign-up, made by hand, listed and taken back by their owner.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};

use super::applications;
use super::connections;
use super::error::{Code, Error};
use super::first_party::{self, Lasting, Tokens};
use super::manage::ManageError;
use crate::account::audit::{self, Act, Event, Object, ObjectKind};
use crate::account::login::Origin;
use crate::account::powers::Powers;
use crate::account::register::{NewUser, RegisterError};
use crate::account::{Invalid, email};
use crate::app::{App, FIRST_PARTY_CLIENT, PERSONAL_CLIENT};
use crate::core::authentication::{Authentication, Methods};
use crate::core::client::Client;
use crate::core::grant::{AccessToken, EndReason, GrantKind};
use crate::core::ids::{GrantId, TokenId, UserId};
use crate::core::scope::{self, Scope};
use crate::core::secret::Plain;
use crate::core::text::{self, Said};
use crate::core::time::{Time, delta, from_unix};
use crate::core::user::User;
pub use crate::store::access_tokens::Listed;
use crate::store::access_tokens::{self, Standing};
use crate::store::{self, consents, grants};

/// Why nothing was handed out at sign-up.
#[derive(Debug)]
pub enum SignUpError {
    /// No account was made.
    Register(RegisterError),
    /// The server failed.
    Failed(Error),
}

impl From<store::Error> for SignUpError {
    fn from(error: store::Error) -> Self {
        Self::Failed(error.into())
    }
}

impl From<RegisterError> for SignUpError {
    fn from(error: RegisterError) -> Self {
        Self::Register(error)
    }
}

/// What registering comes to.
#[derive(Debug)]
pub enum SignUp {
    /// An account with its first tokens.
    In(Tokens),
    /// An account whose address must be proved before it opens anything.
    Unverified(User),
}

/// Keeps a new account and hands out its first tokens: both or neither. No tokens where an address must be proved first.
///
/// # Errors
/// [`SignUpError`].
pub fn sign_up(app: &Arc<App>, new: NewUser, origin: Origin) -> Result<SignUp, SignUpError> {
    if email::is_needed_to_sign_in(app) {
        return app.write(move |cx| Ok(SignUp::Unverified(new.keep(cx)?)));
    }
    let mint = first_party::mint(app, FIRST_PARTY_CLIENT).map_err(SignUpError::Failed)?;
    app.write(move |cx| {
        let user = new.keep(cx)?;
        let proof = Authentication::new(cx.now, Methods::password());
        let tokens = first_party::issue(cx, &mint, user, proof, Lasting::Refreshed, origin);
        tokens.map(SignUp::In).map_err(SignUpError::Failed)
    })
}

/// The access tokens of third-party clients that work for a person, newest first, each with its client.
///
/// # Errors
/// As the database says.
pub fn authorized(app: &App, user: UserId) -> store::Result<Vec<(Listed, Arc<Client>)>> {
    let listed = list(app, user, GrantKind::AuthorizationCode)?;
    let mut clients: BTreeMap<String, Arc<Client>> = BTreeMap::new();
    let mut found = Vec::with_capacity(listed.len());
    for token in listed {
        let id = token.client.0.as_str();
        if !clients.contains_key(id)
            && let Some(client) = app.client(id)?
        {
            clients.insert(id.to_owned(), client);
        }
        if let Some(client) = clients.get(id).map(Arc::clone) {
            found.push((token, client));
        }
    }
    Ok(found)
}

/// A person's tokens of one kind that work, newest first.
///
/// # Errors
/// As the database says.
pub fn list(app: &App, user: UserId, kind: GrantKind) -> store::Result<Vec<Listed>> {
    app.read(|cx| access_tokens::list_of_user(cx.conn, user, kind.as_str(), cx.now))
}

/// Takes a token back, and with it all that came of the same grant. What a client was allowed is
/// forgotten too: else it would get the next code without a question.
///
/// # Errors
/// [`ManageError::NotFound`] when the person has no such token of that kind.
pub fn take_back(app: &Arc<App>, user: UserId, token: &str, kind: GrantKind) -> Result<(), ManageError> {
    let token = TokenId::from(token);
    app.write(move |cx| {
        connections::hold(cx, user)?;
        let id = access_tokens::grant_of(cx.conn, user, &token, kind.as_str())?.ok_or(ManageError::NotFound)?;
        let grant = grants::by_id(cx.conn, &id)?.ok_or(ManageError::NotFound)?;
        if !grants::end(cx.conn, &id, EndReason::Revoked, cx.now)? {
            return Err(ManageError::NotFound);
        }
        if kind == GrantKind::AuthorizationCode {
            consents::forget(cx.conn, user, &grant.client_id)?;
        }
        let event = if kind == GrantKind::AuthorizationCode {
            Event::new(user, Act::ConsentTakeBack).on(&grant.client_id).with("grant", id.as_str())
        } else {
            Event::new(user, Act::PersonalTokenRevoke).on(Object::new(ObjectKind::Token, token.as_str()))
        };
        audit::record(cx, &event)?;
        log::info!("event=grant.revoke grant={id} client={} by=user user={user}", grant.client_id);
        Ok(())
    })
}

/// How often the use of a personal access token is noted.
const NOTE_EVERY: TimeDelta = TimeDelta::hours(1);

/// Notes that a personal access token is used: once an hour, not each time. Whether it could be noted matters to nobody
/// who calls.
pub fn note_use(app: &Arc<App>, standing: &Standing) {
    let since = app.now() - NOTE_EVERY;
    let Some(grant) = standing.token.grant_id.clone() else { return };
    if standing.token.client_id.as_str() != PERSONAL_CLIENT || standing.last_used_at.is_some_and(|at| at >= since) {
        return;
    }
    if let Err(error) = app.write_one(move |cx| grants::note_use(cx.conn, &grant, cx.now, since)) {
        log::warn!("event=personal_access_token.note outcome=failed error={:?}", error.to_string());
    }
}

/// A personal access token as it is asked for.
#[derive(Debug, Clone, Default)]
pub struct NewPersonal {
    /// The name its owner gives it.
    pub name: Option<String>,
    /// The names of its scopes.
    pub scopes: Vec<String>,
    /// When it is to stop working; as late as the settings allow when none.
    pub expires_at: Option<String>,
    /// The form that it comes from: sent twice, it makes one token.
    pub form: Option<String>,
}

/// Why no personal access token was made.
#[derive(Debug)]
pub enum PersonalError {
    /// Fields that are missing or wrong.
    Invalid(Invalid),
    /// The account was closed or its password changed at this moment.
    SignedOut,
    /// The person must prove their e-mail address first.
    Unverified,
    /// The form has made its token already.
    Repeated,
    /// The server failed.
    Failed(Error),
}

impl From<store::Error> for PersonalError {
    fn from(error: store::Error) -> Self {
        Self::Failed(error.into())
    }
}

/// A personal access token that was just made.
#[derive(Debug)]
pub struct Personal {
    /// The token, shown this once.
    pub plain: Plain,
    /// Its name.
    pub name: String,
    /// What is kept of it.
    pub token: AccessToken,
}

/// Whether nobody is handed a token with these scopes who does not prove who they are first: it could do what the pages
/// ask a fresh sign-in for, and goes on when the sign-in has ended.
///
/// # Errors
/// As the database says.
pub fn asks_for_proof(app: &App, scopes: &[String]) -> store::Result<bool> {
    let known = app.scopes()?;
    let is_sensitive = |name: &str| known.iter().any(|entry| entry.name == name && entry.sensitive);
    Ok(scopes.iter().any(|name| name == scope::ADMIN || name == scope::ACCOUNT || is_sensitive(name)))
}

/// Makes a personal access token.
///
/// # Errors
/// [`PersonalError`].
pub fn make_personal(app: &Arc<App>, user: &User, new: &NewPersonal) -> Result<Personal, PersonalError> {
    let mut invalid = Invalid::default();
    let name = invalid.required("name", new.name.as_deref(), 255);
    if name.chars().any(text::deceives) {
        invalid.add("name", ("The name may not contain characters that cannot be seen.", "field-unseen"));
    }
    let (known, form) = (app.scopes()?, new.form.as_deref());
    if app.read(|cx| email::is_missing_to_consent(cx, user.id))? {
        return Err(PersonalError::Unverified);
    }
    if new.scopes.iter().any(|name| name == scope::ADMIN) && Powers::of(app, user)?.is_empty() {
        invalid.add("scopes", ("The selected scopes is invalid.", "field-choice"));
    }
    if new.scopes.iter().any(|name| !known.iter().any(|entry| entry.name == *name)) {
        invalid.add("scopes", ("The selected scopes is invalid.", "field-choice"));
    }
    let asked = invalid.optional("expires_at", new.expires_at.as_deref(), 64);
    let longest = longest(app, &new.scopes);
    let expires_at = asked.and_then(|text| check_end(app, &mut invalid, &text, longest));
    let expires_at = expires_at.or_else(|| Some(app.now() + delta(longest)));
    invalid.check().map_err(PersonalError::Invalid)?;
    let scope = Scope::from_names(new.scopes.iter().cloned());
    let kept_as = form.map(|form| GrantId::from(applications::once(app, "personal access token", user.id, form)));
    match first_party::personal_access_token(app, user, name.clone(), scope, expires_at, kept_as) {
        Ok((plain, token)) => Ok(Personal { plain, name, token }),
        Err(Error::Refused(refusal)) if refusal.code == Code::InvalidRequest => {
            let most = app.config.tokens.personal_access_tokens;
            let said = Said::new("field-tokens").with("max", most);
            let invalid = Invalid::one("name", (format!("You may have at most {most} tokens."), said));
            Err(PersonalError::Invalid(invalid))
        }
        Err(Error::Refused(_)) => Err(PersonalError::SignedOut),
        Err(Error::Store(store::Error::Unique(_))) if form.is_some() => Err(PersonalError::Repeated),
        Err(error) => Err(PersonalError::Failed(error)),
    }
}

/// How long a personal access token may last: one that manages the server opens more, and is not asked for a fresh
/// sign-in where it does.
pub fn longest(app: &App, scopes: &[String]) -> Duration {
    let tokens = &app.config.tokens;
    let manages = scopes.iter().any(|name| name == scope::ADMIN);
    let most = if manages { tokens.admin_token_lifetime } else { tokens.personal_access_token_lifetime };
    most.min(tokens.personal_access_token_lifetime)
}

fn check_end(app: &App, invalid: &mut Invalid, text: &str, longest: Duration) -> Option<Time> {
    let Some(end) = parse_moment(text) else {
        invalid.add("expires_at", ("The expires at is not a valid date: use YYYY-MM-DD or RFC 3339.", "field-date"));
        return None;
    };
    let now = app.now();
    if end <= now {
        invalid.add("expires_at", ("The expires at must be in the future.", "field-future"));
    } else if end > now + delta(longest) {
        let days = longest.as_secs() / 86_400;
        invalid.add(
            "expires_at",
            (
                format!("The expires at may not be more than {days} days away."),
                Said::new("field-days-away").with("count", days),
            ),
        );
    }
    Some(end)
}

/// RFC 3339, or what Laravel's forms send, in UTC; to the second.
fn parse_moment(text: &str) -> Option<Time> {
    let moment = DateTime::parse_from_rfc3339(text).map(|moment| moment.timestamp());
    let moment = moment.or_else(|_| {
        let plain = NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S")
            .or_else(|_| NaiveDate::parse_from_str(text, "%Y-%m-%d").map(|day| day.and_time(NaiveTime::MIN)));
        plain.map(|plain| plain.and_utc().timestamp())
    });
    moment.ok().and_then(from_unix)
}

#[cfg(test)]
mod tests {
    use super::parse_moment;

    #[test]
    fn moments_are_read_in_utc_to_the_second() {
        let read = |text| parse_moment(text).map(|moment| moment.to_string());
        assert_eq!(read("2026-01-02T03:04:05.999+01:00").as_deref(), Some("2026-01-02 02:04:05"));
        assert_eq!(read("2026-01-02 03:04:05").as_deref(), Some("2026-01-02 03:04:05"));
        assert_eq!(read("2026-01-02").as_deref(), Some("2026-01-02 00:00:00"));
        assert_eq!(read("2016-12-31T23:59:60Z").as_deref(), Some("2016-12-31 23:59:59"));
        for text in ["", "tomorrow", "2026-02-30", "2026-01-02 25:00:00", "2026-01-02T03:04:05", "1767322845"] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
