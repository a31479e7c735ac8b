//! Every page and route of the administration, tried by everybody: found in the list of routes, so that none is left out.

use std::collections::BTreeMap;

use grantor::core::power::Power;
use reqwest::Method;
use serde_json::json;

use super::{admin_flow, browser, now, staff, token};
use crate::support::browser::{Answer, Browser};
use crate::support::database::on_both;
use crate::support::server::{PASSWORD, Setup, TestServer};

/// The routes below a prefix: each path with its methods.
fn routes(prefix: &str) -> BTreeMap<String, Vec<Method>> {
    let text = [include_str!("../../../src/routes.rs"), include_str!("../../../src/routes/records.rs")].concat();
    let mut found = BTreeMap::new();
    for rest in text.split("at(").skip(1) {
        let Some(rest) = rest.trim_start().strip_prefix('"') else { continue };
        let mut parts = rest.split('"');
        let (path, methods) = (parts.next().expect("a path"), parts.nth(1).expect("the methods"));
        if path == prefix || path.starts_with(&format!("{prefix}/")) {
            let methods =
                methods.split(", ").filter(|name| *name != "HEAD").map(|name| name.parse().expect("a method"));
            found.insert(path.to_owned(), methods.collect());
        }
    }
    found
}

/// The powers that a section takes: to see it, and to change what is in it.
fn section(name: &str) -> (Power, Power) {
    match name {
        "users" => (Power::ReadUsers, Power::WriteUsers),
        "clients" | "new-client" => (Power::ReadClients, Power::WriteClients),
        "scopes" | "new-scope" => (Power::ReadScopes, Power::WriteScopes),
        "roles" | "new-role" => (Power::ReadRoles, Power::WriteRoles),
        "keys" => (Power::ReadKeys, Power::WriteKeys),
        "audit" => (Power::ReadAudit, Power::ReadAudit),
        "failures" => (Power::ReadFailures, Power::ReadFailures),
        "outbox" => (Power::ReadOutbox, Power::WriteUsers),
        "settings" => (Power::ReadSettings, Power::ReadSettings),
        "statistics" => (Power::ReadStatistics, Power::ReadStatistics),
        other => panic!("say in this test who may see /admin/{other}"),
    }
}

/// Pages that ask before something is changed: to see them takes the power to change it.
fn asks(path: &str) -> bool {
    const LAST: [&str; 13] = [
        "end",
        "edit",
        "role",
        "delete",
        "{deed}",
        "new-role",
        "new-client",
        "new-scope",
        "rotate",
        "withdraw",
        "{act}",
        "secret",
        "new",
    ];
    LAST.contains(&path.rsplit('/').next().unwrap_or_default())
}

/// Which powers a request takes, all of them.
fn needed(path: &str, method: &Method) -> Vec<Power> {
    let name = path.split('/').nth(if path.starts_with("/api") { 4 } else { 2 }).unwrap_or("statistics");
    let (read, write) = section(name);
    let is_role = path.ends_with("/users/{id}/role");
    let is_export = path.ends_with("/users/{id}/export");
    if is_role {
        vec![Power::WriteRoles]
    } else if name == "outbox" && *method != Method::GET {
        vec![read, write]
    } else if *method != Method::GET || asks(path) || is_export {
        vec![write]
    } else {
        vec![read]
    }
}

/// Who there is, and what they may do.
fn powers(role: &str) -> Vec<Power> {
    match role {
        "admin" => Power::ALL.to_vec(),
        "support" => vec![Power::ReadUsers, Power::WriteUsers, Power::ReadFailures, Power::ReadStatistics],
        "auditor" => Power::reads().collect(),
        _ => Vec::new(),
    }
}

const ROLES: [&str; 4] = ["user", "support", "auditor", "admin"];

fn filled(path: &str, server: &TestServer) -> String {
    let target =
        server.app.read(|cx| grantor::store::users::by_login(cx.conn, "target")).expect("read").expect("there");
    let id = match path.split('/').nth(2) {
        Some("users") => target.id.to_string(),
        Some("roles") => "staff".to_owned(),
        Some("scopes") => "profile".to_owned(),
        Some("outbox") => "password_reset_link".to_owned(),
        _ => "engine".to_owned(),
    };
    let named = match path {
        "/admin/scopes/edit" | "/admin/scopes/delete" => "?name=profile".to_owned(),
        "/admin/keys/withdraw" => {
            format!("?id={}", grantor::app::signing_keys(&server.app).expect("keys").remove(0).id)
        }
        _ => String::new(),
    };
    format!("{path}{named}").replace("{id}", &id).replace("{deed}", "disable").replace("{act}", "disable")
}

/// Pages of an object that the test does not make: whether they are found says nothing.
fn is_of_object(path: &str) -> bool {
    path.contains("{secret}")
}

fn is_unknown(answer: &Answer, unknown: &Answer) -> bool {
    answer.status == 404 && answer.text_of("h1") == unknown.text_of("h1")
}

on_both! {
    async fn every_page_opens_for_those_who_may_and_is_not_there_for_the_rest(db: Database) {
        let server = Setup::default().start(&db);
        staff(&server, "target", "user");
        server.client(|new| new.id = Some("engine".to_owned()));
        let pages = routes("/admin");
        assert!(pages.len() >= 18, "{pages:?}");
        let nobody = Browser::new(&server);
        for role in ROLES {
            let browser = browser(&server, role, role).await;
            let unknown = browser.get("/admin/no-such-page").await;
            assert_eq!(unknown.status, 404);
            for (path, methods) in &pages {
                let at = filled(path, &server);
                for method in methods {
                    let is_get = *method == Method::GET;
                    let may = needed(path, method).iter().all(|power| powers(role).contains(power));
                    let answer = if is_get { browser.get(&at).await } else { browser.post(&at, &[]).await };
                    let said = format!("{role} {method} {path}: {}", answer.status);
                    if !may {
                        assert!(is_unknown(&answer, &unknown), "{said}");
                    } else if is_get {
                        assert!(answer.status == 200 || is_of_object(path), "{said}");
                    } else {
                        // Without its CSRF token.
                        assert_eq!(answer.status, 403, "{said}");
                    }
                    if role == "user" {
                        let answer = if is_get { nobody.get(&at).await } else { nobody.post(&at, &[]).await };
                        assert_eq!(answer.status, 303, "nobody {method} {path}");
                        assert!(answer.header("location").starts_with("/login?return_to=%2Fadmin"), "{method} {path}");
                    }
                }
            }
        }
        assert!(now(&server, &staff_target(&server)).is_some(), "nothing was done");
    }

    async fn every_route_of_the_api_takes_the_scope_and_the_power(db: Database) {
        let server = Setup::default().start(&db);
        let flow = admin_flow(&server);
        let apis = routes("/api/admin/v1");
        assert!(apis.len() >= 12, "{apis:?}");
        let mut tokens = Vec::new();
        for role in ROLES {
            let user = staff(&server, role, role);
            tokens.push((role, token(&server, &flow, &user, "admin").await));
            if role == "admin" {
                tokens.push(("admin without the scope", token(&server, &flow, &user, "profile").await));
            }
        }
        let browser = Browser::new(&server);
        let login = json!({ "email": "admin", "password": PASSWORD });
        let signed_in = Answer::to(browser.request(Method::POST, "/api/v1/login").json(&login)).await;
        let first_party = signed_in.json()["access_token"].as_str().expect("a token").to_owned();
        tokens.push(("admin by a sign-in to the API", first_party));
        for (path, methods) in &apis {
            let at = path.replace("{id}", "999999").replace("{deed}", "disable");
            for method in methods {
                let sent = |token: Option<&str>| {
                    let request = Browser::new(&server).request(method.clone(), &at);
                    let request = token.map_or(request.try_clone().expect("no body"), |token| request.bearer_auth(token));
                    if *method == Method::GET { request } else { request.json(&json!({})) }
                };
                let answer = Answer::to(sent(None)).await;
                assert_eq!((answer.status, answer.json()["error"].as_str()), (401, Some("invalid_token")), "{method} {path}");
                assert!(answer.header("www-authenticate").contains("invalid_token"));
                for (who, token) in &tokens {
                    let answer = Answer::to(sent(Some(token))).await;
                    let said = format!("{who} {method} {path}: {} {}", answer.status, answer.body);
                    let may = needed(path, method).iter().all(|power| powers(who).contains(power));
                    match *who {
                        "admin without the scope" | "admin by a sign-in to the API" => {
                            assert_eq!((answer.status, &answer.json()["error"]), (403, &json!("insufficient_scope")), "{said}");
                            assert!(answer.header("www-authenticate").contains("scope=\"admin\""), "{said}");
                        }
                        _ if may => assert!(![401, 403].contains(&answer.status), "{said}"),
                        _ => assert_eq!((answer.status, &answer.json()["error"]), (403, &json!("access_denied")), "{said}"),
                    }
                }
            }
        }
    }

    async fn a_session_cookie_counts_for_nothing_at_the_api(db: Database) {
        let server = TestServer::start(&db);
        let browser = browser(&server, "root", "admin").await;
        let answer = browser.get("/api/admin/v1/users").await;
        assert_eq!((answer.status, answer.json()["error"].as_str()), (401, Some("invalid_token")));
    }
}

fn staff_target(server: &TestServer) -> grantor::core::user::User {
    server.app.read(|cx| grantor::store::users::by_login(cx.conn, "target")).expect("read").expect("there")
}
