//! `/api/me/2fa`, and what every dialect asks for while it is on.

use chrono::TimeDelta;
use reqwest::Method;
use serde_json::{Value, json};

use super::passport_support::{golden_at, one_time_password, post, send};
use super::profile_support::Api;
use crate::support::browser::Answer;
use crate::support::database::on_both;
use crate::support::server::{PASSWORD, Setup, TestServer};

const TWO_FACTOR: &str = "/api/me/2fa";
const VERIFY: &str = "/api/me/2fa/verify";

fn telephone() -> Value {
    json!({ "country_code": 381, "phone_number": 641_234_567_u64 })
}

/// Each dialect's sign-in.
const SIGN_INS: [(&str, &str); 4] = [
    ("passport", "/api/v1/login"),
    ("session", "/session"),
    ("refresh", "/auth/login"),
    ("envelope", "/api/v1/auth/login"),
];

async fn verify(api: &Api<'_>, code: &str) -> Answer {
    send(api.request(Method::POST, VERIFY).json(&json!({ "token": code }))).await
}

/// A code that is not the one that was sent.
fn another(code: &str) -> &'static str {
    if code == "000000" { "000001" } else { "000000" }
}

/// Turns codes by text message on.
async fn turn_on(api: &Api<'_>) {
    assert_eq!(api.put(TWO_FACTOR, telephone()).await.status, 200);
    assert_eq!(verify(api, &one_time_password(api.server)).await.status, 200);
}

on_both! {
    async fn a_telephone_is_verified_and_taken_off_again(db: Database) {
        let server = Setup::default().frozen().start(&db);
        server.user("ada");
        let api = Api::of(&server, "ada").await;
        api.golden("2fa-begun", &api.put(TWO_FACTOR, telephone()).await);
        let code = one_time_password(&server);
        api.golden("2fa-wrong-code", &verify(&api, another(&code)).await);
        api.golden("2fa-on", &verify(&api, &code).await);
        api.golden("2fa-wrong-code", &verify(&api, &code).await);
        assert_eq!(api.me().await["two_factor_options"], json!({ "methods": ["sms"], "pending": false }));
        api.golden("2fa-off", &api.delete(TWO_FACTOR).await);
    }

    async fn while_it_is_on_every_dialect_asks_for_it(db: Database) {
        let server = Setup::default().frozen().set("limits.text_messages", 20).start(&db);
        crate::dialect::envelope::person(&server, "ada", "staff");
        turn_on(&Api::of(&server, "ada").await).await;
        for (dialect, path) in SIGN_INS {
            let golden = |name: &str, answer: &Answer| {
                golden_at(&server, &format!("{dialect}/{name}"), answer, |redactions| redactions);
            };
            server.advance(TimeDelta::seconds(1));
            let asked = post(&server, path, json!({ "email": "ada@example.com", "password": PASSWORD })).await;
            golden("login-two-factor-sms", &asked);
            let (token, code) = (asked.json()["two_factor_token"].clone(), one_time_password(&server));
            let step = |code: &str| post(&server, path, json!({ "two_factor_token": token, "token": code }));
            golden("login-two-factor-wrong", &step(another(&code)).await);
            let answer = step(&code).await;
            assert_eq!(answer.status, 200, "{dialect}: {}", answer.body);
            golden("login-two-factor-wrong", &step(&code).await);
        }
    }

    async fn five_wrong_codes_end_the_attempt(db: Database) {
        let server = TestServer::start(&db);
        server.user("ada");
        turn_on(&Api::of(&server, "ada").await).await;
        let asked = post(&server, "/session", json!({ "email": "ada@example.com", "password": PASSWORD })).await.json();
        let code = one_time_password(&server);
        for code in [another(&code); 5].into_iter().chain([code.as_str()]) {
            let body = json!({ "two_factor_token": asked["two_factor_token"], "token": code });
            assert_eq!(post(&server, "/session", body).await.status, 401, "{code}");
        }
    }

    async fn a_token_that_was_found_changes_nothing(db: Database) {
        let server = Setup::default().frozen().start(&db);
        server.user("ada");
        let api = Api::of(&server, "ada").await;
        server.advance(TimeDelta::minutes(6));
        api.golden("2fa-stale", &api.put(TWO_FACTOR, telephone()).await);
        api.golden("2fa-stale", &api.delete(TWO_FACTOR).await);
        let with = |method: Method, password: &str| {
            let mut body = telephone();
            body["current_password"] = password.into();
            send(api.request(method, TWO_FACTOR).json(&body))
        };
        api.golden("2fa-wrong-password", &with(Method::PUT, "not it at all").await);
        assert_eq!(api.me().await["two_factor_options"], Value::Null);
        assert_eq!(with(Method::PUT, PASSWORD).await.status, 200);
        assert_eq!(api.me().await["two_factor_options"]["pending"], true);
        assert_eq!(with(Method::DELETE, PASSWORD).await.status, 200, "what waits is called off");
        assert_eq!(api.me().await["two_factor_options"], Value::Null);
        server.advance(TimeDelta::seconds(1));
        assert_eq!(with(Method::PUT, PASSWORD).await.status, 200);
        assert_eq!(verify(&api, &one_time_password(&server)).await.status, 200);
        // From now on the password is not all that they sign in with.
        for method in [Method::PUT, Method::DELETE] {
            api.golden("2fa-stale-factor", &with(method, PASSWORD).await);
        }
        assert_eq!(api.me().await["two_factor_options"]["methods"], json!(["sms"]));
    }

    async fn a_third_party_needs_the_scope_and_the_password(db: Database) {
        let server = TestServer::start(&db);
        server.user("ada");
        let reader = Api::personal(&server, "ada", &["profile"]).await;
        for (method, path) in [(Method::PUT, TWO_FACTOR), (Method::DELETE, TWO_FACTOR), (Method::POST, VERIFY)] {
            reader.golden("forbidden", &send(reader.request(method, path).json(&telephone())).await);
        }
        let writer = Api::personal(&server, "ada", &["account"]).await;
        writer.golden("2fa-stale", &writer.put(TWO_FACTOR, telephone()).await);
        assert_eq!(writer.delete(TWO_FACTOR).await.status, 422);
    }

    async fn what_is_no_telephone_is_refused(db: Database) {
        let server = Setup::default().frozen().set("limits.text_messages", 2).start(&db);
        server.user("ada");
        let api = Api::of(&server, "ada").await;
        api.golden("2fa-missing", &api.put(TWO_FACTOR, json!({})).await);
        api.golden("2fa-mistyped", &api.put(TWO_FACTOR, json!({ "country_code": [], "phone_number": {} })).await);
        for (country_code, phone_number) in
            [("381", "1"), ("0", "641234567"), ("381", "6412\r\n34567"), ("999", "641234567"), ("381", "abc")]
        {
            let body = json!({ "country_code": country_code, "phone_number": phone_number });
            let answer = api.put(TWO_FACTOR, body).await;
            assert_eq!(answer.status, 422, "{country_code} {phone_number}: {}", answer.body);
        }
        api.golden("2fa-token-missing", &send(api.request(Method::POST, VERIFY).json(&json!({}))).await);
        api.golden("2fa-token-mistyped", &send(api.request(Method::POST, VERIFY).json(&json!({ "token": [] }))).await);
        api.golden("2fa-wrong-code", &verify(&api, "123456").await);
        for _ in 0..2 {
            assert_eq!(api.put(TWO_FACTOR, telephone()).await.status, 200);
        }
        api.golden("2fa-throttled", &api.put(TWO_FACTOR, telephone()).await);
    }

    async fn a_number_may_be_text_or_a_form_field(db: Database) {
        let server = TestServer::start(&db);
        server.user("ada");
        let api = Api::of(&server, "ada").await;
        let form = [("country_code", "381"), ("phone_number", "641234567")];
        let answer = send(api.request(Method::PUT, TWO_FACTOR).form(&form)).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let code = one_time_password(&server);
        let number: u64 = code.parse().expect("a number");
        let answer = send(api.request(Method::POST, VERIFY).json(&json!({ "token": number }))).await;
        let kept_zeros = !code.starts_with('0');
        assert_eq!(answer.status == 200, kept_zeros, "{}", answer.body);
    }
}
