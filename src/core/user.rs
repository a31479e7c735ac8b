//! People.

use super::ids::UserId;
use super::time::Time;

/// What a person may do on this server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Uses apps.
    User,
    /// Manages the server.
    Admin,
}

impl Role {
    /// The name in the database and in answers.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Admin => "admin",
        }
    }
}

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
    pub name: String,
    /// Telephone number.
    pub mobile: Option<String>,
    /// Date of birth, `YYYY-MM-DD`.
    pub birthday: Option<String>,
    /// As the person put it.
    pub gender: Option<String>,
    /// As the person put it.
    pub country: Option<String>,
    /// bcrypt; none until one is set.
    pub password_hash: Option<String>,
    /// What they may do here.
    pub role: Role,
    /// Whether they may sign in.
    pub status: Status,
    /// The last sign-in.
    pub last_login_at: Option<Time>,
    /// When the account was made.
    pub created_at: Time,
    /// When it was last changed.
    pub updated_at: Time,
}

/// A name or address as it is compared: without regard to case.
pub fn key(text: &str) -> String {
    text.trim().to_lowercase()
}
