//! Telephone numbers.

/// The longest text that is looked at, in bytes: 15 digits (E.164 section 6) and what stands between them.
const LONGEST: usize = 32;

/// A number as it is kept: E.164 (`+` and at most 15 digits) when it names its country, or 10 digits, as Passport's
/// clients send it. None when it can be no telephone number.
pub fn parse(text: &str) -> Option<String> {
    let text = text.trim();
    if text.len() == 10 && text.bytes().all(|b| b.is_ascii_digit()) {
        return Some(text.to_owned());
    }
    international(text)
}

/// A number with its calling code, such as `+381641234567`; blanks and `-.()/` may stand between the digits.
pub fn international(text: &str) -> Option<String> {
    let digits = text.trim().strip_prefix('+')?;
    if digits.len() > LONGEST || !digits.bytes().all(|b| b.is_ascii_digit() || b" -.()/".contains(&b)) {
        return None;
    }
    let number = phonenumber::parse(None, format!("+{digits}")).ok()?;
    let plain = number.is_valid() && number.extension().is_none();
    plain.then(|| number.format().mode(phonenumber::Mode::E164).to_string())
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn numbers_are_kept_in_one_form() {
        for (text, kept) in [
            ("+381641234567", Some("+381641234567")),
            (" +381 64 123-45.67 ", Some("+381641234567")),
            ("+1 (415) 555-2671", Some("+14155552671")),
            ("0641234567", Some("0641234567")),
            ("064123456", None),
            ("00381641234567", None),
            ("+381", None),
            ("+", None),
            ("", None),
            ("+999123456789", None),
            ("+14155552671;ext=5", None),
            ("+14155552671 x5", None),
            ("tel:+14155552671", None),
            ("٠٦٤١٢٣٤٥٦٧", None),
            ("+١٤١٥٥٥٥٢٦٧١", None),
            ("064123456\n", None),
        ] {
            assert_eq!(parse(text).as_deref(), kept, "{text:?}");
        }
        assert_eq!(parse(&format!("+{}", "1".repeat(100_000))), None);
    }
}
