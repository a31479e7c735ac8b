//! Refresh tokens: a chain of secrets for each grant, of which the last one works.
//!
//! A token holds its grant, its place in the chain, a secret, and a tag under the server's key. The
//! next secret follows from the last one under another key of the server: whoever presents the same token
//! twice gets the same successor, and nothing of it is kept in the clear (CONTRACT section 6). The tag tells
//! a token that was used before from one that never was, so that guessing ends nobody's family.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::core::ids::GrantId;
use crate::core::random::Random;
use crate::core::secret::{Hashed, Plain, Secrets};

const PREFIX: &str = "gra_rt_";
const PURPOSE: &str = "refresh token";
/// The generation, the secret and the tag.
const BODY: usize = 4 + 32 + 16;

/// A genuine refresh token of this server; whether it still works is the database's to say.
#[derive(Clone, PartialEq, Eq)]
pub struct RefreshToken {
    grant: GrantId,
    generation: u32,
    secret: [u8; 32],
}

impl std::fmt::Debug for RefreshToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "RefreshToken({}, {})", self.grant, self.generation)
    }
}

impl RefreshToken {
    /// The first of a grant.
    pub fn first(grant: &GrantId, random: &dyn Random) -> Self {
        Self { grant: grant.clone(), generation: 0, secret: random.bytes() }
    }

    /// The one that follows: the same each time.
    #[must_use]
    pub fn successor(&self, secrets: &Secrets) -> Self {
        let generation = self.generation.saturating_add(1);
        let parts: [&[u8]; 3] = [self.grant.as_str().as_bytes(), &generation.to_be_bytes(), &self.secret];
        Self { grant: self.grant.clone(), generation, secret: secrets.successor(PURPOSE, &parts) }
    }

    /// Reads a presented token; none when this server never made it.
    pub fn parse(text: &str, secrets: &Secrets) -> Option<Self> {
        let (grant, body) = text.strip_prefix(PREFIX)?.split_at_checked(22)?;
        let body = URL_SAFE_NO_PAD.decode(body).ok().filter(|body| body.len() == BODY)?;
        let (generation, rest) = body.split_first_chunk::<4>()?;
        let (secret, tag) = rest.split_first_chunk::<32>()?;
        let proven = secrets.proves(PURPOSE, &[grant.as_bytes(), generation, secret], tag);
        proven.then(|| Self {
            grant: GrantId::from(grant),
            generation: u32::from_be_bytes(*generation),
            secret: *secret,
        })
    }

    /// The token as it is handed out.
    pub fn expose(&self, secrets: &Secrets) -> Plain {
        let generation = self.generation.to_be_bytes();
        let tag = secrets.mac(PURPOSE, &[self.grant.as_str().as_bytes(), &generation, &self.secret]);
        let mut body = Vec::with_capacity(BODY);
        body.extend_from_slice(&generation);
        body.extend_from_slice(&self.secret);
        body.extend(tag.iter().take(16));
        Plain::new(format!("{PREFIX}{}{}", self.grant, URL_SAFE_NO_PAD.encode(body)))
    }

    /// The hash under which it is kept.
    pub fn hash(&self, secrets: &Secrets) -> Hashed {
        secrets.hash_bytes(&self.secret)
    }

    /// Its grant.
    pub fn grant(&self) -> &GrantId {
        &self.grant
    }

    /// Its place in the chain.
    pub fn generation(&self) -> i64 {
        i64::from(self.generation)
    }
}
