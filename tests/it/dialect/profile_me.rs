//! `GET /api/me`, `PATCH /api/me/details`, `GET /api/countries`.

use chrono::TimeDelta;
use reqwest::Method;
use serde_json::{Value, json};

use super::passport_support::{Session, bearer, post, request, send, text, third_party};
use super::profile_support::*;
use crate::support::database::on_both;
use crate::support::server::{PASSWORD, Setup, TestServer};

const DETAILS: &str = "/api/me/details";

/// The seed's own example.
fn example() -> Value {
    json!({
        "first_name": "Milos",
        "last_name": "Stojanovic",
        "birthday": "1990-10-18",
        "phone": "+381641234567",
        "address": "Some street 123, Nis, Serbia",
        "country_id": 688
    })
}

on_both! {
    async fn a_person_sees_themselves(db: Database) {
        let server = Setup::default().frozen().start(&db);
        server.user("ada");
        let api = Api::of(&server, "ada").await;
        let shown = api.get("/api/me").await;
        api.golden("me", &shown);
        let members: Vec<String> = shown.json()["data"].as_object().expect("an object").keys().cloned().collect();
        let mut expected = vec![
            "id", "first_name", "last_name", "username", "email", "phone", "avatar", "address", "country_id",
            "role_id", "status", "birthday", "last_login", "two_factor_country_code", "two_factor_phone",
            "two_factor_options", "created_at", "updated_at",
        ];
        expected.sort_unstable();
        assert_eq!(members, expected, "exactly the seed's fields");
        let head = send(api.request(Method::HEAD, "/api/me")).await;
        assert_eq!((head.status, head.body.as_str(), head.header("content-type")), (200, "", "application/json"));
    }

    async fn role_and_country_come_when_asked_for(db: Database) {
        let server = Setup::default().frozen().start(&db);
        server.user("ada");
        let api = Api::of(&server, "ada").await;
        api.golden("me-included-none", &api.get("/api/me?include=role,country").await);
        api.patch(DETAILS, json!({ "country_id": 688 })).await;
        api.golden("me-included", &api.get("/api/me?include=role,country").await);
        for (query, role, country) in [
            ("?include=role", true, false),
            ("?include=country", false, true),
            ("?include=country,%20role", true, true),
            ("?include=", false, false),
            ("?include=password_hash,tokens,*", false, false),
            ("?include[]=role", false, false),
        ] {
            let data = api.get(&format!("/api/me{query}")).await.json()["data"].clone();
            let has = |name: &str| data.get(name).is_some();
            assert_eq!((has("role"), has("country")), (role, country), "{query}");
            assert!(!has("password_hash") && !has("tokens"), "{query}");
        }
        api.golden("malformed", &api.get("/api/me?include=%ff").await);
    }

    async fn details_are_changed_as_the_seed_shows(db: Database) {
        let server = Setup::default().frozen().start(&db);
        server.user("ada");
        let api = Api::of(&server, "ada").await;
        server.advance(TimeDelta::seconds(60));
        api.golden("details", &api.patch(DETAILS, example()).await);
        assert_eq!(api.me().await["country_id"], 688);
        // One at a time, the others stay; the whole name follows.
        let one = api.patch(DETAILS, json!({ "first_name": "  Miloš " })).await.json();
        assert_eq!((&one["data"]["first_name"], &one["data"]["last_name"]), (&json!("Miloš"), &json!("Stojanovic")));
        let form = api.request(Method::PATCH, DETAILS).form(&[("last_name", "Petrović"), ("country_id", "40")]);
        let form = send(form).await.json();
        assert_eq!((&form["data"]["last_name"], &form["data"]["country_id"]), (&json!("Petrović"), &json!(40)));
        let passport = post(&server, "/api/v1/login", json!({ "email": "ada@example.com", "password": PASSWORD })).await;
        let user = &passport.json()["user"];
        assert_eq!(user["name"], "Miloš Petrović");
        assert_eq!((&user["mobile"], &user["dob"], &user["country"]),
            (&json!("+381641234567"), &json!("1990-10-18"), &json!("Austria")));
    }

    async fn what_passport_registers_is_seen_here(db: Database) {
        let server = TestServer::start(&db);
        let body = json!({
            "name": "Grace Brewster Hopper", "username": "grace", "mobile": "0987654321", "dob": "1906-12-09",
            "country": "serbia", "email": "grace@example.com", "password": PASSWORD, "password_confirmation": PASSWORD,
        });
        let made = post(&server, "/api/v1/register", body).await.json();
        let me = bearer(&server, Method::GET, "/api/me", text(&made, "access_token")).await.json();
        let expected = [("first_name", "Grace Brewster"), ("last_name", "Hopper"), ("phone", "0987654321"),
            ("birthday", "1906-12-09")];
        for (name, value) in expected {
            assert_eq!(me["data"][name], value);
        }
        assert_eq!(me["data"]["country_id"], 688);
    }

    async fn null_and_empty_clear_and_nothing_changes_nothing(db: Database) {
        let server = Setup::default().frozen().start(&db);
        server.user("ada");
        let api = Api::of(&server, "ada").await;
        for empty in [json!(null), json!("")] {
            api.patch(DETAILS, example()).await;
            let names = ["last_name", "birthday", "phone", "address", "country_id"];
            let body: serde_json::Map<_, _> = names.map(|name| (name.to_owned(), empty.clone())).into_iter().collect();
            let cleared = api.patch(DETAILS, body.into()).await.json();
            assert_eq!(cleared["data"]["last_name"], "");
            for name in &names[1..] {
                assert_eq!(cleared["data"][name], Value::Null, "{name}");
            }
        }
        api.golden("details-no-first-name", &api.patch(DETAILS, json!({ "first_name": "" })).await);
        let before = api.me().await;
        server.advance(TimeDelta::seconds(9));
        for body in [json!({}), json!({ "first_name": "Milos" })] {
            assert_eq!(api.patch(DETAILS, body).await.json()["data"], before);
        }
        assert_eq!(send(api.request(Method::PATCH, DETAILS)).await.json()["data"], before);
    }

    async fn fields_that_are_wrong_are_named_and_nothing_is_written(db: Database) {
        let server = TestServer::start(&db);
        server.user("ada");
        let api = Api::of(&server, "ada").await;
        let before = api.me().await;
        let mistyped = json!({
            "first_name": ["x"], "last_name": {}, "birthday": 19901018, "phone": 381641234567_u64, "address": 1.5,
            "country_id": "Serbia"
        });
        api.golden("details-mistyped", &api.patch(DETAILS, mistyped).await);
        let long = "x".repeat(256);
        let wrong = json!({
            "first_name": long, "last_name": long, "birthday": "1990-02-30", "phone": "12345", "address": long,
            "country_id": 999
        });
        api.golden("details-wrong", &api.patch(DETAILS, wrong).await);
        for (name, values) in [
            ("first_name", vec!["a\nb", "a\rb", "a\0b", "\u{7f}x\u{9b}", " \t "]),
            ("last_name", vec!["a\r\nSet-Cookie: x"]),
            ("address", vec!["Street\n1", "\u{1b}[31m"]),
            ("birthday", vec!["18.10.1990", "1990-10-18T00:00:00Z", "+999-01-01", "-999-01-01", "١٩٩٠-١٠-١٨", "1990-1-1"]),
            ("phone", vec!["+381", "+99912345678", "+381641234567;ext=1", "tel:+381641234567", "06412345678", "x".repeat(33).leak()]),
        ] {
            for value in values {
                let answer = api.patch(DETAILS, json!({ name: value, "address": "kept out" })).await;
                let expected = if name == "address" { 200 } else { 422 };
                assert_eq!(answer.status, expected, "{name} {value:?}: {}", answer.body);
                if name != "address" {
                    assert!(answer.json()["errors"].get(name).is_some(), "{name} {value:?}: {}", answer.body);
                }
            }
        }
        for value in ["Street\n1", "\u{1b}[31m", "a\0b"] {
            let answer = api.patch(DETAILS, json!({ "address": value })).await;
            assert_eq!(answer.status, 422, "{value:?}");
        }
        for value in [json!(-688), json!(0), json!(688.5), json!(1e99), json!("688x"), json!(true), json!([688]), json!("٦٨٨")] {
            let answer = api.patch(DETAILS, json!({ "country_id": value })).await;
            assert_eq!(answer.status, 422, "{value}: {}", answer.body);
        }
        let mut after = api.me().await;
        after["address"] = Value::Null;
        after["updated_at"] = before["updated_at"].clone();
        assert_eq!(after, before);
    }

    async fn a_telephone_number_is_one_persons(db: Database) {
        let server = TestServer::start(&db);
        server.user("ada");
        server.user("eve");
        let (ada, eve) = (Api::of(&server, "ada").await, Api::of(&server, "eve").await);
        assert_eq!(ada.patch(DETAILS, json!({ "phone": "+381 64 123-45-67" })).await.json()["data"]["phone"], "+381641234567");
        ada.golden("details-taken", &eve.patch(DETAILS, json!({ "phone": "+381641234567" })).await);
        assert_eq!(eve.me().await["phone"], Value::Null);
        assert_eq!(ada.patch(DETAILS, json!({ "phone": "+381641234567" })).await.status, 200, "one's own");
    }

    async fn taken_numbers_are_not_walked(db: Database) {
        let server = Setup::default()
            .frozen()
            .set("limits.registrations_per_address", 2)
            .set("limits.registration_window", "10m")
            .start(&db);
        server.user("ada");
        server.user("eve");
        let (ada, eve) = (Api::of(&server, "ada").await, Api::of(&server, "eve").await);
        let taken = json!({ "phone": "+381641234567" });
        for phone in ["+381641234560", "+381641234561", "+381641234562", "+381641234567"] {
            assert_eq!(ada.patch(DETAILS, json!({ "phone": phone })).await.status, 200, "those that are free do not count");
        }
        for _ in 0..2 {
            assert_eq!(eve.patch(DETAILS, taken.clone()).await.status, 422);
        }
        for phone in ["+381641234567", "+381641234569"] {
            eve.golden("details-throttled", &eve.patch(DETAILS, json!({ "phone": phone })).await);
        }
        assert_eq!(eve.me().await["phone"], Value::Null);
        for body in [json!({ "first_name": "Eve" }), json!({ "phone": null })] {
            assert_eq!(eve.patch(DETAILS, body).await.status, 200, "others go on");
        }
        assert_eq!(ada.patch(DETAILS, taken.clone()).await.status, 200, "one's own");
        server.advance(TimeDelta::minutes(10));
        assert_eq!(eve.patch(DETAILS, taken).await.status, 422);
    }

    async fn what_nobody_may_set_is_not_written(db: Database) {
        let server = TestServer::start(&db);
        server.user("ada");
        let api = Api::of(&server, "ada").await;
        let before = server.app.read(|cx| grantor::store::users::by_email(cx.conn, "ada@example.com")).expect("read");
        let body = json!({
            "id": 1, "role": "admin", "role_id": 1, "status": "Disabled", "email": "eve@example.com",
            "email_verified_at": null, "email_verified": false, "username": "eve", "password": "another password",
            "password_hash": "x", "last_login": null, "created_at": "2000-01-01 00:00:00", "isp_id": 1, "branch_id": 1,
            "avatar": "https://eve.example/", "avatar_file": "x", "two_factor_phone": "1", "bio": "x", "gender": "x"
        });
        assert_eq!(api.patch(DETAILS, body).await.status, 200);
        let after = server.app.read(|cx| grantor::store::users::by_email(cx.conn, "ada@example.com")).expect("read");
        assert_eq!(after, before);
    }

    async fn changes_at_once_are_all_kept(db: Database) {
        let server = TestServer::start(&db);
        server.user("ada");
        let api = Api::of(&server, "ada").await;
        for round in 0..5 {
            let changes = [
                ("first_name", format!("First {round}")),
                ("last_name", format!("Last {round}")),
                ("address", format!("Street {round}")),
                ("birthday", format!("199{round}-01-01")),
            ];
            let sent = changes.clone().map(|(name, value)| {
                let request = api.request(Method::PATCH, DETAILS).json(&json!({ name: value }));
                tokio::spawn(async move { request.send().await.expect("an answer").status().as_u16() })
            });
            for answer in sent {
                assert_eq!(answer.await.expect("an answer"), 200);
            }
            let me = api.me().await;
            for (name, value) in changes {
                assert_eq!(me[name], value, "no change is lost to another");
            }
        }
    }

    async fn countries_are_listed(db: Database) {
        let server = TestServer::start(&db);
        server.user("ada");
        let api = Api::of(&server, "ada").await;
        let answer = api.get("/api/countries").await;
        assert_eq!(answer.status, 200);
        let listed = answer.json();
        let listed = listed["data"].as_array().expect("a list");
        assert!(listed.len() >= 249);
        let serbia = listed.iter().find(|country| country["id"] == 688).expect("Serbia");
        let expected = json!({
            "id": 688, "name": "Serbia", "country_code": "688", "iso_3166_2": "RS", "iso_3166_3": "SRB",
            "calling_code": "381"
        });
        assert_eq!(serbia, &expected);
    }

    async fn a_token_needs_the_scope(db: Database) {
        let server = TestServer::start(&db);
        server.user("ada");
        let session = Session::of(&server, "ada");
        let (client, secret) = server.client(|_| {});
        let third = third_party(&server, &session, &client, &secret).await;
        let third = Api { server: &server, token: text(&third, "access_token").to_owned() };
        let none = Api::personal(&server, "ada", &["email"]).await;
        let read = Api::personal(&server, "ada", &["profile"]).await;
        let write = Api::personal(&server, "ada", &["account"]).await;
        for (path, reads) in [("/api/me", true), ("/api/countries", true), ("/api/me/sessions", false)] {
            golden(&server, "forbidden", &none.get(path).await);
            assert_eq!(third.get(path).await.status, if reads { 200 } else { 403 }, "{path}");
            assert_eq!(read.get(path).await.status, if reads { 200 } else { 403 }, "{path}");
            assert_eq!(write.get(path).await.status, if reads { 403 } else { 200 }, "{path}");
        }
        for (method, path) in [
            (Method::PATCH, DETAILS),
            (Method::PATCH, "/api/me/details/auth"),
            (Method::POST, "/api/me/avatar"),
            (Method::PUT, "/api/me/avatar/external"),
            (Method::DELETE, "/api/me/sessions/1"),
        ] {
            for api in [&none, &read, &third] {
                golden(&server, "forbidden", &send(api.request(method.clone(), path)).await);
            }
            let allowed = send(write.request(method.clone(), path)).await;
            assert!(![401, 403].contains(&allowed.status), "{path}: {}", allowed.body);
        }
        assert_eq!(write.patch(DETAILS, json!({ "first_name": "Augusta" })).await.status, 200);
    }

    async fn a_third_party_sees_what_its_scopes_name(db: Database) {
        let server = Setup::default().frozen().start(&db);
        server.user("ada");
        let own = Api::of(&server, "ada").await;
        own.patch(DETAILS, example()).await;
        let telephone = json!({ "country_code": 381, "phone_number": "641234567" });
        assert_eq!(own.put("/api/me/2fa", telephone).await.status, 200);
        let fields = |me: &Value| -> Vec<String> {
            let told = ["email", "phone", "address", "country_id", "last_login", "two_factor_phone", "two_factor_options"];
            told.into_iter().filter(|field| !me[*field].is_null()).map(str::to_owned).collect()
        };
        assert_eq!(fields(&own.me().await).len(), 7);
        for (scope, told) in [
            ("profile", &[][..]),
            ("email", &["email"]),
            ("phone", &["phone"]),
            ("address", &["address", "country_id"]),
            ("account", &["last_login", "two_factor_phone", "two_factor_options"]),
        ] {
            let api = Api::personal(&server, "ada", &["profile", scope]).await;
            let me = api.get("/api/me?include=country").await.json()["data"].clone();
            assert_eq!(fields(&me), told, "{scope}");
            assert_eq!(me["country"].is_null(), scope != "address", "{scope}");
            assert_eq!(me["username"], "ada");
        }
    }

    async fn cookies_and_broken_tokens_are_nobody(db: Database) {
        let server = TestServer::start(&db);
        server.user("ada");
        let session = Session::of(&server, "ada");
        for path in ["/api/me", "/api/countries", "/api/me/sessions"] {
            golden(&server, "unauthenticated", &send(request(&server, Method::GET, path)).await);
            golden(&server, "unauthenticated", &session.get(&server, path).await);
            golden(&server, "unauthenticated", &bearer(&server, Method::GET, path, "gra_at_nothing").await);
        }
        for (method, path) in [(Method::PATCH, DETAILS), (Method::POST, "/api/me/avatar")] {
            golden(&server, "unauthenticated", &send(session.request(&server, method, path)).await);
        }
    }
}
