//! `/openapi.json`: it names what is served, all of it, and is itself in order. That answers are as it says is
//! checked on every answer that any test receives: see `support/contract.rs`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use reqwest::{Method, header};
use serde_json::{Value, json};

use crate::support::browser::{Answer, Browser};
use crate::support::contract::{self, DOCUMENT};
use crate::support::database::on_both;
use crate::support::server::{Setup, TestServer};

/// What all JSON routes start with.
const FAMILIES: [&str; 8] =
    ["/api", "/auth", "/session", "/users", "/oauth/", "/.well-known/", "/health/", "/openapi.json"];
/// What starts so and is for browsers alone.
const PAGES: [&str; 2] = ["/oauth/check_session", "/oauth/logout"];
const METHODS: [&str; 6] = ["get", "head", "post", "put", "patch", "delete"];

/// The JSON routes of `src/routes.rs` and `src/routes/`: each path with its methods.
fn served() -> BTreeMap<String, BTreeSet<String>> {
    let text = [include_str!("../../src/routes.rs"), include_str!("../../src/routes/records.rs")].concat();
    let mut found = BTreeMap::new();
    for rest in text.split("at(").skip(1) {
        let Some(rest) = rest.trim_start().strip_prefix('"') else { continue };
        let mut parts = rest.split('"');
        let (path, methods) = (parts.next().expect("a path"), parts.nth(1).expect("the methods"));
        if FAMILIES.iter().any(|family| path.starts_with(family)) && !PAGES.contains(&path) {
            found.insert(path.to_owned(), methods.split(", ").map(str::to_lowercase).collect());
        }
    }
    found
}

#[test]
fn every_json_route_is_documented_and_no_other() {
    let served = served();
    assert!(served.len() > 30, "the routes were not found: {served:?}");
    let mut documented = BTreeMap::new();
    for (path, item) in DOCUMENT["paths"].as_object().expect("paths") {
        let methods = METHODS.iter().filter(|method| item.get(**method).is_some());
        documented.insert(path.clone(), methods.map(|method| (*method).to_owned()).collect::<BTreeSet<_>>());
    }
    assert_eq!(documented, served);
}

/// Every file, also of families that are not served yet.
fn whole() -> Value {
    fn merge(whole: &mut Value, more: Value) {
        match (whole, more) {
            (Value::Object(whole), Value::Object(more)) => {
                more.into_iter().for_each(|(name, value)| merge(whole.entry(name).or_insert(Value::Null), value));
            }
            (whole, more) => *whole = more,
        }
    }
    let mut whole = Value::Null;
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/http/openapi");
    for file in std::fs::read_dir(folder).expect("the folder") {
        let text = std::fs::read_to_string(file.expect("a file").path()).expect("a text");
        merge(&mut whole, serde_json::from_str(&text).expect("JSON"));
    }
    whole
}

fn each(value: &Value, f: &mut impl FnMut(&str, &Value)) {
    match value {
        Value::Object(members) => members.iter().for_each(|(name, value)| {
            f(name, value);
            each(value, f);
        }),
        Value::Array(items) => items.iter().for_each(|item| each(item, f)),
        _ => {}
    }
}

#[test]
fn the_document_is_in_order() {
    let document = whole();
    let (mut used, mut ids) = (BTreeSet::new(), BTreeSet::new());
    each(&document, &mut |name, value| match (name, value.as_str()) {
        ("$ref", Some(at)) => {
            contract::resolve(&document, &json!({ "$ref": at }));
            used.insert(at.to_owned());
        }
        ("operationId", Some(id)) => assert!(ids.insert(id.to_owned()), "{id} comes twice"),
        ("schema", None) => drop(contract::compile(&document, value).unwrap_or_else(|e| panic!("{value}: {e}"))),
        _ => {}
    });
    for kind in ["schemas", "responses", "headers"] {
        for name in document["components"][kind].as_object().expect("components").keys() {
            assert!(used.contains(&format!("#/components/{kind}/{name}")), "nothing uses {kind}/{name}");
        }
    }
    for (path, item) in document["paths"].as_object().expect("paths") {
        assert!(item["x-method-not-allowed"].is_object(), "{path}");
        for method in METHODS {
            let Some(operation) = item.get(method).filter(|operation| operation.is_object()) else { continue };
            assert_eq!(operation["parameters"].to_string().contains("\"path\""), path.contains('{'), "{method} {path}");
            assert!(operation["security"].is_array(), "{method} {path}");
        }
    }
}

#[test]
fn examples_fit_their_schemas() {
    let document = whole();
    for (name, schema) in document["components"]["schemas"].as_object().expect("schemas") {
        let compiled = contract::compile(&document, schema).expect("a schema");
        for example in schema["examples"].as_array().into_iter().flatten() {
            assert!(compiled.is_valid(example), "{name}: {example}");
        }
    }
}

fn answer(status: u16, headers: &[(&'static str, &str)], body: &str) -> Answer {
    let headers =
        headers.iter().map(|(name, value)| (header::HeaderName::from_static(name), value.parse().expect("text")));
    Answer { status, headers: headers.collect(), body: body.to_owned() }
}

#[test]
fn what_the_document_does_not_say_is_found() {
    let json = ("content-type", "application/json");
    let check = |method: Method, path: &str, answer: Answer| contract::check(&method, path, &answer).err();
    let token = r#"{"token":"t","token_type":"bearer","expires_in":1}"#;
    assert_eq!(check(Method::POST, "/session", answer(200, &[json], token)), None);
    assert_eq!(check(Method::POST, "/login", answer(200, &[json], token)), None, "a page");
    let wrong = [
        (Method::POST, "/session", answer(418, &[json], token)),
        (Method::POST, "/session", answer(200, &[], token)),
        (Method::POST, "/session", answer(200, &[("content-type", "text/html")], token)),
        (Method::POST, "/session", answer(200, &[json], r#"{"token":"t","token_type":"bearer"}"#)),
        (Method::POST, "/session", answer(200, &[json], &token.replace('}', r#","more":1}"#))),
        (Method::POST, "/session", answer(429, &[json], r#"{"error":"Too many"}"#)),
        (Method::POST, "/session", answer(429, &[json, ("retry-after", "soon")], r#"{"error":"Too many"}"#)),
        (Method::PATCH, "/session", answer(200, &[json], token)),
        (Method::PATCH, "/session", answer(405, &[json], r#"{"error":"not allowed"}"#)),
        (Method::HEAD, "/session", answer(200, &[json], "{}")),
        (Method::DELETE, "/oauth/clients/x", answer(200, &[json], "{}")),
    ];
    for (method, path, answer) in wrong {
        let shown = format!("{method} {path} {answer:?}");
        assert!(check(method, path, answer).is_some(), "{shown}");
    }
}

on_both! {
    async fn the_document_is_served(db: Database) {
        let server = Setup::default().set("server.public_url", "https://id.example").start(&db);
        let browser = Browser::new(&server);
        let got = browser.send(browser.request(Method::GET, "/openapi.json")).await;
        assert_eq!((got.status, got.header("content-type")), (200, "application/json"));
        assert_eq!(got.header("cache-control"), "public, max-age=300");
        assert_eq!(got.header("access-control-allow-origin"), "*");
        let document = got.json();
        assert_eq!(document["servers"], json!([{ "url": "https://id.example" }]));
        assert_eq!(document["info"]["version"], env!("CARGO_PKG_VERSION"));
        assert_eq!(document["components"]["securitySchemes"]["session"]["name"], "__Host-grantor_session");
        assert_eq!(document["paths"], DOCUMENT["paths"]);
        let etag = got.header("etag").to_owned();
        for (tags, status) in [(etag.clone(), 304), (format!("\"x\", W/{etag}"), 304), ("\"x\"".to_owned(), 200)] {
            let request = browser.request(Method::GET, "/openapi.json").header("if-none-match", tags);
            let again = browser.send(request).await;
            assert_eq!((again.status, again.header("etag")), (status, etag.as_str()));
        }
        let head = browser.send(browser.request(Method::HEAD, "/openapi.json")).await;
        assert_eq!((head.status, head.body.as_str(), head.header("etag")), (200, "", etag.as_str()));
    }

    async fn the_names_of_cookies_are_those_of_this_server(db: Database) {
        let server = TestServer::start(&db);
        let browser = Browser::new(&server);
        let document = browser.send(browser.request(Method::GET, "/openapi.json")).await.json();
        assert_eq!(document["components"]["securitySchemes"]["apiCookie"]["name"], "grantor_token");
    }
}
