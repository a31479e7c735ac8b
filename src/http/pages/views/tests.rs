use super::*;

#[test]
fn every_sample_renders() -> Result<(), askama::Error> {
    for (name, text) in Language::ALL.into_iter().map(samples).collect::<Result<Vec<_>, _>>()?.concat() {
        assert!(!text.trim().is_empty(), "{name} is empty");
        for needed in ["<html lang=\"", "<main", "<h1", "name=\"viewport\""] {
            assert!(text.contains(needed), "{name} lacks {needed}");
        }
        assert!(text.contains("rel=\"stylesheet\"") || name == "check-session.html", "{name} lacks its style");
        // The scripts are files of this server.
        let script = |name: &str| format!("<script type=\"module\" src=\"/auth/assets/{name}.js\"></script>");
        let text = text
            .replace(&script("passkeys"), "")
            .replace(&script("form_post"), "")
            .replace(&script("signed_out"), "")
            .replace(&script("check_session"), "");
        for refused in ["<script", "<style", " style=", " onclick=", "javascript:"] {
            assert!(!text.contains(refused), "{name} has {refused}");
        }
        // An answer to an app goes elsewhere and carries no token of this server.
        let posts = text.matches("method=\"post\"").count() - text.matches(" data-answer>").count();
        assert_eq!(text.matches("name=\"_token\"").count(), posts, "{name}: a form without its CSRF token");
    }
    Ok(())
}

#[test]
fn every_local_path_is_below_the_root() -> Result<(), askama::Error> {
    for (name, text) in samples(Language::English)? {
        for attribute in ["href", "src", "action", "formaction", "data-begin", "data-finish"] {
            for path in text.split(&format!(" {attribute}=\"/")).skip(1) {
                assert!(
                    path.starts_with("auth/"),
                    "{name}: {attribute}=\"/{}",
                    path.split('"').next().unwrap_or_default()
                );
            }
        }
    }
    Ok(())
}

/// What a sample is given: everything else that a page says must come from a message.
const GIVEN: &[&str] = &[
    "Grantor",
    "Acme Notes",
    "Acme Software Ltd",
    "Ada Lovelace",
    "Chrome on Android",
    "Security key",
    "Hubert Blaine Wolfeschlegelsteinhausenbergerdorff",
    "The Extraordinarily Long-Named Command-Line Companion for Everyday Grantor Users",
    "somebody-with-a-user-name-that-does-not-end-anywhere-soon",
    "Know who you are on Grantor",
    "See your name, username and picture",
    "See your e-mail address",
    "Change your profile and end your sessions",
    "Choose a new password for Grantor",
    "Hello Ada Lovelace,",
    "402917 is your code for Grantor.",
    "the redirect URI is not registered",
    "2026-03-04 05:06:07 UTC",
    "2026-03-04 05:00:00 UTC",
    "English",
    "Imprint",
    "Deutsch",
    "Français",
    "Role",
    "Any",
    "User",
    "Admin",
    "Name",
    "E-mail",
    "State",
    "Registered",
    "Last sign-in",
    "Charles Babbage",
    "ada",
    "charles",
    "4 March 2026",
    "5 March 2026",
    "5 March 2026, 08:15 UTC",
    "The account is gone, with all that belonged to it.",
    "The e-mail address counts as verified now.",
    "This person may do more than you.",
    "Username",
    "Edit",
    "Disable",
    "Delete",
    "Sessions",
    "Tokens",
    "Where",
    "Last used",
    "Identifier",
    "There is nothing here.",
    "First name",
    "Birthday",
    "Country",
    "United Kingdom",
    "Disable the account",
    "Every session and token ends at once.",
    "This is the only administrator who can sign in.",
    "Give a role",
    "Firefox on Linux",
    "Safari on iOS",
    ": Safari on iOS,",
    "Unknown browser",
    ": Unknown browser,",
    "Serbia",
    "Enchantress",
    "of numbers",
    "Acme Notes – Grantor",
    "Backup script",
    "Laptop",
    "Command line",
    "data:x",
    "gra_cs_2vN8sKq0yR4mZx7w",
    "client_id",
    "Register exactly the redirect_uri that the app sends.",
];

/// The words that people see or hear of a page: what stands between its tags, and the attributes that are read out.
fn words(html: &str) -> Vec<String> {
    let (mut words, mut rest) = (Vec::new(), html);
    while let Some((text, after)) = rest.split_once('<') {
        words.push(text.to_owned());
        let Some((tag, next)) = after.split_once('>') else { break };
        // What is in `code` is for machines.
        rest = if tag == "code" { next.split_once("</code>").map_or("", |(_, after)| after) } else { next };
        for name in [" aria-label=\"", " alt=\"", " title=\"", " placeholder=\""] {
            words.extend(tag.split_once(name).and_then(|(_, value)| value.split_once('"')).map(|s| s.0.to_owned()));
        }
    }
    words
}

/// What stands in no brackets.
fn outside(text: &str) -> String {
    let mut depth = 0_usize;
    let kept = text.chars().filter(|letter| {
        match letter {
            '⟦' => depth += 1,
            '⟧' => depth = depth.saturating_sub(1),
            _ => return depth == 0,
        }
        false
    });
    kept.collect()
}

#[test]
fn every_word_of_a_page_comes_from_a_message() -> Result<(), askama::Error> {
    let mut strange = Vec::new();
    // The samples of the administration bring words that its handlers take from messages.
    for (name, html) in samples(Language::Brackets)?.into_iter().filter(|(name, _)| !name.starts_with("admin/")) {
        // A sentence may have tags in it, so the brackets are matched in the whole page.
        let text = outside(&words(&html).join("\n"));
        for line in text.lines().map(str::trim).filter(|line| line.chars().any(char::is_alphabetic)) {
            // The initial of a name stands for a picture, and the title ends with the name of the installation.
            let line = line.trim_start_matches("– ");
            let machine = line.chars().count() == 1
                || line.contains('@')
                || line.contains("://")
                || (!line.contains(' ') && line.contains('.'));
            if !machine && !GIVEN.contains(&line) {
                strange.push(format!("{name}: {line}"));
            }
        }
    }
    assert!(strange.is_empty(), "these words are in no message:\n{}", strange.join("\n"));
    Ok(())
}

#[test]
fn words_outside_of_messages_are_found() {
    let html = "<p aria-label=\"Loose\">⟦said <b>here</b> <bdi>⟦x⟧</bdi>⟧ loose</p><code>machine</code>";
    assert_eq!(outside(&words(html).join("\n")).split_whitespace().collect::<Vec<_>>(), ["Loose", "loose"]);
}

#[test]
fn what_people_type_is_escaped() -> Result<(), askama::Error> {
    let hostile = "\"><img src=x>";
    let mut page = Consent::sample();
    page.client_name = hostile.into();
    page.owner_name = Some(hostile.into());
    page.auth_token = hostile.into();
    page.homepage = Some(Link::new("javascript:alert(1)", "login-title"));
    let text = page.render()?;
    assert!(!text.contains(hostile) && !text.contains("javascript:"), "{text}");
    let login = Login { login: hostile.into(), alert: Some(hostile.into()), ..Login::sample() };
    assert!(!login.render()?.contains(hostile));
    Ok(())
}

#[test]
fn an_error_is_tied_to_its_input() -> Result<(), askama::Error> {
    let text = Register::sample_with_errors().render()?;
    assert!(text.contains("aria-describedby=\"password-error password-hint\""), "{text}");
    assert!(text.contains("id=\"password-error\""));
    assert!(text.contains("role=\"alert\""));
    assert!(text.contains("value=\"ada@example.com\""), "what was typed is kept");
    assert!(text.contains("<title>Error: Create an account"));
    Ok(())
}

#[test]
fn an_input_keeps_its_own_value() -> Result<(), askama::Error> {
    let text = Register::sample_with_errors().render()?;
    for value in ["Ada Lovelace", "ada", "ada@example.com"] {
        assert_eq!(text.matches(&format!(" value=\"{value}\"")).count(), 1, "{value}");
    }
    let text = Setup::sample().render()?;
    assert_eq!(text.matches(" value=\"\"").count(), 5, "an empty form is empty: {text}");
    Ok(())
}

#[test]
fn a_permission_is_new_only_to_those_who_granted_others() -> Result<(), askama::Error> {
    assert!(!Consent::sample().render()?.contains(">New<"));
    assert_eq!(Consent::sample_again().render()?.matches(">New<").count(), 1);
    Ok(())
}
