//! `grantor token`, `keys`, `outbox` and `purge`.

use std::sync::Arc;

use chrono::TimeDelta;
use grantor::account::login::Origin;
use grantor::account::password::{self, Proof};
use grantor::account::{admin, register::Registration, roles};
use grantor::app::{App, Surroundings};
use grantor::core::scope::Scope;
use grantor::core::time::{Clock as _, FrozenClock, SystemClock};
use grantor::core::user::User;
use grantor::oauth::first_party;
use reqwest::Method;

use super::running::{app, finish, json, program, run};
use crate::dialect::passport_support::{bearer, post};
use crate::support::database::on_both;
use crate::support::server::{PASSWORD, Setup};

fn person(app: &Arc<App>, username: &str) -> User {
    let password = Some("correct horse battery".to_owned());
    let registration = Registration {
        name: Some("Ada Lovelace".to_owned()),
        username: Some(username.to_owned()),
        email: Some(format!("{username}@example.com")),
        password: password.clone(),
        password_confirmation: password,
        ..Registration::default()
    };
    admin::create(app, &grantor::core::audit::Actor::Operator, &registration, |new| new).expect("the person is made")
}

fn token(app: &Arc<App>, user: &User) -> (String, String) {
    let made = first_party::personal_access_token(app, user, "t".to_owned(), Scope::from_stored("profile"), None, None);
    let (plain, token) = made.expect("a token");
    (token.id.to_string(), plain.expose().to_owned())
}

on_both! {
    async fn tokens_are_listed_without_themselves_and_revoked(db: Database) {
        let app = app(&db, Surroundings::default());
        let (ada, eve) = (person(&app, "ada"), person(&app, "eve"));
        let (first, plain) = token(&app, &ada);
        let (second, _) = token(&app, &ada);
        let (third, _) = token(&app, &eve);
        let ids = |arguments: &[&str]| -> Vec<(String, String)> {
            let text = |value: &serde_json::Value| value.as_str().expect("text").to_owned();
            let list = json(&db, arguments);
            list.as_array().expect("a list").iter().map(|t| (text(&t["id"]), text(&t["state"]))).collect()
        };
        let active = |id: &String| (id.clone(), "active".to_owned());
        assert_eq!(ids(&["token", "list"]), [active(&third), active(&second), active(&first)]);
        assert_eq!(ids(&["token", "list", "--user", "ada", "--limit", "1"]), [active(&second)]);
        assert_eq!(ids(&["token", "list", "--client", "first-party"]), []);
        let text = run(&db, &["token", "list"]);
        assert!(text.text().contains("personal-access") && !text.out.contains(&plain), "{text:?}");
        let revoked = json(&db, &["token", "revoke", &first]);
        assert_eq!((&revoked["revoked"], &revoked["grant_ended"]), (&true.into(), &true.into()));
        assert!(run(&db, &["token", "revoke", &first]).text().contains("already"));
        assert_eq!(json(&db, &["token", "revoke", "--user", "eve"])["grants_ended"], 1);
        let revoked = |id: &String| (id.clone(), "revoked".to_owned());
        assert_eq!(ids(&["token", "list"]), [revoked(&third), active(&second), revoked(&first)]);
        assert_eq!(run(&db, &["token", "revoke", "-none"]).complaint(), "grantor: there is no access token -none\n");
        assert_eq!(run(&db, &["token", "revoke"]).code, 2);
        assert_eq!(run(&db, &["token", "list", "--user", "nobody"]).complaint(), "grantor: there is no person nobody\n");
    }

    async fn keys_are_rotated_with_overlap_or_at_once(db: Database) {
        let states = || -> Vec<String> {
            let keys = json(&db, &["keys", "list"]);
            let text = |key: &serde_json::Value, name: &str| key[name].as_str().expect("a text").to_owned();
            keys.as_array().expect("a list").iter().map(|k| text(k, "algorithm") + " " + &text(k, "state")).collect()
        };
        let first = ["ES256 active", "EdDSA active", "RS256 active"];
        assert_eq!(states(), first);
        let made = json(&db, &["keys", "rotate", "--algorithm", "RS256"]);
        let [pending] = made.as_array().expect("a list").as_slice() else { panic!("{made}") };
        assert_eq!((&pending["state"], &pending["algorithm"]), (&"pending".into(), &"RS256".into()));
        assert_eq!(states(), [&["RS256 pending"], &first[..]].concat());
        let said = run(&db, &["keys", "rotate", "--now"]);
        assert_eq!(said.text().matches("signs from now on").count(), 3, "{said:?}");
        let retiring = ["RS256 retiring", "ES256 retiring", "EdDSA retiring", "RS256 retiring"];
        assert_eq!(states(), [&first[..], &retiring].concat());
        let list = run(&db, &["keys", "list"]);
        assert!(list.text().contains("retiring") && !list.out.contains("private"), "{list:?}");
        assert_eq!(run(&db, &["keys", "rotate", "--algorithm", "none"]).code, 2);
    }

    async fn a_key_that_leaked_is_withdrawn(db: Database) {
        let newest = || json(&db, &["keys", "list"]).as_array().expect("a list")[0]["kid"].as_str().expect("a kid").to_owned();
        let leaked = newest();
        let unsure = run(&db, &["keys", "withdraw", &leaked]);
        assert!(unsure.code == 1 && unsure.complaint().contains("--yes"), "{unsure:?}");
        assert_eq!(newest(), leaked);
        let done = json(&db, &["keys", "withdraw", &leaked, "--yes"]);
        assert_eq!((&done["kid"], &done["successor"]), (&leaked.clone().into(), &newest().into()));
        assert!(run(&db, &["keys", "withdraw", &leaked, "--yes"]).text().contains("was gone already"));
        for sure in [&["keys", "withdraw", "-none"][..], &["keys", "withdraw", "-none", "--yes"]] {
            assert_eq!(run(&db, sure).complaint(), "grantor: there is no key -none\n");
        }
        assert_eq!(run(&db, &["keys", "withdraw"]).code, 2);
    }

    async fn the_outbox_shows_mails_in_the_clear(db: Database) {
        assert_eq!(run(&db, &["outbox"]).text(), "The outbox is empty.\n");
        let app = app(&db, Surroundings::default());
        let ada = person(&app, "ada");
        let origin = Origin { address: "192.0.2.1".to_owned(), user_agent: None };
        for _ in 0..2 {
            password::send(&app, Some(&ada.email), Proof::Link, &origin).expect("a mail");
        }
        let text = run(&db, &["outbox"]);
        for part in ["ada@example.com", "/password/reset?token=gra_pr_", "Hello Ada Lovelace,", "Channel  mail", "kept: nothing sends it"] {
            assert!(text.text().contains(part), "{part}: {text:?}");
        }
        let mails = json(&db, &["outbox", "--limit", "1"]);
        let [mail] = mails.as_array().expect("a list").as_slice() else { panic!("{mails}") };
        assert_eq!(mail["to"], "ada@example.com");
        assert!(mail["body"].as_str().is_some_and(|body| body.contains("gra_pr_")), "{mail}");
    }

    async fn purge_deletes_what_has_long_expired(db: Database) {
        let clock = Arc::new(FrozenClock::at("2020-01-01T00:00:00".parse().expect("a time")));
        let past = app(&db, Surroundings { clock, ..Surroundings::default() });
        let ada = person(&past, "ada");
        let origin = Origin { address: "192.0.2.1".to_owned(), user_agent: None };
        password::send(&past, Some(&ada.email), Proof::Link, &origin).expect("a mail");
        token(&past, &ada);
        let deleted = json(&db, &["purge"])["deleted"].clone();
        // One link proves the address of the new person.
        for (table, count) in [("messages", 2), ("one_time_tokens", 2), ("access_tokens", 1), ("grants", 1)] {
            assert_eq!(deleted[table], count, "{table}: {deleted}");
        }
        assert_eq!(deleted["throttles"], 2);
        let text = run(&db, &["purge"]);
        assert!(text.text().lines().skip(1).all(|line| line.ends_with(" 0")), "{text:?}");
        assert_eq!(json(&db, &["user", "list"])[0]["username"], "ada");
    }

    async fn purge_spares_a_token_that_may_still_be_renewed(db: Database) {
        let server = Setup::default().frozen().start(&db);
        let now = SystemClock.now();
        server.advance(now - TimeDelta::days(10) - server.app.now());
        roles::give(&server.app, &grantor::core::audit::Actor::Operator, &server.user("ada"), &"staff".into()).expect("the role is given");
        let body = serde_json::json!({ "email": "ada@example.com", "password": PASSWORD });
        let signed_in = post(&server, "/api/v1/auth/login", body).await.json();
        let token = signed_in["data"]["token"].as_str().expect("a token");
        let purge = |grace: &str| {
            let mut command = program(&db);
            command.env("GRANTOR_PURGE__KEEP_EXPIRED", "7d").env("GRANTOR_TOKENS__RENEWAL_GRACE", grace);
            command.args(["purge", "--json"]);
            finish(command, "").json()["deleted"]["access_tokens"].clone()
        };
        assert_eq!(purge("14d"), 0);
        server.advance(TimeDelta::days(10));
        let renewed = bearer(&server, Method::POST, "/api/v1/auth/refresh", token).await;
        assert_eq!(renewed.status, 200, "{}", renewed.body);
        assert_eq!(purge("7d"), 1, "it had long expired");
    }
}
