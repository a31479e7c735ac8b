//! `/account/profile`.

use grantor::core::text::Language;
use grantor::core::user::Avatar;
use image::ImageFormat;
use reqwest::Method;
use reqwest::multipart::{Form, Part};

use super::account_confirm::sign_in;
use super::{assert_nothing_written, person, submit};
use crate::support::browser::{Answer, Browser};
use crate::support::database::on_both;
use crate::support::pictures;
use crate::support::server::{Setup, TestServer};

const PROFILE: &str = "/account/profile";
const ADA: [(&str, &str); 9] = [
    ("action", "details"),
    ("first_name", "Ada"),
    ("last_name", "Lovelace"),
    ("phone", "+381641234567"),
    ("birthday", "1815-12-10"),
    ("gender", "female"),
    ("country_id", "826"),
    ("address", "12 St James’s Square"),
    ("bio", "Enchantress\r\nof numbers <b>"),
];

async fn upload(browser: &Browser, token: &str, bytes: Option<Vec<u8>>) -> Answer {
    let mut form = Form::new().text("_token", token.to_owned());
    if let Some(bytes) = bytes {
        form = form.part("file", Part::bytes(bytes).file_name("me.png"));
    }
    browser.send(browser.request(Method::POST, PROFILE).header("accept", "text/html").multipart(form)).await
}

fn file_of(server: &TestServer, username: &str) -> Option<String> {
    match person(server, username).expect("a person").avatar {
        Some(Avatar::File(name)) => Some(name),
        _ => None,
    }
}

on_both! {
    async fn what_people_say_of_themselves_is_kept(db: Database) {
        let server = Setup::default().frozen().start(&db);
        server.user("ada");
        let browser = Browser::new(&server);
        sign_in(&browser, "ada").await;
        let page = browser.get(PROFILE).await;
        assert_eq!(page.status, 200, "{}", page.body);
        let done = submit(&browser, &page, PROFILE, &ADA).await;
        assert_eq!((done.status, done.header("location")), (303, "/account/profile?done=details"), "{}", done.body);
        let page = browser.get(done.header("location")).await;
        assert!(page.text_of(".notice").contains("saved"));
        for (name, value) in &ADA[1..6] {
            assert_eq!(page.input(name).as_deref(), Some(*value), "{name}");
        }
        assert_eq!(page.text_of("option[value=\"826\"][selected]"), "United Kingdom");
        assert_eq!(page.text_of("textarea"), "Enchantress\nof numbers <b>");
        let ada = person(&server, "ada").expect("ada");
        assert_eq!((ada.country_id, ada.gender.as_deref()), (Some(826), Some("female")));
        let french = browser.get("/account/profile?ui_locales=fr").await;
        assert!(french.text_of("option[value=\"826\"][selected]").contains("Royaume-Uni"), "{}", french.body);
        let empty: Vec<(&str, &str)> = ADA.iter().map(|(name, value)| (*name, if ["action", "first_name"].contains(name) { *value } else { "" })).collect();
        assert_eq!(submit(&browser, &page, PROFILE, &empty).await.status, 303);
        let ada = person(&server, "ada").expect("ada");
        assert_eq!((ada.country_id, ada.gender, ada.bio, ada.phone), (None, None, None, None));
        assert_eq!(ada.name.whole(), "Ada");
    }

    async fn what_is_wrong_is_said_beside_the_field_and_kept(db: Database) {
        let server = Setup::default().frozen().start(&db);
        server.user("ada");
        server.user("eve");
        let (browser, eve) = (Browser::new(&server), Browser::new(&server));
        sign_in(&browser, "ada").await;
        sign_in(&eve, "eve").await;
        let page = eve.get(PROFILE).await;
        assert_eq!(submit(&eve, &page, PROFILE, &ADA).await.status, 303);
        let page = browser.get(PROFILE).await;
        let before = person(&server, "ada").expect("ada");
        let long = "x".repeat(1001);
        for (field, wrong) in [
            ("first_name", ""),
            ("last_name", &long),
            ("phone", "12"),
            ("phone", "+381641234567"),
            ("birthday", "1815-02-30"),
            ("gender", &long),
            ("country_id", "999"),
            ("country_id", "x"),
            ("address", &long),
            ("bio", &long),
        ] {
            let form: Vec<(&str, &str)> = ADA
                .iter()
                .map(|(name, value)| (*name, if *name == field { wrong } else if *name == "phone" { "" } else { value }))
                .collect();
            let answer = submit(&browser, &page, PROFILE, &form).await;
            assert_eq!(answer.status, 422, "{field} {wrong}: {}", answer.body);
            assert!(!answer.text_of(&format!("#{field}-error")).is_empty(), "{field} {wrong}: {}", answer.body);
            assert!(answer.body.contains(&format!("aria-describedby=\"{field}-error")), "{field}");
            if field != "last_name" {
                assert_eq!(answer.input("last_name").as_deref(), Some("Lovelace"), "the rest is kept");
            }
        }
        assert_eq!(person(&server, "ada").expect("ada"), before);
    }

    async fn a_username_is_changed_unless_somebody_has_it(db: Database) {
        let server = Setup::default().frozen().start(&db);
        server.user("ada");
        server.user("eve");
        let browser = Browser::new(&server);
        sign_in(&browser, "ada").await;
        let page = browser.get(PROFILE).await;
        for wrong in ["eve", "EVE", "a@b", "", "x"] {
            let answer = submit(&browser, &page, PROFILE, &[("action", "username"), ("username", wrong)]).await;
            assert_eq!(answer.status, 422, "{wrong}");
            assert!(!answer.text_of("#username-error").is_empty());
            assert_eq!(answer.input("username").as_deref(), Some(wrong));
        }
        let done = submit(&browser, &page, PROFILE, &[("action", "username"), ("username", "countess")]).await;
        assert_eq!((done.status, done.header("location")), (303, "/account/profile?done=username"));
        let again = submit(&browser, &page, PROFILE, &[("action", "username"), ("username", "countess")]).await;
        assert_eq!(again.status, 303, "sent twice");
        assert!(person(&server, "countess").is_some());
    }

    async fn the_pages_speak_the_language_that_is_chosen(db: Database) {
        let server = Setup::default().frozen().start(&db);
        server.user("ada");
        let browser = Browser::new(&server);
        sign_in(&browser, "ada").await;
        let page = browser.get(PROFILE).await;
        assert_eq!(submit(&browser, &page, PROFILE, &[("action", "locale"), ("locale", "tlh")]).await.status, 422);
        let done = submit(&browser, &page, PROFILE, &[("action", "locale"), ("locale", "de")]).await;
        assert_eq!((done.status, done.header("location")), (303, "/account/profile?done=locale"), "{}", done.body);
        let page = browser.get(PROFILE).await;
        assert!(page.body.contains("<html lang=\"de\">") && page.text_of("option[value=\"de\"][selected]").contains("Deutsch"));
        assert_eq!(person(&server, "ada").expect("ada").locale, Some(Language::German));
        assert_eq!(submit(&browser, &page, PROFILE, &[("action", "locale"), ("locale", "")]).await.status, 303);
        assert_eq!(person(&server, "ada").expect("ada").locale, None);
    }

    async fn a_picture_is_uploaded_shown_and_removed(db: Database) {
        let server = Setup::default().frozen().start(&db);
        let ada = server.user("ada");
        let browser = Browser::new(&server);
        sign_in(&browser, "ada").await;
        let token = browser.get(PROFILE).await.input("_token").expect("a token");
        let png = pictures::file(&pictures::two_halves(40, 40), ImageFormat::Png);
        let done = upload(&browser, &token, Some(png.clone())).await;
        assert_eq!((done.status, done.header("location")), (303, "/account/profile?done=picture"), "{}", done.body);
        let first = file_of(&server, "ada").expect("a file");
        for path in [PROFILE, "/account"] {
            let page = browser.get(path).await;
            assert!(page.body.contains(&format!("src=\"/files/{first}\"")), "{path}");
            assert!(page.header("content-security-policy").contains("img-src 'self'"));
        }
        for (bytes, status) in [(None, 422), (Some(b"<svg/>".to_vec()), 422), (Some(vec![0; 5 * 1024 * 1024 + 1]), 413)] {
            let answer = upload(&browser, &token, bytes).await;
            assert_eq!(answer.status, status, "{}", answer.body);
            assert!(!answer.text_of("#file-error").is_empty());
        }
        assert_eq!(file_of(&server, "ada").as_ref(), Some(&first));
        let page = browser.get(PROFILE).await;
        let gone = submit(&browser, &page, PROFILE, &[("action", "remove_picture")]).await;
        assert_eq!((gone.status, gone.header("location")), (303, "/account/profile?done=no_picture"));
        assert_eq!(file_of(&server, "ada"), None);
        assert_eq!(browser.get(&format!("/files/{first}")).await.status, 404, "its file too");
        assert_eq!(submit(&browser, &page, PROFILE, &[("action", "remove_picture")]).await.status, 303, "sent twice");
        grantor::account::avatar::set_external(&server.app, ada.id, Some("https://evil.example/me.png")).expect("an address");
        let page = browser.get(PROFILE).await;
        assert!(!page.body.contains("evil.example") && page.body.contains("remove_picture"), "nothing from elsewhere");
    }

    async fn what_is_no_form_of_theirs_counts_as_an_upload_too(db: Database) {
        let server = Setup::default().frozen().set("limits.pictures", 3).start(&db);
        server.user("ada");
        let browser = Browser::new(&server);
        sign_in(&browser, "ada").await;
        for status in [403, 403, 403, 429] {
            assert_eq!(upload(&browser, "not the token", Some(vec![1, 2, 3])).await.status, status);
        }
    }

    async fn it_takes_this_browsers_own_form(db: Database) {
        let server = Setup::default().frozen().start(&db);
        server.user("ada");
        let browser = Browser::new(&server);
        sign_in(&browser, "ada").await;
        let png = pictures::file(&pictures::two_halves(40, 40), ImageFormat::Png);
        server.reset_statements();
        assert_eq!(browser.post(PROFILE, &ADA).await.status, 403);
        let nobody = upload(&Browser::new(&server), "x", Some(png.clone())).await;
        assert_eq!((nobody.status, nobody.header("location")), (303, "/login?return_to=%2Faccount%2Fprofile"));
        assert_nothing_written(&server);
        assert_eq!(upload(&browser, "x", Some(png)).await.status, 403);
        assert_eq!(file_of(&server, "ada"), None);
    }
}
