//! Keeps what runs from right to left from turning the sentence around it.

use std::borrow::Cow;

const FIRST_STRONG_ISOLATE: char = '\u{2068}';
const POP_ISOLATE: char = '\u{2069}';

/// The text between marks that isolate it, if it holds anything that acts on the direction of what stands around it
/// (Unicode UAX #9). Marks of its own that could reach beyond its end are left out.
pub fn isolated(text: &str) -> Cow<'_, str> {
    if !text.chars().any(|letter| right_to_left(letter) || control(letter)) {
        return Cow::Borrowed(text);
    }
    let inner: String = text.chars().filter(|letter| !control(*letter)).collect();
    Cow::Owned(format!("{FIRST_STRONG_ISOLATE}{inner}{POP_ISOLATE}"))
}

/// Embeddings, overrides and isolates.
fn control(letter: char) -> bool {
    matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Whether a letter cannot be seen and changes how what stands around it looks: no name holds one.
pub fn deceives(letter: char) -> bool {
    letter.is_control()
        || control(letter)
        || matches!(letter, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}' | '\u{2029}')
        || matches!(letter, '\u{2060}'..='\u{2064}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

fn right_to_left(letter: char) -> bool {
    matches!(
        letter,
        '\u{590}'..='\u{8ff}'
            | '\u{200e}' | '\u{200f}'
            | '\u{fb1d}'..='\u{fdff}'
            | '\u{fe70}'..='\u{feff}'
            | '\u{10800}'..='\u{10fff}'
            | '\u{1e800}'..='\u{1efff}'
    )
}

#[cfg(test)]
mod tests {
    use super::isolated;

    #[test]
    fn only_what_needs_it_is_isolated() {
        for plain in ["", "Ada Lovelace", "Zoë – “x” 🙂", "Ελλάδα", "日本", "1,000"] {
            assert_eq!(isolated(plain), plain);
        }
        assert_eq!(isolated("עדה"), "\u{2068}עדה\u{2069}");
        assert_eq!(isolated("a\u{202e}b"), "\u{2068}ab\u{2069}", "an override ends with its argument");
        assert_eq!(isolated("a\u{2069}b\u{200f}"), "\u{2068}ab\u{200f}\u{2069}", "no isolate is closed early");
    }
}
