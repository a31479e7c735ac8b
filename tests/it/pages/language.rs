//! In which language a page speaks, and a mail.

use grantor::account::profile;
use grantor::core::text::Language;
use reqwest::Method;

use super::{authorize, cookie, outbox, person, submit};
use crate::support::admin::told;
use crate::support::browser::{Answer, Browser};
use crate::support::database::on_both;
use crate::support::server::{PASSWORD, Setup, TestServer};

async fn get_in(browser: &Browser, path: &str, accepted: &str) -> Answer {
    let request = browser.request(Method::GET, path).header("accept", "text/html");
    browser.send(request.header("accept-language", accepted)).await
}

/// The language of a page, which its header names too.
fn language(page: &Answer) -> String {
    let tag = page.body.split("<html lang=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    assert_eq!(page.header("content-language"), tag);
    assert!(page.header("vary").contains("accept-language"), "{:?}", page.headers);
    tag
}

on_both! {
    async fn a_page_speaks_the_browsers_language_or_else_the_servers(db: Database) {
        let server = Setup::default().set("ui.default_locale", "fr").start(&db);
        let browser = Browser::new(&server);
        for (accepted, tag, heading) in [
            ("de-CH, en;q=0.5", "de", "Anmelden"),
            ("en;q=0.1, fr;q=0.2", "fr", "Se connecter"),
            ("sr, en;q=0.3", "en", "Sign in"),
            ("sr", "fr", "Se connecter"),
            ("", "fr", "Se connecter"),
        ] {
            let page = get_in(&browser, "/login", accepted).await;
            assert_eq!((language(&page).as_str(), page.text_of("h1").as_str()), (tag, heading), "{accepted}");
        }
        let missing = get_in(&browser, "/nowhere", "de").await;
        assert_eq!((missing.status, language(&missing).as_str()), (404, "de"));
        assert_eq!(missing.text_of("h1"), "Seite nicht gefunden");
        let long = get_in(&browser, "/login", &"de,".repeat(500)).await;
        assert_eq!(language(&long), "fr", "too long to be read");
    }

    async fn what_is_wrong_is_said_in_the_language_of_the_page(db: Database) {
        let server = TestServer::start(&db);
        let browser = Browser::new(&server);
        let page = browser.get("/login").await;
        let token = page.input("_token").unwrap();
        let send = |fields: Vec<(&'static str, String)>| {
            let request = browser.request(Method::POST, "/login").header("accept", "text/html");
            browser.send(request.header("accept-language", "de").form(&fields))
        };
        let empty = send(vec![("_token", token.clone())]).await;
        assert_eq!((empty.status, empty.text_of("#login-error").as_str()), (422, "Bitte füllen Sie dies aus."));
        let wrong = vec![("_token", token), ("login", "ada".to_owned()), ("password", "wrong one".to_owned())];
        assert_eq!(
            send(wrong).await.text_of(".alert"),
            "Diese Zugangsdaten stimmen nicht mit unseren überein."
        );
    }

    async fn the_app_comes_before_the_person_and_the_person_before_the_browser(db: Database) {
        let server = TestServer::start(&db);
        let ada = server.user("ada");
        let (client, _) = server.client(|new| new.name = "Notes".to_owned());
        let path = authorize(&client, "profile");
        let asking = format!("{path}&ui_locales=sr+fr");
        let browser = Browser::new(&server);

        // Nobody is signed in: the app's wish goes with the person to the sign-in.
        let sent = get_in(&browser, &asking, "de").await;
        assert_eq!(sent.status, 303, "{}", sent.body);
        let login = get_in(&browser, sent.header("location"), "de").await;
        assert_eq!((language(&login).as_str(), login.text_of("h1").as_str()), ("fr", "Se connecter"));
        let return_to = login.input("return_to").unwrap();
        let form = [("return_to", return_to.as_str()), ("login", "ada"), ("password", "wrong one")];
        let wrong = submit(&browser, &login, "/login", &form).await;
        assert_eq!((wrong.status, language(&wrong).as_str()), (422, "fr"));
        let form = [("return_to", return_to.as_str()), ("login", "ada"), ("password", PASSWORD)];
        let done = submit(&browser, &login, "/login", &form).await;
        let consent = get_in(&browser, done.header("location"), "de").await;
        assert_eq!((consent.status, language(&consent).as_str()), (200, "fr"), "{}", consent.body);
        assert!(consent.text_of("h1").contains("souhaite accéder"), "{}", consent.body);

        // Without it, the person's setting counts, and without that the browser's.
        assert_eq!(language(&get_in(&browser, &path, "en").await), "en");
        profile::set_locale(&server.app, ada.id, "de").unwrap();
        assert_eq!(language(&get_in(&browser, &path, "en").await), "de");
        assert_eq!(language(&get_in(&browser, &asking, "en").await), "fr");
        profile::set_locale(&server.app, ada.id, "").unwrap();
        assert_eq!(language(&get_in(&browser, &path, "en").await), "en");
        assert!(profile::set_locale(&server.app, ada.id, "sr").is_err());
        profile::set_locale(&server.app, ada.id, "").unwrap();
        let change = ("user.edit".to_owned(), "{\"fields\":[\"language\"]}".to_owned());
        let told = told(&server, ada.id).into_iter().filter(|(act, _)| act != "user.create").take(3).collect::<Vec<_>>();
        assert_eq!(told.iter().filter(|one| **one == change).count(), 2, "set, and taken back: {told:?}");
    }

    async fn the_footer_changes_the_language_and_leads_back(db: Database) {
        let server = TestServer::start(&db);
        let browser = Browser::new(&server);
        let waiting = "/login?return_to=%2Foauth%2Fauthorize%3Fclient_id%3Dx%26ui_locales%3Dfr";
        let page = browser.get(waiting).await;
        assert_eq!((language(&page).as_str(), page.text_of(".languages button").as_str()), ("fr", "EnglishDeutschFrançais"));
        let back = page.input("back").unwrap();
        assert_eq!(back, "/login?return_to=%2Foauth%2Fauthorize%3Fclient_id%3Dx", "the person's own choice counts");
        let chosen = submit(&browser, &page, "/language", &[("back", &back), ("language", "de")]).await;
        assert_eq!((chosen.status, chosen.header("location")), (303, back.as_str()));
        assert_eq!(cookie(&chosen, "grantor_language").as_deref(), Some("de"));
        assert_eq!(language(&get_in(&browser, &back, "en").await), "de");

        for elsewhere in ["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:alert(1)", ""] {
            let answer = submit(&browser, &page, "/language", &[("back", elsewhere), ("language", "fr")]).await;
            assert_eq!((answer.status, answer.header("location")), (303, "/"), "{elsewhere}");
        }
        let foreign = [("_token", "x"), ("back", "/"), ("language", "en")];
        assert_eq!(cookie(&browser.post("/language", &foreign).await, "grantor_language"), None);
        let unknown = submit(&browser, &page, "/language", &[("back", "/"), ("language", "sr")]).await;
        assert_eq!(cookie(&unknown, "grantor_language"), None);
    }

    async fn an_account_keeps_the_language_it_was_made_in_and_its_mails_too(db: Database) {
        let server = TestServer::start(&db);
        let browser = Browser::new(&server);
        let page = get_in(&browser, "/register", "de").await;
        let token = page.input("_token").unwrap();
        let fields = [
            ("_token", token.as_str()),
            ("name", "Grace Hopper"),
            ("username", "grace"),
            ("email", "grace@example.com"),
            ("password", PASSWORD),
            ("password_confirmation", PASSWORD),
        ];
        let request = browser.request(Method::POST, "/register").header("accept", "text/html");
        let answer = browser.send(request.header("accept-language", "de").form(&fields)).await;
        assert_eq!(answer.status, 303, "{}", answer.body);
        let grace = person(&server, "grace").unwrap();
        assert_eq!(grace.locale, Some(Language::German));
        let (_, text) = outbox(&server).pop().unwrap();
        assert!(text.starts_with("Guten Tag Grace Hopper,\n\nJemand, hoffentlich Sie,"), "{text}");

        // Whoever asks for a new password, the mail is in the language of whom it is for.
        profile::set_locale(&server.app, grace.id, "fr").unwrap();
        let other = Browser::new(&server);
        let page = get_in(&other, "/password/forgot", "en").await;
        submit(&other, &page, "/password/forgot", &[("email", "grace@example.com")]).await;
        let (_, text) = outbox(&server).pop().unwrap();
        assert!(text.starts_with("Bonjour Grace Hopper,\n\n"), "{text}");
    }
}
