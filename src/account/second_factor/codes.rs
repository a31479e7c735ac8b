//! The codes: six digits of an app or a text message, and recovery codes.

use totp_rs::{Builder, Totp};

use crate::core::random::Random;

/// What the server shares with the app: 160 bits, as RFC 4226 section 4 advises.
pub(super) type Secret = [u8; 20];

/// How many recovery codes a person has.
const RECOVERY_CODES: usize = 10;
/// Letters that nobody takes for others (Crockford's base 32).
const LETTERS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
/// 50 bits: not to be guessed in any number of tries that is allowed.
const RECOVERY_LENGTH: usize = 10;

/// A code that somebody typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Typed {
    /// From the app or a text message.
    Digits(String),
    /// A recovery code, in the one way that it is hashed.
    Recovery(String),
}

impl Typed {
    /// Reads a code, however it is written: with blanks, dashes, capitals. None when it cannot be one.
    pub(super) fn read(text: &str) -> Option<Self> {
        let kept: String = text.chars().filter(|c| !c.is_whitespace() && *c != '-').take(RECOVERY_LENGTH + 1).collect();
        if kept.len() == 6 && kept.bytes().all(|b| b.is_ascii_digit()) {
            return Some(Self::Digits(kept));
        }
        let likely = |c: char| match c.to_ascii_lowercase() {
            'o' => '0',
            'i' | 'l' => '1',
            other => other,
        };
        let kept: String = kept.chars().map(likely).collect();
        let fits = kept.len() == RECOVERY_LENGTH && kept.bytes().all(|b| LETTERS.contains(&b));
        fits.then_some(Self::Recovery(kept))
    }
}

/// A code for a text message.
pub(super) fn six_digits(random: &dyn Random) -> String {
    format!("{:06}", random.below(1_000_000))
}

/// New recovery codes, as they are hashed.
pub(super) fn recovery_codes(random: &dyn Random) -> Vec<String> {
    let letter = |byte: u8| LETTERS.get(usize::from(byte % 32)).copied().map_or('0', char::from);
    (0..RECOVERY_CODES).map(|_| random.bytes::<RECOVERY_LENGTH>().into_iter().map(letter).collect()).collect()
}

/// A recovery code as it is shown: `abcde-fghjk`.
pub(super) fn shown(code: &str) -> String {
    let (left, right) = code.split_at_checked(RECOVERY_LENGTH / 2).unwrap_or((code, ""));
    format!("{left}-{right}")
}

/// The step whose code this is: the present one, the one before or the one after (RFC 6238 section 5.2). Compares in
/// constant time.
pub(super) fn step_of(secret: Secret, code: &str, unix: i64) -> Option<i64> {
    let found = totp(secret).check(code, u64::try_from(unix).ok()?)?;
    i64::try_from(found).ok()
}

/// Six digits every 30 seconds by HMAC-SHA-1: what every app knows.
fn totp(secret: Secret) -> Totp {
    Builder::new().with_secret(secret).build_noncompliant()
}

/// The secret in base 32 without padding (RFC 4648 section 6), as apps take it.
pub(super) fn base32(secret: Secret) -> String {
    const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let (mut text, mut buffer, mut bits) = (String::new(), 0_u32, 0);
    for byte in secret {
        buffer = (buffer << 8) | u32::from(byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            let five = usize::try_from((buffer >> bits) & 31).unwrap_or_default();
            text.extend(ALPHABET.get(five).copied().map(char::from));
        }
        buffer &= (1 << bits) - 1;
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::random::SystemRandom;

    #[test]
    fn a_code_is_read_however_it_is_written() {
        for text in ["123456", " 123 456 ", "123-456"] {
            assert_eq!(Typed::read(text), Some(Typed::Digits("123456".to_owned())), "{text:?}");
        }
        for text in ["01abc-defgh", "OLABC DEFGH", "oiabcdefgh", " 0 1 a b c d e f g h "] {
            assert_eq!(Typed::read(text), Some(Typed::Recovery("01abcdefgh".to_owned())), "{text:?}");
        }
        for text in ["", "12345", "1234567", "١٢٣٤٥٦", "abcde-fghju", "abcdefghjkm", &"1".repeat(100_000)] {
            assert_eq!(Typed::read(text), None, "{:.20}", text);
        }
    }

    #[test]
    fn what_is_shown_is_read() {
        let codes = recovery_codes(&SystemRandom);
        assert_eq!(codes.len(), RECOVERY_CODES);
        for code in codes {
            assert_eq!(Typed::read(&shown(&code)), Some(Typed::Recovery(code)));
        }
    }

    #[test]
    fn an_app_shows_the_same_code() {
        // RFC 6238 appendix B, cut to six digits.
        let secret = *b"12345678901234567890";
        assert_eq!(base32(secret), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        for (unix, code) in [(59, "287082"), (1_111_111_109, "081804"), (20_000_000_000, "353130")] {
            let step = unix / 30;
            assert_eq!(step_of(secret, code, unix), Some(step));
            assert_eq!(step_of(secret, code, unix + 30), Some(step));
            assert_eq!(step_of(secret, code, unix - 30), Some(step));
            assert_eq!(step_of(secret, code, unix + 61), None);
            assert_eq!(step_of(secret, code, unix - 61), None);
        }
        assert_eq!(step_of(secret, "287082", -1), None);
    }
}
