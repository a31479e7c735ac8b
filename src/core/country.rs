//! Countries, as ISO 3166-1 lists them.

use phonenumber::metadata::DATABASE;
use rust_iso3166::CountryCode;

use super::text::{self, Language};

/// A country.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Country {
    /// The numeric code: 688 is Serbia.
    pub id: i64,
    /// The short name in English.
    pub name: &'static str,
    /// The code of two letters.
    pub alpha_2: &'static str,
    /// The code of three letters.
    pub alpha_3: &'static str,
    /// What its telephone numbers begin with; none for a place without any.
    pub calling_code: Option<u16>,
}

impl From<&CountryCode> for Country {
    fn from(code: &CountryCode) -> Self {
        Self {
            id: i64::from(code.numeric),
            name: code.name,
            alpha_2: code.alpha2,
            alpha_3: code.alpha3,
            calling_code: DATABASE.by_id(code.alpha2).map(|metadata| metadata.country_code()),
        }
    }
}

impl Country {
    /// Its name for people, as CLDR has it; [`Country::name`] is that of ISO 3166-1, for programs.
    pub fn called(&self, language: Language) -> String {
        let id = format!("country-{}", self.alpha_2.to_ascii_lowercase());
        let name = text::say(language, &id, &[]);
        // A country that is newer than the names is called what ISO 3166-1 calls it.
        if name == id { self.name.to_owned() } else { name }
    }
}

/// Every country with its name in a language, in the order of that language.
pub fn called(language: Language) -> Vec<(Country, String)> {
    let mut found: Vec<_> = all().into_iter().map(|country| (country, country.called(language))).collect();
    found.sort_by_cached_key(|(_, name)| letters(name));
    found
}

/// A name as English, German and French sort it: by its letters, whatever is above or below them.
fn letters(name: &str) -> String {
    let plain = |letter| match letter {
        'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' => 'a',
        'ç' => 'c',
        'è' | 'é' | 'ê' | 'ë' => 'e',
        'ì' | 'í' | 'î' | 'ï' => 'i',
        'ò' | 'ó' | 'ô' | 'õ' | 'ö' => 'o',
        'ù' | 'ú' | 'û' | 'ü' => 'u',
        other => other,
    };
    name.to_lowercase().chars().filter(|letter| !['’', '.'].contains(letter)).map(plain).collect()
}

/// Every country, by its name of ISO 3166-1.
pub fn all() -> Vec<Country> {
    let mut found: Vec<Country> = rust_iso3166::ALL.iter().map(Country::from).collect();
    found.sort_by_key(|country| country.name);
    found
}

/// The country with this numeric code.
pub fn by_id(id: i64) -> Option<Country> {
    rust_iso3166::from_numeric(u16::try_from(id).ok()?).as_ref().map(Country::from)
}

/// The country that a text names: by its English name or a code of letters, without regard to case.
pub fn named(text: &str) -> Option<Country> {
    let text = text.trim();
    let is = |code: &&CountryCode| [code.name, code.alpha2, code.alpha3].iter().any(|n| n.eq_ignore_ascii_case(text));
    rust_iso3166::ALL.iter().find(is).map(Country::from)
}

#[cfg(test)]
mod tests {
    use super::{all, by_id, called, letters, named};
    use crate::core::text::Language;

    #[test]
    fn a_country_is_found_by_each_of_its_names() {
        let serbia = by_id(688).expect("Serbia");
        assert_eq!((serbia.name, serbia.alpha_2, serbia.alpha_3), ("Serbia", "RS", "SRB"));
        assert_eq!(serbia.calling_code, Some(381));
        for name in ["Serbia", " serbia ", "RS", "srb"] {
            assert_eq!(named(name), Some(serbia), "{name}");
        }
        assert_eq!(named("Atlantis"), None);
        assert_eq!(named(""), None);
    }

    #[test]
    fn what_is_no_code_is_no_country() {
        for id in [0, -688, 1, 999, 65_536 + 688, i64::MAX, i64::MIN] {
            assert_eq!(by_id(id), None, "{id}");
        }
    }

    #[test]
    fn the_list_is_whole_and_in_order() {
        let all = all();
        assert!(all.len() >= 249, "{}", all.len());
        assert!(all.is_sorted_by_key(|country| country.name));
        assert!(all.iter().all(|country| by_id(country.id) == Some(*country)));
    }

    #[test]
    fn every_country_has_a_name_in_every_language_in_its_order() {
        for language in Language::ALL {
            let list = called(language);
            assert_eq!(list.len(), all().len());
            for (country, name) in &list {
                let id = format!("country-{}", country.alpha_2.to_ascii_lowercase());
                assert_ne!(crate::core::text::say(language, &id, &[]), id, "{language}");
                assert!(letters(name).bytes().all(|b| b.is_ascii_lowercase() || b" -()&,".contains(&b)), "{name}");
            }
        }
        let names: Vec<String> = called(Language::German).into_iter().map(|(_, name)| name).collect();
        let place = |name: &str| names.iter().position(|one| one == name);
        assert!(place("Oman") < place("Österreich") && place("Österreich") < place("Pakistan"), "{names:?}");
        assert_eq!(by_id(688).map(|serbia| serbia.called(Language::French)).as_deref(), Some("Serbie"));
    }
}
