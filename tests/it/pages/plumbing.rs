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

    async fn an_app_may_hear_from_a_window_that_it_opened_for_the_sign_in_and_from_no_other(db: Database) {
        let server = TestServer::start(&db);
        server.user("ada");
        let (client, _) = server.client(|_| {});
        let browser = Browser::new(&server);
        let policy = |page: &Answer| page.header("cross-origin-opener-policy").to_owned();
        for path in ["/login", "/register", "/password/forgot", "/login/second-factor", "/oauth/authorize", "/logout"] {
            assert_eq!(policy(&browser.get(path).await), "", "{path}");
        }
        assert_eq!(policy(&browser.get("/account").await), "same-origin", "before signing in too");
        browser.sign_in("ada").await;
        assert_eq!(policy(&browser.get(&authorize(&client, "profile")).await), "");
        for path in ["/account", "/account/security", "/admin", "/setup"] {
            assert_eq!(policy(&browser.get(path).await), "same-origin", "{path}");
        }
    }

    async fn every_error_has_a_way_on_and_a_reference(db: Database) {
        let server = TestServer::start(&db);
        server.user("ada");
        let app = |name: &str, home: Option<&str>| {
            server.client(|new| {
                new.name = name.to_owned();
                new.client_uri = home.map(str::to_owned);
            })
        };
        let (notes, _) = app("Notes", Some("https://notes.example/start"));
        let (plain, _) = app("Plain", None);
        let wrong = |id: &str| format!("/oauth/authorize?response_type=code&client_id={id}&redirect_uri=https%3A%2F%2Fevil.example%2F&state=secret");
        let cases = [
            ("/nothing/here".to_owned(), 404, "/"),
            ("/account/nothing".to_owned(), 404, "/account"),
            ("/logout".to_owned(), 405, "/"),
            (wrong("nobody"), 400, "/"),
            (wrong(plain.id.as_str()), 400, "/"),
            (wrong(notes.id.as_str()), 400, "https://notes.example/start"),
        ];
        let browser = Browser::new(&server);
        let assert_leads = |answer: &Answer, status: u16, href: &str, what: &str| {
            assert_eq!(answer.status, status, "{what}");
            let way = format!("<a class=\"button secondary\" href=\"{href}\"");
            assert!(answer.body.contains(&way), "{what}: {}", answer.body);
            let reference = answer.header("x-request-id");
            assert!(!reference.is_empty() && answer.text_of(".facts code").ends_with(reference), "{what}: {}", answer.body);
        };
        for (path, status, href) in &cases {
            assert_leads(&browser.get(path).await, *status, href, path);
        }
        let shown = browser.get(&wrong(notes.id.as_str())).await;
        assert!(shown.text_of("main").contains("notes.example") && !shown.body.contains("state=secret"), "{}", shown.body);
        browser.sign_in("ada").await;
        assert_leads(&browser.get("/admin/users/1").await, 404, "/account", "the administration");
        assert_leads(&browser.post("/logout", &[]).await, 403, "/", "without the form's token");
        assert_leads(&browser.post("/account/nothing", &[]).await, 404, "/account", "a form");
    }

    async fn what_is_no_page_shows_nothing_in_a_frame_or_elsewhere(db: Database) {
        let server = TestServer::start(&db);
        let browser = Browser::new(&server);
        let cases = [
            ("/oauth/clients", 401, "same-origin"),
            ("/api/me", 401, ""),
            ("/account", 303, "same-origin"),
            ("/health/live", 200, "same-origin"),
            // Read by pages of any origin.
            ("/oauth/jwks", 200, ""),
            ("/.well-known/openid-configuration", 200, ""),
        ];
        for (path, status, resource_policy) in cases {
            let answer = browser.get(path).await;
            assert_eq!(answer.status, status, "{path}");
            assert_eq!(answer.header("content-security-policy"), "default-src 'none'; frame-ancestors 'none'", "{path}");
            assert_eq!(answer.header("cross-origin-resource-policy"), resource_policy, "{path}");
            assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
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
