//! Nobody learns who has an account: neither by an answer nor by the work behind it.

use grantor::account::admin;
use grantor::core::user::Status;
use serde_json::json;

use crate::dialect::passport_support::{self as passport, one_time_password};
use crate::support::database::on_both;
use crate::support::outbox;
use crate::support::server::{PASSWORD, TestServer};

const NEW: &str = "a whole new password";

/// The statements that an act makes, without their values.
pub(super) async fn work<T>(server: &TestServer, act: impl Future<Output = T>) -> (T, Vec<String>) {
    server.reset_statements();
    let outcome = act.await;
    let texts = server.statements();
    let kinds = texts.iter().map(|text| text.split(" -- binds").next().unwrap_or_default().to_owned());
    (outcome, kinds.collect())
}

fn people(server: &TestServer) {
    server.user("ada");
    let closed = server.user("closed");
    admin::set_status(&server.app, &grantor::core::audit::Actor::Operator, &closed, Status::Disabled).expect("closed");
}

on_both! {
    async fn asking_for_a_way_in_takes_the_same_work_for_everybody(db: Database) {
        let server = TestServer::start(&db);
        people(&server);
        for path in ["/api/v1/top-up", "/password/forgot"] {
            let mut seen = Vec::new();
            for who in ["ada", "nobody", "closed"] {
                let email = format!("{who}@example.com");
                let (answer, statements) = if path.starts_with("/api") {
                    work(&server, passport::post(&server, path, json!({ "email": email }))).await
                } else {
                    let browser = crate::support::browser::Browser::new(&server);
                    let token = browser.get(path).await.input("_token").expect("a token");
                    let form = [("_token", token.as_str()), ("email", email.as_str())];
                    work(&server, browser.post(path, &form)).await
                };
                assert_eq!(answer.status, 200, "{}", answer.body);
                assert!(statements.iter().any(|text| text.contains("INSERT INTO") && text.contains("messages")));
                seen.push(statements);
            }
            assert_eq!(seen[0], seen[1], "{path}: an unknown person");
            assert_eq!(seen[0], seen[2], "{path}: a closed account");
        }
        let sent = outbox::all(&server);
        assert!(sent.iter().all(|(recipient, _)| recipient == "ada@example.com"), "{sent:?}");
        assert_eq!(sent.len(), 2);
    }

    async fn a_wrong_one_time_password_takes_the_same_work_for_everybody(db: Database) {
        let server = TestServer::start(&db);
        people(&server);
        let mut seen = Vec::new();
        for who in ["ada", "nobody", "closed"] {
            let email = format!("{who}@example.com");
            let asked = passport::post(&server, "/api/v1/top-up", json!({ "email": email })).await;
            assert_eq!(asked.status, 200);
            let right = one_time_password(&server);
            let wrong = if right == "000000" { "000001" } else { "000000" };
            let body = json!({ "email": email, "otp": wrong, "password": NEW, "password_confirmation": NEW });
            let (answer, statements) = work(&server, passport::post(&server, "/api/v1/password/reset", body)).await;
            assert_eq!(answer.status, 422);
            seen.push((answer.body, statements));
        }
        assert_eq!(seen[0], seen[1], "an unknown person");
        assert_eq!(seen[0], seen[2], "a closed account");
    }

    async fn a_refused_sign_in_takes_the_same_work_for_everybody(db: Database) {
        let server = TestServer::start(&db);
        people(&server);
        let mut seen = Vec::new();
        for (who, password) in [("ada", NEW), ("nobody", NEW), ("closed", NEW), ("closed", PASSWORD)] {
            let body = json!({ "email": format!("{who}@example.com"), "password": password });
            let (answer, statements) = work(&server, passport::post(&server, "/api/v1/login", body)).await;
            assert_eq!(answer.status, 401);
            seen.push((answer.body, statements));
        }
        for other in &seen[1..] {
            assert_eq!(&seen[0], other);
        }
    }
}
