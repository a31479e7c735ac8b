//! The operator's name, colours, logo and links on the pages.

use grantor::config::{Config, Sources};

use crate::support::browser::Browser;
use crate::support::database::on_both;
use crate::support::server::Setup;

const SVG: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 1 1\"><script>alert(1)</script></svg>";

/// What is wrong with a setting.
fn refused(key: &str, value: &str) -> String {
    let sources = Sources::default().with_flag(key, value, "--flag");
    Config::load(sources).map(|_| ()).unwrap_err().to_string()
}

on_both! {
    async fn pages_look_as_the_operator_wants(db: Database) {
        let logo = db.data_dir().join("logo.svg");
        std::fs::create_dir_all(db.data_dir()).unwrap();
        std::fs::write(&logo, SVG).unwrap();
        let server = Setup::default()
            .set("server.name", "Example ID")
            .set("branding.logo", logo.display())
            .set("branding.accent", "#6b21a8")
            .set("branding.accent_dark", "#d8b4fe")
            .set("branding.footer_links", "Imprint https://example.com/imprint,Privacy policy https://example.com/privacy")
            .set("branding.support_email", "help@example.com")
            .start(&db);
        let browser = Browser::new(&server);
        let page = browser.get("/login").await;
        assert_eq!(page.text_of(".brand").trim(), "Example ID", "{}", page.body);
        assert!(page.text_of("title").ends_with("– Example ID"));
        let foot = page.text_of(".foot");
        assert!(foot.contains("Imprint") && foot.contains("Privacy policy") && foot.contains("help@example.com"), "{foot}");
        assert!(page.body.contains("href=\"https://example.com/privacy\"") && !page.body.contains("style="));

        let address = |after: &str| {
            let rest = page.body.split(after).nth(1).unwrap();
            rest.split('"').next().unwrap().to_owned()
        };
        let css = browser.get(&address("rel=\"stylesheet\" href=\"")).await;
        assert_eq!((css.status, css.header("content-type")), (200, "text/css; charset=utf-8"));
        let (own, dark) = (css.body.find("--accent:#6b21a8").unwrap(), css.body.find("--accent:#d8b4fe").unwrap());
        assert!(css.body.find("--accent: #").unwrap() < own && own < dark, "what comes later counts");
        let picture = browser.get(&address("rel=\"icon\" href=\"")).await;
        assert_eq!((picture.status, picture.header("content-type")), (200, "image/svg+xml"));
        assert_eq!(picture.body, SVG);
        assert!(picture.header("content-security-policy").ends_with("sandbox"), "nothing in it runs");
        assert_eq!(picture.header("x-content-type-options"), "nosniff");
    }
}

#[test]
fn what_nobody_could_read_is_refused_at_start() {
    for (key, value, why) in [
        ("branding.accent", "#ffcc00", "must be darker"),
        ("branding.accent_dark", "#222266", "must be lighter"),
        ("branding.accent", "blue", "a colour such as"),
        ("branding.accent", "#fff", "a colour such as"),
        ("branding.accent", "#000000;}body{display:none", "a colour such as"),
        ("branding.footer_links", "Imprint http://example.com/", "https URL"),
        ("branding.footer_links", "https://example.com/", "https URL"),
        ("branding.footer_links", "Imprint javascript:alert(1)", "https URL"),
        ("branding.support_email", "nobody", "an e-mail address"),
        ("branding.support_email", "a?subject=x@example.com", "an e-mail address"),
        ("branding.logo", "/nowhere/logo.png", "cannot be read"),
        ("branding.logo", file!(), "must be a PNG"),
        ("ui.default_locale", "sr", "one of en, de, fr"),
    ] {
        let message = refused(key, value);
        assert!(message.contains(key) && message.contains(why), "{key} {value}: {message}");
    }
}
