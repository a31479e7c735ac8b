//! Telephone numbers that codes may be sent to.

use phonenumber::metadata::DATABASE;
use phonenumber::{Mode, PhoneNumber, Type};

use crate::account::Invalid;

/// Reads a number given as calling code and the rest, and answers it as E.164. What is wrong is noted in `invalid`.
/// Numbers that are dear to call are refused: somebody else pays for the message.
pub(super) fn read(invalid: &mut Invalid, country_code: &str, rest: &str) -> Option<String> {
    let code = country_code.trim().trim_start_matches('+');
    let code = code.parse::<u16>().ok().filter(|code| (1..=999).contains(code) && country_code.trim().len() <= 4);
    if code.is_none() {
        invalid.add("country_code", ("The country code must be a calling code such as 381.", "field-calling-code"));
    }
    let digits: String = rest.chars().filter(|c| !c.is_whitespace() && !"-()/.".contains(*c)).take(16).collect();
    if !(4..=14).contains(&digits.len()) || !digits.bytes().all(|b| b.is_ascii_digit()) {
        invalid.add(
            "phone_number",
            ("The phone number must be a number without its country code.", "field-national-number"),
        );
        return None;
    }
    let number = phonenumber::parse(None, format!("+{}{digits}", code?)).ok().filter(PhoneNumber::is_valid);
    let Some(number) = number else {
        invalid.add("phone_number", ("The phone number is not valid in this country.", "field-number-country"));
        return None;
    };
    let takes_messages = [Type::Mobile, Type::FixedLineOrMobile, Type::PersonalNumber, Type::Voip];
    if !takes_messages.contains(&number.number_type(&DATABASE)) {
        invalid
            .add("phone_number", ("The phone number must be one that takes text messages.", "field-number-messages"));
        return None;
    }
    Some(number.format().mode(Mode::E164).to_string())
}

/// The calling code and the rest of a number that was read before.
pub(super) fn parts(e164: &str) -> Option<(u16, String)> {
    let number = phonenumber::parse(None, e164).ok()?;
    Some((number.code().value(), number.national().to_string()))
}

/// A number that its owner knows again and nobody else can call: its last two digits.
pub(super) fn masked(e164: &str) -> String {
    let end = e164.len().saturating_sub(2);
    format!("••• {}", e164.get(end..).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn e164(code: &str, rest: &str) -> Option<String> {
        read(&mut Invalid::default(), code, rest)
    }

    #[test]
    fn a_number_is_read_with_and_without_its_national_prefix() {
        for rest in ["641234567", "64 123-45-67", "(064) 1234567", "0641234567"] {
            assert_eq!(e164("381", rest).as_deref(), Some("+381641234567"), "{rest}");
            assert_eq!(e164("+381", rest).as_deref(), Some("+381641234567"), "{rest}");
        }
        assert_eq!(parts("+381641234567"), Some((381, "641234567".to_owned())));
        assert_eq!(masked("+381641234567"), "••• 67");
    }

    #[test]
    fn what_takes_no_message_or_is_dear_is_refused() {
        for (code, rest) in [
            ("381", "112345678"), // a fixed line in Belgrade
            ("381", "900123456"), // premium rate
            ("44", "9098790123"), // premium rate
            ("1", "8002345678"),  // toll free
            ("381", "1"),
            ("381", "64123456712345678"),
            ("381", "+38164123456"),
            ("381", "٦٤١٢٣٤٥٦٧"),
            ("999", "641234567"),
            ("0", "641234567"),
            ("", "641234567"),
            ("38164", "1234567"),
            ("381", ""),
        ] {
            let mut invalid = Invalid::default();
            assert_eq!(read(&mut invalid, code, rest), None, "{code} {rest}");
            assert!(invalid.check().is_err(), "{code} {rest}");
        }
    }
}
