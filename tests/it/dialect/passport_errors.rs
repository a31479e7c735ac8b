//! What is refused before it is understood: in this dialect's shape, with nothing written.

use reqwest::Method;
use serde_json::json;

use super::passport_support::*;
use crate::support::database::on_both;
use crate::support::server::TestServer;

/// The routes that read a body.
const BODIES: [(Method, &str); 10] = [
    (Method::POST, "/api/v1/login"),
    (Method::POST, "/api/v1/register"),
    (Method::POST, "/api/v1/top-up"),
    (Method::POST, "/api/v1/password/reset"),
    (Method::DELETE, "/oauth/tokens/1"),
    (Method::POST, "/oauth/token/refresh"),
    (Method::POST, "/oauth/clients"),
    (Method::PUT, "/oauth/clients/1"),
    (Method::POST, "/oauth/personal-access-tokens"),
    (Method::DELETE, "/oauth/personal-access-tokens/1"),
];

const ALLOWED: [(&str, &str); 12] = [
    ("/api/v1/login", "POST"),
    ("/api/v1/register", "POST"),
    ("/api/v1/top-up", "POST"),
    ("/api/v1/password/reset", "POST"),
    ("/oauth/tokens", "GET, HEAD"),
    ("/oauth/tokens/1", "DELETE"),
    ("/oauth/token/refresh", "POST"),
    ("/oauth/clients", "GET, HEAD, POST"),
    ("/oauth/clients/1", "PUT, DELETE"),
    ("/oauth/scopes", "GET, HEAD"),
    ("/oauth/personal-access-tokens", "GET, HEAD, POST"),
    ("/oauth/personal-access-tokens/1", "DELETE"),
];

on_both! {
    async fn a_body_that_cannot_be_read_is_refused(db: Database) {
        let server = TestServer::start(&db);
        server.user("ada");
        let session = Session::of(&server, "ada");
        server.reset_statements();
        for (method, path) in BODIES {
            let with = |kind: &str, body: Vec<u8>| {
                send(session.request(&server, method.clone(), path).header("content-type", kind).body(body))
            };
            for body in [&b"{"[..], b"[]", b"\"text\"", b"null", b"{\"a\":\"\xff\"}", b"{\"a\":\"\\ud800\"}"] {
                golden(&server, "malformed", &with("application/json", body.to_vec()).await);
            }
            for body in [&b"a=%"[..], b"a=%zz", b"a=%ff", b"a=\xff"] {
                golden(&server, "malformed", &with("application/x-www-form-urlencoded", body.to_vec()).await);
            }
            let many: String = (0..201).map(|n| format!("a{n}=1&")).collect();
            golden(&server, "malformed", &with("application/x-www-form-urlencoded", many.into_bytes()).await);
            for kind in ["text/plain", "multipart/form-data; boundary=x", "application/xml", "nonsense"] {
                golden(&server, "unsupported-type", &with(kind, b"{}".to_vec()).await);
            }
            let untyped = session.request(&server, method.clone(), path).body("{}");
            golden(&server, "unsupported-type", &send(untyped).await);
            let large = format!("{{\"a\":\"{}\"}}", "x".repeat(65_536));
            golden(&server, "too-large", &with("application/json", large.into_bytes()).await);
        }
        let written: Vec<_> = server.statements().into_iter().filter(|text| !text.starts_with("SELECT")).collect();
        assert!(written.is_empty(), "{written:#?}");
    }

    async fn a_type_may_carry_parameters(db: Database) {
        let server = TestServer::start(&db);
        server.user("ada");
        for kind in ["application/json; charset=utf-8", "Application/JSON"] {
            let body = json!({ "email": "ada@example.com", "password": "correct horse battery" }).to_string();
            let request = request(&server, Method::POST, "/api/v1/login").header("content-type", kind);
            assert_eq!(send(request.body(body)).await.status, 200, "{kind}");
        }
    }

    async fn a_wrong_method_is_told_the_right_ones(db: Database) {
        let server = TestServer::start(&db);
        for (path, allowed) in ALLOWED {
            for method in [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
                if allowed.split(", ").any(|name| name == method.as_str()) {
                    continue;
                }
                let answer = send(request(&server, method, path).header("accept", "text/html")).await;
                assert_eq!(answer.header("allow"), allowed, "{path}");
                golden(&server, &format!("wrong-method-{}", allowed.replace(", ", "-").to_lowercase()), &answer);
            }
        }
    }

    async fn an_unknown_address_answers_in_json(db: Database) {
        let server = TestServer::start(&db);
        for path in [
            "/api", "/api/", "/api/v1", "/api/v1/nothing", "/api/v1/login/", "/oauth/", "/oauth/nothing",
            "/oauth/clients/", "/oauth/clients/1/2", "/oauth/tokens/1/2", "/oauth/personal-access-tokens/",
        ] {
            for accept in ["text/html", "*/*"] {
                let answer = send(request(&server, Method::GET, path).header("accept", accept)).await;
                golden(&server, "unknown-address", &answer);
            }
        }
    }
}
