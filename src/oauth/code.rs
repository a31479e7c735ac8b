//! Authorization codes: the grant's identifier and a secret, in one string.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::core::ids::GrantId;
use crate::core::random::Random;
use crate::core::secret::Plain;

const PREFIX: &str = "gra_ac_";

/// A new code of a grant: 256 random bits behind the identifier.
pub fn generate(grant: &GrantId, random: &dyn Random) -> Plain {
    Plain::new(format!("{PREFIX}{grant}{}", random.text::<32>()))
}

/// The grant that a code names; none when it is no code of this server.
pub fn grant_of(code: &str) -> Option<GrantId> {
    let (id, secret) = code.strip_prefix(PREFIX)?.split_at_checked(22)?;
    let whole = secret.len() == 43 && URL_SAFE_NO_PAD.decode(secret).is_ok();
    whole.then(|| GrantId::from(id))
}
