//! Access tokens as they come back to the server's own API (RFC 6750).

use std::sync::Arc;

use super::access_token::locate;
use super::tokens;
use crate::account::session;
use crate::app::{self, App, FIRST_PARTY_CLIENT};
use crate::core::client::SubjectType;
use crate::core::grant::AccessToken;
use crate::core::secret::Plain;
use crate::core::user::{Status, User};
use crate::store;
use crate::store::access_tokens::{self, SignIn};

/// The longest token that is looked at, in bytes.
pub const MAX_TOKEN: usize = 4096;

/// A person who calls with a token.
#[derive(Debug, Clone)]
pub struct Caller {
    /// The person.
    pub user: User,
    /// The token.
    pub token: AccessToken,
    /// Whether it came from a sign-in to the server's own API, so that it may manage clients and tokens.
    pub first_party: bool,
    /// The sign-in that the token came of.
    pub sign_in: SignIn,
    /// How the token's client knows the person, if that is by a pairwise identifier: it learns no other.
    pub pairwise: Option<String>,
}

/// An `Authorization` header that is none of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Malformed;

/// The token of an `Authorization: Bearer` header (RFC 6750 section 2.1); none when there is no such header.
pub fn from_header(header: Option<&str>) -> Option<Result<Plain, Malformed>> {
    let (scheme, token) = header?.trim().split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("bearer") {
        return None;
    }
    let token = token.trim();
    let fits = |b: u8| b.is_ascii_alphanumeric() || b"-._~+/=".contains(&b);
    let valid = !token.is_empty() && token.len() <= MAX_TOKEN && token.bytes().all(fits);
    Some(if valid { Ok(Plain::new(token)) } else { Err(Malformed) })
}

/// Who calls with a token: one statement, and one more each minute, which notes the use. None when the token does
/// not work, whatever the reason.
///
/// # Errors
/// As the database says.
pub fn authenticate(app: &Arc<App>, token: &Plain) -> store::Result<Option<Caller>> {
    let Some(id) = locate(token.expose()) else { return Ok(None) };
    let now = app.now();
    let found = app.read(|cx| access_tokens::standing_with_user(cx.conn, &id))?;
    let Some((standing, user, sign_in)) = found else { return Ok(None) };
    let proven = standing.token.hash.matches(&app.secrets.hash(token.expose()));
    if !proven || !standing.is_live(now) || user.status != Status::Active {
        return Ok(None);
    }
    if let Some((session, last_seen_at)) = &sign_in.session {
        session::keep_alive(app, session, *last_seen_at)?;
    }
    tokens::note_use(app, &standing);
    let first_party = standing.token.client_id.as_str() == FIRST_PARTY_CLIENT;
    let client = if first_party { None } else { app.client(standing.token.client_id.as_str())? };
    let pairwise = client.filter(|client| client.metadata.openid.subject_type == SubjectType::Pairwise);
    let pairwise = pairwise.map(|client| app::subject(app, &client, user.id));
    Ok(Some(Caller { user, token: standing.token, first_party, sign_in, pairwise }))
}
