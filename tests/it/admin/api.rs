//! The API: lists page by page, people, roles, settings and figures.

use chrono::TimeDelta;
use reqwest::Method;
use serde_json::{Value, json};

use super::{Api, acts, admin_flow, now, staff};
use crate::support::database::on_both;
use crate::support::server::{Setup, TestServer};

fn names(page: &Value) -> Vec<&str> {
    page["items"].as_array().expect("items").iter().map(|item| item["username"].as_str().expect("a name")).collect()
}

on_both! {
    async fn people_are_listed_page_by_page(db: Database) {
        let server = Setup::default().frozen().start(&db);
        for name in ["anna", "bert", "cora", "dora", "emil"] {
            server.advance(TimeDelta::seconds(1));
            staff(&server, name, "user");
        }
        let flow = admin_flow(&server);
        let api = Api::by(&server, &flow, "root", "admin").await;
        for (sort, order) in [("created_at", ["anna", "bert", "cora", "dora", "emil"]), ("-email", ["emil", "dora", "cora", "bert", "anna"])] {
            let (mut seen, mut after) = (Vec::new(), String::new());
            loop {
                let page = api.get(&format!("/users?limit=2&sort={sort}{after}")).await.json();
                seen.extend(names(&page).into_iter().map(str::to_owned));
                let Some(next) = page["next"].as_str() else { break };
                after = format!("&after={next}");
            }
            seen.retain(|name| order.contains(&name.as_str()));
            assert_eq!(seen, order, "{sort}");
        }
        assert_eq!(names(&api.get("/users?q=cor").await.json()), ["cora"]);
        assert_eq!(names(&api.get("/users?role=admin").await.json()), ["root"]);
        assert_eq!(names(&api.get("/users?status=disabled").await.json()), [""; 0]);
        for (query, field) in [("limit=0", "limit"), ("limit=101", "limit"), ("after=x", "after"), ("sort=name", "sort"), ("status=odd", "status")] {
            let refused = api.get(&format!("/users?{query}")).await;
            assert_eq!(refused.status, 422, "{query}");
            assert!(refused.json()["errors"][field].is_array(), "{query}");
        }
    }

    async fn a_person_is_read_changed_and_deleted(db: Database) {
        let server = TestServer::start(&db);
        let flow = admin_flow(&server);
        let target = staff(&server, "target", "user");
        let api = Api::by(&server, &flow, "root", "admin").await;
        let at = format!("/users/{}", target.id);
        let shown = api.get(&at).await.json();
        assert_eq!((&shown["username"], &shown["events"][0]["act"]), (&json!("target"), &json!("user.create")));
        let secrets = shown.to_string();
        assert!(!secrets.contains("$2b$") && !secrets.contains("hash"), "{secrets}");
        let changed = api.send(Method::PATCH, &at, json!({ "last_name": "Hopper", "country_id": 840 })).await;
        assert_eq!((changed.status, &changed.json()["last_name"]), (200, &json!("Hopper")));
        assert_eq!(api.send(Method::PATCH, &at, json!({ "first_name": "" })).await.status, 422);
        assert_eq!(api.send(Method::PUT, &format!("{at}/role"), json!({})).await.status, 422);
        let given = api.send(Method::PUT, &format!("{at}/role"), json!({ "role": "auditor" })).await;
        assert_eq!((given.status, &given.json()["role"]), (200, &json!("auditor")));
        let off = api.send(Method::POST, &format!("{at}/disable"), json!({})).await;
        assert_eq!((off.status, &off.json()["status"]), (200, &json!("disabled")));
        assert_eq!(api.send(Method::POST, &format!("{at}/explode"), json!({})).await.status, 404);
        assert_eq!(api.get(&format!("{at}/export")).await.json()["profile"]["username"], "target");
        assert_eq!(api.send(Method::DELETE, &at, json!({})).await.status, 204);
        assert_eq!(api.send(Method::DELETE, &at, json!({})).await.status, 404);
        assert!(now(&server, &target).is_none());
        let told = acts(&server, &target);
        for act in ["user.edit", "user.role", "user.disable", "user.export", "user.delete"] {
            assert!(told.contains(&act.to_owned()), "{act}: {told:?}");
        }
    }

    async fn roles_settings_and_figures_are_read(db: Database) {
        let server = Setup::default().set("mail.host", "127.0.0.1").set("mail.security", "none").set("mail.from", "grantor@example.com").set("mail.username", "u").set("mail.password", "hush-hush").start(&db);
        let flow = admin_flow(&server);
        let api = Api::by(&server, &flow, "root", "admin").await;
        let made = api.send(Method::POST, "/roles", json!({ "name": "desk", "permissions": ["a.view"] })).await;
        assert_eq!((made.status, &made.json()["permissions"]), (201, &json!(["a.view"])));
        assert_eq!(api.send(Method::POST, "/roles", json!({ "name": "desk" })).await.status, 422);
        let changed = api.send(Method::PATCH, "/roles/desk", json!({ "display_name": "Desk", "staff": true })).await;
        assert_eq!((&changed.json()["staff"], &changed.json()["permissions"]), (&json!(true), &json!(["a.view"])));
        assert_eq!(api.get("/roles/desk").await.json()["display_name"], "Desk");
        assert_eq!(api.send(Method::DELETE, "/roles/desk", json!({})).await.status, 204);
        assert_eq!(api.get("/roles/desk").await.status, 404);
        assert_eq!(api.send(Method::DELETE, "/roles/admin", json!({})).await.status, 403);

        let settings = api.get("/settings").await;
        assert!(!settings.body.contains("hush-hush"));
        let items = settings.json()["items"].as_array().expect("items").clone();
        let find = |key: &str| items.iter().find(|item| item["key"] == key).expect("a key").clone();
        let secret = find("mail.password");
        assert_eq!((&secret["value"], &secret["secret_is_set"]), (&Value::Null, &json!(true)));
        assert_eq!(find("server.listen")["source"], "flag --listen");
        assert_eq!(find("cache.staleness")["source"], "default");

        let figures = api.get("/statistics").await.json();
        assert_eq!((&figures["people"], figures["series"][0]["points"].as_array().map(Vec::len)), (&json!(2), Some(30)));
        assert_eq!(api.get("/statistics?step=hour").await.json()["series"][0]["points"].as_array().map(Vec::len), Some(48));
        assert_eq!(api.get("/statistics?step=year").await.status, 422);
    }
}
