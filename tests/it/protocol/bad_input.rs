//! Hostile and broken requests: a clear error in the right shape, nothing written.

use reqwest::Method;

use crate::support::browser::Answer;
use crate::support::database::on_both;
use crate::support::flow::{Flow, assert_refused};
use crate::support::server::TestServer;

const FORM: &str = "application/x-www-form-urlencoded";

async fn raw(flow: &Flow<'_>, path: &str, kind: &str, body: impl Into<reqwest::Body>) -> Answer {
    let request = flow.request(Method::POST, path).basic_auth(flow.client.id.as_str(), Some(&flow.secret));
    flow.send(request.header("content-type", kind).body(body)).await
}

on_both! {
    async fn each_broken_body_is_told_apart(db: Database) {
        let server = TestServer::start(&db);
        let flow = Flow::new(&server, |_| {});
        flow.tokens().await;
        server.reset_statements();
        for path in ["/oauth/token", "/oauth/introspect", "/oauth/revoke"] {
            let good = "grant_type=client_credentials";
            assert_refused(&raw(&flow, path, "text/plain", good).await, 415, "invalid_request");
            assert_refused(&raw(&flow, path, "multipart/form-data; boundary=x", good).await, 415, "invalid_request");
            let large = format!("{good}&scope={}", "a".repeat(65 * 1024));
            assert_refused(&raw(&flow, path, FORM, large).await, 413, "invalid_request");
            let long = format!("{good}&scope={}", "a".repeat(5000));
            assert_refused(&raw(&flow, path, FORM, long).await, 400, "invalid_request");
            assert_refused(&raw(&flow, path, FORM, "grant_type=%ff%fe").await, 400, "invalid_request");
            assert_refused(&raw(&flow, path, FORM, "grant_type=%zz").await, 400, "invalid_request");
            assert_refused(&raw(&flow, path, FORM, vec![0xff, 0xfe, b'=', b'x']).await, 400, "invalid_request");
            assert_refused(&raw(&flow, path, FORM, "token=a%00b&grant_type=x").await, 400, "invalid_request");
            assert_refused(&raw(&flow, path, FORM, "").await, 400, "invalid_request");
            for json in ["{", "[]", "\"x\"", "{\"grant_type\": 5, \"token\": 5}", "{\"grant_type\": [\"a\"]}"] {
                assert_refused(&raw(&flow, path, "application/json", json).await, 400, "invalid_request");
            }
            for twice in ["grant_type=a&grant_type=a", "scope=a&grant_type=client_credentials&scope=a", "x=1&x=2"] {
                assert_refused(&raw(&flow, path, FORM, twice).await, 400, "invalid_request");
            }
        }
        assert_eq!(server.statements(), Vec::<String>::new());
    }

    async fn json_is_read_where_forms_are(db: Database) {
        let server = TestServer::start(&db);
        let flow = Flow::new(&server, |_| {});
        let body = r#"{"grant_type":"client_credentials","scope":"profile"}"#;
        assert_eq!(raw(&flow, "/oauth/token", "application/json; charset=utf-8", body).await.status, 200);
    }

    async fn a_repeated_authorization_parameter_gets_a_page(db: Database) {
        let server = TestServer::start(&db);
        let flow = Flow::new(&server, |_| {});
        for name in ["client_id", "redirect_uri", "scope", "state", "code_challenge", "anything"] {
            let mut parameters = flow.parameters(&[("anything", "x")]);
            parameters.push((name.to_owned(), "x".to_owned()));
            let request = flow.request(Method::GET, "/oauth/authorize").query(&parameters);
            let answer = flow.send(request.header("accept", "text/html").header("cookie", &flow.cookie)).await;
            assert_eq!(answer.status, 400, "{name}");
            assert_eq!(answer.header("location"), "");
        }
    }

    async fn a_wrong_method_says_which_are_allowed(db: Database) {
        let server = TestServer::start(&db);
        let flow = Flow::new(&server, |_| {});
        let cases = [
            (Method::GET, "/oauth/token", "POST"),
            (Method::PUT, "/oauth/introspect", "POST"),
            (Method::DELETE, "/oauth/revoke", "POST"),
            (Method::POST, "/oauth/jwks", "GET, HEAD"),
            (Method::HEAD, "/oauth/authorize", "GET, POST, DELETE"),
            (Method::PATCH, "/oauth/authorize", "GET, POST, DELETE"),
        ];
        for (method, path, allow) in cases {
            let answer = flow.send(flow.request(method, path).header("accept", "application/json")).await;
            assert_eq!(answer.status, 405, "{path}");
            assert_eq!(answer.header("allow"), allow);
            assert!(answer.body.is_empty() || answer.json().is_object(), "{path}");
        }
        let answer = flow.send(flow.request(Method::GET, "/oauth/token")).await;
        assert_refused(&answer, 405, "invalid_request");
    }

    async fn a_page_of_any_origin_may_ask_for_its_token_but_not_introspect(db: Database) {
        let server = TestServer::start(&db);
        let flow = Flow::new(&server, |_| {});
        for path in ["/oauth/token", "/oauth/revoke"] {
            let preflight = flow
                .request(Method::OPTIONS, path)
                .header("origin", "https://spa.example")
                .header("access-control-request-method", "POST")
                .header("access-control-request-headers", "content-type");
            let answer = flow.send(preflight).await;
            assert_eq!(answer.status, 204);
            assert_eq!(answer.header("access-control-allow-origin"), "*");
            assert_eq!(answer.header("access-control-allow-methods"), "POST");
            assert!(answer.header("access-control-allow-headers").contains("content-type"));
            assert_eq!(answer.header("access-control-allow-credentials"), "");
        }
        let answer = flow.send(flow.token_request(&[]).header("origin", "https://spa.example")).await;
        assert_eq!((answer.status, answer.header("access-control-allow-origin")), (400, "*"));
        for path in ["/oauth/introspect", "/oauth/authorize"] {
            let answer = flow.send(flow.request(Method::OPTIONS, path).header("origin", "https://spa.example")).await;
            assert_eq!(answer.header("access-control-allow-origin"), "", "{path}");
        }
    }

    async fn an_unknown_route_answers_in_the_callers_shape(db: Database) {
        let server = TestServer::start(&db);
        let flow = Flow::new(&server, |_| {});
        let get = |path: &str, accept: &str| flow.request(Method::GET, path).header("accept", accept);
        let page = flow.send(get("/nowhere", "text/html")).await;
        assert_eq!(page.status, 404);
        assert!(page.header("content-type").starts_with("text/html"));
        for path in ["/nowhere", "/api/nowhere", "/oauth/clients/1/2/3"] {
            let json = flow.send(get(path, "application/json")).await;
            assert_eq!(json.status, 404, "{path}");
            assert!(json.json()["message"].is_string());
        }
        assert_refused(&flow.send(get("/.well-known/nothing", "*/*")).await, 404, "invalid_request");
    }

    async fn head_has_the_headers_of_get_and_no_body(db: Database) {
        let server = TestServer::start(&db);
        let flow = Flow::new(&server, |_| {});
        for path in ["/.well-known/oauth-authorization-server", "/oauth/jwks", "/health/live", "/health/ready"] {
            let answer = flow.send(flow.request(Method::HEAD, path)).await;
            assert_eq!((answer.status, answer.body.as_str()), (200, ""), "{path}");
            assert_eq!(answer.header("content-type"), "application/json");
        }
    }

    async fn an_error_says_nothing_that_was_not_its_own(db: Database) {
        let server = TestServer::start(&db);
        let flow = Flow::new(&server, |_| {});
        let hostile = "<script>alert(1)</script>\"\\\r\nx: y";
        let request = flow.token_request(&[
            ("grant_type".to_owned(), "client_credentials".to_owned()),
            ("scope".to_owned(), hostile.to_owned()),
        ]);
        let answer = flow.send(request).await;
        assert_refused(&answer, 400, "invalid_scope");
        assert!(!answer.body.contains("<script>"));
        let answer = flow.authorize(&[("client_id", hostile)]).await;
        assert!(!answer.body.contains("<script>"));
    }
}
