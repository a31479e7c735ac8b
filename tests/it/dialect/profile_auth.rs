//! `PATCH /api/me/details/auth`.

use chrono::TimeDelta;
use grantor::account::{admin, email};
use grantor::core::secret::Plain;
use grantor::store::users;
use reqwest::Method;
use serde_json::{Value, json};

use super::passport_support::{log_in, post, refresh_first_party, send, text};
use super::profile_support::*;
use crate::support::database::on_both;
use crate::support::outbox;
use crate::support::server::{PASSWORD, Setup, TestServer};

const AUTH: &str = "/api/me/details/auth";
const NEW: &str = "a new password";

fn new_password() -> Value {
    json!({ "password": NEW, "password_confirmation": NEW })
}

async fn signs_in(server: &TestServer, password: &str) -> bool {
    let answer = post(server, "/api/v1/login", json!({ "email": "ada@example.com", "password": password })).await;
    answer.status == 200
}

on_both! {
    async fn a_fresh_session_needs_no_password(db: Database) {
        let server = Setup::default().frozen().start(&db);
        server.user("ada");
        let (api, other) = (Api::of(&server, "ada").await, Api::of(&server, "ada").await);
        let body = json!({
            "email": "ada@elsewhere.example", "username": "ada.lovelace", "password": NEW, "password_confirmation": NEW
        });
        api.golden("auth", &api.patch(AUTH, body).await);
        assert_eq!(api.get("/api/me").await.status, 200, "the session that asked goes on");
        assert_eq!(other.get("/api/me").await.status, 401, "every other ended");
        assert!(signs_in(&server, NEW).await && !signs_in(&server, PASSWORD).await);
        assert_eq!(api.me().await["email"], "ada@example.com", "not before its link is opened");
        let by_name = json!({ "email": "ada.lovelace", "password": NEW });
        assert_eq!(post(&server, "/api/v1/login", by_name).await.status, 200);
    }

    async fn an_older_session_needs_the_password(db: Database) {
        let server = Setup::default().frozen().start(&db);
        server.user("ada");
        let api = Api::of(&server, "ada").await;
        server.advance(TimeDelta::minutes(5));
        assert_eq!(api.patch(AUTH, json!({ "email": "b@example.com" })).await.status, 200, "five minutes are fresh");
        server.advance(TimeDelta::seconds(1));
        api.golden("auth-stale", &api.patch(AUTH, new_password()).await);
        api.golden("auth-stale", &api.patch(AUTH, json!({ "email": "c@example.com" })).await);
        let with = |current: &str| {
            let mut body = new_password();
            body["current_password"] = current.into();
            api.patch(AUTH, body)
        };
        api.golden("auth-stale", &with("").await);
        api.golden("auth-wrong-password", &with("not it at all").await);
        api.golden("auth-wrong-password", &with(&"x".repeat(1000)).await);
        assert!(signs_in(&server, PASSWORD).await);
        assert_eq!(api.patch(AUTH, json!({ "username": "augusta" })).await.status, 200, "a name needs none");
        assert_eq!(api.patch(AUTH, json!({ "email": "ADA@example.com" })).await.status, 200, "no change needs none");
        assert_eq!(with(PASSWORD).await.status, 200);
        assert!(signs_in(&server, NEW).await);
    }

    async fn a_fresh_session_with_a_wrong_password_is_refused(db: Database) {
        let server = TestServer::start(&db);
        server.user("ada");
        let api = Api::of(&server, "ada").await;
        let mut body = new_password();
        body["current_password"] = "not it at all".into();
        api.golden("auth-wrong-password", &api.patch(AUTH, body).await);
        assert!(signs_in(&server, PASSWORD).await);
    }

    async fn a_third_partys_token_always_needs_it_and_ends_with_it(db: Database) {
        let server = TestServer::start(&db);
        server.user("ada");
        let api = Api::personal(&server, "ada", &["account"]).await;
        api.golden("auth-stale", &api.patch(AUTH, new_password()).await);
        let mut body = new_password();
        body["current_password"] = PASSWORD.into();
        assert_eq!(api.patch(AUTH, body).await.status, 200);
        assert_eq!(api.get("/api/me/sessions").await.status, 401);
    }

    async fn guesses_are_few(db: Database) {
        let server = Setup::default().frozen().set("limits.sign_in_attempts", 4).start(&db);
        server.user("ada");
        let api = Api::of(&server, "ada").await;
        server.advance(TimeDelta::minutes(6));
        let mut body = new_password();
        body["current_password"] = "not it at all".into();
        for _ in 0..4 {
            assert_eq!(api.patch(AUTH, body.clone()).await.status, 422);
        }
        api.golden("auth-throttled", &api.patch(AUTH, body.clone()).await);
        body["current_password"] = PASSWORD.into();
        assert_eq!(api.patch(AUTH, body.clone()).await.status, 429, "a right one too");
        assert!(!signs_in(&server, PASSWORD).await, "they count as attempts to sign in");
        server.advance(TimeDelta::minutes(15));
        assert_eq!(api.patch(AUTH, body).await.status, 200);
    }

    async fn taken_names_are_not_walked(db: Database) {
        let server = Setup::default()
            .frozen()
            .set("limits.registrations_per_address", 2)
            .set("limits.registration_window", "10m")
            .start(&db);
        server.user("ada");
        server.user("eve");
        let api = Api::of(&server, "ada").await;
        for username in ["ada.b", "ada.c", "ada.d", "ADA.D", "augusta"] {
            assert_eq!(api.patch(AUTH, json!({ "username": username })).await.status, 200, "those that are free do not count");
        }
        for _ in 0..2 {
            assert_eq!(api.patch(AUTH, json!({ "username": "eve" })).await.status, 422);
        }
        for username in ["eve", "nobody"] {
            api.golden("auth-username-throttled", &api.patch(AUTH, json!({ "username": username })).await);
        }
        assert_eq!(api.patch(AUTH, json!({ "username": "Augusta" })).await.status, 200, "one's own");
        server.advance(TimeDelta::minutes(10));
        assert_eq!(api.patch(AUTH, json!({ "username": "nobody" })).await.status, 200);
    }

    async fn letters_to_strangers_are_few(db: Database) {
        let server = Setup::default().frozen().set("limits.reset_attempts", 2).start(&db);
        server.user("ada");
        let api = Api::of(&server, "ada").await;
        for name in ["b", "c"] {
            assert_eq!(api.patch(AUTH, json!({ "email": format!("{name}@example.com") })).await.status, 200);
        }
        api.golden("auth-email-throttled", &api.patch(AUTH, json!({ "email": "d@example.com" })).await);
    }

    async fn fields_that_are_wrong_are_named(db: Database) {
        let server = TestServer::start(&db);
        server.user("ada");
        server.user("eve");
        let api = Api::of(&server, "ada").await;
        let mistyped = json!({
            "username": 1, "email": ["x"], "password": {}, "password_confirmation": true, "current_password": []
        });
        api.golden("auth-mistyped", &api.patch(AUTH, mistyped).await);
        let wrong = json!({ "username": "ada@example.com", "email": "ada", "password": "short" });
        api.golden("auth-wrong", &api.patch(AUTH, wrong).await);
        let unconfirmed = json!({ "password": NEW, "password_confirmation": "another" });
        api.golden("auth-unconfirmed", &api.patch(AUTH, unconfirmed).await);
        api.golden("auth-unconfirmed", &api.patch(AUTH, json!({ "password": NEW })).await);
        api.golden("auth-long-password", &api.patch(AUTH, json!({ "password": "x".repeat(73) })).await);
        api.golden("auth-username-taken", &api.patch(AUTH, json!({ "username": "EVE" })).await);
        for body in [
            json!({ "username": "" }), json!({ "username": "a\nb" }), json!({ "username": "x".repeat(65) }),
            json!({ "email": "" }), json!({ "email": "a@example.com\r\nBcc: eve@example.com" }),
            json!({ "email": format!("{}@example.com", "x".repeat(250)) }), json!({ "email": "\0@example.com" }),
            json!({ "password": "" }), json!({ "password": "ä".repeat(37), "password_confirmation": "ä".repeat(37) }),
        ] {
            assert_eq!(api.patch(AUTH, body.clone()).await.status, 422, "{body}");
        }
        let large = json!({ "password": "x".repeat(1_000_000) });
        api.golden("too-large", &api.patch(AUTH, large).await);
        assert!(signs_in(&server, PASSWORD).await);
        for body in [json!({}), json!({ "role": "admin", "id": 1 }), json!({ "password_confirmation": "x" })] {
            assert_eq!(api.patch(AUTH, body).await.json()["data"]["username"], "ada");
        }
    }

    async fn a_taken_address_answers_like_a_free_one(db: Database) {
        let server = Setup::default().frozen().start(&db);
        server.user("ada");
        server.user("eve");
        let api = Api::of(&server, "ada").await;
        let taken = api.patch(AUTH, json!({ "email": "eve@example.com" })).await;
        let free = api.patch(AUTH, json!({ "email": "nobody@example.com" })).await;
        assert_eq!((taken.status, &taken.body), (200, &free.body));
        assert_eq!(api.me().await["email"], "ada@example.com");
    }

    async fn a_new_address_takes_effect_by_its_link(db: Database) {
        let server = Setup::default().frozen().start(&db);
        server.user("ada");
        let api = Api::of(&server, "ada").await;
        assert_eq!(api.patch(AUTH, json!({ "email": "ada@elsewhere.example" })).await.status, 200);
        let written = outbox::all(&server);
        let told: Vec<&str> = written.iter().map(|(to, _)| to.as_str()).collect();
        assert!(told.contains(&"ada@elsewhere.example") && told.contains(&"ada@example.com"), "{told:?}");
        let (_, text) = written.iter().find(|(to, _)| to == "ada@elsewhere.example").expect("the link");
        let link = text.split_whitespace().find(|word| word.contains("token=")).expect("a link");
        let token = Plain::new(link.split_once("token=").expect("a token").1);
        assert_eq!(api.me().await["email"], "ada@example.com");
        email::confirm(&server.app, &token).expect("confirmed");
        assert_eq!(api.me().await["email"], "ada@elsewhere.example");
    }

    async fn names_of_accounts_that_ended_stay_taken(db: Database) {
        let server = Setup::default().set("registration.reserve_names", true).start(&db);
        server.user("ada");
        server.user("eve");
        let (ada, eve) = (Api::of(&server, "ada").await, Api::of(&server, "eve").await);
        let details = "/api/me/details";
        assert_eq!(eve.patch(details, json!({ "phone": "+381641234567" })).await.status, 200);
        let end = eve.request(Method::DELETE, "/api/me").json(&json!({ "current_password": PASSWORD }));
        assert_eq!(send(end).await.status, 204);
        ada.golden("auth-username-taken", &ada.patch(AUTH, json!({ "username": "Eve" })).await);
        ada.golden("details-taken", &ada.patch(details, json!({ "phone": "+381641234567" })).await);
    }

    async fn whose_password_changed_meanwhile_changes_nothing(db: Database) {
        let server = TestServer::start(&db);
        let seen = server.user("ada");
        admin::set_password(&server.app, &grantor::core::audit::Actor::Operator, &seen, "set by an admin").expect("set");
        let asker = grantor::account::credentials::Asker {
            auth_time: Some(server.app.now()),
            spared: None,
            origin: Default::default(),
            user: seen.clone(),
        };
        let new = grantor::account::credentials::NewCredentials {
            username: Some("mallory".to_owned()),
            password: Some(Plain::new(NEW)),
            password_confirmation: Some(Plain::new(NEW)),
            ..Default::default()
        };
        grantor::account::credentials::change(&server.app, asker, &new).expect_err("it is another password now");
        let now = server.app.read(|cx| users::by_id(cx.conn, seen.id)).expect("read").expect("ada");
        assert_eq!(now.username, "ada");
        assert!(signs_in(&server, "set by an admin").await);
    }

    async fn refreshing_goes_on_for_the_session_that_asked(db: Database) {
        let server = TestServer::start(&db);
        server.user("ada");
        let signed_in = log_in(&server, "ada").await;
        let other = log_in(&server, "ada").await;
        let api = Api { server: &server, token: text(&signed_in, "access_token").to_owned() };
        assert_eq!(send(api.request(Method::PATCH, AUTH).json(&new_password())).await.status, 200);
        assert_eq!(refresh_first_party(&server, text(&signed_in, "refresh_token")).await.status, 200);
        assert_eq!(refresh_first_party(&server, text(&other, "refresh_token")).await.status, 400);
    }
}
