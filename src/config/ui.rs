//! `[ui]`

use super::reader::Reader;
use crate::core::text::Language;

/// How pages and mails speak.
#[derive(Debug, Clone)]
pub struct Ui {
    /// The language for those who ask for none that there is.
    pub default_locale: Language,
}

impl Ui {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        let key = "ui.default_locale";
        let text = reader.text(key);
        let known = Language::ALL.into_iter().find(|language| language.tag() == text);
        if known.is_none() {
            let tags: Vec<&str> = Language::ALL.into_iter().map(Language::tag).collect();
            reader.refuse(key, &format!("one of {}", tags.join(", ")));
        }
        Self { default_locale: known.unwrap_or_default() }
    }
}
