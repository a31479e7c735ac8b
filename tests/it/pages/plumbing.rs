//! What holds of every page: headers, methods, bodies.

use reqwest::Method;

use super::{authorize, form_action};
use crate::support::browser::{Answer, Browser};
use crate::support::database::on_both;
use crate::support::server::TestServer;

const FORMS: [&str; 6] = ["/login", "/register", "/password/forgot", "/password/reset", "/setup", "/logout"];

fn assert_is_guarded_page(answer: &Answer, what: &str) {
    let policy = answer.header("content-security-policy");
    let expected = format!(
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action {}; frame-ancestors 'none'; base-uri 'none'",
        form_action(answer)
    );
    assert_eq!(policy, expected, "{what}");
    assert_eq!(answer.header("content-type"), "text/html; charset=utf-8", "{what}");
    assert_eq!(answer.header("x-frame-options"), "DENY", "{what}");
    assert_eq!(answer.header("x-content-type-options"), "nosniff", "{what}");
    assert_eq!(answer.header("cache-control"), "no-store", "{what}");
    assert!(["same-origin", "no-referrer"].contains(&answer.header("referrer-policy")), "{what}");
    assert!(!answer.header("x-request-id").is_empty(), "{what}");
    for inline in ["<script", "<style", " style=", " onclick=", "javascript:"] {
        assert!(!answer.body.contains(inline), "{what} holds {inline}");
    }
}

on_both! {
    async fn every_page_is_guarded(db: Database) {
        let server = TestServer::start(&db);
        server.user("ada");
        let (client, _) = server.client(|_| {});
        let browser = Browser::new(&server);
        let mut pages: Vec<String> = FORMS.iter().map(|&path| path.to_owned()).collect();
        pages.extend(["/", "/nothing/here", "/oauth/authorize", "/oauth/authorize?client_id=x"].map(str::to_owned));
        for path in &pages {
            assert_is_guarded_page(&browser.get(path).await, path);
        }
        for path in FORMS.into_iter().filter(|&path| path != "/logout") {
            assert_is_guarded_page(&browser.post(path, &[("x", "y")]).await, path);
        }
        browser.sign_in("ada").await;
        assert_is_guarded_page(&browser.post("/logout", &[("x", "y")]).await, "/logout");
        let account = ["/account", "/account/profile", "/account/security", "/account/sessions", "/account/data"];
        for path in account.into_iter().chain([authorize(&client, "profile").as_str()]) {
            let page = browser.get(path).await;
            assert_eq!(page.status, 200);
            assert_is_guarded_page(&page, path);
        }
    }

    async fn head_is_get_without_a_body(db: Database) {
        let server = TestServer::start(&db);
        let browser = Browser::new(&server);
        for path in ["/", "/login", "/register", "/password/forgot", "/password/reset", "/setup", "/nothing"] {
            let get = browser.get(path).await;
            let head = browser.send(browser.request(Method::HEAD, path).header("accept", "text/html")).await;
            assert_eq!(head.status, get.status, "{path}");
            assert_eq!(head.header("content-type"), get.header("content-type"), "{path}");
            assert_eq!(head.header("content-length"), get.body.len().to_string(), "{path}");
            assert!(head.body.is_empty());
        }
    }

    async fn what_cannot_be_read_is_a_page_of_its_status(db: Database) {
        let server = TestServer::start(&db);
        let browser = Browser::new(&server);
        let form = "application/x-www-form-urlencoded";
        let large = format!("login={}", "x".repeat(70_000));
        for path in FORMS {
            for (kind, body, status) in [
                (form, large.clone().into_bytes(), 413),
                ("text/plain", b"login=x".to_vec(), 415),
                ("multipart/form-data; boundary=x", b"--x--".to_vec(), 415),
                (form, b"login=%zz".to_vec(), 400),
                (form, b"login=\xff".to_vec(), 400),
                (form, b"login=%ff".to_vec(), 400),
                ("application/json", b"{".to_vec(), 400),
            ] {
                let request = browser.request(Method::POST, path).header("accept", "text/html");
                let answer = browser.send(request.header("content-type", kind).body(body)).await;
                assert_eq!(answer.status, status, "{path} {kind}");
                assert_is_guarded_page(&answer, path);
            }
        }
        for path in ["/login?return_to=%zz", "/password/reset?token=%ff"] {
            assert_eq!(browser.get(path).await.status, 400, "{path}");
        }
    }

    async fn a_wrong_method_names_the_right_ones(db: Database) {
        let server = TestServer::start(&db);
        let browser = Browser::new(&server);
        for (path, allow) in [("/", "GET, HEAD"), ("/login", "GET, HEAD, POST"), ("/setup", "GET, HEAD, POST")] {
            let answer = browser.send(browser.request(Method::PUT, path).header("accept", "text/html")).await;
            assert_eq!((answer.status, answer.header("allow")), (405, allow));
            assert_is_guarded_page(&answer, path);
        }
        let answer = browser.get("/logout").await;
        assert_eq!((answer.status, answer.header("allow")), (405, "POST"));
        assert_eq!(browser.get("/nothing").await.status, 404);
    }
}
