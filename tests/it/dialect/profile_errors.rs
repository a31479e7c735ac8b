//! What is refused before it is understood: in this dialect's shape, with nothing written.

use reqwest::Method;

use super::passport_support::{request, send};
use super::profile_support::*;
use crate::support::database::on_both;
use crate::support::server::TestServer;

/// The routes that read a form or JSON.
const BODIES: [(Method, &str); 3] = [
    (Method::PATCH, "/api/me/details"),
    (Method::PATCH, "/api/me/details/auth"),
    (Method::PUT, "/api/me/avatar/external"),
];

const ALLOWED: [(&str, &str); 8] = [
    ("/api/me", "GET, HEAD, DELETE"),
    ("/api/me/details", "PATCH"),
    ("/api/me/details/auth", "PATCH"),
    ("/api/me/avatar", "POST"),
    ("/api/me/avatar/external", "PUT"),
    ("/api/me/sessions", "GET, HEAD"),
    ("/api/me/sessions/1", "DELETE"),
    ("/api/countries", "GET, HEAD"),
];

on_both! {
    async fn a_body_that_cannot_be_read_is_refused(db: Database) {
        let server = TestServer::start(&db);
        server.user("ada");
        let api = Api::of(&server, "ada").await;
        server.reset_statements();
        for (method, path) in BODIES {
            let with = |kind: &str, body: Vec<u8>| {
                send(api.request(method.clone(), path).header("content-type", kind).body(body))
            };
            for body in [&b"{"[..], b"[]", b"\"text\"", b"null", b"{\"a\":\"\xff\"}", b"{\"a\":\"\\ud800\"}"] {
                golden(&server, "malformed", &with("application/json", body.to_vec()).await);
            }
            for body in [&b"a=%"[..], b"a=%zz", b"a=%ff", b"a=\xff"] {
                golden(&server, "malformed", &with("application/x-www-form-urlencoded", body.to_vec()).await);
            }
            for kind in ["text/plain", "multipart/form-data; boundary=x", "application/xml", "nonsense"] {
                golden(&server, "unsupported-type", &with(kind, b"{}".to_vec()).await);
            }
            let large = format!("{{\"a\":\"{}\"}}", "x".repeat(65_536));
            golden(&server, "too-large", &with("application/json", large.into_bytes()).await);
        }
        let written: Vec<_> = server.statements().into_iter().filter(|text| !text.starts_with("SELECT")).collect();
        assert!(written.is_empty(), "{written:#?}");
    }

    async fn a_wrong_method_is_told_the_right_ones(db: Database) {
        let server = TestServer::start(&db);
        for (path, allowed) in ALLOWED {
            for method in [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
                if allowed.split(", ").any(|name| name == method.as_str()) {
                    continue;
                }
                let answer = send(request(&server, method, path).header("accept", "text/html")).await;
                golden(&server, &format!("wrong-method-{}", allowed.replace(", ", "-").to_lowercase()), &answer);
            }
        }
    }

    async fn an_unknown_address_answers_in_json(db: Database) {
        let server = TestServer::start(&db);
        for path in ["/api/me/", "/api/me/nothing", "/api/me/sessions/", "/api/countries/688"] {
            let answer = send(request(&server, Method::GET, path).header("accept", "text/html")).await;
            golden(&server, "unknown-address", &answer);
        }
    }
}
