//! People.

use super::ids::{RoleName, UserId};
use super::role;
use super::text::Language;
use super::time::Time;

/// Whether a person may sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// May sign in.
    Active,
    /// An admin closed the account; nothing of it works.
    Disabled,
}

impl Status {
    /// The name in the database and in answers.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Disabled => "disabled",
        }
    }

    /// The one of this name.
    pub fn named(name: &str) -> Option<Self> {
        [Self::Active, Self::Disabled].into_iter().find(|status| status.as_str() == name)
    }
}

/// A person with an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// Identifier, never given to another.
    pub id: UserId,
    /// The name to sign in with, as it was written.
    pub username: String,
    /// The e-mail address, as it was written.
    pub email: String,
    /// When the address was shown to be theirs.
    pub email_verified_at: Option<Time>,
    /// The full name.
    pub name: Name,
    /// Telephone number: with `+` and the calling code (E.164), or 10 digits as Passport's clients send it.
    pub phone: Option<String>,
    /// Date of birth, `YYYY-MM-DD`.
    pub birthday: Option<String>,
    /// As the person put it.
    pub gender: Option<String>,
    /// As the person put it.
    pub country: Option<String>,
    /// ISO 3166-1 numeric code of their country.
    pub country_id: Option<i64>,
    /// Postal address, as the person put it.
    pub address: Option<String>,
    /// What they say of themselves.
    pub bio: Option<String>,
    /// The language that they chose for pages and mails; none: as each browser asks for.
    pub locale: Option<Language>,
    /// Their picture.
    pub avatar: Option<Avatar>,
    /// The internet service provider that a member of staff works for, as the envelope dialect knows it.
    pub isp_id: Option<i64>,
    /// The branch that a member of staff works for, as the envelope dialect knows it.
    pub branch_id: Option<i64>,
    /// bcrypt; none until one is set.
    pub password_hash: Option<String>,
    /// What they may do here.
    pub role: RoleName,
    /// Whether they may sign in.
    pub status: Status,
    /// The last sign-in.
    pub last_login_at: Option<Time>,
    /// When the account was made.
    pub created_at: Time,
    /// When it was last changed.
    pub updated_at: Time,
}

impl User {
    /// Whether they manage the server.
    pub fn is_admin(&self) -> bool {
        self.role.as_str() == role::ADMIN
    }

    /// The names of the fields that people may change in which this is another than `before`.
    pub fn changed_since(&self, before: &Self) -> Vec<&'static str> {
        let fields = [
            ("username", self.username != before.username),
            ("name", self.name != before.name),
            ("phone", self.phone != before.phone),
            ("birthday", self.birthday != before.birthday),
            ("gender", self.gender != before.gender),
            ("country", self.country != before.country || self.country_id != before.country_id),
            ("address", self.address != before.address),
            ("bio", self.bio != before.bio),
            ("avatar", self.avatar != before.avatar),
            ("language", self.locale != before.locale),
        ];
        fields.into_iter().filter(|(_, changed)| *changed).map(|(name, _)| name).collect()
    }
}

/// A picture of a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Avatar {
    /// A file that was uploaded, by its identifier.
    File(String),
    /// An address elsewhere, which this server never fetches.
    External(String),
}

/// The name of a person: whole, and in the two parts that some clients ask for. The parts joined by a blank are the whole.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Name {
    /// First names.
    pub given: String,
    /// The last name; empty when there is but one word.
    pub family: String,
}

impl Name {
    /// Takes a whole name apart: the last word is the family's.
    pub fn from_whole(whole: &str) -> Self {
        match whole.trim().rsplit_once(char::is_whitespace) {
            Some((given, family)) => Self { given: given.trim_end().to_owned(), family: family.to_owned() },
            None => Self { given: whole.trim().to_owned(), family: String::new() },
        }
    }

    /// The whole name.
    pub fn whole(&self) -> String {
        format!("{} {}", self.given, self.family).trim().to_owned()
    }
}

impl std::fmt::Display for Name {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.whole())
    }
}

/// A name or address as it is compared: without regard to case.
pub fn key(text: &str) -> String {
    text.trim().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::Name;

    #[test]
    fn a_name_taken_apart_and_put_together_is_the_same() {
        for (whole, given, family) in [
            ("Ada Lovelace", "Ada", "Lovelace"),
            ("Mary Ann Evans", "Mary Ann", "Evans"),
            ("Plato", "Plato", ""),
            ("  Ada  Lovelace ", "Ada", "Lovelace"),
            ("", "", ""),
        ] {
            let name = Name::from_whole(whole);
            assert_eq!((name.given.as_str(), name.family.as_str()), (given, family), "{whole:?}");
            assert_eq!(Name::from_whole(&name.whole()), name);
        }
    }
}
