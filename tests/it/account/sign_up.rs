//! Registering where an address must be proved to sign in.

use serde_json::{Value, json};

use super::oracle::work;
use super::{kinds, link, person, registration};
use crate::dialect::passport_support as passport;
use crate::support::browser::Browser;
use crate::support::database::on_both;
use crate::support::outbox;
use crate::support::server::{PASSWORD, Setup, TestServer};

const REGISTER: &str = "/api/v1/register";
const PASSWORD_OF_SIGN_UPS: &str = "a password of a sign-up";

fn strict(db: &crate::support::database::Database) -> TestServer {
    Setup::default().frozen().set("registration.email_verification", "sign-in").start(db)
}

/// An answer without what differs between any two people.
fn alike(body: &Value) -> Value {
    let mut body = body.clone();
    for name in ["id", "username", "email", "mobile"] {
        assert!(!body["user"][name].is_null(), "{body}");
        body["user"][name] = json!("differs");
    }
    body
}

/// The verbs of statements, in no order: which table a row is written to differs, and when.
fn verbs(statements: &[String]) -> Vec<&str> {
    let mut verbs: Vec<_> = statements.iter().filter_map(|text| text.split_whitespace().next()).collect();
    verbs.sort_unstable();
    verbs
}

on_both! {
    async fn a_taken_address_is_not_told(db: Database) {
        let server = strict(&db);
        server.user("ada");
        let sign_up = |username, email, phone| {
            let mut body = registration(username, email, phone);
            body["password"] = json!(PASSWORD_OF_SIGN_UPS);
            body["password_confirmation"] = json!(PASSWORD_OF_SIGN_UPS);
            body
        };
        let free = sign_up("grace", "grace@example.com", "0123456789");
        let (free, free_work) = work(&server, passport::post(&server, REGISTER, free)).await;
        let taken = sign_up("mallory", "ADA@example.com", "0123456780");
        let (taken, taken_work) = work(&server, passport::post(&server, REGISTER, taken)).await;
        assert_eq!((free.status, taken.status), (201, 201), "{} {}", free.body, taken.body);
        assert!(!free.body.contains("token"), "{}", free.body);
        assert_eq!(alike(&free.json()), alike(&taken.json()));
        assert_eq!(taken.json()["user"]["email"], "ADA@example.com");
        assert_eq!(verbs(&free_work), verbs(&taken_work), "{free_work:#?} {taken_work:#?}");
        assert!(person(&server, "grace").is_some());
        assert!(person(&server, "mallory").is_none());
        assert_eq!(kinds(&server, "grace@example.com"), ["email_verification"]);
        assert_eq!(kinds(&server, "ada@example.com"), ["already_registered"]);
        assert_eq!(outbox::all(&server).len(), 2);
        // Signing in says of both that the address is to be verified, and of a wrong password the same.
        for (password, expected) in [(PASSWORD_OF_SIGN_UPS, 403), ("another password", 401)] {
            let mut seen = Vec::new();
            for name in ["grace@example.com", "ada@example.com", "grace", "mallory"] {
                let body = json!({ "email": name, "password": password });
                let (answer, statements) = work(&server, passport::post(&server, "/api/v1/login", body)).await;
                assert_eq!(answer.status, expected, "{name}: {}", answer.body);
                seen.push((answer.body, verbs(&statements).join(" ")));
            }
            seen.dedup();
            assert_eq!(seen.len(), 1, "{seen:#?}");
        }
        // The second try says of both that the username is taken: it tells nothing of the address either.
        for username in ["grace", "mallory"] {
            let again = registration(username, "other@example.com", "0123456781");
            let again = passport::post(&server, REGISTER, again).await;
            assert_eq!((again.status, again.body.contains("username")), (422, true), "{}", again.body);
        }
        for phone in ["0123456789", "0123456780"] {
            let again = passport::post(&server, REGISTER, registration("eve", "other@example.com", phone)).await;
            assert_eq!((again.status, again.body.contains("mobile")), (422, true), "{}", again.body);
        }
    }

    async fn the_page_says_the_same_of_a_taken_address(db: Database) {
        let server = strict(&db);
        server.user("ada");
        let mut bodies = Vec::new();
        for (username, email) in [("grace", "grace@example.com"), ("mallory", "ada@example.com")] {
            let browser = Browser::new(&server);
            let token = browser.get("/register").await.input("_token").expect("a token");
            let form = [
                ("_token", token.as_str()), ("name", "Ada Lovelace"), ("username", username), ("email", email),
                ("password", PASSWORD), ("password_confirmation", PASSWORD),
            ];
            let answer = browser.post("/register", &form).await;
            assert_eq!((answer.status, answer.header("set-cookie")), (201, ""), "{}", answer.body);
            bodies.push(answer.text_of("main"));
        }
        assert!(bodies[0].contains("Look in your mailbox"), "{}", bodies[0]);
        assert_eq!(bodies[0], bodies[1]);
    }

    async fn two_who_take_one_address_at_once_are_answered_alike(db: Database) {
        let server = strict(&db);
        let rivals: Vec<_> = (0..8)
            .map(|n| {
                let body = registration(&format!("rival{n}"), "one@example.com", &format!("012345678{n}"));
                tokio::spawn(passport::send(passport::request(&server, reqwest::Method::POST, REGISTER).json(&body)))
            })
            .collect();
        for rival in rivals {
            assert_eq!(rival.await.expect("an answer").status, 201);
        }
        let kept = (0..8).filter(|n| person(&server, &format!("rival{n}")).is_some()).count();
        assert_eq!(kept, 1);
    }

    async fn nobody_comes_in_before_their_address_is_proved(db: Database) {
        let server = strict(&db);
        passport::post(&server, REGISTER, registration("ada", "ada@example.com", "0123456789")).await;
        let login = |password: &'static str| {
            passport::post(&server, "/api/v1/login", json!({ "email": "ada@example.com", "password": password }))
        };
        let refused = login(PASSWORD).await;
        assert_eq!(refused.status, 403, "{}", refused.body);
        assert!(refused.json()["message"].as_str().is_some_and(|text| text.contains("verify")));
        // Who does not know the password learns nothing.
        assert_eq!(login("another password").await.status, 401);

        let browser = Browser::new(&server);
        let page = browser.get("/login").await;
        let token = page.input("_token").expect("a token");
        let form = [("_token", token.as_str()), ("login", "ada"), ("password", PASSWORD)];
        let answer = browser.post("/login", &form).await;
        assert_eq!(answer.status, 403);
        assert!(answer.body.contains("href=\"/email/verify\""), "{}", answer.body);

        grantor::account::email::confirm(&server.app, &token_of(&link(&server))).expect("verified");
        assert_eq!(login(PASSWORD).await.status, 200);
    }

    async fn where_nothing_is_asked_registering_signs_in_and_sends_the_link(db: Database) {
        for policy in ["off", "consent"] {
            let server = Setup::default().set("registration.email_verification", policy).start(&db);
            let email = format!("{policy}@example.com");
            let phone = format!("01234567{:02}", policy.len());
            let answer = passport::post(&server, REGISTER, registration(policy, &email, &phone)).await;
            assert_eq!((answer.status, answer.body.contains("access_token")), (201, true), "{}", answer.body);
            assert_eq!(kinds(&server, &email), ["email_verification"]);
            let again = passport::post(&server, REGISTER, registration("other", &email, "0123456000")).await;
            assert_eq!((again.status, again.body.contains("email")), (422, true), "{}", again.body);
        }
    }
}

/// The token of a link.
pub(super) fn token_of(link: &str) -> grantor::core::secret::Plain {
    grantor::core::secret::Plain::new(link.split_once("token=").expect("a token").1)
}
