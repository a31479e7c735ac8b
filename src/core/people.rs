//! Lists of people: which ones, in which order, from where on.

use super::ids::{RoleName, UserId};
use super::user::{Status, key};

/// Which people are asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Search {
    /// What the address, the username, the whole name or the family name begins with, or the whole identifier.
    pub text: Option<String>,
    /// Only who has this role.
    pub role: Option<RoleName>,
    /// Only whose account is so.
    pub status: Option<Status>,
    /// In which order.
    pub sort: Sort,
}

/// The longest text that is looked for: no address is longer.
pub const MAX_TEXT: usize = 254;

impl Search {
    /// What is looked for, as it is compared; none for what can be nobody's.
    pub fn key(&self) -> Option<String> {
        let text = key(self.text.as_deref()?);
        (!text.is_empty() && text.len() <= MAX_TEXT && !text.contains(char::is_control)).then_some(text)
    }
}

/// The order of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sort {
    /// Who registered last comes first.
    #[default]
    Newest,
    /// Who registered first comes first.
    Oldest,
    /// Who signed in last comes first, who never did comes last.
    LastSeen,
    /// Who has not signed in for longest comes first, who never did comes last.
    LongestUnseen,
    /// By e-mail address.
    Email,
    /// By e-mail address, from the end.
    EmailReversed,
}

impl Sort {
    /// Every order.
    pub const ALL: [Self; 6] =
        [Self::Newest, Self::Oldest, Self::LastSeen, Self::LongestUnseen, Self::Email, Self::EmailReversed];

    /// Its name; a `-` stands for descending.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Newest => "-created_at",
            Self::Oldest => "created_at",
            Self::LastSeen => "-last_login_at",
            Self::LongestUnseen => "last_login_at",
            Self::Email => "email",
            Self::EmailReversed => "-email",
        }
    }

    /// The order of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|sort| sort.as_str() == name)
    }

    /// Whether what is greater comes first.
    pub fn is_descending(self) -> bool {
        self.as_str().starts_with('-')
    }
}

/// Which part of a list is asked for: the place is a person, who is not part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// The first ones.
    Start,
    /// Those after this person.
    After(UserId),
    /// Those before this person.
    Before(UserId),
}
