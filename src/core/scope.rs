//! Scopes (RFC 6749 section 3.3): an ordered set of names.

use std::fmt;

/// What a token needs for the administration, beside what its person's role allows.
pub const ADMIN: &str = "admin";

/// With it an app changes a person's account.
pub const ACCOUNT: &str = "account";

/// What a person lets an app do goes on after they sign out (OpenID Connect Core section 11).
pub const OFFLINE_ACCESS: &str = "offline_access";

/// The scopes that the server itself relies on, made with the database.
const BUILT_IN: [&str; 8] = ["openid", OFFLINE_ACCESS, "profile", "email", "phone", "address", ADMIN, ACCOUNT];

/// The most scope names one request may carry.
const MAX_NAMES: usize = 64;
/// The longest scope name.
const MAX_NAME: usize = 100;

/// A set of scope names, kept in the order in which they were asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scope(Vec<String>);

/// What is wrong with a scope parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ScopeError {
    /// A character that RFC 6749 section 3.3 does not allow in a scope name.
    #[error("a scope name may hold printable ASCII except space, \" and \\")]
    Character,
    /// Too many names, or a name that is too long.
    #[error("at most 64 scope names of 100 characters each")]
    TooLong,
}

impl Scope {
    /// Parses a space-separated list; names that come twice count once.
    ///
    /// # Errors
    /// [`ScopeError`].
    pub fn parse(text: &str) -> Result<Self, ScopeError> {
        let mut names: Vec<String> = Vec::new();
        for name in text.split(' ').filter(|name| !name.is_empty()) {
            if !valid_name(name) {
                return Err(ScopeError::Character);
            }
            if name.len() > MAX_NAME || names.len() == MAX_NAMES {
                return Err(ScopeError::TooLong);
            }
            if !names.iter().any(|n| n == name) {
                names.push(name.to_owned());
            }
        }
        Ok(Self(names))
    }

    /// A scope as read from the database, which holds only what was checked before.
    pub fn from_stored(text: &str) -> Self {
        Self(text.split(' ').filter(|name| !name.is_empty()).map(str::to_owned).collect())
    }

    /// A set of checked names.
    pub fn from_names(names: impl IntoIterator<Item = String>) -> Self {
        let mut set = Self::default();
        for name in names {
            if !set.contains(&name) {
                set.0.push(name);
            }
        }
        set
    }

    /// The names, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// Whether `name` is among them.
    pub fn contains(&self, name: &str) -> bool {
        self.0.iter().any(|n| n == name)
    }

    /// Whether every name of `other` is among these.
    pub fn covers(&self, other: &Scope) -> bool {
        other.names().all(|name| self.contains(name))
    }

    /// These and those, each once.
    #[must_use]
    pub fn union(&self, other: &Scope) -> Scope {
        Self::from_names(self.0.iter().chain(&other.0).cloned())
    }

    /// These without those.
    #[must_use]
    pub fn without(&self, other: &Scope) -> Scope {
        Self::from_names(self.0.iter().filter(|name| !other.contains(name)).cloned())
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Whether the server itself relies on the scope of this name, so that it cannot be deleted.
pub fn is_built_in(name: &str) -> bool {
    BUILT_IN.contains(&name)
}

/// Whether `name` is a scope-token of RFC 6749 section 3.3.
pub fn valid_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|b| matches!(b, 0x21 | 0x23..=0x5b | 0x5d..=0x7e))
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join(" "))
    }
}

/// A scope that an admin has made and described.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScopeEntry {
    /// The name that clients ask for.
    pub name: String,
    /// What it lets an app do, in words for the consent page.
    pub description: String,
    /// Whether a client that asks for no scope gets this one.
    pub is_default: bool,
    /// Whether a person may untick it on the consent page.
    pub optional: bool,
    /// Whether the consent page marks it as sensitive.
    pub sensitive: bool,
}
