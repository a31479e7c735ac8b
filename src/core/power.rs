//! What somebody may do in the administration of this server. Roles hold powers as permissions, beside those of the
//! applications behind the server.

/// A power. Who has the power to change something has the power to see it only if the role says so too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Power {
    /// See people: their data, sessions, connected apps.
    ReadUsers,
    /// Change, disable and delete people, end their sessions, reset their second factor.
    WriteUsers,
    /// See clients and their settings.
    ReadClients,
    /// Make, change, verify, disable and delete clients, and make secrets for them.
    WriteClients,
    /// See scopes.
    ReadScopes,
    /// Make, change and delete scopes.
    WriteScopes,
    /// See roles and what they allow.
    ReadRoles,
    /// Make, change, delete and give roles. Nobody gives what they do not have themselves.
    WriteRoles,
    /// See the signing keys' state.
    ReadKeys,
    /// Rotate the signing keys.
    WriteKeys,
    /// Read and export the audit log.
    ReadAudit,
    /// See why requests failed.
    ReadFailures,
    /// See which messages were sent, without what opens an account.
    ReadOutbox,
    /// See the settings in force.
    ReadSettings,
    /// See figures of use.
    ReadStatistics,
}

/// What every power's name begins with: no application's permission does.
pub const PREFIX: &str = "grantor:";

impl Power {
    /// Every power.
    pub const ALL: [Self; 15] = [
        Self::ReadUsers,
        Self::WriteUsers,
        Self::ReadClients,
        Self::WriteClients,
        Self::ReadScopes,
        Self::WriteScopes,
        Self::ReadRoles,
        Self::WriteRoles,
        Self::ReadKeys,
        Self::WriteKeys,
        Self::ReadAudit,
        Self::ReadFailures,
        Self::ReadOutbox,
        Self::ReadSettings,
        Self::ReadStatistics,
    ];

    /// What only shows and changes nothing.
    pub fn reads() -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(|power| power.as_str().ends_with(".read"))
    }

    /// The permission that gives it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ReadUsers => "grantor:users.read",
            Self::WriteUsers => "grantor:users.write",
            Self::ReadClients => "grantor:clients.read",
            Self::WriteClients => "grantor:clients.write",
            Self::ReadScopes => "grantor:scopes.read",
            Self::WriteScopes => "grantor:scopes.write",
            Self::ReadRoles => "grantor:roles.read",
            Self::WriteRoles => "grantor:roles.write",
            Self::ReadKeys => "grantor:keys.read",
            Self::WriteKeys => "grantor:keys.write",
            Self::ReadAudit => "grantor:audit.read",
            Self::ReadFailures => "grantor:failures.read",
            Self::ReadOutbox => "grantor:outbox.read",
            Self::ReadSettings => "grantor:settings.read",
            Self::ReadStatistics => "grantor:statistics.read",
        }
    }

    /// The power of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|power| power.as_str() == name)
    }
}
