//! `GET /api/me/sessions` and `DELETE /api/me/sessions/{id}`.

use chrono::TimeDelta;
use reqwest::Method;
use serde_json::{Value, json};

use super::passport_support::{Session, golden_at, refresh_first_party, request, send, text};
use super::profile_support::*;
use crate::support::database::on_both;
use crate::support::server::{PASSWORD, Setup, TestServer};

const SESSIONS: &str = "/api/me/sessions";
const MAC: &str = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_12_6) AppleWebKit/537.36 (KHTML, like Gecko) \
                   Chrome/60.0.3112.90 Safari/537.36";

async fn log_in_with(server: &TestServer, username: &str, agent: &str) -> Value {
    let body = json!({ "email": format!("{username}@example.com"), "password": PASSWORD });
    let answer = send(request(server, Method::POST, "/api/v1/login").header("user-agent", agent).json(&body)).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()
}

async fn listed(api: &Api<'_>) -> Vec<Value> {
    api.get(SESSIONS).await.json()["data"].as_array().expect("a list").clone()
}

on_both! {
    async fn sessions_are_listed_as_the_seed_shows(db: Database) {
        let server = Setup::default().frozen().start(&db);
        server.user("ada");
        Session::of(&server, "ada");
        server.advance(TimeDelta::seconds(1));
        let signed_in = log_in_with(&server, "ada", MAC).await;
        let api = Api { server: &server, token: text(&signed_in, "access_token").to_owned() };
        let answer = api.get(SESSIONS).await;
        golden_at(&server, "profile/sessions", &answer, |redactions| redactions);
        assert_eq!(answer.json()["data"][0]["user_agent"], MAC);
    }

    async fn a_session_is_ended_with_its_tokens(db: Database) {
        let server = Setup::default().frozen().start(&db);
        server.user("ada");
        let signed_in = log_in_with(&server, "ada", MAC).await;
        let phone = Api { server: &server, token: text(&signed_in, "access_token").to_owned() };
        let phones = listed(&phone).await;
        let browser = Session::of(&server, "ada");
        server.advance(TimeDelta::seconds(1));
        let api = Api::of(&server, "ada").await;
        assert_eq!(listed(&api).await.len(), 3);
        let path = format!("{SESSIONS}/{}", text(&phones[0], "id"));
        api.golden("session-ended", &api.delete(&path).await);
        assert_eq!(phone.get("/api/me").await.status, 401);
        assert_eq!(refresh_first_party(&server, text(&signed_in, "refresh_token")).await.status, 400);
        api.golden("not-found", &api.delete(&path).await);
        assert_eq!(browser.get(&server, "/oauth/clients").await.status, 200);
        let left = listed(&api).await;
        assert_eq!(left.len(), 2);
        let ids: Vec<&str> = left.iter().map(|session| text(session, "id")).collect();
        assert_eq!(api.delete(&format!("{SESSIONS}/{}", ids[1])).await.status, 204, "the browser's, used before");
        assert_eq!(browser.get(&server, "/oauth/clients").await.status, 401);
        assert_eq!(api.delete(&format!("{SESSIONS}/{}", ids[0])).await.status, 204);
        assert_eq!(api.get(SESSIONS).await.status, 401, "its own was among them");
    }

    async fn somebody_elses_is_not_there(db: Database) {
        let server = TestServer::start(&db);
        server.user("ada");
        server.user("eve");
        let (ada, eve) = (Api::of(&server, "ada").await, Api::of(&server, "eve").await);
        let id = text(&listed(&ada).await[0], "id").to_owned();
        eve.golden("not-found", &eve.delete(&format!("{SESSIONS}/{id}")).await);
        assert!(listed(&eve).await.iter().all(|session| session["id"] != id.as_str()));
        assert_eq!(ada.get("/api/me").await.status, 200);
        for id in ["1", "%00", "%ff", "a%20b", &"x".repeat(101), "..%2f..", "'%20OR%201=1"] {
            eve.golden("not-found", &eve.delete(&format!("{SESSIONS}/{id}")).await);
        }
        assert_eq!(listed(&eve).await.len(), 1);
    }

    async fn what_is_over_is_not_listed(db: Database) {
        let server = Setup::default().frozen().start(&db);
        server.user("ada");
        Session::of(&server, "ada");
        Api::of(&server, "ada").await;
        server.advance(TimeDelta::days(2));
        let api = Api::of(&server, "ada").await;
        assert_eq!(listed(&api).await.len(), 2, "an idle browser's is over, an idle program's is not");
        server.advance(TimeDelta::days(28));
        assert_eq!(listed(&Api::of(&server, "ada").await).await.len(), 2, "a program's ends with its refresh token");
    }

    async fn what_a_browser_says_of_itself_is_only_said_again(db: Database) {
        let server = TestServer::start(&db);
        server.user("ada");
        for agent in ["", "<script>alert(1)</script>", &"A".repeat(5000), &"(".repeat(4000), "Mozilla/5.0 \u{e9}"] {
            let signed_in = log_in_with(&server, "ada", agent).await;
            let api = Api { server: &server, token: text(&signed_in, "access_token").to_owned() };
            for session in listed(&api).await {
                let kept = session["user_agent"].as_str().unwrap_or_default();
                assert!(kept.chars().count() <= 255);
            }
        }
    }
}
