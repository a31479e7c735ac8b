use super::*;
use crate::core::time::from_unix;

#[test]
fn every_file_reads_without_a_fault() {
    for language in Language::ALL {
        assert_eq!(load(language).1, Vec::<String>::new(), "{language}");
    }
}

#[test]
fn a_language_is_known_by_its_first_subtag() {
    for (tag, language) in [
        ("en", Some(Language::English)),
        ("de-AT", Some(Language::German)),
        ("FR_ca", Some(Language::French)),
        ("fra", None),
        ("", None),
        ("-de", None),
    ] {
        assert_eq!(Language::from_tag(tag), language, "{tag:?}");
    }
    for language in Language::ALL {
        assert_eq!(Language::from_tag(language.tag()), Some(language));
    }
}

#[test]
fn what_is_missing_is_shown_by_its_name() {
    assert_eq!(say(Language::German, "no-such-message", &[]), "no-such-message");
}

#[test]
fn days_and_times_are_written_the_languages_way() -> Result<(), &'static str> {
    let time = from_unix(1_793_541_900).ok_or("out of range")?;
    for (language, day, moment) in [
        (Language::English, "1 November 2026", "1 November 2026, 14:05 UTC"),
        (Language::German, "1. November 2026", "1. November 2026, 14:05 Uhr (UTC)"),
        (Language::French, "1er novembre 2026", "1er novembre 2026 à 14:05 UTC"),
    ] {
        assert_eq!(date(language, time), day);
        assert_eq!(date_time(language, time), moment);
    }
    Ok(())
}

#[test]
fn numbers_are_grouped_in_thousands() {
    for (language, written) in [
        (Language::English, "-1,234,567"),
        (Language::German, "-1.234.567"),
        (Language::French, "-1\u{202f}234\u{202f}567"),
    ] {
        let write = number::formatter::<()>(language);
        assert_eq!(write(&FluentValue::from(-1_234_567), &()).as_deref(), Some(written));
        assert_eq!(write(&FluentValue::from(999), &()).as_deref(), Some("999"));
        assert_eq!(write(&FluentValue::from(0.5), &()), None);
    }
}

#[test]
fn arguments_are_put_in_as_they_are_unless_they_run_from_the_right() {
    let promise = |product: &str| say(Language::English, "page-promise", &[("product", product.value())]);
    assert!(promise("{ $x } <b>").starts_with("{ $x } <b> never"));
    assert!(promise("עדה").starts_with("\u{2068}עדה\u{2069} never"));
    let said = Said::new("login-lead").with("app", "Notes");
    assert_eq!((said.id(), said.text(Language::German).as_str()), ("login-lead", "um mit Notes fortzufahren"));
}
