//! How mails put things that come from elsewhere: nobody may have this server deliver a text or a link of their own.

use std::net::IpAddr;

use crate::core::text::{Language, Said};

/// A subject is one line whatever the product is called: a line break would start another header.
pub(super) fn one_line(text: &str) -> String {
    text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect()
}

/// Greets by name where the name is fit for it. Anyone may register somebody else's address under a name such as
/// “You won, see www.evil.example”, and this server must not deliver that.
pub(super) fn greeting(language: Language, name: &str) -> String {
    match tame(name) {
        Some(name) => Said::new("mail-hello-name").with("name", name).text(language),
        None => Said::new("mail-hello").text(language),
    }
}

/// What a browser or a platform says it is, if it is fit to be repeated.
pub(super) fn called(language: Language, name: &str) -> String {
    tame(name).map_or_else(|| Said::new("mail-unknown").text(language), str::to_owned)
}

/// An IP address, and nothing else.
pub(super) fn address(language: Language, text: &str) -> String {
    let address = text.parse::<IpAddr>().map(|address| address.to_string());
    address.unwrap_or_else(|_| Said::new("mail-unknown").text(language))
}

/// A short text that no mail reader takes for a link.
fn tame(text: &str) -> Option<&str> {
    const LONGEST: usize = 60;
    let text = text.trim();
    let fits = !text.is_empty() && text.chars().count() <= LONGEST;
    let plain = !text.chars().any(|letter| letter.is_control() || "/:@<>[]()".contains(letter));
    let dotted = text.split_whitespace().any(|word| word.trim_end_matches('.').contains('.'));
    (fits && plain && !dotted).then_some(text)
}

/// How long something works, in the largest unit that fits, as it stands after “within”.
pub(super) fn lifetime(language: Language, minutes: u32) -> String {
    let said = match minutes {
        days if days > 1440 && days.is_multiple_of(1440) => Said::new("mail-days").with("count", days / 1440),
        hours if hours > 60 && hours.is_multiple_of(60) => Said::new("mail-hours").with("count", hours / 60),
        minutes => Said::new("mail-minutes").with("count", minutes),
    };
    said.text(language)
}

/// An address of which only its owner knows the rest: `a***@example.com`.
pub(super) fn masked(email: &str) -> String {
    match email.rsplit_once('@') {
        Some((local, domain)) => format!("{}***@{domain}", local.chars().take(1).collect::<String>()),
        None => "***".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_looks_like_a_link_is_left_out() {
        assert_eq!(greeting(Language::English, "Ada Lovelace"), "Hello Ada Lovelace,");
        assert_eq!(greeting(Language::English, "Martin Luther King Jr."), "Hello Martin Luther King Jr.,");
        for name in ["", "You won: https://evil.example", "see evil.example now", "Ada\r\nBcc: x", "a@b"] {
            assert_eq!(greeting(Language::English, name), "Hello,", "{name:?}");
        }
        assert_eq!(called(Language::English, "Firefox"), "Firefox");
        assert_eq!(called(Language::English, "see evil.example"), "unknown");
        assert_eq!(address(Language::English, "2001:db8::1"), "2001:db8::1");
        assert_eq!(address(Language::English, "evil.example"), "unknown");
    }

    #[test]
    fn lifetimes_are_in_units_that_people_use() {
        for (minutes, text) in [
            (1, "1 minute"),
            (10, "10 minutes"),
            (60, "60 minutes"),
            (90, "90 minutes"),
            (120, "2 hours"),
            (1440, "24 hours"),
            (2880, "2 days"),
            (10080, "7 days"),
        ] {
            assert_eq!(lifetime(Language::English, minutes), text);
        }
    }

    #[test]
    fn an_address_is_masked() {
        assert_eq!(masked("ada@example.com"), "a***@example.com");
        assert_eq!(masked("é@x@example.com"), "é***@example.com");
        assert_eq!(masked("nonsense"), "***");
    }
}
