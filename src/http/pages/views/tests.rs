use super::*;

#[test]
fn every_sample_renders() -> Result<(), askama::Error> {
    for (name, text) in samples()? {
        assert!(!text.trim().is_empty(), "{name} is empty");
        for needed in ["<html lang=\"en\">", "<main", "<h1", "name=\"viewport\"", "rel=\"stylesheet\""] {
            assert!(text.contains(needed), "{name} lacks {needed}");
        }
        // The one script is a file of this server.
        let text = text.replace("<script type=\"module\" src=\"/assets/passkeys.js\"></script>", "");
        for refused in ["<script", "<style", " style=", " onclick=", "javascript:"] {
            assert!(!text.contains(refused), "{name} has {refused}");
        }
        let posts = text.matches("method=\"post\"").count();
        assert_eq!(text.matches("name=\"_token\"").count(), posts, "{name}: a form without its CSRF token");
    }
    Ok(())
}

#[test]
fn what_people_type_is_escaped() -> Result<(), askama::Error> {
    let hostile = "\"><img src=x>";
    let mut page = Consent::sample();
    page.client_name = hostile.into();
    page.owner_name = Some(hostile.into());
    page.auth_token = hostile.into();
    page.homepage = Some(Link::new("javascript:alert(1)", "home"));
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
