//! Passwords: which are accepted, and bcrypt.

mod paced;

use base64::Engine as _;
use base64::alphabet::BCRYPT;
use base64::engine::GeneralPurpose;
use base64::engine::general_purpose::NO_PAD;
use bcrypt::{HashParts, Version};
use subtle::ConstantTimeEq as _;

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

/// The costs that bcrypt knows.
const COST: std::ops::RangeInclusive<u32> = 4..=31;
/// Where in a stored hash the part begins that comes of the password, after version, cost and salt.
const HASH_AT: usize = 29;
const ENCODING: GeneralPurpose = GeneralPurpose::new(&BCRYPT, NO_PAD);

/// A cost that bcrypt does not know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("bcrypt's cost is 4 to 31, not {0}")]
pub struct CostError(u32);

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

/// Hashes a password with bcrypt (`$2b$`); takes 2^cost rounds, so never call it while holding a connection. Calls
/// `between` after each round.
///
/// # Errors
/// [`CostError`].
pub fn hash(password: &str, cost: u32, random: &dyn Random, between: &mut dyn FnMut()) -> Result<String, CostError> {
    made(password, cost, random.bytes(), between)
}

/// Whether `password` is the one that `stored` (`$2a$`, `$2b$` or `$2y$`) was made from.
/// Anything that no accepted password could be is compared all the same, so that it takes the same time.
pub fn verify(password: &str, stored: &str, between: &mut dyn FnMut()) -> bool {
    let Ok(parts) = stored.parse::<HashParts>() else { return false };
    if !COST.contains(&parts.get_cost()) {
        return false;
    }
    let fits = fits(password);
    let compared = if fits { password } else { "" };
    let bytes = paced::bcrypt(parts.get_cost(), parts.get_salt_raw(), compared.as_bytes(), between);
    let kept = parts.format_for_version(Version::TwoB);
    let kept = kept.as_bytes().get(HASH_AT..).unwrap_or_default();
    bool::from(kept.ct_eq(ENCODING.encode(bytes).as_bytes())) && fits
}

/// The hash of a password under a salt that the caller makes from something else, so that it is the same each time; none
/// for what no password could be, after the same time.
pub fn hash_again(password: &str, cost: u32, salt: [u8; 16], between: &mut dyn FnMut()) -> Option<String> {
    let fits = fits(password);
    let hashed = made(if fits { password } else { "" }, cost, salt, between).ok()?;
    fits.then_some(hashed)
}

fn fits(password: &str) -> bool {
    password.len() <= *LENGTH.end() && !password.contains('\0')
}

fn made(password: &str, cost: u32, salt: [u8; 16], between: &mut dyn FnMut()) -> Result<String, CostError> {
    if !COST.contains(&cost) {
        return Err(CostError(cost));
    }
    let bytes = paced::bcrypt(cost, salt, password.as_bytes(), between);
    Ok(format!("$2b${cost:02}${}{}", ENCODING.encode(salt), ENCODING.encode(bytes)))
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
pub fn spend_rest(stored: &str, cost: u32, between: &mut dyn FnMut()) {
    for cost in rest(stored, cost) {
        verify("", &dummy(cost), between);
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
    use super::*;
    use crate::core::random::SystemRandom;

    #[test]
    fn hashes_are_those_of_the_bcrypt_crate_both_ways() {
        for password in ["", "a", "correct horse battery", "p\u{e4}ssw\u{f6}rd", &"x".repeat(71), &"x".repeat(72)] {
            let mut rounds = 0;
            let ours = hash(password, 5, &SystemRandom, &mut || rounds += 1).unwrap();
            assert_eq!(rounds, 1 << 5);
            assert!(bcrypt::verify(password, &ours).unwrap(), "{password}");
            let theirs = bcrypt::hash(password, 4).unwrap();
            assert!(verify(password, &theirs, &mut || {}), "{password}");
            for version in ["$2a$", "$2y$"] {
                let stored = theirs.replacen("$2b$", version, 1);
                assert!(verify(password, &stored, &mut || {}) && !verify("another", &stored, &mut || {}), "{stored}");
            }
            assert!(!verify("another", &theirs, &mut || {}));
        }
        assert_eq!(hash("a", 3, &SystemRandom, &mut || {}), Err(CostError(3)));
        for damaged in ["", "$2b$", "$2b$99$......................................................", "$1$abc"] {
            assert!(!verify("", damaged, &mut || {}), "{damaged}");
        }
    }

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
