//! The languages that the texts are in.

use unic_langid::LanguageIdentifier;

/// A language that the texts are in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Language {
    /// English, which the others fall back to.
    #[default]
    English,
    /// German.
    German,
    /// French.
    French,
    /// English in brackets, to find what is in no message.
    #[cfg(test)]
    Brackets,
}

impl Language {
    /// All of them, English first.
    pub const ALL: [Self; 3] = [Self::English, Self::German, Self::French];

    /// Its language tag (BCP 47).
    pub fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
            Self::French => "fr",
            #[cfg(test)]
            Self::Brackets => "en-x-brackets",
        }
    }

    /// Its own name for itself.
    pub fn name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::German => "Deutsch",
            Self::French => "Français",
            #[cfg(test)]
            Self::Brackets => "⟦English⟧",
        }
    }

    /// The language of a tag, by its first subtag: `de-AT` is German (RFC 4647 section 3.4).
    pub fn from_tag(tag: &str) -> Option<Self> {
        let primary = tag.trim().split(['-', '_']).next()?;
        Self::ALL.into_iter().find(|language| language.tag().eq_ignore_ascii_case(primary))
    }

    /// How Fluent knows it.
    pub(super) fn identifier(self) -> LanguageIdentifier {
        self.tag().parse().unwrap_or_default()
    }
}

impl std::fmt::Display for Language {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.tag())
    }
}
