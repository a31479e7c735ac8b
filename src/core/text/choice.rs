//! Which of the languages somebody reads best, from what they or their browser say.

use super::Language;

/// No more than this of a list is looked at.
const LONGEST: usize = 1024;
const MOST: usize = 32;

impl Language {
    /// The first language of a list of tags with blanks between them that the texts are in (`ui_locales`, OpenID
    /// Connect Core section 3.1.2.1).
    pub fn first_of(tags: &str) -> Option<Self> {
        if tags.len() > LONGEST {
            return None;
        }
        tags.split_ascii_whitespace().take(MOST).find_map(Self::from_tag)
    }

    /// The language that an `Accept-Language` header prefers among those that the texts are in (RFC 9110 section
    /// 12.5.4); of two that are equal, the first. `*` is content with anything, so it chooses nothing.
    pub fn accepted(header: &str) -> Option<Self> {
        if header.len() > LONGEST {
            return None;
        }
        let mut best: Option<(u16, Self)> = None;
        for item in header.split(',').take(MOST) {
            let (range, weight) = item.split_once(';').unwrap_or((item, "q=1"));
            let Some((language, weight)) = Self::from_tag(range).zip(quality(weight)) else { continue };
            if weight > best.map_or(0, |(most, _)| most) {
                best = Some((weight, language));
            }
        }
        best.map(|(_, language)| language)
    }
}

/// A weight in thousandths; none for what is no weight (RFC 9110 section 12.4.2).
fn quality(text: &str) -> Option<u16> {
    let text = text.trim();
    let value = text.strip_prefix("q=").or_else(|| text.strip_prefix("Q="))?;
    let (whole, fraction) = value.split_once('.').unwrap_or((value, ""));
    let digits = fraction.bytes().all(|byte| byte.is_ascii_digit());
    if !matches!(whole, "0" | "1") || fraction.len() > 3 || !digits {
        return None;
    }
    let thousandths = format!("{whole}{fraction:0<3}").parse().ok()?;
    (thousandths <= 1000).then_some(thousandths)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ui_locales_name_the_preferred_first() {
        for (tags, language) in
            [("fr-CA fr en", Some(Language::French)), ("sr  de", Some(Language::German)), ("sr", None), ("", None)]
        {
            assert_eq!(Language::first_of(tags), language, "{tags:?}");
        }
        assert_eq!(Language::first_of(&format!("de {}", "x ".repeat(600))), None, "too long to be meant");
        assert_eq!(Language::first_of(&format!("{}de", "x ".repeat(MOST))), None, "too many");
    }

    #[test]
    fn accept_language_goes_by_weight() {
        for (header, language) in [
            ("de", Some(Language::German)),
            ("sr-RS, de-AT;q=0.7, fr;q=0.8, en;q=0.1", Some(Language::French)),
            ("de;q=0.5, fr;q=0.5", Some(Language::German)),
            ("fr;q=0, en;q=0.001", Some(Language::English)),
            ("fr;q=0", None),
            ("*", None),
            ("*;q=0.1, de ; q=0.2", Some(Language::German)),
            ("fr;q=1.001, de;q=0.9", Some(Language::German)),
            ("fr;q=, de;q=x, en;q=-1", None),
            ("", None),
            (",,;;q=1,", None),
        ] {
            assert_eq!(Language::accepted(header), language, "{header:?}");
        }
        assert_eq!(Language::accepted(&format!("{}de", " ".repeat(LONGEST))), None);
    }
}
