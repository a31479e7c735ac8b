//! What holds in every dialect: what cannot be read is refused in its shape, with nothing written.

use reqwest::Method;

use super::passport_support::{golden_at, request, send};
use crate::support::browser::Answer;
use crate::support::database::on_both;
use crate::support::server::TestServer;

/// Dialect, method and path of the routes that read a body.
const BODIES: [(&str, Method, &str); 8] = [
    ("session", Method::POST, "/session"),
    ("session", Method::POST, "/users"),
    ("refresh", Method::POST, "/auth/register"),
    ("refresh", Method::POST, "/auth/login"),
    ("refresh", Method::POST, "/auth/logout"),
    ("refresh", Method::POST, "/auth/refresh-tokens"),
    ("refresh", Method::POST, "/auth/forgot-password"),
    ("envelope", Method::POST, "/api/v1/auth/login"),
];

const ALLOWED: [(&str, &str, &str); 13] = [
    ("session", "/session", "GET, HEAD, POST, PUT, DELETE"),
    ("session", "/users", "POST"),
    ("refresh", "/auth", "POST"),
    ("refresh", "/auth/register", "POST"),
    ("refresh", "/auth/login", "POST"),
    ("refresh", "/auth/logout", "POST"),
    ("refresh", "/auth/refresh-tokens", "POST"),
    ("refresh", "/auth/forgot-password", "POST"),
    ("refresh", "/auth/reset-password", "POST"),
    ("envelope", "/api/v1/auth/login", "POST"),
    ("envelope", "/api/v1/auth/logout", "POST"),
    ("envelope", "/api/v1/auth/me", "GET, HEAD"),
    ("envelope", "/api/v1/auth/refresh", "POST"),
];

const UNKNOWN: [(&str, &str); 8] = [
    ("session", "/session/"),
    ("session", "/session/1"),
    ("session", "/users/1"),
    ("refresh", "/auth/"),
    ("refresh", "/auth/nothing"),
    ("envelope", "/api/v1/auth/"),
    ("envelope", "/api/v1/auth/nothing"),
    ("envelope", "/api/v1/auth/me/1"),
];

fn golden(server: &TestServer, dialect: &str, name: &str, answer: &Answer) {
    golden_at(server, &format!("{dialect}/{name}"), answer, |redactions| redactions);
}

on_both! {
    async fn a_body_that_cannot_be_read_is_refused_in_the_dialects_shape(db: Database) {
        let server = TestServer::start(&db);
        server.reset_statements();
        for (dialect, method, path) in BODIES {
            let with = |kind: &str, body: Vec<u8>| {
                send(request(&server, method.clone(), path).header("content-type", kind).body(body))
            };
            for body in [&b"{"[..], b"[]", b"\"text\"", b"null", b"{\"a\":\"\xff\"}", b"{\"a\":\"\\ud800\"}"] {
                golden(&server, dialect, "malformed", &with("application/json", body.to_vec()).await);
            }
            for body in [&b"a=%"[..], b"a=%zz", b"a=%ff", b"a=\xff"] {
                golden(&server, dialect, "malformed", &with("application/x-www-form-urlencoded", body.to_vec()).await);
            }
            for kind in ["text/plain", "multipart/form-data; boundary=x", "application/xml", "nonsense"] {
                golden(&server, dialect, "unsupported-type", &with(kind, b"{}".to_vec()).await);
            }
            let large = format!("{{\"password\":\"{}\"}}", "x".repeat(1_000_000));
            golden(&server, dialect, "too-large", &with("application/json", large.into_bytes()).await);
        }
        let written: Vec<_> = server.statements().into_iter().filter(|text| !text.starts_with("SELECT")).collect();
        assert!(written.is_empty(), "{written:#?}");
    }

    async fn a_wrong_method_is_told_the_right_ones_in_the_dialects_shape(db: Database) {
        let server = TestServer::start(&db);
        for (dialect, path, allowed) in ALLOWED {
            for method in [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
                if allowed.split(", ").any(|name| name == method.as_str()) {
                    continue;
                }
                let answer = send(request(&server, method, path).header("accept", "text/html")).await;
                let name = format!("wrong-method-{}", allowed.replace(", ", "-").to_lowercase());
                golden(&server, dialect, &name, &answer);
            }
        }
    }

    async fn an_unknown_address_answers_in_the_dialects_shape(db: Database) {
        let server = TestServer::start(&db);
        for (dialect, path) in UNKNOWN {
            let answer = send(request(&server, Method::GET, path).header("accept", "text/html")).await;
            golden(&server, dialect, "unknown-address", &answer);
        }
    }
}
