//! People.

use diesel::prelude::*;

use super::conn::on_backend;
use super::schema::users;
use super::{Conn, Error, Result};
use crate::core::ids::UserId;
use crate::core::page::Page;
use crate::core::role;
use crate::core::text::Language;
use crate::core::time::Time;
use crate::core::user::{Avatar, Name, Status, User, key};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = users, treat_none_as_default_value = false)]
pub(super) struct UserRow {
    pub(super) id: i64,
    username: String,
    username_key: String,
    email: String,
    email_key: String,
    email_verified_at: Option<Time>,
    name: String,
    given_name: String,
    family_name: String,
    name_key: String,
    family_key: String,
    phone: Option<String>,
    birthday: Option<String>,
    gender: Option<String>,
    country: Option<String>,
    country_id: Option<i64>,
    address: Option<String>,
    bio: Option<String>,
    locale: Option<String>,
    avatar_file: Option<String>,
    avatar_url: Option<String>,
    isp_id: Option<i64>,
    branch_id: Option<i64>,
    password_hash: Option<String>,
    role: String,
    status: String,
    last_login_at: Option<Time>,
    created_at: Time,
    updated_at: Time,
}

impl From<&User> for UserRow {
    fn from(user: &User) -> Self {
        let (avatar_file, avatar_url) = match user.avatar.clone() {
            Some(Avatar::File(id)) => (Some(id), None),
            Some(Avatar::External(url)) => (None, Some(url)),
            None => (None, None),
        };
        Self {
            id: user.id.0,
            username: user.username.clone(),
            username_key: key(&user.username),
            email: user.email.clone(),
            email_key: key(&user.email),
            email_verified_at: user.email_verified_at,
            name: user.name.whole(),
            given_name: user.name.given.clone(),
            family_name: user.name.family.clone(),
            name_key: key(&user.name.whole()),
            family_key: key(&user.name.family),
            phone: user.phone.clone(),
            birthday: user.birthday.clone(),
            gender: user.gender.clone(),
            country: user.country.clone(),
            country_id: user.country_id,
            address: user.address.clone(),
            bio: user.bio.clone(),
            locale: user.locale.map(|language| language.tag().to_owned()),
            avatar_file,
            avatar_url,
            isp_id: user.isp_id,
            branch_id: user.branch_id,
            password_hash: user.password_hash.clone(),
            role: user.role.to_string(),
            status: user.status.as_str().to_owned(),
            last_login_at: user.last_login_at,
            created_at: user.created_at,
            updated_at: user.updated_at,
        }
    }
}

impl TryFrom<UserRow> for User {
    type Error = Error;

    fn try_from(row: UserRow) -> Result<Self> {
        let status = [Status::Active, Status::Disabled].into_iter().find(|s| s.as_str() == row.status);
        Ok(Self {
            id: UserId(row.id),
            username: row.username,
            email: row.email,
            email_verified_at: row.email_verified_at,
            name: Name { given: row.given_name, family: row.family_name },
            phone: row.phone,
            birthday: row.birthday,
            gender: row.gender,
            country: row.country,
            country_id: row.country_id,
            address: row.address,
            bio: row.bio,
            locale: row.locale.as_deref().and_then(Language::from_tag),
            avatar: row.avatar_file.map(Avatar::File).or(row.avatar_url.map(Avatar::External)),
            isp_id: row.isp_id,
            branch_id: row.branch_id,
            password_hash: row.password_hash,
            role: row.role.into(),
            status: status.ok_or_else(|| Error::corrupt("users", "status"))?,
            last_login_at: row.last_login_at,
            created_at: row.created_at,
            updated_at: row.updated_at,
        })
    }
}

/// Keeps a new person.
///
/// # Errors
/// [`Error::Unique`] when the username, e-mail address or telephone number is taken.
pub fn insert(conn: &mut Conn, user: &User) -> Result<()> {
    diesel::insert_into(users::table).values(UserRow::from(user)).execute(conn)?;
    Ok(())
}

/// Keeps a new person, unless the e-mail address is taken; whether it was kept.
///
/// # Errors
/// [`Error::Unique`] when the username or telephone number is taken.
pub fn insert_unless_address_taken(conn: &mut Conn, user: &User) -> Result<bool> {
    let row = UserRow::from(user);
    let inserted = on_backend!(conn, |c| diesel::insert_into(users::table)
        .values(row)
        .on_conflict(users::email_key)
        .do_nothing()
        .execute(c))?;
    Ok(inserted == 1)
}

/// Notes that an address was shown to be a person's, if it is still the one they have.
///
/// # Errors
/// As the database says.
pub fn verify_email(conn: &mut Conn, id: UserId, email: &str, now: Time) -> Result<bool> {
    let verified = diesel::update(users::table.find(id.0))
        .filter(users::email_key.eq(key(email)))
        .set(users::email_verified_at.eq(now))
        .execute(conn)?;
    Ok(verified == 1)
}

/// Gives a person another e-mail address, which was shown to be theirs.
///
/// # Errors
/// [`Error::Unique`] when it is somebody else's.
pub fn change_email(conn: &mut Conn, id: UserId, email: &str, now: Time) -> Result<bool> {
    let changed = diesel::update(users::table.find(id.0))
        .set((
            users::email.eq(email),
            users::email_key.eq(key(email)),
            users::email_verified_at.eq(now),
            users::updated_at.eq(now),
        ))
        .execute(conn)?;
    Ok(changed == 1)
}

/// Writes every field of a person anew.
///
/// # Errors
/// [`Error::Unique`] when the username, e-mail address or telephone number is taken.
pub fn update(conn: &mut Conn, user: &User) -> Result<()> {
    let row = UserRow::from(user);
    diesel::update(users::table.find(row.id))
        .set((
            users::username.eq(row.username),
            users::username_key.eq(row.username_key),
            users::email.eq(row.email),
            users::email_key.eq(row.email_key),
            users::email_verified_at.eq(row.email_verified_at),
            users::name.eq(row.name),
            users::given_name.eq(row.given_name),
            users::family_name.eq(row.family_name),
            users::name_key.eq(row.name_key),
            users::family_key.eq(row.family_key),
            users::phone.eq(row.phone),
            users::birthday.eq(row.birthday),
            users::gender.eq(row.gender),
            users::country.eq(row.country),
            users::country_id.eq(row.country_id),
            users::address.eq(row.address),
            users::bio.eq(row.bio),
            users::locale.eq(row.locale),
            users::avatar_file.eq(row.avatar_file),
            users::avatar_url.eq(row.avatar_url),
            users::isp_id.eq(row.isp_id),
            users::branch_id.eq(row.branch_id),
            users::role.eq(row.role),
            users::updated_at.eq(row.updated_at),
        ))
        .execute(conn)?;
    Ok(())
}

fn one(found: QueryResult<UserRow>) -> Result<Option<User>> {
    found.optional()?.map(User::try_from).transpose()
}

/// The person with this identifier.
///
/// # Errors
/// As the database says.
pub fn by_id(conn: &mut Conn, id: UserId) -> Result<Option<User>> {
    one(users::table.find(id.0).select(UserRow::as_select()).first(conn))
}

/// The person with this identifier, whose row nobody else writes until the transaction ends: what is decided from it
/// and written back loses nothing that another wrote meanwhile.
///
/// # Errors
/// As the database says.
pub fn locked(conn: &mut Conn, id: UserId) -> Result<Option<User>> {
    one(on_backend!(conn, |c| diesel::update(users::table.find(id.0))
        .set(users::status.eq(users::status))
        .returning(UserRow::as_select())
        .get_result(c)))
}

/// The person who signs in with this e-mail address.
///
/// # Errors
/// As the database says.
pub fn by_email(conn: &mut Conn, email: &str) -> Result<Option<User>> {
    // PostgreSQL has no text with a null character, and so nobody of that name.
    if email.contains('\0') {
        return Ok(None);
    }
    one(users::table.filter(users::email_key.eq(key(email))).select(UserRow::as_select()).first(conn))
}

/// The person who signs in with this e-mail address or username. A username holds no `@`, so that
/// nobody's username is another's address.
///
/// # Errors
/// As the database says.
pub fn by_login(conn: &mut Conn, login: &str) -> Result<Option<User>> {
    if login.contains(['@', '\0']) {
        return by_email(conn, login);
    }
    one(users::table.filter(users::username_key.eq(key(login))).select(UserRow::as_select()).first(conn))
}

/// Which of a new person's unique values are taken: username, e-mail address, telephone number.
///
/// # Errors
/// As the database says.
pub fn taken(conn: &mut Conn, username: &str, email: &str, phone: Option<&str>) -> Result<[bool; 3]> {
    let (username, email) = (key(username), key(email));
    let rows: Vec<(String, String, Option<String>)> = users::table
        .filter(
            users::username_key
                .eq(&username)
                .or(users::email_key.eq(&email))
                .or(users::phone.is_not_null().and(users::phone.eq(phone))),
        )
        .select((users::username_key, users::email_key, users::phone))
        .load(conn)?;
    Ok([
        rows.iter().any(|row| row.0 == username),
        rows.iter().any(|row| row.1 == email),
        phone.is_some() && rows.iter().any(|row| row.2.as_deref() == phone),
    ])
}

/// People by identifier, page by page.
///
/// # Errors
/// As the database says.
pub fn list(conn: &mut Conn, page: &Page) -> Result<Vec<User>> {
    let after = page.after.as_deref().and_then(|text| text.parse::<i64>().ok()).unwrap_or(0);
    let rows: Vec<UserRow> = users::table
        .filter(users::id.gt(after))
        .order(users::id)
        .limit(page.limit)
        .select(UserRow::as_select())
        .load(conn)?;
    rows.into_iter().map(User::try_from).collect()
}

/// Notes a sign-in, if the account is still active and its password still the one that was
/// verified. The row stays locked until the transaction ends, so that a change of the password
/// that comes at the same moment sees the new session and ends it.
///
/// # Errors
/// As the database says.
pub fn record_login(conn: &mut Conn, id: UserId, verified_hash: Option<&str>, now: Time) -> Result<bool> {
    let row = users::table.find(id.0).filter(users::status.eq(Status::Active.as_str()));
    let noted = users::last_login_at.eq(now);
    let noted = match verified_hash {
        Some(hash) => diesel::update(row.filter(users::password_hash.eq(hash))).set(noted).execute(conn)?,
        None => diesel::update(row.filter(users::password_hash.is_null())).set(noted).execute(conn)?,
    };
    Ok(noted == 1)
}

/// Holds the row of a person who is as they were when they proved who they are: active, with the same
/// password. What is opened for them in this transaction is then seen by whoever ends all of it.
///
/// # Errors
/// As the database says.
pub fn hold(conn: &mut Conn, user: &User) -> Result<bool> {
    let row = users::table.find(user.id.0).filter(users::status.eq(Status::Active.as_str()));
    let same = users::status.eq(Status::Active.as_str());
    let held = match &user.password_hash {
        Some(hash) => diesel::update(row.filter(users::password_hash.eq(hash))).set(same).execute(conn)?,
        None => diesel::update(row.filter(users::password_hash.is_null())).set(same).execute(conn)?,
    };
    Ok(held == 1)
}

/// Sets the password; whether there is such a person.
///
/// # Errors
/// As the database says.
pub fn set_password(conn: &mut Conn, id: UserId, hash: &str, now: Time) -> Result<bool> {
    let set = diesel::update(users::table.find(id.0))
        .set((users::password_hash.eq(hash), users::updated_at.eq(now)))
        .execute(conn)?;
    Ok(set == 1)
}

/// Replaces a hash by one of the same password at another cost, unless it was changed meanwhile.
///
/// # Errors
/// As the database says.
pub fn rehash(conn: &mut Conn, id: UserId, old: &str, new: &str) -> Result<bool> {
    let set = diesel::update(users::table.find(id.0))
        .filter(users::password_hash.eq(old))
        .set(users::password_hash.eq(new))
        .execute(conn)?;
    Ok(set == 1)
}

/// Opens or closes an account.
///
/// # Errors
/// As the database says.
pub fn set_status(conn: &mut Conn, id: UserId, status: Status, now: Time) -> Result<bool> {
    let set = diesel::update(users::table.find(id.0))
        .set((users::status.eq(status.as_str()), users::updated_at.eq(now)))
        .execute(conn)?;
    Ok(set == 1)
}

/// Whether there is an admin who can sign in.
///
/// # Errors
/// As the database says.
pub fn has_admin(conn: &mut Conn) -> Result<bool> {
    let admins = users::table
        .filter(users::role.eq(role::ADMIN))
        .filter(users::status.eq(Status::Active.as_str()))
        .filter(users::password_hash.is_not_null());
    Ok(diesel::select(diesel::dsl::exists(admins)).get_result(conn)?)
}

/// How many people there are.
///
/// # Errors
/// As the database says.
pub fn count(conn: &mut Conn) -> Result<i64> {
    Ok(users::table.count().get_result(conn)?)
}
