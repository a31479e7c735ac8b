//! The pages of an account, and what they share.

mod data;
mod overview;
mod profile;
mod security;
mod sessions;

pub use data::AccountData;
pub use overview::AccountOverview;
pub use profile::{AccountProfile, ProfileFields};
pub use security::AccountSecurity;
pub use sessions::{AccountSessions, SessionLine};

/// A page of an account, in the order of the navigation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Section {
    /// Who is signed in, and how the account stands.
    Overview,
    /// What a person says of themselves.
    Profile,
    /// What they sign in with.
    Security,
    /// The second factor.
    SecondFactor,
    /// Passkeys.
    Passkeys,
    /// Where they are signed in.
    Sessions,
    /// Apps that they let in.
    Connections,
    /// Personal access tokens.
    Tokens,
    /// Their own applications.
    Clients,
    /// Export and deletion.
    Data,
}

impl Section {
    /// Every one.
    pub const ALL: [Self; 10] = [
        Self::Overview,
        Self::Profile,
        Self::Security,
        Self::SecondFactor,
        Self::Passkeys,
        Self::Sessions,
        Self::Connections,
        Self::Tokens,
        Self::Clients,
        Self::Data,
    ];

    /// Where it is.
    pub fn path(self) -> &'static str {
        match self {
            Self::Overview => "/account",
            Self::Profile => "/account/profile",
            Self::Security => "/account/security",
            Self::SecondFactor => "/account/second-factor",
            Self::Passkeys => "/account/passkeys",
            Self::Sessions => "/account/sessions",
            Self::Connections => "/account/connections",
            Self::Tokens => "/account/tokens",
            Self::Clients => "/account/clients",
            Self::Data => "/account/data",
        }
    }

    /// The message that names it.
    pub fn title(self) -> &'static str {
        match self {
            Self::Overview => "account-nav-overview",
            Self::Profile => "account-nav-profile",
            Self::Security => "account-nav-security",
            Self::SecondFactor => "account-nav-second-factor",
            Self::Passkeys => "account-nav-passkeys",
            Self::Sessions => "account-nav-sessions",
            Self::Connections => "account-nav-connections",
            Self::Tokens => "account-nav-tokens",
            Self::Clients => "account-nav-clients",
            Self::Data => "account-nav-data",
        }
    }
}

/// The way to the other pages of an account.
#[derive(Debug, Clone, Copy)]
pub struct Nav {
    /// The page that is shown.
    pub current: Section,
    /// Whether the administration is open to the person.
    pub admin: bool,
}

impl Nav {
    /// Realistic data: somebody who also has powers over the server.
    pub fn sample(current: Section) -> Self {
        Self { current, admin: true }
    }

    /// The pages.
    pub fn sections(&self) -> &'static [Section] {
        &Section::ALL
    }
}
