//! What people say of themselves, and change themselves.

use std::sync::Arc;

use super::Throttled;
use super::audit::{self, Actor, Event};
use super::fields::Invalid;
use super::login::Origin;
use super::reserved::{self, Named};
use super::throttle::{self, Act};
use crate::app::{App, Cx};
use crate::core::country;
use crate::core::ids::{ClientId, UserId};
use crate::core::role::Role;
use crate::core::text::Language;
use crate::core::user::{Status, User};
use crate::store::{self, Error as StoreError, clients, roles, users};

/// Why a profile was not changed.
#[derive(Debug, thiserror::Error)]
pub enum ProfileError {
    /// Fields that are missing, wrong or taken.
    #[error("The given data was invalid.")]
    Invalid(Invalid),
    /// The account was closed, or its password changed, since the caller was let in.
    #[error("the account has changed")]
    Changed,
    /// Too many attempts.
    #[error("Too many attempts. Please try again in {} seconds.", .0.retry_after)]
    Throttled(Throttled),
    /// A file could not be kept or read.
    #[error("a file: {0}")]
    File(#[source] std::io::Error),
    /// The server failed.
    #[error("{0}")]
    Failed(String),
    /// The database.
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// Changes a person in one transaction, from the row as it is then: what others change meanwhile stays. What `f`
/// answers comes back with the person.
///
/// # Errors
/// [`ProfileError`].
pub fn edit<T, F>(app: &Arc<App>, user: UserId, f: F) -> Result<(User, T), ProfileError>
where
    T: Send + 'static,
    F: FnOnce(&mut Cx<'_>, &mut User) -> Result<T, ProfileError> + Send + 'static,
{
    let (user, outcome, clients) = app.write(move |cx| {
        let found = users::locked(cx.conn, user)?.filter(|user| user.status == Status::Active);
        let before = found.ok_or(ProfileError::Changed)?;
        let (mut user, mut clients) = (before.clone(), Vec::new());
        let outcome = f(cx, &mut user)?;
        if user != before {
            user.updated_at = cx.now;
            users::update(cx.conn, &user).map_err(taken)?;
            let fields = user.changed_since(&before);
            if !fields.is_empty() {
                audit::record(cx, &Event::new(user.id, audit::Act::UserEdit).on(user.id).with("fields", fields))?;
            }
            clients = unverify_clients(cx, &user.id.into(), &before, &user)?;
        }
        Ok::<_, ProfileError>((user, outcome, clients))
    })?;
    clients.iter().for_each(|id| app.forget_client(id));
    Ok((user, outcome))
}

/// Takes the verified mark from the clients of a person who is called something else now: people see that name beside the
/// mark. Whose copies are out of date: all of the person's.
pub(super) fn unverify_clients(
    cx: &mut Cx<'_>,
    by: &Actor,
    before: &User,
    after: &User,
) -> store::Result<Vec<ClientId>> {
    if before.name.whole() == after.name.whole() {
        return Ok(Vec::new());
    }
    let found = clients::unverify_all_of(cx.conn, after.id)?;
    for (id, _) in found.iter().filter(|(_, was_verified)| *was_verified) {
        audit::record(cx, &Event::new(by.clone(), audit::Act::ClientUnverify).on(id).with("why", "owner's name"))?;
    }
    Ok(found.into_iter().map(|(id, _)| id).collect())
}

/// Names the field whose value somebody else has.
pub(super) fn taken(error: StoreError) -> ProfileError {
    let StoreError::Unique(what) = &error else { return error.into() };
    match ["username", "phone", "email"].into_iter().find(|field| what.contains(field)) {
        Some(field) => refused(field),
        None => error.into(),
    }
}

/// The value of a field belongs to somebody else, or did.
pub(super) fn refused(field: &str) -> ProfileError {
    ProfileError::Invalid(Invalid::one(field, (format!("The {field} has already been taken."), "field-taken")))
}

/// Counts that a person asks for a name that somebody else may have. All are counted before they are looked up, so that
/// who asked too often does not learn from the answer whether this one is taken; those that were free are given back.
///
/// # Errors
/// [`ProfileError::Throttled`] and [`ProfileError::Store`].
pub(super) fn count_name(app: &Arc<App>, user: UserId, origin: &Origin) -> Result<(), ProfileError> {
    throttle::count(app, Act::Register, Some(&user.to_string()), &origin.address)?.map_err(ProfileError::Throttled)
}

/// Takes back what [`count_name`] counted, within the transaction that takes the name: that fails if it is taken.
///
/// # Errors
/// As the database says.
pub(super) fn give_name_back(cx: &mut Cx<'_>, user: UserId, origin: &Origin) -> store::Result<()> {
    throttle::give_all_back(cx, Act::Register, &user.to_string(), &origin.address)
}

/// The new value of a field; none leaves it as it is.
pub type Change = Option<String>;

/// What a person changes of what they say of themselves. An empty text clears a field.
#[derive(Debug, Clone, Default)]
pub struct Details {
    /// First names; they cannot be cleared.
    pub first_name: Change,
    /// The last name.
    pub last_name: Change,
    /// The date of birth, `YYYY-MM-DD`.
    pub birthday: Change,
    /// The telephone number.
    pub phone: Change,
    /// The postal address.
    pub address: Change,
    /// As the person puts it.
    pub gender: Change,
    /// What they say of themselves, in several lines if they like.
    pub bio: Change,
    /// ISO 3166-1 numeric code of the country; `Some(None)` clears it.
    pub country_id: Option<Option<i64>>,
}

/// Changes what a person says of themselves, whom `seen` shows as they were when they were let in.
///
/// # Errors
/// [`ProfileError`].
pub fn change_details(app: &Arc<App>, seen: &User, details: &Details, origin: Origin) -> Result<User, ProfileError> {
    let checked = check(details).map_err(ProfileError::Invalid)?;
    let is_counted = checked.phone.as_ref().is_some_and(|phone| phone.is_some() && *phone != seen.phone);
    if is_counted {
        count_name(app, seen.id, &origin)?;
    }
    let (user, ()) = edit(app, seen.id, move |cx, user| {
        let before = user.phone.clone();
        checked.apply(user);
        if let Some(phone) = user.phone.as_deref().filter(|phone| before.as_deref() != Some(phone))
            && reserved::is_reserved(cx, Named::Phone(phone))?
        {
            return Err(refused("phone"));
        }
        if is_counted {
            give_name_back(cx, user.id, &origin)?;
        }
        Ok(())
    })?;
    log::info!("event=profile.change outcome=ok user={}", user.id);
    Ok(user)
}

/// Checked: the inner none clears the field.
#[derive(Default)]
pub(super) struct Checked {
    given: Option<String>,
    family: Option<String>,
    birthday: Option<Option<String>>,
    phone: Option<Option<String>>,
    address: Option<Option<String>>,
    gender: Option<Option<String>>,
    bio: Option<Option<String>>,
    country: Option<Option<country::Country>>,
}

pub(super) fn check(details: &Details) -> Result<Checked, Invalid> {
    let mut invalid = Invalid::default();
    let checked = Checked {
        given: details.first_name.as_deref().map(|text| invalid.required_name("first_name", Some(text))),
        family: details
            .last_name
            .as_deref()
            .map(|text| invalid.optional_name("last_name", Some(text)).unwrap_or_default()),
        birthday: details.birthday.as_deref().map(|text| invalid.date("birthday", Some(text))),
        phone: details.phone.as_deref().map(|text| invalid.phone("phone", Some(text))),
        address: details.address.as_deref().map(|text| invalid.optional("address", Some(text), 255)),
        gender: details.gender.as_deref().map(|text| invalid.optional("gender", Some(text), 32)),
        bio: details.bio.as_deref().map(|text| lines(&mut invalid, "bio", text, 1000)),
        country: details.country_id.map(|id| {
            let found = id.and_then(country::by_id);
            if id.is_some() && found.is_none() {
                invalid.add("country_id", ("The selected country id is invalid.", "field-choice"));
            }
            found
        }),
    };
    invalid.check()?;
    Ok(checked)
}

/// A text that may be missing, of several lines.
fn lines(invalid: &mut Invalid, field: &str, text: &str, max: usize) -> Option<String> {
    let text = text.trim().replace("\r\n", "\n");
    invalid.optional(field, Some(&text.replace('\n', " ")), max).map(|_| text)
}

impl Checked {
    pub(super) fn apply(self, user: &mut User) {
        user.name.given = self.given.unwrap_or_else(|| std::mem::take(&mut user.name.given));
        user.name.family = self.family.unwrap_or_else(|| std::mem::take(&mut user.name.family));
        user.birthday = self.birthday.unwrap_or_else(|| user.birthday.take());
        user.phone = self.phone.unwrap_or_else(|| user.phone.take());
        user.address = self.address.unwrap_or_else(|| user.address.take());
        user.gender = self.gender.unwrap_or_else(|| user.gender.take());
        user.bio = self.bio.unwrap_or_else(|| user.bio.take());
        if let Some(country) = self.country {
            user.country_id = country.map(|country| country.id);
            user.country = country.map(|country| country.name.to_owned());
        }
    }
}

/// Sets the language of a person's pages and mails by its tag, such as `de`; an empty one leaves it to each browser.
///
/// # Errors
/// [`ProfileError::Invalid`] on `locale` for a language that the texts are not in.
pub fn set_locale(app: &Arc<App>, user: UserId, tag: &str) -> Result<User, ProfileError> {
    let locale = match tag.trim() {
        "" => None,
        tag => {
            let known = Language::ALL.into_iter().find(|language| language.tag() == tag);
            let wrong = ("The selected locale is invalid.", "field-choice");
            Some(known.ok_or_else(|| ProfileError::Invalid(Invalid::one("locale", wrong)))?)
        }
    };
    let (user, ()) = edit(app, user, move |_, user| {
        user.locale = locale;
        Ok(())
    })?;
    log::info!("event=profile.locale outcome=ok user={} locale={:?}", user.id, locale.map(Language::tag));
    Ok(user)
}

/// The role that a person holds.
///
/// # Errors
/// As the database says.
pub fn role_of(app: &App, user: &User) -> store::Result<Role> {
    let found = app.read(|cx| roles::by_name(cx.conn, &user.role))?;
    found.ok_or_else(|| StoreError::Corrupt { table: "roles", what: format!("the role {} is missing", user.role) })
}
