//! Making an account.

use std::sync::Arc;

use super::audit::{self, Actor, Event, Object};
use super::fields::Invalid;
use super::login::Origin;
use super::reserved::{self, Named};
use super::throttle::{self, Act, Throttled};
use super::{attempts, devices, email};
use crate::app::{App, Cx};
use crate::core::country;
use crate::core::ids::{RoleName, UserId};
use crate::core::random::Random;
use crate::core::role;
use crate::core::secret::{Hashed, Plain};
use crate::core::statistic::Counter;
use crate::core::text::Language;
use crate::core::user::{Name, Status, User};
use crate::store::{self, Error as StoreError};

/// What a person says of themselves; which fields must be there is the caller's to say.
#[derive(Clone, Default)]
pub struct Registration {
    /// The full name.
    pub name: Option<String>,
    /// The name to sign in with; made from the e-mail address when none is asked for.
    pub username: Option<String>,
    /// The e-mail address.
    pub email: Option<String>,
    /// A telephone number of 10 digits.
    pub phone: Option<String>,
    /// The date of birth, `YYYY-MM-DD`.
    pub birthday: Option<String>,
    /// As the person puts it.
    pub gender: Option<String>,
    /// As the person puts it.
    pub country: Option<String>,
    /// What they say of themselves.
    pub bio: Option<String>,
    /// The language that they ask for.
    pub locale: Option<Language>,
    /// The password.
    pub password: Option<String>,
    /// The password again.
    pub password_confirmation: Option<String>,
}

/// Which fields must be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// The sign-up page: no telephone number, no date of birth.
    Page,
    /// `POST /api/v1/register`: `mobile` and `dob` too.
    Passport,
    /// `POST /users`: no more than an e-mail address and a password must be there.
    Session,
    /// `POST /auth/register`: the repetition is called `confirm`; no username.
    Refresh,
}

impl Form {
    /// What the repetition of the password is called.
    fn confirmation(self) -> &'static str {
        match self {
            Self::Refresh => "confirm",
            Self::Page | Self::Passport | Self::Session => "password_confirmation",
        }
    }
}

/// Why no account was made.
#[derive(Debug, thiserror::Error)]
pub enum RegisterError {
    /// Fields that are missing, wrong or taken.
    #[error("The given data was invalid.")]
    Invalid(Invalid),
    /// Too many attempts.
    #[error("Too many attempts. Please try again later.")]
    Throttled(Throttled),
    /// The operator lets nobody register.
    #[error("Registration is closed.")]
    Closed,
    /// The password could not be hashed.
    #[error("the password could not be hashed")]
    Hash,
    /// The database.
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// An account that was checked but not kept yet.
#[derive(Debug)]
pub struct NewUser {
    user: User,
    /// Where the person registers from; none when an operator makes the account.
    origin: Option<Origin>,
    /// Whether nobody is to learn that the e-mail address is taken.
    quiet: bool,
    /// Whether the e-mail address is one that nobody may have.
    reserved: bool,
    /// What to keep of it if the address turns out to be taken.
    marks: Vec<Hashed>,
}

/// Checks a registration and hashes its password, so it belongs under the bound on hashing.
///
/// # Errors
/// [`RegisterError`].
pub fn check(
    app: &Arc<App>,
    form: Form,
    registration: &Registration,
    origin: &Origin,
) -> Result<NewUser, RegisterError> {
    if !app.config.registration.enabled {
        return Err(RegisterError::Closed);
    }
    let mut user = parse(app, form, registration).map_err(RegisterError::Invalid)?;
    throttle::count(app, Act::Register, None, &origin.address)?.map_err(RegisterError::Throttled)?;
    let quiet = email::is_needed_to_sign_in(app);
    let reserved = app.read(|cx| refuse_taken(cx, &user, quiet))?;
    complete(app, &mut user, registration)?;
    let mut marks = Vec::new();
    if quiet {
        // Made for all, before it is known of whom they are kept: the time tells nothing.
        let password = Plain::new(registration.password.as_deref().unwrap_or_default());
        marks.extend([&user.email, &user.username].into_iter().filter_map(|name| attempts::mark(app, name, &password)));
    }
    Ok(NewUser { user, origin: Some(origin.clone()), quiet, reserved, marks })
}

/// As [`check`], for an operator's command: no throttle, and registration may be closed.
///
/// # Errors
/// [`RegisterError`].
pub fn check_by_operator(app: &Arc<App>, registration: &Registration) -> Result<NewUser, RegisterError> {
    let mut user = parse(app, Form::Page, registration).map_err(RegisterError::Invalid)?;
    app.read(|cx| refuse_taken(cx, &user, false))?;
    complete(app, &mut user, registration)?;
    Ok(NewUser { user, origin: None, quiet: false, reserved: false, marks: Vec::new() })
}

impl NewUser {
    /// Makes them an admin.
    #[must_use]
    pub fn admin(mut self) -> Self {
        self.user.role = role::ADMIN.into();
        self
    }

    /// Gives them a role, which must exist.
    #[must_use]
    pub fn role(mut self, role: RoleName) -> Self {
        self.user.role = role;
        self
    }

    /// Takes their e-mail address as verified.
    #[must_use]
    pub fn verified(mut self) -> Self {
        self.user.email_verified_at = Some(self.user.created_at);
        self
    }

    /// Keeps the account, and sends the link that proves its address unless that is taken as proved. Where an address
    /// must be proved to sign in, an account with an address that is taken is not kept, without a word: it looks the
    /// same, and takes the same work.
    ///
    /// # Errors
    /// [`RegisterError::Invalid`] when somebody else took a name meanwhile.
    pub fn keep(self, cx: &mut Cx<'_>) -> Result<User, RegisterError> {
        let kept = match (self.quiet, self.reserved) {
            (true, true) => Ok(false),
            (true, false) => store::users::insert_unless_address_taken(cx.conn, &self.user),
            (false, _) => store::users::insert(cx.conn, &self.user).map(|()| true),
        };
        match kept {
            Ok(true) => self.begin(cx),
            Ok(false) => self.pretend(cx),
            Err(StoreError::Unique(what)) => Err(RegisterError::Invalid(taken([
                what.contains("username"),
                what.contains("email"),
                what.contains("phone"),
            ]))),
            Err(error) => Err(error.into()),
        }
    }

    fn begin(self, cx: &mut Cx<'_>) -> Result<User, RegisterError> {
        if let Some(origin) = &self.origin {
            devices::note_first(cx, self.user.id, origin)?;
            cx.app.count(Counter::Registrations);
            audit::record(cx, &Event::new(self.user.id, audit::Act::UserRegister).on(self.user.id))?;
        }
        if self.quiet {
            store::users::by_email(cx.conn, &self.user.email)?;
        }
        if self.user.email_verified_at.is_none() {
            email::send_verification(cx, &self.user)?;
        }
        log::info!("event=register outcome=ok user={}", self.user.id);
        Ok(self.user)
    }

    /// The names stay taken as if somebody had them: trying one again tells nothing either.
    fn pretend(self, cx: &mut Cx<'_>) -> Result<User, RegisterError> {
        let user = self.user;
        let names = [Some(Named::Username(&user.username)), user.phone.as_deref().map(Named::Phone)];
        let names: Vec<Named<'_>> = names.into_iter().flatten().collect();
        reserved::reserve(cx, &names, self.marks)?;
        let owner = store::users::by_email(cx.conn, &user.email)?.filter(|owner| owner.status == Status::Active);
        email::send_already_registered(cx, owner.as_ref())?;
        let mut event = Event::new(Actor::Nobody, audit::Act::UserRegister).refused().with("reason", "taken");
        event.object = owner.map(|owner| Object::from(owner.id));
        audit::record(cx, &event)?;
        log::info!("event=register outcome=taken");
        Ok(user)
    }
}

impl NewUser {
    /// Keeps the account, and nothing else.
    ///
    /// # Errors
    /// As [`NewUser::keep`].
    pub fn keep_alone(self, app: &Arc<App>) -> Result<User, RegisterError> {
        app.write(move |cx| self.keep(cx))
    }
}

/// Times, identifier and password hash: the parts that need the server.
fn complete(app: &Arc<App>, user: &mut User, registration: &Registration) -> Result<(), RegisterError> {
    let plain = Plain::new(registration.password.as_deref().unwrap_or_default());
    user.password_hash = Some(app.hasher.hash(&plain).map_err(|_| RegisterError::Hash)?);
    user.id = UserId(app.random().json_safe_id());
    user.created_at = app.now();
    user.updated_at = user.created_at;
    Ok(())
}

fn parse(app: &App, form: Form, given: &Registration) -> Result<User, Invalid> {
    let mut invalid = Invalid::default();
    let email = invalid.email("email", given.email.as_deref());
    let name = match form {
        Form::Session => invalid.optional_name("name", given.name.as_deref()),
        Form::Page | Form::Passport | Form::Refresh => Some(invalid.required_name("name", given.name.as_deref())),
    };
    let username = match (form, &given.username) {
        (Form::Session | Form::Refresh, None) => made_from(&email, app.random()),
        _ => invalid.username("username", given.username.as_deref()),
    };
    let phone = mobile(&mut invalid, form, given.phone.as_deref());
    let birthday = birthday(&mut invalid, form, given.birthday.as_deref());
    let gender = invalid.optional("gender", given.gender.as_deref(), 32);
    let country = invalid.optional("country", given.country.as_deref(), 100);
    let bio = invalid.optional("bio", given.bio.as_deref(), 1000);
    let confirmation = match (form, &given.password_confirmation) {
        (Form::Session, None) => given.password.as_deref(),
        (_, confirmation) => confirmation.as_deref(),
    };
    invalid.new_password(given.password.as_deref(), form.confirmation(), confirmation);
    invalid.check()?;
    Ok(User {
        id: UserId(0),
        name: Name::from_whole(name.as_deref().unwrap_or(&username)),
        username,
        email,
        email_verified_at: None,
        phone,
        birthday,
        gender,
        country_id: country.as_deref().and_then(country::named).map(|country| country.id),
        country,
        address: None,
        bio,
        locale: given.locale,
        avatar: None,
        isp_id: None,
        branch_id: None,
        password_hash: None,
        role: role::USER.into(),
        status: Status::Active,
        last_login_at: None,
        created_at: <_>::default(),
        updated_at: <_>::default(),
    })
}

/// A username for somebody who asked for none: what stands before the `@`, made unlike any other's.
fn made_from(email: &str, random: &dyn Random) -> String {
    const LONGEST: usize = 40;
    let local = email.split('@').next().unwrap_or_default().to_lowercase();
    let kept: String =
        local.chars().filter(|c| c.is_ascii_alphanumeric() || "._-".contains(*c)).take(LONGEST).collect();
    format!("{kept}-{:08}", random.below(100_000_000))
}

fn mobile(invalid: &mut Invalid, form: Form, given: Option<&str>) -> Option<String> {
    let number = match form {
        Form::Passport => Some(invalid.required("mobile", given, 32)),
        Form::Page | Form::Session | Form::Refresh => invalid.optional("mobile", given, 32),
    };
    if let Some(digits) = number.as_deref().filter(|text| !text.is_empty())
        && (digits.len() != 10 || !digits.bytes().all(|b| b.is_ascii_digit()))
    {
        invalid.add("mobile", ("The mobile must be 10 digits.", "field-mobile"));
    }
    number
}

fn birthday(invalid: &mut Invalid, form: Form, given: Option<&str>) -> Option<String> {
    if form == Form::Passport {
        let given = invalid.required("dob", given, 32);
        return invalid.date("dob", Some(&given));
    }
    invalid.date("dob", given)
}

/// Refuses what is taken; of the e-mail address nothing is said when that is to be quiet. Whether the address is reserved.
fn refuse_taken(cx: &mut Cx<'_>, user: &User, quiet: bool) -> Result<bool, RegisterError> {
    let phone = user.phone.as_deref();
    let mut found = store::users::taken(cx.conn, &user.username, &user.email, phone)?;
    let mut names = vec![Named::Username(&user.username), Named::Email(&user.email)];
    names.extend(phone.map(Named::Phone));
    let reserved = reserved::among(cx, &names)?;
    for (found, reserved) in found.iter_mut().zip(&reserved) {
        *found |= reserved;
    }
    if quiet {
        found[1] = false;
    }
    taken(found).check().map_err(RegisterError::Invalid)?;
    Ok(reserved.get(1).is_some_and(|reserved| *reserved))
}

fn taken(found: [bool; 3]) -> Invalid {
    let mut invalid = Invalid::default();
    for (field, is_taken) in ["username", "email", "mobile"].into_iter().zip(found) {
        if is_taken {
            invalid.add(field, (format!("The {field} has already been taken."), "field-taken"));
        }
    }
    invalid
}
