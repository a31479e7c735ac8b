//! The audit log in words, for people.

use super::{Act, ObjectKind};
use crate::core::text::{self, Language};

/// What was done, in plain words. A name that this version does not know is told as it is.
pub fn act(name: &str, language: Language) -> String {
    words("act", name, Act::parse(name).is_some(), language)
}

/// What kind of thing it was done to, in plain words.
pub fn kind(name: &str, language: Language) -> String {
    words("kind", name, ObjectKind::parse(name).is_some(), language)
}

/// The message of a name: `audit-act-sign-in-refused`.
fn words(part: &str, name: &str, is_known: bool, language: Language) -> String {
    if !is_known {
        return name.to_owned();
    }
    text::say(language, &format!("audit-{part}-{}", name.replace(['.', '_'], "-")), &[])
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_act_and_every_kind_has_words_of_its_own_in_every_language() {
        for language in Language::ALL {
            let acts: BTreeSet<String> = Act::ALL.iter().map(|one| act(one.as_str(), language)).collect();
            let kinds: BTreeSet<String> = ObjectKind::ALL.iter().map(|one| kind(one.as_str(), language)).collect();
            assert_eq!((acts.len(), kinds.len()), (Act::ALL.len(), ObjectKind::ALL.len()), "{language}");
            for text in acts.iter().chain(&kinds) {
                assert!(!text.starts_with("audit-") && text.chars().count() > 2, "{language}: {text}");
            }
        }
        assert_eq!(act("sign_in.refused", Language::English), "Sign-in refused");
        assert_eq!(act("of.a_later_version", Language::German), "of.a_later_version");
    }
}
