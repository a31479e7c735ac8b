use super::*;

const PUBLIC_URL: &str = "https://id.example.com/";

/// Every mail, to a person who calls themselves this.
fn to(name: &str) -> Vec<Box<dyn Mail>> {
    let name = || name.to_owned();
    vec![
        Box::new(PasswordResetLink { name: name(), ..PasswordResetLink::sample(Language::English) }),
        Box::new(OneTimePassword { name: name(), ..OneTimePassword::sample(Language::English) }),
        Box::new(PasswordChanged { name: name(), ..PasswordChanged::sample(Language::English) }),
        Box::new(EmailVerification { name: name(), ..EmailVerification::sample(Language::English) }),
        Box::new(AlreadyRegistered { name: name(), ..AlreadyRegistered::sample(Language::English) }),
        Box::new(EmailChange { name: name(), ..EmailChange::sample(Language::English) }),
        Box::new(EmailChangeNotice { name: name(), ..EmailChangeNotice::sample(Language::English) }),
        Box::new(EmailChanged { name: name(), ..EmailChanged::sample(Language::English) }),
        Box::new(NewSignIn { name: name(), ..NewSignIn::sample(Language::English) }),
    ]
}

/// Whatever a mail reader could take for a link.
fn links(text: &str) -> Vec<&str> {
    let starts = text.match_indices("://").map(|(at, _)| {
        let head = text.get(..at).unwrap_or_default();
        head.rfind(|letter: char| !letter.is_ascii_alphabetic()).map_or(0, |before| before + 1)
    });
    let attributes = ["href=\"", "src=\"", "url("].into_iter();
    let attributes = attributes.flat_map(|name| text.match_indices(name).map(|(at, name)| at + name.len()));
    starts.chain(attributes).filter_map(|at| text.get(at..)).collect()
}

#[test]
fn every_mail_is_whole_in_both_forms() -> Result<(), askama::Error> {
    for mail in all(Language::English) {
        let (kind, text, html) = (mail.kind(), mail.text(), mail.html()?);
        assert!(text.starts_with("Hello Ada Lovelace,\n\n") && text.ends_with("\n\nGrantor"), "{kind}: {text}");
        assert!(text.lines().all(|line| line.len() <= 100), "{kind}: {text}");
        for needed in ["<html lang=\"en\">", "<title>", "<p>Hello Ada Lovelace,</p>", "prefers-color-scheme: dark"] {
            assert!(html.contains(needed), "{kind} lacks {needed}");
        }
        for refused in ["<script", " style=", " onclick=", "javascript:", "<img", "<link", "<form"] {
            assert!(!html.contains(refused), "{kind} has {refused}");
        }
    }
    Ok(())
}

#[test]
fn every_mail_is_in_one_language() -> Result<(), askama::Error> {
    // What the samples bring themselves, and what a reader's program shows.
    let given = ["Grantor", "Ada Lovelace", "Firefox", "Linux", "402917", "192.0.2.7", "a***@new.example.com"];
    for mail in all(Language::Brackets) {
        let mut depth = 0_usize;
        let loose: String = format!("{}\n{}", mail.text(), mail.subject())
            .chars()
            .filter(|letter| {
                depth += usize::from(*letter == '⟦');
                let outside = depth == 0;
                depth = depth.saturating_sub(usize::from(*letter == '⟧'));
                outside
            })
            .collect();
        for line in loose.lines().map(str::trim).filter(|line| !line.is_empty()) {
            let fits = line.starts_with(PUBLIC_URL) || given.contains(&line);
            assert!(fits, "{}: {line}", mail.kind());
        }
    }
    for (language, hello) in
        [(Language::German, "Guten Tag Ada Lovelace,"), (Language::French, "Bonjour Ada Lovelace,")]
    {
        for mail in all(language) {
            let (text, html) = (mail.text(), mail.html()?);
            assert!(text.starts_with(&format!("{hello}\n\n")), "{text}");
            assert!(html.contains(&format!("<html lang=\"{language}\">")) && html.contains(hello), "{html}");
            assert!(mail.subject().contains("Grantor") && mail.subject().chars().count() < 78, "{}", mail.subject());
        }
    }
    Ok(())
}

#[test]
fn every_link_leads_to_this_server() -> Result<(), askama::Error> {
    let mut seen = 0;
    for mail in all(Language::English) {
        for text in [mail.text(), mail.html()?] {
            for link in links(&text) {
                seen += 1;
                assert!(link.starts_with(PUBLIC_URL), "{}: {link}", mail.kind());
            }
            assert!(!text.contains("www."), "{}", mail.kind());
        }
    }
    assert!(seen > 20, "{seen}");
    assert_eq!(
        links("see http://evil.example <a href=\"//evil.example\">"),
        ["http://evil.example <a href=\"//evil.example\">", "//evil.example\">"]
    );
    Ok(())
}

#[test]
fn what_people_call_themselves_brings_no_link_and_no_markup() -> Result<(), askama::Error> {
    for name in ["You won: https://evil.example", "see evil.example", "<b>Ada</b>", "Ada\r\nBcc: eve@evil.example"] {
        for mail in to(name) {
            for text in [mail.text(), mail.html()?] {
                assert!(text.contains("Hello,"), "{}: {text}", mail.kind());
                assert!(!text.contains("evil") && !text.contains("<b>"), "{}: {text}", mail.kind());
            }
            assert!(!mail.subject().contains("evil"), "{}", mail.kind());
        }
    }
    for mail in to("Ada & Co") {
        assert!(mail.text().contains("Hello Ada & Co,"));
        assert!(mail.html()?.contains("Hello Ada &#38; Co,"), "{}", mail.html()?);
    }
    let sign_in = NewSignIn {
        browser: "evil.example/x".into(),
        platform: "<b>".into(),
        address: "evil.example".into(),
        ..NewSignIn::sample(Language::English)
    };
    for text in [sign_in.text(), sign_in.html()?] {
        assert!(!text.contains("evil") && !text.contains("<b>"), "{text}");
    }
    Ok(())
}

#[test]
fn a_subject_is_one_line() {
    let mail = OneTimePassword { product: "A\r\nBcc: x".into(), ..OneTimePassword::sample(Language::English) };
    assert!(!mail.subject().contains(['\r', '\n']));
    for mail in all(Language::English) {
        assert!(mail.subject().len() < 78 && mail.subject().contains("Grantor"), "{}", mail.subject());
    }
}

#[test]
fn the_old_address_learns_only_what_it_must_of_the_new_one() -> Result<(), askama::Error> {
    let notice = EmailChangeNotice::sample(Language::English);
    let changed = EmailChanged::sample(Language::English);
    for text in [notice.text(), notice.html()?, changed.text(), changed.html()?] {
        assert!(text.contains("a***@new.example.com") && !text.contains("ada@new"), "{text}");
    }
    Ok(())
}
