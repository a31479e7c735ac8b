//! `/oauth/clients` and `/oauth/scopes`.

use grantor::core::ids::UserId;
use reqwest::Method;
use serde_json::{Value, json};

use super::passport_support::*;
use crate::support::database::on_both;
use crate::support::server::{REDIRECT, TestServer};

const CLIENTS: &str = "/oauth/clients";

fn new_client() -> Value {
    json!({ "name": "My app", "redirect": REDIRECT })
}

fn path(client: &Value) -> String {
    format!("{CLIENTS}/{}", text(client, "id"))
}

on_both! {
    async fn a_client_is_made_shown_changed_and_deleted(db: Database) {
        let server = TestServer::start(&db);
        let ada = server.user("ada");
        let session = Session::of(&server, "ada");
        golden(&server, "clients-none", &session.get(&server, CLIENTS).await);
        let answer = session.post(&server, CLIENTS, new_client()).await;
        golden(&server, "clients-created", &answer);
        let client = answer.json();
        assert_eq!(client["user_id"], json!(ada.id));
        assert!(text(&client, "secret").len() > 40);
        golden(&server, "clients-listed", &session.get(&server, CLIENTS).await);

        let changed = json!({ "name": "Her app", "redirect": "https://a.example/cb, https://b.example/cb" });
        golden(&server, "clients-updated", &session.put(&server, &path(&client), changed).await);
        let listed = session.get(&server, CLIENTS).await.json();
        assert_eq!(listed[0]["redirect_uris"], json!(["https://a.example/cb", "https://b.example/cb"]));

        golden(&server, "clients-deleted", &session.delete(&server, &path(&client)).await);
        golden(&server, "clients-none", &session.get(&server, CLIENTS).await);
        golden(&server, "not-found", &session.delete(&server, &path(&client)).await);
        golden(&server, "not-found", &session.put(&server, &path(&client), new_client()).await);
    }

    async fn a_secret_is_shown_once_and_works(db: Database) {
        let server = TestServer::start(&db);
        server.user("ada");
        let session = Session::of(&server, "ada");
        let client = session.post(&server, CLIENTS, new_client()).await.json();
        let secret = text(&client, "secret").to_owned();
        let list = session.get(&server, CLIENTS).await;
        let updated = session.put(&server, &path(&client), new_client()).await;
        for answer in [&list, &updated] {
            assert!(!answer.body.contains(&secret) && !answer.body.contains("secret"), "{}", answer.body);
        }
        let known = grantor::oauth::manage::list_clients(
            &server.app,
            Some(UserId(client["user_id"].as_i64().expect("a number"))),
            &Default::default(),
        );
        let known = known.expect("a list").remove(0);
        let tokens = third_party(&server, &session, &known, &secret).await;
        assert_eq!(introspect(&server, text(&tokens, "access_token")).await["active"], true);
    }

    async fn public_clients_and_other_ways_to_say_it(db: Database) {
        let server = TestServer::start(&db);
        server.user("ada");
        let session = Session::of(&server, "ada");
        let with = |confidential: Value| {
            let mut body = new_client();
            body["confidential"] = confidential;
            body
        };
        golden(&server, "clients-created-public", &session.post(&server, CLIENTS, with(json!(false))).await);
        for (said, meant) in [
            (json!(true), true), (json!("true"), true), (json!("1"), true), (json!(1), true), (Value::Null, true),
            (json!("false"), false), (json!("0"), false), (json!(0), false),
        ] {
            let client = session.post(&server, CLIENTS, with(said.clone())).await.json();
            assert_eq!(client["confidential"], json!(meant), "{said}");
            assert_eq!(client["secret"].is_string(), meant, "{said}");
        }
        let form = [
            ("name", "By form"), ("redirect_uris[]", REDIRECT), ("redirect_uris[]", "com.example.app:/cb"),
            ("confidential", "0"), ("_token", &session.csrf),
        ];
        let request = request(&server, Method::POST, CLIENTS).header("cookie", session.header());
        let client = send(request.form(&form)).await.json();
        assert_eq!(client["redirect"], json!(format!("{REDIRECT},com.example.app:/cb")));
        let body = json!({ "name": "By list", "redirect_uris": [REDIRECT, REDIRECT] });
        let client = session.post(&server, CLIENTS, body).await.json();
        assert_eq!(client["redirect_uris"], json!([REDIRECT]));
    }

    async fn fields_that_are_missing_or_wrong_are_named(db: Database) {
        let server = TestServer::start(&db);
        server.user("ada");
        let session = Session::of(&server, "ada");
        golden(&server, "clients-missing", &session.post(&server, CLIENTS, json!({})).await);
        let wrong = json!({ "name": "x".repeat(101), "redirect": "javascript:alert(1), http://app.example/cb" });
        golden(&server, "clients-wrong", &session.post(&server, CLIENTS, wrong).await);
        let mistyped = json!({ "name": 1, "redirect_uris": "https://a.example", "confidential": "maybe" });
        golden(&server, "clients-mistyped", &session.post(&server, CLIENTS, mistyped).await);
        for body in [
            json!({ "name": "a\0b", "redirect": REDIRECT }),
            json!({ "name": "a", "redirect": "https://a.example/#x" }),
            json!({ "name": "a", "redirect": "https://*.example/" }),
            json!({ "name": "a", "redirect": "/relative" }),
            json!({ "name": "a", "redirect": "," }),
            json!({ "name": "a", "redirect": [REDIRECT] }),
            json!({ "name": "a", "redirect_uris": [] }),
            json!({ "name": "a", "redirect_uris": [1] }),
            json!({ "name": "a", "redirect_uris": vec![REDIRECT; 21] }),
            json!({ "name": "a", "redirect": REDIRECT, "confidential": {} }),
            json!({ "name": "a", "redirect": REDIRECT, "confidential": 2 }),
        ] {
            let answer = session.post(&server, CLIENTS, body).await;
            assert_eq!(answer.status, 422, "{}", answer.body);
        }
        golden(&server, "clients-none", &session.get(&server, CLIENTS).await);
        let client = session.post(&server, CLIENTS, new_client()).await.json();
        golden(&server, "clients-missing", &session.put(&server, &path(&client), json!({})).await);
        let listed = session.get(&server, CLIENTS).await.json();
        assert_eq!(listed[0]["name"], "My app", "nothing was written");
    }

    async fn somebody_elses_client_is_not_there(db: Database) {
        let server = TestServer::start(&db);
        server.user("ada");
        server.user("eve");
        let (ada, eve) = (Session::of(&server, "ada"), Session::of(&server, "eve"));
        let client = ada.post(&server, CLIENTS, new_client()).await.json();
        let nobodys = server.client(|_| {}).0.id;
        golden(&server, "clients-none", &eve.get(&server, CLIENTS).await);
        for id in [text(&client, "id"), nobodys.as_str(), "first-party", "personal-access", "1", "%00", "%ff", "a%2Fb"] {
            let path = format!("{CLIENTS}/{id}");
            golden(&server, "not-found", &eve.put(&server, &path, new_client()).await);
            golden(&server, "not-found", &eve.delete(&server, &path).await);
        }
        assert_eq!(ada.get(&server, CLIENTS).await.json()[0]["id"], client["id"]);
    }

    async fn a_deleted_client_is_dead_at_once(db: Database) {
        let server = TestServer::start(&db);
        let ada = server.user("ada");
        server.user("eve");
        let (owner, person) = (Session::of(&server, "ada"), Session::of(&server, "eve"));
        let (client, secret) = server.client(|new| new.owner = Some(ada));
        let tokens = third_party(&server, &person, &client, &secret).await;
        let access_token = text(&tokens, "access_token");
        assert_eq!(introspect(&server, access_token).await["active"], true);
        assert_eq!(owner.delete(&server, &format!("{CLIENTS}/{}", client.id)).await.status, 204);
        assert_eq!(introspect(&server, access_token).await, json!({ "active": false }));
        assert_eq!(introspect(&server, text(&tokens, "refresh_token")).await, json!({ "active": false }));
        let answer = refresh(&server, &client, &secret, text(&tokens, "refresh_token")).await;
        assert_eq!((answer.status, &answer.json()["error"]), (401, &json!("invalid_client")));
        let used = bearer(&server, Method::GET, CLIENTS, access_token).await;
        golden(&server, "unauthenticated", &used);
        assert_eq!(person.get(&server, "/oauth/tokens").await.json(), json!([]));
    }

    async fn a_person_has_a_hundred_clients_at_the_most(db: Database) {
        let server = TestServer::start(&db);
        let ada = server.user("ada");
        for _ in 0..100 {
            server.client(|new| new.owner = Some(ada.clone()));
        }
        let session = Session::of(&server, "ada");
        golden(&server, "clients-too-many", &session.post(&server, CLIENTS, new_client()).await);
        let listed = session.get(&server, CLIENTS).await.json();
        assert_eq!(listed.as_array().map(Vec::len), Some(100));
        assert_eq!(session.delete(&server, &path(&listed[0])).await.status, 204);
        assert_eq!(session.post(&server, CLIENTS, new_client()).await.status, 201);
    }

    async fn scopes_are_listed(db: Database) {
        let server = TestServer::start(&db);
        server.user("ada");
        let answer = Session::of(&server, "ada").get(&server, "/oauth/scopes").await;
        golden_with(&server, "scopes", &answer, |redactions| redactions.keep("id"));
    }
}
