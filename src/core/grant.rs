//! Grants: what one person let one client do, and the tokens that came of it.

use super::authentication::Authentication;
use super::ids::{ClientId, GrantId, TokenId, UserId};
use super::pkce::Challenge;
use super::scope::Scope;
use super::secret::Hashed;
use super::time::Time;

/// How a grant came about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GrantKind {
    /// Through the authorization endpoint (RFC 6749 section 4.1).
    AuthorizationCode,
    /// By a sign-in to the server's own API.
    FirstParty,
    /// A personal access token that its owner made.
    Personal,
}

impl GrantKind {
    /// The name in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AuthorizationCode => "authorization_code",
            Self::FirstParty => "first_party",
            Self::Personal => "personal",
        }
    }
}

/// The authorization code of a grant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Code {
    /// Keyed hash of the code's secret part.
    pub hash: Hashed,
    /// The `redirect_uri` to which the code was sent.
    pub redirect_uri: String,
    /// Whether the request named it, so that the token request must name it too (RFC 6749 section 4.1.3).
    pub redirect_uri_sent: bool,
    /// The PKCE challenge, unless an admin exempted the client.
    pub challenge: Option<Challenge>,
    /// When it stops working.
    pub expires_at: Time,
    /// When it was redeemed.
    pub used_at: Option<Time>,
}

/// What an authentication request left for the id_token.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OpenId {
    /// The session at the server, as relying parties know it (`sid`).
    pub sid: Option<String>,
    /// Returned as it came.
    pub nonce: Option<String>,
    /// The claims that were asked for in the id_token, separated by blanks.
    pub claims: Option<String>,
}

/// The refresh token of a grant: there is at most one that works.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refresh {
    /// Keyed hash of the one that works.
    pub hash: Hashed,
    /// How often it was rotated.
    pub generation: i64,
    /// When it was made.
    pub rotated_at: Time,
    /// When it stops working.
    pub expires_at: Time,
}

/// What one person let one client do. Its end is the end of every token of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// Identifier.
    pub id: GrantId,
    /// How it came about.
    pub kind: GrantKind,
    /// To whom.
    pub client_id: ClientId,
    /// By whom.
    pub user_id: UserId,
    /// The browser session in which it was given.
    pub session_id: Option<String>,
    /// The name its owner gave it (personal access tokens).
    pub name: Option<String>,
    /// What is allowed.
    pub scope: Scope,
    /// How and when the person proved who they are.
    pub authentication: Option<Authentication>,
    /// What the id_token of its code says besides (OpenID Connect Core section 3.1.2.1).
    pub openid: OpenId,
    /// The code that starts it.
    pub code: Option<Code>,
    /// The refresh token that keeps it going.
    pub refresh: Option<Refresh>,
    /// When it was given.
    pub created_at: Time,
    /// When it was ended before its time.
    pub ended_at: Option<Time>,
}

/// Why a grant was ended; kept for the log and for lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EndReason {
    /// Its owner, an admin or its client took it back.
    Revoked,
    /// Its owner signed out.
    SignedOut,
    /// The session that it was given in ran out.
    SessionExpired,
    /// A used code came again (RFC 6749 section 4.1.2).
    CodeReplay,
    /// A used refresh token came again (RFC 9700 section 4.14.2).
    RefreshReplay,
    /// The person's password changed.
    PasswordChanged,
    /// The account was disabled.
    UserDisabled,
    /// The account was deleted.
    UserDeleted,
    /// The client was disabled or deleted.
    ClientDisabled,
}

impl EndReason {
    /// The name in the database and in the log.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Revoked => "revoked",
            Self::SignedOut => "signed_out",
            Self::SessionExpired => "session_expired",
            Self::CodeReplay => "code_replay",
            Self::RefreshReplay => "refresh_replay",
            Self::PasswordChanged => "password_changed",
            Self::UserDisabled => "user_disabled",
            Self::UserDeleted => "user_deleted",
            Self::ClientDisabled => "client_disabled",
        }
    }
}

/// An access token as the database knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessToken {
    /// Its `jti`.
    pub id: TokenId,
    /// Keyed hash of the whole token.
    pub hash: Hashed,
    /// The grant it belongs to; none for client credentials.
    pub grant_id: Option<GrantId>,
    /// To whom it was issued.
    pub client_id: ClientId,
    /// For whom it acts; none for client credentials.
    pub user_id: Option<UserId>,
    /// What it allows.
    pub scope: Scope,
    /// When it was issued.
    pub created_at: Time,
    /// When it stops working.
    pub expires_at: Time,
    /// When it was revoked by itself.
    pub revoked_at: Option<Time>,
}
