//! `GET /openapi.json`: every JSON route, for programs (OpenAPI 3.1). The document is written by hand, a file a
//! family; tests hold every answer of the server against it.

use std::sync::OnceLock;

use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::{Map, Value, json};

use super::document::Document as Sent;
use super::{context, cookies};
use crate::app::App;

/// What all families share: it comes first.
const COMPONENTS: &str = include_str!("openapi/components.json");

/// The families whose routes are served.
const FAMILIES: [&str; 11] = [
    include_str!("openapi/protocol.json"),
    include_str!("openapi/passport.json"),
    include_str!("openapi/session.json"),
    include_str!("openapi/refresh.json"),
    include_str!("openapi/envelope.json"),
    include_str!("openapi/account.json"),
    include_str!("openapi/profile.json"),
    include_str!("openapi/second_factor.json"),
    include_str!("openapi/admin_people.json"),
    include_str!("openapi/admin_records.json"),
    include_str!("openapi/admin_server.json"),
];

/// What a `head` says for whom HEAD is answered as GET, without the body.
const AS_GET: &str = "as get";

/// The document as it is sent; made once.
#[derive(Debug, Default)]
pub struct Document(OnceLock<Sent>);

/// Answers with the document, or says that it has not changed.
pub async fn get(req: HttpRequest, document: web::Data<Document>) -> HttpResponse {
    let app = context::app(&req);
    let sent = document.0.get_or_init(|| Sent::new(self::document(&app).to_string().into_bytes()));
    sent.clone().answer(&req)
}

/// The whole document, of this server.
fn document(app: &App) -> Value {
    let cookie = |which| json!({ "name": cookies::name(app, which) });
    let mut whole = document_of_any_server();
    let here = json!({
        "servers": [{ "url": app.config.issuer() }],
        "components": { "securitySchemes": {
            "session": cookie(cookies::Name::Session),
            "apiCookie": cookie(cookies::Name::Api),
        } },
    });
    merge(&mut whole, here);
    whole
}

/// The document without the addresses and the names of cookies of one server.
#[expect(clippy::expect_used, reason = "the files are built in, and a test reads them")]
pub fn document_of_any_server() -> Value {
    let mut whole: Value = serde_json::from_str(COMPONENTS).expect("components.json");
    for text in FAMILIES {
        merge(&mut whole, serde_json::from_str(text).expect("a family"));
    }
    let components = whole.get("components").cloned().unwrap_or_default();
    let paths = whole.get_mut("paths").and_then(Value::as_object_mut);
    for path in paths.into_iter().flat_map(Map::values_mut).filter_map(Value::as_object_mut) {
        if path.get("head").is_some_and(|head| head == AS_GET) {
            let head = path.get("get").map(|get| head(get, &components));
            path.insert("head".to_owned(), head.unwrap_or_default());
        }
    }
    merge(&mut whole, json!({ "info": { "version": env!("CARGO_PKG_VERSION") } }));
    whole
}

/// Adds `more` to `whole`: the members of objects one by one, anything else in the place of what was there.
fn merge(whole: &mut Value, more: Value) {
    match (whole, more) {
        (Value::Object(whole), Value::Object(more)) => {
            for (name, value) in more {
                merge(whole.entry(name).or_insert(Value::Null), value);
            }
        }
        (whole, more) => *whole = more,
    }
}

/// The HEAD that goes with a GET: the same headers, no body.
fn head(get: &Value, components: &Value) -> Value {
    let mut head = get.clone();
    let id = get.get("operationId").and_then(Value::as_str).unwrap_or_default();
    let responses = get.get("responses").and_then(Value::as_object).into_iter().flatten();
    let without_body = |(status, response): (&String, &Value)| {
        let shared = response.get("$ref").and_then(Value::as_str).and_then(|at| at.strip_prefix("#/components"));
        let mut response = shared.and_then(|at| components.pointer(at)).unwrap_or(response).clone();
        if let Some(members) = response.as_object_mut() {
            members.remove("content");
        }
        (status.clone(), response)
    };
    let responses: Map<String, Value> = responses.map(without_body).collect();
    merge(&mut head, json!({ "operationId": format!("{id}Head") }));
    if let Some(members) = head.as_object_mut() {
        members.insert("responses".to_owned(), responses.into());
    }
    head
}
