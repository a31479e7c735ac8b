//! Whole numbers as each language writes them.

use fluent_bundle::FluentValue;

use super::Language;

/// How a language writes a value; `M` is Fluent's own store, which is not needed.
pub fn formatter<M>(language: Language) -> fn(&FluentValue<'_>, &M) -> Option<String> {
    match language {
        Language::German => |value, _| whole(value, '.'),
        // A narrow space that does not break.
        Language::French => |value, _| whole(value, '\u{202f}'),
        _ => |value, _| whole(value, ','),
    }
}

/// A whole number with its thousands apart; nothing for anything else.
fn whole(value: &FluentValue<'_>, separator: char) -> Option<String> {
    let FluentValue::Number(number) = value else { return None };
    let text = number.as_string();
    let digits = text.strip_prefix('-').unwrap_or(&text);
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let mut written = String::from(if digits.len() < text.len() { "-" } else { "" });
    for (at, digit) in digits.char_indices() {
        if at > 0 && (digits.len() - at) % 3 == 0 {
            written.push(separator);
        }
        written.push(digit);
    }
    Some(written)
}
