//! Passwords: which are accepted, and bcrypt.

use bcrypt::{BcryptError, Version};

use super::random::Random;

/// The least and the most bytes of a password: bcrypt reads no more than 72.
pub const LENGTH: std::ops::RangeInclusive<usize> = 8..=72;

/// Why a password is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// Fewer than 8 bytes.
    #[error("The password must be at least 8 characters.")]
    TooShort,
    /// More than 72 bytes: bcrypt would cut it silently.
    #[error("The password may not be longer than 72 bytes.")]
    TooLong,
    /// A NUL byte, at which other bcrypt implementations stop reading.
    #[error("The password may not contain a null character.")]
    Nul,
}

/// Checks a new password.
///
/// # Errors
/// [`PasswordError`].
pub fn check(password: &str) -> Result<(), PasswordError> {
    if password.len() < *LENGTH.start() {
        Err(PasswordError::TooShort)
    } else if password.len() > *LENGTH.end() {
        Err(PasswordError::TooLong)
    } else if password.contains('\0') {
        Err(PasswordError::Nul)
    } else {
        Ok(())
    }
}

/// Hashes a password with bcrypt (`$2b$`); takes 2^cost rounds, so never call it while holding a connection.
///
/// # Errors
/// When `cost` is out of bcrypt's range, 4 to 31.
pub fn hash(password: &str, cost: u32, random: &dyn Random) -> Result<String, BcryptError> {
    let parts = bcrypt::hash_with_salt(password, cost, random.bytes::<16>())?;
    Ok(parts.format_for_version(Version::TwoB))
}

/// Whether `password` is the one that `stored` (`$2a$`, `$2b$` or `$2y$`) was made from.
/// Anything that no accepted password could be is compared all the same, so that it takes the same time.
pub fn verify(password: &str, stored: &str) -> bool {
    let fits = password.len() <= *LENGTH.end() && !password.contains('\0');
    let compared = if fits { password } else { "" };
    bcrypt::verify(compared, stored).unwrap_or(false) && fits
}

/// The hash of a password under a salt that the caller makes from something else, so that it is the same each time; none
/// for what no password could be, after the same time.
pub fn hash_again(password: &str, cost: u32, salt: [u8; 16]) -> Option<String> {
    let fits = password.len() <= *LENGTH.end() && !password.contains('\0');
    let hashed = bcrypt::hash_with_salt(if fits { password } else { "" }, cost, salt).ok()?;
    fits.then(|| hashed.to_string())
}

fn cost_of(stored: &str) -> Option<u32> {
    stored.split('$').nth(2).and_then(|text| text.parse().ok())
}

/// Whether a hash was made with another cost than `cost` and should be made again at the next sign-in.
pub fn needs_rehash(stored: &str, cost: u32) -> bool {
    cost_of(stored) != Some(cost)
}

/// Takes the time that comparing with `stored` fell short of comparing with a hash of `cost`: a cheap hash,
/// brought along from elsewhere, would tell by its quick refusal that there is such a person.
pub fn spend_rest(stored: &str, cost: u32) {
    for cost in rest(stored, cost) {
        verify("", &dummy(cost));
    }
}

/// The costs that together with the one of `stored` make `cost`, each being twice the one before. What is no
/// bcrypt was refused at once.
fn rest(stored: &str, cost: u32) -> std::ops::Range<u32> {
    match cost_of(stored) {
        Some(own) => own..cost,
        None => cost..cost + 1,
    }
}

/// A hash that no password was made from, at `cost`: comparing with it takes as long as with a real one.
pub fn dummy(cost: u32) -> String {
    format!("$2b${cost:02}$......................................................").chars().take(60).collect()
}

#[cfg(test)]
mod tests {
    use super::{cost_of, dummy, rest};

    #[test]
    fn a_cheap_hash_takes_as_long_as_a_dear_one() {
        let work = |stored: &str| {
            let own = cost_of(stored).map_or(0, |cost| 1_u64 << cost);
            own + rest(stored, 12).map(|cost| 1_u64 << cost).sum::<u64>()
        };
        for stored in
            [&dummy(4), &dummy(10), &dummy(11), &dummy(12), "$argon2id$v=19$m=65536,t=4,p=1$c2FsdA$aGFzaA", ""]
        {
            assert_eq!(work(stored), 1 << 12, "{stored}");
        }
        assert!(rest(&dummy(14), 12).is_empty());
    }
}
