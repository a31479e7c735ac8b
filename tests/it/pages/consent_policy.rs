//! What the consent page remembers, marks and asks to confirm.

use chrono::TimeDelta;
use grantor::account::people::Acting;
use grantor::oauth::manage::admin;
use reqwest::Method;

use super::{authorize, consent_page, submit};
use crate::support::browser::Browser;
use crate::support::database::on_both;
use crate::support::server::{Setup, TestServer};

const PATH: &str = "/oauth/authorize";

on_both! {
    async fn what_is_sensitive_is_confirmed_in_words(db: Database) {
        let server = TestServer::start(&db);
        server.user("ada");
        let (client, _) = server.client(|_| {});
        let browser = Browser::new(&server);
        let wanted = authorize(&client, "profile email phone account");
        let page = consent_page(&browser, "ada", &wanted).await;
        assert!(page.body.contains("name=\"confirm\" value=\"yes\" required"), "{}", page.body);
        for unconfirmed in ["", "no", "on"] {
            let answer = submit(&browser, &page, PATH, &[("scope", "phone"), ("confirm", unconfirmed)]).await;
            assert_eq!((answer.status, answer.header("location")), (422, ""), "{unconfirmed}");
            assert!(answer.text_of("#confirm-error").contains("tick this"), "{}", answer.body);
            assert!(answer.body.contains("value=\"phone\" checked>") && !answer.body.contains("value=\"email\" checked"));
            assert_eq!(answer.input("return_to").as_deref(), Some(wanted.as_str()));
            assert!(answer.header("content-security-policy").contains("https://app.example"));
            // Denying needs no confirmation, and the page that asks again works.
            assert_eq!(submit(&browser, &answer, PATH, &[("_method", "DELETE")]).await.status, 302);
        }
        let again = submit(&browser, &page, PATH, &[]).await;
        let answer = submit(&browser, &again, PATH, &[("confirm", "yes")]).await;
        assert!(answer.redirect_parameter("code").is_some(), "{}", answer.body);
        // It is not asked for what is had already.
        let page = browser.get(&authorize(&client, "account address")).await;
        assert!(!page.body.contains("name=\"confirm\""));
        assert!(page.text_of(".scopes.granted").contains("Change your profile"), "{}", page.body);
        assert!(!page.text_of(".scopes.granted").contains("See your address"));
        // A program that shows the request by itself asks in its own words.
        let program = Browser::new(&server);
        let (client, _) = server.client(|_| {});
        program.sign_in("ada").await;
        let request = program.request(Method::GET, &authorize(&client, "account")).header("accept", "application/json");
        let asked = program.send(request).await.json();
        let token = program.get("/account").await.input("_token").expect("a token");
        let request = program.request(Method::POST, PATH).header("accept", "application/json");
        let form = [("auth_token", asked["auth_token"].as_str().expect("sealed")), ("_token", token.as_str())];
        assert_eq!(program.send(request.form(&form)).await.status, 302);
    }

    async fn consent_is_asked_for_each_time_where_nothing_is_remembered(db: Database) {
        let server = Setup::default().set("consent.remember", "never").start(&db);
        server.user("ada");
        let (client, _) = server.client(|_| {});
        let (own, _) = server.client(|new| new.policy.first_party = true);
        let browser = Browser::new(&server);
        let page = consent_page(&browser, "ada", &authorize(&client, "profile")).await;
        assert_eq!(submit(&browser, &page, PATH, &[]).await.status, 302);
        let again = browser.get(&authorize(&client, "profile")).await;
        assert_eq!(again.status, 200);
        assert!(again.text_of(".scopes.granted").contains("See your name"), "{}", again.body);
        assert_eq!(submit(&browser, &again, PATH, &[]).await.status, 302);
        assert_eq!(browser.get(&authorize(&own, "profile")).await.status, 302, "first-party");
    }

    async fn what_is_sensitive_is_remembered_for_a_while(db: Database) {
        let setup = Setup::default().frozen().set("consent.remember", "sensitive").set("consent.remember_sensitive", "10d");
        let server = setup.set("sessions.idle_lifetime", "14d").start(&db);
        server.user("ada");
        let (client, _) = server.client(|_| {});
        let browser = Browser::new(&server);
        let page = consent_page(&browser, "ada", &authorize(&client, "profile account")).await;
        assert_eq!(submit(&browser, &page, PATH, &[("confirm", "yes")]).await.status, 302);
        server.advance(TimeDelta::days(9));
        assert_eq!(browser.get(&authorize(&client, "profile account")).await.status, 302);
        // Allowing something harmless meanwhile prolongs nothing.
        let page = browser.get(&authorize(&client, "profile email")).await;
        assert_eq!(submit(&browser, &page, PATH, &[("scope", "email")]).await.status, 302);
        server.advance(TimeDelta::days(1));
        assert_eq!(browser.get(&authorize(&client, "profile email")).await.status, 302);
        let page = browser.get(&authorize(&client, "profile account")).await;
        assert_eq!(page.status, 200);
        assert!(page.body.contains("name=\"confirm\"") && page.text_of(".scopes.granted").contains("See your name"));
        assert_eq!(submit(&browser, &page, PATH, &[("confirm", "yes")]).await.status, 302);
        assert_eq!(browser.get(&authorize(&client, "profile account")).await.status, 302);
    }

    async fn new_apps_are_pointed_out_and_verified_ones_marked(db: Database) {
        let server = Setup::default().frozen().set("cache.staleness", "0s").set("sessions.idle_lifetime", "14d").start(&db);
        server.user("ada");
        let maker = server.user("maker");
        let (client, _) = server.client(|new| new.owner = Some(maker));
        let browser = Browser::new(&server);
        let wanted = authorize(&client, "profile");
        let page = consent_page(&browser, "ada", &wanted).await;
        assert!(page.text_of(".note.warn").contains("only a few days ago"), "{}", page.body);
        server.verify(&client.id);
        let page = browser.get(&wanted).await;
        assert!(page.text_of(".tag.good").contains("Verified") && page.text_of(".note.warn").is_empty(), "{}", page.body);
        assert!(page.body.contains("class=\"mark\""), "not by colour alone");
        admin::unverify(&server.app, &Acting::operator(), &client.id).expect("no longer");
        server.advance(TimeDelta::days(7));
        let page = browser.get(&wanted).await;
        let warned = page.text_of(".note.warn");
        assert!(!warned.contains("few days ago") && warned.contains("has not checked"), "{warned}");
    }
}
